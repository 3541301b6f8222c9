"""The p % rule: who knows their own part of a sum learns nobody else's to within 15 %.

The rule holds for every published sum, and for every difference of two published sums.
"""

from collections.abc import Iterable, Mapping

from canut.core.portrait.counts import FEWEST

P_PERCENT = 15
WHOLE = 100


def is_protected(amounts: Iterable[int]) -> bool:
    """Return whether the second-largest contributor learns the largest to no better than 15 %.

    They subtract their own part from the sum: what is left over the largest part is what others
    have, ``T - x1 - x2``. It must be at least 15 % of ``x1``. A sum of nothing discloses nothing.

    Args:
        amounts: one a person; below 0 in a difference, where its size counts.

    Source:
        Federal Committee on Statistical Methodology, Working Paper 22: the p-percent rule.

    Example:
        >>> is_protected([520, 370, *[1] * 18]), is_protected([200, *[4] * 39])
        (False, True)
    """
    sizes = sorted((abs(amount) for amount in amounts), reverse=True)
    largest, others = sum(sizes[:1]), sum(sizes[2:])
    return WHOLE * others >= P_PERCENT * largest


def contributors(amounts: Iterable[int]) -> int:
    """Count the people who have a part of an amount."""
    return sum(1 for amount in amounts if amount)


def is_safe_sum(amounts: Iterable[int]) -> bool:
    """Return whether a sum may be published: of nobody, or of twenty people and under the rule."""
    parts = [amount for amount in amounts if amount]
    return not parts or (len(parts) >= FEWEST and is_protected(parts))


def difference(first: Mapping[int, int], second: Mapping[int, int]) -> dict[int, int]:
    """Subtract the second amounts from the first, by person; leave out who has no difference."""
    people = sorted({*first, *second})
    changes = {person: first.get(person, 0) - second.get(person, 0) for person in people}
    return {person: change for person, change in changes.items() if change}


def summed(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Add up the amounts of each person."""
    totals: dict[int, int] = {}
    for amounts in parts:
        for person, amount in amounts.items():
            totals[person] = totals.get(person, 0) + amount
    return totals
