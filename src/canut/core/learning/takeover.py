"""Decide which tasks a model may take over: from the confidence at which it is proven.

The proof uses tasks drawn at random, which people labelled without seeing the proposal. Confidence
bands are tested downwards, from the most confident one in which a model may make a few errors. A
model is proven down to a band as long as the lower bound of an exact interval is near enough to how
often people would repeat their own labels; after the first failure, the remaining bands stay with
people. Each look at the same draw may use a smaller error probability than the last, so a look is
only taken when the draw is large enough. The draw continues after a takeover: where the model falls
below its proven quality, everybody is notified and people answer again (``has_dropped``).
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


class ConfidenceBand(NamedTuple):
    """A model's results at or above a confidence, on tasks drawn at random.

    ``low`` is the confidence. ``worst`` is the lower bound of the exact one-sided interval of
    ``right`` out of ``seen``, at the error probability of this version; 0 if none was seen.
    """

    low: float
    seen: int
    right: int
    worst: float
    is_proven: bool


class DrawLook(NamedTuple):
    """One look at a draw.

    ``number``: of the looks at this draw, including this one. ``least_part``: part of the draw that
    the first band holds at least, from 0 to 1. A narrow band fails by a few unlucky tasks, and a
    failure ends the order.
    """

    number: int = 1
    least_part: float = 0.0


FIRST_LOOK = DrawLook()


def people_again(sure: Floats, same: Counts, n_answers: Counts) -> float:
    """Estimate how often people would repeat a label if as many others answered again.

    This is the standard for a model: a consensus of few answers has errors too, so even a perfect
    model does not always agree with it. The consensus's own confidence would be too low a bar where
    answers are few. Where a task has two answers or more, the share of its answers that agree with
    its label estimates how often one person is right; shared errors, and choosing the label from
    the same answers, both raise it. From this follows how often a majority of as many people is
    right, and how often two such majorities agree.

    Args:
        sure: confidence of the consensus on each task, shape (n,).
        same: number of answers that equal its label, shape (n,).
        n_answers: number of answers, shape (n,).

    Returns:
        That share, from 0 to 1; the mean confidence of the consensus if it is higher, or if fewer
        than thirty tasks have two answers.

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
    confidence, several = float(sure.mean()), n_answers >= SEVERAL
    if several.sum() < FEWEST:
        return confidence
    agreement = float(same[several].sum() / n_answers[several].sum())
    sizes, tasks = np.unique(n_answers[several], return_counts=True)
    twice = [chance_of_majority(agreement, size) ** 2 for size in sizes.tolist()]
    return max(confidence, float(np.average(twice, weights=tasks)))


def luck_of(look: int) -> float:
    """Return the error probability that one look at a draw may use.

    The probabilities of all looks, however many, sum to at most one in twenty.

    Args:
        look: number of the look, from 1.

    Raises:
        BadInput: the look is below 1.

    Example:
        >>> [round(luck_of(look), 4) for look in (1, 2, 3)]
        [0.025, 0.0083, 0.0042]
    """
    if look < 1:
        raise BadInput(f"look {look}; the first is 1")
    return LUCK / (look * (look + 1))


def look_number(earlier: Sequence[bool], *, draw_grows: bool = False) -> int:
    """Return the number of the next look at a draw, by the looks before it.

    Where a draw grows after a look that proved nothing (``hidden_share.grown_share``), that look
    counts twice: a standard that is estimated may err anew on a larger draw, more often than it
    would on the same tasks, and a larger draw needs less error probability to prove as much.

    Args:
        earlier: whether each earlier look proved anything, oldest first.
        draw_grows: whether the draw grows until a first proof.

    Example:
        >>> look_number([False, False, True]), look_number([False, False, True], draw_grows=True)
        (4, 6)
    """
    before_proof = list(earlier).index(True) if True in earlier else len(earlier)
    return 1 + len(earlier) + (before_proof if draw_grows else 0)


def at_worst(right: int, total: int, luck: float) -> float:
    """Return the lower confidence bound of a share at that error probability; 0 for none.

    Args:
        right: number of right ones.
        total: number of all.
        luck: error probability, between 0 and 1.

    Returns:
        The lower bound, from 0 to 1.

    Raises:
        BadInput: more are right than there are, or the probability is out of range.

    Source:
        Clopper and Pearson (1934), one-sided, https://doi.org/10.1093/biomet/26.4.404

    Example:
        >>> round(at_worst(60, 60, 0.05), 4), round(0.05 ** (1 / 60), 4)
        (0.9513, 0.9513)
    """
    if not 0 <= right <= total or not 0 < luck < 1:
        raise BadInput(f"{right} right of {total} by a chance of {luck}; expected shares")
    if not right:
        return 0.0
    ways = _ways(right, total)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _chance(ways, total, middle) <= luck else (low, middle)
    return low


def bands_of(
    sure: Floats,
    right: Bools,
    by_people: float,
    bar: float,
    look: DrawLook = FIRST_LOOK,
) -> list[ConfidenceBand]:
    """Find the confidence from which a model is proven, least confident band first.

    The order begins at the most confident band in which a model may be wrong three times, which
    follows from the number of tasks alone: if no such band exists yet, nothing is tested and no
    error probability is used. A failing band ends the order, so that testing several uses no more
    error probability than one. A band also fails if the tasks it adds, or those of a more confident
    band, are below the bar even at the upper bound: confident bands do not compensate for others.
    That bound is exact, and all bands together share its error probability (Bonferroni): the most
    confident band often holds one task, and one error there is no sign of a bad model.

    Args:
        sure: the model's confidence in each task of the draw, from 0 to 1, shape (n,).
        right: whether it agrees with people, shape (n,).
        by_people: how often people would repeat those labels, from 0 to 1.
        bar: share of ``by_people`` that the lower bound must reach.
        look: which look at this draw it is, and how wide its first band is at least.

    Returns:
        All bands; empty if no look was taken.

    Raises:
        BadInput: a share is out of range.
        ShapeError: ``sure`` and ``right`` differ in length.

    Source:
        Bauer (1991), hypotheses tested in a fixed order, https://doi.org/10.1002/sim.4780100609
        Geifman and El-Yaniv (2017), a risk proven from a confidence on,
        https://arxiv.org/abs/1705.08500
    """
    if sure.shape != right.shape:
        raise ShapeError(f"{sure.shape} chances for {right.shape} tasks")
    if not 0 <= by_people <= 1 or not 0 <= bar <= 1:
        raise BadInput(f"people right {by_people}, bar {bar}; expected shares")
    luck, required, which = luck_of(look.number), bar * by_people, band_of(sure)
    begin = _begin(which, required, luck, look.least_part)
    if begin is None:
        return []
    bands: list[ConfidenceBand] = []
    has_failed, reached = False, len(EDGES)
    for edge in reversed(range(len(EDGES))):
        hits, added = right[which >= edge], right[which == edge]
        n, k = len(hits), int(hits.sum())
        worst = at_worst(k, n, luck)
        drops = _at_best(int(added.sum()), len(added), LUCK / len(EDGES)) < required
        has_failed = has_failed or drops or (edge <= begin and worst < required)
        if edge <= begin and not has_failed:
            reached = edge
        bands.append(ConfidenceBand(EDGES[edge], n, k, worst, is_proven=False))
    return [band._replace(is_proven=edge >= reached) for edge, band in enumerate(reversed(bands))]


def band_of(sure: Floats) -> Counts:
    """Return the index of the band of each confidence.

    Args:
        sure: confidences, from 0 to 1, shape (n,).

    Returns:
        Index of the band of each, shape (n,).
    """
    return np.searchsorted(np.array(EDGES), sure, side="right") - 1


def may_take(sure: Floats, bands: Sequence[ConfidenceBand]) -> Bools:
    """Return which tasks a model may take over, by its confidence in each.

    Args:
        sure: the model's confidence in each task, from 0 to 1, shape (n,).
        bands: result of ``bands_of``.

    Returns:
        Whether the model may take over each task, shape (n,).
    """
    if not bands:
        return np.zeros(len(sure), np.bool_)
    proven = np.array([band.is_proven for band in bands], np.bool_)
    is_taken: Bools = proven[band_of(sure)]
    return is_taken


def has_dropped(right: int, total: int, by_people: float, bar: float) -> bool:
    """Return whether a model fell below its proven quality: even the upper bound is too low.

    Args:
        right: number of tasks where it agrees with people, in the draw since the takeover.
        total: number of all those tasks.
        by_people: how often people would repeat those labels, from 0 to 1.
        bar: share of ``by_people`` that must be reached.
    """
    if total < FEWEST_SINCE:
        return False
    return wilson(right, total, Z90).high < bar * by_people


def priorities(loss: Floats, is_measured: Bools, levels: int = PLACES) -> Counts:
    """Rank tasks by the value of an answer: the probability that the label is wrong.

    Tasks of the draw always come first: the model is measured by them.

    Args:
        loss: probability that each task's current label is wrong, shape (n,).
        is_measured: whether each task belongs to the draw, shape (n,).
        levels: number of priority levels, 0 being the first.

    Returns:
        Priority level of each task, shape (n,).

    Example:
        >>> priorities(np.array([0.1, 0.6, 0.2, 0.0]), np.array([False] * 3 + [True])).tolist()
        [2, 0, 1, 0]
    """
    priority = np.zeros(len(loss), np.int64)
    others = np.flatnonzero(~is_measured)
    order = others[np.argsort(-loss[others], kind="stable")]
    priority[order] = np.arange(len(order)) * levels // max(1, len(order))
    priority[is_measured] = 0
    return priority


def _begin(which: Counts, required: float, luck: float, least_part: float) -> int | None:
    """Return the most confident band that could be proven despite a few errors; None if none."""
    fewest = max(FEWEST, least_part * len(which))
    for edge in reversed(range(len(EDGES))):
        n = int((which >= edge).sum())
        if n >= fewest and at_worst(n - SLIPS, n, luck) >= required:
            return edge
    return None


def _at_best(right: int, total: int, luck: float) -> float:
    """Return the upper confidence bound of a share at that error probability; 1 for none."""
    return 1 - at_worst(total - right, total, luck)


def _ways(right: int, total: int) -> Floats:
    """Return the logarithm of the number of outcomes with that many right, or more."""
    counts = np.arange(right, total + 1)
    further = np.cumsum(np.log((total - counts[:-1]) / counts[1:]))
    return _log_ways(total, right) + np.concatenate([[0.0], further])


def _chance(ways: Floats, total: int, share: float) -> float:
    """Return the probability of those outcomes, where each task is right with a share."""
    wrong = np.arange(len(ways))[::-1]
    return float(np.exp(ways + (total - wrong) * log(share) + wrong * log1p(-share)).sum())


def _log_ways(total: int, right: int) -> float:
    return lgamma(total + 1) - lgamma(right + 1) - lgamma(total - right + 1)


def chance_of_majority(accuracy: float, people: int) -> float:
    """Return the probability that a majority is right; a tie counts half.

    Args:
        accuracy: chance that one person is right, from 0 to 1.
        people: number of people, who err independently.

    Example:
        >>> round(chance_of_majority(0.9, 3), 3)
        0.972
    """
    counts = np.arange(people + 1)
    ways = np.exp([_log_ways(people, count) for count in counts.tolist()])
    chances = ways * accuracy**counts * (1 - accuracy) ** (people - counts)
    weights = np.where(2 * counts > people, 1.0, np.where(2 * counts == people, 0.5, 0.0))
    return float((chances * weights).sum())
