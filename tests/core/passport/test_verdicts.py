"""Thirty forgeries and what is found about them."""

import copy
import json
from typing import Any

import pytest

from canut.core.errors import BadFile
from canut.core.passport.baking import bake_svg
from canut.core.passport.credentials import (
    CredentialOrder,
    Issuer,
    StatusEntry,
    email_holder,
    skill_credential,
)
from canut.core.passport.skills import SkillShown, shipped_skills
from canut.core.passport.status_lists import ENTRIES, set_bit
from canut.core.passport.verdicts import Holds, check_credential, read_credential
from canut.core.proofs.data_integrity import sign_credential, sign_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of

SECRET, OTHER = bytes(range(32)), bytes(32)
NOW_MS = 1_796_000_000_000
YEAR_MS = 365 * 86_400_000
LIST = "https://canut.example/passport/status/1"
DID = "did:web:canut.example:passport"
EMPTY = bytes(ENTRIES // 8)


def method(secret: bytes = SECRET, did: str = DID) -> str:
    return f"{did}#{did_of(public_of(secret)).removeprefix('did:key:')}"


def unsigned(now_ms: int = NOW_MS) -> dict[str, Any]:
    order = CredentialOrder(
        "7b1f3c1e-0000-4000-8000-000000000001",
        email_holder("n@exemple.org", "salt"),
        "fr",
        StatusEntry(LIST, 94_567),
        now_ms,
    )
    shown = SkillShown("S01", 2, 57, 60, 887, now_ms - 10**9, now_ms)
    issuer = Issuer(DID, "Canut exemple", "https://canut.example")
    return skill_credential(issuer, shipped_skills()["S01"], shown, order)


def signed(secret: bytes = SECRET, now_ms: int = NOW_MS) -> dict[str, Any]:
    return sign_credential(unsigned(now_ms), secret, "2026-11-30T00:00:00Z", method(secret))


def found(document: dict[str, Any], bits: bytes = EMPTY, now_ms: int = NOW_MS) -> Any:
    def status(address: str) -> bytes | None:
        return bits if address == LIST else None

    return check_credential(document, public_of(SECRET), status, now_ms)


def test_good_credential_holds_and_says_what_it_says() -> None:
    verdict = found(signed())

    assert (verdict.holds, verdict.known, verdict.suites) == (Holds.YES, "here", 2)
    assert verdict.name == "Étiqueter avec soin, niveau 2"
    assert verdict.results == (("Réponses justes, bas de l’intervalle à 90 %", "88.7"),)
    assert verdict.until_ms - verdict.since_ms == 730 * 86_400_000


def test_revoked_expired_and_early_are_told_apart() -> None:
    assert found(signed(), set_bit(EMPTY, 94_567)).holds is Holds.REVOKED
    assert found(signed(), now_ms=NOW_MS + 2 * YEAR_MS + 10**9).holds is Holds.EXPIRED
    assert found(signed(), now_ms=NOW_MS - 10**9).holds is Holds.NOT_YET


def test_key_of_somebody_else_is_known_by_its_own_word_alone() -> None:
    verdict = found(signed(OTHER))

    assert (verdict.holds, verdict.known) == (Holds.NOT_ASKED, "own_word")


CHANGES: dict[str, tuple[tuple[object, ...], object]] = {
    "name": (("name",), "Étiqueter avec soin, niveau 3"),
    "since": (("validFrom",), "2020-01-01T00:00:00Z"),
    "until": (("validUntil",), "2099-01-01T00:00:00Z"),
    "no end": (("validUntil",), None),
    "issuer": (("issuer", "id"), "did:web:other.example:passport"),
    "issuer name": (("issuer", "name"), "Ministère"),
    "issuer address": (("issuer", "url"), "https://other.example"),
    "holder": (("credentialSubject", "identifier", 0, "identityHash"), "sha256$00"),
    "holder salt": (("credentialSubject", "identifier", 0, "salt"), "x"),
    "plain holder": (("credentialSubject", "identifier", 0, "hashed"), False),
    "holder by key": (("credentialSubject", "id"), did_of(public_of(OTHER))),
    "no holder": (("credentialSubject", "identifier"), None),
    "skill": (("credentialSubject", "achievement", "id"), "https://canut.example/S02/3"),
    "type": (("credentialSubject", "achievement", "achievementType"), "Degree"),
    "criteria": (("credentialSubject", "achievement", "criteria", "narrative"), "Aucun."),
    "description": (("credentialSubject", "achievement", "description"), "Diplôme."),
    "alignment": (("credentialSubject", "achievement", "alignment"), None),
    "result": (("credentialSubject", "result", 0, "value"), "99.9"),
    "no result": (("credentialSubject", "result"), None),
    "begin": (("credentialSubject", "activityStartDate"), "2016-01-01T00:00:00Z"),
    "evidence": (("evidence", 0, "narrative"), "600 réponses justes sur 600."),
    "no evidence": (("evidence",), None),
    "status index": (("credentialStatus", "statusListIndex"), "7"),
    "status list": (("credentialStatus", "statusListCredential"), "https://x.example/1"),
    "no status": (("credentialStatus",), None),
    "id": (("id",), "urn:uuid:7b1f3c1e-0000-4000-8000-000000000002"),
    "types": (("type",), ["VerifiableCredential"]),
    "language": (("credentialSubject", "achievement", "inLanguage"), "en"),
    "extra": (("credentialSubject", "achievement", "tag"), ["expert"]),
    "two subjects": (("credentialSubject", "role"), "directrice"),
}


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("suites", [[0, 1], [0], [1]], ids=["both", "statements", "bytes"])
def test_thirty_changes_are_each_found_by_each_signature(change: str, suites: list[int]) -> None:
    document = copy.deepcopy(signed())
    document["proof"] = [document["proof"][each] for each in suites]
    path, value = CHANGES[change]
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value

    assert found(document).holds is Holds.CHANGED


def test_signature_of_another_credential_is_found() -> None:
    document = {**signed(), "proof": signed(now_ms=NOW_MS - 5 * 86_400_000)["proof"]}

    assert found(document).holds is Holds.CHANGED


def test_one_good_signature_beside_a_bad_one_is_not_enough() -> None:
    bad = signed(now_ms=NOW_MS - 5 * 86_400_000)["proof"]
    document = signed()
    document["proof"] = [*document["proof"], bad[1]]

    assert found(document).holds is Holds.CHANGED


def test_second_signature_by_another_key_makes_it_nobodys_here() -> None:
    document = signed()
    other = sign_document(unsigned(), OTHER, "x", method(OTHER))["proof"]
    document["proof"] = [*document["proof"], other]

    assert found(document).known == "own_word"


def test_own_key_under_another_name_is_still_the_own_key_and_reads_the_own_list() -> None:
    document = sign_document(unsigned(), SECRET, "x", method(did="did:web:before.example:passport"))

    assert found(document, set_bit(EMPTY, 94_567)).holds is Holds.REVOKED


def test_place_that_the_list_does_not_have_does_not_hold() -> None:
    draft = unsigned()
    draft["credentialStatus"]["statusListIndex"] = "999999"

    assert found(sign_document(draft, SECRET, "x", method())).holds is Holds.REVOKED


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\x00", b'{"a": 1}', b"<svg/>", b"[" * 100_000, bytes(2**21 + 1)],
)
def test_file_without_a_credential_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_credential(content)


@pytest.mark.parametrize(
    "proof",
    [None, [], {}, "x", [1], {"cryptosuite": "ecdsa-sd-2023"}, {"cryptosuite": 1}],
    ids=str,
)
def test_credential_without_a_signature_read_here_is_refused(proof: object) -> None:
    with pytest.raises(BadFile):
        found({**unsigned(), "proof": proof})


def test_credential_in_a_picture_is_read() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    baked = bake_svg(drawing, json.dumps(signed()))

    assert found(read_credential(baked.encode())).holds is Holds.YES
