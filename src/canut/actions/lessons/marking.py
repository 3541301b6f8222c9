"""Mark the cases of lessons blind, settle their results, and review texts.

Two people mark each case; a third where they lie apart. Markers see neither the author nor another
mark nor the score of the items. One text in ten is an anchor (``calibrating``). A case not passed
is a decision its author can appeal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Ruling, decide
from canut.actions.lessons.catalogue import get_lesson
from canut.core.clock import Ms, local_day
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.core.lessons.lesson import MOST_MARK, Lesson
from canut.core.lessons.marking import (
    case_halves,
    check_marks,
    has_passed_case,
    needs_third,
)
from canut.store.lessons.marking import marks_of, may_mark
from canut.store.people.work_terms import zone_of
from canut.store.tables.decisions import Decision
from canut.store.tables.lessons import LessonAttempt, LessonMark, LessonReview, LessonScript
from canut.store.tables.people import Person

CODE = "lesson-case"
THIRD = 3
THOUSAND = 1000
MOST_NAME, MOST_NOTE = 120, 4000


@dataclass(frozen=True, slots=True)
class TextReview:
    """What somebody named says of one version of a lesson.

    Args:
        name: of who read it.
        role: ``teacher`` or ``ethics``.
        signs: whether they sign it as it stands.
        words: what they say of it; needed where they do not sign.
    """

    name: str
    role: str
    signs: bool
    words: str


@transaction.atomic
def mark_case(
    script_id: int, levels: Sequence[int], reasons: Sequence[str], *, by: Person, now_ms: Ms
) -> LessonMark:
    """Give one's mark to a case; the last one needed settles it.

    Raises:
        Missing: there is no such case.
        Forbidden: the person may not mark it: their own, of somebody near, or not a marker.
        Conflict: it is settled, or they marked it before.
        BadInput: a level or a reason is missing.
    """
    check_marks(levels, reasons)
    script = LessonScript.objects.select_for_update().filter(id=script_id).first()
    if script is None:
        raise Missing(f"there is no case {script_id}")
    attempt = script.attempt
    marks = marks_of(script)
    is_open = attempt.state == LessonAttempt.State.WAITING and len(marks) < script.markers
    if not is_open or any(mark.marker_id == by.pk for mark in marks):
        raise Conflict("this case has its marks", code="lesson-case-marked")
    if not may_mark(by, script, now_ms):
        raise Forbidden("this case is for another marker", code="lesson-case-not-yours")
    mark = LessonMark.objects.create(
        script=script,
        marker=by,
        levels=list(levels),
        reasons=[reason.strip() for reason in reasons],
        total=sum(levels),
        at_ms=now_ms,
    )
    marks.append(mark)
    if len(marks) == script.markers:
        _settle(script, marks, now_ms)
    return mark


def _settle(script: LessonScript, marks: Sequence[LessonMark], now_ms: Ms) -> None:
    """Settle a case, or ask a third marker where two lie apart."""
    lesson = get_lesson(script.attempt.lesson)
    totals = [mark.total for mark in marks]
    if len(totals) < THIRD and needs_third(totals, lesson):
        script.markers = THIRD
        script.save(update_fields=["markers"])
        return
    attempt, halves = script.attempt, case_halves(totals)
    passed = has_passed_case(halves, lesson)
    if not passed:
        attempt.decision = _decide_not_passed(attempt, lesson, halves, marks[-1], now_ms)
    has_points = (attempt.auto_thousandths or 0) >= lesson.pass_share * THOUSAND
    attempt.case_halves = halves
    attempt.has_passed = passed and has_points
    attempt.state = LessonAttempt.State.MARKED
    attempt.result_ms = now_ms
    attempt.save()


def _decide_not_passed(
    attempt: LessonAttempt, lesson: Lesson, halves: int, last: LessonMark, now_ms: Ms
) -> Decision:
    """Record that a case was not passed, so that its author can appeal."""
    points = f"{halves / 2:g}"
    return decide(
        Ruling(
            person=attempt.person_id,
            kind=Decision.Kind.QUALITY,
            code=CODE,
            by=last.marker,
            evidence=" ".join(last.reasons),
            text_en=f"Your case of lesson {lesson.number} has {points} of {MOST_MARK} points;"
            f" {lesson.pass_case} pass it. This changes neither your tasks nor your pay nor your"
            " score. The lesson is paid all the same.",
            text_fr=f"Votre cas de la leçon {lesson.number} a"
            f" {points.replace('.', ',')} points sur {MOST_MARK}\u202f; il en faut"
            f" {lesson.pass_case}. Cela ne change ni vos tâches, ni votre paie, ni votre score. La"
            " leçon est payée de toute façon.",
            inputs={"points": points, "needed": lesson.pass_case},
        ),
        now_ms,
    )


def review_text(lesson: Lesson, review: TextReview, *, by: Person, now_ms: Ms) -> LessonReview:
    """Store that somebody named read this version of a lesson.

    Raises:
        Forbidden: a program does.
        BadInput: the name is missing or too long, the role is none, or an unsigned review says
            nothing.
    """
    if by.is_service:
        raise Forbidden("a named person reviews a lesson", code="service-actor")
    name, words = review.name.strip(), review.words.strip()
    if not 0 < len(name) <= MOST_NAME or review.role not in LessonReview.As.values:
        raise BadInput("say who read it, and as what", code="lesson-review-unnamed")
    if len(words) > MOST_NOTE or not (review.signs or words):
        raise BadInput("say what must change, or sign it", code="lesson-review-unsaid")
    return LessonReview.objects.create(
        lesson=lesson.id,
        version=lesson.version,
        sha256=lesson.sha256,
        name=name,
        role=review.role,
        signs=review.signs,
        text=words,
        by=by,
        day=local_day(now_ms, zone_of(by.pk, now_ms)),
        at_ms=now_ms,
    )
