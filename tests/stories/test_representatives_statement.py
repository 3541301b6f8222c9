"""Seven days before a release: a draft, a notice, a statement, and where it then stands."""

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.datasets.bundles import write_bundle
from canut.actions.ledger import log_keys
from canut.actions.ledger.sequencer import log_of
from canut.actions.participation.impact_assessments import make_assessment
from canut.actions.people.accounts import add_member
from canut.actions.people.email_notices import send_due_emails
from canut.actions.portrait.drawings import identity_of, publish_quarter
from canut.actions.portrait.releases import draft_quarter, reference, verify_releases
from canut.core.clock import to_ms
from canut.core.errors import BadProof, Conflict, NotProven
from canut.core.participation.effects_inventory import RISKS
from canut.core.portrait.privacy import FORMAT, SECOND_FORMAT
from canut.core.portrait.released import open_release, read_release, sign_release
from canut.core.proofs.canonical import canonical
from canut.store.models import Organisation, Person, PlatformEntry, PortraitDraftInput, Role
from canut.store.tables.datasets import Card
from canut.store.tables.participation import RepresentativesStatement
from canut.store.tables.portrait import PortraitInput, PortraitRelease
from canut.web.portrait.chapter import book_of, paper_of
from tests.actions.datasets.test_bundles import paid as paid_project
from tests.actions.portrait.test_releases import OVER, QUARTER, paid
from tests.support.factories import NOW, NOW_MS, make_person, make_representative

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
TEXT_FR = "La paie affichée oublie l’attente.\nNous avons demandé sa mesure le 3 mai.\n=1+1"
TEXT_EN = "The pay shown leaves waiting out."
EDITION = "/portrait/2026-Q2/e1/"


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


@pytest.fixture
def home() -> Organisation:
    """Return the organisation that runs the instance."""
    return Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)


@pytest.fixture
def speaker(home: Organisation) -> Person:
    """Return an elected representative with an address."""
    person = make_person(shown_name="Dé", email="de@example.org")
    make_representative(person, home)
    return person


@pytest.fixture
def operator(home: Organisation) -> Person:
    """Return who runs the instance."""
    person = make_person(shown_name="Opé")
    add_member(person, Role.OPERATOR, NOW_MS, organisation=home)
    return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, address: str, headers: dict[str, str] = EN) -> str:
    page = client.get(address, headers=headers)
    assert page.status_code == 200, (address, page.status_code)
    return html.unescape(page.content.decode())


def say(person: Person, subject: str = "2026-Q2-1", about: str = "release", **texts: str) -> int:
    fields = {"about": about, "subject": subject, "text_fr": TEXT_FR, "text_en": TEXT_EN} | texts
    return signed_in(person).post(reverse("statement_write"), fields, headers=EN).status_code


def paper(stored: PortraitRelease, language: str) -> dict[str, object]:
    """Return what the booklet of an edition prints."""
    release = read_release(stored.content.encode())
    return paper_of(book_of(release, reference(), language, 0, identity_of(stored)))


def test_representatives_alone_read_the_draft_and_get_a_notice_with_its_link(
    stop_clock: StopClock, speaker: Person, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    paid(22)
    with pytest.raises(Conflict) as undrafted:
        publish_quarter(QUARTER, to_ms(OVER))
    assert undrafted.value.case == "portrait-draft"

    stop_clock(OVER)
    draft = draft_quarter(QUARTER, to_ms(OVER))
    send_due_emails(to_ms(OVER))

    (letter,) = mail.outbox
    assert (letter.to, "/statements/" in letter.body) == (["de@example.org"], True)
    mine = signed_in(speaker)
    assert "/portrait/drafts/2026-Q2-1/" in read(mine, "/statements/")
    assert draft.sha256 in read(mine, "/portrait/drafts/2026-Q2-1/")
    for form in ("html", "csv", "pdf"):
        sent = mine.get(f"/portrait/drafts/2026-Q2-1/draft.{form}", headers=FR)
        assert sent.status_code == 200
    for client in (Client(), signed_in(make_person())):
        assert client.get("/portrait/drafts/2026-Q2-1/").status_code in {302, 403, 404}
        assert client.get("/portrait/drafts/2026-Q2-1/draft.csv").status_code in {302, 403, 404}
        assert "2026-Q2-1" not in read(client, "/statements/")


def test_release_bears_after_seven_days_what_representatives_said_word_for_word(
    stop_clock: StopClock, speaker: Person, operator: Person
) -> None:
    paid(22)
    draft = draft_quarter(QUARTER, to_ms(OVER))
    stop_clock(OVER + timedelta(days=3))
    with pytest.raises(Conflict) as early:
        publish_quarter(QUARTER, to_ms(OVER + timedelta(days=3)))
    assert early.value.case == "portrait-draft-open"
    assert (say(operator), say(speaker)) == (403, 302)

    stop_clock(OVER + timedelta(days=7))
    stored = publish_quarter(QUARTER, to_ms(OVER + timedelta(days=7)))

    release = open_release(stored.content.encode()).release
    (spoken,) = release.statements
    assert (spoken.text_fr, spoken.text_en, release.format) == (TEXT_FR, TEXT_EN, FORMAT)
    assert release.cells == read_release(draft.content.encode()).cells
    assert (spoken.document, stored.sha256 != draft.sha256) == (draft.sha256, True)
    assert hashlib.sha256(canonical(spoken.content())).hexdigest() == spoken.sha256
    assert [verdict.wrong for verdict in verify_releases()] == [()]
    assert (PortraitDraftInput.objects.count(), PortraitInput.objects.count()) == (0, 22)
    (entry,) = PlatformEntry.objects.filter(type="statement.representatives")
    assert json.loads(entry.payload)["sha256"] == spoken.sha256
    changed = stored.content.replace("leaves waiting out", "counts waiting")
    with pytest.raises((NotProven, BadProof)):
        open_release(changed.encode())


def test_statement_stands_above_the_figures_on_pages_in_the_booklet_and_the_package(
    stop_clock: StopClock, speaker: Person
) -> None:
    paid(22)
    draft_quarter(QUARTER, to_ms(OVER))
    stop_clock(OVER + timedelta(days=3))
    say(speaker)
    stop_clock(OVER + timedelta(days=7))
    stored = publish_quarter(QUARTER, to_ms(OVER + timedelta(days=7)))

    anyone = Client()
    for headers, text in ((EN, TEXT_EN), (FR, "La paie affichée oublie l’attente.")):
        first = read(anyone, EDITION, headers)
        assert first.index(text) < first.index('id="bars"')
        assert '<div class="lead" lang=' in first
        booklet_page = read(anyone, "/portrait/chapter.html", headers)
        assert booklet_page.index(text) < booklet_page.index("<svg")
        assert anyone.get("/portrait/chapter.pdf", headers=headers).content.startswith(b"%PDF-")
        assert text in str(paper(stored, headers["accept-language"])["spoken"])
    assert "made a statement" in read(anyone, f"{EDITION}c1/")
    package = anyone.get(f"{EDITION}package.zip").content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = archive.namelist()
        assert names[0] == "statements.txt"
        assert TEXT_FR in archive.read("statements.txt").decode()
        (document,) = json.loads(archive.read("statements.json"))
    assert document["text_fr"] == TEXT_FR

    # A reply is another statement, and the page says that the signature does not cover it.
    stop_clock(OVER + timedelta(days=9))
    assert say(speaker, text_en="Still not measured.", text_fr="") == 302
    after = read(anyone, EDITION)
    assert "Still not measured." in after
    assert after.count("its signature does not cover it") == 1


@pytest.mark.usefixtures("speaker")
def test_silence_is_printed_on_the_page_in_the_booklet_and_in_the_package(
    stop_clock: StopClock,
) -> None:
    paid(22)
    draft_quarter(QUARTER, to_ms(OVER))
    stop_clock(OVER + timedelta(days=7))
    publish_quarter(QUARTER, to_ms(OVER + timedelta(days=7)))

    anyone = Client()
    assert "No statement." in read(anyone, EDITION)
    assert "Aucune déclaration." in read(anyone, EDITION, FR)
    assert "Aucune déclaration." in read(anyone, "/portrait/chapter.html", FR)
    with zipfile.ZipFile(io.BytesIO(anyone.get(f"{EDITION}package.zip").content)) as archive:
        assert "Aucune déclaration. / No statement." in archive.read("statements.txt").decode()


def test_without_anybody_in_office_a_release_needs_no_draft_and_says_no_statement() -> None:
    paid(22)

    stored = publish_quarter(QUARTER, to_ms(OVER))

    assert read_release(stored.content.encode()).statements == ()
    assert "No statement." in read(Client(), EDITION)


def test_operator_can_neither_write_change_nor_delete_a_statement(
    speaker: Person, operator: Person, home: Organisation
) -> None:
    paid(22)
    draft_quarter(QUARTER, to_ms(OVER))
    assert say(speaker) == 302
    row = RepresentativesStatement.objects.get()

    both = make_person(shown_name="Deux")
    make_representative(both, home)
    add_member(both, Role.OPERATOR, NOW_MS, organisation=home)
    for person in (operator, both, make_person()):
        assert say(person, text_en="Not theirs.") == 403

    for change in (
        lambda: RepresentativesStatement.objects.filter(pk=row.pk).update(text_en="Changed."),
        lambda: RepresentativesStatement.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="stays as it was signed"), transaction.atomic():
            change()
    assert RepresentativesStatement.objects.get().text_en == TEXT_EN


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text_fr": " ", "text_en": ""}, 422),
        ({"text_fr": "a" * 4001}, 413),
        ({"subject": "2026-Q2-7"}, 404),
        ({"subject": "x"}, 404),
        ({"about": "nothing"}, 422),
        ({"about": "effects", "subject": "²"}, 404),
        ({"about": "card", "subject": "0" * 64}, 404),
        ({"about": "inspect", "subject": "2026-01-01/2026-02-01/"}, 404),
    ],
)
def test_statement_needs_words_and_a_document(
    speaker: Person, fields: dict[str, str], status: int
) -> None:
    paid(22)
    draft_quarter(QUARTER, to_ms(OVER))

    texts = {"subject": "2026-Q2-1", "about": "release"} | fields

    assert say(speaker, **texts) == status
    assert not RepresentativesStatement.objects.exists()


def test_same_words_twice_are_one_statement_and_a_second_draft_replaces_the_first(
    speaker: Person,
) -> None:
    paid(22)
    first = draft_quarter(QUARTER, to_ms(OVER))
    assert [say(speaker), say(speaker)] == [302, 302]
    second = draft_quarter(QUARTER, to_ms(OVER + timedelta(days=1)))

    assert RepresentativesStatement.objects.count() == 1
    assert second.due_ms - first.due_ms == 86_400_000
    assert set(PortraitDraftInput.objects.values_list("draft", flat=True)) == {second.pk}


def test_release_of_the_second_format_still_verifies_and_is_shown_without_a_section() -> None:
    paid(22)
    stored = publish_quarter(QUARTER, to_ms(OVER))
    older = replace(read_release(stored.content.encode()), format=SECOND_FORMAT)
    secret = log_keys.signer_of(log_of(None).origin).secret
    content = sign_release(older, secret, "2026-07-02T09:00:00Z")
    PortraitRelease.objects.filter(pk=stored.pk).update(
        content=content.decode(), sha256=older.sha256
    )

    assert "statements" not in json.loads(content)
    assert open_release(content).release == older
    page = read(Client(), EDITION)
    assert "No statement." not in page
    with zipfile.ZipFile(io.BytesIO(Client().get(f"{EDITION}package.zip").content)) as archive:
        assert "statements.txt" not in archive.namelist()


def test_statement_stands_above_the_figures_of_a_card_and_of_an_assessment(
    speaker: Person, operator: Person, tmp_path: Path
) -> None:
    project = paid_project(22).project
    write_bundle(project, tmp_path / "bundle", NOW_MS, is_public=True)
    card = Card.objects.get()
    assessment = make_assessment(dict.fromkeys(RISKS, 2), operator, NOW_MS)

    assert say(speaker, card.sha256, "card") == 302
    assert say(speaker, str(assessment.number), "effects") == 302
    assert say(operator, card.sha256, "card") == 403

    page = read(Client(), f"/cards/{project.slug}/")
    assert page.index(TEXT_EN) < page.index("Pay an hour, median of people")
    effects = read(Client(), "/rules/effects/")
    assert effects.index(TEXT_EN) < effects.index('id="views"')
    documents = RepresentativesStatement.objects.order_by("id").values_list("document", flat=True)
    assert list(documents) == [card.sha256, assessment.sha256]
