"""Markers train on five anchors, meet one in ten texts unannounced, and pause where they stray."""

import pytest
from django.db import DatabaseError, transaction

from canut.actions.lessons.calibrating import (
    TextMarks,
    mark_anchor,
    mark_text,
    next_anchor,
    standing,
    text_to_mark,
)
from canut.actions.lessons.marking import mark_case
from canut.core.errors import BadInput, Conflict, Forbidden
from canut.core.lessons.calibration import CalibrationState
from canut.core.lessons.lesson import Anchor
from canut.store.lessons.marking import marked_texts, scripts_to_mark
from canut.store.models import LessonAnchorMark, LessonMark, LessonScript, Person
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import REASONS, lesson_one, make_marker, send_case, train

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def state_of(marker: Person) -> CalibrationState:
    return standing(marker, lesson_one()).state


def open_anchor(marker: Person, script: LessonScript) -> Anchor:
    """Mark cases until the next text of this one is an anchor, and return it."""
    for _ in range(20):
        reading = text_to_mark(marker, script.pk, NOW_MS)
        assert reading is not None
        if reading.anchor is not None:
            assert reading.text == reading.anchor.text
            return reading.anchor
        other = send_case(make_person(), NOW_MS)
        shown = text_to_mark(marker, other.pk, NOW_MS)
        assert shown is not None
        assert mark_text(
            other.pk, TextMarks(shown.digest, [2] * 4, REASONS), by=marker, now_ms=NOW_MS
        ) is (shown.anchor is None)
    raise AssertionError("no anchor among twenty texts")


def test_nobody_marks_before_five_anchors() -> None:
    script = send_case(make_person(), NOW_MS)
    marker = make_marker(NOW_MS, trained=False)
    assert scripts_to_mark(marker, NOW_MS) == []
    assert scripts_to_mark(marker, NOW_MS, with_untrained=True) == [script]
    with pytest.raises(Forbidden):
        mark_case(script.pk, [2] * 4, REASONS, by=marker, now_ms=NOW_MS)

    train(marker, NOW_MS)

    assert LessonAnchorMark.objects.filter(marker=marker).count() == 5
    assert scripts_to_mark(marker, NOW_MS) == [script]


@pytest.mark.parametrize(("off", "may_mark"), [(2, True), (3, False)])
def test_eighteen_of_twenty_criteria_within_one_open_the_cases(off: int, *, may_mark: bool) -> None:
    marker = make_marker(NOW_MS, trained=False)
    train(marker, NOW_MS, off=off)
    assert (state_of(marker) is CalibrationState.CALIBRATED) is may_mark
    if not may_mark:
        assert standing(marker, lesson_one())[1:] == (2, 0, 17, 20)
        train(marker, NOW_MS)
        assert state_of(marker) is CalibrationState.CALIBRATED


def test_training_keeps_to_the_language_it_began_in_and_takes_each_text_once() -> None:
    marker, lesson = make_marker(NOW_MS, trained=False), lesson_one()
    first = next_anchor(marker, lesson, "en")
    assert first is not None
    mark_anchor(marker, lesson, first.id, [0] * 4, NOW_MS)
    second = next_anchor(marker, lesson, "fr")
    assert second is not None
    assert (second.language, second.id != first.id) == ("en", True)
    with pytest.raises(Conflict):
        mark_anchor(marker, lesson, first.id, [0] * 4, NOW_MS)
    with pytest.raises(BadInput):
        mark_anchor(marker, lesson, second.id, [0, 0, 0, -1], NOW_MS)
    with pytest.raises(Forbidden):
        mark_anchor(make_person(), lesson, first.id, [0] * 4, NOW_MS)
    with pytest.raises(DatabaseError), transaction.atomic():
        LessonAnchorMark.objects.update(levels=[3] * 4)


def test_one_text_in_ten_is_an_anchor_that_settles_no_case() -> None:
    marker = make_marker(NOW_MS)
    script = send_case(make_person(), NOW_MS)
    anchor = open_anchor(marker, script)
    reading = text_to_mark(marker, script.pk, NOW_MS)
    assert reading is not None

    is_case = mark_text(
        script.pk, TextMarks(reading.digest, [1] * 4, REASONS), by=marker, now_ms=NOW_MS
    )

    assert not is_case
    assert not LessonMark.objects.filter(script=script).exists()
    row = LessonAnchorMark.objects.get(is_training=False)
    assert (row.anchor, row.levels, row.reference) == (anchor.id, [1] * 4, list(anchor.marks))
    following = text_to_mark(marker, script.pk, NOW_MS)
    assert following is not None
    with pytest.raises(Conflict):  # the page of the anchor, sent again
        mark_text(script.pk, TextMarks(reading.digest, [1] * 4, REASONS), by=marker, now_ms=NOW_MS)
    while marked_texts(marker.pk, "click-life") < 10:
        other = send_case(make_person(), NOW_MS)
        shown = text_to_mark(marker, other.pk, NOW_MS)
        assert shown is not None
        mark_text(other.pk, TextMarks(shown.digest, [2] * 4, REASONS), by=marker, now_ms=NOW_MS)
    assert LessonAnchorMark.objects.filter(marker=marker, is_training=False).count() == 1


@pytest.mark.parametrize(
    ("strayed", "state"), [(4, CalibrationState.CALIBRATED), (5, CalibrationState.PAUSED)]
)
def test_under_eighty_per_cent_over_the_last_twenty_anchors_marking_pauses(
    strayed: int, state: CalibrationState
) -> None:
    # twenty anchors of four criteria: 16 right are 64 of 80, and 15 are 60 of 80
    script = send_case(make_person(), NOW_MS)
    marker = make_marker(NOW_MS)
    LessonAnchorMark.objects.bulk_create(
        LessonAnchorMark(
            marker=marker,
            lesson="click-life",
            round=1,
            is_training=False,
            anchor="a3-fr",
            language="fr",
            levels=[0] * 4 if number < strayed else [2] * 4,
            reference=[2] * 4,
            at_ms=NOW_MS,
        )
        for number in range(15)
    )

    assert state_of(marker) is state

    is_paused = state is CalibrationState.PAUSED
    assert (scripts_to_mark(marker, NOW_MS) == []) is is_paused
    if is_paused:
        train(marker, NOW_MS)
        assert scripts_to_mark(marker, NOW_MS) == [script]
