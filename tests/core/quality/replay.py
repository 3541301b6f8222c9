"""Play a real crowd again, answer by answer, and stop where the rule says so."""

from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.quality.allocation.budget import (
    calibration_tasks,
    expected_information,
    most_saving,
)
from canut.core.quality.allocation.stopping import StoppingRule, cautious_posterior, decide
from canut.core.quality.estimators.dawid_skene import dawid_skene
from tests.core.quality.crowds import RealCrowd


class Played(NamedTuple):
    """How many of the answers were taken, and how right the labels are, stopped and in full."""

    taken: float
    accuracy: float
    full: float


def replay(crowd: RealCrowd, rng: np.random.Generator, rule: StoppingRule) -> Played:
    """Give every open task one more answer a round, people in random order, and fit again."""
    answers = crowd.answers
    answers = part(answers, rng.permutation(len(answers)).astype(np.int64))
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    order = np.argsort(answers.task, kind="stable")
    turn = np.empty(len(answers), dtype=np.int64)
    turn[order] = np.arange(len(answers)) - np.repeat(np.cumsum(size) - size, size)
    people = np.minimum(rule.least_people, size)
    while True:
        taken = part(answers, np.flatnonzero(turn < people[answers.task]).astype(np.int64))
        fit = dawid_skene(taken)
        posterior, typical = cautious_posterior(taken, fit)
        ask = decide(posterior, people, typical, rule).ask & (people < size)
        if not ask.any():
            break
        people = people + ask
    share = int(people.sum()) / len(answers)
    return Played(share, right(crowd, fit.label), right(crowd, dawid_skene(answers).label))


ALL_IS_SPENT = StoppingRule(error_in_answers=1_000_000.0)
LEAST_ROUND, ROUND = 10, 0.1


def replay_on_budget(
    crowd: RealCrowd,
    rng: np.random.Generator,
    rule: StoppingRule = ALL_IS_SPENT,
    share: float = 1 / 3,
) -> Played:
    """Spend at most a share of the answers: calibration tasks first, then where most is saved.

    Of each task only those people can be asked who answered it. A round is a tenth of the tasks,
    then all is fitted again. Where no task can be for calibration, the first person of each is
    drawn.
    """
    answers = crowd.answers
    answers = part(answers, rng.permutation(len(answers)).astype(np.int64))
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    budget = int(share * len(answers))
    is_calibration = calibration_tasks(size, budget, rng)
    taken = is_calibration[answers.task]
    people = np.where(is_calibration, size, 0)
    round_size = max(LEAST_ROUND, int(ROUND * answers.n_tasks))
    if not taken.any():
        taken = _best_of(answers, size > 0, ~taken, rng.random(len(answers)))
        people = np.minimum(size, 1)
    while True:
        current = part(answers, np.flatnonzero(taken).astype(np.int64))
        fit = dawid_skene(current)
        posterior, typical = cautious_posterior(current, fit)
        decision = decide(posterior, people, typical, rule)
        decision.ask[people >= size] = False
        missing = np.minimum(rule.least_people, size) - people
        is_short = missing == max(1, missing.max())
        decision.ask[:] = is_short if is_short.any() else decision.ask
        unspent = budget - int(taken.sum())
        chosen = most_saving(decision, unspent if is_short.any() else min(unspent, round_size))
        if not chosen.any():
            break
        posterior[people == 0] = fit.class_chance
        first = expected_information(current, fit, posterior, answers.task, answers.worker)
        taken |= _best_of(answers, chosen, ~taken, first)
        people += chosen
    full = right(crowd, dawid_skene(answers).label)
    return Played(float(taken.mean()), right(crowd, fit.label), full)


def _best_of(answers: Answers, chosen: Bools, is_free: Bools, first: Floats) -> Bools:
    """Return the free answer with the highest number, of each chosen task."""
    free = np.flatnonzero(is_free & chosen[answers.task])
    free = free[np.lexsort((-first[free], answers.task[free]))]
    best = np.zeros(len(answers), np.bool_)
    best[free[np.unique(answers.task[free], return_index=True)[1]]] = True
    return best


def part(answers: Answers, rows: Counts) -> Answers:
    """Return some rows."""
    return Answers(
        answers.task[rows],
        answers.worker[rows],
        answers.label[rows],
        answers.n_tasks,
        answers.n_workers,
        answers.n_labels,
    )


def right(crowd: RealCrowd, label: Codes) -> float:
    """Return the share of tasks with known truth that the labels get right."""
    known: list[bool] = [
        bool(crowd.labels[label[at]] == crowd.gold[str(task)])
        for at, task in enumerate(crowd.tasks)
        if task in crowd.gold
    ]
    return sum(known) / len(known)
