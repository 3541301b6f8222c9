"""Compile the kernels on tiny inputs, before anything is timed."""

import numpy as np

from canut.core.answers import Answers
from canut.core.quality.estimators.auto import (
    MEMBERS,
    STRENGTHS,
    average,
    fit_members,
    has_collapsed,
    simulate_crowds,
)
from canut.core.quality.estimators.em import MANY_BYTES, RUN, Convergence, Run
from canut.core.quality.estimators.kernels import LEVELS, MOST_NEAR, is_near, size_of
from canut.core.quality.estimators.register import AUTO, estimate
from canut.core.quality.estimators.sampling import NameKeys, take_workers
from canut.core.quality.estimators.simulation import learn_habits
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange, by_activity


def warm_reading(n_labels: int = 2) -> AnswersByTask:
    """Compile the code that arranges answers, or load it from the cache."""
    task = np.repeat(np.arange(50, dtype=np.int32), 4)
    worker = (task + np.tile(np.arange(4, dtype=np.int32), 50)) % 7
    label = (task * worker // 3) % n_labels
    answers, _ = by_activity(Answers(task, worker, label.astype(np.int32), 50, 7, n_labels))
    return arrange(answers, "last")[0]


def warm(model: str, n_labels: int, n_workers: int) -> None:
    """Compile what a model needs for this number of labels and workers."""
    rows = warm_reading(n_labels)
    precise = n_workers * n_labels * n_labels * 8 <= MANY_BYTES
    run = Run(stop=Convergence(iterations=2), precise=precise)
    if model == AUTO:
        keys = NameKeys(np.arange(50, dtype=np.uint64), np.arange(7, dtype=np.uint64))
        next(simulate_crowds(lambda _seed: (take_workers(rows)[0], keys), 0), None)
        has_collapsed(np.full(n_labels, 1 / n_labels), rows)
        fitted = average(fit_members(rows, run), dict.fromkeys(MEMBERS, 1 / len(MEMBERS)))
    else:
        fitted = estimate(model, rows, run)
    fitted.decide()
    estimate("majority", rows, RUN).decide()
    if not is_near(n_workers * n_labels, size_of(LEVELS * n_labels)):
        _warm_far(model, rows._replace(n_workers=MOST_NEAR // n_labels**2 + 1), run)


def _warm_far(model: str, rows: AnswersByTask, run: Run) -> None:
    """Compile what is used where tables are too large to be near the processor."""
    if model == AUTO:
        learn_habits(rows, STRENGTHS[0])
    for each in ("weighted", "one-coin") if model == AUTO else (model,):
        estimate(each, rows, run).decide()
