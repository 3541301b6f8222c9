"""Play a real crowd again, answer by answer, and stop where the rule says so."""

from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.quality.allocation.budget import accuracy_so_far, most_saving
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


A_THIRD = StoppingRule(error_in_answers=3_000.0)
LEAST_ROUND, ROUND = 10, 0.1


def replay_on_budget(
    crowd: RealCrowd, rng: np.random.Generator, rule: StoppingRule = A_THIRD, share: float = 1 / 3
) -> Played:
    """Spend at most a share of the answers: where most is saved, the most accurate asked first.

    Of each task only those people can be asked who answered it. The first of each is drawn; a round
    is a tenth of the tasks, then all is fitted again.
    """
    answers = crowd.answers
    answers = part(answers, rng.permutation(len(answers)).astype(np.int64))
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    luck = rng.random(len(answers))
    taken, people = np.zeros(len(answers), np.bool_), np.zeros(answers.n_tasks, np.int64)
    chosen, first = size > 0, luck
    round_size = max(LEAST_ROUND, int(ROUND * answers.n_tasks))
    while chosen.any():
        taken |= _best_of(answers, chosen, ~taken, first)
        people += chosen
        current = part(answers, np.flatnonzero(taken).astype(np.int64))
        fit = dawid_skene(current)
        posterior, typical = cautious_posterior(current, fit)
        decision = decide(posterior, people, typical, rule)
        decision.ask[people >= size] = False
        is_short = bool((people < np.minimum(rule.least_people, size)).any())
        left = int(share * len(answers)) - int(taken.sum())
        count = left if is_short else min(left, round_size)
        chosen = most_saving(decision, max(0, count))
        first = accuracy_so_far(current, fit)[answers.worker] + luck / 1_000
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
