"""Measure how far workers make the same errors, beyond what their own accuracy explains.

Models assume that answers to one task are independent given its truth. Where tasks differ in
difficulty, or mislead everybody, answers agree more than that, and a model with confusion tables
mistakes difficulty for confusion.
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
def _products(block: Block, posterior: Floats, cells: Floats, out: Floats) -> None:
    """Write each task's expected product of two residuals, and their mean variance."""
    n_labels = posterior.shape[1]
    for task in range(posterior.shape[0]):
        first, last = block.start[task], block.start[task + 1]
        n_answers = last - first
        out[task] = 0.0
        if n_answers > 1:
            for truth in range(n_labels):
                total = 0.0
                squares = 0.0
                variance = 0.0
                for row in range(first, last):
                    label = block.cell[row] % n_labels
                    chance = cells[block.cell[row] - label + truth, truth]
                    residual = (1.0 if label == truth else 0.0) - chance
                    total += residual
                    squares += residual * residual
                    variance += chance * (1.0 - chance)
                product = (total * total - squares) / (n_answers * (n_answers - 1))
                out[task, 0] += posterior[task, truth] * product
                out[task, 1] += posterior[task, truth] * variance / n_answers


def measure_sharing(fitted: Fitted, run: Run = RUN) -> Sharing:
    """Return the correlation of being right within tasks, given workers and truth.

    Args:
        fitted: a model with tables.
        run: settings of the fit, with the engine that holds the answers.

    Returns:
        The correlation, and its standard error; both 0 without variance.

    Source:
        The intraclass correlation of survey sampling (Kish 1965), of residuals.
    """
    by_said = np.ascontiguousarray(fitted.confusion().transpose(0, 2, 1))
    cells = by_said.reshape(-1, fitted.rows.n_labels)
    moments = map_shards(fitted.rows, run, partial(_moments, fitted.alone(), cells))
    products, variances = np.sum([sums for sums, _ in moments], axis=0)
    if variances <= 0:
        return Sharing(0.0, 0.0)
    correlation = float(products / variances)
    contrast = np.array([1.0, -correlation])
    spread = np.sqrt(
        max(contrast @ np.sum([squares for _, squares in moments], axis=0) @ contrast, 0.0)
    )
    return Sharing(correlation, float(spread / variances))


def _moments(fitted: Fitted, cells: Floats, rows: AnswersByTask) -> tuple[Floats, Floats]:
    """Return the sums over tasks of both columns of ``_products``, and of their products."""
    fitted = replace(fitted, rows=rows)
    parts = np.zeros((rows.n_tasks, 2))
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        _products(block, fitted.posterior(first, last), cells, parts[first:last])
    return parts.sum(axis=0), parts.T @ parts
