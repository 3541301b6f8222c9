"""Measure whether a repair is shown: the fault is gone, and nothing else does worse.

All of it is measured on hidden tasks: before, those of the version that had the fault; after, those
a newer version spoke on and people answered after the repair. What is not shown is said so.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from canut.core.errors import BadInput
from canut.core.learning.health import Fall, answers_needed, answers_to_bound_fall, fall_between
from canut.core.learning.slices import (
    FALSE_DISCOVERIES,
    FEWEST,
    chance_of_errors,
    false_discoveries,
)
from canut.core.learning.takeover import at_worst

LUCK = 0.05
MARGIN = 0.03
MOST_SLIPS = 200


class SliceCount(NamedTuple):
    """How often a model was right on a slice: ``right`` of ``seen``, before and after a repair."""

    right_before: int
    seen_before: int
    right_after: int
    seen_after: int


class SliceChange(NamedTuple):
    """A slice before and after a repair.

    ``chance``: that as many errors or more come after it, if nothing changed;
    ``false_discovery``: the smallest rate of false discoveries at which it is found worse.
    """

    name: str
    answers: SliceCount
    chance: float
    false_discovery: float

    @property
    def is_worse(self) -> bool:
        """Whether it does worse than chance explains."""
        return self.false_discovery <= FALSE_DISCOVERIES


class RepairProof(NamedTuple):
    """What the hidden answers since a repair show.

    ``repaired``: the slice before and after; ``low``: the lower bound of the share right after it;
    ``bar``: what that has to reach; ``still_needed``: further answers, if all are right.
    ``changes``: all other slices with enough answers, most surprising first. ``rest``: how much the
    share right outside of the slice fell, None where there is none, or nothing was seen;
    ``rest_needed``: answers outside of it that would show that it did not, before and after each.
    """

    repaired: SliceCount
    low: float
    bar: float
    still_needed: int
    changes: tuple[SliceChange, ...]
    outside: SliceCount
    rest: Fall | None
    rest_needed: int

    @property
    def right(self) -> int:
        """How often the model was right in the slice since the repair."""
        return self.repaired.right_after

    @property
    def seen(self) -> int:
        """How many hidden answers in the slice show it."""
        return self.repaired.seen_after

    @property
    def is_slice_proven(self) -> bool:
        """Whether even the lower bound reaches the bar."""
        return self.seen > 0 and self.low >= self.bar

    @property
    def harmed(self) -> tuple[SliceChange, ...]:
        """The other slices that do worse than before."""
        return tuple(change for change in self.changes if change.is_worse)

    @property
    def is_rest_shown(self) -> bool:
        """Whether it is shown that the rest fell by no more than the margin."""
        has_rest = self.outside.seen_before > 0 or self.outside.seen_after > 0
        return not has_rest or (self.rest is not None and self.rest.high <= MARGIN)


def prove_repair(
    repaired: SliceCount, outside: SliceCount, others: Mapping[str, SliceCount], bar: float
) -> RepairProof:
    """Measure whether a repair is shown.

    Args:
        repaired: the slice that had the fault, or all tasks.
        outside: all other tasks.
        others: the other slices, which may overlap; those with fewer than ``FEWEST`` answers before
            or after are left out.
        bar: the share to reach, between 0 and 1.

    Raises:
        BadInput: a count is negative, or more are right than there are.

    Example:
        >>> nothing = SliceCount(0, 0, 0, 0)
        >>> proof = prove_repair(SliceCount(48, 60, 61, 61), nothing, {}, 0.95)
        >>> round(proof.low, 3), proof.is_slice_proven, proof.is_rest_shown
        (0.952, True, True)
    """
    for count in (repaired, outside, *others.values()):
        _check(count)
    low = at_worst(repaired.right_after, repaired.seen_after, LUCK)
    slips = repaired.seen_after - repaired.right_after
    needed = 0
    if low < bar or not repaired.seen_after:
        needed = answers_needed(bar, min(slips, MOST_SLIPS)) - repaired.seen_after
    rest_fall = None
    if outside.seen_before and outside.seen_after:
        before = (outside.right_before, outside.seen_before)
        rest_fall = fall_between(before, (outside.right_after, outside.seen_after))
    return RepairProof(
        repaired,
        low,
        bar,
        max(0, needed),
        compare_slices(others),
        outside,
        rest_fall,
        _needed_outside(outside),
    )


def compare_slices(slices: Mapping[str, SliceCount]) -> tuple[SliceChange, ...]:
    """Compare slices before and after, the most surprising first.

    Args:
        slices: counts by name; those with fewer than ``FEWEST`` answers before or after are left
            out.

    Source:
        Fisher's exact test, one-sided; Benjamini and Hochberg (1995),
        https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Example:
        >>> counts = {"a": SliceCount(98, 100, 80, 100), "b": SliceCount(97, 100, 96, 100)}
        >>> [(change.name, change.is_worse) for change in compare_slices(counts)]
        [('a', True), ('b', False)]
    """
    large = {
        name: count
        for name, count in slices.items()
        if count.seen_before >= FEWEST and count.seen_after >= FEWEST
    }
    chances = np.array([_chance_of_worse(count) for count in large.values()], np.float64)
    discovery, _any = false_discoveries(chances)
    changes = [
        SliceChange(name, count, float(chance), float(rate))
        for (name, count), chance, rate in zip(large.items(), chances, discovery, strict=True)
    ]
    return tuple(sorted(changes, key=lambda change: change.chance))


def _chance_of_worse(count: SliceCount) -> float:
    errors_after = count.seen_after - count.right_after
    errors = errors_after + count.seen_before - count.right_before
    return chance_of_errors(
        count.seen_after, errors_after, count.seen_before + count.seen_after, errors
    )


def _needed_outside(outside: SliceCount) -> int:
    """Return how many answers outside of the slice would bound a fall, before and after each."""
    if not outside.seen_before:
        return 0
    share = (outside.right_before + 0.5) / (outside.seen_before + 1)
    return answers_to_bound_fall(share, MARGIN)


def _check(count: SliceCount) -> None:
    is_sound = (
        0 <= count.right_before <= count.seen_before and 0 <= count.right_after <= count.seen_after
    )
    if not is_sound:
        raise BadInput(f"{count}: expected as many right ones as there are, or fewer")
