"""Any order of lease, answer, correction, release, skip, expiry and overlap keeps the rules."""

import secrets
from collections import Counter

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from canut.actions.answers import Submission, submit_answer
from canut.actions.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.overlap import set_overlap
from canut.core.errors import Conflict, TooLate
from canut.store.models import (
    Answer,
    EntryPending,
    Lease,
    PayLine,
    Project,
    TaskState,
)
from tests.factories import NOW_MS, PIECE_MICRO, make_project

LEASE_MS = 900_000
WORKERS = st.integers(0, 2)
PICK = st.integers(0, 10_000)


class _Queue(RuleBasedStateMachine):
    """Three workers at four tasks, and a requester who changes their mind."""

    def __init__(self) -> None:
        super().__init__()
        Project.objects.all().update(practice_task=None)
        for table in (EntryPending, PayLine, Answer, Lease, TaskState):
            table.objects.all().delete()
        self.made = make_project(tasks=4, workers=3, overlap=2)
        self.now_ms = NOW_MS
        self.sent: list[tuple[int, Submission]] = []
        self.counted_once: Counter[int] = Counter()

    def worker(self, number: int) -> int:
        return self.made.workers[number].pk

    def lease_of(self, number: int, pick: int) -> int | None:
        leases = Lease.objects.filter(worker_id=self.worker(number)).order_by("id")
        return leases[pick % len(leases)].pk if leases else None

    def send(self, worker: int, submission: Submission) -> None:
        self.sent.append((worker, submission))
        submit_answer(worker, submission, self.now_ms)

    @rule(number=WORKERS, count=st.integers(1, 4))
    def lease(self, number: int, count: int) -> None:
        before = set(Answer.objects.values_list("worker", "task"))
        lent = lease_tasks(self.worker(number), count, self.now_ms).tasks
        assert not {(self.worker(number), task.task) for task in lent} & before

    @rule(number=WORKERS, pick=PICK, value=st.sampled_from(["oui", "non"]))
    def answer(self, number: int, pick: int, value: str) -> None:
        lease = self.lease_of(number, pick)
        if lease is not None:
            submission = Submission(lease, secrets.token_hex(8), {"q": value})
            self.send(self.worker(number), submission)

    @rule(pick=PICK)
    def answer_again(self, pick: int) -> None:
        if self.sent:
            worker, submission = self.sent[pick % len(self.sent)]
            before = Answer.objects.count()
            receipt = submit_answer(worker, submission, self.now_ms)
            assert receipt.repeated
            assert Answer.objects.count() == before

    @rule(pick=PICK, value=st.sampled_from(["oui", "non"]))
    def correct(self, pick: int, value: str) -> None:
        if self.sent:
            worker, earlier = self.sent[pick % len(self.sent)]
            key = secrets.token_hex(8)
            submission = Submission(earlier.lease, key, {"q": value}, replaces=earlier.key)
            try:
                submit_answer(worker, submission, self.now_ms)
            except TooLate:
                return
            self.sent.append((worker, submission))

    @rule(number=WORKERS, pick=PICK)
    def release(self, number: int, pick: int) -> None:
        lease = self.lease_of(number, pick)
        if lease is not None:
            release_leases(self.worker(number), [lease], self.now_ms)

    @rule(number=WORKERS, pick=PICK)
    def skip(self, number: int, pick: int) -> None:
        lease = self.lease_of(number, pick)
        if lease is not None:
            try:
                skip_task(self.worker(number), lease, "not-sure", self.now_ms)
            except Conflict:
                assert Answer.objects.filter(worker=self.worker(number)).exists()

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.now_ms += minutes * 60_000

    @rule()
    def expire(self) -> None:
        expire_leases(self.made.project.pk, self.now_ms)

    @rule(overlap=st.integers(1, 3))
    def change_overlap(self, overlap: int) -> None:
        before = dict(TaskState.objects.values_list("task", "counted"))
        set_overlap(self.made.project.pk, overlap, self.now_ms)
        self.counted_once.update({t: c for t, c in before.items() if c > overlap})

    @invariant()
    def counters_are_true_and_within_the_overlap(self) -> None:
        live = Counter(Lease.objects.filter(state=0).values_list("task", flat=True))
        counted = Counter(Answer.objects.filter(counted=True).values_list("task", flat=True))
        for state in TaskState.objects.all():
            assert (state.live, state.counted) == (live[state.task_id], counted[state.task_id])
            assert state.live == 0 or state.counted + state.live <= state.overlap
            assert state.counted <= state.overlap or state.task_id in self.counted_once
            assert (state.state == "closed") == (state.counted >= state.overlap)

    @invariant()
    def one_counted_answer_a_person_and_task(self) -> None:
        pairs = Counter(Answer.objects.filter(counted=True).values_list("worker", "task"))
        assert set(pairs.values()) <= {1}

    @invariant()
    def every_answer_has_its_pay_line_and_entry_and_is_paid_once(self) -> None:
        answers = list(Answer.objects.values_list("worker", "task"))
        lines = list(PayLine.objects.values_list("piece_micro", flat=True))
        assert len(answers) == len(lines) == EntryPending.objects.count()
        assert sum(lines) == PIECE_MICRO * len(set(answers))


@pytest.mark.sqlite
@pytest.mark.django_db
def test_any_order_of_what_can_happen_keeps_the_rules() -> None:
    run_state_machine_as_test(
        _Queue, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20), ids="seed-{}".format)
@pytest.mark.django_db(transaction=True)  # a long one fills up with dead rows, and crawls
def test_any_order_of_what_can_happen_keeps_the_rules_however_long(number: int) -> None:
    run_state_machine_as_test(
        seed(number)(_Queue),
        settings=settings(max_examples=100, stateful_step_count=60, deadline=None),
    )
