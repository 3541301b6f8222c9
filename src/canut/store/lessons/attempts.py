"""Attempts at lessons: a person's own, and whether they passed. Reads only."""

from typing import NamedTuple

from django.db.models import Q

from canut.store.tables.lessons import (
    LessonAnswer,
    LessonAttempt,
    LessonQuestion,
    LessonRecall,
    LessonReview,
    LessonScript,
)
from canut.store.tables.people import Membership, Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker

MOST_QUESTIONS = 200

PASSED = Q(has_passed=True) | Q(decision__undone_ms__isnull=False)
"""Passed by its marks, or because the decision on its case was undone."""


class LessonsPassed(NamedTuple):
    """How many lessons a person passed: with a result in a period, and up to its end."""

    in_period: int
    ever: int


def open_attempt(person_id: int, lesson_id: str) -> LessonAttempt | None:
    """Return the attempt a person is in the middle of."""
    return LessonAttempt.objects.filter(
        person=person_id, lesson=lesson_id, state=LessonAttempt.State.OPEN
    ).first()


def attempts_of(person_id: int, lesson_id: str | None = None) -> list[LessonAttempt]:
    """List a person's attempts, newest first, with the decision on their case."""
    rows = LessonAttempt.objects.filter(person=person_id).select_related("decision")
    if lesson_id is not None:
        rows = rows.filter(lesson=lesson_id)
    return list(rows.order_by("-started_ms", "-id"))


def attempts_since(person_id: int, lesson_id: str, since_ms: int) -> list[int]:
    """List when a person began this lesson since a moment, oldest first."""
    rows = LessonAttempt.objects.filter(person=person_id, lesson=lesson_id, started_ms__gt=since_ms)
    return list(rows.order_by("started_ms").values_list("started_ms", flat=True))


def has_passed(person_id: int, lesson_id: str) -> bool:
    """Return whether a person passed a lesson, by its marks or by an appeal."""
    return LessonAttempt.objects.filter(PASSED, person=person_id, lesson=lesson_id).exists()


def lessons_passed(begin_ms: int, end_ms: int) -> dict[int, LessonsPassed]:
    """Count the lessons that each person passed, once each, by when the first result came.

    An erased attempt counts nowhere.

    Args:
        begin_ms: of the period, in milliseconds since 1970 UTC.
        end_ms: the first millisecond after it.
    """
    rows = LessonAttempt.objects.filter(PASSED, result_ms__lt=end_ms).values_list(
        "person", "lesson", "result_ms"
    )
    first_ms: dict[int, dict[str, int]] = {}
    for person, lesson, result_ms in rows.order_by("result_ms"):
        first_ms.setdefault(person, {}).setdefault(lesson, result_ms or 0)
    return {
        person: LessonsPassed(sum(ms >= begin_ms for ms in moments.values()), len(moments))
        for person, moments in first_ms.items()
    }


def is_passed(attempt: LessonAttempt) -> bool:
    """Return whether an attempt counts as passed; its decision must be loaded."""
    decision = attempt.decision
    return attempt.has_passed or (decision is not None and decision.undone_ms is not None)


def reviews_of(lesson_id: str, version: int, sha256: str) -> list[LessonReview]:
    """List who reviewed this very text of a lesson, oldest first."""
    rows = LessonReview.objects.filter(lesson=lesson_id, version=version, sha256=sha256)
    return list(rows.order_by("id"))


def signed_texts() -> set[str]:
    """Return the SHA-256 of every version that somebody signed."""
    return set(LessonReview.objects.filter(signs=True).values_list("sha256", flat=True))


def newest_questions() -> list[LessonQuestion]:
    """List the newest questions to the representatives, without anybody's name."""
    return list(LessonQuestion.objects.order_by("-day", "-id")[:MOST_QUESTIONS])


def answers_of(attempt: LessonAttempt) -> dict[str, list[str]]:
    """Return the answers of an attempt, by item."""
    rows = LessonAnswer.objects.filter(attempt=attempt).values_list("item", "answer")
    return {item: [str(part) for part in answer] for item, answer in rows}


def recall_of(attempt: LessonAttempt) -> LessonRecall | None:
    """Return the answer to the item of an attempt that was asked again."""
    return LessonRecall.objects.filter(attempt=attempt).first()


def script_of(attempt: LessonAttempt) -> LessonScript | None:
    """Return the text of an attempt's case."""
    return LessonScript.objects.filter(attempt=attempt).first()


def passed_lessons(person_id: int) -> set[str]:
    """Return the ids of the lessons a person passed, by their marks or by an appeal."""
    rows = LessonAttempt.objects.filter(PASSED, person=person_id)
    return set(rows.values_list("lesson", flat=True))


def passed_by_person(until_ms: int) -> dict[int, set[str]]:
    """Return the lessons that each real person had passed before a time."""
    rows = LessonAttempt.objects.filter(PASSED, result_ms__lt=until_ms, person__is_simulated=False)
    lessons: dict[int, set[str]] = {}
    for person, lesson in rows.values_list("person", "lesson"):
        lessons.setdefault(person, set()).add(lesson)
    return lessons


def passed_in_project(project_id: int, lesson_id: str) -> list[Person]:
    """List the people who work or have a role in a project and passed a lesson, by number."""
    passed = LessonAttempt.objects.filter(PASSED, lesson=lesson_id).values("person")
    organisation = Project.objects.filter(pk=project_id).values("organisation")
    roles = Membership.objects.filter(ended_at=None)
    roles = roles.filter(Q(project=project_id) | Q(organisation__in=organisation))
    workers = Worker.objects.filter(project=project_id)
    here = Q(pk__in=roles.values("person")) | Q(pk__in=workers.values("person"))
    people = Person.objects.filter(here, pk__in=passed, is_active=True, is_service=False)
    return list(people.order_by("pk"))
