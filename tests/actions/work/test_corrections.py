import json

import pytest

from canut.actions.work.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.work.submission import CORRECTABLE, AnswerReceipt, Submission, submit
from canut.core.errors import Missing, TooLate
from canut.store.models import Answer, EntryPending, Lease, TaskState, Worker
from tests.support.factories import NOW_MS, PIECE_MICRO, Made, answer_next, make_project, opened

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LEASE_MS = 900_000


def lend(worker: Worker, now_ms: int = NOW_MS) -> int:
    return lease_tasks(worker.pk, 1, now_ms).tasks[-1].lease


def send(
    worker: Worker,
    lease: int,
    value: object = "oui",
    key: str = "k1",
    *,
    now_ms: int = NOW_MS + 5000,
    replaces: str | None = None,
) -> AnswerReceipt:
    return submit(worker.pk, Submission(lease, key, {"q": value}, None, replaces), now_ms)


def state_of(made: Made, task: int = 0) -> TaskState:
    return TaskState.objects.get(task=made.tasks[task])


# late answers


def test_late_answer_counts_while_the_task_has_room() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    expire_leases(made.project.pk, NOW_MS + LEASE_MS)

    receipt = send(made.worker, lease, now_ms=NOW_MS + LEASE_MS)

    assert receipt.counted
    assert (state_of(made).counted, state_of(made).live) == (1, 0)
    assert Lease.objects.get().state == Lease.State.ANSWERED


def test_late_answer_is_surplus_when_another_holds_the_place_and_is_paid() -> None:
    made = make_project(tasks=1, workers=2)
    lease = lend(made.worker)
    release_leases(made.worker.pk, [lease], NOW_MS)
    other = lend(made.workers[1])

    late = send(made.worker, lease)
    on_time = send(made.workers[1], other)

    assert (late.counted, late.surplus, late.piece_micro) == (False, True, PIECE_MICRO)
    assert (on_time.counted, on_time.surplus) == (True, False)
    assert (state_of(made).counted, state_of(made).live) == (1, 0)


def test_late_answer_under_an_old_lease_uses_the_new_one_of_the_same_worker() -> None:
    made = make_project(tasks=1)
    old = lend(made.worker)
    new = lend(made.worker, NOW_MS + LEASE_MS)

    receipt = send(made.worker, old, now_ms=NOW_MS + LEASE_MS + 1000)

    assert old != new
    assert receipt.counted
    assert Answer.objects.get().lease_id == new
    assert Lease.objects.get(pk=new).state == Lease.State.ANSWERED
    assert (state_of(made).counted, state_of(made).live) == (1, 0)


def test_answer_to_a_skipped_task_is_taken() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    skip_task(made.worker.pk, lease, "not-sure", NOW_MS)

    assert send(made.worker, lease).counted
    assert Lease.objects.get().state == Lease.State.ANSWERED


def test_second_answer_to_a_task_is_kept_apart_and_pays_its_time_alone() -> None:
    made = make_project(tasks=1, overlap=2)
    lease = lend(made.worker)
    send(made.worker, lease, key="a")

    second = send(made.worker, lease, "non", key="b", now_ms=NOW_MS + 9000)

    assert (second.counted, second.surplus) == (False, True)
    assert (second.piece_micro, second.elapsed_ms) == (0, 4000)
    assert (state_of(made).counted, state_of(made).label) == (1, "oui")


# corrections


def test_correction_takes_the_place_of_the_earlier_answer() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    first = send(made.worker, lease, "oui", key="a")

    second = send(made.worker, lease, "non", key="b", replaces="a", now_ms=NOW_MS + 8000)

    rows = list(Answer.objects.order_by("id").values_list("counted", "surplus", "replaces"))
    assert rows == [(False, False, None), (True, False, first.answer)]
    assert (second.piece_micro, second.elapsed_ms, second.replaced) == (0, 3000, "a")
    assert (state_of(made).counted, state_of(made).state) == (1, "closed")
    assert state_of(made).label == "non"
    assert json.loads(opened(EntryPending.objects.latest("id")).payload)["replaces"] == "a"
    assert send(made.worker, lease, "non", key="b", replaces="a").replaced == "a"


def test_correction_of_a_surplus_answer_stays_surplus() -> None:
    made = make_project(tasks=1, workers=2)
    lease = lend(made.worker)
    release_leases(made.worker.pk, [lease], NOW_MS)
    send(made.workers[1], lend(made.workers[1]), key="a")
    send(made.worker, lease, key="b")

    second = send(made.worker, lease, "non", key="c", replaces="b")

    assert (second.counted, second.surplus) == (False, True)
    assert state_of(made).label == "oui"


def test_correction_of_what_was_corrected_replaces_the_last_of_the_line() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    send(made.worker, lease, "oui", key="a")
    middle = send(made.worker, lease, "non", key="b", replaces="a")

    last = send(made.worker, lease, "oui", key="c", replaces="a")

    assert Answer.objects.get(pk=last.answer).replaces_id == middle.answer
    assert Answer.objects.get(counted=True).pk == last.answer
    assert state_of(made).label == "oui"


def test_last_ten_answers_can_be_corrected_and_none_before() -> None:
    made = make_project(tasks=CORRECTABLE + 1)
    receipts = [answer_next(made.worker, key=f"k{n}") for n in range(CORRECTABLE + 1)]
    leases = list(Lease.objects.order_by("id").values_list("id", flat=True))
    assert len(receipts) == len(leases)

    with pytest.raises(TooLate, match="last 10"):
        send(made.worker, leases[0], "non", key="x", replaces="k0")
    for n in range(1, CORRECTABLE + 1):  # corrections themselves push nothing out
        send(made.worker, leases[n], "non", key=f"c{n}", replaces=f"k{n}")

    assert Answer.objects.filter(counted=True).count() == CORRECTABLE + 1


def test_answer_cannot_be_corrected_once_its_task_was_exported() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    send(made.worker, lease, key="a")
    TaskState.objects.update(exported_ms=NOW_MS)

    with pytest.raises(TooLate, match="exported"):
        send(made.worker, lease, "non", key="b", replaces="a")

    assert Answer.objects.get().counted


def test_nobody_corrects_what_they_did_not_answer() -> None:
    made = make_project(tasks=2, workers=2, overlap=2)
    lease = lend(made.worker)
    send(made.worker, lease, key="a")
    theirs = lend(made.workers[1])
    other = lend(made.worker)

    with pytest.raises(Missing):
        send(made.workers[1], theirs, key="b", replaces="a")
    with pytest.raises(Missing):
        send(made.worker, other, key="b", replaces="a")


# practice


def test_practice_is_paid_and_never_counted() -> None:
    made = make_project(tasks=1, practice=True)

    receipt = answer_next(made.worker)

    assert (receipt.counted, receipt.surplus) == (False, False)
    assert (receipt.piece_micro, receipt.elapsed_ms) == (PIECE_MICRO, 5000)
    practice = TaskState.objects.get(task=made.project.practice_task_id)
    assert (practice.state, practice.counted, practice.live) == ("practice", 0, 0)
    assert practice.label is None
    assert Worker.objects.get(pk=made.worker.pk).practised_ms == NOW_MS + 5000


def test_practice_can_be_corrected() -> None:
    made = make_project(tasks=1, practice=True)
    lease = lend(made.worker)
    send(made.worker, lease, key="a")

    second = send(made.worker, lease, "non", key="b", replaces="a")

    assert (second.counted, second.surplus, second.piece_micro) == (False, False, 0)
