"""Add up what answers and reviews earn in a period, with adjustments by decisions.

A rejection may take a piece's price within the period it was earned in, never from a closed
statement; what it took is given back to that period when it is undone, and no more than that.

Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from canut.actions.pay.payable_time import Who
from canut.core.clock import from_ms
from canut.core.pay.lost_days import LOST_DAYS
from canut.core.pay.statement_input import (
    BONUS,
    RESALE_SHARE,
    AdjustmentGiven,
    PricedCount,
    ResaleGiven,
)
from canut.store.datasets.resales import resale_shares
from canut.store.models import PayAdjustment, Verdict
from canut.store.pay.pay_lines import count_by_price

type Key = tuple[int, str]


@dataclass(slots=True)
class PieceworkTotals:
    """One person's answers and reviews as (count, price), and adjustments.

    Each by project and currency.
    """

    prices: dict[Key, list[PricedCount]] = field(
        default_factory=lambda: defaultdict[Key, list[PricedCount]](list)
    )
    reviews: dict[Key, list[PricedCount]] = field(
        default_factory=lambda: defaultdict[Key, list[PricedCount]](list)
    )
    adjusted: dict[Key, list[AdjustmentGiven]] = field(
        default_factory=lambda: defaultdict[Key, list[AdjustmentGiven]](list)
    )


def pieces_of(
    people: Sequence[Who], came_ms: int, taken_ms: int | None = None
) -> dict[int, PieceworkTotals]:
    """Count answers by price, and list adjustments to them, in each person's window.

    Args:
        people: whose, each with their own window.
        came_ms: what was given back by then counts.
        taken_ms: what was deducted before then counts; None is the end of each window.
    """
    groups: dict[tuple[int, int], list[Who]] = defaultdict(list)
    for payee in people:
        groups[payee.begin_ms, payee.end_ms].append(payee)
    totals: dict[int, PieceworkTotals] = {payee.person: PieceworkTotals() for payee in people}
    for (begin_ms, end_ms), group in groups.items():
        zones = {payee.person: ZoneInfo(payee.zone) for payee in group}
        for person, project, currency, micro, count in count_by_price(zones, begin_ms, end_ms):
            totals[person].prices[project, currency].append(PricedCount(count, micro))
        for person, project, currency, micro, count in _reviews(zones, begin_ms, end_ms):
            totals[person].reviews[project, currency].append(PricedCount(count, micro))
        for row in _adjustments(zones, (begin_ms, end_ms), taken_ms or end_ms, came_ms):
            person = row.worker.person_id or 0
            at = from_ms(row.at_ms).astimezone(zones[person])
            words = row.bonus.reason if row.reason == BONUS else ""
            adjustment = AdjustmentGiven(
                at.date(), row.piece_micro, row.reason, row.pk, words=words
            )
            totals[person].adjusted[row.project_id, row.currency].append(adjustment)
        for share in resale_shares(zones, begin_ms, end_ms):
            person, resale = share.worker.person_id or 0, share.resale
            at = from_ms(share.at_ms).astimezone(zones[person])
            source = ResaleGiven(
                number=resale.pk,
                dataset=resale.card.project.title,
                version=resale.card.number,
                form=resale.form,
                fee_micro=resale.fee_micro,
                share_per_mille=resale.share_per_mille,
                own_ms=share.time_ms,
                all_ms=share.all_ms,
            )
            adjustment = AdjustmentGiven(at.date(), share.micro, RESALE_SHARE, -share.pk, source)
            key = resale.card.project_id, share.currency
            totals[person].adjusted[key].append(adjustment)
    return totals


def given_back(people: Iterable[int], since_ms: int, before_ms: int) -> dict[int, set[int]]:
    """Find what was given back since a moment of answers before another: moments, by person."""
    rows = PayAdjustment.objects.filter(
        worker__person__in=list(people),
        piece_micro__gt=0,
        at_ms__gte=since_ms,
        answer__payline__at_ms__lt=before_ms,
    )
    moments: dict[int, set[int]] = defaultdict(set)
    for person, at_ms in rows.values_list("worker__person", "answer__payline__at_ms"):
        moments[person].add(at_ms)
    return moments


def _adjustments(
    people: Iterable[int], window: tuple[int, int], taken_ms: int, came_ms: int
) -> list[PayAdjustment]:
    """List adjustments of a window: timely deductions, what undid those, lost days, bonuses."""
    begin_ms, end_ms = window
    of_answers = Q(answer__payline__at_ms__gte=begin_ms, answer__payline__at_ms__lt=end_ms)
    of_none = Q(answer__payline=None, at_ms__gte=begin_ms, at_ms__lt=end_ms)
    rows = PayAdjustment.objects.filter(of_answers | of_none, worker__person__in=list(people))
    counted: list[PayAdjustment] = []
    deducted: set[int | None] = set()
    for row in rows.select_related("worker", "bonus").order_by("id"):
        if row.piece_micro < 0 and row.at_ms < taken_ms:
            deducted.add(row.answer_id)
            counted.append(row)
        elif row.reason in {LOST_DAYS, BONUS}:
            counted += [row] if row.piece_micro > 0 else []
        elif row.piece_micro > 0 and row.at_ms < came_ms and row.answer_id in deducted:
            counted.append(row)
    return counted


def _reviews(
    people: Iterable[int], begin_ms: int, end_ms: int
) -> Iterable[tuple[int, int, str, int, int]]:
    """Count reviews by person, project, currency and price; own staff have none."""
    reviews = Verdict.objects.filter(
        worker__person__in=list(people), at_ms__gte=begin_ms, at_ms__lt=end_ms, piece_micro__gt=0
    )
    counted = reviews.values_list("worker__person", "project", "currency", "piece_micro")
    return counted.annotate(count=Count("id")).order_by(
        "worker__person", "project", "currency", "piece_micro"
    )
