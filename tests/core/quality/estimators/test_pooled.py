import numpy as np
import pytest

from canut.core.answers import Answers, code
from canut.core.errors import BadInput
from canut.core.quality.estimators.dawid_skene import dawid_skene
from canut.core.quality.estimators.pooled import fit_sparse


def crowd_that_overlooks(n_tasks: int = 200) -> Answers:
    """Make four people who see a "1" in two of three cases, and a fifth who answers once."""
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, n_tasks)
    rows = [
        (task, worker, int(truth[task] and rng.random() < 2 / 3))
        for task in range(n_tasks)
        for worker in range(4)
    ]
    tasks, workers, labels = zip(*rows, (0, 4, int(truth[0])), strict=True)
    return code(tasks, workers, labels, [0, 1]).answers


def test_who_has_answered_once_is_believed_to_be_like_everybody() -> None:
    answers = crowd_that_overlooks()

    newcomer = fit_sparse(answers).confusion[4]
    alone = dawid_skene(answers).confusion[4]

    assert newcomer[0, 0] > 0.9 > alone[0, 0]  # never seen there: as everybody
    assert newcomer[1, 0] == pytest.approx(1 / 6, abs=0.05)  # everybody's 1/3, and one answer


def test_labels_follow_what_everybody_overlooks() -> None:
    fit = fit_sparse(crowd_that_overlooks())

    assert fit.class_chance[1] == pytest.approx(0.5, abs=0.1)
    assert fit.confidence.min() >= 0.5


def test_no_answers_are_refused() -> None:
    answers = code("a", "x", "1").answers
    none = type(answers)(answers.task[:0], answers.worker[:0], answers.label[:0], 1, 1, 1)

    with pytest.raises(BadInput):
        fit_sparse(none)
