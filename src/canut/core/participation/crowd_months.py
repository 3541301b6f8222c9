"""Report a month of a crowd to its representatives, also where the crowd is as small as five.

Counts of people are told as bands of five, sums only where five people contribute, none of whom the
second largest contributor could work out, and rounded to two digits. The band in which everybody
would be is one with the band below: "all of them" is never told. Months do not overlap and are
reported once, so no two of them differ by one person's figures.

Source:
    Threshold of five: OECD, Glossary of Statistical Terms, "Threshold rule" (2005). Counts in
    fives: Statistics Canada, Confidentiality (non-disclosure) rules of the census (2011). The p %
    rule: ESSnet SDC, Handbook on Statistical Disclosure Control 1.2 (2010); 15 % is the policy of
    this house.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.money import MICRO

FEWEST = 5
P_PERCENT = 15
DIGITS = 2
WORKED = "worked"

type Content = dict[str, object]


class MonthFigure(NamedTuple):
    """What one figure of a month counts: people, with the amount of each where it has one.

    Args:
        name: of the figure.
        amounts: by person; 1 where people are only counted.
        unit: in which the sum is told, such as an hour in milliseconds; 0 tells none.
    """

    name: str
    amounts: Mapping[int, int]
    unit: int = 0


class CrowdMonth(NamedTuple):
    """What happened in a month, by person.

    Args:
        worked_ms: time, in milliseconds.
        top_ups_micro: top-ups of periods closed in it, in micro-units of ``currency``.
        rejected: answers rejected.
        sanctioned: who was restricted or suspended.
        ended: whose work a client ended.
        held_ms: time held back, in milliseconds.
        refused_ms: time refused, in milliseconds.
        appealed: who appealed.
        won: who won an appeal.
        lost: who lost one.
        burdened: whose hardest week passed half of the limit of hard material.
    """

    currency: str
    worked_ms: Mapping[int, int]
    top_ups_micro: Mapping[int, int]
    rejected: Mapping[int, int]
    sanctioned: Iterable[int]
    ended: Iterable[int]
    held_ms: Mapping[int, int]
    refused_ms: Mapping[int, int]
    appealed: Iterable[int]
    won: Iterable[int]
    lost: Iterable[int]
    burdened: Iterable[int]


def month_report(month: CrowdMonth) -> Content:
    """Return what a month's report tells; only that they were few, of fewer than five people.

    Example:
        >>> four = dict.fromkeys(range(4), 1)
        >>> month_report(CrowdMonth("CAD", four, {}, {}, (), (), {}, {}, (), (), (), ()))
        {'crowd': [], 'currency': 'CAD'}
    """
    shares = (
        MonthFigure(WORKED, month.worked_ms, HOUR_MS),
        MonthFigure("topped_up", month.top_ups_micro, MICRO),
        MonthFigure("rejected", month.rejected, 1),
        MonthFigure("sanctioned", dict.fromkeys(month.sanctioned, 1)),
        MonthFigure("ended", dict.fromkeys(month.ended, 1)),
        MonthFigure("held", month.held_ms, HOUR_MS),
        MonthFigure("refused", month.refused_ms, HOUR_MS),
        MonthFigure("appealed", dict.fromkeys(month.appealed, 1)),
        MonthFigure("won", dict.fromkeys(month.won, 1)),
        MonthFigure("lost", dict.fromkeys(month.lost, 1)),
        MonthFigure("burdened", dict.fromkeys(month.burdened, 1)),
    )
    counted = [share._replace(amounts=_above_zero(share.amounts)) for share in shares]
    everybody = set[int]().union(*(share.amounts for share in counted))
    is_enough = len(everybody) >= FEWEST
    return {
        "crowd": [_row(share, len(everybody)) for share in counted] if is_enough else [],
        "currency": month.currency,
    }


def people_band(count: int, everybody: int | None = None) -> tuple[int, int]:
    """Return the least and the most people that a count tells.

    Args:
        count: of people.
        everybody: in the crowd, at least five; None for a count that tells nothing of anybody.

    Example:
        >>> [people_band(count, 10) for count in (0, 1, 4, 5, 10)]
        [(0, 0), (1, 4), (1, 4), (5, 14), (5, 14)]
        >>> people_band(2, 5), people_band(5, 5), people_band(3, 40), people_band(10)
        ((1, 9), (1, 9), (1, 4), (10, 14))
    """
    if not count:
        return 0, 0
    low = count // FEWEST * FEWEST
    if everybody is None:
        return max(1, low), low + FEWEST - 1
    highest = everybody // FEWEST * FEWEST
    if low >= highest - FEWEST:
        return max(1, highest - FEWEST), highest + FEWEST - 1
    return max(1, low), low + FEWEST - 1


def safe_sum(amounts: Sequence[int], unit: int) -> int | None:
    """Return a sum in whole units, rounded to two digits; None where it would tell too much.

    Args:
        amounts: one of each person, above 0.
        unit: of the sum, such as an hour in milliseconds.

    Example:
        >>> safe_sum([40, 41, 39, 42, 44], 1), safe_sum([400, 5, 5, 5, 5], 1), safe_sum([9] * 4, 1)
        (210, None, None)
    """
    if len(amounts) < FEWEST:
        return None
    largest, second, *others = sorted(amounts, reverse=True)
    if 100 * sum(others) < P_PERCENT * largest:
        return None
    return _rounded((largest + second + sum(others)) // unit)


def _row(share: MonthFigure, everybody: int) -> Content:
    amounts = list(share.amounts.values())
    return {
        "name": share.name,
        "people": list(people_band(len(amounts), None if share.name == WORKED else everybody)),
        "sum": safe_sum(amounts, share.unit) if share.unit else None,
    }


def _rounded(number: int) -> int:
    """Round half up to two digits, and to fives at least."""
    step = max(FEWEST, int(10 ** (len(str(number)) - DIGITS)))
    return (2 * number + step) // (2 * step) * step


def _above_zero(amounts: Mapping[int, int]) -> dict[int, int]:
    return {person: amount for person, amount in amounts.items() if amount > 0}
