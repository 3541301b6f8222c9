"""Any order of lease, answer, correction, release, skip, expiry and overlap keeps the rules."""

import secrets
from collections import Counter

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from canut.actions.operations.clock_rollback import AHEAD_MS, repair_future_timestamps
from canut.actions.projects.setup import pause_project
from canut.actions.quality.gold import correct_known, make_known, set_audit
from canut.actions.work.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.errors import Conflict, TooLate
from canut.store.models import (
    Answer,
    AuditAnswer,
    EntryPending,
    Gold,
    Lease,
    PayLine,
    Project,
    TaskState,
)
from tests.support.factories import NOW_MS, PIECE_MICRO, make_project

pytestmark = pytest.mark.dialect

LEASE_MS = 900_000
WORKERS = st.integers(0, 2)
PICK = st.integers(0, 10_000)


class _Queue(RuleBasedStateMachine):
    """Three workers at four tasks, and a requester who changes their mind."""

    def __init__(self) -> None:
        super().__init__()
        Project.objects.all().update(practice_task=None)
        for table in (EntryPending, PayLine, AuditAnswer, Answer, Lease, Gold, TaskState):
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
        submit(worker, submission, self.now_ms)

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
            receipt = submit(worker, submission, self.now_ms)
            assert receipt.repeated
            assert Answer.objects.count() == before

    @rule(pick=PICK, value=st.sampled_from(["oui", "non"]))
    def correct(self, pick: int, value: str) -> None:
        if self.sent:
            worker, earlier = self.sent[pick % len(self.sent)]
            key = secrets.token_hex(8)
            submission = Submission(earlier.lease, key, {"q": value}, replaces=earlier.key)
            try:
                submit(worker, submission, self.now_ms)
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

    @rule(hours=st.sampled_from([-24, -1, 1, 24]), is_seen=st.booleans())
    def set_the_clock(self, hours: int, *, is_seen: bool) -> None:
        self.now_ms += hours * 3_600_000
        if is_seen:
            repair_future_timestamps(self.now_ms)
            ahead_ms = self.now_ms + LEASE_MS
            assert not Lease.objects.filter(state=0, expires_ms__gt=ahead_ms + AHEAD_MS).exists()

    @rule()
    def expire(self) -> None:
        expire_leases(self.made.project.pk, self.now_ms)

    @rule(overlap=st.integers(1, 3))
    def change_overlap(self, overlap: int) -> None:
        before = dict(TaskState.objects.values_list("task", "counted"))
        set_overlap(self.made.project.pk, overlap, self.now_ms)
        self.counted_once.update({t: c for t, c in before.items() if c > overlap})

    @rule(most=st.integers(2, 3))
    def ask_until_sure(self, most: int) -> None:
        before = dict(TaskState.objects.values_list("task", "counted"))
        set_overlap(self.made.project.pk, 2, self.now_ms, most=most)
        self.counted_once.update({t: c for t, c in before.items() if c > most})

    @rule(pick=PICK)
    def make_gold(self, pick: int) -> None:
        task = self.made.tasks[pick % len(self.made.tasks)]
        if TaskState.objects.filter(task=task).exclude(state="gold").exists():
            by = self.made.project.created_by
            make_known(task.pk, "oui", "parce que", by=by, now_ms=self.now_ms)

    @rule(pick=PICK, label=st.sampled_from(["non", ""]))
    def correct_gold(self, pick: int, label: str) -> None:
        gold = Gold.objects.filter(ended_ms=None).order_by("task_id")
        if gold:
            task, by = gold[pick % len(gold)].task_id, self.made.project.created_by
            correct_known(task, label, "erreur", by=by, now_ms=self.now_ms)

    @rule(share=st.sampled_from([0, 1000]))
    def audit(self, share: int) -> None:
        set_audit(self.made.project.pk, share, NOW_MS)

    @rule()
    def pause_and_go_on(self) -> None:
        project = Project.objects.get(pk=self.made.project.pk)
        pause_project(project, NOW_MS)
        Project.objects.filter(pk=project.pk).update(state="open")

    @invariant()
    def counters_are_true_and_within_the_overlap(self) -> None:
        apart = Q(task__now__state__in=["gold", "audit"])
        held = Lease.objects.filter(state=0).exclude(apart)
        live = Counter(held.values_list("task", flat=True))
        counted = Counter(Answer.objects.filter(counted=True).values_list("task", flat=True))
        most = Project.objects.get(pk=self.made.project.pk).overlap_most or 0
        for state in TaskState.objects.all():
            assert (state.live, state.counted) == (live[state.task_id], counted[state.task_id])
            assert state.live == 0 or state.counted + state.live <= state.overlap
            assert state.counted <= state.overlap or state.task_id in self.counted_once
            is_done = state.state in {"closed", "audit"}
            assert state.state == "gold" or is_done == (state.counted >= state.overlap)
            assert not most or state.overlap <= max(most, state.counted)

    @invariant()
    def no_time_is_negative_or_longer_than_a_lease(self) -> None:
        paid = PayLine.objects.values_list("elapsed_ms", flat=True)
        assert all(0 <= elapsed_ms <= LEASE_MS for elapsed_ms in paid)

    @invariant()
    def gold_is_scored_as_it_stands(self) -> None:
        right = Counter[int]()
        answered = Counter[int]()
        first = Answer.objects.filter(replaces=None, task__now__state="gold").order_by("id")
        seen: set[tuple[int, int]] = set()
        for answer in first.select_related("task"):
            if (answer.worker_id, answer.task_id) not in seen:
                seen.add((answer.worker_id, answer.task_id))
                answered[answer.worker_id] += 1
                right[answer.worker_id] += f'"{answer.task.known}"' in answer.values
        for worker in self.made.workers:
            worker.refresh_from_db()
            assert worker.checks_answered == answered[worker.pk]
            assert worker.checks_right == right[worker.pk]

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


@pytest.mark.slow
@pytest.mark.django_db
def test_any_order_of_what_can_happen_keeps_the_rules() -> None:
    examples = 20 if connection.vendor == "sqlite" else 8
    run_state_machine_as_test(
        _Queue, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )


@pytest.mark.soak
@pytest.mark.parametrize("number", range(20), ids="seed-{}".format)
@pytest.mark.django_db(transaction=True)  # a long one fills up with dead rows, and crawls
def test_any_order_of_what_can_happen_keeps_the_rules_however_long(number: int) -> None:
    run_state_machine_as_test(
        seed(number)(_Queue),
        settings=settings(max_examples=100, stateful_step_count=60, deadline=None),
    )
