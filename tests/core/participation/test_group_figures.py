"""Figures for representatives tell of ten people or more, and nothing by subtraction."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.participation.group_figures import (
    Appealed,
    ToppedUp,
    Weeks,
    appeals_of,
    exposure_of,
    heaviest_weeks,
    top_ups,
)

LIMIT = 240_000


def paid(people: int, short: int) -> list[ToppedUp]:
    """Make so many people paid two hours each; the first ones were topped up for one of them."""
    return [
        ToppedUp(n, "CAD", 2 * HOUR_MS, HOUR_MS if n < short else 0, 500_000 if n < short else 0)
        for n in range(people)
    ]


def test_top_ups_say_the_share_of_people_and_hours_and_their_sum() -> None:
    found = top_ups(paid(20, 10))

    assert found == {
        "currency": "CAD",
        "people_per_mille": 500,
        "hours_per_mille": 250,
        "micro": 5_000_000,
    }


def test_top_ups_of_nine_people_are_not_told_nor_of_all_but_nine() -> None:
    for people, short in ((20, 9), (20, 11), (9, 9)):
        found = top_ups(paid(people, short))

        assert (found["people_per_mille"], found["micro"]) == (None, None)


def test_nobody_topped_up_is_told_of_ten_people() -> None:
    assert top_ups(paid(10, 0))["people_per_mille"] == 0


def appealed(won: int, lost: int, waiting: int = 0) -> list[Appealed]:
    """Make so many appeals of so many people, answered in four days."""
    ends = ["overturned"] * won + ["upheld"] * lost + [""] * waiting
    return [Appealed(n, end, 4 if end else None) for n, end in enumerate(ends)]


def test_appeals_say_how_they_ended_and_in_how_many_days() -> None:
    found = appeals_of(set(range(40)), appealed(10, 12))

    assert found == {"people": 22, "many": 22, "won": 10, "lost": 12, "days_middle": 4}


def test_appeals_of_fewer_than_ten_people_are_not_told() -> None:
    few = appeals_of(set(range(40)), appealed(5, 4))
    all_but_few = appeals_of(set(range(22)), appealed(10, 10))
    few_won = appeals_of(set(range(40)), appealed(3, 17))

    assert (few["people"], few["many"], few["days_middle"]) == (None, None, None)
    assert all_but_few["people"] is None
    assert (few_won["people"], few_won["won"], few_won["lost"]) == (20, None, None)


def test_days_are_not_told_where_they_would_tell_who_waits() -> None:
    found = appeals_of(set(range(60)), appealed(12, 12, waiting=3))

    assert found["days_middle"] is None


def test_bands_go_by_the_heaviest_week() -> None:
    weeks = heaviest_weeks([(1, 40, 0), (1, 30, DAY_MS), (1, 50, 8 * DAY_MS)], 0)

    assert weeks == {1: 70}


def test_bands_say_how_many_people_and_hide_a_second_small_one() -> None:
    doses = dict.fromkeys(range(12), 50000) | dict.fromkeys(range(12, 16), 200000)

    found: dict[str, Any] = exposure_of(set(range(40)), Weeks(doses, LIMIT), set(range(10)))

    counts = {one["name"]: one["people"] for one in found["bands"]}
    assert counts == {"none": 24, "under-quarter": None, "under-half": 0, "over-half": None}
    assert found["refused"] == 10


@given(
    st.sets(st.integers(0, 60), max_size=60),
    st.dictionaries(st.integers(0, 60), st.integers(0, 300_000), max_size=60),
    st.sets(st.integers(0, 60), max_size=60),
)
def test_no_count_of_one_to_nine_is_ever_shown_or_left_by_subtraction(
    people: set[int], doses: dict[int, int], refused: set[int]
) -> None:
    found: dict[str, Any] = exposure_of(people, Weeks(doses, LIMIT), refused)

    shown = [one["people"] for one in found["bands"] if one["people"] is not None]
    assert all(not 0 < count < 10 for count in shown)
    hidden = len(people) - sum(shown)
    assert not 0 < hidden < 10 or not shown or len(people) < 10
    told = found["refused"]
    assert told is None or (not 0 < told < 10 and not 0 < len(people) - told < 10)
