"""A worker who goes through a lesson, and markers who share nothing with them."""

from collections.abc import Iterable

from canut.actions.lessons.attempts import answer_items, begin_lesson, end_lesson, write_case
from canut.actions.lessons.calibrating import mark_anchor, next_anchor, standing
from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.marking import mark_case
from canut.actions.people.accounts import add_member
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.scoring import right_answer
from canut.store.models import LessonAttempt, LessonScript, Person, Role
from tests.support.factories import NOW_MS, make_person, make_project

REASONS = ["The text says so in its second sentence."] * 4


def lesson_one() -> Lesson:
    """Return the first lesson."""
    return get_lesson("click-life")


def case_text(lesson: Lesson) -> str:
    """Return a text of the length that the case asks for."""
    return " ".join(["mot"] * lesson.case.least_words)


def make_marker(now_ms: int, *, trained: bool = True) -> Person:
    """Make a person who reviews a project of their own organisation, trained on lesson one."""
    marker = make_person()
    add_member(marker, Role.REVIEWER, now_ms, project=make_project(tasks=1).project)
    if trained:
        train(marker, now_ms)
    return marker


def train(marker: Person, now_ms: int, lesson_id: str = "click-life", *, off: int = 0) -> None:
    """Mark the five anchors of a lesson as their reference, ``off`` criteria two levels away."""
    lesson = get_lesson(lesson_id)
    while (anchor := next_anchor(marker, lesson, "fr")) is not None:
        levels = list(anchor.marks)
        for at in range(min(off, len(levels))):
            levels[at] += 2 if levels[at] < 2 else -2
        off = max(0, off - len(levels))
        mark_anchor(marker, lesson, anchor.id, levels, now_ms)
        if standing(marker, lesson).marked == 0:  # the round is over, and was not enough
            return


def send_case(person: Person, now_ms: int, *, right: bool = True) -> LessonScript:
    """Go through the first lesson, with all answers right or none, and send its case."""
    lesson = lesson_one()
    attempt = begin_lesson(person, lesson, now_ms)
    if right:
        for screen_id in lesson.screen_ids():
            answers = {
                item.id: right_answer(item) for item in lesson.items_of(screen_id) if item.is_marked
            }
            answer_items(attempt.pk, lesson, screen_id, answers, now_ms)
    script = write_case(attempt.pk, lesson, case_text(lesson), "fr", now_ms)
    end_lesson(attempt.pk, lesson, now_ms)
    return script


def mark(script: LessonScript, levels: list[int], now_ms: int) -> Person:
    """Mark a case as a new marker."""
    marker = make_marker(now_ms)
    mark_case(script.pk, levels, REASONS, by=marker, now_ms=now_ms)
    return marker


def refreshed(script: LessonScript) -> LessonAttempt:
    """Return the attempt of a case as it is now."""
    return LessonAttempt.objects.get(pk=script.attempt_id)


def passed_lesson(now_ms: int = NOW_MS) -> Person:
    """Make a person with an e-mail address who passed the first lesson, marked by two people."""
    person = make_person(email="lea@exemple.org")
    script = send_case(person, now_ms)
    for levels in ([3, 3, 2, 2], [3, 2, 3, 3]):
        mark(script, levels, now_ms)
    return person


def pass_lessons(person: Person, lesson_ids: Iterable[str], now_ms: int = NOW_MS) -> None:
    """Let a person have passed lessons, each marked by two people, as rows."""
    for lesson_id in lesson_ids:
        lesson = get_lesson(lesson_id)
        attempt = LessonAttempt.objects.create(
            person=person,
            lesson=lesson.id,
            number=lesson.number,
            version=lesson.version,
            sha256=lesson.sha256,
            screen="s01",
            state=LessonAttempt.State.MARKED,
            auto_thousandths=900,
            case_halves=17,
            has_passed=True,
            started_ms=now_ms,
            ended_ms=now_ms,
            result_ms=now_ms,
        )
        LessonScript.objects.create(attempt=attempt, text="mot", language="fr", at_ms=now_ms)
