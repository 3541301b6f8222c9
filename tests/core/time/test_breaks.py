"""A paid break after an hour of hands that never rest; five minutes of any hour count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.time.activity import measure
from canut.core.time.beats import Session, columns_of
from canut.core.time.breaks import (
    BREAK_MS,
    WORK_MS,
    Hands,
    counted_of,
    hands_of,
    is_offered,
    may_wait,
    with_breaks_cut,
)
from canut.core.time.surfaces import surface
from tests.support.heartbeats import NOON, Page

MINUTE = 60_000


def signs(minutes: range) -> list[int]:
    """A hand moves at each of these minutes."""
    return [NOON + minute * MINUTE for minute in minutes]


def test_break_is_offered_after_an_hour_without_rest_and_not_before() -> None:
    hour, less = hands_of(signs(range(61)), NOON + WORK_MS), hands_of(signs(range(60)), NOON)

    assert is_offered(hour, NOON + WORK_MS)
    assert not is_offered(less, NOON + 59 * MINUTE)


def test_five_minutes_of_rest_begin_the_hour_anew() -> None:
    worked = [*signs(range(56)), *signs(range(60, 91))]

    assert hands_of(worked, NOON + 90 * MINUTE) == Hands(NOON + 60 * MINUTE, NOON + 90 * MINUTE)


def test_four_minutes_of_rest_do_not() -> None:
    worked = [*signs(range(56)), *signs(range(59, 61))]

    assert is_offered(hands_of(worked, NOON + WORK_MS), NOON + WORK_MS)


def test_nothing_is_offered_to_who_rests_already() -> None:
    assert hands_of(signs(range(70)), NOON + 75 * MINUTE) is None
    assert hands_of([], NOON) is None


@pytest.mark.parametrize(("put_off", "back"), [(0, 10), (4, 10), (9, 10), (30, 40)])
def test_break_put_off_comes_back_after_ten_minutes_in_all(put_off: int, back: int) -> None:
    def offered(minute: int) -> bool:
        now = NOON + (60 + minute) * MINUTE
        return is_offered(Hands(NOON, now), now, NOON + (60 + put_off) * MINUTE)

    assert offered(back)
    assert offered(back - 1) is (put_off > 10)


def test_break_may_be_put_off_for_ten_minutes_and_no_longer() -> None:
    hands = Hands(NOON, NOON + WORK_MS)

    assert may_wait(hands, NOON + 69 * MINUTE)
    assert not may_wait(hands, NOON + 70 * MINUTE)


def test_break_counts_for_five_minutes_and_is_not_saved_up() -> None:
    three_hours = 3 * WORK_MS

    found = counted_of([(three_hours, three_hours + 15 * MINUTE)])

    assert found == [(three_hours, three_hours + BREAK_MS)]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=12),
    st.integers(0, 12 * 60),
)
def test_no_hour_holds_more_than_five_minutes_of_paid_break(
    pairs: list[tuple[int, int]], at: int
) -> None:
    spans, now = [], 0
    for pause, length in pairs:
        spans.append((now + pause * MINUTE, now + (pause + length) * MINUTE))
        now = spans[-1][1]

    found = counted_of(spans)

    begin, end = at * MINUTE, at * MINUTE + WORK_MS
    assert sum(max(0, min(e, end) - max(b, begin)) for b, e in found) <= BREAK_MS
    assert all(
        b == begin and b <= e <= end for (b, e), (begin, end) in zip(found, spans, strict=True)
    )


@pytest.mark.parametrize("spans", [[(5, 1)], [(9, 10), (1, 2)]])
def test_breaks_out_of_order_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(BadInput):
        counted_of(spans)


def test_signs_out_of_order_are_refused() -> None:
    with pytest.raises(BadInput):
        hands_of([5, 4], 6)


def test_break_on_a_page_counts_five_minutes_without_a_hand_on_it() -> None:
    page = Page(surface="work").stay(MINUTE, hands=5_000).see("break").stay(9 * MINUTE)
    page.see("work").stay(MINUTE, hands=5_000).leave()
    shown = {"work": surface("item", 3), "break": surface("break", 3)}
    columns = columns_of(page.beats, {"page": _session(page)}, shown)

    found = with_breaks_cut(
        measure(columns.beats, columns.sessions, columns.surfaces),
        columns.surfaces.allowance == BREAK_MS,
    )

    names = [columns.surface_names[code] for code in found.surface]
    times = dict.fromkeys(names, 0)
    for name, begin, end in zip(names, found.begin, found.end, strict=True):
        times[name] += int(end - begin)
    assert times == {"work": 2 * MINUTE, "break": BREAK_MS}


def test_work_without_a_break_is_left_as_it_is() -> None:
    page = Page(surface="work").stay(MINUTE, hands=5_000).leave()
    columns = columns_of(page.beats, {"page": _session(page)}, {"work": surface("item", 3)})
    found = measure(columns.beats, columns.sessions, columns.surfaces)

    assert with_breaks_cut(found, columns.surfaces.allowance == BREAK_MS) is found


def _session(page: Page) -> Session:
    return Session(page.person, page.opened)
