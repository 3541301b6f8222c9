"""Add up the piece prices of a period, after decisions. Reads only.

A rejection may take a piece's price within the period it was earned in, never from a closed
statement; what it took is given back when it is undone, and no more than that.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count

from canut.actions.pay.payable_time import Who
from canut.core.pay.statement_input import AdjustmentGiven
from canut.store.models import PayAdjustment, PayLine, Statement, Verdict
from canut.store.pay.pay_lines import count_by_price

type Key = tuple[int, str]


@dataclass(slots=True)
class PieceworkTotals:
    """One person's answers and reviews, as (how many, price), and adjustments.

    Each by project and currency.
    """

    prices: dict[Key, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict[Key, list[tuple[int, int]]](list)
    )
    reviews: dict[Key, list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict[Key, list[tuple[int, int]]](list)
    )
    adjusted: dict[Key, list[AdjustmentGiven]] = field(
        default_factory=lambda: defaultdict[Key, list[AdjustmentGiven]](list)
    )


def pieces_of(people: Sequence[Who]) -> dict[int, PieceworkTotals]:
    """Count answers by price, and list adjustments, in each person's window."""
    groups: dict[tuple[int, int], list[Who]] = defaultdict(list)
    for who in people:
        groups[who.begin_ms, who.end_ms].append(who)
    found: dict[int, PieceworkTotals] = {who.person: PieceworkTotals() for who in people}
    for (begin_ms, end_ms), group in groups.items():
        zones = {who.person: ZoneInfo(who.zone) for who in group}
        for person, project, currency, micro, count in count_by_price(zones, begin_ms, end_ms):
            found[person].prices[project, currency].append((count, micro))
        for person, project, currency, micro, count in _reviews(zones, begin_ms, end_ms):
            found[person].reviews[project, currency].append((count, micro))
        made = PayAdjustment.objects.filter(
            worker__person__in=list(zones), at_ms__gte=begin_ms, at_ms__lt=end_ms
        ).select_related("worker", "answer__payline")
        for one in made.order_by("id"):
            person = one.worker.person_id or 0
            if _applies(one, begin_ms, person):
                at = datetime.fromtimestamp(one.at_ms / 1000, UTC).astimezone(zones[person])
                given = AdjustmentGiven(at.date(), one.piece_micro, one.reason)
                found[person].adjusted[one.project_id, one.currency].append(given)
    return found


def _reviews(
    people: Iterable[int], begin_ms: int, end_ms: int
) -> Iterable[tuple[int, int, str, int, int]]:
    """Count reviews by person, project, currency and price; those of own staff have none."""
    made = Verdict.objects.filter(
        worker__person__in=list(people), at_ms__gte=begin_ms, at_ms__lt=end_ms, piece_micro__gt=0
    )
    counted = made.values_list("worker__person", "project", "currency", "piece_micro")
    return counted.annotate(count=Count("id")).order_by(
        "worker__person", "project", "currency", "piece_micro"
    )


def _applies(one: PayAdjustment, begin_ms: int, person: int) -> bool:
    """Say whether an adjustment changes what this window pays, not what a closed one paid."""
    line: PayLine | None = None if one.answer is None else getattr(one.answer, "payline", None)
    if line is None or line.at_ms >= begin_ms:
        return True
    if one.piece_micro < 0:
        return False
    paid = Statement.objects.filter(
        person=person, period__state="closed", begin_ms__lte=line.at_ms, end_ms__gt=line.at_ms
    ).first()
    taken = PayAdjustment.objects.filter(answer=one.answer, piece_micro__lt=0, id__lt=one.id)
    return paid is None or taken.filter(at_ms__lt=paid.end_ms).exists()
