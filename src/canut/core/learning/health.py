"""Test whether a model fell behind, whether its tasks changed, and whether a repair is shown.

The alarm that gives tasks back to people is hasty: each new answer is another look. What is said of
a model needs more: a test that may be read after every answer (confirmation), and limits that grow
with little data (input drift, calibration), where fixed ones would ring on small samples.
"""

from math import lgamma, log, sqrt
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.learning.measure import Z90, wilson
from canut.core.learning.takeover import at_worst
from canut.core.quality.estimators.calibration import calibration_error

FALLS = (0.02, 0.05, 0.10, 0.20)
CERTAIN = 125.0
LEAST_SHARE = 0.01
ADDED, FEWEST_CELLS = 0.5, 2
CHANCE_OF_FLAG = 0.05
SIMULATIONS = 400
MOST_ANSWERS = 100_000
HALVINGS = 60


class InputDrift(NamedTuple):
    """How far a distribution moved (population stability index), and how far it may by chance."""

    moved: float
    limit: float

    @property
    def is_flagged(self) -> bool:
        """Whether it moved further than chance explains."""
        return self.moved > self.limit


class Fall(NamedTuple):
    """How much a share fell, with the bounds of its interval; negative where it rose."""

    value: float
    low: float
    high: float


def evidence_of_fall(is_right: Bools, bar: float) -> Floats:
    """Return, after each answer, the evidence that a model fell below its bar.

    For several falls a likelihood ratio against the bar is kept, each beginning anew whenever it
    drops below one; the evidence is their mean. A model at its bar reaches ``CERTAIN`` rarely,
    however often one looks.

    Args:
        is_right: whether the model was right on each hidden task, in order, shape (n,).
        bar: the share it has to be right on, between 0 and 1.

    Returns:
        Evidence after each answer, shape (n,); ``CERTAIN`` and more confirms a fall.

    Raises:
        BadInput: the bar is out of range.

    Source:
        E-detectors: Shin, Ramdas and Rinaldo (2024), https://doi.org/10.51387/23-NEJSDS51

    Example:
        >>> evidence = evidence_of_fall(np.array([True, False, False]), 0.9)
        >>> evidence.round(2).tolist()
        [0.9, 1.93, 4.17]
    """
    if not 0 < bar < 1:
        raise BadInput(f"the bar is {bar}; expected a share between 0 and 1")
    fallen = [max(bar - fall, LEAST_SHARE) for fall in FALLS]
    when_right = [share / bar for share in fallen]
    when_wrong = [(1 - share) / (1 - bar) for share in fallen]
    weights = [1.0] * len(fallen)
    evidence = np.empty(len(is_right))
    for at, right in enumerate(is_right.tolist()):  # plain numbers: ten times as fast for four
        ratios = when_right if right else when_wrong
        weights = [max(weight, 1.0) * by for weight, by in zip(weights, ratios, strict=True)]
        evidence[at] = sum(weights) / len(weights)
    return evidence


def confirm_fall(is_right: Bools, bar: float) -> int | None:
    """Return after how many answers a fall is confirmed; None if it is not.

    Args:
        is_right: whether the model was right on each hidden task, in order, shape (n,).
        bar: the share it has to be right on.
    """
    over = np.flatnonzero(evidence_of_fall(is_right, bar) >= CERTAIN)
    return int(over[0]) + 1 if len(over) else None


def measure_input_drift(expected: Counts, actual: Counts) -> InputDrift:
    """Compare two distributions over the same cells.

    Args:
        expected: counts of the tasks learnt from, shape (n_cells,).
        actual: counts of the tasks of now, shape (n_cells,).

    Raises:
        ShapeError: the numbers of cells differ, or there are fewer than two.

    Source:
        The population stability index; its distribution under no change is a multiple of χ²:
        Yurdakul (2018), https://scholarworks.wmich.edu/dissertations/3208/

    Example:
        >>> drift = measure_input_drift(np.array([30, 40, 30]), np.array([20, 30, 50]))
        >>> round(drift.moved, 3), round(drift.limit, 3), drift.is_flagged
        (0.166, 0.12, True)
    """
    if expected.shape != actual.shape or len(expected) < FEWEST_CELLS:
        raise ShapeError(f"{len(expected)} and {len(actual)} cells; expected the same, at least 2")
    before, now = (counts + ADDED for counts in (expected, actual))
    before_share, now_share = before / before.sum(), now / now.sum()
    moved = float(((now_share - before_share) * np.log(now_share / before_share)).sum())
    per_answer = 1 / max(int(expected.sum()), 1) + 1 / max(int(actual.sum()), 1)
    limit = chi_square_quantile(len(expected) - 1, 1 - CHANCE_OF_FLAG) * per_answer
    return InputDrift(moved, limit)


def calibration_limit(confidence: Floats, rng: np.random.Generator) -> float:
    """Return the calibration error that a perfectly calibrated model stays under 95 times of 100.

    Args:
        confidence: the model's confidence in each answer, shape (n,), n > 0.
        rng: random numbers of the simulated answers.

    Returns:
        The 95th centile of the expected calibration error over simulated answers.
    """
    errors = [
        calibration_error(confidence, (rng.random(len(confidence)) < confidence).astype(np.float64))
        for _ in range(SIMULATIONS)
    ]
    return float(np.quantile(errors, 1 - CHANCE_OF_FLAG))


def answers_needed(bar: float, slips: int) -> int:
    """Return how many answers prove that a share is at or above a bar, with some slips among them.

    Args:
        bar: the share to prove, between 0 and 1.
        slips: number of wrong ones allowed.

    Raises:
        BadInput: the bar is out of range, or needs more than ``MOST_ANSWERS``.

    Source:
        Clopper and Pearson (1934), one-sided at 5 %; see ``takeover.at_worst``.

    Example:
        >>> [answers_needed(0.95, slips) for slips in range(4)]
        [59, 93, 124, 153]
    """
    if not 0 < bar < 1 or slips < 0:
        raise BadInput(f"bar {bar}, {slips} slips; expected a share and a count")
    low, high = slips, slips + 1
    while at_worst(high - slips, high, CHANCE_OF_FLAG) < bar:
        low, high = high, high * 2
        if high > MOST_ANSWERS:
            raise BadInput(f"a bar of {bar} needs more than {MOST_ANSWERS} answers")
    while high - low > 1:
        middle = (low + high) // 2
        is_enough = at_worst(middle - slips, middle, CHANCE_OF_FLAG) >= bar
        low, high = (low, middle) if is_enough else (middle, high)
    return high


def fall_between(before: tuple[int, int], after: tuple[int, int], z: float = Z90) -> Fall:
    """Return by how much a share fell, with an interval: 90 %, or by ``z``.

    Args:
        before: number of right ones, and of all.
        after: the same, later.
        z: quantile of the normal distribution; ``Z90`` bounds the fall from above at 95 %.

    Raises:
        BadInput: a total is 0, or lower than the number right.

    Source:
        Newcombe (1998), method 10,
        https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I

    Example:
        >>> [round(100 * number, 1) for number in fall_between((290, 300), (282, 300))]
        [2.7, -0.2, 5.7]
    """
    first, second = wilson(*before, z), wilson(*after, z)
    value = first.value - second.value
    low = value - sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = value + sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return Fall(value, low, high)


def answers_to_bound_fall(share: float, margin: float) -> int:
    """Return how many answers, before and after each, bound a fall at a margin if there is none.

    Args:
        share: of right ones, before and after.
        margin: the largest fall to exclude, above 0.
    """
    if not 0 < share < 1 or margin <= 0:
        raise BadInput(f"share {share}, margin {margin}; expected a share and a positive margin")
    power = 0.8416212335729143 + Z90  # 80 % power at 5 %, one-sided
    return int(np.ceil(2 * share * (1 - share) * (power / margin) ** 2))


def chi_square_quantile(freedom: int, chance: float) -> float:
    """Return the quantile of the χ² distribution.

    Args:
        freedom: degrees of freedom, at least 1.
        chance: below the quantile, between 0 and 1.

    Example:
        >>> round(chi_square_quantile(9, 0.95), 3)
        16.919
    """
    if freedom < 1 or not 0 < chance < 1:
        raise BadInput(f"{freedom} degrees and a chance of {chance}; expected at least 1, a share")
    low, high = 0.0, freedom + 20.0 * sqrt(2.0 * freedom) + 20.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _gamma_below(freedom / 2, middle / 2) < chance else (low, middle)
        )
    return (low + high) / 2


def _gamma_below(shape: float, at: float) -> float:
    """Return the regularised lower incomplete gamma function, by its series."""
    if at <= 0:
        return 0.0
    term = total = 1.0 / shape
    count = shape
    while term > total * 1e-15:
        count += 1
        term *= at / count
        total += term
    return min(1.0, total * float(np.exp(shape * log(at) - at - lgamma(shape))))
