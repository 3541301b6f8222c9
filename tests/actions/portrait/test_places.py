"""Every figure of hours, pay and protection belongs to the place where the work was done."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pytest

from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.periods import close_period
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.portrait.inputs import QuarterInputs, gather
from canut.actions.portrait.releases import floor_on, release_quarter
from canut.core.clock import HOUR_MS, to_ms
from canut.core.money import Money
from canut.core.pay.exchange_rates import RateWord
from canut.core.pay.floor import Exchange
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.places.parameters import Status
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.extra_figures import beside
from canut.core.portrait.measured import Figures
from canut.core.portrait.privacy import ALL, cells_here
from canut.core.portrait.released import read_release
from canut.store.models import Organisation, Person, RateVersion, Statement, Worker
from tests.actions.portrait.test_releases import OVER, QUARTER
from tests.support.factories import Made, answer_next, make_person, make_project
from tests.support.payroll import (
    AFTER,
    FIRST,
    PAYROLL_MICRO,
    agree,
    moment,
    period,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ON = date(2026, 4, 30)
RATES = {"EUR": "1.60", "KES": "0.0107"}


class Crew(NamedTuple):
    """Some people of one place."""

    place: str
    zone: str
    status: Status
    people: int
    hours: int
    currency: str = "CAD"


QUEBEC = Crew("CA-QC", "America/Toronto", Status.EMPLOYEE, 22, 2)
FRANCE = Crew("FR", "Europe/Paris", Status.SELF_EMPLOYED, 21, 1)
KENYA = Crew("KE-30", "Africa/Nairobi", Status.SELF_EMPLOYED, 23, 1)


def hire(
    crew: Crew, made: Made | None = None, *, simulated: bool = False, client: str = "CA"
) -> Made:
    """Let a crew answer a task each and work some hours."""
    made = made or make_project(
        tasks=2, workers=crew.people, overlap=crew.people, piece_micro=100_000,
        client_country=client,
    )  # fmt: skip
    if crew.currency != "CAD":
        RateVersion.objects.filter(project=made.project).update(currency=crew.currency)
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, crew.status, crew.place, crew.zone)
        at_ms = moment(FIRST) + number * 60_000
        answer_next(worker, now_ms=at_ms)
        work_hours(person, made.project.pk, at_ms, crew.hours * HOUR_MS, surface="instructions")
    if simulated:
        Person.objects.filter(workers__in=made.workers).update(is_simulated=True)
        Worker.objects.filter(id__in=[one.pk for one in made.workers]).update(kind="simulated")
        made.project.answer_set.update(author_kind="simulated")
    return made


def pay(rates: Mapping[str, str] = RATES, quote: str = "CAD") -> None:
    """Close the period, with the rates of a day in one currency."""
    rules = PayRules(
        yearly_payroll_micro=PAYROLL_MICRO,
        exchange={code: Exchange(Decimal(rate), ON, "a bank") for code, rate in rates.items()},
        rate_words={code: RateWord(quote, 1) for code in rates},
    )
    set_policy(rules, make_person(), to_ms(AFTER))
    close_period(period().pk, make_person(), to_ms(AFTER))


def collected() -> tuple[QuarterInputs, Figures]:
    """Compute the figures as a release does."""
    floor = floor_on(QUARTER.first)
    inputs = gather(QUARTER, floor.micro if floor else None)
    rng = np.random.default_rng(3)
    return inputs, Figures(beside(inputs.given, cells_here(inputs.work, rng), rng))


def hours_of_statements() -> dict[str, float]:
    """Add up the hours of all statements by place of work, in another way than the release does."""
    hours: dict[str, float] = defaultdict(float)
    for text in Statement.objects.values_list("content", flat=True):
        given = json.loads(text)["given"]
        for project in given["projects"]:
            for day in project["days"]:
                place = given["place_of_day"].get(day["day"], given["place"])
                hours[place] += sum(day["surfaces"].values()) / HOUR_MS
    return dict(hours)


def test_hours_of_quebec_are_those_worked_in_quebec_and_every_place_has_its_own() -> None:
    for crew in (QUEBEC, FRANCE, KENYA):
        hire(crew)
    pay()
    inputs, figures = collected()

    by_place = hours_of_statements()
    assert set(by_place) == {"CA-QC", "FR", "KE-30"}
    for place, hours in by_place.items():
        assert figures.value(f"place.{place}.hours") == pytest.approx(hours, abs=0.05)
    assert figures.value("place.ALL.hours") == pytest.approx(sum(by_place.values()), abs=0.05)
    assert sum(item.time_ms for item in inputs.work) / HOUR_MS == pytest.approx(by_place["CA-QC"])


def test_hours_of_the_demo_crowd_are_told_by_place_though_some_places_are_few() -> None:
    for crew in (QUEBEC._replace(people=14), FRANCE._replace(people=6), KENYA._replace(people=4)):
        hire(crew, simulated=True)
    pay()
    inputs, figures = collected()

    assert inputs.is_simulated
    for place, hours in hours_of_statements().items():
        figure = figures.get(f"place.{place}.hours")
        assert figure.is_simulated
        assert float(figure.value or 0) == pytest.approx(hours, abs=0.05)
    assert figures.get("place.CA-QC.people").state is CellState.UNKNOWN


def test_each_place_stands_beside_its_own_minimum_wage() -> None:
    for crew in (QUEBEC, KENYA):
        hire(crew)
    pay()
    _inputs, figures = collected()

    kenya, quebec = figures.get("place.KE-30.floor"), figures.get("place.CA-QC.floor")
    assert (kenya.label, quebec.label, quebec.value) == ("KES", "CAD", Decimal("16.10"))
    converted = figures.get("place.KE-30.floor_converted")
    assert converted.state is CellState.DERIVED
    assert float(converted.value or 0) == pytest.approx(float(kenya.value or 0) * 0.0107, abs=0.006)


def test_place_of_few_people_is_told_with_the_others_and_not_by_itself() -> None:
    hire(QUEBEC)
    hire(FRANCE)
    hire(KENYA._replace(people=3))
    pay()
    _inputs, figures = collected()

    assert not figures.under("place.KE-30")
    assert not figures.under("place.FR")
    assert figures.get("place.OTHER.hours").value == Decimal("24.0")


def test_who_moved_counts_in_both_places_and_once_in_all() -> None:
    made = hire(QUEBEC)
    person = made.workers[0].person
    assert person is not None
    set_terms(
        person,
        TermsIn("FR", "Europe/Paris", Status.SELF_EMPLOYED),
        by=make_person(),
        now_ms=moment(date(2026, 4, 25)),
    )
    work_hours(person, made.project.pk, moment(date(2026, 4, 28)), HOUR_MS)
    hire(FRANCE)
    pay()
    inputs, figures = collected()

    assert Statement.objects.filter(person=person).count() == 2
    assert hours_of_statements() == {"CA-QC": 44.0, "FR": 22.0}
    assert figures.value("place.CA-QC.hours") == 44
    assert figures.value("place.FR.hours") == 22
    hands = [hand for hand in inputs.given.hands if hand.person == person.pk]
    assert [hand.all_ms / HOUR_MS for hand in hands] == [3]


def test_client_with_two_organisations_has_its_hours_once() -> None:
    hire(QUEBEC, client="FR")
    other = hire(QUEBEC, client="FR")
    other.project.organisation = Organisation.objects.create(
        name="Les Soies, filiale", kind="requester", created_at=AFTER
    )
    other.project.save(update_fields=["organisation"])
    pay()
    _inputs, figures = collected()

    assert figures.value("client.CA-QC.FR") == figures.value("place.CA-QC.hours") == 88


def test_hours_are_told_by_country_of_work_and_country_of_client() -> None:
    hire(QUEBEC, client="CA")
    hire(KENYA, client="FR")
    hire(KENYA, client="")
    pay()
    _inputs, figures = collected()

    cells = {one.name: float(one.value or 0) for one in figures.under("client")}
    assert cells == {
        "client.CA-QC.CA": 44.0,
        "client.KE-30.FR": 23.0,
        "client.KE-30.UNKNOWN": 23.0,
    }
    own = figures.get("client.KE-30.FR").of
    assert (own.place_of_work, own.place_of_client) == ("KE-30", "FR")


def test_pay_in_another_currency_is_converted_at_the_stored_rate_and_not_left_out() -> None:
    hire(QUEBEC)
    hire(FRANCE._replace(currency="EUR"))
    pay()
    inputs, figures = collected()

    gross = sum(
        row["earned_micro"]
        for text in Statement.objects.filter(currency="EUR").values_list("content", flat=True)
        for row in json.loads(text)["projects"]
    )
    hour = figures.get("place.FR.pay_by_hour")
    assert inputs.currency == "CAD"
    assert float(hour.value or 0) == pytest.approx(gross / 1e6 / 21 * 1.60, abs=0.006)
    rate = figures.get("rate.EUR")
    assert (rate.value, rate.label, rate.of.currency) == (Decimal("1.60"), "EUR 2026-04-30", "CAD")


def test_people_without_a_stored_rate_keep_their_hours_and_are_counted_as_left_out_of_pay() -> None:
    hire(QUEBEC)
    hire(KENYA._replace(currency="KES"))
    pay(rates={})
    _inputs, figures = collected()

    assert figures.value("place.KE-30.hours") == 23
    assert figures.get("place.KE-30.pay_by_hour").value is None
    left_out = figures.get("left_out.without_rate")
    assert (left_out.state, left_out.low) == (CellState.AT_LEAST, Decimal(20))


def test_rate_of_another_quote_is_not_used() -> None:
    hire(QUEBEC)
    hire(KENYA._replace(currency="KES"))
    pay(rates={"USD": "1.37"})
    _inputs, figures = collected()

    assert figures.get("left_out.without_rate").state is CellState.AT_LEAST


def test_protections_are_those_of_the_hours_they_can_apply_to() -> None:
    hire(QUEBEC)
    hire(FRANCE)
    pay()
    inputs, figures = collected()

    for name in ("qpip", "ei", "cnesst"):
        assert figures.value(f"scheme.{name}") == 1
    covered = sum(item.covered_ms for item in inputs.work) / sum(
        item.can_ms for item in inputs.work
    )
    assert covered == 1
    assert figures.value("protection.FR.none") == 21
    assert figures.get("protection.CA-QC.none").state is CellState.UNKNOWN


def test_pay_under_the_pension_exemption_is_its_own_state() -> None:
    hire(QUEBEC)
    pay()
    _inputs, figures = collected()

    assert (figures.value("scheme.qpp"), figures.value("scheme.qpp.exempt")) == (0, 1)
    assert figures.get("scheme.qpp2").state is CellState.UNKNOWN


def test_levies_of_the_employer_are_no_protection() -> None:
    hire(QUEBEC)
    pay()
    _inputs, figures = collected()

    assert not figures.under("scheme.hsf")
    assert not [one for one in figures.by_name if one.startswith(("scheme.hsf", "scheme.cnt"))]


def test_part_of_who_works_is_split_by_place_of_work_and_the_silent_part_is_the_residual() -> None:
    parties: Sequence[Party] = [Party(PartyRole.OPERATOR, Money(30_000, "CAD"), "Canut", "CA")]
    for crew in (QUEBEC, KENYA):
        made = hire(crew)
        given = ChainIn("Presse", "CA", 300_000, parties)
        write_chain(made.project, given, by=make_person(), now_ms=moment(FIRST))
    pay()
    _inputs, figures = collected()

    parts = {one.name: one.value for one in figures.under("workers")}
    (whole,) = (one for one in figures.under("chain") if ".worker." in one.name)
    assert set(parts) == {"workers.CA-QC", "workers.KE-30"}
    assert sum(value or Decimal(0) for value in parts.values()) == whole.value
    silent = figures.get("chain.silent")
    every = [one for one in figures.under("chain") if one.name.count(".") == 3]
    assert silent.state is CellState.RESIDUAL
    assert sum(one.value or Decimal(0) for one in every) == 100


def test_time_that_nobody_measured_is_told_as_such_and_raises_no_pay() -> None:
    hire(QUEBEC)
    unmeasured = make_project(tasks=2, workers=21, overlap=21, piece_micro=50_000_000)
    for worker in unmeasured.workers:
        assert worker.person is not None
        agree(worker.person, Status.SELF_EMPLOYED)
        answer_next(worker, now_ms=moment(FIRST))
    pay()
    _inputs, figures = collected()

    statements = Statement.objects.filter(time_ms=0, gross_micro__gt=0)
    assert statements.count() == 21
    assert figures.get("left_out.not_measured").low == 20
    assert figures.value("place.CA-QC.hours") == 44
    assert (figures.value("place.CA-QC.pay_by_hour") or 99) < 30


def test_flows_of_people_close_and_who_left_is_told_a_quarter_late() -> None:
    made = hire(QUEBEC)
    january = to_ms(datetime(2026, 1, 20, 12, tzinfo=UTC))
    october = to_ms(datetime(2025, 11, 20, 12, tzinfo=UTC))
    for at_ms, (first, last) in ((january, (0, 3)), (october, (3, 5))):
        for worker in made.workers[first:last]:
            answer_next(worker, now_ms=at_ms)
    gone = make_project(tasks=2, workers=2, overlap=2)
    answer_next(gone.workers[0], now_ms=october)
    answer_next(gone.workers[1], now_ms=january)
    inputs = gather(QUARTER, None)

    counted = inputs.given.population
    assert counted is not None
    assert counted == (22, 17, 3, 2, 1)
    assert counted.active == counted.new + counted.stayed + counted.returned


def test_release_by_place_is_read_back_with_what_each_figure_belongs_to() -> None:
    for crew in (QUEBEC, FRANCE):
        hire(crew)
    pay()
    stored = release_quarter(QUARTER, to_ms(OVER))
    release = read_release(stored.content.encode())

    assert release.sha256 == stored.sha256
    figures = Figures(release.figures)
    assert figures.get("place.FR.hours").of.place_of_work == "FR"
    assert figures.get("time.paid").of.place_of_work == ALL
    assert figures.get("pay.under.person").of.place_of_work == "CA-QC"
    assert all(one.of.frame for one in release.figures)
    hours = next(one for one in release.cells if (one.row, one.measure) == (ALL, CellMeasure.HOURS))
    assert hours.value == 44
