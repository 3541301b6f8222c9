"""By the newest rules every printed figure follows from printed figures, to the cent."""

import json
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.pay.employment.pay_calendar import PayCalendar, PayRun
from canut.core.pay.employment.vacation_pay import PayoutGiven, VacationGiven
from canut.core.pay.statement import PayDesk, text_of
from canut.core.pay.statement_input import (
    NEWEST_RULES,
    DayGiven,
    EmployerGiven,
    PeriodInput,
    PersonInput,
    PricedCount,
    ProjectGiven,
    StatementInput,
    from_json,
    to_json,
)
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places

DESK = PayDesk(shipped_places())
FIRST = date(2026, 6, 1)
SECOND_MS, CENT, MICRO = 1000, 10_000, Decimal(1_000_000)


def facts(*projects: ProjectGiven, **fields: object) -> StatementInput:
    """Return the facts of an employee's statement of two weeks by the newest rules."""
    last = FIRST + timedelta(days=13)
    calendar = PayCalendar(PayRun(1, 26, 14), 365, is_last=False)
    values: dict[str, Any] = {
        "person": PersonInput(41, "Ada Ménard", is_simulated=False, years=0),
        "place": "CA-QC",
        "zone": "America/Toronto",
        "status": Status.EMPLOYEE,
        "period": PeriodInput(7, FIRST, last, last + timedelta(days=7), 26, calendar),
        "currency": "CAD",
        "projects": projects,
        "yearly_payroll_micro": 500_000_000_000,
        "rules": NEWEST_RULES,
        **fields,
    }
    return StatementInput(**values)


def project(seconds: dict[int, int], **fields: object) -> ProjectGiven:
    """Return a project with these seconds on days of the period."""
    days = [
        DayGiven(FIRST + timedelta(days=n), {"item": SECOND_MS * count})
        for n, count in sorted(seconds.items())
    ]
    values: dict[str, Any] = {"days": days, **fields}
    return ProjectGiven(3, "Avis", "Les Soies", **values)


def test_pay_of_500_contributes_to_the_pension_on_365_38() -> None:
    own = project({}, pieces=[PricedCount(1, 500_000_000)])

    pay = DESK.statement(facts(own))["pay"]

    qpp = next(line for line in pay["contributions"] if line["name"] == "qpp")
    assert (qpp["exempt_micro"], qpp["base_micro"]) == (134_620_000, 365_380_000)
    assert qpp["micro"] == 23_020_000


def test_vacation_of_25_600_is_kept_and_stands_in_no_pay() -> None:
    big = project({}, pieces=[PricedCount(1, 25_600_000_000)])

    pay = DESK.statement(facts(big))["pay"]

    assert pay["gross_micro"] == 25_600_000_000
    assert pay["vacation"]["micro"] == pay["vacation"]["balance_micro"] == 1_024_000_000


def test_end_of_the_employment_pays_all_of_the_vacation() -> None:
    own = project({}, pieces=[PricedCount(1, 100_000_000)])
    vacation = VacationGiven(before_micro=50_000_000, is_end=True)

    pay = DESK.statement(facts(own, vacation=vacation))["pay"]

    assert pay["gross_micro"] == 154_000_000
    assert (pay["vacation"]["balance_micro"], pay["vacation"]["why"]) == (0, "end")


def test_exception_of_the_law_pays_vacation_with_each_pay() -> None:
    own = project({}, pieces=[PricedCount(1, 100_000_000)])

    pay = DESK.statement(facts(own, vacation=VacationGiven(exception="decree")))["pay"]

    assert (pay["gross_micro"], pay["vacation"]["why"]) == (104_000_000, "exception")


def test_overtime_is_no_part_of_what_a_holiday_pays() -> None:
    weeks = dict.fromkeys((0, 1, 2, 3, 4), 10 * 3600)
    june = facts(
        project({}),
        period=PeriodInput(8, date(2026, 6, 15), date(2026, 6, 28), date(2026, 7, 5), 26),
        hours={FIRST + timedelta(days=n): SECOND_MS * s for n, s in weeks.items()},
        wages={FIRST + timedelta(days=n): 166_000_000 for n in weeks},
    )

    (line,) = DESK.statement(june)["pay"]["holidays"]

    assert line["base_micro"] == 40 * 16_600_000
    assert line["micro"] == 33_200_000


def test_second_statement_of_a_pay_takes_the_rest_of_its_exemption() -> None:
    own = project({}, pieces=[PricedCount(1, 500_000_000)])

    pay = DESK.statement(facts(own, exempted_micro=100_000_000))["pay"]

    qpp = next(line for line in pay["contributions"] if line["name"] == "qpp")
    assert qpp["exempt_micro"] == 34_620_000


def test_statement_of_other_rules_than_its_schema_is_refused() -> None:
    stored = json.loads(text_of(DESK.statement(facts(project({0: 60})))))
    stored["schema"] = "canut-statement-1"

    with pytest.raises(BadInput):
        DESK.again(stored)


days = st.dictionaries(st.integers(0, 13), st.integers(1, 60_000), max_size=9)
priced = st.builds(PricedCount, st.integers(0, 400), st.integers(0, 900_000))
anybody = st.builds(
    lambda seconds, pieces, hourly, kept, is_end: facts(
        project(seconds, pieces=pieces, hourly_micro=hourly),
        vacation=VacationGiven(
            kept, is_end=is_end, payouts=[PayoutGiven(3, "leave", FIRST, kept or None)]
        ),
        employer=EmployerGiven("Les Soies", "1, rue du Fil, Montréal"),
        job="Annotation",
    ),
    days,
    st.lists(priced, max_size=3),
    st.none() | st.integers(0, 30_000_000),
    st.integers(0, 90_000).map(lambda cents: cents * CENT),
    st.booleans(),
)


def up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_CEILING)


def nearest(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def units(micro: int) -> Decimal:
    return Decimal(micro) / MICRO


@given(anybody)
def test_pocket_calculator_comes_to_every_amount(who: StatementInput) -> None:
    content = DESK.statement(who)

    (given_,), (own,), pay = who.projects, content["projects"], content["pay"]
    hour = units(given_.hourly_micro or 0)
    due = hourly = Decimal(0)
    for day in own["days"]:
        assert units(day["due_micro"]) == up(units(day["floor_micro"]) * day["time_ms"] / HOUR_MS)
        due += units(day["due_micro"])
        hourly += up(hour * day["time_ms"] / HOUR_MS)
    pieces = up(sum((item.count * units(item.micro) for item in given_.pieces), Decimal(0)))
    top_up = max(Decimal(0), due - pieces - hourly)
    assert units(own["top_up_micro"]) == top_up
    gross = pieces + hourly + top_up
    for week in pay["overtime"]["weeks"]:
        usual = up(units(week["wages_micro"]) * HOUR_MS / week["time_ms"])
        assert units(week["usual_hour_micro"]) == usual
        gross += up(usual * week["overtime_ms"] / HOUR_MS / 2)
    gross += units(pay["holiday_micro"]) + units(pay["vacation"]["paid_micro"])
    assert units(pay["gross_micro"]) == gross
    net = gross
    for line in pay["contributions"]:
        exempt = units(line.get("exempt_micro", 0))
        if line["name"] != "qpp2":
            assert units(line["base_micro"]) == max(Decimal(0), gross - exempt)
        amount = nearest(units(line["base_micro"]) * Decimal(line["rate"]))
        most = line["most_micro"]
        assert units(line["micro"]) == (amount if most is None else min(amount, units(most)))
        net -= units(line["micro"]) if line["payer"] == "employee" else 0
    assert units(pay["net_micro"]) == net


@given(anybody)
def test_statement_comes_out_the_same_from_its_own_text(who: StatementInput) -> None:
    text = text_of(DESK.statement(who))

    assert text == text_of(DESK.again(json.loads(text)))
    assert json.dumps(to_json(from_json(to_json(who)))) == json.dumps(to_json(who))
