"""One item is offered 60 days after a lesson, once, and changes nothing."""

import pytest
from django.db import DatabaseError, transaction

from canut.actions.lessons.attempts import begin_lesson, end_lesson, erase_attempt
from canut.actions.lessons.recall import RECALL_MS, answer_recall, offers
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict
from canut.core.lessons.scoring import right_answer
from canut.store.models import LessonAttempt, LessonRecall, Person
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import lesson_one, mark, send_case

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


@pytest.fixture
def person() -> Person:
    """Return somebody who followed the first lesson, and whose case was marked."""
    somebody = make_person()
    script = send_case(somebody, NOW_MS)
    mark(script, [2] * 4, NOW_MS)
    mark(script, [2] * 4, NOW_MS)
    return somebody


def test_one_item_is_offered_sixty_days_after_the_end_and_not_a_moment_before(
    person: Person,
) -> None:
    assert RECALL_MS == 60 * DAY_MS
    assert offers(person, NOW_MS + RECALL_MS - 1) == []
    (offer,) = offers(person, NOW_MS + RECALL_MS)
    assert (offer.lesson.id, offer.item.is_marked) == ("click-life", True)
    assert offers(person, NOW_MS + 2 * RECALL_MS)[0].item == offer.item


def test_answer_is_stored_once_and_has_no_effect(person: Person) -> None:
    later = NOW_MS + RECALL_MS
    before = LessonAttempt.objects.values().get(person=person)
    (offer,) = offers(person, later)
    with pytest.raises(BadInput):
        answer_recall(person, "click-life", [" "], later)

    row = answer_recall(person, "click-life", right_answer(offer.item), later)

    assert row.score_thousandths == 1000
    assert LessonAttempt.objects.values().get(person=person) == before
    assert offers(person, later + 1) == []
    with pytest.raises(Conflict):
        answer_recall(person, "click-life", right_answer(offer.item), later)
    with pytest.raises(DatabaseError), transaction.atomic():
        LessonRecall.objects.update(score_thousandths=0)


def test_only_the_newest_attempt_counts_and_an_erased_one_asks_nothing(person: Person) -> None:
    later = NOW_MS + 30 * DAY_MS
    attempt = begin_lesson(person, lesson_one(), later)
    assert offers(person, NOW_MS + RECALL_MS) == []
    end_lesson(attempt.pk, lesson_one(), later)
    assert [offer.attempt.pk for offer in offers(person, later + RECALL_MS)] == [attempt.pk]

    erase_attempt(attempt.pk, person)

    assert offers(person, later + RECALL_MS) == []


def test_nobody_else_answers_it(person: Person) -> None:
    assert person.pk
    assert offers(make_person(), NOW_MS + RECALL_MS) == []
    with pytest.raises(Conflict):
        answer_recall(make_person(), "click-life", ["a"], NOW_MS + RECALL_MS)
