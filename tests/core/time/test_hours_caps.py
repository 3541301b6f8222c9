"""What lies beyond the hours of a day and of a week, on any page."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from canut.core.time.hours_caps import FINISH_MS, HoursLimits, WorkSpan, beyond_hours

HOUR = 3_600_000
MONDAY = date(2026, 4, 20)
USUAL = HoursLimits(10 * HOUR, 48 * HOUR)


def span(
    begin: float, end: float, *, project: int | None = None, is_task: bool = False
) -> WorkSpan:
    return WorkSpan(project, round(begin * HOUR), round(end * HOUR), is_task)


def beyond(
    days: dict[int, list[WorkSpan]], limits: HoursLimits = USUAL
) -> dict[int, list[WorkSpan]]:
    """Return what lies beyond the limits, by the number of the day from a Monday on."""
    by_day = {MONDAY + timedelta(days=number): spans for number, spans in days.items()}
    over = beyond_hours(by_day, dict.fromkeys(by_day, limits))
    return {(day - MONDAY).days: spans for day, spans in over.items()}


def test_usual_day_and_week_meet_no_limit() -> None:
    day = [span(8, 9), span(9, 12, is_task=True), span(13, 17, is_task=True)]

    assert beyond(dict.fromkeys(range(6), day)) == {}
    assert beyond({0: [span(8, 18)]}) == {}


def test_what_is_beyond_the_day_is_its_end_whatever_the_page() -> None:
    spans = [span(0, 6), span(7, 12, project=3), span(13, 16)]

    assert beyond({0: spans}) == {0: [span(11, 12, project=3), span(13, 16)]}


def test_tasks_in_hand_at_the_limit_may_be_finished_for_half_an_hour() -> None:
    spans = [span(0, 10), span(10, 10.25, is_task=True), span(10.25, 10.5)]
    long = [span(0, 10), span(10, 12, is_task=True)]

    assert beyond({0: spans}) == {0: [span(10.25, 10.5)]}
    assert beyond({0: long}) == {0: [span(10.5, 12, is_task=True)]}


def test_week_is_counted_over_days_and_begins_anew_on_monday() -> None:
    days = {number: [span(24 * number, 24 * number + 9)] for number in range(8)}

    assert beyond(days) == {
        5: [span(24 * 5 + 3, 24 * 5 + 9)],
        6: [span(24 * 6, 24 * 6 + 9)],
    }


def test_what_the_day_holds_back_does_not_fill_the_week() -> None:
    days = {number: [span(24 * number, 24 * number + 20)] for number in range(5)}

    assert [sum(s.end_ms - s.begin_ms for s in own) // HOUR for own in beyond(days).values()] == [
        10, 10, 10, 10, 12,
    ]  # fmt: skip


def test_limits_of_each_day_are_those_in_force_then() -> None:
    days = {MONDAY: [span(0, 9)], MONDAY + timedelta(days=1): [span(24, 33)]}
    limits = {MONDAY: USUAL, MONDAY + timedelta(days=1): HoursLimits(8 * HOUR, 48 * HOUR)}

    assert beyond_hours(days, limits) == {MONDAY + timedelta(days=1): [span(32, 33)]}


HOURS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 23), st.booleans()), min_size=1, max_size=60
)


def week_of(hours: list[tuple[int, int, bool]]) -> dict[int, list[WorkSpan]]:
    days: dict[int, list[WorkSpan]] = {}
    for (day, hour), is_task in sorted({(day, hour): task for day, hour, task in hours}.items()):
        at = 24 * day + hour
        days.setdefault(day, []).append(span(at, at + 1, is_task=is_task))
    return days


@given(HOURS)
def test_no_day_or_week_counts_more_than_its_limit_and_what_may_be_finished(
    hours: list[tuple[int, int, bool]],
) -> None:
    days = week_of(hours)
    over = beyond(days)

    counted = {
        day: sum(s.end_ms - s.begin_ms for s in own)
        - sum(s.end_ms - s.begin_ms for s in over.get(day, []))
        for day, own in days.items()
    }
    assert all(0 <= ms <= USUAL.day_ms + FINISH_MS for ms in counted.values())
    assert sum(counted.values()) <= USUAL.week_ms + FINISH_MS
