"""A closed project frees what nothing can need any more; what was paid in is always all there."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from canut.actions.decisions.rejections import reject_answer
from canut.actions.pay.bills import sums_of
from canut.actions.pay.fund_release import ended_of, free_all_ended, free_ended
from canut.actions.pay.funds import charge_funds
from canut.actions.people.accounts import add_member
from canut.actions.projects.setup import close_project, open_project, pause_project
from canut.actions.quality.bulk_edit import BulkChange, change_many, undo_bulk
from canut.actions.quality.gold import set_audit
from canut.actions.quality.review_decisions import ReviewInput, decide_review
from canut.actions.quality.reviews import ReviewRuleIn, lease_review, set_review_rule
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.actions.work.project_state import Because
from canut.core.clock import DAY_MS, to_ms
from canut.core.errors import Refusal
from canut.core.money import Money
from canut.store.models import Bulk, FundsLine, Period, Project, Role, TaskState, Worker
from canut.store.pay.funds import balance
from canut.store.tasks.filter_sql import Filter
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.paid_work import answer, begin_pilot, fund, raise_price, try_out
from tests.support.payroll import FIRST, period

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LATER_MS = NOW_MS + 3_600_000


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def opened() -> tuple[Project, list[Worker]]:
    project, workers = begin_pilot()
    try_out(workers, [15_000] * 4)
    open_project(project, to_ms(LATER))
    return project, workers


def locked(project: Project) -> int:
    return balance(project.pk, "CAD").locked.micro


def test_closing_keeps_what_is_owed_and_frees_the_rest() -> None:
    project, _workers = opened()
    before = balance(project.pk, "CAD")

    close_project(project, to_ms(LATER))

    owed = sums_of(project, LATER_MS).under_way
    after = balance(project.pk, "CAD")
    assert owed is not None
    assert owed.labour.micro >= 24 * 100_000
    assert after.locked == owed.labour < before.locked
    assert after.free == before.free + before.locked - after.locked


def test_pausing_keeps_everything() -> None:
    project, _workers = opened()
    before = locked(project)

    pause_project(project, to_ms(LATER))

    assert locked(project) == before
    assert free_ended(project, LATER_MS) is None


def test_tasks_in_hand_keep_their_price_until_a_late_answer_can_come_no_more() -> None:
    project, workers = opened()
    lease_tasks(workers[0].pk, 3, LATER_MS)
    close_project(project, to_ms(LATER))
    owed = sums_of(project, LATER_MS).under_way
    assert owed is not None
    assert locked(project) >= owed.labour.micro + 3 * 100_000

    freed = free_all_ended(LATER_MS + 11 * DAY_MS)

    assert freed == 1
    assert locked(project) == owed.labour.micro


def test_price_of_an_answer_not_accepted_is_kept_while_it_may_be_given_back() -> None:
    project, workers = opened()
    given = workers[0].answer_set.first()
    assert given is not None
    reject_answer(
        given.pk,
        by=project.created_by,
        code="no-answer",
        evidence="La réponse est toute vide.",
        now_ms=LATER_MS,
    )
    close_project(project, to_ms(LATER))

    ended = ended_of(project, LATER_MS)

    assert ended is not None
    assert ended.kept is not None
    assert ended.kept.contested == cad(100_000)
    assert ended.kept.contested_until_ms == LATER_MS + 104 * DAY_MS
    assert locked(project) == ended.kept.total.micro
    free_ended(project, LATER_MS + 105 * DAY_MS)
    assert locked(project) == ended.kept.owed.micro


def test_reviews_that_wait_keep_their_money_for_as_long_as_things_are_contested() -> None:
    project, workers = opened()
    add_member(make_person(), Role.REVIEWER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 500_000), LATER_MS)
    answer(workers[0], 3, 1_000, from_ms=LATER_MS)
    waiting = TaskState.objects.filter(project=project, state="open")[:2]
    for one in waiting:
        TaskState.objects.filter(pk=one.pk).update(state="closed", confidence=0.5, label="oui")
    close_project(project, to_ms(LATER))

    ended = ended_of(project, LATER_MS)

    assert ended is not None
    assert ended.kept is not None
    assert ended.kept.looks_until_ms == LATER_MS + 90 * DAY_MS
    assert ended.kept.to_come.micro >= 2 * 500_000


def test_where_a_floor_is_unknown_nothing_is_freed() -> None:
    project, workers = opened()
    person = workers[0].person
    assert person is not None
    person.terms.all().delete()
    before = locked(project)

    close_project(project, to_ms(LATER))

    ended = ended_of(project, LATER_MS)
    assert ended is not None
    assert ended.kept is None
    assert locked(project) == before


def test_review_done_after_closing_is_paid_all_the_same() -> None:
    project, _workers = opened()
    person = make_person()
    add_member(person, Role.REVIEWER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 500_000), LATER_MS)
    TaskState.objects.filter(project=project, counted__gt=0).update(state="closed", confidence=0.5)
    close_project(project, to_ms(LATER))
    review = lease_review(project, person, LATER_MS).review
    assert review is not None

    given = ReviewInput("corrected", values={"q": "non"})
    outcome = decide_review(review.pk, given, by=person, now_ms=LATER_MS + 20_000)

    bill = sums_of(project, LATER_MS + 30_000).bill
    assert outcome.verdict.piece_micro == 500_000
    assert bill is not None
    assert (bill.looks, bill.reviews) == (1, cad(500_000))


class _Funds(RuleBasedStateMachine):
    """A project's money while it lives: whatever is done, nothing is lost and nothing appears."""

    def __init__(self) -> None:
        super().__init__()
        self.project, self.workers = begin_pilot(tasks=6, overlap=1)
        self.paid_in = balance(self.project.pk, "CAD").deposited.micro
        self.now_ms = LATER_MS
        self.days = 0

    def attempt(self, act: Callable[[], object]) -> None:
        self.now_ms += 60_000
        with suppress(Refusal):
            act()
        self.project = Project.objects.get(pk=self.project.pk)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms / 1000, UTC)

    @rule(micro=st.integers(1, 10**9))
    def pay_in(self, micro: int) -> None:
        self.attempt(lambda: fund(self.project, cad(micro)))
        self.paid_in += micro

    @rule(number=st.integers(0, 3), count=st.integers(1, 6))
    def work(self, number: int, count: int) -> None:
        worker = self.workers[number].pk
        self.attempt(lambda: answer(Worker.objects.get(pk=worker), count, 15_000))

    @rule()
    def open(self) -> None:
        because = Because(self.project.created_by, "on continue")
        self.attempt(lambda: open_project(self.project, to_ms(self.now), because))

    @rule()
    def pause(self) -> None:
        self.attempt(lambda: pause_project(self.project, to_ms(self.now)))

    @rule(is_meant=st.integers(0, 3))
    def close(self, is_meant: int) -> None:
        if not is_meant:
            self.attempt(lambda: close_project(self.project, to_ms(self.now)))

    @rule(count=st.integers(1, 9))
    def ask(self, count: int) -> None:
        self.attempt(lambda: set_overlap(self.project.pk, count, self.now_ms))

    @rule(micro=st.integers(50_000, 300_000))
    def price(self, micro: int) -> None:
        self.attempt(lambda: raise_price(self.project, micro))

    @rule(amount=st.integers(1, 10))
    def more(self, amount: int) -> None:
        change, by = BulkChange("answers", Filter(self.project.pk), amount), self.project.created_by
        self.attempt(lambda: change_many(self.project, change, 6, by=by, now_ms=self.now_ms))

    @rule()
    def undo(self) -> None:
        last = Bulk.objects.filter(project=self.project).order_by("-id").first()
        if last is not None:
            by = self.project.created_by
            self.attempt(lambda: undo_bulk(self.project, last.pk, by=by, now_ms=self.now_ms))

    @rule(share=st.integers(0, 1000))
    def audit(self, share: int) -> None:
        self.attempt(lambda: set_audit(self.project.pk, share, self.now_ms))

    @rule(micro=st.integers(1, 10**7))
    def period_closes(self, micro: int) -> None:
        self.days += 14
        first = FIRST + timedelta(days=self.days)
        due = Period.objects.filter(first_day=first).first() or period(
            first, first + timedelta(days=13)
        )
        now_ms = self.now_ms
        self.attempt(lambda: charge_funds(self.project, cad(micro), due, by=None, now_ms=now_ms))

    @rule(days=st.integers(0, 120))
    def time_passes(self, days: int) -> None:
        self.now_ms += days * DAY_MS
        self.attempt(lambda: free_all_ended(self.now_ms))

    @invariant()
    def what_is_locked_free_and_charged_is_what_was_paid_in(self) -> None:
        there = balance(self.project.pk, "CAD")
        assert there.deposited.micro == self.paid_in
        assert there.locked.micro + there.free.micro + there.spent.micro == self.paid_in

    @invariant()
    def what_was_ever_locked_is_still_or_was_freed_or_charged(self) -> None:
        sums = dict.fromkeys(FundsLine.Kind.values, 0)
        for kind, micro in self.project.funds.values_list("kind", "micro"):
            assert micro > 0
            sums[kind] += micro
        there = balance(self.project.pk, "CAD")
        assert sums["reserve"] == there.locked.micro + sums["release"] + sums["charge"]
        assert there.free.micro >= 0


@pytest.mark.slow
@pytest.mark.django_db
def test_locked_freed_and_charged_are_always_what_was_paid_in() -> None:
    run_state_machine_as_test(
        _Funds, settings=settings(max_examples=12, stateful_step_count=20, deadline=None)
    )
