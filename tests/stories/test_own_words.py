"""A worker's own words, from the account to the Portrait: refused, appealed, printed, taken back.

Everything is written and read on pages, by a clock that is moved from one day to the next.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.people.accounts import add_member
from canut.actions.people.erasure import erase_entries
from canut.actions.portrait.drawings import publish_quarter
from canut.core.clock import to_ms
from canut.store.models import Decision, Organisation, Person, Role, WorkerWords
from canut.store.tables.decisions import Appeal
from tests.actions.portrait.test_releases import QUARTER, paid
from tests.support.factories import NOW, NOW_MS, Made, make_person

EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
TEXT = "We draw boxes around carts all day.\nNobody tells us what the model is for."
TRADE = "/portrait/trades/CAN-ANNOT/"
pytestmark = pytest.mark.django_db
type StopClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def key_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the key of the log in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()


def operators(*names: str) -> list[Client]:
    """Return browsers of people who run the instance."""
    runs = Organisation.objects.create(name="Atelier", kind="operator", created_at=NOW)
    clients: list[Client] = []
    for name in names:
        person, client = make_person(shown_name=name), Client()
        add_member(person, Role.OPERATOR, NOW_MS, organisation=runs)
        client.force_login(person)
        clients.append(client)
    return clients


def browser(made: Made) -> tuple[Person, Client]:
    """Return a person of the crowd and their browser."""
    person, client = made.worker.person, Client()
    assert person is not None
    client.force_login(person)
    return person, client


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, (path, answer.status_code)
    return plain(answer.content.decode())


def send(client: Client, path: str, status: int = 200, **form: str) -> str:
    answer = client.post(path, form, headers=EN, follow=True)
    assert answer.status_code == status, (path, answer.status_code, plain(answer.content.decode()))
    return plain(answer.content.decode())


def write(client: Client, text: str = TEXT, name: str = "", status: int = 200) -> str:
    return send(client, "/account/words/", status, trade="CAN-ANNOT", text=text, name=name)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 15, tzinfo=UTC)


def test_words_are_refused_with_a_reason_appealed_printed_and_taken_back(
    stop_clock: StopClock,
) -> None:
    made = paid(22)
    ines, omar = operators("Ines", "Omar")
    person, worker = browser(made)
    stop_clock(day(6, 20))

    before = read(worker, "/account/words/")
    assert "page of your trade and in the booklet" in before
    assert "take it back at any time" in before
    assert "measured and paid like work" in before
    assert "you would be recognised" not in before
    assert 'id="beats-data"' in worker.get("/account/words/").content.decode()
    assert "waits to be read" in write(worker)
    assert "We draw boxes" not in read(Client(), TRADE)

    words = WorkerWords.objects.get()
    page = send(ines, "/portrait/words/", number=str(words.pk), what="refuse",
                reason="client-secret", evidence="“carts” tells whose pictures")  # fmt: skip
    assert "Refused." in page
    decision = Decision.objects.get()
    assert (decision.kind, decision.made_by and str(decision.made_by)) == ("words", "Ines")
    told = read(worker, "/decisions/")
    assert "Ines does not print what you wrote" in told
    assert "it tells what a client asked to keep to themselves" in told
    assert "Ines n’imprime pas" in read(worker, "/decisions/", FR).replace("\xa0", " ")

    send(worker, f"/decisions/{decision.pk}/appeal", words="Everybody knows what carts are.")
    stop_clock(day(6, 22))
    appeal = Appeal.objects.get()
    send(omar, f"/appeals/{appeal.pk}/take")
    send(omar, f"/appeals/{appeal.pk}/answer", outcome="overturned", words="No client is named.")
    assert "comes out with the next release" in read(worker, "/account/words/")

    stop_clock(day(7, 2))
    release = publish_quarter(QUARTER, to_ms(day(7, 2)))
    for language in (EN, FR):
        page = read(Client(), TRADE, language)
        assert "Nobody tells us what the model is for." in page
        assert str(person) not in page
    chapter = Client().get("/portrait/chapter.html", headers=FR).content.decode()
    assert "Avec leurs mots" in chapter
    assert "We draw boxes around carts all day. Nobody tells us" in chapter
    assert Client().get("/portrait/chapter.pdf", headers=FR).content.startswith(b"%PDF")
    assert WorkerWords.objects.get().release == release
    assert "We draw boxes" not in release.content

    send(worker, "/account/words/back", number=str(words.pk))
    assert not WorkerWords.objects.exists()
    assert "Nobody tells us" not in read(Client(), TRADE)
    assert "Nobody tells us" not in Client().get("/portrait/chapter.html").content.decode()


def test_words_about_a_trade_of_few_people_are_told_before_and_not_printed(
    stop_clock: StopClock,
) -> None:
    made = paid(9)
    (ines,) = operators("Ines")
    _person, worker = browser(made)
    stop_clock(day(6, 20))

    assert "you would be recognised" in read(worker, "/account/words/")
    write(worker)
    send(ines, "/portrait/words/", number=str(WorkerWords.objects.get().pk), what="accept")
    publish_quarter(QUARTER, to_ms(day(7, 2)))

    assert WorkerWords.objects.get().release is None
    assert "Nobody tells us" not in read(Client(), TRADE)


def test_a_name_is_printed_only_if_asked_for(stop_clock: StopClock) -> None:
    made = paid(22)
    (ines,) = operators("Ines")
    _person, worker = browser(made)
    stop_clock(day(6, 20))
    write(worker, name="Ana Lima")
    send(ines, "/portrait/words/", number=str(WorkerWords.objects.get().pk), what="accept")
    publish_quarter(QUARTER, to_ms(day(7, 2)))

    assert "Ana Lima" in read(Client(), TRADE)
    assert "Ana Lima" in Client().get("/portrait/chapter.html").content.decode()


@pytest.mark.parametrize(
    ("text", "trade", "message"),
    [
        ("Write to me: ana@example.org", "CAN-ANNOT", "e-mail addresses and telephone"),
        ("Call 514 555-0199 2000", "CAN-ANNOT", "e-mail addresses and telephone"),
        ("", "CAN-ANNOT", "Write something here"),
        ("x" * 601, "CAN-ANNOT", "600"),
        (TEXT, "CAN-MODER", ""),
    ],
)
def test_what_cannot_be_printed_is_refused_before_it_is_stored(
    stop_clock: StopClock, text: str, trade: str, message: str
) -> None:
    _person, worker = browser(paid(3))
    stop_clock(day(6, 20))

    page = send(worker, "/account/words/", 422, trade=trade, text=text, name="")

    assert message in page
    assert not WorkerWords.objects.exists()


def test_nobody_decides_about_their_own_text_and_every_refusal_has_its_reason(
    stop_clock: StopClock,
) -> None:
    made = paid(22)
    person, worker = browser(made)
    (ines,) = operators("Ines")
    stop_clock(day(6, 20))
    write(worker)
    number = str(WorkerWords.objects.get().pk)
    add_member(person, Role.OPERATOR, NOW_MS,
               organisation=Organisation.objects.get(kind="operator"))  # fmt: skip

    send(worker, "/portrait/words/", 422, number=number, what="accept")
    send(ines, "/portrait/words/", 422, number=number, what="refuse", reason="too-harsh",
         evidence="x")  # fmt: skip
    send(ines, "/portrait/words/", 422, number=number, what="refuse", reason="insults", evidence="")
    assert WorkerWords.objects.get().state == "waiting"
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_words_go_with_the_person_who_asks_to_be_erased(stop_clock: StopClock) -> None:
    person, worker = browser(paid(3))
    stop_clock(day(6, 20))
    write(worker)

    erase_entries(person, to_ms(day(6, 21)))

    assert not WorkerWords.objects.exists()
