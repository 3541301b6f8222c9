"""Train markers on anchors, and let one text in ten of theirs be an anchor nobody announces.

An anchor has reference marks, so that its marks say whether a marker reads the rubric as others do.
A marker who strays is paused and trains again. No mark they gave changes, and every text is paid.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.marking import mark_case
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Forbidden
from canut.core.lessons.calibration import (
    Calibration,
    CalibrationState,
    calibration,
    hidden_anchor,
    training_anchors,
)
from canut.core.lessons.lesson import CRITERIA, LEVELS, Anchor, Lesson
from canut.core.lessons.marking import check_marks
from canut.store.lessons.marking import (
    calibrations_of,
    lessons_to_mark,
    marked_texts,
    scripts_to_mark,
)
from canut.store.tables.lessons import LessonAnchorMark, LessonScript
from canut.store.tables.people import Person

DIGEST_LENGTH = 16


class TextToMark(NamedTuple):
    """A text as its marker reads it; whether it is an anchor is not shown.

    Args:
        script: the case that was opened.
        text: what is to be marked.
        anchor: the anchor in its place, or None.
        digest: tells the page's text from another one.
    """

    script: LessonScript
    text: str
    anchor: Anchor | None
    digest: str


class TextMarks(NamedTuple):
    """What a marker sends back: the digest of the text shown, and a level and a reason each."""

    digest: str
    levels: Sequence[int]
    reasons: Sequence[str]


def standing(person: Person, lesson: Lesson) -> Calibration:
    """Return where a marker stands in a lesson."""
    return calibrations_of(person.pk).get(lesson.id) or calibration(())


def check_may_train(person: Person, lesson: Lesson) -> None:
    """Raise ``Forbidden`` where a person could mark no case of a lesson once trained."""
    lessons = lessons_to_mark(person)
    if lessons is not None and lesson.id not in lessons:
        raise Forbidden(
            f"who marks lesson {lesson.id} passed it, reviews somewhere or runs the instance",
            code="lesson-not-marker",
        )


def next_anchor(person: Person, lesson: Lesson, language: str) -> Anchor | None:
    """Return the anchor a person marks next in training; None where they may mark.

    Anchors of a round come in another order for each person and round.
    """
    current = standing(person, lesson)
    if current.state is CalibrationState.CALIBRATED:
        return None
    rows = LessonAnchorMark.objects.filter(
        marker=person, lesson=lesson.id, round=current.round, is_training=True
    )
    before = set(rows.values_list("anchor", flat=True))
    first_language = rows.values_list("language", flat=True).first()
    anchors = [
        anchor
        for anchor in training_anchors(lesson, first_language or language)
        if anchor.id not in before
    ]
    order = f"{person.pk} {current.round}"
    return min(anchors, key=lambda anchor: _digest(f"{order} {anchor.id}"), default=None)


@transaction.atomic
def mark_anchor(
    person: Person, lesson: Lesson, anchor_id: str, levels: Sequence[int], now_ms: Ms
) -> LessonAnchorMark:
    """Store one's levels of an anchor in training.

    Raises:
        Forbidden: the person could mark no case of this lesson.
        BadInput: a level is missing.
        Conflict: this anchor is not the one that comes next: marked before, or in another window.
    """
    check_may_train(person, lesson)
    if len(levels) != CRITERIA or not set(levels) <= set(LEVELS):
        raise BadInput(
            f"the levels are {list(levels)}; give one of {list(LEVELS)} for each of {CRITERIA}",
            code="lesson-levels",
        )
    Person.objects.select_for_update().get(pk=person.pk)
    language = next((each.language for each in lesson.case.anchors if each.id == anchor_id), "")
    anchor = next_anchor(person, lesson, language)
    if anchor is None or anchor.id != anchor_id:
        raise Conflict(
            "this text has its marks; go on with the next one", code="lesson-anchor-marked"
        )
    row = _row(person, lesson, anchor, levels, now_ms)
    row.is_training = True
    return _store(row)


def text_to_mark(person: Person, script_id: int, now_ms: Ms) -> TextToMark | None:
    """Return the text that a marker reads at a case: the case, or an anchor; None if not theirs."""
    scripts = scripts_to_mark(person, now_ms)
    script = next((row for row in scripts if row.pk == script_id), None)
    if script is None:
        return None
    lesson = get_lesson(script.attempt.lesson)
    anchor = hidden_anchor(
        settings.SECRET_KEY.encode(),
        person.pk,
        lesson,
        marked_texts(person.pk, lesson.id),
        script.language,
    )
    text = script.text if anchor is None else anchor.text
    return TextToMark(script, text, anchor, _digest(f"{script_id} {text}"))


@transaction.atomic
def mark_text(script_id: int, marks: TextMarks, *, by: Person, now_ms: Ms) -> bool:
    """Take the marks of the text that a marker read at a case.

    Returns:
        Whether it was the case; False where it was an anchor, so that the case still waits.

    Raises:
        BadInput: a level or a reason is missing.
        Conflict: the text is another one since, or this case has its marks.
        Forbidden: the person may not mark it.
    """
    check_marks(marks.levels, marks.reasons)
    Person.objects.select_for_update().get(pk=by.pk)
    reading = text_to_mark(by, script_id, now_ms)
    if reading is not None and reading.digest != marks.digest:
        raise Conflict("this text was marked in another window", code="lesson-case-marked")
    if reading is None or reading.anchor is None:
        mark_case(script_id, marks.levels, marks.reasons, by=by, now_ms=now_ms)
        return True
    lesson = get_lesson(reading.script.attempt.lesson)
    _store(_row(by, lesson, reading.anchor, marks.levels, now_ms))
    return False


def _row(
    person: Person, lesson: Lesson, anchor: Anchor, levels: Sequence[int], now_ms: Ms
) -> LessonAnchorMark:
    """Return the marks of an anchor beside its reference as it is now; not of training."""
    return LessonAnchorMark(
        marker=person,
        lesson=lesson.id,
        round=standing(person, lesson).round,
        is_training=False,
        anchor=anchor.id,
        language=anchor.language,
        levels=list(levels),
        reference=list(anchor.marks),
        at_ms=now_ms,
    )


def _store(row: LessonAnchorMark) -> LessonAnchorMark:
    """Store the marks of an anchor.

    Raises:
        Conflict: it was marked at the same moment in another window.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("this text has its marks", code="lesson-anchor-marked") from error
    return row


def _digest(text: str) -> str:
    """Return a short digest of a text, which cannot be guessed from its number."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
