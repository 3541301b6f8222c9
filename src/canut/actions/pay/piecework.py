"""Add up what answers and reviews earn in a period, with adjustments by decisions.

A rejection may take a piece's price within the period it was earned in, never from a closed
statement; what it took is given back when it is undone, and no more than that.

Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Count

from canut.actions.pay.payable_time import Who
from canut.core.clock import from_ms
from canut.core.pay.statement_input import AdjustmentGiven, PricedCount
from canut.store.models import PayAdjustment, PayLine, Statement, Verdict
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


def pieces_of(people: Sequence[Who]) -> dict[int, PieceworkTotals]:
    """Count answers by price, and list adjustments, in each person's window."""
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
        adjustments = PayAdjustment.objects.filter(
            worker__person__in=list(zones), at_ms__gte=begin_ms, at_ms__lt=end_ms
        ).select_related("worker", "answer__payline")
        for row in adjustments.order_by("id"):
            person = row.worker.person_id or 0
            if _applies(row, begin_ms, person):
                at = from_ms(row.at_ms).astimezone(zones[person])
                adjustment = AdjustmentGiven(at.date(), row.piece_micro, row.reason)
                totals[person].adjusted[row.project_id, row.currency].append(adjustment)
    return totals


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


def _applies(adjustment: PayAdjustment, begin_ms: int, person: int) -> bool:
    """Return whether an adjustment changes this window's pay, not a closed one's."""
    line: PayLine | None = (
        None if adjustment.answer is None else getattr(adjustment.answer, "payline", None)
    )
    if line is None or line.at_ms >= begin_ms:
        return True
    if adjustment.piece_micro < 0:
        return False
    paid = Statement.objects.filter(
        person=person, period__state="closed", begin_ms__lte=line.at_ms, end_ms__gt=line.at_ms
    ).first()
    deducted = PayAdjustment.objects.filter(
        answer=adjustment.answer, piece_micro__lt=0, id__lt=adjustment.id
    )
    return paid is None or deducted.filter(at_ms__lt=paid.end_ms).exists()
