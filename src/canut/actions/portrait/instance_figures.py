"""Compute what this instance paid, for its first page: pay by hour, time, answers, who got what.

The figures are those of closed pay periods, of all places of work, in the currency in which most
time was paid. What was paid for work whose time nobody measured is in no pay by hour. The rule is
that of the Portrait: no sum of under twenty people, or of one who has most of it. A closing moves
the figures, so they stop at the last period that can be told from the one shown before by twenty
people: the rest waits for the next closings.

Reads only.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, QuerySet, Sum

from canut.core.clock import HOUR_MS
from canut.core.portrait.counts import IntervalEstimate, published_ratio
from canut.core.portrait.disclosure.dominance import is_safe_sum
from canut.core.portrait.disclosure.head_counts import band_edge
from canut.store.models import Contributed, Period, Statement, StatementCost, Worker

SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class InstanceFigures:
    """What closed periods paid in one currency.

    Args:
        currency: of the amounts, in micro-units.
        people: how many were paid, as the lower edge of their band.
        hourly_micro: gross pay an hour of all counted time.
        low_micro: the low end of its 95 % interval for another such group; None under ten
            effective people.
        high_micro: the high end.
        answers: how many were paid.
        time_ms: paid, in milliseconds.
        net_micro: what people were paid.
        contributions_micro: what went to contributions, of both sides; None if few people have any.
        until: the last day that is counted.
        leaves_out_currencies: whether people paid in another currency are not in it.
    """

    currency: str
    people: int
    hourly_micro: int
    low_micro: int | None
    high_micro: int | None
    answers: int
    time_ms: int
    net_micro: int
    contributions_micro: int | None
    until: date
    leaves_out_currencies: bool = False

    @property
    def people_share(self) -> float | None:
        """Return which share of pay and contributions went to the people, from 0 to 1."""
        if self.contributions_micro is None:
            return None
        whole = self.net_micro + self.contributions_micro
        return self.net_micro / whole if whole else 1.0


@dataclass(frozen=True, slots=True)
class PublicState:
    """What the first page may say of the instance.

    Args:
        figures: None where nobody was paid yet, or too few people.
        has_workers: whether anybody works or worked here.
        is_withheld: whether there are figures, of too few people to be shown.
    """

    figures: InstanceFigures | None
    has_workers: bool
    is_withheld: bool


def public_state() -> PublicState:
    """Return the figures of all closed periods."""
    closed = Period.objects.filter(state=Period.State.CLOSED)
    last = closed.aggregate(last=Max("closed_at"), count=Count("id"))
    figures, people = figures_of(last["count"], str(last["last"]), Statement.objects.count())
    return PublicState(figures, bool(people) or _is_anybody_at_work(), bool(people) and not figures)


def _is_anybody_at_work() -> bool:
    return Worker.objects.exclude(kind=Worker.Kind.MODEL).exists()


@lru_cache(maxsize=2)
def figures_of(
    count: int,
    last: str,
    statements: int,
) -> tuple[InstanceFigures | None, int]:
    """Compute the figures once for each closing; return them and how many people were paid."""
    del last, statements
    if not count:
        return None, 0
    closed = Statement.objects.filter(period__state=Period.State.CLOSED, person__isnull=False)
    times = closed.values_list("currency").annotate(ms=Sum("time_ms"))
    by_currency: Mapping[str, int] = dict(times.order_by("currency"))
    if not any(by_currency.values()):
        return None, closed.values("person").distinct().count()
    currency = max(by_currency.items(), key=operator.itemgetter(1))[0]
    until = _last_safe_day(closed.filter(currency=currency))
    if until is None:
        return None, closed.filter(currency=currency).values("person").distinct().count()
    own = closed.filter(currency=currency, period__last_day__lte=until)
    paid = own.values("person").annotate(gross=Sum("gross_micro"), ms=Sum("time_ms"))
    loose = _paid_without_time(own)
    rows = [
        (max(0, row["gross"] - loose.get(row["person"], 0)), row["ms"])
        for row in paid.order_by("person")
        if row["ms"] > 0
    ]
    sums = own.aggregate(gross=Sum("gross_micro"), net=Sum("net_micro"), ms=Sum("time_ms"))
    interval = _interval(rows)
    answers = StatementCost.objects.filter(statement__in=own.values("id"))
    return (
        InstanceFigures(
            currency=currency,
            people=band_edge(len(rows)),
            hourly_micro=sum(micro for micro, _ in rows) * HOUR_MS // sum(ms for _, ms in rows),
            low_micro=None if interval is None else int(interval.low),
            high_micro=None if interval is None else int(interval.high),
            answers=answers.aggregate(sum=Sum("answers", default=0))["sum"],
            time_ms=sums["ms"],
            net_micro=sums["net"],
            contributions_micro=_contributions(own),
            until=until,
            leaves_out_currencies=len(by_currency) > 1,
        ),
        len(rows),
    )


def _last_safe_day(statements: "QuerySet[Statement]") -> date | None:
    """Return the last day up to which the figures may be told; None while there is none.

    Periods are shown together, as many as it takes for what they add to be of twenty people and
    under the p % rule: hours, and pay for measured time.
    """
    loose = _paid_without_time(statements, "statement__period__last_day")
    waiting: dict[int, tuple[int, int]] = {}
    by_day: dict[date, list[tuple[int, int, int]]] = {}
    paid = statements.values("period__last_day", "person").annotate(
        gross=Sum("gross_micro"), ms=Sum("time_ms")
    )
    for row in paid.order_by("period__last_day", "person"):
        day, person = row["period__last_day"], row["person"]
        micro = max(0, row["gross"] - loose.get((day, person), 0))
        by_day.setdefault(day, []).append((person, micro, row["ms"]))
    last: date | None = None
    for day, rows in by_day.items():
        for person, micro, ms in rows:
            before = waiting.get(person, (0, 0))
            waiting[person] = before[0] + micro, before[1] + ms
        amounts = list(zip(*waiting.values(), strict=True))
        if any(amounts[1]) and all(map(is_safe_sum, amounts)):
            last, waiting = day, {}
    return last


def _contributions(statements: "QuerySet[Statement]") -> int | None:
    """Add up the contributions of both sides; None if they are of few people."""
    rows = (
        Contributed.objects.filter(statement__in=statements.values("id"))
        .values("statement__person")
        .annotate(micro=Sum("micro"))
    )
    amounts = [row["micro"] for row in rows.order_by("statement__person")]
    return sum(amounts) if is_safe_sum(amounts) else None


def _paid_without_time(statements: "QuerySet[Statement]", *by: str) -> dict[Any, int]:
    """Return what each person was paid for projects whose time nobody measured, in micro-units.

    Args:
        statements: whose.
        by: further fields; then the keys are tuples that end with the person.
    """
    costs = StatementCost.objects.filter(
        statement__in=statements.values("id"), project__isnull=False, time_ms=0
    )
    whole = F("pieces_micro") + F("reviews_micro") + F("hours_micro") + F("top_up_micro")
    names = (*by, "statement__person")
    sums: dict[Any, int] = {}
    for row in costs.values(*names).annotate(micro=Sum(whole)).order_by(*names):
        key = tuple(row[name] for name in names)
        sums[key if by else key[0]] = row["micro"]
    return sums


def _interval(rows: list[tuple[int, int]]) -> IntervalEstimate | None:
    """Return the interval of pay by hour, in micro-units; None under twenty people."""
    hours = [ms / HOUR_MS for _, ms in rows]
    rates = [micro / spent for (micro, _), spent in zip(rows, hours, strict=True)]
    return published_ratio(rates, hours, np.random.default_rng(SEED))
