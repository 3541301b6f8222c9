"""Which rest is due, to the millisecond, across midnight and daylight saving."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from canut.core.clock import HOUR_MS, MINUTE_MS, day_begin, local_day
from canut.core.errors import BadInput
from canut.core.time.working_hours import (
    POLICY,
    RestReason,
    overtime_by_day,
    standing,
)

MONTREAL = ZoneInfo("America/Toronto")
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def at(day: date, hour: float, zone: ZoneInfo = MONTREAL) -> int:
    """Return a local hour of a day, in milliseconds since 1970 UTC."""
    return day_begin(day, zone) + int(hour * HOUR_MS)


def test_ten_hours_end_the_day_and_one_millisecond_less_does_not() -> None:
    now = at(MONDAY, 20)

    full = standing(POLICY, {MONDAY: 10 * HOUR_MS}, [], MONTREAL, now)
    nearly = standing(POLICY, {MONDAY: 10 * HOUR_MS - 1}, [], MONTREAL, now)

    assert full.stop == (RestReason.DAY, at(MONDAY + DAY, 0))
    assert nearly.stop is None


def test_next_day_begins_at_local_midnight() -> None:
    days = {MONDAY: 10 * HOUR_MS}

    before = standing(POLICY, days, [], MONTREAL, at(MONDAY + DAY, 0) - 1)
    after = standing(POLICY, days, [], MONTREAL, at(MONDAY + DAY, 0))

    assert before.stop is not None
    assert (after.stop, after.day_ms, after.week_ms) == (None, 0, 10 * HOUR_MS)


@pytest.mark.parametrize(
    ("hours", "is_long", "why"),
    [(39.999, False, None), (40, True, None), (47.999, True, None), (48, True, RestReason.WEEK)],
)
def test_forty_hours_are_said_and_forty_eight_end_the_week(
    hours: float, is_long: bool, why: RestReason | None
) -> None:
    each = int(hours * HOUR_MS) // 6
    days = {MONDAY + n * DAY: each for n in range(5)}
    days[MONDAY + 5 * DAY] = int(hours * HOUR_MS) - 5 * each

    found = standing(POLICY, days, [], MONTREAL, at(MONDAY + 5 * DAY, 22))

    assert found.is_long_week is is_long
    assert (found.stop and found.stop.why) is why
    if found.stop:
        assert found.stop.until_ms == at(MONDAY + 7 * DAY, 0)


def test_days_of_last_week_do_not_count_in_this_one() -> None:
    days = {MONDAY - n * DAY: 9 * HOUR_MS for n in range(1, 6)}

    assert standing(POLICY, days, [], MONTREAL, at(MONDAY, 9)).week_ms == 0


def test_meal_is_due_after_five_hours_and_over_after_half_an_hour() -> None:
    spans = [(at(MONDAY, 8), at(MONDAY, 11)), (at(MONDAY, 11.25), at(MONDAY, 13.25))]
    end = at(MONDAY, 13.25)

    due = standing(POLICY, {}, spans, MONTREAL, end)
    over = standing(POLICY, {}, spans, MONTREAL, end + 30 * MINUTE_MS)
    short = standing(POLICY, {}, [spans[0], (spans[1][0], end - 1)], MONTREAL, end - 1)

    assert due.stop == (RestReason.MEAL, end + 30 * MINUTE_MS)
    assert (over.stop, short.stop) == (None, None)


def test_pause_of_half_an_hour_begins_a_new_stretch() -> None:
    spans = [(at(MONDAY, 8), at(MONDAY, 12)), (at(MONDAY, 12.5), at(MONDAY, 16.5))]

    assert standing(POLICY, {}, spans, MONTREAL, at(MONDAY, 16.5)).stop is None


def test_weekly_rest_is_due_before_seven_days_end() -> None:
    spans = [(at(MONDAY + n * DAY, 9), at(MONDAY + n * DAY, 12)) for n in range(7)]
    deadline = spans[0][0] + (7 * 24 - 32) * HOUR_MS
    worked = [(begin, min(end, deadline)) for begin, end in spans if begin < deadline]

    due = standing(POLICY, {}, worked, MONTREAL, deadline)
    before = standing(POLICY, {}, worked, MONTREAL, deadline - 1)
    rested = standing(POLICY, {}, worked, MONTREAL, worked[-1][1] + 32 * HOUR_MS)

    assert due.stop == (RestReason.WEEKLY_REST, worked[-1][1] + 32 * HOUR_MS)
    assert (before.stop, rested.stop) == (None, None)


def test_day_off_in_between_is_the_weekly_rest() -> None:
    spans = [(at(MONDAY + n * DAY, 9), at(MONDAY + n * DAY, 12)) for n in (0, 1, 2, 4, 5, 6, 7)]

    assert standing(POLICY, {}, spans, MONTREAL, spans[-1][1]).stop is None


def test_short_and_long_days_of_daylight_saving_begin_at_midnight() -> None:
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)

    lengths = [
        day_begin(day + DAY, MONTREAL) - day_begin(day, MONTREAL) for day in (spring, autumn)
    ]

    assert lengths == [23 * HOUR_MS, 25 * HOUR_MS]
    assert local_day(day_begin(autumn, MONTREAL) + 24 * HOUR_MS, MONTREAL) == autumn
    full = standing(POLICY, {spring: 10 * HOUR_MS}, [], MONTREAL, at(spring, 20))
    assert full.stop == (RestReason.DAY, day_begin(spring + DAY, MONTREAL))


def test_same_moment_is_another_day_elsewhere() -> None:
    moment = int(datetime(2026, 11, 24, 2, tzinfo=UTC).timestamp() * 1000)

    days = [local_day(moment, ZoneInfo(zone)) for zone in ("America/Toronto", "Asia/Manila")]

    assert days == [MONDAY, MONDAY + DAY]


def test_overtime_begins_at_forty_hours_of_each_week() -> None:
    days = {MONDAY + n * DAY: 9 * HOUR_MS for n in range(5)} | {MONDAY + 7 * DAY: HOUR_MS}

    found = overtime_by_day(days, 40 * HOUR_MS)

    assert [ms // HOUR_MS for ms in found.values()] == [0, 0, 0, 0, 5, 0]


def test_week_that_begins_on_sunday_counts_that_sunday() -> None:
    days = {MONDAY + n * DAY: 9 * HOUR_MS for n in range(-1, 4)}

    by_sunday, by_monday = (overtime_by_day(days, 40 * HOUR_MS, first) for first in (6, 0))

    assert (sum(by_sunday.values()), sum(by_monday.values())) == (5 * HOUR_MS, 0)


def test_standing_refuses_a_span_that_ends_before_it_begins() -> None:
    with pytest.raises(BadInput):
        standing(POLICY, {}, [(2, 1)], MONTREAL, 10)
