"""Hours over forty in a week pay half as much again, also where a week lies in two periods."""

from datetime import date, timedelta
from decimal import Decimal

from canut.core.clock import HOUR_MS, SUNDAY
from canut.core.pay.employment.overtime import (
    OvertimeRule,
    WorkedDays,
    overtime_weeks,
    regular_wages,
)

MONDAY = date(2026, 6, 1)
RULE = OvertimeRule(40 * HOUR_MS, Decimal("1.5"))
NOTHING = WorkedDays({}, {})


def days(*hours: int, hourly_micro: int = 16_100_000, first: date = MONDAY) -> WorkedDays:
    """Return days of these hours from a day on, each hour at a wage."""
    work = {first + timedelta(days=n): count for n, count in enumerate(hours)}
    return WorkedDays(
        {day: count * HOUR_MS for day, count in work.items()},
        {day: count * hourly_micro for day, count in work.items()},
    )


def test_fifty_hours_at_16_10_are_885_50() -> None:
    own = days(10, 10, 10, 10, 10)

    (week,) = overtime_weeks(RULE, own, NOTHING, "CAD")

    assert sum(own.wages_micro.values()) + week.premium.micro == 885_500_000


def test_fifty_hours_that_brought_1000_by_the_piece_are_1100() -> None:
    own = days(10, 10, 10, 10, 10, hourly_micro=20_000_000)

    (week,) = overtime_weeks(RULE, own, NOTHING, "CAD")

    assert week.usual_hour.micro == 20_000_000
    assert sum(own.wages_micro.values()) + week.premium.micro == 1_100_000_000


def test_hours_of_the_week_in_an_earlier_period_count_for_the_forty() -> None:
    earlier = days(10, 10, 10)
    later = days(10, 10, first=MONDAY + timedelta(days=3))

    before, after = (
        overtime_weeks(RULE, earlier, NOTHING, "CAD"),
        overtime_weeks(RULE, later, earlier, "CAD"),
    )

    assert before == []
    assert [week.overtime_ms for week in after] == [10 * HOUR_MS]
    assert after[0].premium.micro == 80_500_000


def test_earlier_part_with_overtime_keeps_its_own_hours() -> None:
    earlier = days(10, 10, 10, 15)
    later = days(10, first=MONDAY + timedelta(days=4))

    weeks = [
        *overtime_weeks(RULE, earlier, NOTHING, "CAD"),
        *overtime_weeks(RULE, later, earlier, "CAD"),
    ]

    assert [week.overtime_ms // HOUR_MS for week in weeks] == [5, 10]
    assert sum(week.premium.micro for week in weeks) == 15 * 8_050_000


def test_week_of_the_payer_may_begin_on_sunday() -> None:
    own = days(10, 10, 10, 10, 10, first=MONDAY - timedelta(days=1))
    by_sunday = OvertimeRule(RULE.after_ms, RULE.times, SUNDAY)

    (week,) = overtime_weeks(by_sunday, own, NOTHING, "CAD")

    assert week.overtime_ms == 10 * HOUR_MS
    assert overtime_weeks(RULE, own, NOTHING, "CAD") == []


def test_wages_of_overtime_are_no_regular_wages() -> None:
    own = days(10, 10, 10, 10, 10)

    regular = regular_wages(RULE, own, "CAD")

    assert sum(regular.values()) == 40 * 16_100_000
    assert regular[MONDAY + timedelta(days=4)] == 0
