"""Gather evidence of work done without looking at the tasks. It is never a verdict.

There are three figures per person, each compared with the others' answers to the same tasks,
without the person's own: how often they agree; how much information an answer carries, beyond the
person's habits; and the probability that the same answers, shuffled over the tasks, agree as well.
A task can be unclear, and a person can see what others miss: people who look at the work decide.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput
from canut.core.quality.estimators.beta import beta_quantile
from canut.core.quality.estimators.em import Fitted

FEWEST = 20
MOST = 2_000
PERMUTATIONS = 999
TWO_SIDED = 1.6449
HALF = 0.5


class CarelessnessEvidence(NamedTuple):
    """Evidence for or against attention, one element per worker.

    Args:
        answers: number of answers.
        agreement: expected share of answers that equal the others' label of the task.
        agreement_low: lower end of its 90 % interval.
        agreement_high: upper end of its 90 % interval.
        information: mean log-likelihood ratio of an answer, in bits: by the truth, and by habit.
        information_low: lower end of its 90 % interval.
        information_high: upper end.
        p: chance that the same answers, shuffled over the tasks, agree as well.
        q: the same as a false discovery rate among all tested workers.
        is_tested: whether there are enough answers; figures of the others are NaN.
    """

    answers: Counts
    agreement: Floats
    agreement_low: Floats
    agreement_high: Floats
    information: Floats
    information_low: Floats
    information_high: Floats
    p: Floats
    q: Floats
    is_tested: Bools


def gather_evidence(
    fitted: Fitted, rng: np.random.Generator, fewest: int = FEWEST
) -> CarelessnessEvidence:
    """Compute the evidence on each worker with enough answers.

    Args:
        fitted: a fit of any model.
        rng: source of the permutations.
        fewest: minimum number of answers of a tested worker, 2 or more.

    Returns:
        Arrays of shape (n_workers,); NaN for workers with too few answers. Information in bits.

    Raises:
        BadInput: ``fewest`` is below 2.

    Source:
        Benjamini and Hochberg (1995), https://doi.org/10.1111/j.2517-6161.1995.tb02031.x; the
        figures are ours.
    """
    if fewest <= 1:
        raise BadInput(f"fewest is {fewest}; evidence needs at least 2 answers")
    about = fitted.about_workers()
    rows = about.rows
    posterior = about.posterior()
    tables = about.confusion()
    answers = np.bincount(rows.worker, minlength=rows.n_workers).astype(np.int64)
    order = np.argsort(rows.worker, kind="stable")
    ends = np.cumsum(answers)
    task, label = rows.task[order], rows.label[order]
    figures = np.full((rows.n_workers, 4), np.nan)
    for worker in np.flatnonzero(answers >= fewest):
        here = slice(ends[worker] - answers[worker], ends[worker])
        figures[worker] = _of_one(posterior[task[here]], label[here], tables[worker], rng)
    is_tested = answers >= fewest
    agreement, information, error, p = figures.T
    right = np.where(is_tested, agreement, HALF) * answers
    a, b = (each.astype(np.float64) + HALF for each in (right, answers - right))
    low, high = beta_quantile(a, b, 0.05), beta_quantile(a, b, 0.95)
    return CarelessnessEvidence(
        answers,
        agreement,
        np.where(is_tested, low, np.nan),
        np.where(is_tested, high, np.nan),
        information,
        information - TWO_SIDED * error,
        information + TWO_SIDED * error,
        p,
        false_discovery_rates(p),
        is_tested,
    )


def _of_one(
    posterior: Floats, label: Codes, table: Floats, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Return agreement, information, its standard error and p for one worker."""
    n_answers, n_labels = posterior.shape
    others = posterior / np.maximum(table[:, label].T, 1e-12)
    others /= np.maximum(others.sum(axis=1, keepdims=True), 1e-300)
    agreeing = others[np.arange(n_answers), label]
    habit = (np.bincount(label, minlength=n_labels) + 1.0) / (n_answers + n_labels)
    likelihood = (others * table[:, label].T).sum(axis=1)
    bits = np.log2(np.maximum(likelihood, 1e-300) / habit[label])
    error = float(bits.std(ddof=1) / np.sqrt(n_answers))
    sampled = rng.permutation(n_answers)[:MOST]
    sampled_chances, sampled_labels = others[sampled], label[sampled]
    dealt = rng.permuted(np.tile(sampled_labels, (PERMUTATIONS, 1)), axis=1)
    chance = sampled_chances[np.arange(len(sampled)), dealt].sum(axis=1)
    as_well = (
        chance >= sampled_chances[np.arange(len(sampled)), sampled_labels].sum() - 1e-9
    ).sum()
    p = float((as_well + 1) / (PERMUTATIONS + 1))
    return float(agreeing.mean()), float(bits.mean()), error, p


def false_discovery_rates(p: Floats) -> Floats:
    """Return for each p the lowest false discovery rate at which it is rejected.

    Not-a-number is not tested and stays so.

    Args:
        p: p-values from 0 to 1, or NaN, shape (n,).

    Returns:
        Rates from 0 to 1, shape (n,), NaN where p is NaN.

    Source:
        Benjamini and Hochberg (1995), https://doi.org/10.1111/j.2517-6161.1995.tb02031.x.

    Example:
        >>> false_discovery_rates(np.array([0.01, 0.5, 0.02])).round(3).tolist()
        [0.03, 0.5, 0.03]
    """
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(-p[tested], kind="stable")]
    scaled = p[order] * len(tested) / np.arange(len(tested), 0, -1)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return q
