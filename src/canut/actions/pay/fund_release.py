"""Release the funds a closed project can no longer need, and explain what stays locked.

It runs at closing, and every hour while funds stay locked, since pay periods close and deadlines
for claims and appeals end. If the amount cannot be computed (a person's floor is unknown, a
parameter has expired, there is too much work to count at once) nothing is released. It never locks
funds, and a paused project keeps all it has. What stays locked, and how long, is decided in
``core.pay.fund_release``.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Min, Q

from canut.actions.pay.bills import sums_of
from canut.actions.pay.floors import floors_known, rate_on_top
from canut.actions.pay.funds import free_funds
from canut.actions.pay.period_costs import open_since
from canut.actions.pay.required_funds import cost_of_answers, looks_of
from canut.actions.platform.row_faults import attempt_each
from canut.actions.time.task_times import MOST_LINES
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import appeal_due, appealable_until
from canut.core.errors import Refusal
from canut.core.money import Money
from canut.core.pay.fund_release import (
    LATE_DAYS,
    Clawback,
    RetainedFunds,
    answers_until,
    reviews_until,
    still_taken,
)
from canut.core.pay.hourly_price import worth_of
from canut.core.pay.required_funds import Balance, on_top
from canut.core.pay.workload import need_of_looks
from canut.store.datasets.resales import unpaid_resale_shares
from canut.store.models import (
    Claim,
    FundsLine,
    PayAdjustment,
    Project,
    RateVersion,
)
from canut.store.pay import pay_lines
from canut.store.pay.bonuses import unpaid_bonuses
from canut.store.pay.funds import balance, is_funded
from canut.store.projects.versions import rate_or_none
from canut.store.quality.reviews import has_reviewers, waiting_in
from canut.store.tables.projects import ProjectChange
from canut.store.tables.work import Lease

NOTE = "closed"


@dataclass(frozen=True)
class ClosedProjectFunds:
    """Funds of a closed project; ``retained`` is None while it cannot be computed."""

    kept: RetainedFunds | None
    balance: Balance
    freed: Money


def ended_of(project: Project, now_ms: int) -> ClosedProjectFunds | None:
    """Return what a closed project keeps locked; None if it never locked funds."""
    rate = rate_or_none(project.id)
    if project.state != Project.State.CLOSED or rate is None or not is_funded(project.id):
        return None
    there = balance(project.id, rate.currency)
    return ClosedProjectFunds(_kept(project, rate, now_ms), there, there.free)


def free_ended(project: Project, now_ms: int) -> Money | None:
    """Release what a closed project can no longer need; return the amount.

    None where what it needs cannot be known: then nothing is freed.
    """
    ended = ended_of(project, now_ms)
    if ended is None or ended.kept is None:
        return None
    needed = ended.kept.total + ended.balance.spent
    return free_funds(project, needed, NOTE, now_ms)


def free_all_ended(now_ms: int) -> int:
    """Release unneeded funds of closed projects; return how many released some."""
    locking = Project.objects.filter(state=Project.State.CLOSED, funds__kind=FundsLine.Kind.RESERVE)
    numbers = sorted(set(locking.values_list("id", flat=True)))
    return attempt_each("project", numbers, lambda number: _free_one(number, now_ms))


def _free_one(project_id: int, now_ms: int) -> bool:
    """Release the unneeded funds of one closed project; return whether there were some."""
    rate = rate_or_none(project_id)
    if rate is None or balance(project_id, rate.currency).locked.micro <= 0:
        return False
    money = free_ended(Project.objects.get(id=project_id), now_ms)
    return bool(money and money.micro)


def _kept(project: Project, rate: RateVersion, now_ms: int) -> RetainedFunds | None:
    closed_ms = _closed_ms(project, now_ms)
    nothing = Money(0, rate.currency)
    try:
        floor, codes = floors_known(project, rate.currency, now_ms)
        above = rate_on_top(codes, now_ms)
        sums = sums_of(project, now_ms)
        if sums.under_way is None or sums.unknown or _is_too_much(project):
            return None
        clawbacks = _taken(project, rate.currency, above, now_ms)
        hour = Money(max(rate.by_hour_micro, floor.micro if floor else 0), rate.currency)
        waits, waits_until_ms = _waiting_time(project, hour, now_ms)
        answers = nothing
        if now_ms <= answers_until(closed_ms):
            answers = cost_of_answers(project, rate, _in_hand(project, closed_ms), now_ms).total
        looks = nothing
        if now_ms <= reviews_until(closed_ms):
            looks = _looks(project, rate, now_ms)
    except Refusal:
        return None
    beside = unpaid_resale_shares(project.id, rate.currency)
    beside += unpaid_bonuses(project.id, rate.currency)
    extra = Money(beside, rate.currency)
    return RetainedFunds(
        owed=sums.under_way.labour + extra + on_top(extra, above),
        to_come=answers + looks + on_top(looks, above),
        contested=sum((clawback.money for clawback in clawbacks), waits + on_top(waits, above)),
        come_until_ms=answers_until(closed_ms),
        looks_until_ms=reviews_until(closed_ms) if looks.micro else None,
        contested_until_ms=max(
            (clawback.until_ms for clawback in clawbacks), default=waits_until_ms
        ),
    )


def _is_too_much(project: Project) -> bool:
    """Return whether more answers are unpaid than a bill reads."""
    since = open_since(project)
    return pay_lines.has_more_than(project.pk, MOST_LINES, min(since.values(), default=0))


def _taken(project: Project, currency: str, above: Decimal, now_ms: int) -> list[Clawback]:
    """List the amounts that decisions deducted and that may still be paid back."""
    deductions = PayAdjustment.objects.filter(
        project=project, currency=currency, decision__undone_ms=None, piece_micro__lt=0
    )
    rows = deductions.values_list(
        "piece_micro", "decision__at_ms", "decision__appeal__at_ms", "decision__appeal__answered_ms"
    )
    clawbacks = []
    for micro, at_ms, appeal_ms, answered_ms in rows:
        if answered_ms is None:
            money = Money(-micro, currency)
            clawbacks.append(Clawback(money + on_top(money, above), at_ms, appeal_ms))
    return still_taken(clawbacks, now_ms)


def _waiting_time(project: Project, hour: Money, now_ms: int) -> tuple[Money, int]:
    """Return the worth of time that waits for a decision or may be granted on appeal.

    Returns:
        That, and the last moment at which it may.
    """
    pending = Q(state=Claim.State.PENDING)
    may_win = Q(decision__appeal=None) | Q(decision__appeal__answered_ms=None)
    refused = Q(state=Claim.State.REFUSED, decision__undone_ms=None) & may_win
    ms = until_ms = 0
    for claim in Claim.objects.filter(pending | refused, project=project).select_related(
        "decision"
    ):
        decided_ms = claim.decision.at_ms if claim.decision else claim.due_ms
        if now_ms <= appeal_due(appealable_until(decided_ms)):
            ms += sum(end - begin for begin, end in claim.pending)
            until_ms = max(until_ms, appeal_due(appealable_until(decided_ms)))
    return Money(worth_of(hour.micro, ms), hour.currency), until_ms


def _looks(project: Project, rate: RateVersion, now_ms: int) -> Money:
    """Return the cost of the reviews still waiting, without contributions."""
    waiting = waiting_in(project.id)
    count = waiting.total + waiting.in_hand
    if not count or not has_reviewers(project):
        return Money(0, rate.currency)
    single = cost_of_answers(project, rate, 1, now_ms)
    looks = looks_of(project, rate, 0, single.task_ms)
    if looks is None:
        return Money(0, rate.currency)
    every = replace(looks, known=count * looks.people)
    return need_of_looks(every, single.floor).total


def _in_hand(project: Project, closed_ms: int) -> int:
    """Count tasks released without an answer recently enough that one may still come."""
    lost = Lease.objects.filter(
        project=project,
        state__in=(Lease.State.RELEASED, Lease.State.EXPIRED, Lease.State.LIVE),
        lent_ms__gte=closed_ms - LATE_DAYS * DAY_MS,
    )
    return lost.count()


def _closed_ms(project: Project, now_ms: int) -> int:
    """Return when a project was closed."""
    ended = ProjectChange.objects.filter(project=project, after=Project.State.CLOSED)
    closed_ms: int | None = ended.aggregate(at=Min("at_ms"))["at"]
    return now_ms if closed_ms is None else closed_ms
