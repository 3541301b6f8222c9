"""Keep working hours within a day's and a week's limits; decide before a task is offered.

A day is a local day of the person, however long daylight saving makes it; a week begins on Monday.
What is in somebody's hands when a limit is reached may be finished and is paid. Overtime is a rule
of pay: what it adds is decided in ``pay``; time itself is measured in ``activity``.

Source:
    Quebec's labour standards act, articles 52, 78 and 79 (to verify); 48 h and 10 h are policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from canut.core.clock import to_ms
from canut.core.places.parameters import Status
from canut.core.time.spans import Span, merge_spans

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class WorkingHoursPolicy:
    """One version of the limits, in milliseconds but for ``overtime_percent``."""

    version: int = 1
    day: int = 10 * HOUR_MS
    week: int = 48 * HOUR_MS
    alert_week: int = 40 * HOUR_MS
    meal_after: int = 5 * HOUR_MS
    meal: int = 30 * MINUTE_MS
    weekly_rest: int = 32 * HOUR_MS
    overtime_after: int = 40 * HOUR_MS
    overtime_percent: int = 150


POLICY = WorkingHoursPolicy()


class RestReason(StrEnum):
    """Which rest is due."""

    DAY = "day"
    WEEK = "week"
    MEAL = "meal"
    WEEKLY_REST = "weekly-rest"


class RequiredRest(NamedTuple):
    """A rest that is due, and until when no task is offered, in milliseconds since 1970 UTC."""

    why: RestReason
    until_ms: int


class WorkedHours(NamedTuple):
    """How somebody's hours stand: today, this week, past the alert or not, and what stops them."""

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
    """Say how somebody's hours stand.

    Args:
        policy: the limits.
        days: worked time of each local day of this week, in milliseconds.
        spans: when they worked in the last nine days or more, in any order; they may overlap.
        zone: where their days begin.
        now_ms: the moment.

    Raises:
        BadInput: a span that ends before it begins.
    """
    today = local_day(now_ms, zone)
    day_ms = days.get(today, 0)
    monday = today - timedelta(days=today.weekday())
    week_ms = sum(ms for day, ms in days.items() if monday <= day <= today)
    merged = merge_spans(span for span in spans if span[0] < now_ms)
    stops = [
        RequiredRest(RestReason.DAY, begin_of(today + timedelta(days=1), zone))
        if day_ms >= policy.day
        else None,
        RequiredRest(RestReason.WEEK, begin_of(monday + timedelta(days=WEEK_DAYS), zone))
        if week_ms >= policy.week
        else None,
        _meal(policy, merged, now_ms),
        _weekly_rest(policy, merged, now_ms),
    ]
    due = [stop for stop in stops if stop is not None]
    last = max(due, key=lambda stop: stop.until_ms) if due else None
    return WorkedHours(day_ms, week_ms, week_ms >= policy.alert_week, last)


def _meal(policy: WorkingHoursPolicy, spans: Sequence[Span], now_ms: int) -> RequiredRest | None:
    """Ask for a meal after five hours of work without a pause of half an hour."""
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
    """Ask for 32 hours without work before seven days end since the last such rest."""
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


def overtime_by_day(policy: WorkingHoursPolicy, days: Mapping[date, int]) -> dict[date, int]:
    """Return the part of each day that lies past forty hours of its week, in milliseconds."""
    found: dict[date, int] = {}
    weeks: dict[date, int] = {}
    for day in sorted(days):
        monday = day - timedelta(days=day.weekday())
        before = weeks.get(monday, 0)
        weeks[monday] = before + days[day]
        found[day] = max(0, weeks[monday] - max(before, policy.overtime_after))
    return found


def overtime_percent(policy: WorkingHoursPolicy, status: Status) -> int:
    """Return what an hour past forty pays, in percent of the usual: more for employees alone."""
    return policy.overtime_percent if status is Status.EMPLOYEE else 100


def local_day(at_ms: int, zone: ZoneInfo) -> date:
    """Return the local day of a moment."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> int:
    """Return when a local day begins, in milliseconds since 1970 UTC."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))
