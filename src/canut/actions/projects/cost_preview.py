"""Estimate a project's cost before anybody works, and compare it with its funds. Reads only.

A price typed in a form is applied to the draft's workload; the cost of more answers to single tasks
is displayed before they are requested.
"""

from dataclasses import dataclass

from canut.actions.pay.required_funds import need_at, need_now, need_of, need_of_pilot
from canut.actions.projects.setup import Price
from canut.actions.work.pilot import tried_so_far
from canut.core.errors import Refusal
from canut.core.money import Money, rounded_up
from canut.core.pay.price import hourly_yield
from canut.core.pay.required_funds import Balance, Need
from canut.core.pay.workload import LooksNeed
from canut.store.models import Project, RateVersion
from canut.store.pay.funds import balance, chain_of, is_funded


@dataclass(frozen=True)
class CostPreview:
    """The costs that follow from a price, before it is saved.

    Args:
        piece: the price of one answer.
        per_hour: what it brings an hour at the time tasks are said to take; None if nobody says.
        need: what must be locked, part by part; None where a place's values are not known.
        on_the_way: what everybody between client and worker keeps.
        total: everything.
        by_hour: what an hour of measured time pays; None where hours are not paid.
        likely: what it is likely to come to, where tasks are asked on until sure; else None.
    """

    piece: Money
    per_hour: Money | None
    need: Need | None
    on_the_way: Money
    total: Money | None
    by_hour: Money | None = None
    likely: Money | None = None


def estimate_at(
    project: Project, price: Price, overlap: int, people: int, now_ms: int
) -> CostPreview:
    """Estimate what a draft would cost at a price that is not saved yet.

    Args:
        project: the draft.
        price: as typed.
        overlap: the number of answers a task, as typed.
        people: how many are about to be invited; each is paid for a practice task.
        now_ms: the time.

    Raises:
        BadInput: the price cannot be meant.
    """
    declared = price.declared()
    piece = declared.piece
    rate = RateVersion(
        piece_micro=piece.micro,
        by_hour_micro=price.by_hour_micro,
        currency=piece.currency,
        task_ms=declared.task_ms,
    )
    per_hour = hourly_yield(piece, declared.task_ms) if declared.task_ms else None
    if per_hour and declared.by_hour:
        per_hour += declared.by_hour
    nothing = Money(0, piece.currency)
    project.floor_micro = price.floor_micro  # as typed; nothing is saved here
    try:
        need = need_at(project, rate, overlap, now_ms, people=people)
    except Refusal:
        return CostPreview(piece, per_hour, None, nothing, None, declared.by_hour)
    chain = chain_of(project.id)
    is_ours = chain is not None and chain.price.currency == piece.currency
    margin = chain.price - chain.worker.share if chain and is_ours else nothing
    on_the_way, likely = margin * need.answers, None
    if need.likely and need.asked:
        likely = need.likely + margin * min(need.asked.likely, need.answers)
    total = need.total + on_the_way
    return CostPreview(piece, per_hour, need, on_the_way, total, declared.by_hour, likely)


@dataclass(frozen=True)
class Cover:
    """The funds needed, available and missing; zero where nothing is.

    What is missing is rounded up to whole cents: nobody can transfer a part of one.
    """

    need: Need
    balance: Balance
    missing: Money


def before_pilot(project: Project, now_ms: int) -> Cover:
    """Compare what a pilot needs with the available funds.

    Raises:
        Incomplete: a place's values are not known.
    """
    return _cover(project, need_of_pilot(project, now_ms))


def pilot_at(
    project: Project, price: Price, overlap: int, people: int, now_ms: int
) -> Cover | None:
    """Compare what a pilot of a draft would need with its funds, at a price that is not saved yet.

    None where a place's values are not known.

    Raises:
        BadInput: the price cannot be meant.
    """
    declared = price.declared()
    rate = RateVersion(
        piece_micro=declared.piece.micro,
        by_hour_micro=price.by_hour_micro,
        currency=declared.piece.currency,
        task_ms=declared.task_ms,
    )
    project.floor_micro = price.floor_micro  # as typed; nothing is saved here
    if overlap != project.overlap:
        project.overlap, project.overlap_most = overlap, None
    try:
        return _cover(project, need_of_pilot(project, now_ms, rate=rate, people=people))
    except Refusal:
        return None


def before_opening(project: Project, now_ms: int) -> Cover:
    """Compare what the whole project needs, by its pilot so far, with the available funds.

    Raises:
        Incomplete: a place's values are not known.
    """
    return _cover(project, need_of(project, now_ms, tried=tried_so_far(project, now_ms)))


def _cover(project: Project, need: Need) -> Cover:
    there = balance(project.id, need.total.currency)
    nothing = Money(0, need.total.currency)
    missing = max(nothing, need.total - there.deposited, key=lambda money: money.micro)
    return Cover(need, there, rounded_up(missing))


@dataclass(frozen=True)
class More:
    """The funds needed for more answers to single tasks, and the part missing."""

    answers: int
    money: Money
    missing: Money


def cost_of_more(project: Project, answers: int, now_ms: int) -> More | None:
    """Return the cost of more answers to single tasks; None if no funds are locked.

    Raises:
        Incomplete: a place's values are not known.
    """
    if not is_funded(project.id):
        return None
    before = need_now(project, now_ms).total
    cover = _cover(project, need_now(project, now_ms, more=answers))
    return More(answers, cover.need.total - before, cover.missing)


def need_shown(project: Project, now_ms: int) -> Need | None:
    """Return what the whole project needs; None if nobody is paid or it is unknown yet."""
    if project.is_own_staff:
        return None
    try:
        return need_of(project, now_ms)
    except Refusal:
        return None


def reviews_need(project: Project, now_ms: int) -> LooksNeed | None:
    """Return the funds needed for reviews; None without reviewers or if unknown yet."""
    need = need_shown(project, now_ms)
    return need.reviews if need else None
