"""The gestures inside a dataset: declared on a page, labelled, released, checked, in the Portrait.

The requester declares on the page, people read it, label and are paid; the folder is checked by
every reader without the instance, and the Portrait says what lies under each paid hour.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.ledger import log_keys
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member
from canut.actions.portrait.drawings import publish_quarter
from canut.actions.portrait.inputs import quarter_named
from canut.commands.bundle_files import Folder
from canut.core.clock import HOUR_MS, to_ms
from canut.core.datasets.bundle import CARD, verify_bundle
from canut.core.datasets.verdict_texts import said_in
from canut.core.errors import NotProven
from canut.core.places.parameters import Status
from canut.core.portrait.measured import Figures
from canut.core.portrait.released import read_release
from canut.core.proofs.policy import read_policy
from canut.store.models import Person, Project, Role
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
OVER = datetime(2026, 7, 2, 9, tzinfo=UTC)
PEOPLE, HOURS = 22, 2
DECLARED = {
    "part-0-gesture": "captcha_image",
    "part-0-share": "60",
    "part-0-platform": "a shop",
    "part-0-consent": "none",
    "part-0-payment": "no",
    "part-0-personal": "none",
    "part-0-count": "1000000",
    "part-0-least": "1.85",
    "part-0-most": "10.3",
    "part-0-seconds_source": "arXiv 2311.10911",
    "part-1-gesture": "record",
    "part-1-share": "40",
    "part-1-consent": "by_law",
    "part-1-payment": "no",
    "source-0-relation": "made_of",
    "source-0-name": "",
}


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key of the log in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


@pytest.fixture
def made() -> Made:
    """Make an open project of a French client for so many people, who do not know it yet."""
    made = make_project(tasks=2, workers=PEOPLE, overlap=PEOPLE, piece_micro=100_000)
    Project.objects.filter(pk=made.project.pk).update(client_country="FR")
    made.project.refresh_from_db()
    requester = made.project.created_by
    add_member(requester, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    return made


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def declare(made: Made, **changed: str) -> None:
    requester = signed_in(made.project.created_by)
    address = reverse("project_material", args=[made.project.slug])
    assert requester.post(address, DECLARED | changed, headers=EN).status_code == 302


def work_and_pay(made: Made) -> None:
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * 60_000
        answer_next(worker, now_ms=at_ms)
        work_hours(person, made.project.pk, at_ms, HOURS * HOUR_MS)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))


def test_declared_material_is_on_the_card_in_every_reader_and_in_the_portrait(
    made: Made, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # declared on the page, with a first version that is corrected
    declare(made, **{"part-0-consent": "unknown"})
    declare(made)

    # read by whoever labels
    worker = made.workers[0].person
    assert worker is not None
    origin = reverse("work_origin", args=[made.project.slug])
    page = signed_in(worker).get(origin, headers=FR).content.decode()
    assert "CAPTCHA d’images" in page
    assert "consentement" in page

    # labelled, paid, released
    work_and_pay(made)
    bundle = write_bundle(made.project, kept / "bundle", to_ms(AFTER), is_public=True)
    card = json.loads((bundle.folder / CARD).read_bytes())["credentialSubject"]
    material = card["figures"]["material"]["value"]
    assert card["version"] == 3
    assert material["version"] == 2
    assert material["parts"][0]["hours_tenths"] == [5_139, 28_611]
    croissant = json.loads((bundle.folder / "croissant.json").read_bytes())
    assert "Document Analysis" in croissant["rai:dataCollectionType"]

    # checked without the instance, by both verifiers, in the same words
    (kept / "policy.txt").write_text(policy_text())
    verdict = verify_bundle(Folder(bundle.folder), read_policy(policy_text().encode()))
    assert main([str(bundle.folder), "--policy", str(kept / "policy.txt"), "--lang", "fr"]) == 0
    theirs = capsys.readouterr().out
    for line in verdict.lines:
        if line.kind == "material" or line.facts.get("name") in {"material", "sources"}:
            assert said_in("fr", line)[1] in theirs
    assert "L’origine du matériel, version 2, est la dernière inscrite" in theirs

    # on the public page of the card
    shown = Client().get(f"/cards/{made.project.slug}/", headers=EN).content.decode()
    assert "Origin of the material" in shown
    assert "513.9 – 2,861.1 h (arXiv 2311.10911)" in shown

    # in the Portrait: 513.9 to 2,861.1 h under 44 paid hours
    release = publish_quarter(quarter_named("2026Q2"), to_ms(OVER))
    figures = Figures(read_release(release.content.encode()).figures)
    for client in ("FR", "ALL"):
        hours = figures.get(f"gestures.{client}.all")
        assert (hours.low, hours.high) == (Decimal("513.9"), Decimal("2861.1"))
    under = figures.get("gestures.FR.per_hour")
    assert (under.low, under.high) == (Decimal("11.68"), Decimal("65.03"))
    chart = Client().get("/portrait/2026-Q2/e1/c6b/", headers=FR).content.decode()
    assert "Sous chaque heure payée, de 11,68 à 65,03 heures de gestes non payés" in chart
    rows = Client().get("/portrait/2026-Q2/e1/c6b.en.csv").content.decode()
    assert "CAPTCHAs with pictures,513.9,2861.1" in rows
    chapter = Client().get("/portrait/chapter.csv", headers=EN).content.decode()
    assert "gestures.FR.captcha_image,estimated,1687.5,513.9,2861.1,hours" in chapter


def test_card_that_tells_a_better_origin_than_the_log_is_refused(made: Made, kept: Path) -> None:
    declare(made)
    work_and_pay(made)
    bundle = write_bundle(made.project, kept / "bundle", to_ms(AFTER))
    declare(made, **{"part-0-consent": "asked"})
    later = write_bundle(made.project, kept / "later", to_ms(AFTER) + HOUR_MS)
    trusted = read_policy(policy_text().encode())
    verify_bundle(Folder(later.folder), trusted)

    entries = (later.folder / "entries.bin").read_bytes()
    (bundle.folder / "entries.bin").write_bytes(entries)

    with pytest.raises(NotProven):
        verify_bundle(Folder(bundle.folder), trusted)
