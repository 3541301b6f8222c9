"""Play a real crowd again, answer by answer, and stop where the rule says so."""

from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts
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
