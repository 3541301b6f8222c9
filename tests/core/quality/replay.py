"""Play a real crowd again, answer by answer, and stop where the rule says so."""

from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts
from canut.core.quality.allocation.budget import (
    calibration_tasks,
    expected_information,
    most_saving,
    some_by_chance,
)
from canut.core.quality.allocation.stopping import (
    StoppingRule,
    cautious_posterior,
    decide,
    gain_of_asking,
)
from canut.core.quality.estimators.dawid_skene import dawid_skene
from canut.core.quality.estimators.pooled import fit_sparse
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


LEAST_ROUND, ROUND = 10, 0.1


def replay_on_budget(crowd: RealCrowd, rng: np.random.Generator, share: float = 1 / 3) -> Played:
    """Spend a share of the answers: calibration tasks first, then where most is saved.

    Of each task only those people can be asked who answered it. First each task gets an answer;
    then a round is a tenth of the tasks. After each, all is fitted again. Where no task can be for
    calibration, the first person of each is drawn.
    """
    answers = crowd.answers
    answers = part(answers, rng.permutation(len(answers)).astype(np.int64))
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    budget = int(share * len(answers))
    is_calibration = calibration_tasks(size, budget, rng)
    taken = is_calibration[answers.task]
    round_size = max(LEAST_ROUND, int(ROUND * answers.n_tasks))
    if not taken.any():
        drawn = rng.random(len(answers))
        taken[most_saving(np.ones(len(size)), answers.task, drawn, budget)] = True
    while True:
        current = part(answers, np.flatnonzero(taken).astype(np.int64))
        fit = fit_sparse(current)
        unspent = budget - int(taken.sum())
        if not unspent:
            break
        people = np.bincount(current.task, minlength=answers.n_tasks)
        posterior, typical = cautious_posterior(current, fit)
        posterior[people == 0] = fit.class_chance
        is_bare = (people == 0) & (size > 0)
        is_open = is_bare if is_bare.any() else size > people
        free = np.flatnonzero(~taken & is_open[answers.task])
        task, worker = answers.task[free], answers.worker[free]
        information = expected_information(current, fit, posterior, task, worker)
        information = some_by_chance(information, task, answers.n_tasks, rng)
        count = unspent if is_bare.any() else min(unspent, round_size)
        taken[free[most_saving(gain_of_asking(posterior, typical), task, information, count)]] = (
            True
        )
    full = right(crowd, dawid_skene(answers).label)
    return Played(float(taken.mean()), right(crowd, fit.label), full)


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
