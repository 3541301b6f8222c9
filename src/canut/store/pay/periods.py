"""Pay periods, their statements, and the time they paid.

Rows of a period that is not closed are ignored: closing inserts them in small batches and then
changes the period's state, so that a period is closed completely or not at all.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import F, Sum

from canut.core.clock import HOUR_MS, Ms, day_begin
from canut.store.tables.ethics import EthicsLevy
from canut.store.tables.pay import PayPolicy, Period, StatementCost

LATE_DAYS = 16
LAST_ZONE_HOURS = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a project's closed periods in one currency: people paid, and sums by part."""

    people: frozenset[int]
    sums: dict[str, int]


def cost_of(project_id: int, currency: str) -> Cost:
    """Sum the cost of a project's closed statements in one currency."""
    costs = StatementCost.objects.filter(
        project_id=project_id,
        statement__currency=currency,
        statement__period__state=Period.State.CLOSED,
    )
    sums = costs.aggregate(
        time=Sum("time_ms", default=0),
        pieces=Sum("pieces_micro", default=0),
        hours=Sum("hours_micro", default=0),
        top_up=Sum("top_up_micro", default=0),
        on_top=Sum("on_top_micro", default=0),
        looks=Sum("reviews", default=0),
        looked=Sum("reviews_micro", default=0),
        look_time=Sum("review_ms", default=0),
    )
    sums["time_ms"], sums["review_ms"] = sums.pop("time"), sums.pop("look_time")
    sums["reviews"] = sums.pop("looked")
    levies = EthicsLevy.objects.filter(project=project_id, currency=currency)
    sums["ethics"] = levies.aggregate(micro=Sum("micro", default=0))["micro"]
    return Cost(frozenset(costs.values_list("statement__person", flat=True)), sums)


def cost_sums(period: Period) -> dict[tuple[int, str], int]:
    """Sum the cost of a period's statements by project and currency."""
    costs = StatementCost.objects.filter(statement__period=period, project__isnull=False)
    rows = (
        costs.values_list("project", "statement__currency")
        .annotate(
            micro=Sum(
                F("pieces_micro")
                + F("reviews_micro")
                + F("hours_micro")
                + F("top_up_micro")
                + F("on_top_micro")
            )
        )
        .order_by("project", "statement__currency")
    )
    return {(project, currency): micro for project, currency, micro in rows}


def last_closed(before: date) -> Period | None:
    """Return the last closed period before a day."""
    closed = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=before)
    return closed.order_by("-first_day").first()


def first_not_closed() -> Period | None:
    """Return the earliest period that is not closed; None where all are."""
    return Period.objects.exclude(state=Period.State.CLOSED).order_by("first_day").first()


def paid_until_ms() -> Ms:
    """Return the end of the last closed period in the last time zone; 0 before the first.

    A period is closed after that moment, so what is earned later never lies before it, unless the
    clock was set back. ``read_standing`` of the dialects reads the same.
    """
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("-last_day")
    last_day = closed.values_list("last_day", flat=True).first()
    return 0 if last_day is None else end_everywhere(last_day)


def end_everywhere(last_day: date) -> Ms:
    """Return the moment at which a day is over in every time zone."""
    return day_begin(last_day + timedelta(days=1), UTC) + LAST_ZONE_HOURS * HOUR_MS


def overdue_periods(today: date) -> list[Period]:
    """List the periods still open more than sixteen days after their end."""
    ended = Period.objects.filter(last_day__lt=today - timedelta(days=LATE_DAYS))
    return list(ended.exclude(state=Period.State.CLOSED).order_by("first_day"))


def policy_now() -> PayPolicy | None:
    """Return the pay rules in force; None before the first."""
    return PayPolicy.objects.order_by("-number").first()


def period_around(day: date) -> Period | None:
    """Return the pay period that holds a day, open or closed."""
    return Period.objects.filter(first_day__lte=day, last_day__gte=day).first()
