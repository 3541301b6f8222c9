"""Merge several values into one: weighted medians, votes and medoids.

Weights come from the trust that ``quality`` estimates over a whole project. Ties are broken by the
values themselves, never by the order of the answers.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.kinds.shared.fields import canonical_json


class Fair(NamedTuple):
    """Answers in normal form, the weight of each, and its original index."""

    answers: list[object]
    shares: list[float]
    order: list[int]


def normalised_votes(
    values: Sequence[object],
    weights: Sequence[float] | None,
    check: Callable[[object], object],
) -> Fair:
    """Return answers in normal form with weights, in an order independent of the input's.

    Raises:
        BadAnswer: an answer is invalid.
        BadInput: no answer, not one weight for each, or a total weight that is not above 0.
    """
    if not values or (weights is not None and len(weights) != len(values)):
        raise BadInput(
            f"{len(values)} answers and {len(weights or ())} weights; "
            "give at least one answer and one weight for each"
        )
    shares = [1.0] * len(values) if weights is None else [float(each) for each in weights]
    if not all(0 <= each < math.inf for each in shares) or not math.fsum(shares) > 0:
        raise BadInput("a weight is below 0 or not finite, or none is above 0")
    answers = [check(value) for value in values]
    order = sorted(range(len(answers)), key=lambda at: (canonical_json(answers[at]), shares[at]))
    return Fair([answers[at] for at in order], [shares[at] for at in order], order)


def median(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted lower median.

    Example:
        >>> median([1, 2, 9], [1.0, 1.0, 1.0]), median([1, 2], [1.0, 1.0])
        (2, 1)
    """
    half = math.fsum(weights) / 2
    order = sorted(range(len(values)), key=lambda at: values[at])
    for number, at in enumerate(order):
        if math.fsum(weights[each] for each in order[: number + 1]) >= half:
            return values[at]
    return values[order[-1]]


def middle(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the mean of the lower and the upper median, for measured values.

    Example:
        >>> middle([1, 2, 9], [1.0, 1.0, 1.0]), middle([1, 2], [1.0, 1.0])
        (2, 1.5)
    """
    low, high = median(values, weights), -median([-each for each in values], weights)
    return low if low == high else (low + high) / 2


def vote[V: Hashable](values: Sequence[V], weights: Sequence[float], candidates: Iterable[V]) -> V:
    """Return the value with most weight; ties go to the first candidate."""
    behind = {
        each: math.fsum(w for value, w in zip(values, weights, strict=True) if value == each)
        for each in dict.fromkeys([*candidates, *values])
    }
    return max(behind, key=lambda each: behind[each])


def majority_choices[V: Hashable](
    sets: Sequence[Iterable[V]], weights: Sequence[float], candidates: Iterable[V]
) -> list[V]:
    """Return the candidates that more than half of the weight selected, in order."""
    half = math.fsum(weights) / 2
    selections = [set(each) for each in sets]
    return [
        each
        for each in candidates
        if math.fsum(w for chosen, w in zip(selections, weights, strict=True) if each in chosen)
        > half
    ]


def medoid(count: int, apart: Callable[[int, int], float], weights: Sequence[float]) -> int:
    """Return the index of the value nearest to the others; ties go to the first."""
    if count == 1:
        return 0
    table = [[0.0] * count for _ in range(count)]
    for row in range(count):
        for column in range(row):
            table[row][column] = table[column][row] = apart(row, column)
    return min(
        range(count),
        key=lambda at: round(
            math.fsum(far * w for far, w in zip(table[at], weights, strict=True)), 12
        ),
    )


def jaccard(first: Iterable[Hashable], second: Iterable[Hashable]) -> float:
    """Return the Jaccard distance of two sets, 0 to 1.

    Source:
        Jaccard (1901); it is a metric: Levandowsky and Winter (1971),
        https://doi.org/10.1038/234034a0
    """
    left, right = set(first), set(second)
    either = left | right
    return len(left ^ right) / len(either) if either else 0.0
