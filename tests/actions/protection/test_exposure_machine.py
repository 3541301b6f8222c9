"""Any order of leases and their ends, on two devices, in two projects: never over a limit."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from canut.actions.protection.risk_preferences import begin_break, set_own_limit
from canut.actions.work.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, WEEK_MS
from canut.core.errors import Conflict
from canut.core.protection.exposure import POLICY
from canut.store.models import Answer, EntryPending, Lease, PayLine, Project, Protection, TaskState
from canut.store.protection.exposure import weight_of
from tests.support.exposure import make_risky
from tests.support.factories import NOW_MS, make_worker

pytestmark = pytest.mark.dialect

PROJECTS, PICK = st.integers(0, 1), st.integers(0, 10_000)
MIX = [0, 0, 1, 2, 2, 0, 3, 4, 4, 0, 4, 0, 3, 0, 2, 4]


class _Person(RuleBasedStateMachine):
    """One person with a worker in each of two projects."""

    def __init__(self) -> None:
        super().__init__()
        Project.objects.all().update(practice_task=None)
        for table in (EntryPending, PayLine, Answer, Lease, TaskState, Protection):
            table.objects.all().delete()
        self.made = [make_risky(MIX), make_risky(MIX, modality="video")]
        self.person = self.made[0].worker.person_id or 0
        second = make_worker(self.made[1].project, person=self.made[0].worker.person)
        self.workers = [self.made[0].worker.pk, second.pk]
        self.now_ms = NOW_MS
        self.limit = POLICY.day

    def lease_of(self, number: int, pick: int) -> int | None:
        leases = Lease.objects.filter(worker_id=self.workers[number]).order_by("id")
        return leases[pick % len(leases)].pk if leases else None

    @rule(number=PROJECTS, count=st.integers(1, 20))
    def lease(self, number: int, count: int) -> None:
        before = weight_of(self.person, self.now_ms)
        lease_tasks(self.workers[number], count, self.now_ms)
        after = weight_of(self.person, self.now_ms)
        assert after.day <= max(self.limit, before.day)

    @rule(number=PROJECTS, pick=PICK, seconds=st.integers(0, 200))
    def answer(self, number: int, pick: int, seconds: int) -> None:
        lease = self.lease_of(number, pick)
        unseen = Lease.objects.filter(pk=lease or 0, state=Lease.State.RELEASED, dose=0)
        if lease is not None and not unseen.exists():  # what went back unseen is not answered
            self.now_ms += seconds * 1000
            submission = Submission(lease, secrets.token_hex(8), {"q": "oui"})
            submit(self.workers[number], submission, self.now_ms)

    @rule(number=PROJECTS, pick=PICK, is_seen=st.booleans())
    def release(self, number: int, pick: int, is_seen: bool) -> None:
        lease = self.lease_of(number, pick)
        if lease is not None:
            seen = [lease] if is_seen else []
            release_leases(self.workers[number], [lease], self.now_ms, seen)

    @rule(number=PROJECTS, pick=PICK)
    def skip(self, number: int, pick: int) -> None:
        lease = self.lease_of(number, pick)
        if lease is not None:
            try:
                skip_task(self.workers[number], lease, "hurts", self.now_ms)
            except Conflict:
                return

    @rule(minutes=st.integers(1, 600))
    def wait(self, minutes: int) -> None:
        self.now_ms += minutes * 60_000

    @rule()
    def expire(self) -> None:
        for made in self.made:
            expire_leases(made.project.pk, self.now_ms)

    @rule()
    def rest(self) -> None:
        begin_break(self.person, self.now_ms)
        self.now_ms += POLICY.break_ms

    @rule(minutes=st.integers(0, 60))
    def limit_oneself(self, minutes: int) -> None:
        set_own_limit(self.person, minutes, NOW_MS)
        self.limit = minutes * 1000

    @invariant()
    def nothing_is_over_its_limit(self) -> None:
        if not hasattr(self, "limit"):
            return
        weight = weight_of(self.person, self.now_ms)
        ends = [(one.dose, one.ended_ms or self.now_ms + 1) for one in
                Lease.objects.filter(bearer_id=self.person)]  # fmt: skip
        assert weight.day == sum(dose for dose, end in ends if end > self.now_ms - DAY_MS)
        assert weight.day <= POLICY.day
        assert weight.week == sum(dose for dose, end in ends if end > self.now_ms - WEEK_MS)
        assert weight.week <= POLICY.week
        assert weight.worst <= POLICY.worst_a_day


@pytest.mark.slow
@pytest.mark.django_db
def test_no_order_of_acts_goes_over_a_limit() -> None:
    run_state_machine_as_test(
        _Person, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )


@pytest.mark.django_db(transaction=True)
def test_two_devices_that_ask_at_the_same_moment_share_one_limit() -> None:
    here, there = make_risky(MIX * 2), make_risky(MIX * 2)
    person = here.worker.person_id or 0
    other = make_worker(there.project, person=here.worker.person)
    set_own_limit(person, 6, NOW_MS)
    together = threading.Barrier(2)

    def ask(worker: int) -> None:
        together.wait()
        lease_tasks(worker, 20, NOW_MS)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(ask, [here.worker.pk, other.pk]))

    assert 0 < weight_of(person, NOW_MS).day <= 6000
