"""Distributions are told by quantiles: ten people or more on both sides, rounded to 0.50.

Which quantiles are told depends on the lower edge of the band of people alone. With the true
number, quartiles would tell 40 people from 39 within the band from 30 to 49.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from canut.core.errors import BadInput

BESIDE = 10
"""People on each side of a quantile, at least."""
ROUNDED_TO = Decimal("0.50")
FEWEST_FOR = {10: 100, 25: 40, 50: 20, 75: 40, 90: 100}
"""Per cent of people at or under the quantile, and people needed for ten on both sides."""
MEDIAN = 50


def told_quantiles(edge: int) -> tuple[int, ...]:
    """Return which quantiles may be told in the band with this lower edge, in per cent.

    >>> told_quantiles(20), told_quantiles(50), told_quantiles(100)
    ((50,), (25, 50, 75), (10, 25, 50, 75, 90))
    """
    return tuple(percent for percent, fewest in FEWEST_FOR.items() if edge >= fewest)


def rounded_quantile(amounts: Sequence[float], percent: int) -> Decimal:
    """Return a quantile, rounded half up to 0.50.

    Raises:
        BadInput: there are not ten amounts on both sides.
    """
    smaller_side = min(percent, 100 - percent) * len(amounts)
    if smaller_side < 100 * BESIDE:
        raise BadInput(f"quantile {percent} % of {len(amounts)} amounts; ten are needed beside it")
    return rounded(float(np.quantile(np.asarray(amounts, np.float64), percent / 100)))


def rounded(amount: float) -> Decimal:
    """Round an amount half up to 0.50.

    >>> str(rounded(17.26)), str(rounded(16.74))
    ('17.50', '16.50')
    """
    return (Decimal(repr(amount)) / ROUNDED_TO).quantize(Decimal(1), ROUND_HALF_UP) * ROUNDED_TO
