import itertools

import pytest

from canut.actions.tasks.consensus import exclude_answer, lock_task
from canut.actions.work import overlap
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import ask_overlap, set_overlap, spread_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.errors import BadInput, Missing
from canut.store.models import Answer, Lease, Project, TaskState
from canut.store.sql import dialect
from canut.store.sql.dialect import Dialect
from tests.support.factories import NOW_MS, Made, answer_next, make_project
from tests.support.invariants import broken

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def states(project: Project) -> list[tuple[str, int, int, int]]:
    rows = TaskState.objects.filter(project=project).exclude(state="practice").order_by("task")
    return list(rows.values_list("state", "overlap", "counted", "live"))


def test_raising_the_overlap_opens_closed_tasks_again() -> None:
    made = make_project(tasks=2, workers=2)
    answer_next(made.worker)

    set_overlap(made.project.pk, 2, NOW_MS)

    assert states(made.project) == [("open", 2, 1, 0), ("open", 2, 0, 0)]
    assert Project.objects.get().overlap == 2
    assert len(lease_tasks(made.workers[1].pk, 2, NOW_MS).tasks) == 2


def test_lowering_the_overlap_takes_back_the_newest_leases() -> None:
    made = make_project(tasks=1, workers=4, overlap=4)
    answer_next(made.worker)
    leases = [
        lease_tasks(worker.pk, 1, NOW_MS + n).tasks[0].lease
        for n, worker in enumerate(made.workers[1:])
    ]

    set_overlap(made.project.pk, 2, NOW_MS + 10)

    assert states(made.project) == [("open", 2, 1, 1)]
    kept = dict(Lease.objects.filter(pk__in=leases).values_list("id", "state"))
    assert [kept[lease] for lease in leases] == [0, 3, 3]
    assert Lease.objects.get(pk=leases[2]).reason == "overlap lowered"


def test_answer_to_a_lease_taken_back_is_surplus_and_paid() -> None:
    made = make_project(tasks=1, workers=2, overlap=2)
    first, second = (lease_tasks(worker.pk, 1, NOW_MS).tasks[0].lease for worker in made.workers)
    set_overlap(made.project.pk, 1, NOW_MS)

    late = submit(made.workers[1].pk, Submission(second, "b", {"q": "oui"}), NOW_MS)
    kept = submit(made.worker.pk, Submission(first, "a", {"q": "oui"}), NOW_MS)

    assert (late.counted, late.surplus, late.piece_micro > 0) == (False, True, True)
    assert kept.counted
    assert states(made.project) == [("closed", 1, 1, 0)]


def test_answers_counted_beyond_a_lowered_overlap_stay_counted() -> None:
    made = make_project(tasks=1, workers=4, overlap=4)
    for worker in made.workers[:3]:
        answer_next(worker)
    lease_tasks(made.workers[3].pk, 1, NOW_MS)

    set_overlap(made.project.pk, 1, NOW_MS)

    assert states(made.project) == [("closed", 1, 3, 0)]


def test_answers_beyond_an_overlap_that_was_never_lowered_are_found() -> None:
    made = make_project(tasks=1, workers=2, overlap=2)
    for worker in made.workers:
        answer_next(worker)
    assert broken() == []

    TaskState.objects.update(overlap=1)

    (found,) = broken()
    assert found.endswith("counts 2 answers of 1")


def test_practice_task_is_left_as_it_is() -> None:
    made = make_project(tasks=1, practice=True)
    lease_tasks(made.worker.pk, 1, NOW_MS)

    set_overlap(made.project.pk, 3, NOW_MS)

    practice = TaskState.objects.get(state="practice")
    assert (practice.task_id, practice.live) == (made.project.practice_task_id, 0)
    assert Lease.objects.get().state == Lease.State.LIVE


def test_all_tasks_of_the_project_and_no_other_are_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlap, "CHUNK", 3)
    made, other = make_project(tasks=7), make_project(tasks=2)

    set_overlap(made.project.pk, 5, NOW_MS)

    assert {row[1] for row in states(made.project)} == {5}
    assert {row[1] for row in states(other.project)} == {1}


def test_change_cut_short_goes_on_with_the_tasks_that_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overlap, "CHUNK", 3)
    made = make_project(tasks=7)
    ask_overlap(made.project.pk, 2, NOW_MS)
    TaskState.objects.filter(task__in=made.tasks[:3]).update(overlap=2)

    spread_overlap(made.project.pk, NOW_MS)

    assert {row[1] for row in states(made.project)} == {2}


def test_later_of_two_changes_stands_for_all_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlap, "CHUNK", 3)
    made = make_project(tasks=7)
    ask_overlap(made.project.pk, 2, NOW_MS)
    asked = itertools.count(1)

    def dialect_and_ask() -> Dialect:
        if next(asked) == 4:  # the second chunk begins
            ask_overlap(made.project.pk, 5, NOW_MS)
        return dialect()

    monkeypatch.setattr(overlap, "dialect", dialect_and_ask)

    spread_overlap(made.project.pk, NOW_MS)

    assert {row[1] for row in states(made.project)} == {5}


@pytest.mark.parametrize("wanted", [-1, 0, 101])
def test_overlap_out_of_range_is_refused(wanted: int) -> None:
    with pytest.raises(BadInput):
        set_overlap(1, wanted, NOW_MS)


def test_overlap_of_no_project_is_refused() -> None:
    with pytest.raises(Missing):
        set_overlap(1_000_000, 2, NOW_MS)


def ask_on(made: Made, values: list[str]) -> list[tuple[str, int, int, int]]:
    for worker, value in zip(made.workers, values, strict=False):
        if lease_tasks(worker.pk, 1, NOW_MS).tasks:
            answer_next(worker, value)
    return states(made.project)


def test_task_is_asked_on_until_its_label_is_sure() -> None:
    agreed, split = (make_project(tasks=1, workers=6, overlap=2) for _ in range(2))
    for made in (agreed, split):
        set_overlap(made.project.pk, 2, NOW_MS, most=5)

    assert ask_on(agreed, ["oui"] * 6) == [("closed", 3, 3, 0)]
    assert ask_on(split, ["oui", "non"] * 3) == [("closed", 5, 5, 0)]


def test_nobody_is_lent_a_task_that_an_answer_in_hand_may_settle() -> None:
    made = make_project(tasks=1, workers=4, overlap=2)
    set_overlap(made.project.pk, 2, NOW_MS, most=5)
    answer_next(made.workers[0])
    lease_tasks(made.workers[1].pk, 1, NOW_MS)

    assert lease_tasks(made.workers[2].pk, 1, NOW_MS).tasks == []
    assert states(made.project) == [("open", 2, 1, 1)]


def test_asking_until_sure_reaches_tasks_that_are_done_and_the_way_back_too() -> None:
    made = make_project(tasks=2, workers=3, overlap=2)
    for worker, value in zip(made.workers[:2], ["oui", "non"], strict=True):
        answer_next(worker, value)

    set_overlap(made.project.pk, 2, NOW_MS, most=4)
    asked_on = states(made.project)
    set_overlap(made.project.pk, 2, NOW_MS)

    assert asked_on == [("open", 3, 2, 0), ("open", 2, 0, 0)]
    assert states(made.project) == [("closed", 2, 2, 0), ("open", 2, 0, 0)]


def test_lower_cap_takes_back_what_it_leaves_no_room_for() -> None:
    made = make_project(tasks=1, workers=5, overlap=2)
    set_overlap(made.project.pk, 2, NOW_MS, most=5)
    for worker, value in zip(made.workers[:4], ["oui", "non", "oui", "non"], strict=True):
        answer_next(worker, value)
    lease_tasks(made.workers[4].pk, 1, NOW_MS)

    set_overlap(made.project.pk, 2, NOW_MS, most=3)

    assert states(made.project) == [("closed", 3, 4, 0)]


def test_rejected_answer_is_asked_for_again_until_sure() -> None:
    made = make_project(tasks=1, workers=6, overlap=2)
    set_overlap(made.project.pk, 2, NOW_MS, most=5)
    ask_on(made, ["oui"] * 3)
    answer = Answer.objects.order_by("-id")[0]

    state = lock_task(answer.worker_id, answer.task_id)
    exclude_answer(answer.pk, state)

    assert states(made.project) == [("open", 3, 2, 0)]
