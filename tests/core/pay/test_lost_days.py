"""Days lost by a sanction that was undone are paid as the person worked before."""

from datetime import date, timedelta

import pytest

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.lost_days import Worked, lost_pay

FIRST = date(2026, 4, 29)
FOUR_DAYS = {FIRST + timedelta(days=n): DAY_MS for n in range(4)}
FOUR_WEEKS = 28 * DAY_MS
AN_HOUR_A_DAY = Worked(28 * HOUR_MS, 0)
NOTHING = Worked(0, 0)


def per_hour(day: date, hourly_micro: int = 0) -> tuple[Money, Money]:
    """Return the floor before and after the first of May, and a price of an hour."""
    floor = 16_100_000 if day < date(2026, 5, 1) else 16_600_000
    return Money(floor, "CAD"), Money(hourly_micro, "CAD")


def micro(before: Worked, done: Worked = NOTHING, hourly_micro: int = 0) -> int:
    lost = lost_pay(before, FOUR_WEEKS, done, FOUR_DAYS, lambda day: per_hour(day, hourly_micro))
    return lost.pay.micro


def test_each_day_is_paid_at_its_own_floor() -> None:
    assert micro(AN_HOUR_A_DAY) == 2 * 16_100_000 + 2 * 16_600_000


def test_what_pieces_or_hours_brought_is_paid_where_it_is_more() -> None:
    assert micro(Worked(28 * HOUR_MS, 28 * 20_000_000)) == 80_000_000
    assert micro(AN_HOUR_A_DAY, hourly_micro=21_000_000) == 84_000_000
    assert micro(Worked(28 * HOUR_MS, 28 * 2_000_000), hourly_micro=15_000_000) == 68_000_000


def test_work_paid_meanwhile_is_taken_off_and_nothing_falls_below_zero() -> None:
    assert micro(AN_HOUR_A_DAY, Worked(2 * HOUR_MS, 0)) == (16_100_000 + 16_600_000)
    assert micro(AN_HOUR_A_DAY, Worked(9 * HOUR_MS, 5)) == 0


def test_pay_is_in_whole_cents_in_favour_of_the_person() -> None:
    assert micro(Worked(1, 0)) == 10_000


def test_no_day_lost_is_no_lost_pay() -> None:
    with pytest.raises(BadInput):
        lost_pay(AN_HOUR_A_DAY, FOUR_WEEKS, NOTHING, {FIRST: 0}, per_hour)
