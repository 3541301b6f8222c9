"""Measure how far people are right and wrong together, beyond what who they are explains.

Models take answers to one task for independent once its truth is known. Where tasks differ in
difficulty, or mislead everybody, answers agree more than that, and a model of who confuses what
finds meaning in what is only hardness.
"""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Floats, kernel
from canut.core.quality.estimators.em import RUN, Fitted, Run, map_shards
from canut.core.quality.estimators.kernels import Block
from canut.core.quality.tables.answers_by_task import AnswersByTask


class Sharing(NamedTuple):
    """Correlation of being right within tasks, and its standard error."""

    correlation: float
    error: float


@kernel
def _products(block: Block, posterior: Floats, cells: Floats, found: Floats) -> None:
    """Write, for each task, the expected mean product of two residuals and their mean variance."""
    n_labels = posterior.shape[1]
    for task in range(posterior.shape[0]):
        first, last = block.start[task], block.start[task + 1]
        given = last - first
        found[task] = 0.0
        if given > 1:
            for truth in range(n_labels):
                total = 0.0
                squares = 0.0
                variance = 0.0
                for row in range(first, last):
                    said = block.cell[row] % n_labels
                    chance = cells[block.cell[row] - said + truth, truth]
                    residual = (1.0 if said == truth else 0.0) - chance
                    total += residual
                    squares += residual * residual
                    variance += chance * (1.0 - chance)
                product = (total * total - squares) / (given * (given - 1))
                found[task, 0] += posterior[task, truth] * product
                found[task, 1] += posterior[task, truth] * variance / given


def measure_sharing(fitted: Fitted, run: Run = RUN) -> Sharing:
    """Return the correlation of being right within tasks, given who answers and the truth.

    Args:
        fitted: a model with tables.
        run: where the answers are.

    Source:
        The intraclass correlation of survey sampling (Kish 1965), of residuals.
    """
    by_said = np.ascontiguousarray(fitted.confusion().transpose(0, 2, 1))
    cells = by_said.reshape(-1, fitted.rows.n_labels)
    found = map_shards(fitted.rows, run, partial(_moments, fitted.alone(), cells))
    products, variances = np.sum([sums for sums, _ in found], axis=0)
    if variances <= 0:
        return Sharing(0.0, 0.0)
    correlation = float(products / variances)
    away = np.array([1.0, -correlation])
    spread = np.sqrt(max(away @ np.sum([squares for _, squares in found], axis=0) @ away, 0.0))
    return Sharing(correlation, float(spread / variances))


def _moments(fitted: Fitted, cells: Floats, rows: AnswersByTask) -> tuple[Floats, Floats]:
    """Return the sums over tasks of the two parts, and of their products with each other."""
    fitted = replace(fitted, rows=rows)
    parts = np.zeros((rows.n_tasks, 2))
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        _products(block, fitted.posterior(first, last), cells, parts[first:last])
    return parts.sum(axis=0), parts.T @ parts
