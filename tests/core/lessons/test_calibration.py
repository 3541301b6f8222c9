"""Five anchors before marking, one text in ten after, a pause under 80 % of the last twenty."""

import pytest

from canut.core.lessons.calibration import (
    AnchorMark,
    CalibrationState,
    calibration,
    hidden_anchor,
    near_criteria,
    training_anchors,
)
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.reading import shipped_lessons

REFERENCE = [2, 2, 2, 2]
CALIBRATED, UNTRAINED = CalibrationState.CALIBRATED, CalibrationState.UNTRAINED


def marks(near: int, count: int, *, training: bool, number: int = 1) -> list[AnchorMark]:
    """Return marks of anchors of which as many criteria are within one level as said."""
    levels = [2] * near + [0] * (4 * count - near)
    return [
        AnchorMark(levels[4 * at : 4 * at + 4], REFERENCE, training, number) for at in range(count)
    ]


def test_within_one_level_counts_and_two_levels_do_not() -> None:
    assert near_criteria([1, 3, 2, 0], REFERENCE) == 3


@pytest.mark.parametrize(
    ("near", "state", "number"), [(20, CALIBRATED, 1), (18, CALIBRATED, 1), (17, UNTRAINED, 2)]
)
def test_eighteen_of_twenty_criteria_let_a_marker_begin(
    near: int, state: CalibrationState, number: int
) -> None:
    trained = calibration(marks(near, 5, training=True))
    assert (trained.state, trained.round, trained.near, trained.of) == (state, number, near, 20)


def test_four_anchors_are_not_enough_and_nothing_is_untrained() -> None:
    assert calibration([]).state is UNTRAINED
    assert calibration(marks(16, 4, training=True))[:3] == (UNTRAINED, 1, 4)


def test_second_round_of_training_counts_alone() -> None:
    first, second = marks(10, 5, training=True), marks(20, 5, training=True, number=2)
    assert calibration(first + second)[:2] == (CALIBRATED, 2)


@pytest.mark.parametrize(
    ("later", "state"),
    [(44, CALIBRATED), (43, CalibrationState.PAUSED)],  # with 20 of training: 64 and 63 of 80
)
def test_under_eighty_per_cent_of_the_last_twenty_anchors_pauses(
    later: int, state: CalibrationState
) -> None:
    seen = marks(20, 5, training=True) + marks(later, 15, training=False)
    found = calibration(seen)
    assert (found.state, found.near, found.of) == (state, 20 + later, 80)


def test_nineteen_anchors_never_pause_and_only_the_last_twenty_count() -> None:
    training = marks(20, 5, training=True)
    assert calibration(training + marks(0, 14, training=False)).state is CALIBRATED
    good = marks(80, 20, training=False)
    assert calibration(training + marks(0, 15, training=False) + good).state is CALIBRATED


def test_new_round_after_a_pause_begins_a_new_window() -> None:
    paused = marks(20, 5, training=True) + marks(0, 15, training=False)
    assert calibration(paused)[:3] == (CalibrationState.PAUSED, 2, 0)
    again = paused + marks(20, 5, training=True, number=2)
    assert calibration(again)[:2] == (CALIBRATED, 2)


@pytest.mark.parametrize("lesson", shipped_lessons(), ids=lambda lesson: lesson.id)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_lesson_ships_five_anchors_in_each_language(lesson: Lesson, language: str) -> None:
    anchors = training_anchors(lesson, language)
    assert [anchor.language for anchor in anchors] == [language] * 5
    totals = sorted(sum(anchor.marks) for anchor in anchors)
    assert totals[0] <= 4
    assert 8 in totals
    assert totals[-1] == 12


def test_one_text_in_each_ten_is_an_anchor_and_not_always_the_same_one() -> None:
    lesson = shipped_lessons()[0]
    drawn = [hidden_anchor(b"secret", 7, lesson, marked, "en") for marked in range(400)]
    places = [at % 10 for at, anchor in enumerate(drawn) if anchor is not None]
    assert [
        sum(anchor is not None for anchor in drawn[at : at + 10]) for at in range(0, 400, 10)
    ] == ([1] * 40)
    assert len(set(places)) > 5
    assert len({anchor.id for anchor in drawn if anchor}) == 5
    assert {anchor.language for anchor in drawn if anchor} == {"en"}
    other = [hidden_anchor(b"other", 7, lesson, marked, "en") for marked in range(400)]
    assert other != drawn
