"""Show how pay is spread without showing anybody's: bins that several people always share.

The same people always give the same bins, so that whoever has the bins finds the card's figures
again. No noise is added; what few people would show is left out. Which figures a card may give to
so few people is decided in ``card``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.core.errors import BadInput

STEP_MICRO = 500_000
SHARED_BY = 5
SHARED_BY_SENSITIVE = 10
LEAST_ROWS = 20
LEAST_P90 = 100
ROUNDED_TO = 5
LARGEST_MICRO = 10**12
_THOUSAND = 1000


class Pay(NamedTuple):
    """One person in a dataset: what an hour paid, in micro-units, and milliseconds worked."""

    hourly_micro: int
    ms: int


class Bin(NamedTuple):
    """People paid from ``low`` to below ``high`` micro-units an hour; hours are whole, or -1."""

    low: int
    high: int
    people: int
    hours: int


def binned(people: Sequence[Pay], shared_by: int = SHARED_BY) -> list[Bin]:
    """Lay people into bins half a unit wide, joined until each holds enough of them.

    Args:
        people: one row a person.
        shared_by: the fewest people of a bin; 5, or 10 where the work is sensitive.

    Returns:
        Bins from low to high; none when there are too few people for any. Hours are -1 in a bin
        where one person worked more than half of them: they would tell about that person.

    Raises:
        BadInput: negative pay or time, pay beyond 10¹² micro-units, or bins for fewer than 2.

    Source:
        This house's, after the frequency and dominance rules of statistical offices (OECD glossary
        of statistical terms: "threshold rule", "dominance rule").
    """
    if shared_by < SHARED_BY - 3 or any(
        not 0 <= one.hourly_micro <= LARGEST_MICRO or one.ms < 0 for one in people
    ):
        raise BadInput("bins are shared by 2 people or more, of no negative pay or time")
    if len(people) < max(LEAST_ROWS, shared_by):
        return []
    groups: list[list[Pay]] = []
    for one in sorted(people):
        step = one.hourly_micro // STEP_MICRO
        is_new = not groups or groups[-1][-1].hourly_micro // STEP_MICRO != step
        if is_new and (not groups or len(groups[-1]) >= shared_by):
            groups.append([])
        groups[-1].append(one)
    if len(groups[-1]) < shared_by:
        last = groups.pop()
        groups[-1] += last
    return [
        Bin(
            group[0].hourly_micro // STEP_MICRO * STEP_MICRO,
            (group[-1].hourly_micro // STEP_MICRO + 1) * STEP_MICRO,
            len(group),
            _hours(group),
        )
        for group in groups
    ]


def quantile(bins: Sequence[Bin], share: int, *, by_hours: bool = False) -> int | None:
    """Find the pay below which this share of people, or of hours, lies.

    Within a bin, people are taken to lie evenly.

    Args:
        bins: as ``binned`` gives them, or as read from beside a card.
        share: in thousandths.
        by_hours: weigh by hours worked instead of counting people.

    Returns:
        Micro-units an hour; none without bins, or where the hours of a bin are not shown.

    Raises:
        BadInput: a share out of range, or bins out of order.
    """
    _check(bins, share)
    weights = [one.hours if by_hours else one.people for one in bins]
    if not weights or min(weights) < 0 or not sum(weights):
        return None
    aim, before = share * sum(weights), 0
    for one, weight in zip(bins, weights, strict=True):
        if weight and aim <= (before + weight) * _THOUSAND:
            inside = aim - before * _THOUSAND
            return one.low + (one.high - one.low) * inside // (weight * _THOUSAND)
        before += weight
    return bins[-1].high


def share_below(bins: Sequence[Bin], floor_micro: int) -> tuple[int, int]:
    """Bound the share of people paid below a floor, in thousandths: at least, and at most.

    The two differ where the floor lies within a bin.

    Raises:
        BadInput: bins out of order.
    """
    _check(bins, 0)
    everybody = sum(one.people for one in bins) or 1
    least = sum(one.people for one in bins if one.high <= floor_micro)
    most = sum(one.people for one in bins if one.low < floor_micro)
    return least * _THOUSAND // everybody, -(-most * _THOUSAND // everybody)


def shown_counts(counts: Mapping[str, int], shared_by: int = SHARED_BY) -> dict[str, int]:
    """Round counts of people by kind, and join the kinds too few people share under ``other``.

    Where one kind alone would be joined, the next smallest joins it: else it could be found by
    taking the others from the total.

    Raises:
        BadInput: a negative count.
    """
    if any(count < 0 for count in counts.values()):
        raise BadInput("counts of people are not negative")
    small = sorted((count, name) for name, count in counts.items())
    joined: list[tuple[int, str]] = []
    while small and (
        small[0][0] < shared_by
        or (joined and (len(joined) == 1 or sum(count for count, _ in joined) < shared_by))
    ):
        joined.append(small.pop(0))
    shown = {name: rounded(count) for count, name in sorted(small, key=lambda one: one[1])}
    rest = sum(count for count, _name in joined)
    return {**shown, "other": rounded(rest)} if rest >= shared_by else shown


def rounded(count: int) -> int:
    """Round a count of people to the nearest 5."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _hours(group: Sequence[Pay]) -> int:
    whole, largest = sum(one.ms for one in group), max(one.ms for one in group)
    hour_ms = 3_600_000
    return -1 if 2 * largest > whole else (whole + hour_ms // 2) // hour_ms


def _check(bins: Sequence[Bin], share: int) -> None:
    edges = [edge for one in bins for edge in (one.low, one.high)]
    is_odd = any(one.low >= one.high or one.people < 1 or one.hours < -1 for one in bins)
    if is_odd or edges != sorted(edges) or not 0 <= share <= _THOUSAND:
        raise BadInput("bins go from low to high with people in each, shares from 0 to 1000")
