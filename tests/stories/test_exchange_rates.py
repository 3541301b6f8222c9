"""Somebody in France is paid in dollars: the rate needs a day, a source and two people's words."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.pay.exchange_rates import WITNESSES
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, to_ms
from canut.core.places.parameters import Status
from canut.store.models import Membership, Period, Person, Role, Statement
from canut.store.operations.health import read_readiness
from tests.support.factories import answer_next, make_person
from tests.support.instance import House, make_house
from tests.support.payroll import (
    agree,
    close_from_page,
    moment,
    period,
    policy,
    refusal_of_closing,
    work_hours,
)

EN = {"accept-language": "en"}
pytestmark = pytest.mark.django_db
SOURCE = "European Central Bank"
WORKED = date(2026, 4, 30)


@pytest.fixture
def house(db: None, settings: Settings, tmp_path: Path) -> House:  # noqa: ARG001 - opens the database
    """Make a house in a folder of its own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_house()


def make_auditor(house: House) -> Person:
    """Make an auditor of the house's organisation."""
    person = make_person()
    add_member(person, Role.AUDITOR, to_ms(at(1)), organisation=house.organisation)
    return person


def enter(house: House, rate: str, on: str = "2026-05-01", code: str = "EUR") -> str:
    form = {"code": code, "rate": rate, "quote": "CAD", "on": on, "source": SOURCE}
    client = house.client("operator")
    page = client.post("/payroll/exchange/propose", form, headers=EN, follow=True)
    return page.content.decode()


def confirm(house: House, person: Person, rate: str, on: str = "2026-05-01", why: str = "") -> str:
    form = {"code": "EUR", "rate": rate, "on": on, "reason": why, "what": "confirm"}
    client = house.client("stranger")
    client.force_login(person)
    page = client.post("/payroll/exchange/confirm", form, headers=EN, follow=True)
    return page.content.decode()


def close(house: House, due: Period) -> Period:
    close_from_page(house.client("operator"))
    due.refresh_from_db()
    return due


def worked_in_france(house: House) -> Period:
    policy()
    person = house.people["worker"]
    agree(person, Status.SELF_EMPLOYED, "FR", "Europe/Paris")
    work_hours(person, house.project.pk, moment(WORKED), HOUR_MS)
    answer_next(house.worker, now_ms=moment(WORKED, 14))
    return period()


def at(day: int, month: int = 5) -> datetime:
    return datetime(2026, month, day, 16, tzinfo=UTC)


def alone(house: House) -> None:
    """End the memberships of everybody who could confirm a rate besides the operator."""
    others = Membership.objects.filter(role__in=WITNESSES)
    others.exclude(person=house.people["operator"]).update(
        ended_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_rate_holds_once_a_second_person_confirms_it_and_the_statement_names_it(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    due, auditor = worked_in_france(house), make_auditor(house)
    stop_clock(at(4))
    assert "waits for a second person" in enter(house, "1.60")
    assert not policy_in_force()[0].exchange
    assert "Somebody else confirms" in confirm(house, house.people["operator"], "1.60")
    assert refusal_of_closing(house.client("operator"), due) == "exchange-unknown"

    confirm(house, auditor, "1.60")

    word = policy_in_force()[0].rate_words["EUR"]
    assert (word.set_by, word.confirmed_by) == (house.people["operator"].pk, auditor.pk)
    assert close(house, due).state == "closed"
    statement = Statement.objects.get()
    page = house.client("worker").get(f"/pay/{statement.pk}", headers=EN).content.decode()
    assert f"1 EUR = 1.60 CAD, May 1, 2026, {SOURCE}" in page
    assert statement.top_up_micro > 0


def test_typing_error_is_refused_to_who_is_alone_and_needs_a_reason_from_two(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    worked_in_france(house)
    stop_clock(at(4))
    alone(house)
    assert "more than 10 % apart" in enter(house, "0.10").replace("\xa0", " ")
    assert "No reference for KES" in enter(house, "0.0107", code="KES")
    assert "on your word alone" in enter(house, "1.60")
    assert policy_in_force()[0].rate_words["EUR"].confirmed_by is None
    page = house.client("operator").get("/payroll/exchange", headers=EN).content.decode()
    assert "one person’s word" in page
    assert "You are the only person who can confirm a rate" in page

    auditor = make_auditor(house)
    enter(house, "2.10")
    assert "Write why it is right" in confirm(house, auditor, "2.10")
    assert str(policy_in_force()[0].exchange["EUR"].rate) == "1.60"
    confirm(house, auditor, "2.10", why="devaluation of 1 May, read at the bank")

    assert str(policy_in_force()[0].exchange["EUR"].rate) == "2.10"


def test_old_rate_is_named_and_a_rate_too_old_closes_nothing(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    due = worked_in_france(house)
    alone(house)
    stop_clock(at(15, 4))
    assert "last 10 business days" in enter(house, "1.50", "2020-01-01")
    assert "last 10 business days" in enter(house, "1.50", "2026-04-16")
    enter(house, "1.50", "2026-04-15")
    stop_clock(at(23, 4))
    assert "6 business days old" in payroll(house)
    assert read_readiness(to_ms(at(23, 4))).rates_old == ("EUR (2026-04-15)",)
    assert not read_readiness(to_ms(at(22, 4))).rates_old

    stop_clock(at(4))

    assert "too old to close a period" in payroll(house)
    assert read_readiness(to_ms(at(4))).rates_expired == ("EUR (2026-04-15)",)
    assert refusal_of_closing(house.client("operator"), due) == "exchange-expired"
    page = house.client("operator").get(f"/payroll/{due.pk}", headers=EN).content.decode()
    assert "An exchange rate is too old" in page
    enter(house, "1.60")
    assert close(house, due).state == "closed"


def payroll(house: House) -> str:
    return house.client("operator").get("/payroll/", headers=EN).content.decode()


def test_worker_and_client_do_not_read_the_page_and_an_auditor_does(house: House) -> None:
    auditor = make_auditor(house)
    client = house.client("stranger")
    client.force_login(auditor)

    assert client.get("/payroll/exchange").status_code == 200
    assert client.post("/payroll/exchange/propose").status_code in {403, 404}
    for role in ("worker", "requester"):
        assert house.client(role).get("/payroll/exchange").status_code in {403, 404}
