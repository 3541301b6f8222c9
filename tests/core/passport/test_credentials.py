import json
from dataclasses import replace

import pytest

from canut.core.passport.credentials import (
    CredentialOrder,
    Issuer,
    StatusEntry,
    WorkShown,
    email_holder,
    hours_band,
    key_holder,
    skill_credential,
    work_credential,
)
from canut.core.passport.skills import SkillShown, shipped_skills
from canut.core.proofs.data_integrity import sign_credential, verify_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of

SECRET = bytes(range(32))
HOUR = 3_600_000
NOW_MS = 1_796_000_000_000
ISSUER = Issuer("did:web:canut.example:passport", "Canut exemple", "https://canut.example")
STATUS = StatusEntry("https://canut.example/passport/status/1", 94_567)
SHOWN = SkillShown("S08", 2, 57, 60, 887, NOW_MS - 90 * 24 * HOUR, NOW_MS)
BY_KEY = key_holder(did_of(public_of(bytes(32))))
BY_EMAIL = email_holder("Nadia@Exemple.org ", "a1b2c3d4")
ORDER = CredentialOrder("7b1f3c1e-0000-4000-8000-000000000001", BY_EMAIL, "fr", STATUS, NOW_MS)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("holder", [BY_KEY, BY_EMAIL], ids=["key", "email"])
@pytest.mark.parametrize("skill", sorted(shipped_skills()))
def test_credential_of_every_skill_can_be_signed_and_verified(
    skill: str, holder: dict[str, object], language: str
) -> None:
    document = skill_credential(
        ISSUER,
        shipped_skills()[skill],
        replace(SHOWN, skill=skill),
        replace(ORDER, holder=holder, language=language),
    )

    signed = sign_credential(document, SECRET, "2026-11-28T00:00:00Z")

    assert len(verify_document(signed).signatures) == 2
    assert len(json.dumps(signed)) < 5_000


def test_credential_says_the_level_the_counts_and_the_low_end_and_no_hour() -> None:
    skill = shipped_skills()["S08"]
    document = skill_credential(ISSUER, skill, SHOWN, ORDER)

    text = json.dumps(document, ensure_ascii=False)
    assert "niveau 2" in text
    assert "57 réponses justes sur 60" in text
    assert '"value": "88.7"' in text
    assert text.count("T00:00:00Z") == 4
    assert document["validUntil"] == "2028-11-29T00:00:00Z"


def test_address_can_be_compared_by_who_knows_it_and_is_not_told() -> None:
    assert email_holder("nadia@exemple.org", "a1b2c3d4") == BY_EMAIL
    assert email_holder("nadia@exemple.org", "other") != BY_EMAIL
    assert "nadia" not in json.dumps(BY_EMAIL).lower()


def test_hours_stand_in_bands_and_work_has_no_client() -> None:
    work = WorkShown("CAN-ANNOT", "Annotation de données", 45 * HOUR, NOW_MS - HOUR, NOW_MS)
    document = work_credential(ISSUER, work, replace(ORDER, holder=BY_KEY))

    assert document["name"] == "Annotation de données : au moins 30 heures payées"
    assert "validUntil" not in document
    assert len(verify_document(sign_credential(document, SECRET, "x")).signatures) == 2


@pytest.mark.parametrize(
    ("hours", "band"), [(9.9, 0), (10, 10), (29, 10), (99.9, 30), (300, 300), (5_000, 1_000)]
)
def test_hours_are_told_as_at_least(hours: float, band: int) -> None:
    assert hours_band(int(hours * HOUR)) == band
