"""A lesson is begun, answered once, ended, and erased; two attempts in 90 days."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from canut.actions.lessons.attempts import (
    answer_items,
    begin_lesson,
    end_lesson,
    erase_attempt,
    send_question,
    write_case,
)
from canut.actions.lessons.catalogue import add_lesson, list_lessons
from canut.core.clock import DAY_MS, MINUTE_MS
from canut.core.errors import BadFile, BadInput, Conflict, Missing
from canut.core.lessons.reading import SHIPPED
from canut.store.models import (
    Claim,
    Decision,
    LessonAnswer,
    LessonAttempt,
    LessonQuestion,
    LessonScript,
)
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import lesson_one, mark, refreshed, send_case
from tests.support.payroll import agree, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def test_attempt_resumes_and_an_answer_stays_as_it_was() -> None:
    person, lesson = make_person(), lesson_one()
    attempt = begin_lesson(person, lesson, NOW_MS)

    assert begin_lesson(person, lesson, NOW_MS + 1).pk == attempt.pk
    assert answer_items(attempt.pk, lesson, "s03", {"q1": ["a"]}, NOW_MS) == 1
    assert answer_items(attempt.pk, lesson, "s03", {"q1": ["b"]}, NOW_MS) == 0
    row = LessonAnswer.objects.get()
    assert (row.answer, row.score_thousandths) == (["a"], 0)
    with pytest.raises(DatabaseError), transaction.atomic():
        LessonAnswer.objects.filter(pk=row.pk).update(answer=["b"])


@pytest.mark.parametrize("typed", ["97,6", "97.6", "97,6 %", " 97.5 "])
def test_number_is_read_with_comma_or_point(typed: str) -> None:
    lesson = lesson_one()
    attempt = begin_lesson(make_person(), lesson, NOW_MS)

    answer_items(attempt.pk, lesson, "s05", {"q3": [typed]}, NOW_MS)

    assert LessonAnswer.objects.get().score_thousandths == 1000


@pytest.mark.parametrize(
    ("screen", "answers", "code"),
    [
        ("s05", {"q3": ["beaucoup"]}, "lesson-number"),
        ("s03", {"q1": ["z"]}, "lesson-answer"),
        ("s03", {"q1": ["a", "b"]}, "lesson-incomplete"),
        ("s04", {"q2": ["a", "a"]}, "lesson-answer"),
    ],
)
def test_answer_that_the_item_does_not_allow_is_refused(
    screen: str, answers: dict[str, list[str]], code: str
) -> None:
    lesson = lesson_one()
    attempt = begin_lesson(make_person(), lesson, NOW_MS)

    with pytest.raises(BadInput) as refusal:
        answer_items(attempt.pk, lesson, screen, answers, NOW_MS)

    assert refusal.value.case == code
    assert not LessonAnswer.objects.exists()


def test_case_far_too_short_is_refused() -> None:
    lesson = lesson_one()
    attempt = begin_lesson(make_person(), lesson, NOW_MS)
    with pytest.raises(BadInput) as refusal:
        write_case(attempt.pk, lesson, "Trop court.", "fr", NOW_MS)
    assert refusal.value.case == "lesson-case-words"


def test_two_attempts_in_ninety_days_then_two_again() -> None:
    person, lesson = make_person(), lesson_one()
    for day in (0, 30):
        attempt = begin_lesson(person, lesson, NOW_MS + day * DAY_MS)
        end_lesson(attempt.pk, lesson, NOW_MS + day * DAY_MS + 1)

    with pytest.raises(Conflict) as refusal:
        begin_lesson(person, lesson, NOW_MS + 89 * DAY_MS)
    assert refusal.value.case == "lesson-attempts-used"
    assert begin_lesson(person, lesson, NOW_MS + 90 * DAY_MS).state == LessonAttempt.State.OPEN


def test_ended_attempt_takes_no_answer() -> None:
    lesson = lesson_one()
    attempt = begin_lesson(make_person(), lesson, NOW_MS)
    end_lesson(attempt.pk, lesson, NOW_MS)
    with pytest.raises(Conflict):
        answer_items(attempt.pk, lesson, "s03", {"q1": ["b"]}, NOW_MS)


def test_erased_attempt_keeps_no_answer_and_stays_paid() -> None:
    person = make_person()
    script = send_case(person, NOW_MS)
    with pytest.raises(Conflict):
        erase_attempt(script.attempt_id, person)
    mark(script, [1, 1, 1, 1], NOW_MS)
    mark(script, [1, 1, 1, 1], NOW_MS)
    with pytest.raises(Missing):
        erase_attempt(script.attempt_id, make_person())

    erase_attempt(script.attempt_id, person)

    attempt = refreshed(script)
    assert not LessonAnswer.objects.exists()
    assert not LessonScript.objects.exists()
    assert (attempt.auto_thousandths, attempt.case_halves, attempt.decision) == (None, None, None)


def test_question_has_no_author() -> None:
    person, lesson = make_person(), lesson_one()
    assert send_question(person, lesson, " À qui va la part ? ", NOW_MS)
    assert not send_question(person, lesson, "  ", NOW_MS)
    (row,) = LessonQuestion.objects.values()
    assert set(row) == {"id", "lesson", "text", "day"}
    assert row["text"] == "À qui va la part ?"


def test_time_above_twice_the_minutes_waits_for_a_person() -> None:
    person, lesson = make_person(), lesson_one()
    agree(person)
    attempt = begin_lesson(person, lesson, NOW_MS)
    work_hours(person, None, NOW_MS, 70 * MINUTE_MS, surface="lesson:1")

    end_lesson(attempt.pk, lesson, NOW_MS + 70 * MINUTE_MS)

    claim = Claim.objects.get()
    assert (claim.state, claim.why, claim.project) == ("pending", "too_long", None)
    assert claim.pending_ms == 10 * MINUTE_MS
    assert Decision.objects.get().kind == Decision.Kind.TIME_HELD


def test_time_up_to_twice_the_minutes_is_left_alone() -> None:
    person, lesson = make_person(), lesson_one()
    agree(person)
    attempt = begin_lesson(person, lesson, NOW_MS)
    work_hours(person, None, NOW_MS, 60 * MINUTE_MS, surface="lesson:1")
    end_lesson(attempt.pk, lesson, NOW_MS + 60 * MINUTE_MS)
    assert not Claim.objects.exists()


def test_folder_of_the_instance_adds_lessons(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "new"
    own.mkdir()
    for path in (SHIPPED / "01-click-life").rglob("*"):
        if path.is_file():
            target = own / path.relative_to(SHIPPED / "01-click-life")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    settings.LESSONS = str(tmp_path / "lessons")
    with pytest.raises(BadFile, match="no other lesson"):
        add_lesson(own)
    text = (own / "lesson.yaml").read_text()
    text = text.replace("id: click-life", "id: ours").replace("number: 1\n", "number: 77\n")
    (own / "lesson.yaml").write_text(text)

    assert add_lesson(own).id == "ours"

    settings.LESSONS = str(tmp_path / "lessons") + "/"
    assert list_lessons()[-1].id == "ours"
