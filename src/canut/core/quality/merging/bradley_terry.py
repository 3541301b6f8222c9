"""Score items from pairwise comparisons, each score with its interval.

The chance that one item beats another grows with the difference of their scores; a prior keeps the
scores of items that always won finite. All workers count equally here; ``crowd_bt`` estimates how
reliable each is.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError

MOST_ITEMS = 3_000
SURE = 1.6448536269514722  # of a normal quantity, 90 % lie within as many standard deviations
LEAST_MOVE = 1e-6
MOST_STEPS = 100
MOST_SPREADS = 4
SOLVED = 1e-16
MOST_BY_ROWS = 400
LEAST_SPREAD, MOST_SPREAD = 1.0, 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Rows (worker, left, right, how far left won).

    Args:
        worker: code of the worker, shape (n_comparisons,).
        left: code of an item, shape (n_comparisons,).
        right: code of another item, shape (n_comparisons,).
        won: 1 if left won, 0 if right won, 0.5 for a draw, shape (n_comparisons,).
        n_workers: number of workers.
        n_items: number of items, with those never compared.
        weight: how much each row counts; 1 when left out.

    Raises:
        BadInput: an item is compared with itself, an outcome is not from 0 to 1, a weight is
            negative, or there are too many items.
        ShapeError: the columns do not fit together.
    """

    worker: Codes
    left: Codes
    right: Codes
    won: Floats
    n_workers: int
    n_items: int
    weight: Floats | None = None

    def __post_init__(self) -> None:
        """Raise if the comparisons cannot be scored."""
        n = len(self.worker)
        for name, column, size in (
            ("worker", self.worker, self.n_workers),
            ("left", self.left, self.n_items),
            ("right", self.right, self.n_items),
        ):
            if column.shape != (n,) or (n and not (column.min() >= 0 and column.max() < size)):
                raise ShapeError(f"{name} does not hold {n} codes from 0 to {size - 1}")
        weight = np.ones(n) if self.weight is None else self.weight
        if self.won.shape != (n,) or weight.shape != (n,):
            raise ShapeError(f"won and weight need one number for each of {n} comparisons")
        if not ((self.won >= 0) & (self.won <= 1)).all():
            raise BadInput("an outcome is not from 0 (right won) to 1 (left won)")
        if not (weight >= 0).all():
            raise BadInput("a comparison has a weight below zero, or none at all")
        if (self.left == self.right).any():
            row = int(np.flatnonzero(self.left == self.right)[0])
            raise BadInput(f"comparison {row} is of an item with itself; leave it out")
        if self.n_items > MOST_ITEMS:
            raise BadInput(f"{self.n_items} items; at most {MOST_ITEMS} are scored at once")

    def __len__(self) -> int:
        """Return the number of comparisons."""
        return len(self.worker)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores, and how the fit converged.

    Args:
        score: of each item, shape (n_items,); they add up to 0. A difference d means that the
            better one wins with chance 1 / (1 + exp(-d)).
        low: where the 90 % interval of each score begins.
        high: where it ends.
        honesty: chance that each worker follows the scores rather than their reverse, shape
            (n_workers,); all 1 where workers are trusted equally.
        iterations: number of steps.
        converged: whether the scores stopped moving.
    """

    score: Floats
    low: Floats
    high: Floats
    honesty: Floats
    iterations: int
    converged: bool


def bradley_terry(comparisons: Comparisons, spread: float | None = None) -> Scores:
    """Score items, trusting all workers equally; a draw is half a win for each.

    Args:
        comparisons: at least one.
        spread: standard deviation of scores that is expected before any comparison; when left
            out, that of the scores themselves is found.

    Raises:
        BadInput: there are no comparisons, or the spread is not positive.

    Source:
        Bradley and Terry (1952), https://doi.org/10.2307/2334029, with a normal prior.

    Example:
        >>> who, left, right = (np.array(c, np.int32) for c in ([0, 0, 1], [0, 1, 0], [1, 2, 2]))
        >>> found = bradley_terry(Comparisons(who, left, right, np.ones(3), 2, 3), spread=1.0)
        >>> found.score.round(2).tolist(), found.converged
        ([0.59, 0.0, -0.59], True)
    """
    return with_spread(_believing_all, comparisons, spread)


def _believing_all(comparisons: Comparisons, score: Floats, spread: float) -> Scores:
    everybody = np.ones(comparisons.n_workers)
    for step in range(1, MOST_STEPS + 1):
        before, score = score, improved(comparisons, score, comparisons.won, spread)
        if np.abs(score - before).max() < LEAST_MOVE:
            return with_intervals(comparisons, score, everybody, (step, True), spread)
    return with_intervals(comparisons, score, everybody, (MOST_STEPS, False), spread)


def with_spread(
    fit: Callable[[Comparisons, Floats, float], Scores],
    comparisons: Comparisons,
    spread: float | None,
) -> Scores:
    """Fit from zero scores; unless given, repeat until the spread is that of the scores.

    Args:
        fit: fits scores, given comparisons, scores to start from and a spread.
        comparisons: at least one.
        spread: prior standard deviation of the scores, above 0; estimated if None.

    Returns:
        Scores of shape (n_items,), with intervals.

    Raises:
        BadInput: there is no comparison, or the spread is not positive.
    """
    if not len(comparisons):
        raise BadInput("there are no comparisons; give at least one", code="no-answers")
    if spread is not None and not spread > 0:
        raise BadInput(f"spread is {spread}; give a number above 0")
    scores = fit(comparisons, np.zeros(comparisons.n_items), spread or 1.0)
    for _ in range(0 if spread else MOST_SPREADS):
        variance = ((scores.high - scores.low) / (2 * SURE)) ** 2
        wide = math.sqrt(float((scores.score**2 + variance).mean()))
        scores = fit(comparisons, scores.score, min(max(wide, LEAST_SPREAD), MOST_SPREAD))
    return scores


def chance_left(comparisons: Comparisons, score: Floats) -> Floats:
    """Return the chance that the left item wins, for each comparison.

    Args:
        comparisons: pairs of items.
        score: score of each item, shape (n_items,).

    Returns:
        Chances, shape (n_comparisons,).
    """
    apart = score[comparisons.left] - score[comparisons.right]
    chance: Floats = 0.5 * (1 + np.tanh(apart / 2))
    return chance


def improved(comparisons: Comparisons, score: Floats, won: Floats, spread: float) -> Floats:
    """Take one Newton step that raises the likelihood of the outcomes.

    Args:
        comparisons: pairs of items.
        score: current scores, shape (n_items,).
        won: share of a win of the left item, from 0 to 1, shape (n_comparisons,).
        spread: prior standard deviation of the scores, above 0.

    Returns:
        Scores after the step, shape (n_items,).
    """
    chance = chance_left(comparisons, score)
    weight = 1.0 if comparisons.weight is None else comparisons.weight
    gain = _difference(comparisons, weight * (won - chance)) - score / spread**2
    information = _information(comparisons, weight * chance * (1 - chance), spread)
    step = _solved(information, gain)
    bold = float(np.abs(step).max())
    return score + step * min(1.0, 2 / bold if bold else 1.0)


def with_intervals(
    comparisons: Comparisons,
    score: Floats,
    honesty: Floats,
    progress: tuple[int, bool],
    spread: float,
) -> Scores:
    """Add intervals from the curvature of the likelihood, honesty held fixed.

    Args:
        comparisons: pairs of items.
        score: fitted scores, shape (n_items,).
        honesty: honesty of each worker, shape (n_workers,).
        progress: number of iterations, and whether the fit converged.
        spread: prior standard deviation of the scores, above 0.

    Returns:
        Centred scores with 90 % intervals, each of shape (n_items,).
    """
    chance = chance_left(comparisons, score)
    own = honesty[comparisons.worker]
    outcome_chance = own * chance + (1 - own) * (1 - chance)
    weight = 1.0 if comparisons.weight is None else comparisons.weight
    steep = (2 * own - 1) * chance * (1 - chance)
    curvature = (
        weight
        * steep**2
        / np.maximum(outcome_chance * (1 - outcome_chance), np.finfo(np.float64).tiny)
    )
    covariance = _inverse(_information(comparisons, curvature, spread))
    shared = covariance.mean(axis=1)
    width = SURE * np.sqrt(covariance.diagonal() - 2 * shared + shared.mean())
    middle = score - score.mean()
    return Scores(middle, middle - width, middle + width, honesty, *progress)


def _solved(information: Floats, gain: Floats) -> Floats:
    """Solve a linear system by conjugate gradients, without the threads of LAPACK."""
    scale = 1 / information.diagonal()
    solution = np.zeros_like(gain)
    residual = gain.copy()
    towards = scale * residual
    size = float((residual * towards).sum())
    goal = SOLVED * size
    for _ in range(2 * len(gain)):
        if size <= goal:
            break
        moved = (information * towards).sum(axis=1)
        length = size / float((towards * moved).sum())
        solution += length * towards
        residual -= length * moved
        before, size = size, float((residual * scale * residual).sum())
        towards = scale * residual + size / before * towards
    return solution


def _inverse(information: Floats) -> Floats:
    """Invert a positive definite matrix, row by row while small, without threads."""
    if len(information) > MOST_BY_ROWS:
        whole: Floats = np.linalg.inv(information)
        return whole
    left = information.copy()
    for row in range(len(left)):
        pivot = left[row, row]
        column = left[:, row].copy()
        column[row] = 0.0
        left[row] /= pivot
        left[row, row] = 1 / pivot
        left[:, row] = np.where(np.arange(len(left)) == row, left[row, row], 0.0)
        left -= column[:, None] * left[row]
    return left


def _difference(comparisons: Comparisons, amount: Floats) -> Floats:
    n = comparisons.n_items
    gained = np.bincount(comparisons.left, amount, minlength=n)
    return gained - np.bincount(comparisons.right, amount, minlength=n)


def _information(comparisons: Comparisons, amount: Floats, spread: float) -> Floats:
    n = comparisons.n_items
    pair = comparisons.left.astype(np.int64) * n + comparisons.right
    between = np.bincount(pair, amount, minlength=n * n).reshape(n, n)
    between = between + between.T
    information: Floats = np.diag(between.sum(axis=1) + 1 / spread**2) - between
    return information


def comparisons_of_rankings(
    rankings: Sequence[Sequence[int]], worker: Codes, n_workers: int, n_items: int
) -> Comparisons:
    """Turn rankings, best first, into comparisons.

    A ranking of m items counts as m - 1 comparisons: its m (m - 1) / 2 pairs are not independent,
    and would make intervals too narrow.

    Args:
        rankings: item codes of each ranking, best first.
        worker: worker of each ranking, shape (n_rankings,).
        n_workers: number of workers.
        n_items: number of items.

    Returns:
        One row per pair of items of each ranking, with weights of shape (n_comparisons,).

    Raises:
        BadInput: a ranking has an item twice.
        ShapeError: not one worker for each ranking.
    """
    if len(rankings) != len(worker):
        raise ShapeError(f"{len(rankings)} rankings but {len(worker)} workers; give one for each")
    rows: list[tuple[int, int, int, float]] = []
    for worker_code, ranking in zip(worker.tolist(), rankings, strict=True):
        if len(set(ranking)) < len(ranking):
            raise BadInput(f"the ranking {list(ranking)!r} has an item twice; name each once")
        rows += [
            (worker_code, better, worse, 2 / len(ranking))
            for at, better in enumerate(ranking)
            for worse in ranking[at + 1 :]
        ]
    codes = np.array([row[:3] for row in rows], dtype=np.int32).reshape(len(rows), 3)
    weight = np.array([row[3] for row in rows])
    won = np.ones(len(rows))
    return Comparisons(codes[:, 0], codes[:, 1], codes[:, 2], won, n_workers, n_items, weight)


def kendall_tau(first: Floats, second: Floats) -> float:
    """Return Kendall's tau of two lists of scores, from -1 to 1.

    Args:
        first: scores, shape (n_items,).
        second: scores of the same items, shape (n_items,).

    Returns:
        From -1 to 1; 0 where all scores of a list are equal.

    Raises:
        BadInput: fewer than two items, or lists of different lengths.

    Source:
        Kendall (1938), https://doi.org/10.2307/2332226; tau-b, where scores are equal.
    """
    if first.shape != second.shape or first.ndim != 1 or len(first) <= 1:
        raise BadInput(f"scores have shapes {first.shape} and {second.shape}; give two equal lists")
    left = np.sign(np.subtract.outer(first, first))
    right = np.sign(np.subtract.outer(second, second))
    scale = math.sqrt(float((left**2).sum()) * float((right**2).sum()))
    return float((left * right).sum()) / scale if scale else 0.0
