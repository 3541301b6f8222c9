"""Nobody is under the floor, nobody is averaged, and no order of lines matters."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.floor import Bound, Floor, FloorPolicy, floor_on
from canut.core.pay.period_pay import WorkLine, close_period, pay_of_period
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places

APRIL, MAY = date(2026, 4, 30), date(2026, 5, 1)
CENT = 10_000
PLACES = shipped_places()
POLICY = FloorPolicy("CAD")


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def quebec(day: date) -> Floor:
    return floor_on(PLACES, "CA-QC", day, Status.EMPLOYEE, POLICY)


def flat(micro: int) -> Floor:
    return Floor(cad(micro), Bound.OPERATOR)


amounts = st.integers(0, 50_000_000)
lines_of_work = st.lists(
    st.builds(
        WorkLine,
        day=st.integers(0, 9).map(lambda n: APRIL + timedelta(days=n)),
        time_ms=st.integers(0, 4 * HOUR_MS),
        piece=amounts.map(cad),
        cost=st.none() | st.integers(0, 1_000_000).map(cad),
    ),
    max_size=12,
)
prices = st.none() | st.integers(0, 40_000_000).map(cad)
floors = st.lists(st.integers(0, 90_000_000), min_size=10, max_size=10)


def test_hours_over_the_first_of_may_each_have_their_floor() -> None:
    work = [
        WorkLine(APRIL, 4 * HOUR_MS, cad(60_000_000)),
        WorkLine(MAY, 4 * HOUR_MS, cad(60_000_000)),
    ]

    pay = pay_of_period(work, quebec, "CAD")

    assert pay.paid == cad(120_000_000)
    assert pay.due == cad(130_800_000)
    assert pay.top_up == cad(10_800_000)
    assert [one.due for one in pay.days] == [cad(64_400_000), cad(66_400_000)]
    assert pay.per_hour == cad(16_350_000)


def test_rejected_and_waiting_time_keep_their_floor_without_a_piece_price() -> None:
    work = [WorkLine(MAY, HOUR_MS, cad(0)), WorkLine(MAY, HOUR_MS // 2, cad(0))]

    pay = pay_of_period(work, quebec, "CAD")

    assert pay.top_up == cad(24_900_000)


def test_hours_and_pieces_are_paid_together() -> None:
    work = [WorkLine(MAY, HOUR_MS, cad(2_000_000))]

    pay = pay_of_period(work, quebec, "CAD", hourly=cad(18_000_000))

    assert (pay.by_hour, pay.earned, pay.top_up) == (cad(18_000_000), cad(20_000_000), cad(0))


def test_costs_are_taken_off_before_the_floor_and_so_are_met_by_it() -> None:
    work = [WorkLine(MAY, HOUR_MS, cad(16_600_000), cost=cad(1_000_000))]

    pay = pay_of_period(work, quebec, "CAD")

    assert pay.top_up == cad(1_000_000)
    assert pay.earned == cad(17_600_000)


def test_a_top_up_goes_up_to_the_whole_cent() -> None:
    work = [WorkLine(MAY, 1_000, cad(0))]

    pay = pay_of_period(work, quebec, "CAD")

    assert pay.due == cad(4_612)
    assert pay.top_up == cad(CENT)


def test_a_currency_without_cents_tops_up_in_whole_units() -> None:
    work = [WorkLine(MAY, HOUR_MS, Money(0, "JPY"))]

    pay = pay_of_period(work, lambda _day: Floor(Money(10_100_000, "JPY"), Bound.PROJECT), "JPY")

    assert pay.top_up == Money(11_000_000, "JPY")


def test_a_surplus_on_one_project_never_covers_another() -> None:
    rich = [WorkLine(MAY, HOUR_MS, cad(100_000_000))]
    poor = [WorkLine(MAY, HOUR_MS, cad(0))]

    closed = close_period(
        {("ana", "rich"): rich, ("ana", "poor"): poor, ("bo", "poor"): poor},
        lambda _who, day: quebec(day),
        lambda _who: ("CAD", None),
    )

    assert [one.top_up for one in closed.values()] == [
        cad(0),
        cad(16_600_000),
        cad(16_600_000),
    ]


def test_a_period_without_a_known_floor_does_not_close() -> None:
    work = [WorkLine(date(2027, 5, 1), 1, cad(0))]

    with pytest.raises(Incomplete) as refusal:
        pay_of_period(work, quebec, "CAD")

    assert refusal.value.case == "parameter-expired"


def test_a_day_without_time_asks_for_no_floor() -> None:
    work = [WorkLine(date(2030, 1, 1), 0, cad(40_000))]

    pay = pay_of_period(work, quebec, "CAD")

    assert (pay.earned, pay.per_hour) == (cad(40_000), None)


def test_amounts_in_two_currencies_are_refused() -> None:
    work = [WorkLine(MAY, HOUR_MS, Money(1, "EUR"))]

    with pytest.raises(BadInput, match="EUR"):
        pay_of_period(work, quebec, "CAD")


def test_a_floor_in_another_currency_is_refused() -> None:
    work = [WorkLine(MAY, HOUR_MS, cad(1))]

    with pytest.raises(BadInput, match="EUR"):
        pay_of_period(work, lambda _day: Floor(Money(1, "EUR"), Bound.LEGAL), "CAD")


@pytest.mark.parametrize(("time_ms", "piece", "cost"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_a_line_cannot_take_from_other_lines(time_ms: int, piece: int, cost: int) -> None:
    with pytest.raises(BadInput) as refusal:
        WorkLine(MAY, time_ms, cad(piece), cad(cost))

    assert refusal.value.case == "bad-work-line"


def test_a_price_an_hour_below_zero_is_refused() -> None:
    with pytest.raises(BadInput):
        pay_of_period([], quebec, "CAD", hourly=cad(-1))


@given(work=lines_of_work, hourly=prices, levels=floors)
def test_nobody_is_under_the_floor_nor_topped_up_by_more_than_a_cent_too_much(
    work: list[WorkLine], hourly: Money | None, levels: list[int]
) -> None:
    pay = pay_of_period(work, lambda day: flat(levels[(day - APRIL).days]), "CAD", hourly)

    reached = (pay.paid + pay.top_up).micro * HOUR_MS
    floor = sum(levels[(line.day - APRIL).days] * line.time_ms for line in work)
    assert reached >= floor
    assert pay.top_up.micro % CENT == 0
    if pay.top_up.micro:
        assert reached - floor < CENT * HOUR_MS


@given(work=lines_of_work, hourly=prices, order=st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(
    work: list[WorkLine], hourly: Money | None, order: Random
) -> None:
    shuffled = list(work)
    order.shuffle(shuffled)

    pays = [pay_of_period(one, quebec, "CAD", hourly) for one in (work, shuffled)]

    assert pays[0] == pays[1]


@given(work=lines_of_work, hourly=prices, cuts=st.lists(st.integers(0, HOUR_MS), max_size=12))
def test_splitting_the_time_of_a_day_changes_nothing(
    work: list[WorkLine], hourly: Money | None, cuts: list[int]
) -> None:
    split = list(work)
    for index, cut in enumerate(cuts[: len(work)]):
        line = split[index]
        head = min(cut, line.time_ms)
        split[index] = WorkLine(line.day, head, line.piece, line.cost)
        split.append(WorkLine(line.day, line.time_ms - head, cad(0)))

    pays = [pay_of_period(one, quebec, "CAD", hourly) for one in (work, split)]

    assert pays[0] == pays[1]


@given(work=lines_of_work, hourly=prices, low=amounts, more=amounts)
def test_a_higher_floor_never_lowers_pay(
    work: list[WorkLine], hourly: Money | None, low: int, more: int
) -> None:
    pays = [
        pay_of_period(work, lambda _day: flat(low), "CAD", hourly),
        pay_of_period(work, lambda _day: flat(low + more), "CAD", hourly),
    ]

    assert pays[0].earned <= pays[1].earned
