"""Hours are paid at the price each day had; what was promised is not taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.floor import Bound, Floor
from canut.core.pay.hourly_price import HourPrice, hour_price
from canut.core.pay.period_pay import WorkLine, pay_of_period
from canut.core.pay.pilot import PilotPerson, PilotReason, judge
from canut.core.pay.price import Declared, TaskTime
from canut.core.pay.required_funds import need_after_pilot, need_before_pilot
from canut.core.pay.statement_input import DayGiven, ProjectGiven, from_json, to_json
from tests.core.pay.test_statement import facts

DAY = date(2026, 6, 1)
FLOOR = Floor(Money(16_600_000, "CAD"), Bound.LEGAL)


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def hours(*each: int) -> list[WorkLine]:
    """Make so many hours on days that follow each other."""
    return [WorkLine(DAY + timedelta(n), one * HOUR_MS, cad(0)) for n, one in enumerate(each)]


def test_day_of_a_change_has_the_highest_price_of_that_day() -> None:
    prices = [HourPrice(0, 20), HourPrice(150, 18), HourPrice(250, 25)]

    found = [hour_price(prices, begin, begin + 100) for begin in (0, 100, 200, 300)]

    assert found == [20, 20, 25, 25]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 90)), min_size=1, max_size=6),
    st.integers(0, 900),
)
def test_a_later_change_never_lowers_what_an_earlier_day_pays(
    changes: list[tuple[int, int]], later: int
) -> None:
    prices = [HourPrice(*one) for one in sorted(changes)]
    end = prices[-1].since_ms + later

    before = [hour_price(prices, at, at + 100) for at in range(0, end, 100)]
    after = [hour_price([*prices, HourPrice(end, 0)], at, at + 100) for at in range(0, end, 100)]

    assert after == before


def test_hours_of_each_day_are_paid_at_its_own_price() -> None:
    found = pay_of_period(
        hours(2, 3), lambda _day: FLOOR, "CAD", cad(20_000_000), {DAY: cad(18_000_000)}
    )

    assert found.by_hour == cad(2 * 18_000_000 + 3 * 20_000_000)
    assert found.top_up == cad(0)


def test_price_an_hour_under_the_floor_is_topped_up() -> None:
    found = pay_of_period(hours(4), lambda _day: FLOOR, "CAD", cad(15_000_000))

    assert (found.by_hour, found.top_up) == (cad(60_000_000), cad(6_400_000))


def test_price_of_a_day_below_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        pay_of_period(hours(1), lambda _day: FLOOR, "CAD", cad(1), {DAY: cad(-1)})


def test_reserve_counts_slow_hours_and_no_top_up_where_the_hour_is_above_the_floor() -> None:
    price = Declared(cad(0), 60_000, cad(0), cad(18_000_000))

    need = need_before_pilot(10, price, cad(16_600_000), Decimal("0.1"))

    assert (need.pay, need.hours, need.top_up) == (cad(0), cad(4_500_000), cad(0))
    assert need.total == cad(4_950_000)


def test_reserve_after_a_pilot_goes_by_the_time_people_took_and_a_quarter_more() -> None:
    tried = [PilotPerson(1, 10, 10 * 60_000, cad(16_600_000), 18_000_000)]

    need = need_after_pilot(100, cad(50_000), tried, Decimal(0))

    assert (need.pay, need.top_up) == (cad(5_000_000), cad(0))
    assert need.hours == cad(37_500_000)  # 100 answers of a minute at 18 an hour, and a quarter


def test_hours_without_a_time_a_task_cannot_be_reckoned() -> None:
    with pytest.raises(BadInput) as refusal:
        Declared(cad(0), 0, cad(0), cad(18_000_000))

    assert refusal.value.case == "bad-task-time"


def test_pilot_of_an_hourly_price_under_the_floor_proposes_the_hour_that_does() -> None:
    people = [PilotPerson(n, 10, 600_000, cad(16_600_000), 12_000_000) for n in range(4)]
    time = TaskTime(40, 4, 60_000, 60_000, 2_400_000)

    verdict = judge(cad(0), people, time)

    assert PilotReason.PEOPLE in verdict.reasons
    assert verdict.proposed_by_hour == cad(16_600_000)
    again = [PilotPerson(n, 10, 600_000, cad(16_600_000), 16_600_000) for n in range(4)]
    assert judge(cad(0), again, time).may_open


def test_pieces_beside_hours_lower_the_hour_that_does() -> None:
    people = [PilotPerson(n, 10, 600_000, cad(16_600_000), 12_000_000) for n in range(4)]

    verdict = judge(cad(50_000), people, None)

    assert verdict.proposed_by_hour == cad(13_600_000)  # 50,000 a minute are 3 an hour


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 10**9), max_size=6))
def test_prices_of_single_days_are_read_back_as_they_were_written(others: dict[int, int]) -> None:
    project = ProjectGiven(
        3,
        "Soies",
        "Les Soies",
        [DayGiven(DAY + timedelta(n), {"item": HOUR_MS}) for n in range(6)],
        hourly_micro=20_000_000,
        hourly_of_day={DAY + timedelta(n): micro for n, micro in others.items()},
    )
    who = facts(project)

    kept = to_json(who)

    assert from_json(kept).projects[0].hourly_of_day == project.hourly_of_day
    assert ("hourly_of_day" in kept["projects"][0]) == bool(others)
