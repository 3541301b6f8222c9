"""Pay the days that a person lost by a restriction, suspension or ending that was undone.

They are an adjustment of their own, charged to the project of the client who decided, and stand on
the statement of the period in which the decision was undone. They lie outside its floor comparison:
no top-up shrinks for them. What they come to is decided in ``core.pay.lost_days``.
"""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import Sum

from canut.actions.pay.floors import policy_of
from canut.actions.platform.row_faults import attempt_each
from canut.actions.time.measure import by_local_day, time_by_day
from canut.core.clock import DAY_MS, day_bounds
from canut.core.money import Money
from canut.core.pay.floor import floor_on
from canut.core.pay.hourly_price import hour_price
from canut.core.pay.lost_days import LOST_DAYS, WEEKS_BEFORE_MS, Worked, lost_pay, span_before
from canut.core.places.parameters import Status
from canut.core.time.claims import outside
from canut.core.time.spans import Span, merge_spans
from canut.store.decisions.sanctions import SANCTIONS
from canut.store.pay.periods import paid_until_ms
from canut.store.pay.places import places
from canut.store.people.work_terms import terms_of, zone_of
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.pay import PayAdjustment, PayLine
from canut.store.tables.people import Terms
from canut.store.tables.projects import RateVersion
from canut.store.tables.work import Worker
from canut.store.work.pilots import hour_prices

LOOKED_BACK_MS = 31 * DAY_MS


def pay_lost_days(now_ms: int) -> int:
    """Pay what was lost by sanctions undone in the last month; return how many were paid.

    A sanction from which nothing was lost gets an adjustment of 0, so that it is looked at once.
    """
    undone = Decision.objects.filter(
        kind__in=SANCTIONS,
        undone_ms__gt=now_ms - LOOKED_BACK_MS,
        worker__person__isnull=False,
        project__is_own_staff=False,
    ).exclude(payadjustment__reason=LOST_DAYS)
    numbers = list(undone.order_by("undone_ms").values_list("id", flat=True))
    return attempt_each("lost days", numbers, _pay)


@transaction.atomic
def _pay(decision_id: int) -> bool:
    """Pay the days lost by one decision; return whether some were."""
    decision = Decision.objects.select_for_update().get(pk=decision_id)
    worker = Worker.objects.select_related("project").get(decision=decision)
    if PayAdjustment.objects.filter(decision=decision, reason=LOST_DAYS).exists():
        return False
    pay = _lost_by(decision, worker)
    if pay is None:  # their terms are missing: once they are there, it is paid
        return False
    PayAdjustment.objects.create(
        worker=worker,
        project=worker.project,
        decision=decision,
        piece_micro=pay.micro,
        currency=pay.currency,
        reason=LOST_DAYS,
        at_ms=max(decision.undone_ms or 0, paid_until_ms()),
    )
    return pay.micro > 0


def _lost_by(decision: Decision, worker: Worker) -> Money | None:
    """Return what a person lost by an undone decision; None while their terms are missing."""
    person_id, project = worker.person_id or 0, worker.project
    rate = RateVersion.objects.filter(project=project).order_by("-number").first()
    nothing = Money(0, rate.currency if rate else "")
    spans = _lost_spans(decision)
    if not spans or rate is None:
        return nothing
    if terms_of(person_id, spans[0][0]) is None:
        return None
    zone = zone_of(person_id, spans[-1][1])
    lost_of_day: dict[date, int] = defaultdict(int)
    terms_of_day: dict[date, Terms] = {}
    for begin_ms, end_ms in spans:
        for day, ms in by_local_day(begin_ms, end_ms, zone):
            terms = terms_of(person_id, day_bounds(day, zone)[1] - DAY_MS // 2)
            if terms is not None and Status(terms.status).is_paid_here:
                terms_of_day[day] = terms
                lost_of_day[day] += ms
    if not lost_of_day:
        return nothing
    begin_ms = _worked_until(worker, spans[0][0])
    lines = PayLine.objects.filter(worker=worker, at_ms__gte=begin_ms - WEEKS_BEFORE_MS)
    first_ms = lines.order_by("at_ms").values_list("at_ms", flat=True).first()
    if PayLine.objects.filter(worker=worker, at_ms__lt=begin_ms - WEEKS_BEFORE_MS).exists():
        first_ms = begin_ms - WEEKS_BEFORE_MS
    span_ms = span_before(begin_ms, first_ms)
    done = [_worked(worker, *span, rate.currency) for span in spans]
    prices = hour_prices([project.pk]).get(project.pk, ())
    policy = policy_of(project, rate.currency)

    def per_hour(day: date) -> tuple[Money, Money]:
        terms = terms_of_day[day]
        floor = floor_on(places(), terms.place, day, Status(terms.status), policy)
        return floor.per_hour, Money(hour_price(prices, *day_bounds(day, zone)), rate.currency)

    lost = lost_pay(
        _worked(worker, begin_ms - span_ms, begin_ms, rate.currency),
        span_ms,
        Worked(sum(each.time_ms for each in done), sum(each.pieces_micro for each in done)),
        lost_of_day,
        per_hour,
    )
    return lost.pay


def _lost_spans(decision: Decision) -> list[Span]:
    """Return when a decision kept the person from work, but for times another one did."""
    undone_ms = decision.undone_ms or decision.at_ms
    own = Sanction.objects.filter(decision=decision).first()
    begin_ms = decision.at_ms if own is None else own.from_ms
    end_ms = undone_ms if own is None else min(own.until_ms, undone_ms)
    others = [
        (other.from_ms, min(other.until_ms, other.lifted_ms or other.until_ms))
        for other in Sanction.objects.filter(worker=decision.worker_id, daily=None)
        if other.decision_id != decision.pk
    ]
    covered = merge_spans(span for span in others if span[0] < span[1])
    return outside((begin_ms, end_ms), covered) if begin_ms < end_ms else []


def _worked_until(worker: Worker, begin_ms: int) -> int:
    """Return until when a person could work before a moment: not while they were suspended."""
    earlier = Sanction.objects.filter(worker=worker, daily=None, from_ms__lt=begin_ms)
    for sanction in earlier.order_by("-from_ms"):
        ended_ms = min(sanction.until_ms, sanction.lifted_ms or sanction.until_ms)
        if sanction.from_ms < ended_ms and ended_ms > begin_ms - WEEKS_BEFORE_MS:
            begin_ms = sanction.from_ms
    return begin_ms


def _worked(worker: Worker, begin_ms: int, end_ms: int, currency: str) -> Worked:
    """Return what a person did in their project between two moments."""
    person_id, within = worker.person_id or 0, {"at_ms__gte": begin_ms, "at_ms__lt": end_ms}
    pieces = PayLine.objects.filter(worker=worker, currency=currency, **within)
    changed = PayAdjustment.objects.filter(
        worker=worker, currency=currency, answer__payline__in=pieces
    )
    sums = [rows.aggregate(sum=Sum("piece_micro"))["sum"] or 0 for rows in (pieces, changed)]
    time_ms = sum(
        row.ms
        for row in time_by_day([person_id], begin_ms, end_ms)
        if row.project == worker.project_id
    )
    return Worked(time_ms, max(0, sum(sums)))
