"""The compiled passes count what plain sums count, and leave Numba's settings as they were."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from canut.core.arrays import kernel
from canut.core.quality.estimators.em import RUN, Fitted, count_by, tally_all
from canut.core.quality.estimators.kernels import (
    MOST_IN_REGISTERS,
    MOST_UNROLLED,
    Block,
    Tables,
    e_step,
    empty_tally,
    size_of,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask

SIZES = (2, MOST_IN_REGISTERS, MOST_UNROLLED + 1)


def answers(n_labels: int) -> AnswersByTask:
    """Return answers of 9 workers to 60 tasks: one has 40 answers, the last has none."""
    rng = np.random.default_rng(n_labels)
    counts = rng.integers(1, 7, 60)
    counts[7], counts[-1] = 40, 0
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    cell = rng.integers(0, 9 * n_labels, start[-1]).astype(np.int32)
    return AnswersByTask(start, cell, 9, n_labels)


@pytest.mark.parametrize("n_labels", SIZES)
def test_votes_are_counted_in_one_pass_as_in_two(n_labels: int) -> None:
    rows = answers(n_labels)
    votes = Fitted("vote", rows)

    counted = count_by(votes, rows, RUN)

    expected = tally_all(rows, votes.posterior)
    np.testing.assert_allclose(counted.classes, expected.classes, rtol=1e-13)
    np.testing.assert_allclose(counted.cells, expected.cells, rtol=1e-13)


@pytest.mark.parametrize("n_labels", SIZES)
def test_a_pass_counts_what_bayes_gives(n_labels: int) -> None:
    rows = answers(n_labels)
    rng = np.random.default_rng(0)
    cells = rng.uniform(0.05, 1, (9 * n_labels, n_labels))
    tables = Tables(rng.dirichlet(np.ones(n_labels)), cells)
    tally = empty_tally(*cells.shape)

    log_likelihood = e_step(Block(rows.start, rows.cell), tables, tally, size_of(n_labels))

    expected, counts = 0.0, np.zeros_like(cells)
    for first, last in zip(rows.start[:-1], rows.start[1:], strict=True):
        joint = tables.classes * cells[rows.cell[first:last]].prod(axis=0)
        if last > first:
            expected += np.log(joint.sum())
        np.add.at(counts, rows.cell[first:last], joint / joint.sum())
    np.testing.assert_allclose(log_likelihood, expected, rtol=1e-12)
    np.testing.assert_allclose(tally.cells, counts, rtol=1e-10, atol=1e-13)
    counted = count_by(Fitted("tables", rows, tables), rows, RUN)
    np.testing.assert_allclose(counted.cells, counts, rtol=1e-10, atol=1e-13)


def test_compiling_a_kernel_leaves_the_settings_of_numba() -> None:
    settings: Any = import_module("numba").config
    before = settings.SLP_VECTORIZE

    def doubled(number: float) -> float:
        return 2 * number

    assert kernel(doubled)(2.0) == 4.0
    assert before == settings.SLP_VECTORIZE
