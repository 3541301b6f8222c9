"""Compute quantiles of many beta distributions with NumPy alone."""

import math

import numpy as np

from canut.core.arrays import Floats, kernel, part

EXACT = 1e-13


@part
def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function (Lentz's method)."""
    tiny = 1e-300
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 400):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 + even * d
        c = 1.0 + even / c
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = c if abs(c) > tiny else tiny
        value *= d * c
        d = 1.0 + odd * d
        c = 1.0 + odd / c
        d = 1.0 / (d if abs(d) > tiny else tiny)
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1.0) < EXACT:
            break
    return value


@part
def _below(a: float, b: float, x: float) -> float:
    """Return the chance that a beta variable is below x, where 0 < x < 1."""
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(front + a * math.log(x) + b * math.log(1.0 - x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


@kernel
def _bisect(a: Floats, b: Floats, chance: float, quantiles: Floats) -> None:
    for row in range(a.shape[0]):
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            if _below(a[row], b[row], middle) < chance:
                low = middle
            else:
                high = middle
        quantiles[row] = (low + high) / 2


def beta_quantile(a: Floats, b: Floats, chance: float) -> Floats:
    """Return quantiles of beta distributions.

    Args:
        a: first parameters, positive, shape (n,).
        b: second parameters, positive, shape (n,).
        chance: probability of a smaller value, strictly between 0 and 1.

    Returns:
        One quantile for each pair of parameters, from 0 to 1, shape (n,).

    Source:
        Press et al., Numerical Recipes, 3rd edition, 6.4, and bisection.

    Example:
        >>> beta_quantile(np.array([1.0, 2.0]), np.array([1.0, 2.0]), 0.25).round(4).tolist()
        [0.25, 0.3264]
    """
    quantiles = np.empty(len(a))
    _bisect(a, b, chance, quantiles)
    return quantiles
