"""A project's life: which change may follow which, what it writes down, what comes back."""

from collections.abc import Callable

import pytest

from canut.actions.projects.setup import close_project, open_project, pause_project, write_question
from canut.actions.work.leases import lease_tasks
from canut.actions.work.project_state import Because, take_back_leases
from canut.actions.work.submission import Submission, submit
from canut.core.errors import Conflict, Incomplete
from canut.store.models import Lease, PayLine, ProjectChange, TaskState
from tests.support.factories import (
    NOW_MS,
    SCHEMA,
    Made,
    answer_next,
    make_project,
    make_worker,
)

pytestmark = pytest.mark.django_db


def lend(made: Made, worker: int = 0) -> int:
    return lease_tasks(made.workers[worker].pk, 1, NOW_MS).tasks[0].lease


@pytest.mark.parametrize("stop", [pause_project, close_project])
def test_tasks_in_hand_come_back(stop: Callable[..., int]) -> None:
    made = make_project(tasks=2, workers=2, overlap=2)
    leases = [lend(made, 0), lend(made, 1)]

    stop(made.project, NOW_MS)

    assert set(Lease.objects.values_list("state", flat=True)) == {Lease.State.RELEASED}
    assert set(TaskState.objects.values_list("live", flat=True)) == {0}
    assert Lease.objects.filter(id__in=leases, reason__startswith="project ").count() == 2


def test_late_answer_to_a_closed_project_counts_where_there_is_room_and_is_paid() -> None:
    made = make_project(tasks=1, workers=2)
    lease = lend(made)
    close_project(made.project, NOW_MS)

    receipt = submit(made.worker.pk, Submission(lease, "late", {"q": "oui"}), NOW_MS)

    assert receipt.counted
    assert PayLine.objects.get().piece_micro > 0


def test_answer_can_be_corrected_once_the_project_is_closed() -> None:
    made = make_project(tasks=1)
    answer_next(made.worker, key="first")
    lease = Lease.objects.get().pk
    close_project(made.project, NOW_MS)

    corrected = Submission(lease, "again", {"q": "non"}, replaces="first")

    assert submit(made.worker.pk, corrected, NOW_MS).counted
    assert TaskState.objects.get().label == "non"


def test_closed_project_does_not_open_again() -> None:
    made = make_project(is_own_staff=True)
    close_project(made.project, NOW_MS)

    with pytest.raises(Conflict) as refusal:
        open_project(made.project, NOW_MS)

    assert refusal.value.case == "project-ended"


def test_every_change_is_kept_with_who_and_why() -> None:
    made = make_project(is_own_staff=True)
    by = made.project.created_by

    pause_project(made.project, NOW_MS, Because(by, "Vacances."))
    open_project(made.project, NOW_MS, Because(by, "Retour."))
    close_project(made.project, NOW_MS)

    kept = ProjectChange.objects.order_by("id")
    assert list(kept.values_list("before", "after", "reason", "made_by")) == [
        ("open", "paused", "Vacances.", by.pk),
        ("paused", "open", "Retour.", by.pk),
        ("open", "closed", "", None),
    ]


def test_somebody_who_pauses_says_why() -> None:
    made = make_project()

    with pytest.raises(Incomplete):
        pause_project(made.project, NOW_MS, Because(made.project.created_by))

    made.project.refresh_from_db()
    assert made.project.state == "open"
    assert not ProjectChange.objects.exists()


def test_pausing_twice_is_pausing_once() -> None:
    made = make_project()

    pause_project(made.project, NOW_MS)
    pause_project(made.project, NOW_MS)

    assert ProjectChange.objects.count() == 1


def test_open_project_does_not_lose_its_leases() -> None:
    made = make_project()

    with pytest.raises(Conflict):
        take_back_leases(made.project.pk, NOW_MS, "")


def test_choice_that_is_taken_away_still_counts_where_it_was_given() -> None:
    made = make_project(tasks=1, workers=3, overlap=3)
    answer_next(made.workers[0], "oui")
    answer_next(made.workers[1], "oui")
    question = {**SCHEMA["questions"][0], "choices": [{"value": "non"}, {"value": "mixte"}]}
    by = made.project.created_by
    write_question(made.project, {**SCHEMA, "questions": [question]}, "", by=by, now_ms=NOW_MS)

    answer_next(made.workers[2], "mixte")

    state = TaskState.objects.get()
    assert (state.label, state.counted, state.state) == ("oui", 3, "closed")


def test_answer_under_an_old_version_keeps_it_though_another_is_asked_now() -> None:
    made = make_project(tasks=1)
    lease = lend(made)
    question = {**SCHEMA["questions"][0], "choices": [{"value": "non"}, {"value": "mixte"}]}
    by = made.project.created_by
    write_question(made.project, {**SCHEMA, "questions": [question]}, "", by=by, now_ms=NOW_MS)

    sent = Submission(lease, "old", {"q": "oui"}, question_version=1)

    assert submit(made.worker.pk, sent, NOW_MS).counted


def test_new_worker_is_asked_the_new_question() -> None:
    made = make_project(tasks=2)
    by = made.project.created_by
    version = write_question(made.project, SCHEMA, "Lire tout.", by=by, now_ms=NOW_MS)

    (task,) = lease_tasks(make_worker(made.project).pk, 1, NOW_MS).tasks

    assert task.question_version == version.number == 2
