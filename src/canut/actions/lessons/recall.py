"""Offer one item of a lesson again, 60 days after its end: paid, and without any effect.

It shows the person what stayed with them. It changes no result, and nothing that lends, prices,
reviews or scores reads it.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction

from canut.actions.lessons.attempts import check_answer
from canut.actions.lessons.catalogue import list_lessons
from canut.core.clock import DAY_MS, Ms
from canut.core.errors import Conflict
from canut.core.lessons.lesson import Item, Lesson
from canut.core.lessons.scoring import score_item
from canut.store.lessons.attempts import attempts_of, recall_of
from canut.store.tables.lessons import LessonAttempt, LessonRecall
from canut.store.tables.people import Person

RECALL_MS = 60 * DAY_MS
THOUSAND = 1000


class RecallOffer(NamedTuple):
    """One item that a person can answer again."""

    attempt: LessonAttempt
    lesson: Lesson
    item: Item


def offers(person: Person, now_ms: Ms) -> list[RecallOffer]:
    """List the items a person can answer again now, by lesson; one for each lesson at most."""
    newest: dict[str, LessonAttempt] = {}
    for attempt in attempts_of(person.pk):  # newest first
        newest.setdefault(attempt.lesson, attempt)
    by_id = {lesson.id: lesson for lesson in list_lessons()}
    due = [
        (attempt, by_id[lesson_id])
        for lesson_id, attempt in newest.items()
        if lesson_id in by_id and _is_due(attempt, by_id[lesson_id], now_ms)
    ]
    return [
        RecallOffer(attempt, lesson, item_of(attempt, lesson))
        for attempt, lesson in sorted(due, key=lambda pair: pair[1].number)
        if recall_of(attempt) is None
    ]


def _is_due(attempt: LessonAttempt, lesson: Lesson, now_ms: Ms) -> bool:
    """Return whether an attempt ended 60 days ago, was not erased, and read the present text."""
    return (
        attempt.ended_ms is not None
        and attempt.ended_ms + RECALL_MS <= now_ms
        and attempt.auto_thousandths is not None
        and attempt.sha256 == lesson.sha256
    )


def item_of(attempt: LessonAttempt, lesson: Lesson) -> Item:
    """Return the item that is asked again: always the same for an attempt, and never of a lab."""
    items = [item for item in lesson.items if item.is_marked and not item.key_from]
    drawn = hashlib.sha256(f"recall {attempt.pk}".encode()).digest()
    return items[drawn[0] % len(items)]


def answer_recall(
    person: Person, lesson_id: str, answer: Sequence[str], now_ms: Ms
) -> LessonRecall:
    """Store the answer to the item that a lesson asks again.

    Raises:
        Conflict: none is asked now: it is too early, or it was answered.
        BadInput: the item does not allow the answer, or it is empty.
    """
    offer = next((each for each in offers(person, now_ms) if each.lesson.id == lesson_id), None)
    if offer is None:
        raise Conflict("this lesson asks nothing again now", code="lesson-no-recall")
    parts = [part.strip() for part in answer if part.strip()]
    check_answer(offer.lesson, offer.item, parts)
    try:
        with transaction.atomic():
            return LessonRecall.objects.create(
                attempt=offer.attempt,
                item=offer.item.id,
                answer=parts,
                score_thousandths=int(score_item(offer.item, parts) * THOUSAND),
                at_ms=now_ms,
            )
    except IntegrityError as error:
        raise Conflict(
            "this question was answered in another window", code="lesson-no-recall"
        ) from error
