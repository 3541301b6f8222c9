"""A price an hour is worth at least that much by the piece, and times told are times that were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.price import (
    Declared,
    has_drifted,
    hourly_price,
    hourly_yield,
    per_hour_of,
    piece_price,
    ranked,
    task_time,
)

rates = st.integers(0, 200_000_000).map(lambda micro: Money(micro, "CAD"))
times = st.integers(1, 3 * HOUR_MS)


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def test_eighteen_dollars_an_hour_price_a_task_of_forty_five_seconds() -> None:
    piece = piece_price(cad(18_000_000), 45_000)

    assert piece == cad(225_000)


@given(rates, times)
def test_piece_is_never_worth_less_than_its_time_and_by_less_than_a_micro_unit_more(
    hourly: Money, task_ms: int
) -> None:
    piece = piece_price(hourly, task_ms)

    over = piece.micro * HOUR_MS - hourly.micro * task_ms
    assert 0 <= over < HOUR_MS


@given(rates, times)
def test_price_an_hour_of_a_piece_gives_at_least_that_piece_and_is_the_least_that_does(
    piece: Money, task_ms: int
) -> None:
    hourly = hourly_price(piece, task_ms)

    assert piece_price(hourly, task_ms).micro >= piece.micro
    if hourly.micro:
        assert (hourly.micro - 1) * task_ms < piece.micro * HOUR_MS


@given(rates, times)
def test_what_an_hour_brings_is_never_promised_above_what_it_does(
    piece: Money, task_ms: int
) -> None:
    promised = hourly_yield(piece, task_ms)

    assert promised.micro * task_ms <= piece.micro * HOUR_MS


@given(st.lists(st.integers(0, 10**9), min_size=1), st.integers(1, 100))
def test_rank_is_a_value_that_so_many_do_not_exceed(values: list[int], of_hundred: int) -> None:
    found = ranked(values, of_hundred)

    assert found in values
    assert sum(1 for value in values if value <= found) * 100 >= of_hundred * len(values)
    assert sum(1 for value in values if value < found) * 100 < of_hundred * len(values)


def test_rank_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        ranked([], 50)


def test_time_of_tasks_says_half_nine_in_ten_and_from_how_many() -> None:
    time = task_time([[10, 20, 30], [], [40, 1000]])

    assert time is not None
    assert (time.p50_ms, time.p90_ms) == (30, 1000)
    assert (time.tasks, time.people, time.total_ms) == (5, 2, 1100)


def test_time_of_no_task_is_not_known() -> None:
    assert task_time([[], []]) is None


def test_what_an_hour_brought_is_told_by_person_and_never_averaged() -> None:
    hour = per_hour_of([(cad(20_000_000), HOUR_MS), (cad(5_000_000), HOUR_MS), (cad(1), 0)])

    assert hour is not None
    assert (hour.people, hour.median, hour.lowest_decile) == (2, cad(5_000_000), cad(5_000_000))


def test_what_nobody_earned_is_not_known() -> None:
    assert per_hour_of([]) is None


def test_earnings_in_two_currencies_do_not_make_one_figure() -> None:
    with pytest.raises(BadInput):
        per_hour_of([(cad(1), HOUR_MS), (Money(1, "EUR"), HOUR_MS)])


@pytest.mark.parametrize(
    ("declared", "measured", "drifts"),
    [(30_000, 36_000, False), (30_000, 36_001, True), (30_000, 23_999, True), (0, 50_000, False)],
)
def test_over_a_fifth_beside_what_was_said_is_a_drift(
    declared: int, measured: int, *, drifts: bool
) -> None:
    assert has_drifted(declared, measured) is drifts


@pytest.mark.parametrize(
    ("hourly", "task_ms", "piece"), [(-1, 0, 1), (1, 0, -1), (1, -1, 1), (1, 25 * HOUR_MS, 1)]
)
def test_price_that_cannot_be_meant_is_refused(hourly: int, task_ms: int, piece: int) -> None:
    with pytest.raises(BadInput):
        Declared(cad(hourly), task_ms, cad(piece))
