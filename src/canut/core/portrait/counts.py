"""What the Portrait says of hours and pay: concentration, real pay, both weightings, intervals.

Both weightings are always told, by person and by hour: they answer different questions and may
differ by much. Under twenty people there is no interval, and no figure. Who decided what is worked
out in ``decided``; who may see which figure is decided in ``privacy``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up, per_hour

FEWEST = 20
TOGETHER = 5
DRAWS, FEWEST_DRAWS, MOST_DRAWN = 20_000, 200, 20_000_000
LEVEL = 0.95
Z = 1.96
HEAVY_TAIL = 1.0
MINUTES = 60


class IntervalEstimate(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


class Time(StrEnum):
    """What the time of click work goes to; all but the first is not seen by who pays the piece."""

    PAID = "paid"
    """On tasks that were paid."""
    SEARCH = "search"
    WAITING = "waiting"
    READING = "reading"
    """Guidelines."""
    REJECTED = "rejected"
    TRAINING = "training"
    CARE = "care"
    """Paid breaks."""
    OTHER = "other"
    """Pay, messages, appeals, one's own account."""


@dataclass(frozen=True, slots=True)
class RealPay:
    """What work paid by the hour, by the time that was counted.

    Args:
        pay: all that was paid.
        time_ms: by what it went to.

    Raises:
        BadInput: a time below 0, or no time at all.
    """

    pay: Money
    time_ms: Mapping[Time, int]

    def __post_init__(self) -> None:
        """Refuse times that would make pay look better than it was."""
        if min(self.time_ms.values(), default=0) < 0 or not self.all_ms:
            raise BadInput(
                f"times are {dict(self.time_ms)} ms; expected none below 0, and some in all"
            )

    @property
    def all_ms(self) -> int:
        """Every millisecond of work."""
        return sum(self.time_ms.values())

    @property
    def effective(self) -> Money:
        """Pay by hour of all the time."""
        return per_hour(self.pay, self.all_ms) or Money(0, self.pay.currency)

    @property
    def nominal(self) -> Money | None:
        """Pay by hour of paid tasks alone; None when no task was paid."""
        return per_hour(self.pay, self.time_ms.get(Time.PAID, 0))

    @property
    def unpaid_share(self) -> float:
        """Share of the time that paid tasks do not show."""
        return 1 - self.time_ms.get(Time.PAID, 0) / self.all_ms

    def minutes(self) -> dict[Time, float]:
        """Say how many minutes of an hour of work go to what."""
        return {kind: MINUTES * self.time_ms.get(kind, 0) / self.all_ms for kind in Time}

    def top_up(self, floor: Money) -> Money:
        """Return what lacks to reach a floor by hour over all the time, to the micro-unit up."""
        due = Money(divided_up(floor.micro * self.all_ms, HOUR_MS), floor.currency)
        missing = due - self.pay
        return missing if missing.micro > 0 else Money(0, floor.currency)


class Concentration(NamedTuple):
    """How unevenly an amount is shared.

    ``gini``: 0 when all have the same; ``corrected``: for a small number of people; ``lorenz``:
    cumulated shares from the least, beginning at 0; ``top``: the share of the one who has most.
    """

    gini: float
    corrected: float
    lorenz: Floats
    top: float
    theil: float


def concentration(amounts: Sequence[float]) -> Concentration:
    """Measure how unevenly an amount is shared.

    Raises:
        BadInput: under two people, an amount below 0, or nothing to share.

    Source:
        Gini (1912), with n / (n - 1) for few people; Theil (1967).

    Example:
        >>> concentration([0, 5, 10, 20, 65]).gini
        0.58
    """
    shared, n = np.sort(np.array(amounts, np.float64)), len(amounts)
    total = float(shared.sum())
    if n <= 1 or not np.isfinite(shared).all() or shared[0] < 0 or total <= 0:
        raise BadInput(f"{n} amounts of {total} in all; expected two or more, none below 0")
    places = np.arange(1, n + 1)
    gini = round(float(2 * (places * shared).sum() / (n * total) - (n + 1) / n), 12)
    ratios = shared[shared > 0] / (total / n)
    return Concentration(
        gini=gini,
        corrected=gini * n / (n - 1),
        lorenz=np.concatenate([[0.0], np.cumsum(shared) / total]),
        top=float(shared[-1]) / total,
        theil=float((ratios * np.log(ratios)).sum() / n),
    )


class Tail(NamedTuple):
    """How heavy the tail is; ``has_no_mean``: give quantiles, a mean would say nothing."""

    alpha: float
    has_no_mean: bool


def tail(amounts: Sequence[float], largest: int) -> Tail:
    """Measure the tail of the largest amounts.

    Args:
        amounts: above 0.
        largest: how many of them are the tail.

    Raises:
        BadInput: the tail is empty, or holds all of the amounts, or they are all the same.

    Source:
        Hill (1975), https://doi.org/10.1214/aos/1176343247
    """
    down = np.sort(np.array(amounts, np.float64))[::-1]
    if not 0 < largest < len(down) or down[-1] <= 0 or down[0] <= down[largest]:
        raise BadInput(f"a tail of {largest} among {len(down)} amounts; expected some, not all")
    alpha = largest / float(np.log(down[:largest] / down[largest]).sum())
    return Tail(alpha, alpha < HEAVY_TAIL)


class Weighted(NamedTuple):
    """Pay by hour, by person and by hour worked, side by side."""

    mean_by_person: float
    mean_by_hour: float
    median_by_person: float
    median_by_hour: float
    under_by_person: float
    under_by_hour: float


def weighted(pay: Sequence[float], hours: Sequence[float], floor: float) -> Weighted:
    """Describe pay both ways: each person the same, each hour the same.

    Args:
        pay: by hour, one a person.
        hours: worked, one a person, above 0.
        floor: by hour; those below it are counted.

    Raises:
        BadInput: as many hours as pays, and at least one, are needed; none at 0.
    """
    rate, spent = _paired(pay, hours)
    order = np.argsort(rate, kind="stable")
    reached = np.cumsum(spent[order])
    middle = rate[order][int(np.searchsorted(reached, reached[-1] / 2))]
    under = rate < floor
    return Weighted(
        mean_by_person=float(rate.mean()),
        mean_by_hour=float((rate * spent).sum() / spent.sum()),
        median_by_person=float(np.median(rate)),
        median_by_hour=float(middle),
        under_by_person=float(under.mean()),
        under_by_hour=float(spent[under].sum() / spent.sum()),
    )


def ratio_interval(
    pay: Sequence[float], hours: Sequence[float], rng: np.random.Generator, draws: int = DRAWS
) -> IntervalEstimate:
    """Give pay over hours its 95 % interval, drawing people anew, each with all their hours.

    Args:
        pay: by hour, one a person.
        hours: worked, one a person.
        rng: for the draws.
        draws: how many times; fewer where there are very many people, to stay within memory.

    Raises:
        BadInput: as many hours as pays are needed.

    Source:
        Efron and Tibshirani (1993), percentile bootstrap, by cluster.
    """
    rate, spent = _paired(pay, hours)
    earned = rate * spent
    draws = min(draws, max(FEWEST_DRAWS, MOST_DRAWN // len(rate)))
    drawn = rng.integers(0, len(rate), (draws, len(rate)))
    ratios = earned[drawn].sum(axis=1) / spent[drawn].sum(axis=1)
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return IntervalEstimate(float(earned.sum() / spent.sum()), float(low), float(high))


def published_ratio(
    pay: Sequence[float], hours: Sequence[float], rng: np.random.Generator
) -> IntervalEstimate | None:
    """Give pay over hours with its interval, or None under twenty people: too few to tell."""
    return ratio_interval(pay, hours, rng) if len(pay) >= FEWEST else None


def share(count: int, total: int) -> IntervalEstimate:
    """Give a share its 95 % interval.

    Raises:
        BadInput: more than there are, or none at all.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953
    """
    if not 0 <= count <= total or total < 1:
        raise BadInput(f"{count} of {total} is not a share; expected from 0 to a total above 0")
    p, z2 = count / total, Z * Z
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = Z / (1 + z2 / total) * (p * (1 - p) / total + z2 / (4 * total * total)) ** 0.5
    return IntervalEstimate(p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def cautious_share(count: int, total: int) -> float:
    """Draw a share of few towards a half, as if one more of each had been seen.

    Source:
        Laplace's rule of succession: the mean of Beta(1, 1) after the counts.

    Example:
        >>> cautious_share(8, 10)
        0.75
    """
    if not 0 <= count <= total:
        raise BadInput(f"{count} of {total} is not a share; expected from 0 to the total")
    return (count + 1) / (total + 2)


def difference(one: IntervalEstimate, other: IntervalEstimate) -> IntervalEstimate:
    """Give the difference of two shares of different people its 95 % interval.

    Source:
        Newcombe (1998), method 10, from both Wilson intervals.
    """
    below = ((one.value - one.low) ** 2 + (other.high - other.value) ** 2) ** 0.5
    above = ((one.high - one.value) ** 2 + (other.value - other.low) ** 2) ** 0.5
    gap = one.value - other.value
    return IntervalEstimate(gap, gap - below, gap + above)


class Steps(NamedTuple):
    """A distribution as steps: share at or under each value, rising to 1."""

    values: Floats
    by_person: Floats
    by_hour: Floats


def steps(pay: Sequence[float], hours: Sequence[float], together: int = TOGETHER) -> Steps:
    """Cumulate people and hours by pay an hour, some people at a time: a step is nobody's own pay.

    Each step stands at the mean pay of its people.

    Args:
        pay: by hour, one a person.
        hours: worked, one a person.
        together: how many people a step stands for, at least.

    Raises:
        BadInput: as many hours as pays, and at least one, are needed; none at 0.
    """
    rate, spent = _paired(pay, hours)
    order = np.argsort(rate, kind="stable")
    ends = np.arange(together, len(rate) + 1, together) - 1
    ends = np.append(ends[:-1], len(rate) - 1)
    begins = np.concatenate([[0], ends[:-1] + 1])
    means = np.add.reduceat(rate[order], begins) / (ends - begins + 1)
    people = (ends + 1) / len(rate)
    return Steps(means, people, (np.cumsum(spent[order]) / spent.sum())[ends])


def _paired(pay: Sequence[float], hours: Sequence[float]) -> tuple[Floats, Floats]:
    rate, spent = np.array(pay, np.float64), np.array(hours, np.float64)
    if not len(rate) or len(rate) != len(spent) or not (spent > 0).all() or (rate < 0).any():
        raise BadInput(
            f"{len(rate)} pays, {len(spent)} hours; expected as many, at least one, hours above 0"
        )
    return rate, spent
