"""From unpaid work to the payment file in three clicks, and nobody is left out unsaid."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.pay.pay_rules import policy_in_force, set_policy
from canut.actions.pay.periods import half_month, make_period, next_days
from canut.actions.people.accounts import join_as_worker
from canut.actions.people.bank_accounts import set_account
from canut.core.clock import to_ms
from canut.core.pay.payment_file import Account
from canut.core.places.parameters import Status
from canut.store.models import Payment, PaymentFile, Period, Person
from canut.store.tables.pay import AccountRequest
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House, make_house
from tests.support.payroll import agree, moment, policy, work_hours

EN = {"accept-language": "en"}
PAYER = {"holder": "Les Soies", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
IBAN = "DE89370400440532013000"
WORKED = date(2026, 4, 24)
WHILE, AFTER = datetime(2026, 4, 29, 15, tzinfo=UTC), datetime(2026, 5, 2, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, settings: Settings, tmp_path: Path) -> House:  # noqa: ARG001 - opens the database
    """Make a house in a folder of its own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_house()


def earn(house: House, name: str) -> Person:
    """Let somebody self-employed in Quebec earn an hour of the minimum."""
    person = make_person(shown_name=name)
    agree(person, Status.SELF_EMPLOYED)
    join_as_worker(house.project, person, NOW_MS)
    work_hours(person, house.project.pk, moment(WORKED), 3_600_000)
    return person


def read(client: Client, path: str) -> str:
    return client.get(path, headers=EN).content.decode()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_period_proposed_holds_the_work_and_says_from_when_it_closes(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    earn(house, "Nour")
    stop_clock(WHILE)

    page = plain(read(house.client("operator"), "/payroll/"))

    assert "Earned and not paid, since April 24, 2026" in page
    assert "Apr 16–30" in page
    assert "May 1, 8:00" in page  # April 30 ends at 12:00 UTC on May 1
    assert "Nour" in page
    assert "April 30, 2026 is not over everywhere" in page
    assert 'aria-disabled="true"' in read(house.client("operator"), "/payroll/")


def test_half_month_that_is_over_is_proposed_though_the_present_one_cannot_be_counted(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = make_person(shown_name="Nour")
    agree(person, Status.SELF_EMPLOYED)
    join_as_worker(house.project, person, NOW_MS)
    work_hours(person, house.project.pk, moment(date(2026, 12, 10)), 3_600_000)
    stop_clock(datetime(2026, 12, 18, 15, tzinfo=UTC))  # paid in 2027, whose values are missing

    page = plain(read(house.client("operator"), "/payroll/"))

    assert "Dec 1–15" in page
    assert "Earned and not paid, since December 10, 2026" in page


def test_the_file_is_three_clicks_from_unpaid_work(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    nour = earn(house, "Nour")
    earn(house, "Sam")
    policy(PAYER)
    set_account(nour, "bank", Account("Nour", iban=IBAN), to_ms(WHILE))
    stop_clock(AFTER)
    client = house.client("operator")
    page, clicks = read(client, "/payroll/"), 0
    assert "Sam has no account to be paid into" in page

    sheet = client.get(href_of(page, "Close and make the payment file"), headers=EN)
    clicks += 1
    words = plain(sheet.content.decode())
    assert "1 person, in the payment file" in words
    assert "Sam, when they give an account" in words
    assert "A closed period cannot be opened again" in words
    assert not Period.objects.exists(), "looking writes nothing"

    form = {"sums": first_of(r'name="sums" value="([^"]+)"', sheet.content.decode())}
    closed = client.post("/payroll/closing", form, headers=EN, follow=True)
    clicks += 1
    page = closed.content.decode()
    assert "1 person is not in it" in plain(page), plain(page)

    file = client.get(first_of(r'href="(/payroll/files/\d+)"', page))
    clicks += 1
    assert file.status_code == 200
    assert b"<Cdtr>" in file.content
    assert clicks <= 3
    assert Payment.objects.count() == 2
    assert PaymentFile.objects.get().sent_at is None, "sent is said by a person"


def first_of(pattern: str, page: str) -> str:
    """Return what the first group of a pattern holds in a page."""
    match = re.search(pattern, page)
    assert match, pattern
    return match[1]


def href_of(page: str, words: str) -> str:
    """Return where the link with these words leads."""
    match = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{words}<', page)
    assert match, f"no link says {words}"
    return match[1]


def test_closing_by_the_page_asks_again_where_the_sums_changed(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    earn(house, "Nour")
    stop_clock(AFTER)
    client = house.client("operator")

    answer = client.post("/payroll/closing", {"sums": "CAD1"}, headers=EN)

    assert answer.status_code == 422
    assert "The sums have changed since" in answer.content.decode()
    assert not Period.objects.exists()


def test_nothing_closes_unasked_by_the_address_that_once_did(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    earn(house, "Nour")
    stop_clock(AFTER)
    due = make_period(*half_month(WORKED), now_ms=to_ms(AFTER))

    answer = house.client("operator").post(f"/payroll/{due.pk}/close", headers=EN)

    due.refresh_from_db()
    assert (answer.status_code, due.state) == (404, "open")


def test_nobody_to_pay_is_not_confirmed_by_an_empty_form(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(AFTER)
    due = make_period(*half_month(WORKED), now_ms=to_ms(AFTER))

    answer = house.client("operator").post("/payroll/closing", {"sums": ""}, headers=EN)

    due.refresh_from_db()
    assert (answer.status_code, due.state) == (422, "open")


def test_a_closing_cut_short_goes_on_from_its_page(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    earn(house, "Nour")
    stop_clock(AFTER)
    due = make_period(*half_month(WORKED), now_ms=to_ms(AFTER))
    Period.objects.update(state="closing", closed_at=AFTER - timedelta(hours=1))
    client = house.client("operator")
    assert "Go on closing" in plain(read(client, "/payroll/closing"))
    assert "If it stopped" in plain(read(client, "/payroll/"))

    client.post("/payroll/closing", headers=EN)

    due.refresh_from_db()
    assert due.state == "closed"
    assert Payment.objects.count() == 1


def test_who_has_no_account_is_asked_on_their_own_pages(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    sam = earn(house, "Sam")
    stop_clock(WHILE)
    client = house.client("operator")

    client.post("/payroll/accounts", headers=EN)

    assert AccountRequest.objects.get().person_id == sam.pk
    assert "asked on April 29, 2026" in plain(read(client, "/payroll/"))
    own = house.client("stranger")
    own.force_login(sam)
    assert "We ask you for an account for your pay" in read(own, "/work/")
    set_account(sam, "bank", Account("Sam", iban=IBAN), to_ms(WHILE))
    assert "We ask you for an account for your pay" not in read(own, "/work/")


def test_the_banks_date_is_the_one_a_person_gives(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    nour = earn(house, "Nour")
    policy(PAYER)
    set_account(nour, "bank", Account("Nour", iban=IBAN), to_ms(WHILE))
    stop_clock(AFTER)
    client = house.client("operator")
    sheet = read(client, "/payroll/closing")
    form = {"sums": first_of(r'name="sums" value="([^"]+)"', sheet)}
    client.post("/payroll/closing", form, headers=EN)
    made = PaymentFile.objects.get()
    stop_clock(AFTER + timedelta(days=4))

    answer = client.post(
        f"/payroll/files/{made.pk}/sent",
        {"what": "sent", "on": "2026-04-01"},
        headers=EN,
        follow=True,
    )
    assert "date does not fit" in answer.content.decode()
    client.post(f"/payroll/files/{made.pk}/sent", {"what": "sent", "on": "2026-05-04"}, headers=EN)

    made.refresh_from_db()
    assert made.sent_at is not None
    assert made.sent_at.date() == date(2026, 5, 4)
    assert "sent on May 4, 2026" in plain(read(client, "/payroll/"))


def test_nobody_unpaid_is_said(house: House, stop_clock: Callable[[datetime], None]) -> None:
    stop_clock(WHILE)
    page = plain(read(house.client("operator"), "/payroll/"))
    assert "Nobody has earned anything yet." in page
    assert "Nobody would be paid." in page


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2026, 11, 28), (date(2026, 11, 16), date(2026, 11, 30))),
        (date(2026, 2, 3), (date(2026, 2, 1), date(2026, 2, 15))),
        (date(2028, 2, 29), (date(2028, 2, 16), date(2028, 2, 29))),
        (date(2026, 12, 31), (date(2026, 12, 16), date(2026, 12, 31))),
    ],
)
def test_the_first_period_ends_with_the_half_month_of_today(
    day: date, days: tuple[date, date]
) -> None:
    assert half_month(day) == days == next_days(day)


def test_short_periods_end_today(house: House) -> None:
    rules = policy_in_force()[0]
    set_policy(type(rules)(days=7, wait_days=3), house.people["operator"], to_ms(WHILE))
    assert next_days(date(2026, 4, 29)) == (date(2026, 4, 23), date(2026, 4, 29))
