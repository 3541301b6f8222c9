"""Nobody is under their floor, each amount has its line, the same facts give the same bytes."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput, Forbidden, Incomplete
from canut.core.pay.statement import PayDesk, text_of
from canut.core.pay.statement_input import (
    AdjustmentGiven,
    DayGiven,
    PeriodInput,
    PersonInput,
    PricedCount,
    ProjectGiven,
    StatementInput,
    YearToDatePay,
    from_json,
    to_json,
)
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places
from canut.core.proofs.canonical import canonical

DESK = PayDesk(shipped_places())
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 1)
CENT = 10_000
SURROGATES: tuple[Literal["Cs"]] = ("Cs",)


def hours(day: date, count: int, **more: int) -> DayGiven:
    return DayGiven(day, {"item": count * HOUR_MS, **more})


def project(number: int = 3, **fields: object) -> ProjectGiven:
    values: dict[str, Any] = {"days": (hours(MAY, 4),), **fields}
    for name in {"pieces", "reviews"} & fields.keys():
        values[name] = [PricedCount(*each) for each in values[name]]
    return ProjectGiven(number, "Avis", "Les Soies", **values)


def facts(*projects: ProjectGiven, **fields: object) -> StatementInput:
    """Return the facts of a statement; ``fields`` may be those of its person and period too."""
    person: dict[str, Any] = {"number": 41, "name": "Ada Ménard", "is_simulated": False, "years": 0}
    period: dict[str, Any] = {
        "number": 7,
        "first_day": date(2026, 4, 20),
        "last_day": date(2026, 5, 3),
        "pay_day": date(2026, 5, 10),
        "a_year": 26,
    }
    own = {name: fields.pop(name) for name in person.keys() & fields.keys()}
    when = {name: fields.pop(name) for name in period.keys() & fields.keys()}
    values: dict[str, Any] = {
        "person": PersonInput(**person | own),
        "place": "CA-QC",
        "zone": "America/Toronto",
        "status": Status.EMPLOYEE,
        "period": PeriodInput(**period | when),
        "currency": "CAD",
        "projects": projects or (project(),),
        "yearly_payroll_micro": 500_000_000_000,
        **fields,
    }
    return StatementInput(**values)


def test_hours_over_the_first_of_may_reach_the_sum_of_their_floors() -> None:
    both = project(days=(hours(APRIL, 4), hours(MAY, 4)), pieces=((2, 60_000_000),))

    found = DESK.statement(facts(both))

    (one,) = found["projects"]
    assert (one["paid_micro"], one["due_micro"]) == (120_000_000, 130_800_000)
    assert one["top_up_micro"] == 10_800_000
    assert [day["floor_micro"] for day in one["days"]] == [16_100_000, 16_600_000]
    assert sum(day["wage_micro"] for day in one["days"]) == one["earned_micro"]


def test_vacation_of_25_600_is_1_024() -> None:
    big = project(days=(), pieces=((1, 25_600_000_000),))

    pay = DESK.statement(facts(big))["pay"]

    assert (pay["vacation_micro"], pay["gross_micro"]) == (1_024_000_000, 26_624_000_000)


def test_vacation_is_six_per_cent_after_three_years() -> None:
    big = project(days=(), pieces=((1, 1_000_000_000),))

    pay = DESK.statement(facts(big, years=3))["pay"]

    assert pay["vacation_micro"] == 60_000_000


def test_pay_of_two_weeks_at_the_minimum_contributes_as_was_worked_out() -> None:
    days = tuple(hours(date(2026, 6, 1) + timedelta(days=n), 8) for n in range(10))
    fields: dict[str, Any] = {"first_day": date(2026, 6, 1), "last_day": date(2026, 6, 14)}

    pay = DESK.statement(facts(project(days=days), **fields, pay_day=date(2026, 6, 15)))["pay"]

    taken = {
        one["name"]: one["micro"] for one in pay["contributions"] if one["payer"] == "employee"
    }
    assert pay["gross_micro"] == 1_381_120_000
    assert taken == {"qpp": 78_530_000, "qpp2": 0, "qpip": 5_940_000, "ei": 17_950_000}
    assert pay["net_micro"] == pay["gross_micro"] - sum(taken.values())
    assert pay["employer_micro"] == 156_870_000


def test_holiday_pays_a_twentieth_of_the_four_weeks_before_its_week() -> None:
    fields: dict[str, Any] = {"first_day": date(2026, 6, 15), "last_day": date(2026, 6, 28)}
    wages = {date(2026, 5, 23): 9_000_000, date(2026, 5, 24): 400_000_000}
    june = project(days=(hours(date(2026, 6, 16), 1), hours(date(2026, 6, 22), 1)))

    pay = DESK.statement(facts(june, **fields, wages=wages))["pay"]

    (one,) = pay["holidays"]
    assert (one["day"], one["base_micro"]) == ("2026-06-24", 416_600_000)
    assert one["micro"] == 20_830_000


def test_self_employed_lose_nothing_and_see_what_to_put_aside() -> None:
    found = DESK.statement(facts(status=Status.SELF_EMPLOYED))

    pay = found["pay"]
    assert (pay["net_micro"], pay["withheld_micro"]) == (pay["gross_micro"], 0)
    assert {one["payer"] for one in pay["contributions"]} == {"self_employed"}
    assert pay["vacation"] is None


def test_income_tax_is_said_in_words_not_to_be_computed() -> None:
    found = DESK.statement(facts())

    assert {"Quebec income tax", "federal income tax"} <= {o["en"] for o in found["not_computed"]}


def test_rejection_takes_pieces_but_never_below_nothing() -> None:
    taken = (AdjustmentGiven(MAY, -5_000_000, "off"),)

    found = DESK.statement(facts(project(pieces=((1, 1_000_000),), adjustments=taken)))

    (one,) = found["projects"]
    assert (one["paid_micro"], one["due_micro"]) == (0, 66_400_000)
    assert one["earned_micro"] == 66_400_000


def test_surplus_of_one_project_tops_up_no_other() -> None:
    rich, poor = project(3, pieces=((1, 900_000_000),)), project(4)

    found = DESK.statement(facts(rich, poor))

    assert [one["top_up_micro"] for one in found["projects"]] == [0, 66_400_000]


def test_day_worked_elsewhere_has_the_floor_of_there() -> None:
    moved = facts(
        project(days=(hours(APRIL, 1), hours(MAY, 1))),
        status=Status.SELF_EMPLOYED,
        place="US-WA",
        currency="USD",
        place_of_day={APRIL: "US-CA"},
    )

    (one,) = DESK.statement(moved)["projects"]

    assert [day["floor_micro"] for day in one["days"]] == [16_900_000, 17_130_000]


def test_year_to_date_adds_to_what_was_before() -> None:
    first = DESK.statement(facts())
    year, pay = first["year"], first["pay"]
    before = YearToDatePay(
        year["gross_micro"], year["vacation_micro"], year["net_micro"], year["contributed"]
    )

    second = DESK.statement(facts(before=before))

    assert second["year"]["gross_micro"] == 2 * pay["gross_micro"]
    assert second["year"]["contributed"]["ei/employee"] == 2 * year["contributed"]["ei/employee"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"pay_day": date(2027, 1, 3)}, "parameter-expired"),
        ({"yearly_payroll_micro": None}, "payroll-unknown"),
        ({"pay_day": date(2025, 6, 1)}, "parameter-unknown"),
        ({"place": "FR", "currency": "EUR"}, "contributions-unknown"),
    ],
)
def test_what_is_unknown_refuses(fields: dict[str, object], code: str) -> None:
    big = project(days=(), pieces=((1, 1_000_000),))

    with pytest.raises(Incomplete) as refused:
        DESK.statement(facts(big, **fields))

    assert refused.value.case in {code, "parameter-unknown"}


def test_own_rate_of_the_employer_takes_the_place_of_the_average() -> None:
    own = {"cnesst.average_rate": Decimal("0.02")}

    found = DESK.statement(facts(own_rates=own))["pay"]["contributions"]

    assert next(one["rate"] for one in found if one["name"] == "cnesst") == "0.02"


def test_volunteers_get_no_statement() -> None:
    with pytest.raises(Forbidden):
        DESK.statement(facts(status=Status.VOLUNTEER))


def test_what_is_no_statement_is_refused() -> None:
    for kept in ({}, {"schema": "canut-statement-1", "given": {}}, {"schema": "x", "given": {}}):
        with pytest.raises(BadInput):
            DESK.again(kept)


names = st.text(st.characters(exclude_categories=SURROGATES), max_size=12)
days = st.dictionaries(
    st.integers(0, 13).map(lambda n: date(2026, 4, 20) + timedelta(days=n)),
    st.dictionaries(st.sampled_from(["item", "queue"]), st.integers(0, 9 * HOUR_MS), min_size=1),
    max_size=6,
)
projects = st.builds(
    lambda title, work, pieces, hourly: ProjectGiven(
        3,
        title,
        "Les Soies",
        tuple(DayGiven(day, work[day]) for day in sorted(work)),
        pieces=[PricedCount(*each) for each in pieces],
        hourly_micro=hourly,
    ),
    names,
    days,
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 900_000)), max_size=3),
    st.none() | st.integers(0, 30_000_000),
)
anybody = st.builds(
    lambda work, name, status: facts(*work, name=name, status=status),
    st.lists(projects, min_size=1, max_size=3),
    names,
    st.sampled_from([Status.EMPLOYEE, Status.SELF_EMPLOYED]),
)


@given(anybody)
def test_paid_and_topped_up_reach_the_floor_of_every_project(who: StatementInput) -> None:
    found = DESK.statement(who)

    for given_, one in zip(who.projects, found["projects"], strict=True):
        exact = sum(
            (16_100_000 if day.day < MAY else 16_600_000) * day.time_ms for day in given_.days
        )
        assert (one["paid_micro"] + one["top_up_micro"]) * HOUR_MS >= exact
        assert one["top_up_micro"] % CENT == 0
    assert found["pay"]["net_micro"] % CENT == 0
    assert found["pay"]["wages_micro"] >= found["pay"]["worked_micro"]


@given(anybody)
def test_statement_is_canonical_and_comes_out_the_same_from_its_own_text(
    who: StatementInput,
) -> None:
    text = text_of(DESK.statement(who))

    assert text == text_of(DESK.again(json.loads(text)))
    assert text.encode() == canonical(json.loads(text))
    assert from_json(to_json(who)) == structs.replace(
        who, projects=from_json(to_json(who)).projects
    )
