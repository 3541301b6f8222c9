import numpy as np
import pytest

from canut.core.answers import Answers
from canut.core.quality.allocation.frozen_fit import freeze
from canut.core.quality.allocation.running_label import frozen_consensus
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.estimators.register import ESTIMATORS, estimate
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange


def crowd(n_tasks: int = 90) -> AnswersByTask:
    """Five people, of whom the last says 0 for 1."""
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, n_tasks)
    said = np.where(rng.random((5, n_tasks)) < 0.85, truth, rng.integers(0, 3, (5, n_tasks)))
    said[4, truth == 1] = 0
    task = np.tile(np.arange(n_tasks, dtype=np.int32), 5)
    worker = np.repeat(np.arange(5, dtype=np.int32), n_tasks)
    return arrange(Answers(task, worker, said.reshape(-1).astype(np.int32), n_tasks, 5, 3))[0]


def one_by_one(fitted: Fitted, rows: AnswersByTask) -> tuple[list[int], list[float]]:
    """Judge every task by the frozen model alone."""
    frozen = freeze(fitted)
    assert frozen
    judged = []
    for task in range(rows.n_tasks):
        cells = rows.cell[rows.start[task] : rows.start[task + 1]]
        said = [frozen.said[cell // 3, cell % 3].tolist() for cell in cells]
        judged.append(
            frozen_consensus(frozen.classes.tolist(), said, frozen.temperature, frozen.doubt)
        )
    return [label for label, _ in judged], [sure for _, sure in judged]


def test_a_frozen_model_says_what_the_fit_says() -> None:
    rows = crowd()
    fitted = estimate("dawid-skene", rows)

    labels, sure = one_by_one(fitted, rows)

    label, confidence = fitted.decide()
    assert labels == label.tolist()
    np.testing.assert_allclose(sure, confidence, rtol=1e-9)


def test_a_mean_of_models_is_frozen_as_the_tables_it_counts() -> None:
    rows = crowd()
    whole = estimate("dawid-skene", rows)
    fitted = Fitted("auto", rows, chances=lambda _rows, a, b: whole.posterior(a, b))

    labels, sure = one_by_one(fitted, rows)

    assert np.mean(np.array(labels) == whole.decide()[0]) > 0.98
    assert max(sure) < 0.99


@pytest.mark.parametrize("model", sorted(ESTIMATORS))
def test_every_model_is_frozen_whole_or_not_at_all(model: str) -> None:
    frozen = freeze(estimate(model, crowd()))

    if frozen is not None:
        np.testing.assert_allclose(frozen.said.sum(axis=1), 1, rtol=1e-6)
        assert frozen.classes.sum() == pytest.approx(1)
        assert frozen.said.min() > 0
