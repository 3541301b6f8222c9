"""Bound a number of people “between A and B”, and name every assumption.

Lists of people are never added up to a population. The largest list is a lower bound for certain.
Lists whose overlap was counted give more, under an assumption about how being on one list goes with
being on another, which is stated. A wider count times the shares that lead to the narrower concept
gives an upper bound, if each share has a source. If the lower is above the upper, the sources
contradict each other, and that is said.

Source:
    Chao, A. (1987), Estimating the population size for capture-recapture data with unequal
    catchability. Biometrics 43, 783-791; with the factor (T - 1)/T for few lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt
from typing import NamedTuple

from canut.core.errors import BadInput

LEAST_COVERAGE = 0.5
LEAST_LISTS = 3
Z_95 = 1.959964
MULTI_HOMING = (Decimal("1.27"), Decimal("1.83"))
"""Platforms a person uses at once, the lowest and the highest count; grade D."""


class Union(NamedTuple):
    """Between how many people are on lists that were not compared.

    ``registrations_low`` and ``registrations_high`` divide the sum by people's number of
    platforms; a rough figure, of grade D, and no bound.
    """

    low: int
    high: int
    registrations_low: Decimal
    registrations_high: Decimal


class TwoLists(NamedTuple):
    """People on both lists, on the first alone, and on the second alone."""

    both: int
    first: int
    second: int

    def population(self, theta: float) -> float:
        """Return how many people there are, if θ is how much lists go together.

        Args:
            theta: odds ratio of being on both lists; 1 is independent, over 1 is usual where people
                use several platforms.

        Example:
            >>> TwoLists(50, 150, 200).population(1), TwoLists(50, 150, 200).population(3)
            (1000.0, 2200.0)
        """
        return self.both + self.first + self.second + theta * self.first * self.second / self.both


class ThreeListBound(NamedTuple):
    """A lower bound from three lists or more.

    Args:
        listed: people on any list.
        once: people on one list.
        twice: people on two.
        corrected: bias-corrected lower bound.
        classic: the classic one, with its variance and interval at 95 %.
        coverage: share of the population's chances that the lists hold; under one half nothing
            is told.
        pairs: Lincoln-Petersen of each pair; their spread shows that lists depend on each other.
    """

    listed: int
    once: int
    twice: int
    corrected: float
    classic: float
    variance: float
    low: float
    high: float
    coverage: float
    pairs: tuple[float, ...]

    @property
    def is_tellable(self) -> bool:
        """Return whether the lists hold enough of the population."""
        return self.coverage >= LEAST_COVERAGE


def bound_union(lists: Sequence[int]) -> Union:
    """Bound the people on lists that were not compared; the population may be larger.

    Raises:
        BadInput: there is no list, or an empty one.

    Example:
        >>> bound_union([200, 250, 90])[:2]
        (250, 540)
    """
    if not lists or min(lists) < 1:
        raise BadInput(f"lists of {list(lists)} people; expected at least one person on each")
    total = sum(lists)
    fewest, most = MULTI_HOMING
    return Union(max(lists), total, Decimal(total) / most, Decimal(total) / fewest)


def bound_two_lists(lists: TwoLists, theta_max: float) -> tuple[float, float]:
    """Bound a population from two compared lists: independent, and at the largest stated θ.

    Raises:
        BadInput: nobody is on both lists, or θ is under 1.

    Example:
        >>> bound_two_lists(TwoLists(50, 150, 200), 3)
        (1000.0, 2200.0)
    """
    if lists.both < 1 or min(lists) < 0:
        raise BadInput(f"{lists.both} people on both lists; without any, nothing follows")
    if theta_max < 1:
        raise BadInput(f"θ is {theta_max}; at least 1, which is independent")
    return lists.population(1), lists.population(theta_max)


def bound_three_lists(histories: dict[str, int]) -> ThreeListBound:
    """Bound a population from below by Chao's estimator.

    Args:
        histories: people by the lists they are on and no other: ``{"A": 60, "AB": 20, …}``, each
            list one letter.

    Raises:
        BadInput: there are under three lists, or nobody is on exactly one or two.
    """
    names = sorted({letter for history in histories for letter in history})
    if len(names) < LEAST_LISTS or any(count < 0 for count in histories.values()):
        raise BadInput(f"{len(names)} lists; at least {LEAST_LISTS}, with counts of people")
    listed = sum(histories.values())
    once, twice = (_on_exactly(histories, lists) for lists in (1, 2))
    if not once or not twice:
        raise BadInput("nobody is on exactly one list, or on exactly two; nothing follows")
    factor = (len(names) - 1) / len(names)
    ratio = once / twice
    unseen = factor * once**2 / (2 * twice)
    variance = twice * (factor * ratio**2 / 2 + factor**2 * ratio**3 + factor**2 * ratio**4 / 4)
    spread = exp(Z_95 * sqrt(log(1 + variance / unseen**2)))
    captures = sum(count * len(history) for history, count in histories.items())
    sizes = {name: _on(histories, name) for name in names}
    return ThreeListBound(
        listed=listed,
        once=once,
        twice=twice,
        corrected=listed + factor * once * (once - 1) / (2 * (twice + 1)),
        classic=listed + unseen,
        variance=variance,
        low=listed + unseen / spread,
        high=listed + unseen * spread,
        coverage=1 - once / captures,
        pairs=tuple(
            sizes[first] * sizes[second] / both if (both := _on(histories, first + second)) else 0
            for position, first in enumerate(names)
            for second in names[position + 1 :]
        ),
    )


def _on_exactly(histories: dict[str, int], lists: int) -> int:
    return sum(count for history, count in histories.items() if len(history) == lists)


def _on(histories: dict[str, int], names: str) -> int:
    """Return the number of people on all of some lists."""
    return sum(count for history, count in histories.items() if {*names} <= {*history})


@dataclass(frozen=True, slots=True)
class LowerSource:
    """A count of people that a population cannot be under.

    ``low`` and ``high`` are the ends of its interval; ``is_certain`` where it is a count and no
    estimate.
    """

    name: str
    low: int
    high: int | None = None
    grade: str = ""
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class ShareRange:
    """A share with its range and its source, such as Québec's of Canada's people."""

    name: str
    low: Decimal
    high: Decimal
    grade: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class UpperSource:
    """A wider count, and the shares that lead to what is bounded."""

    name: str
    people: int
    shares: tuple[ShareRange, ...]
    grade: str = ""

    @property
    def bound(self) -> int:
        """Return the upper bound: the count times the upper end of each share, rounded up.

        The product of the lower ends is not a lower bound: a share of a wider count may be
        anything below it.
        """
        value = Decimal(self.people)
        for share in self.shares:
            value *= share.high
        return int(value.to_integral_value(rounding="ROUND_CEILING"))

    def sensitivity(self) -> tuple[tuple[tuple[Decimal, ...], int], ...]:
        """Return the bound at each combination of the ends of the shares."""
        combinations: list[tuple[tuple[Decimal, ...], Decimal]] = [((), Decimal(self.people))]
        for share in self.shares:
            ends = sorted({share.low, share.high})
            combinations = [
                ((*chosen, end), value * end) for chosen, value in combinations for end in ends
            ]
        return tuple((chosen, int(value.to_integral_value())) for chosen, value in combinations)


@dataclass(frozen=True, slots=True)
class PeopleBounds:
    """Between how many people there are, and what that rests on.

    Args:
        certain: the largest certain count; None without one.
        estimated: the estimate that says the most at its lower end; None without one.
        upper: the smallest upper bound; None where the ceiling is not known.
    """

    certain: LowerSource | None
    estimated: LowerSource | None
    upper: UpperSource | None

    @property
    def low(self) -> int | None:
        """Return A, the largest lower bound of all."""
        lows = [source.low for source in (self.certain, self.estimated) if source]
        return max(lows, default=None)

    @property
    def high(self) -> int | None:
        """Return B; None where it is not known."""
        return self.upper.bound if self.upper else None

    @property
    def contradict(self) -> bool:
        """Return whether the sources contradict each other: A is above B."""
        return self.low is not None and self.high is not None and self.low > self.high


def bound_people(lowers: Sequence[LowerSource], uppers: Sequence[UpperSource]) -> PeopleBounds:
    """Bound a number of people by every source; lists that were not compared are not added up.

    Example:
        >>> bounds = bound_people([LowerSource("a", 300, is_certain=True)], [])
        >>> bounds.low, bounds.high
        (300, None)
    """
    certain = [source for source in lowers if source.is_certain]
    estimated = [source for source in lowers if not source.is_certain]
    return PeopleBounds(
        certain=max(certain, key=lambda source: source.low, default=None),
        estimated=max(estimated, key=lambda source: source.low, default=None),
        upper=min(uppers, key=lambda source: source.bound, default=None),
    )
