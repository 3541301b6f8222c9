"""Describe the distribution of pay in bins that several people always share.

The same people always give the same bins, so that anyone with the bins can recompute the card's
figures. No noise is added; bins of too few people are left out. Which figures a card may hold for
few people is decided in ``card``.
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


class PersonPay(NamedTuple):
    """One person in a dataset: pay per hour in micro-units, and milliseconds worked."""

    hourly_micro: int
    ms: int


class Bin(NamedTuple):
    """People paid from ``low`` to below ``high`` micro-units an hour; hours are whole, or -1."""

    low: int
    high: int
    people: int
    hours: int


def binned(people: Sequence[PersonPay], shared_by: int = SHARED_BY) -> list[Bin]:
    """Group people into bins half a unit wide, joined until each holds enough of them.

    Args:
        people: one item per person.
        shared_by: the fewest people of a bin; 5, or 10 where the work is sensitive.

    Returns:
        Bins from low to high; none when there are too few people for any. Hours are -1 in a bin
        where one person worked more than half of them, as they would disclose that person.

    Raises:
        BadInput: negative pay or time, pay beyond 10¹² micro-units, or bins for fewer than 2.

    Source:
        This house's, after the frequency and dominance rules of statistical offices (OECD glossary
        of statistical terms: "threshold rule", "dominance rule").
    """
    if shared_by < SHARED_BY - 3 or any(
        not 0 <= person.hourly_micro <= LARGEST_MICRO or person.ms < 0 for person in people
    ):
        raise BadInput("bins are shared by 2 people or more, of no negative pay or time")
    if len(people) < max(LEAST_ROWS, shared_by):
        return []
    groups: list[list[PersonPay]] = []
    for person in sorted(people):
        step = person.hourly_micro // STEP_MICRO
        is_new = not groups or groups[-1][-1].hourly_micro // STEP_MICRO != step
        if is_new and (not groups or len(groups[-1]) >= shared_by):
            groups.append([])
        groups[-1].append(person)
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
    """Return the pay below which this share of people, or of hours, lies.

    Within a bin, pay is assumed to be uniform.

    Args:
        bins: from ``binned``, or read from the rows of a card.
        share: in thousandths.
        by_hours: weigh by hours worked instead of counting people.

    Returns:
        Micro-units per hour; None without bins, or if the hours of a bin are not shown.

    Raises:
        BadInput: a share out of range, or bins out of order.
    """
    _check(bins, share)
    weights = [pay_bin.hours if by_hours else pay_bin.people for pay_bin in bins]
    if not weights or min(weights) < 0 or not sum(weights):
        return None
    aim, before = share * sum(weights), 0
    for pay_bin, weight in zip(bins, weights, strict=True):
        if weight and aim <= (before + weight) * _THOUSAND:
            inside = aim - before * _THOUSAND
            return pay_bin.low + (pay_bin.high - pay_bin.low) * inside // (weight * _THOUSAND)
        before += weight
    return bins[-1].high


def share_below(bins: Sequence[Bin], floor_micro: int) -> tuple[int, int]:
    """Bound the share of people paid below a floor, in thousandths: (at least, at most).

    The two differ if the floor is within a bin.

    Raises:
        BadInput: bins out of order.
    """
    _check(bins, 0)
    everybody = sum(pay_bin.people for pay_bin in bins) or 1
    least = sum(pay_bin.people for pay_bin in bins if pay_bin.high <= floor_micro)
    most = sum(pay_bin.people for pay_bin in bins if pay_bin.low < floor_micro)
    return least * _THOUSAND // everybody, -(-most * _THOUSAND // everybody)


def shown_counts(counts: Mapping[str, int], shared_by: int = SHARED_BY) -> dict[str, int]:
    """Round counts of people by kind, and merge kinds too few people share into ``other``.

    If only one kind would be merged, the next smallest is merged too: otherwise its count could
    be computed from the total.

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
    rounded_counts = {
        name: rounded(count) for count, name in sorted(small, key=lambda pair: pair[1])
    }
    n_joined = sum(count for count, _name in joined)
    return (
        {**rounded_counts, "other": rounded(n_joined)} if n_joined >= shared_by else rounded_counts
    )


def rounded(count: int) -> int:
    """Round a count of people to the nearest 5."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _hours(group: Sequence[PersonPay]) -> int:
    whole, largest = sum(person.ms for person in group), max(person.ms for person in group)
    hour_ms = 3_600_000
    return -1 if 2 * largest > whole else (whole + hour_ms // 2) // hour_ms


def check_bins(bins: Sequence[Bin]) -> None:
    """Raise unless bins go from low to high, with people in each.

    Raises:
        BadInput: a bin of nobody, or bins out of order.
    """
    edges = [edge for pay_bin in bins for edge in (pay_bin.low, pay_bin.high)]
    is_odd = any(
        pay_bin.low >= pay_bin.high or pay_bin.people < 1 or pay_bin.hours < -1 for pay_bin in bins
    )
    if is_odd or edges != sorted(edges):
        raise BadInput("bins go from low to high with people in each")


def _check(bins: Sequence[Bin], share: int) -> None:
    check_bins(bins)
    if not 0 <= share <= _THOUSAND:
        raise BadInput("a share is from 0 to 1000 thousandths")
