"""Find the time beyond the hours of a day and of a week, on any kind of page.

The limits of ``working_hours`` stop the lending of tasks; pages go on counting. What lies beyond
the limits is held for a person to look at, and paid if they grant it. Tasks in hand when a limit
is reached may be finished: up to half an hour of them counts past it. Storing what is held is left
to ``actions.time.hours_caps``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from canut.core.clock import MINUTE_MS, Ms

FINISH_MS = 30 * MINUTE_MS


class WorkSpan(NamedTuple):
    """A stretch of measured time on one project; None for Canut's own pages."""

    project: int | None
    begin_ms: Ms
    end_ms: Ms
    is_task: bool


class HoursLimits(NamedTuple):
    """The limits of one local day, and of the week it lies in, in milliseconds."""

    day_ms: Ms
    week_ms: Ms


class _Split(NamedTuple):
    """Spans within a limit and beyond it, and what may still be finished past it."""

    within: list[WorkSpan]
    beyond: list[WorkSpan]
    finish_ms: Ms


def beyond_hours(
    days: Mapping[date, Sequence[WorkSpan]], limits: Mapping[date, HoursLimits]
) -> dict[date, list[WorkSpan]]:
    """Return the time beyond the limits, by day.

    More time on a day never makes less of it lie beyond, so that days may be looked at again when
    heartbeats come late.

    Args:
        days: measured time of each local day, in order and without overlaps; whole weeks from
            their Monday on.
        limits: the limits of each of these days.

    Example:
        >>> hour = 3_600_000
        >>> queue = WorkSpan(None, 0, 20 * hour, is_task=False)
        >>> day = date(2026, 4, 20)
        >>> over = beyond_hours({day: [queue]}, {day: HoursLimits(10 * hour, 48 * hour)})
        >>> [(span.begin_ms // hour, span.end_ms // hour) for span in over[day]]
        [(10, 20)]
    """
    beyond: dict[date, list[WorkSpan]] = {}
    monday, week_ms, week_finish_ms = None, 0, FINISH_MS
    for day in sorted(days):
        if monday != day - timedelta(days=day.weekday()):
            monday, week_ms, week_finish_ms = day - timedelta(days=day.weekday()), 0, FINISH_MS
        of_day = _split(days[day], limits[day].day_ms, FINISH_MS)
        remaining_ms = max(0, limits[day].week_ms - week_ms)
        of_week = _split(of_day.within, remaining_ms, week_finish_ms)
        week_finish_ms = of_week.finish_ms
        week_ms += sum(span.end_ms - span.begin_ms for span in of_week.within)
        over = sorted([*of_day.beyond, *of_week.beyond], key=lambda span: span.begin_ms)
        if over:
            beyond[day] = over
    return beyond


def _split(spans: Sequence[WorkSpan], limit_ms: Ms, finish_ms: Ms) -> _Split:
    """Split spans in order where a limit is reached; tasks may go on for a while."""
    within: list[WorkSpan] = []
    beyond: list[WorkSpan] = []
    for span in spans:
        at_ms = min(span.end_ms, span.begin_ms + limit_ms)
        limit_ms -= at_ms - span.begin_ms
        if span.is_task:
            until_ms = min(span.end_ms, at_ms + finish_ms)
            finish_ms -= until_ms - at_ms
            at_ms = until_ms
        if at_ms > span.begin_ms:
            within.append(span._replace(end_ms=at_ms))
        if at_ms < span.end_ms:
            beyond.append(span._replace(begin_ms=at_ms))
    return _Split(within, beyond, finish_ms)
