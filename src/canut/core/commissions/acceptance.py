"""Fix when results are accepted, before anybody works, and compute it from hidden known tasks.

The test is exact and one-sided at 5 %: with so many tasks and at most so many slips, the share of
right labels is at or above the bar. The interval told with it is the exact one of 90 %, whose lower
end decides.
"""

from enum import StrEnum
from math import ceil
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.learning.health import CHANCE_OF_FLAG, answers_needed
from canut.core.learning.takeover import at_worst

LEAST_BAR, MOST_BAR = 500, 995
MOST_SLIPS = 50
PER_MILLE = 1000
Z_95 = 1.959964


class AcceptanceVerdict(StrEnum):
    """What the hidden known tasks say of the results."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    """Too few of the drawn tasks have a label."""


class AcceptanceOutcome(NamedTuple):
    """The outcome of an acceptance test.

    Args:
        verdict: what follows.
        right: labels that equal the known one.
        total: drawn tasks that have a label.
        needed: drawn tasks.
        low: lower end of the exact interval of 90 %, 0 to 1.
        high: its upper end.
    """

    verdict: AcceptanceVerdict
    right: int
    total: int
    needed: int
    low: float
    high: float

    @property
    def slips(self) -> int:
        """Return how many labels differ from the known one."""
        return self.total - self.right


def tasks_needed(bar_per_mille: int, slips: int) -> int:
    """Return how many hidden known tasks an acceptance test needs.

    Args:
        bar_per_mille: share of right labels to show, in thousandths.
        slips: wrong labels allowed among them.

    Raises:
        BadInput: ``acceptance-range``: a number is out of range.

    Example:
        >>> [[tasks_needed(bar, slips) for slips in range(4)] for bar in (900, 930, 950)]
        [[29, 46, 61, 76], [42, 66, 88, 109], [59, 93, 124, 153]]
    """
    if not (LEAST_BAR <= bar_per_mille <= MOST_BAR and 0 <= slips <= MOST_SLIPS):
        raise BadInput(
            f"a bar of {bar_per_mille} in a thousand with {slips} slips; a bar is"
            f" {LEAST_BAR} to {MOST_BAR}, slips 0 to {MOST_SLIPS}",
            code="acceptance-range",
            field="bar",
            least=LEAST_BAR // 10,
            slips=MOST_SLIPS,
        )
    return answers_needed(bar_per_mille / PER_MILLE, slips)


def acceptance_of(right: int, total: int, needed: int, slips: int) -> AcceptanceOutcome:
    """Compute the outcome of an acceptance test.

    More slips than allowed refuse the results at once; fewer labels than drawn tasks accept
    nothing.

    Args:
        right: labels that equal the known one.
        total: drawn tasks with a label.
        needed: drawn tasks, as the test was fixed.
        slips: wrong labels allowed.

    Raises:
        BadInput: more are right than there are.

    Source:
        Clopper and Pearson (1934), https://doi.org/10.1093/biomet/26.4.404

    Example:
        >>> outcome = acceptance_of(122, 124, 124, 2)
        >>> outcome.verdict.value, round(outcome.low, 3), round(outcome.high, 3)
        ('accepted', 0.95, 0.997)
        >>> acceptance_of(121, 124, 124, 2).verdict.value, acceptance_of(9, 9, 124, 2).verdict.value
        ('refused', 'undecided')
    """
    low = at_worst(right, total, CHANCE_OF_FLAG) if total else 0.0
    high = 1 - at_worst(total - right, total, CHANCE_OF_FLAG) if total else 1.0
    if total - right > slips:
        verdict = AcceptanceVerdict.REFUSED
    else:
        verdict = AcceptanceVerdict.ACCEPTED if total >= needed else AcceptanceVerdict.UNDECIDED
    return AcceptanceOutcome(verdict, right, total, needed, low, high)


def tasks_for_precision(points_per_mille: int) -> int:
    """Return how many tasks tell a share to within so many thousandths, 95 times of 100.

    Args:
        points_per_mille: half the width of the interval, in thousandths; 0 for none wanted.

    Source:
        The normal approximation at a share of one half, the widest: Cochran, Sampling Techniques
        (1977), section 4.4.

    Example:
        >>> tasks_for_precision(30), tasks_for_precision(50), tasks_for_precision(0)
        (1068, 385, 0)
    """
    if points_per_mille <= 0:
        return 0
    return ceil(Z_95**2 / 4 * (PER_MILLE / points_per_mille) ** 2)
