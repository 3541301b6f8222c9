"""Statistics of hours and pay: concentration, real pay, weighted means, intervals.

Both weightings are always reported, by person and by hour: they answer different questions and may
differ by much. Under twenty people there is no interval, and no figure. An interval is always for
another group like this one: what this instance measured is counted, not sampled. Who decided is
computed in ``decision_shares``; which figures may be published is decided in ``privacy``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
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
LEAST_EFFECTIVE = 10
"""Under this effective number of people there is no interval."""
EFFECTIVE_STEPS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000)
NORMAL = NormalDist()
MINUTES = 60
NEARLY_EQUAL = 1e-12


class IntervalEstimate(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


class TimeUse(StrEnum):
    """Kinds of time in click work; piece pay shows only the first."""

    PAID = "paid"
    """On tasks that were paid."""
    SEARCH = "search"
    WAITING = "waiting"
    READING = "reading"
    """Guidelines."""
    REJECTED = "rejected"
    TRAINING = "training"
    BREAKS = "breaks"
    """Paid breaks."""
    OTHER = "other"
    """Pay, messages, appeals, one's own account."""


@dataclass(frozen=True, slots=True)
class RealPay:
    """Hourly pay of work, over all counted time.

    Args:
        pay: all that was paid.
        time_ms: by kind of time.

    Raises:
        BadInput: a time below 0, or no time at all.
    """

    pay: Money
    time_ms: Mapping[TimeUse, int]

    def __post_init__(self) -> None:
        """Raise if the times would overstate pay."""
        if min(self.time_ms.values(), default=0) < 0 or not self.all_ms:
            raise BadInput(
                f"times are {dict(self.time_ms)} ms; expected none below 0, and some in all"
            )

    @property
    def all_ms(self) -> int:
        """Return the total time of the work, in milliseconds."""
        return sum(self.time_ms.values())

    @property
    def effective(self) -> Money:
        """Return pay per hour of all time."""
        return per_hour(self.pay, self.all_ms) or Money(0, self.pay.currency)

    @property
    def nominal(self) -> Money | None:
        """Return pay per hour of paid tasks only; None if no task was paid."""
        return per_hour(self.pay, self.time_ms.get(TimeUse.PAID, 0))

    @property
    def unpaid_share(self) -> float:
        """Return the share of time that is not on paid tasks, from 0 to 1."""
        return 1 - self.time_ms.get(TimeUse.PAID, 0) / self.all_ms

    def minutes(self) -> dict[TimeUse, float]:
        """Return the minutes of an hour of work by kind of time."""
        return {kind: MINUTES * self.time_ms.get(kind, 0) / self.all_ms for kind in TimeUse}

    def top_up(self, floor: Money) -> Money:
        """Return what is missing to an hourly floor over all time, rounded up to a micro-unit."""
        due = Money(divided_up(floor.micro * self.all_ms, HOUR_MS), floor.currency)
        missing = due - self.pay
        return missing if missing.micro > 0 else Money(0, floor.currency)


class Concentration(NamedTuple):
    """How unequally an amount is shared.

    ``gini``: 0 when all have the same; ``corrected``: for a small number of people; ``lorenz``:
    cumulated shares from the least, beginning at 0; ``top``: the largest share.
    """

    gini: float
    corrected: float
    lorenz: Floats
    top: float
    theil: float


def concentration(amounts: Sequence[float]) -> Concentration:
    """Measure how unequally an amount is shared.

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
    """How heavy the tail is; if ``has_no_mean``, report quantiles rather than a mean."""

    alpha: float
    has_no_mean: bool


def tail(amounts: Sequence[float], largest: int) -> Tail:
    """Measure the tail of the largest amounts.

    Args:
        amounts: above 0.
        largest: number of amounts in the tail.

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
    """Hourly pay weighted by person, and weighted by hour worked."""

    mean_by_person: float
    mean_by_hour: float
    median_by_person: float
    median_by_hour: float
    under_by_person: float
    under_by_hour: float


def weighted(pay: Sequence[float], hours: Sequence[float], floor: float) -> Weighted:
    """Describe hourly pay with equal weight per person, and with equal weight per hour.

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
    """Estimate pay per hour with a 95 % interval for another group of people like this one.

    People are drawn anew with all their hours; the interval is corrected for bias and for skew
    (BCa), measured on the logarithm of the ratio, since whoever works most often earns another
    rate. With few effective people it is still too narrow: see ``has_interval``.

    Args:
        pay: pay per hour of each person, shape (n_people,).
        hours: hours worked by each person, shape (n_people,).
        rng: source of random numbers.
        draws: number of resamples; fewer with very many people, to limit memory.

    Raises:
        BadInput: as many hours as pays are needed.

    Source:
        Efron (1987), https://doi.org/10.1080/01621459.1987.10478410, by cluster.
    """
    rate, spent = _paired(pay, hours)
    earned = rate * spent
    draws = min(draws, max(FEWEST_DRAWS, MOST_DRAWN // len(rate)))
    samples = rng.integers(0, len(rate), (draws, len(rate)))
    ratios = earned[samples].sum(axis=1) / spent[samples].sum(axis=1)
    value = float(earned.sum() / spent.sum())
    low, high = np.quantile(ratios, _levels(ratios, value, _acceleration(earned, spent)))
    return IntervalEstimate(value, float(low), float(high))


def _acceleration(earned: Floats, spent: Floats) -> float:
    """Return how skewed the logarithm of a ratio is, by leaving each person out once."""
    if len(earned) <= 1:
        return 0.0
    left_earned, left_spent = earned.sum() - earned, spent.sum() - spent
    if (left_earned <= 0).any():
        return 0.0
    logs = np.log(left_earned / left_spent)
    away = logs.mean() - logs
    scale = float((away**2).sum()) ** 1.5
    return float((away**3).sum()) / (6 * scale) if scale > 0 else 0.0


def _levels(samples: Floats, value: float, acceleration: float) -> list[float]:
    """Return the quantiles of the draws that bound the interval of a value."""
    near = abs(samples - value) <= abs(value) * NEARLY_EQUAL
    under = float(((samples < value) & ~near).mean() + near.mean() / 2)
    least = 0.5 / len(samples)
    shift = NORMAL.inv_cdf(min(max(under, least), 1 - least))
    levels: list[float] = []
    for tail_level in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        moved = shift + NORMAL.inv_cdf(tail_level)
        levels.append(NORMAL.cdf(shift + moved / (1 - acceleration * moved)))
    return sorted(levels)


def effective_n(weights: Sequence[float]) -> float:
    """Return how many equal weights would tell as much: the squared sum over the sum of squares.

    Example:
        >>> round(effective_n([10, 2, 40, 8]), 3)
        2.036
    """
    squares = sum(weight * weight for weight in weights)
    return sum(weights) ** 2 / squares if squares else 0.0


def has_interval(weights: Sequence[float]) -> bool:
    """Return whether enough people stand behind a figure for an interval to mean something."""
    return effective_n(weights) >= LEAST_EFFECTIVE


def published_effective(weights: Sequence[float]) -> int:
    """Return the effective number of people, rounded down to a step, so that it is no head count.

    Example:
        >>> published_effective([1.0] * 24), published_effective([10, 2, 40, 8])
        (20, 0)
    """
    reached = effective_n(weights)
    return max((step for step in EFFECTIVE_STEPS if step <= reached), default=0)


def published_ratio(
    pay: Sequence[float], hours: Sequence[float], rng: np.random.Generator
) -> IntervalEstimate | None:
    """Estimate pay per hour with its interval; None for too few people, or too few effective."""
    if len(pay) < FEWEST or not has_interval(hours):
        return None
    return ratio_interval(pay, hours, rng)


def share(count: float, total: float) -> IntervalEstimate:
    """Estimate a share with its 95 % interval.

    Both may be effective numbers, where single cases are not independent.

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


def most_of_none(total: float) -> float:
    """Return the most a share can be in another group like this one, where none was observed.

    Args:
        total: the lower end of the published band, never the count itself: the end of the interval
            would tell it.

    Example:
        >>> round(most_of_none(20), 4)
        0.1611
    """
    return share(0, total).high


def cautious_share(count: int, total: int) -> float:
    """Shrink a share towards a half, by adding one case of each outcome.

    Source:
        Laplace's rule of succession: the mean of Beta(1, 1) after the counts.

    Example:
        >>> cautious_share(8, 10)
        0.75
    """
    if not 0 <= count <= total:
        raise BadInput(f"{count} of {total} is not a share; expected from 0 to the total")
    return (count + 1) / (total + 2)


def difference(first: IntervalEstimate, second: IntervalEstimate) -> IntervalEstimate:
    """Estimate the difference of two independent shares with its 95 % interval.

    Source:
        Newcombe (1998), method 10, from both Wilson intervals.
    """
    below = ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    above = ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    gap = first.value - second.value
    return IntervalEstimate(gap, gap - below, gap + above)


class Steps(NamedTuple):
    """A distribution as steps: share at or under each value, rising to 1."""

    values: Floats
    by_person: Floats
    by_hour: Floats


def steps(pay: Sequence[float], hours: Sequence[float], together: int = TOGETHER) -> Steps:
    """Cumulate people and hours by hourly pay, in groups so that no step is one person's pay.

    Each step is at the mean pay of its people.

    Args:
        pay: by hour, one a person.
        hours: worked, one a person.
        together: minimum number of people of a step.

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
