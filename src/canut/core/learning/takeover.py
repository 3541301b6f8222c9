"""What a model may take over: only what it has proven it can, from so sure a confidence on.

The proof is on tasks drawn at random, of which people said by themselves what they are. Confidences
are tried downwards, from the surest at which a model may err a few times: from one on a model is
proven where even the low end of an exact interval is near enough to how often people, asked again,
would say the same; at the first that is not, the rest stays with people. Each look at the same draw
is allowed less luck than the last, so none is taken before the draw can tell. The draw goes on
afterwards: where the model falls behind what it had proven, everybody is told and people are asked
again (``has_dropped``).
"""

from collections.abc import Sequence
from math import lgamma, log, log1p
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Counts, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.learning.measure import Z90, wilson

EDGES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
FEWEST = 30
LUCK = 0.05  # that a model under the bar is ever taken for proven, all looks together
SLIPS = 3  # with fewer allowed, a good model fails by one unlucky task
HALVINGS = 30
SEVERAL = 2
FEWEST_SINCE = 10
PLACES = 4


class Band(NamedTuple):
    """How a model did where it was at least that sure, on tasks drawn at random.

    ``low`` is the confidence. ``worst``: the low end of the exact interval of ``right`` of
    ``seen``, one-sided, at what luck this version is allowed; 0 where none was seen.
    """

    low: float
    seen: int
    right: int
    worst: float
    is_proven: bool


def people_again(sure: Floats, same: Counts, given: Counts) -> float:
    """Say how often people, asked again by as many others, would say what they said.

    It is what a model is held to: a consensus of few errs too, so nothing that is right agrees with
    it always. How sure a consensus says it is would be too low a bar where answers are few. Where
    two people or more answered, the share of their answers that are its label is taken for how
    often one person is right: errors they share, and the label being chosen from those answers,
    both raise it. From that comes how often most of so many are right, and twice so.

    Args:
        sure: how sure the consensus is of each task, shape (n,).
        same: how many of its answers are its label, shape (n,).
        given: how many answers it has, shape (n,).

    Returns:
        That share; how sure the consensus is on average where that is more, or where fewer than
        thirty tasks have two answers.

    Source:
        Condorcet (1785): most of several who are each right with one chance, independently.

    Example:
        >>> three = np.full(100, 3)
        >>> same = np.repeat([3, 2], [75, 25])
        >>> round(people_again(np.full(100, 0.7), same, three), 3)
        0.961
    """
    if not len(sure):
        return 1.0
    said, several = float(sure.mean()), given >= SEVERAL
    if several.sum() < FEWEST:
        return said
    one = float(same[several].sum() / given[several].sum())
    sizes, tasks = np.unique(given[several], return_counts=True)
    twice = [_most_right(one, size) ** 2 for size in sizes.tolist()]
    return max(said, float(np.average(twice, weights=tasks)))


def luck_of(look: int) -> float:
    """Return the chance of being wrong that one look at a draw may take.

    Those of all looks, however many come, add up to one in twenty.

    Args:
        look: 1 for the first.

    Raises:
        BadInput: under 1.

    Example:
        >>> [round(luck_of(look), 4) for look in (1, 2, 3)]
        [0.025, 0.0083, 0.0042]
    """
    if look < 1:
        raise BadInput(f"look {look}; the first is 1")
    return LUCK / (look * (look + 1))


def at_worst(right: int, seen: int, luck: float) -> float:
    """Return the least share that gives so many right, or more, with that chance; 0 for none.

    Raises:
        BadInput: more is right than there is, or a chance out of range.

    Source:
        Clopper and Pearson (1934), one-sided, https://doi.org/10.1093/biomet/26.4.404

    Example:
        >>> round(at_worst(60, 60, 0.05), 4), round(0.05 ** (1 / 60), 4)
        (0.9513, 0.9513)
    """
    if not 0 <= right <= seen or not 0 < luck < 1:
        raise BadInput(f"{right} right of {seen} by a chance of {luck}; expected shares")
    if not right:
        return 0.0
    ways = _ways(right, seen)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _chance(ways, seen, middle) <= luck else (low, middle)
    return low


def bands_of(sure: Floats, right: Bools, by_people: float, bar: float, look: int = 1) -> list[Band]:
    """Say from which confidence on a model has proven it can, the least sure first.

    The order begins at the surest step where a model may be wrong three times, which follows from
    how many were seen alone: where there is none yet, nothing is looked at and no luck is taken. A
    step that fails ends the order, so that trying several takes no more luck than one. A step fails
    also where what it adds, or what is surer still, is under the bar at best: the surest do not pay
    for the others.

    Args:
        sure: how sure it was of each task of the draw, from 0 to 1, shape (n,).
        right: whether it said what people say, shape (n,).
        by_people: how often people, asked again, would say the same of those.
        bar: the part of that it must reach at worst.
        look: how many looks were taken at this draw, with this one.

    Returns:
        All bands; none where no look was taken.

    Raises:
        BadInput: a share out of range.
        ShapeError: the two do not fit.

    Source:
        Bauer (1991), hypotheses tested in a fixed order, https://doi.org/10.1002/sim.4780100609
        Geifman and El-Yaniv (2017), a risk proven from a confidence on,
        https://arxiv.org/abs/1705.08500
    """
    if sure.shape != right.shape:
        raise ShapeError(f"{sure.shape} chances for {right.shape} tasks")
    if not 0 <= by_people <= 1 or not 0 <= bar <= 1:
        raise BadInput(f"people right {by_people}, bar {bar}; expected shares")
    luck, wanted, which = luck_of(look), bar * by_people, band_of(sure)
    begin = _begin(which, wanted, luck)
    if begin is None:
        return []
    found: list[Band] = []
    has_failed, reached = False, len(EDGES)
    for place in reversed(range(len(EDGES))):
        hits, added = right[which >= place], right[which == place]
        n, k = len(hits), int(hits.sum())
        worst = at_worst(k, n, luck)
        drops = len(added) > 0 and wilson(int(added.sum()), len(added), Z90).high < wanted
        has_failed = has_failed or drops or (place <= begin and worst < wanted)
        if place <= begin and not has_failed:
            reached = place
        found.append(Band(EDGES[place], n, k, worst, is_proven=False))
    return [band._replace(is_proven=place >= reached) for place, band in enumerate(reversed(found))]


def band_of(sure: Floats) -> Counts:
    """Return the place of the band of each confidence."""
    return np.searchsorted(np.array(EDGES), sure, side="right") - 1


def may_take(sure: Floats, bands: Sequence[Band]) -> Bools:
    """Say which tasks a model may take over, by how sure it is of each."""
    if not bands:
        return np.zeros(len(sure), np.bool_)
    proven = np.array([band.is_proven for band in bands], np.bool_)
    found: Bools = proven[band_of(sure)]
    return found


def has_dropped(right: int, seen: int, by_people: float, bar: float) -> bool:
    """Say whether a model fell behind what it had proven: even the high end is under the bar.

    Args:
        right: what it said as people do, of the draw since it took over, where it takes over.
        seen: all of those.
        by_people: how often people, asked again, would say the same of those.
        bar: the part of that it must reach.
    """
    if seen < FEWEST_SINCE:
        return False
    return wilson(right, seen, Z90).high < bar * by_people


def priorities(loss: Floats, is_measured: Bools, levels: int = PLACES) -> Counts:
    """Place tasks in the queue by what an answer is worth: the chance that the label is wrong.

    Tasks of the draw come first whatever they are worth: they are what the model is measured by.

    Args:
        loss: chance that each task's label of now is wrong, shape (n,).
        is_measured: whether it is of the draw, shape (n,).
        levels: how many places, 0 being the first.

    Example:
        >>> priorities(np.array([0.1, 0.6, 0.2, 0.0]), np.array([False] * 3 + [True])).tolist()
        [2, 0, 1, 0]
    """
    found = np.zeros(len(loss), np.int64)
    others = np.flatnonzero(~is_measured)
    order = others[np.argsort(-loss[others], kind="stable")]
    found[order] = np.arange(len(order)) * levels // max(1, len(order))
    found[is_measured] = 0
    return found


def _begin(which: Counts, wanted: float, luck: float) -> int | None:
    """Return the surest step at which a model wrong a few times would be proven; None for none."""
    for place in reversed(range(len(EDGES))):
        n = int((which >= place).sum())
        if n >= FEWEST and at_worst(n - SLIPS, n, luck) >= wanted:
            return place
    return None


def _ways(right: int, seen: int) -> Floats:
    """Return the logarithm of how many ways there are to be right so often, or more."""
    counts = np.arange(right, seen + 1)
    further = np.cumsum(np.log((seen - counts[:-1]) / counts[1:]))
    return _log_ways(seen, right) + np.concatenate([[0.0], further])


def _chance(ways: Floats, seen: int, share: float) -> float:
    """Return the chance of those ways, where each task is right by a share."""
    wrong = np.arange(len(ways))[::-1]
    return float(np.exp(ways + (seen - wrong) * log(share) + wrong * log1p(-share)).sum())


def _log_ways(seen: int, right: int) -> float:
    return lgamma(seen + 1) - lgamma(right + 1) - lgamma(seen - right + 1)


def _most_right(one: float, people: int) -> float:
    """Return the chance that most of some people are right, a tie counting half."""
    counts = np.arange(people + 1)
    ways = np.exp([_log_ways(people, count) for count in counts.tolist()])
    chances = ways * one**counts * (1 - one) ** (people - counts)
    told = np.where(2 * counts > people, 1.0, np.where(2 * counts == people, 0.5, 0.0))
    return float((chances * told).sum())
