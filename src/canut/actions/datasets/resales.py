"""Declare, confirm, refuse and withdraw the resale of a dataset version, and share its fee.

The client declares; somebody else confirms. On confirmation the workers' share is split by measured
time (``core.pay.accounting.resale_shares``), the client's free funds are locked for it with
contributions, and each person's part is paid with their next statement, beside the floor. A
mistaken declaration is withdrawn: what no statement has paid is taken back and its funds are freed;
what was paid stays paid.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import batched

from django.db import transaction
from django.db.models import Q, Sum

from canut.actions.ledger.entries import record_fact
from canut.actions.pay.floors import floors_known, rate_on_top
from canut.actions.pay.funds import release_funds, reserve_funds
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.time.measure import time_by_day
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.core.money import Money, rounded_up
from canut.core.pay.accounting.resale_shares import (
    BuyerKind,
    ResaleForm,
    check_resale,
    fee_share,
    split_share,
)
from canut.core.pay.required_funds import on_top
from canut.store.datasets.card_figures import card_numbered
from canut.store.models import PayLine, Period, Person, Project, Statement, Verdict
from canut.store.pay.periods import paid_until_ms
from canut.store.pay.statements import paid_here
from canut.store.projects.versions import rate_or_none
from canut.store.tables.datasets import Card, Resale, ResaleShare
from canut.store.tables.work import Answer, Worker

NOTE = "resale"
REASON_LENGTH = 300
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ResaleIn:
    """A resale as the client declares it.

    Args:
        version: number of the dataset version.
        buyer: who bought it.
        form: a sale or a licence.
        fee_micro: what they pay, in the currency of the project.
        on: the day it was agreed.
        share_per_mille: the share that goes back to people.
    """

    version: int
    buyer: BuyerKind
    form: ResaleForm
    fee_micro: int
    on: date
    share_per_mille: int


@transaction.atomic
def declare_resale(project: Project, declared: ResaleIn, *, by: Person, now_ms: Ms) -> Resale:
    """Record a declared resale; it counts once somebody else has confirmed it.

    Raises:
        BadInput: the fee, the share or the day is not valid.
        Missing: the project has no such dataset version.
        Forbidden: the project's people are not paid here.
    """
    if project.is_own_staff:
        raise Forbidden("the people of this project are not paid here", code="resale-own-staff")
    card = card_numbered(project, declared.version)
    if card is None:
        raise Missing(f"{project.slug} has no dataset version {declared.version}")
    rate = rate_or_none(project.pk)
    if rate is None:
        raise BadInput("the project has no price, so no currency", code="resale-nobody")
    if declared.on > from_ms(now_ms).date():
        raise BadInput(
            f"the resale is dated {declared.on}; it must be past", code="resale-day", field="on"
        )
    check_resale(declared.fee_micro, declared.share_per_mille, least_share())
    return Resale.objects.create(
        card=card,
        buyer=declared.buyer.value,
        form=declared.form.value,
        fee_micro=declared.fee_micro,
        currency=rate.currency,
        on=declared.on,
        share_per_mille=declared.share_per_mille,
        declared_by=by,
        declared_ms=now_ms,
    )


def least_share() -> int:
    """Return the least share per mille that the operator's pay rules ask for; 0 for none."""
    return policy_in_force()[0].resale_share


@transaction.atomic
def confirm_resale(project: Project, number: int, *, by: Person, now_ms: Ms) -> Resale:
    """Confirm a declared resale, lock its funds, and give each person their share.

    Raises:
        Forbidden: it was declared by the same person.
        Conflict: it is decided already.
        Unfunded: the project's free funds do not cover the share.
        BadInput: nobody's time is in the dataset version.
    """
    resale = _lock_declared(project, number, by)
    share = fee_share(resale.fee_micro, resale.share_per_mille)
    if share:
        _share_out(resale, share, now_ms)
    resale.state, resale.decided_by, resale.decided_ms = Resale.State.CONFIRMED, by, now_ms
    resale.shared_micro = share
    resale.save()
    facts = {
        "n": resale.pk,
        "version": resale.card.number,
        "buyer": resale.buyer,
        "form": resale.form,
        "on": resale.on.isoformat(),
        "fee": resale.fee_micro,
        "share": share,
        "currency": resale.currency,
    }
    record_fact(project.pk, "resale", facts, now_ms)
    return resale


@transaction.atomic
def refuse_resale(project: Project, number: int, *, by: Person, now_ms: Ms) -> Resale:
    """Refuse a declared resale; nothing is shared.

    Raises:
        Forbidden: it was declared by the same person.
        Conflict: it is decided already.
    """
    resale = _lock_declared(project, number, by)
    resale.state, resale.decided_by, resale.decided_ms = Resale.State.REFUSED, by, now_ms
    resale.save()
    return resale


@transaction.atomic
def withdraw_resale(project: Project, number: int, why: str, *, by: Person, now_ms: Ms) -> int:
    """Withdraw a mistaken declaration; return the micro-units taken back from unpaid shares.

    Raises:
        BadInput: the reason is missing or too long.
        Forbidden: it is confirmed, and was declared by the same person.
        Conflict: it is refused or withdrawn already, or a pay period is being closed.
    """
    why, resale = why.strip(), _lock(project, number)
    if not 0 < len(why) <= REASON_LENGTH:
        raise BadInput(
            f"the reason has {len(why)} characters; 1 to {REASON_LENGTH}",
            code="resale-reason",
            field="why",
            limit=REASON_LENGTH,
        )
    if resale.state not in (Resale.State.DECLARED, Resale.State.CONFIRMED):
        raise Conflict(f"the resale {number} is {resale.state}", code="resale-decided")
    was_confirmed = resale.state == Resale.State.CONFIRMED
    if was_confirmed and resale.declared_by_id == by.pk:
        raise Forbidden("somebody else withdraws a confirmed resale", code="resale-own")
    taken_micro = _take_back(resale, now_ms) if was_confirmed else 0
    resale.state, resale.withdrawn_by, resale.withdrawn_ms = Resale.State.WITHDRAWN, by, now_ms
    resale.withdrawn_why = why
    resale.save()
    if was_confirmed:
        facts = {"n": resale.pk, "taken": taken_micro, "currency": resale.currency}
        record_fact(project.pk, "resale.withdrawn", facts, now_ms)
    return taken_micro


def time_in_version(card: Card) -> dict[int, int]:
    """Return the measured time of each worker whose work a dataset version holds, in milliseconds.

    Their work is in it where an answer of theirs counts or they reviewed one. It is all their time
    in the project until the version was made; of erased people, and where no page measured it, the
    time from lease to answer.
    """
    project, until_ms = card.project_id, card.made_ms
    counted = Answer.objects.filter(project=project, counted=True, answered_ms__lte=until_ms)
    reviewed = Verdict.objects.filter(project=project, at_ms__lte=until_ms)
    has_part = Q(id__in=counted.values("worker")) | Q(id__in=reviewed.values("worker"))
    workers = Worker.objects.filter(has_part).exclude(kind=Worker.Kind.MODEL)
    people: dict[int, int | None] = dict(workers.order_by("id").values_list("id", "person"))
    measured: dict[int | None, int] = defaultdict(int)
    for group in batched(sorted({each for each in people.values() if each}), AT_ONCE, strict=False):
        for row in time_by_day(list(group), 0, until_ms + 1):
            if row.project == project:
                measured[row.person] += row.ms
    in_time = {
        worker: (measured.get(person, 0) if person else 0) or _elapsed_ms(worker, until_ms)
        for worker, person in people.items()
    }
    return {worker: ms for worker, ms in in_time.items() if ms > 0}


def _elapsed_ms(worker: int, until_ms: int) -> int:
    lines = PayLine.objects.filter(worker=worker, at_ms__lte=until_ms)
    looks = Verdict.objects.filter(worker=worker, at_ms__lte=until_ms)
    return sum(rows.aggregate(ms=Sum("elapsed_ms", default=0))["ms"] for rows in (lines, looks))


def _share_out(resale: Resale, share: int, now_ms: Ms) -> None:
    """Write each person's part, and lock the funds of those that can be paid."""
    project, time_ms = resale.card.project, time_in_version(resale.card)
    parts = split_share(share, time_ms)
    payable = _payable_workers(parts)
    all_ms, at_ms = sum(time_ms.values()), max(now_ms, paid_until_ms())
    ResaleShare.objects.bulk_create(
        ResaleShare(
            resale=resale,
            worker_id=worker,
            time_ms=time_ms[worker],
            all_ms=all_ms,
            micro=micro,
            currency=resale.currency,
            is_payable=worker in payable,
            at_ms=at_ms,
        )
        for worker, micro in parts.items()
    )
    nothing = Money(0, resale.currency)
    due = sum(
        (
            rounded_up(Money(micro, resale.currency))
            for worker, micro in parts.items()
            if worker in payable
        ),
        nothing,
    )
    if not due.micro:
        return
    _floor, codes = floors_known(project, resale.currency, now_ms)
    needed = due + on_top(due, rate_on_top(codes, now_ms))
    reserve_funds(project, needed, NOTE, now_ms)
    resale.reserved_micro = needed.micro


def _payable_workers(parts: Mapping[int, int]) -> set[int]:
    """Return which workers still have an account that can be paid."""
    rows = Worker.objects.filter(id__in=list(parts), person__in=paid_here().values("id"))
    return set(rows.values_list("id", flat=True))


def _take_back(resale: Resale, now_ms: Ms) -> int:
    """Reverse the shares that no statement has paid, and free their funds; return their sum.

    Raises:
        Conflict: a pay period is being closed; its statements may hold them.
    """
    periods = list(Period.objects.select_for_update().exclude(state=Period.State.CLOSED))
    if any(period.state == Period.State.CLOSING for period in periods):
        raise Conflict("a pay period is being closed", code="period-closing")
    every = list(ResaleShare.objects.filter(resale=resale, reverses=None).select_related("worker"))
    unpaid = [share for share in every if not _is_paid(share)]
    ResaleShare.objects.bulk_create(
        ResaleShare(
            resale=resale,
            worker=share.worker,
            time_ms=share.time_ms,
            all_ms=share.all_ms,
            micro=-share.micro,
            currency=share.currency,
            is_payable=share.is_payable,
            reverses=share,
            at_ms=share.at_ms,
        )
        for share in unpaid
    )
    freed, payable = (
        sum(share.micro for share in shares if share.is_payable) for shares in (unpaid, every)
    )
    if freed:
        freed_micro = resale.reserved_micro * freed // payable
        money = Money(freed_micro, resale.currency)
        release_funds(resale.card.project, money, NOTE, now_ms)
        resale.reserved_micro -= freed_micro
    return sum(share.micro for share in unpaid)


def _is_paid(share: ResaleShare) -> bool:
    """Return whether a closed period's statement holds a share."""
    return Statement.objects.filter(
        person=share.worker.person_id,
        currency=share.currency,
        begin_ms__lte=share.at_ms,
        end_ms__gt=share.at_ms,
        period__state=Period.State.CLOSED,
    ).exists()


def _lock_declared(project: Project, number: int, by: Person) -> Resale:
    """Lock and return a resale that waits for somebody other than its declarer."""
    resale = _lock(project, number)
    if resale.state != Resale.State.DECLARED:
        raise Conflict(f"the resale {number} is {resale.state}", code="resale-decided")
    if resale.declared_by_id == by.pk:
        raise Forbidden("somebody else decides on a declared resale", code="resale-own")
    return resale


def _lock(project: Project, number: int) -> Resale:
    rows = Resale.objects.select_for_update(of=("self",)).select_related("card__project")
    resale = rows.filter(card__project=project, pk=number).first()
    if resale is None:
        raise Missing(f"{project.slug} has no resale {number}")
    return resale
