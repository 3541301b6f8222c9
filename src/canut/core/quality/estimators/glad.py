"""Infer labels when tasks differ in difficulty and workers in ability.

The chance of a right answer is the logistic function of ability times ease; all wrong labels are
equally likely. It suits tasks that everybody finds hard, where other models are most confident when
all are wrong. Class chances are uniform: estimated together with ease, they diverge. The fit stops
once the objective hardly rises: later passes call tasks easy on which people only agree.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts, Floats, kernel, part
from canut.core.quality.estimators.em import RUN, STOP, Convergence, Fitted, Run
from canut.core.quality.estimators.kernels import Block, count_votes
from canut.core.quality.tables.answers_by_task import AnswersByTask

STEPS = 4
CLOSE = 1e-4
SETTLED = Convergence(gain=1e-2)


@dataclass(frozen=True, slots=True)
class GladPrior:
    """Normal beliefs: mean and variance of ability, variance of the log of ease."""

    ability: float = 1.0
    ability_variance: float = 1.0
    ease_variance: float = 0.5


PRIOR = GladPrior()


class Side(NamedTuple):
    """Answers grouped by worker or by task, and the factor each one is multiplied with."""

    start: Counts
    order: Codes
    others: Floats


@part
def _log_logistic(x: float) -> float:
    """Return the log of the logistic function, without overflow."""
    if x > 0.0:
        return -math.log1p(math.exp(-x))
    return x - math.log1p(math.exp(x))


@part
def _gain(right: float, x: float) -> float:
    """Return the expected log-chance of an answer that is right with this chance."""
    return right * _log_logistic(x) + (1.0 - right) * _log_logistic(-x)


@kernel
def _expect(
    block: Block, people: tuple[Floats, Floats], classes: Floats, posterior: Floats, right: Floats
) -> float:
    """Compute class chances from ability and ease; return the log-likelihood.

    ``right`` is filled with each answer's chance of being right.
    """
    ability, ease = people
    n_labels = classes.shape[0]
    log_likelihood = 0.0
    for task in range(posterior.shape[0]):
        chances = posterior[task]
        for truth in range(n_labels):
            chances[truth] = np.log(classes[truth])
        first, last = block.start[task], block.start[task + 1]
        for row in range(first, last):
            x = ability[block.cell[row] // n_labels] * ease[task]
            wrong = _log_logistic(-x) - np.log(max(n_labels - 1, 1))
            for truth in range(n_labels):
                chances[truth] += wrong
            chances[block.cell[row] % n_labels] += _log_logistic(x) - wrong
        most = chances.max()
        total = 0.0
        for truth in range(n_labels):
            chances[truth] = np.exp(chances[truth] - most)
            total += chances[truth]
        if last > first:
            log_likelihood += most + np.log(total)
        for truth in range(n_labels):
            chances[truth] /= total
        for row in range(first, last):
            right[row] = chances[block.cell[row] % n_labels]
    return log_likelihood


@part
def _gain_of_all(rows: Codes, others: Floats, right: Floats, value: float) -> float:
    total = 0.0
    for at in range(rows.shape[0]):
        total += _gain(float(right[rows[at]]), value * others[at])
    return total


@part
def _climb(
    rows: Codes, others: Floats, right: Floats, value: float, belief: tuple[float, float, bool]
) -> float:
    """Maximise one ability, or one log of ease, by Newton steps that never lose.

    ``others`` is the ease or ability that multiplies each answer's; ``belief`` is the normal
    mean and variance, and whether ``value`` is a logarithm.
    """
    mean, variance, is_log = belief
    factor = np.exp(value) if is_log else value
    gain = _gain_of_all(rows, others, right, factor) - (value - mean) ** 2 / (2.0 * variance)
    for _ in range(STEPS):
        slope = -(value - mean) / variance
        bend = 1.0 / variance
        for at in range(rows.shape[0]):
            x = factor * others[at]
            chance = 1.0 / (1.0 + np.exp(-x))
            by = x if is_log else others[at]
            slope += (right[rows[at]] - chance) * by
            bend += chance * (1.0 - chance) * by * by
        step = slope / bend
        trial, trial_gain = value, gain - 1.0
        for _ in range(STEPS):
            trial = value + step
            factor = np.exp(trial) if is_log else trial
            trial_gain = _gain_of_all(rows, others, right, factor)
            trial_gain -= (trial - mean) ** 2 / (2.0 * variance)
            if trial_gain >= gain:
                break
            step /= 4.0
        if trial_gain < gain:
            break
        value, gain = trial, trial_gain
        if abs(step) < CLOSE:
            break
    return value


@kernel
def _improve(side: Side, right: Floats, values: Floats, belief: tuple[float, float, bool]) -> None:
    """Improve the abilities of all workers, or the log ease of all tasks."""
    for index in range(values.shape[0]):
        rows = side.order[side.start[index] : side.start[index + 1]]
        others = side.others[side.start[index] : side.start[index + 1]]
        values[index] = _climb(rows, others, right, values[index], belief)


def fit(rows: AnswersByTask, run: Run = RUN, prior: GladPrior = PRIOR) -> Fitted:
    """Estimate labels, abilities and difficulties.

    Args:
        rows: the answers, arranged.
        run: settings of the fit; with the usual stopping rule it stops as ``SETTLED`` says.
        prior: pseudo-counts, see ``GladPrior``.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Whitehill et al. (2009), https://papers.nips.cc/paper/3644, with normal priors and Newton's
        steps in place of gradient ascent; a step is accepted only where the objective rises.
    """
    n_labels = rows.n_labels
    block = Block(rows.start, rows.cell)
    worker, task = rows.worker, rows.task
    by_worker = np.argsort(worker, kind="stable").astype(np.int32)
    of_worker = np.zeros(rows.n_workers + 1, dtype=np.int64)
    np.cumsum(np.bincount(worker, minlength=rows.n_workers), out=of_worker[1:])
    by_task = np.arange(len(worker), dtype=np.int32)
    posterior = np.empty((rows.n_tasks, n_labels))
    count_votes(block, n_labels, posterior)
    right = posterior[task, rows.label]
    classes = np.full(n_labels, 1 / n_labels)
    ability, log_ease = np.full(rows.n_workers, prior.ability), np.zeros(rows.n_tasks)
    trace: list[float] = []
    converged = n_labels == 1
    stop = SETTLED if run.stop == STOP else run.stop
    while not converged and len(trace) < stop.iterations:
        workers = Side(of_worker, by_worker, np.exp(log_ease)[task[by_worker]])
        _improve(workers, right, ability, (prior.ability, prior.ability_variance, False))
        tasks = Side(rows.start, by_task, ability[worker])
        _improve(tasks, right, log_ease, (0.0, prior.ease_variance, True))
        objective = _expect(block, (ability, np.exp(log_ease)), classes, posterior, right)
        objective -= float(((ability - prior.ability) ** 2).sum()) / (2 * prior.ability_variance)
        objective -= float((log_ease**2).sum()) / (2 * prior.ease_variance)
        trace.append(objective)
        if run.pace:
            run.pace(len(trace), trace[-1])
        if len(trace) > 1:
            converged = trace[-1] - trace[-2] <= stop.gain * abs(trace[-2])
    figures = {"ability": ability, "log_ease": log_ease}
    chances = partial(_of_tasks, posterior)
    return Fitted("glad", rows, None, chances, np.array(trace), converged, extra=figures)


def _of_tasks(posterior: Floats, rows: AnswersByTask, first: int, last: int) -> Floats:
    del rows
    return posterior[first:last]
