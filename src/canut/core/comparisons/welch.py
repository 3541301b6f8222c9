"""Compare the means of two groups of people: Welch's test, and how many people a margin needs.

A person is one observation: their own mean over their tasks. Nothing is assumed of the two spreads.
"""

from math import ceil, exp, lgamma, log, log1p, sqrt
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.errors import BadInput

FEWEST = 2
Z_TWO_SIDED, Z_POWER = 1.959963984540054, 0.8416212335729143  # 5 % error, 80 % power
HALVINGS = 80
MOST_TERMS = 300
CONVERGED = 1e-15
TINY = 1e-300
LARGEST_T = 1e6


class MeanDifference(NamedTuple):
    """Mean of B minus mean of A, with Welch's test and its 95 % interval.

    ``freedom``: degrees of freedom. ``chance``: two-sided p-value. ``chance_higher``: one-sided,
    that B is as much higher by chance.
    """

    mean_a: float
    mean_b: float
    difference: float
    t: float
    freedom: float
    chance: float
    chance_higher: float
    low: float
    high: float


def compare_means(a: Floats, b: Floats) -> MeanDifference | None:
    """Compare two groups' scores.

    Args:
        a: score of each person of the first group, shape (n_a,).
        b: score of each person of the second group, shape (n_b,).

    Returns:
        The difference; None where a group has fewer than two people, or nobody differs.

    Source:
        Welch (1947), https://doi.org/10.1093/biomet/34.1-2.28

    Example:
        >>> a = np.array([0.82, 0.88, 0.91, 0.79, 0.85, 0.90, 0.87, 0.84])
        >>> b = np.array([0.90, 0.93, 0.88, 0.91, 0.95, 0.89, 0.92, 0.86])
        >>> of_means = compare_means(a, b)
        >>> round(of_means.difference, 4), round(of_means.t, 2), round(of_means.freedom, 1)
        (0.0475, 2.7, 12.6)
        >>> round(of_means.chance, 4), round(of_means.low, 4), round(of_means.high, 4)
        (0.0186, 0.0094, 0.0856)
    """
    if min(len(a), len(b)) < FEWEST:
        return None
    mean_a, mean_b = float(a.mean()), float(b.mean())
    of_a, of_b = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    if of_a + of_b <= 0:
        return None
    error = sqrt(of_a + of_b)
    freedom = (of_a + of_b) ** 2 / (of_a**2 / (len(a) - 1) + of_b**2 / (len(b) - 1))
    difference = mean_b - mean_a
    t = difference / error
    tail = t_tail(abs(t), freedom)
    width = t_quantile(freedom) * error
    return MeanDifference(
        mean_a,
        mean_b,
        difference,
        t,
        freedom,
        min(1.0, 2 * tail),
        tail if t >= 0 else 1 - tail,
        difference - width,
        difference + width,
    )


def people_needed(spread: float, margin: float) -> int:
    """Return how many people each group needs to show a difference of a margin: 80 % power, 5 %.

    Args:
        spread: expected standard deviation of people's scores, above 0.
        margin: smallest difference that matters, above 0.

    Raises:
        BadInput: a number is not above 0.

    Example:
        >>> [people_needed(spread, 0.05) for spread in (0.08, 0.10, 0.12)]
        [41, 63, 91]
    """
    if spread <= 0 or margin <= 0:
        raise BadInput(f"spread {spread}, margin {margin}; expected numbers above 0")
    return ceil(2 * ((Z_TWO_SIDED + Z_POWER) * spread / margin) ** 2)


def t_tail(t: float, freedom: float) -> float:
    """Return the chance that Student's t exceeds a value of at least 0.

    Args:
        t: the value, at least 0.
        freedom: degrees of freedom, above 0.

    Raises:
        BadInput: a number is out of range.

    Example:
        >>> round(t_tail(2.228, 10), 4)
        0.025
    """
    if t < 0 or freedom <= 0:
        raise BadInput(f"t {t}, {freedom} degrees of freedom; expected at least 0, above 0")
    return 0.5 * _beta_below(freedom / (freedom + t * t), freedom / 2, 0.5)


def t_quantile(freedom: float, chance: float = 0.975) -> float:
    """Return the value that Student's t stays under with a chance, at least one half.

    Args:
        freedom: degrees of freedom, above 0.
        chance: below the quantile, from 0.5 to 1.

    Example:
        >>> round(t_quantile(10), 3)
        2.228
    """
    low, high = 0.0, LARGEST_T
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, freedom) > 1 - chance else (low, middle)
    return (low + high) / 2


def _beta_below(at: float, first: float, second: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction (Lentz)."""
    if at <= 0:
        return 0.0
    if at >= 1:
        return 1.0
    if at > (first + 1) / (first + second + 2):
        return 1 - _beta_below(1 - at, second, first)
    scale = lgamma(first + second) - lgamma(first) - lgamma(second)
    front = exp(scale + first * log(at) + second * log1p(-at)) / first
    above, below = 1.0, 1 / _away_from_zero(1 - (first + second) * at / (first + 1))
    fraction = below
    for term in range(1, MOST_TERMS):
        even = term * (second - term) * at / ((first + 2 * term - 1) * (first + 2 * term))
        odd = (
            -(first + term)
            * (first + second + term)
            * at
            / ((first + 2 * term) * (first + 2 * term + 1))
        )
        change = 1.0
        for coefficient in (even, odd):
            below = 1 / _away_from_zero(1 + coefficient * below)
            above = _away_from_zero(1 + coefficient / above)
            change = above * below
            fraction *= change
        if abs(change - 1) < CONVERGED:
            break
    return front * fraction


def _away_from_zero(number: float) -> float:
    return number if abs(number) > TINY else TINY


def scores_of(values: list[float]) -> Floats:
    """Return scores as an array, shape (n,)."""
    return np.array(values, np.float64)
