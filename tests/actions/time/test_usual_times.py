"""What is usual: the middle of the crowd, or what the tasks hold; never one person's own time."""

import pytest

from canut.actions.time.usual_times import learn_usual_times
from tests.support.factories import NOW_MS, make_project
from tests.support.working_hours import DAY, MINUTE, do_tasks

pytestmark = pytest.mark.django_db


def test_usual_times_are_learnt_from_everybodys_tasks() -> None:
    made = make_project(tasks=8, workers=2, overlap=2)
    do_tasks(made.workers[0], [1, 1, 2], NOW_MS - DAY)
    do_tasks(made.workers[1], [2, 2, 4], NOW_MS - DAY)

    kept = learn_usual_times(made.project.pk, NOW_MS)

    assert kept
    assert (kept.n_items, kept.n_people) == (6, 2)
    assert (kept.median_ms, kept.mean_ms) == (MINUTE, 4 * MINUTE // 3)


def test_project_where_nobody_worked_has_no_usual_time() -> None:
    assert learn_usual_times(make_project().project.pk, NOW_MS) is None


def test_one_slow_person_does_not_move_what_is_usual_for_the_others() -> None:
    made = make_project(tasks=12, workers=3, overlap=1)
    for number, minutes in enumerate((1, 1, 9)):
        do_tasks(made.workers[number], [minutes] * 3, NOW_MS - DAY)

    kept = learn_usual_times(made.project.pk, NOW_MS)

    assert kept
    assert (kept.n_people, kept.median_ms, kept.mean_ms) == (3, MINUTE, MINUTE)


def test_where_one_works_alone_what_the_tasks_hold_is_usual() -> None:
    made = make_project(tasks=8)
    for task in made.tasks:
        task.data = f'{{"text":"{"mot " * 300}"}}'
        task.save()
    do_tasks(made.worker, [9, 9, 9], NOW_MS - DAY)

    kept = learn_usual_times(made.project.pk, NOW_MS)

    assert kept
    assert kept.n_people == 1
    assert kept.mean_ms == pytest.approx(140_000, abs=2_000)
