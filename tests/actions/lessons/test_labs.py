"""Labs show the person's own work or public data, with keys computed and frozen at the opening."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from canut.actions.lessons.attempts import answer_items, begin_lesson, end_lesson, erase_attempt
from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.labs import lesson_of, sources_of
from canut.actions.pay.periods import close_period
from canut.actions.work.leases import lease_tasks
from canut.core.clock import HOUR_MS, MINUTE_MS, to_ms
from canut.core.lessons.queries import LEAST_PEOPLE
from canut.core.lessons.scoring import right_answer
from canut.store.models import (
    Answer,
    Card,
    Incident,
    LessonAnswer,
    LessonLab,
    ModelAuthor,
    Person,
    Project,
    TaskState,
    Trained,
)
from tests.support.factories import (
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_worker,
)
from tests.support.payroll import AFTER, made_with, moment, period, person_of, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def split_task(people: int = LEAST_PEOPLE) -> Made:
    """Make a closed task that three of a project's people answered: oui, oui, non."""
    made = make_project(tasks=2, workers=3, overlap=3, title="Avis [q1] (lot 2) → b)")
    for worker, value in zip(made.workers, ("non", "oui", "oui"), strict=True):
        answer_next(worker, value)
    assert TaskState.objects.filter(project=made.project, state="closed").count() == 1
    task = made.tasks[1]
    for number in range(people - 3):
        worker = make_worker(made.project)
        Answer.objects.create(
            task=task, worker=worker, project=made.project, question_version=made.question,
            values='{"q":"oui"}', author_kind=worker.kind, client_key=f"{number:036}",
            counted=False, surplus=True, elapsed_ms=1000, answered_ms=NOW_MS,
        )  # fmt: skip
    return made


def test_own_split_task_is_the_lab_and_its_key_is_what_most_answered() -> None:
    made = split_task()
    person, lesson = person_of(made), get_lesson("click-life")

    attempt = begin_lesson(person, lesson, NOW_MS)

    own = lesson_of(attempt, lesson)
    screen = own.screen("s03", "fr")
    assert screen is not None
    assert "Vous avez répondu « non »" in screen.text
    assert "« non » : 1. « oui » : 2." in screen.text
    assert "« Avis q1 lot 2 b »" in screen.text  # a title asks no question
    (item,) = own.items_of("s03")
    assert right_answer(item) == ("b",)
    assert "« oui »" in screen.questions["q1"].options["b"]
    assert sources_of(attempt, lesson) == {"s03": "own", "s05": "sample"}
    answer_items(attempt.pk, lesson, "s03", {"q1": ["b"]}, NOW_MS)
    assert LessonAnswer.objects.get().score_thousandths == 1000


def test_pairs_of_the_own_task_are_counted() -> None:
    person, lesson = person_of(split_task()), get_lesson("disagreement")
    own = lesson_of(begin_lesson(person, lesson, NOW_MS), lesson)
    (item,) = own.items_of("s03")
    assert item.number == round(Fraction(100, 3), 2)
    assert "3 paires" in own.screens["fr"][2].text


def test_task_of_a_small_project_is_not_shown() -> None:
    person, lesson = person_of(split_task(LEAST_PEOPLE - 1)), get_lesson("click-life")
    attempt = begin_lesson(person, lesson, NOW_MS)
    assert not LessonLab.objects.exists()
    assert lesson_of(attempt, lesson) == lesson


def test_task_that_is_still_open_is_not_shown() -> None:
    made = split_task()
    TaskState.objects.filter(project=made.project).update(state="open")
    begin_lesson(person_of(made), get_lesson("click-life"), NOW_MS)
    assert not LessonLab.objects.exists()


def test_own_data_are_nobody_elses_lab() -> None:
    split_task()
    stranger, lesson = make_person(), get_lesson("click-life")
    attempt = begin_lesson(stranger, lesson, NOW_MS)
    assert lesson_of(attempt, lesson) == lesson
    assert set(sources_of(attempt, lesson).values()) == {"sample"}


def test_change_next_day_does_not_make_a_right_answer_wrong() -> None:
    made = split_task()
    person, lesson = person_of(made), get_lesson("click-life")
    attempt = begin_lesson(person, lesson, NOW_MS)
    Answer.objects.filter(task=made.tasks[0]).update(values='{"q":"non"}')

    answer_items(attempt.pk, lesson, "s03", {"q1": ["b"]}, NOW_MS + 86_400_000)

    assert LessonAnswer.objects.get().score_thousandths == 1000
    with pytest.raises(DatabaseError), transaction.atomic():
        LessonLab.objects.update(keys={"label": ["a"]})
    ended = end_lesson(attempt.pk, lesson, NOW_MS + 86_400_000)
    assert ended.auto_thousandths == 111  # one of nine items
    erase_attempt(attempt.pk, person)
    assert not LessonLab.objects.exists()


def paid_days(days: int) -> Person:
    """Let a person answer on some days of a fortnight that is then paid."""
    policy()
    made = made_with(1_250_000, tasks=2 * days)
    person = person_of(made)
    for day in range(days):
        at_ms = moment(date(2026, 5, 1 + day))
        work_hours(person, made.project.pk, at_ms, 10 * MINUTE_MS)
        for number in range(1 if day else 2):
            answer_next(made.worker, now_ms=at_ms + number * MINUTE_MS)
    close_period(period().pk, make_person(), to_ms(AFTER))
    return person


def test_own_statement_has_one_changed_line_to_find() -> None:
    person, lesson = paid_days(3), get_lesson("time-pay")

    own = lesson_of(begin_lesson(person, lesson, to_ms(AFTER)), lesson)

    screen = own.screen("s07", "fr")
    assert screen is not None
    assert screen.questions["q6"].options == {
        "1": "Le 1er mai : 2 × 1,25 $ = 2,13 $.",
        "2": "Le 2 mai : 1 × 1,25 $ = 1,25 $.",
        "3": "Le 3 mai : 1 × 1,25 $ = 1,25 $.",
    }
    assert "Pour l’exercice, une ligne de cette copie a été changée" in screen.text
    (line,), (missing,) = own.items_of("s07"), own.items_of("s08")
    assert (line.key, missing.number) == (("1",), Fraction("0.37"))


def test_statement_of_two_days_keeps_the_sample() -> None:
    person, lesson = paid_days(2), get_lesson("time-pay")
    assert lesson_of(begin_lesson(person, lesson, to_ms(AFTER)), lesson) == lesson


def release(project: Project, bands: list[list[float]], *, is_public: bool = True) -> None:
    """Publish a project's card, and the model that learned from it."""
    author = ModelAuthor.objects.create(project=project, name="canut-text", version="1")
    Trained.objects.create(
        project=project, author=author, form="text", answers=100, tasks=50, labels_ms=HOUR_MS,
        last_answer=1, held_out=90, right=81, by_people=0.9, fit_ms=1, made_ms=NOW_MS, bands=bands,
    )  # fmt: skip
    Card.objects.create(
        project=project, number=1, made_ms=NOW_MS, people=20, is_simulated=False,
        is_public=is_public, content="{}", sha256="0" * 64,
    )  # fmt: skip


BANDS = [[0.5, 30, 24, 0.7, 0], [0.7, 30, 28, 0.8, 0], [0.9, 30, 29, 0.9, 1]]


def test_released_model_is_the_lab_of_anybody() -> None:
    made = split_task()
    release(made.project, BANDS)
    lesson, first = get_lesson("diagnose"), get_lesson("click-life")

    attempt = begin_lesson(make_person(), lesson, NOW_MS)

    own = lesson_of(attempt, lesson)
    screen = own.screen("s06", "en")
    assert screen is not None
    assert screen.questions["q4"].options == {
        "1": "Confidence from 50%; errors: 6 of 30.",
        "2": "Confidence from 70%; errors: 2 of 30.",
        "3": "Confidence from 90%; errors: 1 of 30.",
    }
    assert own.items_of("s06")[0].key == ("1",)
    assert sources_of(attempt, lesson) == {"s03": "sample", "s06": "instance"}
    model = lesson_of(begin_lesson(make_person(), first, NOW_MS), first)
    assert model.items_of("s05")[0].number == 90


@pytest.mark.parametrize(
    ("people", "is_public", "bands"),
    [
        (LEAST_PEOPLE - 1, True, BANDS),
        (LEAST_PEOPLE, False, BANDS),
        (LEAST_PEOPLE, True, [*BANDS[:2], [0.9, 19, 0, 0.9, 1]]),
        (LEAST_PEOPLE, True, [[0.5, 30, 28, 0, 0], *BANDS[1:]]),
    ],
    ids=["few people", "not public", "few tasks in a band", "no band stands out"],
)
def test_model_that_may_not_be_shown_leaves_the_sample(
    people: int, bands: list[list[float]], *, is_public: bool
) -> None:
    release(split_task(people).project, bands, is_public=is_public)
    lesson = get_lesson("diagnose")
    assert lesson_of(begin_lesson(make_person(), lesson, NOW_MS), lesson) == lesson


@pytest.mark.parametrize(("people", "is_lab"), [(LEAST_PEOPLE, True), (LEAST_PEOPLE - 1, False)])
def test_closed_incident_is_a_case_of_the_lesson(people: int, *, is_lab: bool) -> None:
    """Its counts and the kind of task are shown; no task, no text, no person."""
    project = split_task(people).project
    release(project, BANDS)
    owner, verifier = make_person(), make_person()
    Incident.objects.create(
        project=project, author=ModelAuthor.objects.get(), state="closed", slice="@class = oui",
        at_ms=1, owner=owner, verifier=verifier, repaired_ms=2, closed_ms=3,
        proof={"slice": [48, 60, 60, 60], "rest": [324, 340, 0, 0]},
    )  # fmt: skip
    lesson = get_lesson("diagnose")

    attempt = begin_lesson(make_person(), lesson, NOW_MS)

    own = lesson_of(attempt, lesson)
    screen, (item,) = own.screen("s03", "en"), own.items_of("s03")
    assert screen is not None
    assert ("“the model says oui”" in screen.text.replace(" = ", " ")) is is_lab
    assert ("In the slice: errors 12 of 60." in screen.text) is is_lab
    assert item.number == pytest.approx(9.2, abs=0.05)
    assert sources_of(attempt, lesson)["s03"] == ("instance" if is_lab else "sample")


def test_leases_are_the_same_after_a_lab_was_shown() -> None:
    made = split_task()
    begin_lesson(person_of(made), get_lesson("click-life"), NOW_MS)
    assert lease_tasks(made.worker.pk, 1, NOW_MS).tasks
