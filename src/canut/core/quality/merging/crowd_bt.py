"""Score items from comparisons while estimating how reliably each worker compares.

Each worker reports the order of the scores with one probability, and its reverse otherwise: 1 is
careful, 1/2 is guessing, and less means reversed answers. With few comparisons the prior trusts
workers, and the result is close to ``bradley_terry``.
"""

import numpy as np

from canut.core.arrays import Floats
from canut.core.quality.merging.bradley_terry import (
    Comparisons,
    Scores,
    bradley_terry,
    chance_left,
    improved,
    with_intervals,
    with_spread,
)

BELIEVED_HONEST, BELIEVED_REVERSED = 3.0, 0.5
LEAST_MOVE = 1e-4
MOST_ROUNDS = 200


def crowd_bt(comparisons: Comparisons, spread: float | None = None) -> Scores:
    """Score items and workers together.

    Args:
        comparisons: at least one; draws do not change the honesty of a worker.
        spread: prior standard deviation of the scores, above 0; by default estimated from the
            scores themselves.

    Raises:
        BadInput: there are no comparisons, or the spread is not positive.

    Source:
        Chen, Bennett, Collins-Thompson and Horvitz (2013), https://doi.org/10.1145/2433396.2433420,
        the offline model, by expectation maximisation.
    """
    start = bradley_terry(comparisons, spread).score
    believed = BELIEVED_HONEST / (BELIEVED_HONEST + BELIEVED_REVERSED)
    honesty = np.full(comparisons.n_workers, believed)

    def fit(comparisons: Comparisons, score: Floats, spread: float) -> Scores:
        begin = score if score.any() else start
        scores = _believing_some(comparisons, begin, honesty, spread)
        honesty[:] = scores.honesty
        return scores

    return with_spread(fit, comparisons, spread)


def _believing_some(
    comparisons: Comparisons, score: Floats, honesty: Floats, spread: float
) -> Scores:
    for step in range(1, MOST_ROUNDS + 1):
        meant, honesty = _weighed(comparisons, score, honesty)
        before, score = score, improved(comparisons, score, meant, spread)
        if np.abs(score - before).max() < LEAST_MOVE:
            return with_intervals(comparisons, score, honesty, (step, True), spread)
    return with_intervals(comparisons, score, honesty, (MOST_ROUNDS, False), spread)


def _weighed(comparisons: Comparisons, score: Floats, honesty: Floats) -> tuple[Floats, Floats]:
    """Return what each comparison probably meant, and the honesty of workers it implies."""
    chance, own, won = chance_left(comparisons, score), honesty[comparisons.worker], comparisons.won
    as_meant = own * chance / (own * chance + (1 - own) * (1 - chance))
    as_meant_lost = own * (1 - chance) / (own * (1 - chance) + (1 - own) * chance)
    meant = won * as_meant + (1 - won) * (1 - as_meant_lost)
    weight = np.ones(len(comparisons)) if comparisons.weight is None else comparisons.weight
    clear = weight * np.abs(2 * won - 1)
    honest = clear * np.where(won > 1 / 2, as_meant, as_meant_lost)
    honest_count = np.bincount(comparisons.worker, honest, minlength=comparisons.n_workers)
    all_of = np.bincount(comparisons.worker, clear, minlength=comparisons.n_workers)
    total = all_of + BELIEVED_HONEST + BELIEVED_REVERSED
    return np.where(won == 1 / 2, won, meant), (honest_count + BELIEVED_HONEST) / total
