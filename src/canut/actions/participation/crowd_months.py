"""Report each month of the crowd once, for its representatives.

What may be told is decided in ``core.participation.crowd_months``. A month is one of UTC. What was
decided in it counts in it, also where it was undone later: a report is never changed.
"""

from collections import Counter, defaultdict
from datetime import UTC, timedelta

from django.db.models import QuerySet, Sum

from canut.actions.participation.oversight import work_between
from canut.core.clock import Ms, day_begin, from_ms
from canut.core.participation.crowd_months import CrowdMonth, month_report
from canut.core.participation.group_figures import heaviest_weeks
from canut.core.participation.oversight import main_currency
from canut.core.protection.exposure import POLICY
from canut.store.decisions.sanctions import SANCTIONS
from canut.store.models import (
    Answer,
    Appeal,
    Claim,
    Decision,
    OversightReport,
    Period,
    StatementCost,
)
from canut.store.protection.exposure import doses_between

MONTH = OversightReport.Kind.MONTH
OWN_WISH = "own-wish"


def report_month_if_due(now_ms: Ms) -> OversightReport | None:
    """Report the last month that is over, unless it is reported; None also where nobody worked."""
    begin_ms, end_ms = _last_month(now_ms)
    if OversightReport.objects.filter(kind=MONTH, end_ms=end_ms).exists():
        return None
    if not Answer.objects.filter(answered_ms__lt=end_ms).exists():
        return None
    return OversightReport.objects.create(
        kind=MONTH,
        begin_ms=begin_ms,
        end_ms=end_ms,
        content=month_report(_month(begin_ms, end_ms)),
        made_ms=now_ms,
    )


def _last_month(now_ms: Ms) -> tuple[Ms, Ms]:
    first = from_ms(now_ms).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return day_begin(before, UTC), day_begin(first, UTC)


def _month(begin_ms: Ms, end_ms: Ms) -> CrowdMonth:
    work = list(work_between(begin_ms, end_ms))
    currency = main_currency(work)
    worked: Counter[int] = Counter()
    for row in work:
        worked[row.person] += row.ms
    decided = Decision.objects.filter(at_ms__gte=begin_ms, at_ms__lt=end_ms)
    kinds: dict[str, Counter[int]] = defaultdict(Counter[int])
    sanctions = decided.filter(kind__in=(Decision.Kind.REJECTION, *SANCTIONS))
    for person, kind, code in sanctions.values_list("person", "kind", "code"):
        if code != OWN_WISH:
            kinds[kind][person] += 1
    appeals = Appeal.objects.filter(at_ms__gte=begin_ms, at_ms__lt=end_ms)
    answered = Appeal.objects.filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
    ended = {
        outcome: set(answered.filter(outcome=outcome).values_list("by", flat=True))
        for outcome in Appeal.Outcome
    }
    weeks = heaviest_weeks(doses_between(begin_ms, end_ms), begin_ms)
    return CrowdMonth(
        currency=currency,
        worked_ms=worked,
        top_ups_micro=_top_ups(begin_ms, end_ms, currency),
        rejected=kinds[Decision.Kind.REJECTION],
        sanctioned={*kinds[Decision.Kind.RESTRICTION], *kinds[Decision.Kind.SUSPENSION]},
        ended=kinds[Decision.Kind.CLOSURE],
        held_ms=_claimed(Claim.objects.filter(made_ms__gte=begin_ms, made_ms__lt=end_ms)),
        refused_ms=_claimed(
            Claim.objects.filter(
                decision__kind=Decision.Kind.TIME_REFUSED,
                decision__at_ms__gte=begin_ms,
                decision__at_ms__lt=end_ms,
            )
        ),
        appealed=set(appeals.values_list("by", flat=True)),
        won=ended[Appeal.Outcome.OVERTURNED],
        lost=ended[Appeal.Outcome.UPHELD],
        burdened={person for person, dose in weeks.items() if 2 * dose > POLICY.week},
    )


def _top_ups(begin_ms: Ms, end_ms: Ms, currency: str) -> dict[int, int]:
    """Add up the top-ups of each person in periods that were closed in a month."""
    costs = StatementCost.objects.filter(
        statement__currency=currency,
        statement__period__state=Period.State.CLOSED,
        statement__period__closed_at__gte=from_ms(begin_ms),
        statement__period__closed_at__lt=from_ms(end_ms),
    )
    rows = costs.values_list("statement__person").annotate(micro=Sum("top_up_micro"))
    return dict(rows.order_by("statement__person"))


def _claimed(claims: QuerySet[Claim]) -> dict[int, int]:
    """Add up the time of each person that waited for a human in some claims."""
    sums: Counter[int] = Counter()
    for person, pending in claims.values_list("person", "pending"):
        sums[person] += sum(end_ms - begin_ms for begin_ms, end_ms in pending)
    return sums
