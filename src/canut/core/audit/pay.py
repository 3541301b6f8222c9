"""Compute what people earned per hour of their own time, and how much of it was unpaid.

Paid work is accepted work and pending work (platforms accept it in the end unless somebody rejects
it). Time is that of all submitted work, rejected work included. Pay is listed per person: a
median over people would hide the slower half.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.audit.gathered import Assignment, WorkFile
from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.formats.platforms.platform_work import Fate
from canut.core.money import Money, per_hour, times_ms

TENTH, HALF, NINE_TENTHS = 0.1, 0.5, 0.9


class PayPercentiles(NamedTuple):
    """The 10th, 50th and 90th percentiles of pay per hour."""

    p10: Money
    p50: Money
    p90: Money


class Under(NamedTuple):
    """People and hours that earned less than a floor, and the amount missing."""

    floor: Money
    people: int
    people_share: float
    hours: float
    hours_share: float
    missing: Money


@dataclass(frozen=True, slots=True)
class Person:
    """One person's time and money.

    ``once_ms`` is the time with tasks held at once counted once; None where the file has no times
    of day.
    """

    worker: int
    assignments: int
    time_ms: int
    once_ms: int | None
    paid: Money
    hourly: Money


class Unpaid(NamedTuple):
    """Rejected work: assignments, people, their hours, and the price not paid."""

    assignments: int
    people: int
    hours: float
    price: Money


@dataclass(frozen=True, slots=True)
class HourlyPay:
    """Pay per hour, by person.

    Args:
        people: those with a time and a price, in the order of the file.
        by_person: each person counts once.
        by_hour: each person counts as many times as the hours they worked.
        by_person_once: as ``by_person``, where tasks held at once are counted once; the most the
            pay can have been. None where the file has no times of day.
        under: comparison with the floor; None without a floor.
        rejected: work that was refused and not paid.
        hours: all hours worked.
        paid: all that was paid.
        waiting: assignments not judged yet, counted as paid.
        returned: assignments given back, which count for nothing here.
        untold: assignments without a time or a price, left out of all figures above.
    """

    people: list[Person]
    by_person: PayPercentiles
    by_hour: PayPercentiles
    by_person_once: PayPercentiles | None
    under: Under | None
    rejected: Unpaid
    hours: float
    paid: Money
    waiting: int
    returned: int
    untold: int


class Prices(NamedTuple):
    """Currency, default price, exchange rate and floor.

    Args:
        currency: of the result and of the floor.
        exchange: units of it for one unit of the file's currency, in micro-units.
        floor: minimum pay per hour; None without a floor.
        price_micro: price of an assignment, in the file's currency, if the file has none.
    """

    currency: str
    exchange: int = 1_000_000
    floor: Money | None = None
    price_micro: int | None = None


def reckon(work: WorkFile, prices: Prices) -> HourlyPay | None:
    """Compute pay per hour; None if no assignment has both a time and a price.

    Raises:
        BadInput: the floor is in another currency than the result.
    """
    if prices.floor is not None and prices.floor.currency != prices.currency:
        raise BadInput(
            f"the floor is in {prices.floor.currency} and pay in {prices.currency}; use one",
            code="currencies-differ",
            seen=prices.floor.currency,
            expected=prices.currency,
        )
    handed_in = [
        assignment for assignment in work.assignments if assignment.fate is not Fate.RETURNED
    ]
    priced = [
        assignment
        for assignment in handed_in
        if assignment.seconds and _price(assignment, prices) is not None
    ]
    people = [
        _person(worker, list(own), prices)
        for worker, own in groupby(sorted(priced, key=lambda a: a.worker), key=lambda a: a.worker)
    ]
    if not people:
        return None
    hourly = np.array([person.hourly.micro for person in people], dtype=np.float64)
    times = np.array([person.time_ms for person in people], dtype=np.float64)
    return HourlyPay(
        people=people,
        by_person=_spread(np.quantile(hourly, (TENTH, HALF, NINE_TENTHS)), prices.currency),
        by_hour=_spread(_by_weight(hourly, times), prices.currency),
        by_person_once=_once(people, prices.currency),
        under=_under(people, prices.floor) if prices.floor else None,
        rejected=_rejected(priced, prices),
        hours=float(times.sum()) / HOUR_MS,
        paid=_sum((person.paid for person in people), prices.currency),
        waiting=sum(assignment.fate is Fate.WAITING for assignment in priced),
        returned=len(work.assignments) - len(handed_in),
        untold=len(handed_in) - len(priced),
    )


def _price(assignment: Assignment, prices: Prices) -> int | None:
    """Return an assignment's price in the result's currency, in micro-units."""
    micro = prices.price_micro if assignment.pay_micro is None else assignment.pay_micro
    return None if micro is None else round(micro * prices.exchange / 1_000_000)


def _person(worker: int, own: list[Assignment], prices: Prices) -> Person:
    time_ms = sum(round((assignment.seconds or 0) * 1000) for assignment in own)
    unrejected = (assignment for assignment in own if assignment.fate is not Fate.REJECTED)
    paid = Money(sum(_price(assignment, prices) or 0 for assignment in unrejected), prices.currency)
    spans = [
        (assignment.started_ms, assignment.ended_ms)
        for assignment in own
        if assignment.started_ms is not None and assignment.ended_ms is not None
    ]
    once_ms = min(_union_ms(spans), time_ms) if len(spans) == len(own) else None
    hourly = per_hour(paid, time_ms) or Money(0, prices.currency)
    return Person(worker, len(own), time_ms, once_ms, paid, hourly)


def _union_ms(spans: list[tuple[int, int]]) -> int:
    """Return the time covered by spans, counting overlaps once.

    Source:
        Hara and others (2018), https://doi.org/10.1145/3173574.3174023, with no gap merged.

    Example:
        >>> _union_ms([(0, 10), (5, 20), (30, 40)])
        30
    """
    total, reached = 0, -1
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached)) if reached >= 0 else max(0, end - start)
        reached = max(reached, end)
    return total


def _by_weight(values: Floats, weights: Floats) -> Floats:
    """Return the weighted 10, 50 and 90 % quantiles."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(reached, (TENTH, HALF, NINE_TENTHS), side="left")
    chosen: Floats = values[order][np.minimum(places, len(values) - 1)]
    return chosen


def _spread(micro: Floats, currency: str) -> PayPercentiles:
    p10, p50, p90 = (Money(round(float(each)), currency) for each in micro)
    return PayPercentiles(p10, p50, p90)


def _once(people: list[Person], currency: str) -> PayPercentiles | None:
    if any(not person.once_ms for person in people):
        return None
    rates = [per_hour(person.paid, person.once_ms or 0) for person in people]
    micro = np.array([rate.micro for rate in rates if rate], dtype=np.float64)
    return _spread(np.quantile(micro, (TENTH, HALF, NINE_TENTHS)), currency)


def _under(people: list[Person], floor: Money) -> Under:
    below = [person for person in people if person.hourly < floor]
    hours, all_hours = (sum(p.time_ms for p in some) / HOUR_MS for some in (below, people))
    missing = _sum((times_ms(floor, p.time_ms) - p.paid for p in below), floor.currency)
    shares = len(below) / len(people), hours / all_hours
    return Under(floor, len(below), shares[0], hours, shares[1], missing)


def _rejected(assignments: list[Assignment], prices: Prices) -> Unpaid:
    refused = [assignment for assignment in assignments if assignment.fate is Fate.REJECTED]
    price = Money(sum(_price(assignment, prices) or 0 for assignment in refused), prices.currency)
    hours = sum(assignment.seconds or 0 for assignment in refused) / 3600
    return Unpaid(len(refused), len({assignment.worker for assignment in refused}), hours, price)


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return Money(sum(amount.micro for amount in amounts), currency)
