"""Test a difference of means by exchanging people between groups, exactly where that is possible.

Under no difference, which group a person was drawn into changes nothing: the p-value is the share
of divisions of the same people that differ by as much.
"""

from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.errors import BadInput

MOST_DIVISIONS = 50_000
DRAWS = 20_000
ROUNDING = 1e-9
AT_ONCE = 2_000


class PermutationTest(NamedTuple):
    """``as_far`` of ``divisions`` differ by as much as the one that was drawn; ``chance``: p."""

    as_far: int
    divisions: int
    chance: float
    is_exact: bool


def permutation_test(a: Floats, b: Floats, rng: np.random.Generator) -> PermutationTest:
    """Return how often a division of the same people differs as much, in either direction.

    Up to ``MOST_DIVISIONS`` divisions all are counted; beyond, ``DRAWS`` are drawn, and the one
    that happened counts as one of them.

    Args:
        a: score of each person of the first group, shape (n_a,), n_a > 0.
        b: score of each person of the second group, shape (n_b,), n_b > 0.
        rng: random numbers for the draws.

    Raises:
        BadInput: a group is empty.

    Source:
        Phipson and Smyth (2010), https://doi.org/10.2202/1544-6115.1585

    Example:
        >>> a = np.array([0.82, 0.88, 0.91, 0.79, 0.85, 0.90, 0.87, 0.84])
        >>> b = np.array([0.90, 0.93, 0.88, 0.91, 0.95, 0.89, 0.92, 0.86])
        >>> test = permutation_test(a, b, np.random.default_rng(1))
        >>> test.as_far, test.divisions, round(test.chance, 4)
        (272, 12870, 0.0211)
    """
    if not len(a) or not len(b):
        raise BadInput(f"groups of {len(a)} and {len(b)} people; expected somebody in each")
    everybody = np.concatenate([a, b])
    n, n_a, total = len(everybody), len(a), float(everybody.sum())
    # B's mean minus A's depends on the sum of A alone, for the same people
    middle = total * n_a / n
    observed = abs(float(a.sum()) - middle) - ROUNDING
    divisions = comb(n, n_a)
    if divisions <= MOST_DIVISIONS:
        chosen = np.fromiter(
            (index for group in combinations(range(n), n_a) for index in group),
            np.int64,
            divisions * n_a,
        ).reshape(divisions, n_a)
        as_far = int((np.abs(everybody[chosen].sum(axis=1) - middle) >= observed).sum())
        return PermutationTest(as_far, divisions, as_far / divisions, is_exact=True)
    as_far = 1
    for begin in range(0, DRAWS, AT_ONCE):
        order = rng.random((min(AT_ONCE, DRAWS - begin), n)).argsort(axis=1)[:, :n_a]
        as_far += int((np.abs(everybody[order].sum(axis=1) - middle) >= observed).sum())
    return PermutationTest(as_far, DRAWS + 1, as_far / (DRAWS + 1), is_exact=False)
