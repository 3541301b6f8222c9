"""Keep working hours within daily and weekly limits; checked before a task is offered.

A day is a local day of the person, whatever its length under daylight saving; a week begins on
Monday. Leases open when a limit is reached may be finished and are paid. Overtime is a rule of pay:
``core.pay.employment.overtime`` decides what it adds; ``activity`` measures time.

Source:
    Quebec's labour standards act, articles 52, 78 and 79 (to verify); 48 h and 10 h are policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from canut.core.clock import (
    HOUR_MS,
    MINUTE_MS,
    MONDAY,
    WEEK_DAYS,
    day_begin,
    local_day,
    week_of,
)
from canut.core.time.spans import Span, merge_spans


@dataclass(frozen=True, slots=True)
class WorkingHoursPolicy:
    """One version of the limits, in milliseconds."""

    version: int = 1
    day: int = 10 * HOUR_MS
    week: int = 48 * HOUR_MS
    alert_week: int = 40 * HOUR_MS
    meal_after: int = 5 * HOUR_MS
    meal: int = 30 * MINUTE_MS
    weekly_rest: int = 32 * HOUR_MS


POLICY = WorkingHoursPolicy()


class RestReason(StrEnum):
    """The kind of rest that is due."""

    DAY = "day"
    WEEK = "week"
    MEAL = "meal"
    WEEKLY_REST = "weekly-rest"


class RequiredRest(NamedTuple):
    """A rest that is due, and its end, in milliseconds since 1970 UTC."""

    why: RestReason
    until_ms: int


class WorkedHours(NamedTuple):
    """A person's hours: today, this week, the alert, and the rest that is due."""

    day_ms: int
    week_ms: int
    is_long_week: bool
    stop: RequiredRest | None


def standing(
    policy: WorkingHoursPolicy,
    days: Mapping[date, int],
    spans: Sequence[Span],
    zone: ZoneInfo,
    now_ms: int,
) -> WorkedHours:
    """Compute a person's working hours and the rest that is due.

    Args:
        policy: limits in force.
        days: time worked on each local day of this week, in milliseconds.
        spans: intervals of work of at least the last nine days, in any order; they may overlap.
        zone: time zone of the person.
        now_ms: current time, milliseconds since 1970 UTC.

    Raises:
        BadInput: a span ends before it begins.
    """
    today = local_day(now_ms, zone)
    day_ms = days.get(today, 0)
    monday = today - timedelta(days=today.weekday())
    week_ms = sum(ms for day, ms in days.items() if monday <= day <= today)
    merged = merge_spans(span for span in spans if span[0] < now_ms)
    stops = [
        RequiredRest(RestReason.DAY, day_begin(today + timedelta(days=1), zone))
        if day_ms >= policy.day
        else None,
        RequiredRest(RestReason.WEEK, day_begin(monday + timedelta(days=WEEK_DAYS), zone))
        if week_ms >= policy.week
        else None,
        _meal(policy, merged, now_ms),
        _weekly_rest(policy, merged, now_ms),
    ]
    due = [stop for stop in stops if stop is not None]
    last = max(due, key=lambda stop: stop.until_ms) if due else None
    return WorkedHours(day_ms, week_ms, week_ms >= policy.alert_week, last)


def _meal(policy: WorkingHoursPolicy, spans: Sequence[Span], now_ms: int) -> RequiredRest | None:
    """Require a meal break after five hours of work without a pause of 30 minutes."""
    worked, end = 0, None
    for begin, until in reversed(spans):
        if (now_ms if end is None else end) - until >= policy.meal:
            break
        worked, end = worked + until - begin, begin
    if worked < policy.meal_after:
        return None
    return RequiredRest(RestReason.MEAL, spans[-1][1] + policy.meal)


def _weekly_rest(
    policy: WorkingHoursPolicy, spans: Sequence[Span], now_ms: int
) -> RequiredRest | None:
    """Require 32 hours of rest within seven days of the last such rest."""
    if not spans or now_ms - spans[-1][1] >= policy.weekly_rest:
        return None
    since = spans[-1][0]
    for (_, ended), (begin, _) in zip(reversed(spans[:-1]), reversed(spans[1:]), strict=True):
        since = begin
        if begin - ended >= policy.weekly_rest:
            break
    else:
        since = spans[0][0]
    if now_ms - since < WEEK_DAYS * 24 * HOUR_MS - policy.weekly_rest:
        return None
    return RequiredRest(RestReason.WEEKLY_REST, spans[-1][1] + policy.weekly_rest)


def overtime_by_day(
    days: Mapping[date, int], after_ms: int, week_starts: int = MONDAY
) -> dict[date, int]:
    """Return the part of each day over the hours of a normal week, in milliseconds.

    Args:
        days: time worked on each day, in milliseconds; of a week that began earlier, all its days.
        after_ms: the hours of a normal week.
        week_starts: the day on which weeks begin; 0 is Monday, 6 Sunday.
    """
    overtime: dict[date, int] = {}
    weeks: dict[date, int] = {}
    for day in sorted(days):
        first = week_of(day, week_starts)
        before = weeks.get(first, 0)
        weeks[first] = before + days[day]
        overtime[day] = max(0, weeks[first] - max(before, after_ms))
    return overtime
