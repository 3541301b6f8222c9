"""A model takes only what it has proven, and a drop is told from bad luck."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, ShapeError
from canut.core.learning.hidden_share import grown_share, is_hidden, share_to_hide
from canut.core.learning.takeover import (
    ConfidenceBand,
    DrawLook,
    at_worst,
    bands_of,
    has_dropped,
    look_number,
    luck_of,
    may_take,
    people_again,
    priorities,
)


def test_a_model_is_proven_from_a_confidence_on() -> None:
    sure = np.repeat([0.97, 0.85, 0.65], [200, 200, 200])
    right = np.concatenate([np.ones(400), np.ones(160), np.zeros(40)]) == 1

    bands = bands_of(sure, right, by_people=0.98, bar=0.98)
    takes = may_take(np.array([0.99, 0.8, 0.7, 0.65, 0.1]), bands)

    assert [band.low for band in bands if band.is_proven] == [0.7, 0.8, 0.9, 0.95]
    assert takes.tolist() == [True, True, True, False, False]


def test_the_surest_do_not_pay_for_the_others() -> None:
    sure = np.repeat([0.97, 0.85], [2_000, 40])
    right = np.concatenate([np.ones(2_000), np.ones(20), np.zeros(20)]) == 1

    bands = bands_of(sure, right, by_people=0.98, bar=0.98)

    assert bands[6].worst > 0.98 * 0.98
    assert [band.low for band in bands if band.is_proven] == [0.9, 0.95]


def test_few_surest_ones_do_not_end_what_more_would_prove() -> None:
    sure, right = np.repeat([0.97, 0.85], [70, 200]), np.arange(270) != 3

    bands = bands_of(sure, right, by_people=0.97, bar=0.98)

    assert bands[-1].worst < 0.97 * 0.98
    assert all(band.is_proven for band in bands)


def test_two_unlucky_ones_among_the_surest_do_not_end_the_order() -> None:
    sure, right = np.repeat([0.65, 0.55], [110, 70]), np.arange(180) >= 2

    bands = bands_of(sure, right, by_people=0.96, bar=0.98)

    assert bands[4].worst < 0.96 * 0.98
    assert min(band.low for band in bands if band.is_proven) == 0.0


def test_one_error_among_two_surest_tasks_ends_nothing() -> None:
    sure, right = np.repeat([0.97, 0.75, 0.65], [2, 500, 150]), np.ones(652, np.bool_)
    right[0] = right[2:12] = False

    bands = bands_of(sure, right, 0.96, 0.98, DrawLook(1, 0.5))

    assert min(band.low for band in bands if band.is_proven) == 0.0


def test_many_errors_among_added_tasks_keep_them_with_people() -> None:
    """The surest make up for them in the sum: 28 of 640 are wrong, but 18 of the 100 added."""
    sure, right = np.repeat([0.75, 0.65], [540, 100]), np.ones(640, np.bool_)
    right[:10] = right[540:558] = False

    bands = bands_of(sure, right, 0.95, 0.98, DrawLook(1, 0.5))

    assert bands[0].worst > 0.95 * 0.98
    assert [band.low for band in bands if band.is_proven] == [0.7, 0.8, 0.9, 0.95]


def test_least_share_is_exact() -> None:
    assert at_worst(30, 30, 0.05) == pytest.approx(0.05 ** (1 / 30))
    assert at_worst(8, 10, 0.025) == pytest.approx(0.4439045, abs=1e-6)  # Clopper and Pearson
    assert at_worst(0, 10, 0.05) == 0.0
    with pytest.raises(BadInput, match="expected shares"):
        at_worst(3, 2, 0.05)


def test_luck_of_all_looks_together_is_one_in_twenty() -> None:
    assert sum(luck_of(look) for look in range(1, 10_000)) == pytest.approx(0.05, abs=1e-4)
    with pytest.raises(BadInput, match="first is 1"):
        luck_of(0)


@pytest.mark.slow
@pytest.mark.parametrize("changed", [0.1, 1.0])
@pytest.mark.parametrize(("n", "least_part"), [(270, 0.0), (650, 0.5)])
def test_model_under_the_bar_is_seldom_proven_by_any_of_its_versions(
    changed: float, n: int, least_part: float
) -> None:
    """Each version says something else of a share of the draw; all are just under the bar."""
    rng, runs, by_people = np.random.default_rng(5), 100, 0.96
    fooled = tried = 0
    for _ in range(runs):
        sure, luck, looks, found = rng.uniform(0.3, 1, n), rng.random(n), 0, False
        for _version in range(4):
            moved = rng.random(n) < changed
            luck[moved], sure[moved] = rng.random(moved.sum()), rng.uniform(0.3, 1, moved.sum())
            bands = bands_of(
                sure,
                luck < 0.98 * by_people - 0.001,
                by_people,
                0.98,
                DrawLook(looks + 1, least_part),
            )
            looks += bool(bands)
            found |= any(band.is_proven for band in bands)
        fooled, tried = fooled + found, tried + looks

    assert tried > 2 * runs, "looks were taken"
    assert 0 < fooled <= 0.05 * runs


@pytest.mark.slow
@pytest.mark.parametrize("changed", [0.1, 1.0])
def test_model_under_the_bar_is_seldom_proven_on_a_draw_that_grows(changed: float) -> None:
    """As above; after a look that proved nothing the draw grows, until a first proof."""
    rng, runs, by_people, tasks = np.random.default_rng(7), 100, 0.96, 1_797
    fooled = grown = 0
    for _ in range(runs):
        sure, luck = rng.uniform(0.3, 1, tasks), rng.random(tasks)
        order, share, looks = rng.permutation(tasks), share_to_hide(tasks, 1), list[bool]()
        for _version in range(4):
            draw = order[: tasks * share // 1_000]
            right = luck[draw] < 0.98 * by_people - 0.001
            look = DrawLook(look_number(looks, draw_grows=True), 0.5)
            looks.append(_is_proven(bands_of(sure[draw], right, by_people, 0.98, look)))
            if not any(looks):
                share, grown = grown_share(share), grown + 1
            moved = rng.random(tasks) < changed
            luck[moved], sure[moved] = rng.random(moved.sum()), rng.uniform(0.3, 1, moved.sum())
        fooled += any(looks)

    assert grown > 3 * runs, "the draw grows after nearly every look"
    assert fooled <= 0.05 * runs


@pytest.mark.slow
def test_good_model_that_failed_closely_is_proven_once_the_draw_has_grown() -> None:
    """Its errors are those of its least sure tasks; looks at the same tasks seldom prove more."""
    rng, proven = np.random.default_rng(8), {True: 0, False: 0}
    for _ in range(50):
        sure = rng.uniform(0.3, 1, 900)
        right = rng.random(900) < 0.98 * 0.96 + np.where(sure > 0.6, 0.035, 0.0)
        for draw_grows in proven:
            size, looks = 305, list[bool]()
            for _look in range(3):
                look = DrawLook(look_number(looks, draw_grows=draw_grows), 0.5)
                looks.append(_is_proven(bands_of(sure[:size], right[:size], 0.96, 0.98, look)))
                size = size * 3 // 2 if draw_grows and not any(looks) else size
            proven[draw_grows] += any(looks)

    assert proven[True] >= proven[False] + 5, proven


def _is_proven(bands: Sequence[ConfidenceBand]) -> bool:
    return any(band.is_proven for band in bands)


def test_look_that_proved_nothing_counts_twice_where_the_draw_grows() -> None:
    assert look_number([]) == look_number([], draw_grows=True) == 1
    assert look_number([False, False]) == 3
    assert look_number([False, False], draw_grows=True) == 5
    assert look_number([False, True, False], draw_grows=True) == 5


def test_good_model_is_proven_on_nearly_every_draw() -> None:
    rng = np.random.default_rng(6)
    found = 0
    for _ in range(100):
        sure = rng.uniform(0.3, 1, 270)
        right = rng.random(270) < np.where(sure > 0.6, 0.995, 0.95)
        found += any(band.is_proven for band in bands_of(sure, right, 0.96, 0.98))

    assert found >= 90


def test_draw_that_cannot_tell_yet_takes_no_look() -> None:
    assert bands_of(np.full(60, 0.99), np.ones(60, np.bool_), by_people=0.96, bar=0.98) == []
    assert not may_take(np.ones(3), []).any()


def test_people_asked_again_agree_more_than_an_unsure_consensus_says() -> None:
    three, unsure = np.full(100, 3), np.full(100, 0.7)

    alike = people_again(unsure, three, three)
    often = people_again(unsure, np.repeat([3, 2], [75, 25]), three)
    alone = people_again(unsure, np.ones(100, np.int64), np.ones(100, np.int64))

    assert alike == 1.0
    assert often == pytest.approx(0.9615, abs=1e-3)
    assert alone == pytest.approx(0.7)
    assert people_again(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64)) == 1.0


def test_few_right_ones_prove_nothing() -> None:
    bands = bands_of(np.full(29, 0.99), np.ones(29, np.bool_), by_people=0.9, bar=0.98)

    assert not any(band.is_proven for band in bands)


@given(st.integers(30, 400), st.integers(0, 2**31))
def test_a_model_that_guesses_is_never_proven(seen: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    right = rng.random(seen) < 0.5

    bands = bands_of(rng.uniform(0.95, 1, seen), right, by_people=1.0, bar=0.98)

    assert not any(band.is_proven for band in bands)


def test_a_bar_is_a_part_of_how_often_people_are_right() -> None:
    sure, right = np.full(600, 0.99), np.arange(600) >= 24

    strict = bands_of(sure, right, by_people=1.0, bar=0.98)[-1]
    among_people = bands_of(sure, right, by_people=0.9, bar=0.98)[-1]

    assert strict.worst == among_people.worst
    assert (strict.is_proven, among_people.is_proven) == (False, True)


@pytest.mark.parametrize(
    ("right", "seen", "dropped"),
    [(9, 9, False), (0, 9, False), (10, 20, True), (19, 20, False)],
)
def test_a_drop_is_told_from_bad_luck(right: int, seen: int, *, dropped: bool) -> None:
    assert has_dropped(right, seen, by_people=0.99, bar=0.98) is dropped


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ShapeError, match="chances for"):
        bands_of(np.ones(3), np.ones(2, np.bool_), 1.0, 0.98)
    with pytest.raises(BadInput, match="expected shares"):
        bands_of(np.ones(3), np.ones(3, np.bool_), 1.2, 0.98)


@given(st.integers(1, 10**12), st.integers(1, 10**6), st.integers(10, 999))
def test_a_task_drawn_hidden_stays_hidden_where_more_are(task: int, project: int, n: int) -> None:
    assert is_hidden(task, project, n) == is_hidden(task, project, n)
    assert not is_hidden(task, project, n) or is_hidden(task, project, n + 1)


def test_small_projects_hide_more_so_that_the_draw_can_tell() -> None:
    assert [share_to_hide(tasks) for tasks in (0, 1_797, 2_400, 10**6)] == [200, 200, 150, 100]


def test_draw_that_proved_nothing_grows_by_a_half_up_to_half_of_the_tasks() -> None:
    shares = [170]
    while grown_share(shares[-1]) != shares[-1]:
        shares.append(grown_share(shares[-1]))

    assert shares == [170, 255, 383, 500]
    assert grown_share(900) == 900, "a larger share somebody set stays"


def test_one_in_ten_is_hidden_in_every_project() -> None:
    for project in (1, 2, 77):
        hidden = sum(is_hidden(task, project, 100) for task in range(20_000))
        assert 1_850 < hidden < 2_150


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.data())
def test_worth_more_comes_no_later(loss: list[float], data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.booleans(), min_size=len(loss), max_size=len(loss)))

    found = priorities(np.array(loss), np.array(drawn))
    others = sorted(
        (-one, place) for one, place, d in zip(loss, found, drawn, strict=True) if not d
    )

    assert all(place == 0 for place, d in zip(found, drawn, strict=True) if d)
    assert [place for _, place in others] == sorted(place for _, place in others)


def test_narrow_band_that_fails_ends_nothing_where_the_order_begins_at_half_the_draw() -> None:
    """Nine of the 140 surest are wrong, as are twelve of all five hundred."""
    sure = np.repeat([0.97, 0.75], [140, 360])
    right = np.ones(500, np.bool_)
    right[:9] = right[140:143] = False

    narrow = bands_of(sure, right, 0.95, 0.98)
    wide = bands_of(sure, right, 0.95, 0.98, DrawLook(1, 0.5))

    assert not any(band.is_proven for band in narrow)
    assert wide[0].is_proven
    assert bands_of(sure[:40], right[:40], 0.95, 0.98, DrawLook(1, 0.5)) == []
