"""A worker sees what separates her from another occupation, leaves, and says where she went.

Everything is done on pages, by a clock that is moved from one month to the next; the Portrait tells
how many moved on once twenty said so.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.pathways.destinations import ask_later
from canut.actions.people.accounts import add_member
from canut.actions.people.email_notices import send_due_emails
from canut.actions.people.erasure import erase_entries
from canut.actions.portrait.drawings import publish_quarter
from canut.actions.portrait.inputs import quarter_named
from canut.actions.portrait.perspectives import perspectives_of
from canut.actions.time.measure import time_by_day
from canut.core.clock import MINUTE_MS, to_ms
from canut.core.portrait.cells import CellState
from canut.store.models import Destination, Organisation, Person, Role
from tests.actions.portrait.test_releases import paid
from tests.support.factories import NOW, NOW_MS, Made, make_person
from tests.support.known_tasks import show_skill
from tests.support.lessons import mark, send_case

EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
WHERE = "/account/pathways/where"
QUARTER = quarter_named("2026Q3")
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def key_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the key of the log in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()


def plain(page: bytes) -> str:
    text = re.sub(r"<[^>]+>", " ", page.decode()).replace("\u202f", " ").replace("\xa0", " ")
    return re.sub(r"\s+", " ", text)


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, (path, answer.status_code)
    return plain(answer.content)


def send(client: Client, path: str, **form: object) -> str:
    answer = client.post(path, form, headers=EN, follow=True)
    assert answer.status_code == 200, (path, plain(answer.content))
    return plain(answer.content)


def browser(person: Person | None) -> Client:
    assert person is not None
    client = Client()
    client.force_login(person)
    return client


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, 15, tzinfo=UTC)


def moved_on() -> tuple[CellState, int | None]:
    """Return what the quarter would tell of people who moved on."""
    figures = {figure.name: figure for figure in perspectives_of(QUARTER)}
    figure = figures["perspectives.moved_on"]
    return figure.state, None if figure.low is None else int(figure.low)


def nadia_of(made: Made) -> Person:
    """Return the first of the crowd, with an address and twenty right answers on known tasks."""
    person = made.workers[0].person
    assert person is not None
    add_member(person, Role.WORKER, to_ms(day(6, 1)), project=made.project)
    person.email = "nadia@exemple.org"
    person.save()
    show_skill(person, to_ms(day(6, 10)))
    return person


def publish_an_opening() -> None:
    """Let a client publish an opening on its page, shown for a month."""
    organisation = Organisation.objects.create(name="Atelier", kind="client", created_at=NOW)
    ines = make_person(shown_name="Ines")
    add_member(ines, Role.REQUESTER, NOW_MS, organisation=organisation)
    send(browser(ines), "/openings/", organisation=organisation.pk, occupation="TRA",
         title_fr="Traductrice d’analyses", title_en="Analytics translator", place="Montréal",
         low="58000", high="71000", currency="CAD", per="year", hours_week=35,
         apply_to="https://atelier.example/emplois/7", until="2026-07-20")  # fmt: skip


def check_record(client: Client) -> None:
    """Look into the record that she takes along."""
    record = client.get("/account/record.json").json()
    assert [row["occupation"] for row in record["tables"]["destinations"]] == ["", "TRA"]
    assert [row["target"] for row in record["tables"]["pathways"]] == ["TRA"]


def paid_minutes(person: Person) -> int:
    """Return the minutes of work counted around her answer."""
    begin_ms, end_ms = to_ms(day(9, 20)) - 10 * MINUTE_MS, to_ms(day(9, 20)) + MINUTE_MS
    return sum(row.ms for row in time_by_day([person.pk], begin_ms, end_ms)) // MINUTE_MS


def answer_as(made: Made, numbers: range) -> None:
    """Let others of the crowd say that they do another paid job now."""
    for number in numbers:
        send(browser(made.workers[number].person), WHERE,
             moment="own", occupation="OTHER", better="yes", helped="no")  # fmt: skip


def test_worker_sees_a_way_leaves_says_where_she_went_and_the_portrait_counts(
    stop_clock: StopClock, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    made = paid(22)
    person = nadia_of(made)
    stop_clock(day(6, 20))
    script = send_case(person, to_ms(day(6, 19)))
    for _ in range(2):
        mark(script, [3, 3, 3, 3], to_ms(day(6, 19)))
    nadia = browser(person)

    assert 'href="/account/pathways/"' in nadia.get("/work/").content.decode()
    page = read(nadia, "/account/pathways/?target=TRA", FR)
    assert "Ce qui manque ici ≈ 192 h" in page
    assert "Leçon :" in page
    assert "Aucune offre pour ce métier" in page

    publish_an_opening()
    page = read(nadia, "/account/pathways/?target=TRA", FR)
    assert "Traductrice d’analyses" in page
    assert "https://atelier.example/emplois/7" in page
    send(nadia, "/account/pathways/follow", target="TRA")

    send(nadia, "/account/pathways/leaving", agrees="1")
    assert ask_later(to_ms(day(7, 20))) == 0
    stop_clock(day(9, 20))
    nadia.force_login(person)
    assert "Traductrice d’analyses" not in read(nadia, "/account/pathways/?target=TRA", FR)
    assert ask_later(to_ms(day(9, 20))) == 1
    assert ask_later(to_ms(day(9, 20))) == 0
    send_due_emails(to_ms(day(9, 20)))
    assert [letter.to for letter in mail.outbox if WHERE in letter.body] == [["nadia@exemple.org"]]
    assert "Three months later: where are you now?" in read(nadia, WHERE)
    thanks = send(nadia, WHERE, moment="3-months", occupation="TRA", better="yes", helped="yes")
    assert "Three minutes are counted" in thanks
    assert paid_minutes(person) == 3

    answer_as(made, range(1, 19))
    assert moved_on()[0] is CellState.FEW  # nineteen
    answer_as(made, range(19, 20))
    assert moved_on() == (CellState.AT_LEAST, 20)
    release = publish_quarter(QUARTER, to_ms(day(10, 2)))
    assert release is not None
    assert "perspectives.moved_on" in release.content
    address = reverse("portrait_chart", args=[release.period, release.edition, "people"])
    page = read(Client(), address, FR)
    assert "Passées à autre chose" in page

    check_record(nadia)

    stop_clock(day(6, 25, 2027))
    nadia.force_login(person)
    assert ask_later(to_ms(day(6, 25, 2027))) == 1
    assert "A year later: where are you now?" in read(nadia, WHERE)
    send(nadia, "/account/pathways/forget")
    assert not Destination.objects.filter(person=person).exists()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_said_goes_with_them_when_they_are_erased(stop_clock: StopClock) -> None:
    made = paid(3)
    person = made.workers[0].person
    assert person is not None
    stop_clock(day(6, 20))
    client = browser(person)
    send(client, "/account/pathways/leaving", agrees="1")
    send(client, "/account/pathways/follow", target="ETH")

    erase_entries(person, to_ms(day(6, 21)))

    assert not Destination.objects.exists()
    assert "You follow this pathway" not in read(client, "/account/pathways/?target=ETH")
