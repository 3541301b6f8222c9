import pytest

from canut.actions.work.leases import (
    HELD_LIMIT,
    expire_leases,
    flag_task,
    lease_tasks,
    release_leases,
    skip_task,
)
from canut.core.errors import BadInput, Conflict, Forbidden, LeaseGone, Missing, NotOpen
from canut.store.models import Answer, Flag, Lease, TaskState
from tests.support.factories import NOW, NOW_MS, answer_next, make_project, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LEASE_MS = 900_000


def live_of(task_id: int) -> int:
    return TaskState.objects.get(task_id=task_id).live


def test_worker_is_lent_as_many_tasks_as_asked_for_in_the_order_of_the_queue() -> None:
    made = make_project(tasks=5)

    lent = lease_tasks(made.worker.pk, 3, NOW_MS)

    assert [task.task for task in lent.tasks] == [task.pk for task in made.tasks[:3]]
    assert [task.key for task in lent.tasks] == ["0000", "0001", "0002"]
    assert lent.tasks[0].data == {"text": "avis 0"}
    assert lent.tasks[0].expires_ms == NOW_MS + LEASE_MS
    assert lent.tasks[0].question_version == 1
    assert not lent.tasks[0].practice
    assert lent.left


def test_page_that_is_loaded_again_gets_the_same_tasks() -> None:
    made = make_project(tasks=5)
    before = lease_tasks(made.worker.pk, 3, NOW_MS)

    after = lease_tasks(made.worker.pk, 3, NOW_MS + 1000)

    assert after == before
    assert Lease.objects.count() == 3


def test_worker_who_holds_some_is_lent_only_the_rest() -> None:
    made = make_project(tasks=5)
    lease_tasks(made.worker.pk, 2, NOW_MS)

    lent = lease_tasks(made.worker.pk, 3, NOW_MS + 1000)

    assert [task.task for task in lent.tasks] == [task.pk for task in made.tasks[:3]]
    assert [task.lent_ms for task in lent.tasks] == [NOW_MS, NOW_MS, NOW_MS + 1000]


def test_task_is_lent_to_no_more_workers_than_its_overlap() -> None:
    made = make_project(tasks=1, workers=3, overlap=2)

    lent = [len(lease_tasks(worker.pk, 1, NOW_MS).tasks) for worker in made.workers]

    assert lent == [1, 1, 0]
    assert live_of(made.tasks[0].pk) == 2


def test_worker_is_told_when_nothing_is_left_for_them() -> None:
    made = make_project(tasks=2)

    lent = lease_tasks(made.worker.pk, 3, NOW_MS)

    assert len(lent.tasks) == 2
    assert not lent.left


def test_worker_never_gets_a_task_again_that_they_answered() -> None:
    made = make_project(tasks=2, overlap=3)
    answer_next(made.worker)
    answer_next(made.worker)

    lent = lease_tasks(made.worker.pk, 3, NOW_MS)

    assert lent.tasks == []
    assert not lent.left


def test_worker_never_gets_a_task_again_that_they_answered_after_its_lease_was_deleted() -> None:
    made = make_project(tasks=1, overlap=3)
    answer_next(made.worker)
    Lease.objects.all().delete()

    lent = lease_tasks(made.worker.pk, 1, NOW_MS)

    assert lent.tasks == []
    assert Answer.objects.count() == 1


def test_queue_begins_again_where_tasks_were_left_behind() -> None:
    made = make_project(tasks=3, workers=1)
    first, second, third = (answer_or_release(made.worker.pk, release=n == 1) for n in range(3))

    lent = lease_tasks(made.worker.pk, 3, NOW_MS)

    assert [first, second, third] == [task.pk for task in made.tasks]
    assert [task.task for task in lent.tasks] == [second]


def test_tasks_far_from_the_workers_place_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.store.sql.sqlite.NEAR", 2)
    made = make_project(tasks=12, overlap=2)
    for _ in range(5):
        answer_next(made.worker)
    far = lease_tasks(made.worker.pk, 4, NOW_MS).tasks
    release_leases(made.worker.pk, [task.lease for task in far], NOW_MS)
    while (rest := lease_tasks(made.worker.pk, 1, NOW_MS).tasks) and len(far) < 20:
        far += rest
        skip_task(made.worker.pk, rest[0].lease, "not-sure", NOW_MS)

    lent = lease_tasks(made.worker.pk, 1, NOW_MS)

    assert {task.task for task in far} == {task.pk for task in made.tasks[5:]}
    assert (lent.tasks, lent.left) == ([], False)


def answer_or_release(worker_id: int, *, release: bool) -> int:
    (lent,) = lease_tasks(worker_id, 1, NOW_MS).tasks
    if release:
        release_leases(worker_id, [lent.lease], NOW_MS)
    else:
        skip_task(worker_id, lent.lease, "not-sure", NOW_MS)
    return lent.task


def test_more_urgent_tasks_come_first() -> None:
    made = make_project(tasks=3)
    TaskState.objects.filter(task=made.tasks[2]).update(priority=-1)

    lent = lease_tasks(made.worker.pk, 1, NOW_MS)

    # the worker's place starts at priority 0: what is more urgent comes after the way round
    assert lent.tasks[0].task in {made.tasks[0].pk, made.tasks[2].pk}


def test_released_task_is_free_at_once_for_others_and_for_the_same_worker() -> None:
    made = make_project(tasks=1, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    released = release_leases(made.worker.pk, [lent.lease], NOW_MS)

    assert released == 1
    assert live_of(lent.task) == 0
    assert lease_tasks(made.workers[1].pk, 1, NOW_MS).tasks[0].task == lent.task
    assert lease_tasks(made.worker.pk, 1, NOW_MS).tasks == []


def test_nobody_can_release_what_another_holds() -> None:
    made = make_project(tasks=1, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    released = release_leases(made.workers[1].pk, [lent.lease], NOW_MS)

    assert released == 0
    assert live_of(lent.task) == 1


def test_releasing_twice_frees_one_place() -> None:
    made = make_project(tasks=1, workers=2, overlap=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    lease_tasks(made.workers[1].pk, 1, NOW_MS)
    release_leases(made.worker.pk, [lent.lease], NOW_MS)

    again = release_leases(made.worker.pk, [lent.lease], NOW_MS)

    assert again == 0
    assert live_of(lent.task) == 1


def test_skipped_task_does_not_come_back_but_others_get_it() -> None:
    made = make_project(tasks=1, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    skip_task(made.worker.pk, lent.lease, "cannot-see", NOW_MS)

    lease = Lease.objects.get()
    assert (lease.state, lease.reason, lease.ended_ms) == (2, "cannot-see", NOW_MS)
    assert lease_tasks(made.worker.pk, 1, NOW_MS).tasks == []
    assert lease_tasks(made.workers[1].pk, 1, NOW_MS).tasks[0].task == lent.task


def test_skipping_twice_is_skipping_once() -> None:
    made = make_project(tasks=1)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    skip_task(made.worker.pk, lent.lease, "cannot-see", NOW_MS)

    skip_task(made.worker.pk, lent.lease, "not-sure", NOW_MS + 1)

    assert Lease.objects.get().reason == "cannot-see"
    assert live_of(lent.task) == 0


def test_task_skipped_after_its_lease_ran_out_does_not_come_back() -> None:
    made = make_project(tasks=1)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    later = NOW_MS + LEASE_MS
    expire_leases(made.project.pk, later)

    skip_task(made.worker.pk, lent.lease, "hurts", later)

    assert lease_tasks(made.worker.pk, 1, later).tasks == []
    assert live_of(lent.task) == 0


def test_answered_task_cannot_be_skipped() -> None:
    made = make_project(tasks=1)
    answer_next(made.worker)

    with pytest.raises(Conflict, match="correct the answer"):
        skip_task(made.worker.pk, Lease.objects.get().pk, "not-sure", NOW_MS)


def test_skip_without_a_reason_or_of_anothers_lease_is_refused() -> None:
    made = make_project(tasks=1, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    with pytest.raises(BadInput):
        skip_task(made.worker.pk, lent.lease, "", NOW_MS)
    with pytest.raises(LeaseGone):
        skip_task(made.workers[1].pk, lent.lease, "not-sure", NOW_MS)


def test_lease_that_ran_out_is_taken_back_when_anybody_asks() -> None:
    made = make_project(tasks=1, workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    (other,) = lease_tasks(made.workers[1].pk, 1, NOW_MS + LEASE_MS).tasks

    assert other.task == lent.task
    assert Lease.objects.get(pk=lent.lease).state == Lease.State.EXPIRED
    assert live_of(lent.task) == 1


def test_worker_may_have_a_task_again_that_ran_out() -> None:
    made = make_project(tasks=1)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    (again,) = lease_tasks(made.worker.pk, 1, NOW_MS + LEASE_MS).tasks

    assert again.task == lent.task
    assert again.lease != lent.lease


def test_every_lease_that_ran_out_is_taken_back_however_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("canut.actions.work.leases.EXPIRE_CHUNK", 4)
    made = make_project(tasks=10, workers=2, overlap=2)
    for worker in made.workers:
        lease_tasks(worker.pk, 5, NOW_MS)

    ended = expire_leases(made.project.pk, NOW_MS + LEASE_MS)

    assert ended == 10
    assert set(TaskState.objects.values_list("live", flat=True)) == {0}
    assert expire_leases(made.project.pk, NOW_MS + LEASE_MS) == 0


def test_practice_comes_first_and_alone_and_is_never_counted_down() -> None:
    made = make_project(tasks=2, practice=True)

    lent = lease_tasks(made.worker.pk, 3, NOW_MS)

    assert [task.task for task in lent.tasks] == [made.project.practice_task_id]
    assert lent.tasks[0].practice
    assert lent.left
    assert live_of(lent.tasks[0].task) == 0
    assert lease_tasks(made.worker.pk, 3, NOW_MS) == lent
    expire_leases(made.project.pk, NOW_MS + LEASE_MS)
    assert live_of(lent.tasks[0].task) == 0


def test_normal_tasks_follow_practice_whether_answered_or_skipped() -> None:
    made = make_project(tasks=2, workers=2, practice=True, overlap=2)
    answer_next(made.worker)
    (practice,) = lease_tasks(made.workers[1].pk, 1, NOW_MS).tasks
    skip_task(made.workers[1].pk, practice.lease, "not-sure", NOW_MS)

    lent = [lease_tasks(worker.pk, 3, NOW_MS).tasks for worker in made.workers]

    assert [[task.task for task in tasks] for tasks in lent] == [[t.pk for t in made.tasks]] * 2
    assert not any(task.practice for tasks in lent for task in tasks)


@pytest.mark.parametrize("state", ["draft", "paused", "closed"])
def test_project_that_is_not_open_lends_nothing(state: str) -> None:
    made = make_project(state=state)

    with pytest.raises(NotOpen, match=state) as refusal:
        lease_tasks(made.worker.pk, 1, NOW_MS)

    assert refusal.value.case == f"project-{state}"


def test_worker_who_left_or_never_was_is_refused() -> None:
    made = make_project()
    left = make_worker(made.project, ended_at=NOW)

    with pytest.raises(Forbidden):
        lease_tasks(left.pk, 1, NOW_MS)
    with pytest.raises(Missing):
        lease_tasks(left.pk + 1000, 1, NOW_MS)


@pytest.mark.parametrize("count", [-1, 0, HELD_LIMIT + 1])
def test_asking_for_none_or_too_many_tasks_is_refused(count: int) -> None:
    with pytest.raises(BadInput):
        lease_tasks(1, count, NOW_MS)


def test_releasing_too_many_at_once_is_refused() -> None:
    with pytest.raises(BadInput):
        release_leases(1, list(range(201)), NOW_MS)


def test_flag_is_kept_with_its_words_and_leaves_the_lease() -> None:
    made = make_project(workers=2)
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks

    flag_task(made.worker.pk, lent.lease, " texte coupé ", NOW_MS)

    flag = Flag.objects.get()
    assert (flag.text, flag.task_id, flag.worker_id) == ("texte coupé", lent.task, made.worker.pk)
    assert Lease.objects.get().state == Lease.State.LIVE
    with pytest.raises(LeaseGone):
        flag_task(made.workers[1].pk, lent.lease, "x", NOW_MS)
    with pytest.raises(BadInput):
        flag_task(made.worker.pk, lent.lease, "x" * 501, NOW_MS)
