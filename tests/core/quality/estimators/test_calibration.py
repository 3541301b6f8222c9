"""What known labels do to the confidence of a mean of models."""

import numpy as np
import pytest

from canut.core.arrays import Codes, Floats
from canut.core.quality.estimators.calibration import (
    DOUBT_OF_MEAN,
    USUAL_OF_MEAN,
    calibrate,
    calibration_error,
)
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import Gold

TASKS = 5000


def mean_that_knows(chances: Floats) -> Fitted:
    """Return a mean of models whose chances are given, shape (n_tasks, 2)."""
    rows = AnswersByTask(np.arange(len(chances) + 1), np.zeros(len(chances), dtype=np.int32), 1, 2)
    return Fitted("auto", rows, chances=lambda _, first, last: chances[first:last])


def drawn(temperature: float, seed: int) -> tuple[Fitted, Codes]:
    """Return a mean of models, and truth that is as likely as it says at this temperature."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 2, TASKS)
    first = 1 / (1 + np.exp(-odds))
    is_first = rng.random(TASKS) < 1 / (1 + np.exp(-odds / temperature))
    return mean_that_knows(np.stack([first, 1 - first], axis=1)), np.where(is_first, 0, 1).astype(
        np.int32
    )


def known(truth: Codes, n_gold: int) -> Gold:
    task = np.arange(n_gold, dtype=np.int32)
    return Gold(task, truth[:n_gold], 0)


def error(fitted: Fitted, truth: Codes, n_gold: int) -> float:
    label, confidence = fitted.decide()
    right = (label == truth).astype(float)
    return calibration_error(confidence[n_gold:], right[n_gold:])


def test_one_gold_task_changes_next_to_nothing() -> None:
    mean, _ = drawn(0.5, 0)

    for label in (0, 1):
        fitted = calibrate(mean, Gold(np.array([0], np.int32), np.array([label], np.int32), 0))
        assert fitted.temperature == pytest.approx(USUAL_OF_MEAN, rel=0.1)
        assert fitted.doubt == pytest.approx(DOUBT_OF_MEAN, abs=0.05)
    assert calibrate(mean, None).temperature == USUAL_OF_MEAN


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_the_more_gold_the_better_whatever_the_crowd(temperature: float) -> None:
    errors = []
    for seed in range(3):
        mean, truth = drawn(temperature, seed)
        sizes = 0, 10, 100, 1000
        errors.append([error(calibrate(mean, known(truth, n)), truth, 1000) for n in sizes])
    none, ten, hundred, thousand = np.mean(errors, axis=0)

    assert ten < none + 0.01, "ten known labels do no harm"
    assert hundred < max(none, 0.04)
    assert thousand < 0.025


def test_gold_does_not_change_a_label() -> None:
    mean, truth = drawn(2.0, 1)

    before, after = (
        calibrate(mean, None).decide()[0],
        calibrate(mean, known(truth, 300)).decide()[0],
    )

    np.testing.assert_array_equal(before, after)
