"""Find two people who err together, and count them once: ``python -m bench.quality.copies``.

How often two people agree, beyond chance, should be the product of two numbers, one of each: how
near each is to what all say. A pair that agrees far more often errs together, or one copies. Of
such a pair, the one with fewer answers is left out on the tasks that both answered. Prints what
that does to the accuracy of ``auto``; figures of ``docs/en/quality/choosing.md``. The default does
not do so: it would take answers out of a person's own figures.
"""

from typing import NamedTuple

import numpy as np

from bench.quality.__main__ import about
from bench.quality.choosing import Known, crowds
from bench.quality.habits import HABITS
from bench.quality.sets import keys_of, present_sets
from canut.core.arrays import Codes, Counts, Floats
from canut.core.quality.estimators.auto import choose
from canut.core.quality.estimators.em import RUN
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange, by_activity

FEWEST_SHARED, ERRORS, GAP = 30, 5.0, 0.2
USUAL, BELIEF, STEPS, ROUNDS = 0.7, 5.0, 60, 3
MOST_ON_A_TASK, MOST_ANSWERS = 60, 100_000
FRESH = range(1000, 1008)


class Pairs(NamedTuple):
    """How often each two people agree.

    Args:
        first: number of the one, shape (n_pairs,).
        second: number of the other.
        shared: number of tasks both answered.
        agreed: share of those with the same answer.
        chance: share expected if neither looked.
    """

    first: Counts
    second: Counts
    shared: Floats
    agreed: Floats
    chance: Floats


def count_pairs(rows: AnswersByTask) -> Pairs:
    """Compare the answers to each task, but of tasks that very many answered."""
    n_labels, n_workers = rows.n_labels, rows.n_workers
    worker, label = rows.cell // n_labels, rows.cell % n_labels
    pairs, same = [], []
    for start, end in zip(rows.start[:-1], rows.start[1:], strict=True):
        if 2 <= end - start <= MOST_ON_A_TASK:
            first, second = np.triu_indices(end - start, 1)
            who, what = worker[start:end].astype(np.int64), label[start:end]
            low, high = np.minimum(who[first], who[second]), np.maximum(who[first], who[second])
            pairs.append(low * n_workers + high)
            same.append(what[first] == what[second])
    names, of_pair = np.unique(np.concatenate(pairs), return_inverse=True)
    shared = np.bincount(of_pair).astype(np.float64)
    agreed = np.bincount(of_pair, np.concatenate(same)) / shared
    counts = np.bincount(rows.cell, minlength=n_workers * n_labels).reshape(-1, n_labels)
    habit = (counts + 1 / n_labels) / (counts.sum(axis=1, keepdims=True) + 1)
    first, second = names // n_workers, names % n_workers
    chance = (habit[first] * habit[second]).sum(axis=1)
    return Pairs(first, second, shared, agreed, chance)


def nearness(pairs: Pairs, n_workers: int, counts_in: Floats) -> Floats:
    """Return one number of each person, whose products are agreement beyond chance.

    Args:
        pairs: how often each two people agree.
        n_workers: number of people.
        counts_in: 1 for pairs that count, else 0, shape (n_pairs,).

    Returns:
        From 0.02 to 1, shape (n_workers,).
    """
    beyond = (pairs.agreed - pairs.chance) / (1 - pairs.chance)
    weight = pairs.shared * counts_in
    near = np.full(n_workers, USUAL)
    for _ in range(STEPS):
        top, bottom = np.full(n_workers, USUAL * BELIEF), np.full(n_workers, BELIEF)
        for own, other in ((pairs.first, pairs.second), (pairs.second, pairs.first)):
            top += np.bincount(own, weight * beyond * near[other], n_workers)
            bottom += np.bincount(own, weight * near[other] ** 2, n_workers)
        near = (near + np.clip(top / bottom, 0.02, 1.0)) / 2
    return near


def find_copies(rows: AnswersByTask) -> list[tuple[int, int]]:
    """Return pairs of people who agree far more often than others explain."""
    pairs = count_pairs(rows)
    is_copy = np.zeros(len(pairs.first), dtype=bool)
    excess = np.zeros(len(pairs.first))
    for _ in range(ROUNDS):
        near = nearness(pairs, rows.n_workers, (~is_copy).astype(np.float64))
        expected = pairs.chance + (1 - pairs.chance) * near[pairs.first] * near[pairs.second]
        expected = np.clip(expected, 0.02, 0.98)
        excess = pairs.agreed - expected
        error = np.sqrt(expected * (1 - expected) / pairs.shared)
        is_copy = (pairs.shared >= FEWEST_SHARED) & (excess > ERRORS * error)
    is_copy &= excess > GAP
    return list(zip(pairs.first[is_copy].tolist(), pairs.second[is_copy].tolist(), strict=True))


def leave_out(rows: AnswersByTask, copies: list[tuple[int, int]]) -> AnswersByTask:
    """Leave out one of each pair, the one with fewer answers, on the tasks both answered."""
    worker = rows.cell // rows.n_labels
    n_answers = np.bincount(worker, minlength=rows.n_workers)
    counts = np.ones(len(worker), dtype=bool)
    for pair in copies:
        less, more = sorted(pair, key=lambda who: (n_answers[who], -who))
        both = np.intersect1d(rows.task[worker == less], rows.task[worker == more])
        counts &= ~((worker == less) & np.isin(rows.task, both))
    start = np.zeros_like(rows.start)
    np.cumsum(np.bincount(rows.task[counts], minlength=rows.n_tasks), out=start[1:])
    return rows._replace(start=start, cell=rows.cell[counts])


def accuracy(crowd: Known, rows: AnswersByTask) -> float:
    """Return how often ``auto`` is right on the tasks that are known, without gold."""
    keys = keys_of(rows)
    label = choose(rows, RUN, keys, None, 0)[0].decide()[0]
    return float((label[crowd.tasks] == crowd.truth).mean())


def gain(crowd: Known) -> tuple[int, float]:
    """Return the number of pairs that are found, and the accuracy gained by counting them once."""
    copies = find_copies(crowd.rows)
    if not copies:
        return 0, 0.0
    alone = leave_out(crowd.rows, copies)
    return len(copies), accuracy(crowd, alone) - accuracy(crowd, crowd.rows)


def main() -> None:
    """Measure and print."""
    names = present_sets()
    print("| Crowd | Pairs | Accuracy gained |\n| --- | --- | --- |")
    for crowd in crowds(names):
        if crowd.name not in names:
            break
        if len(crowd.rows.cell) <= MOST_ANSWERS:
            number, gained = gain(crowd)
            print(f"| {crowd.name} | {number} | {gained:+.4f} |", flush=True)
    for habit, make in HABITS.items():
        gains = []
        for seed in FRESH:
            fresh = make(seed)
            rows, _ = arrange(by_activity(fresh.answers)[0], "last")
            every: Codes = np.arange(rows.n_tasks, dtype=np.int32)
            gains.append(gain(Known(habit, rows, every, fresh.truth)))
        number, gained = np.mean(gains, axis=0)
        least = min(each for _, each in gains)
        print(f"| {habit} | {number:.2f} | {gained:+.4f}, least {least:+.4f} |", flush=True)
    print("", about(0.0), sep="\n")


if __name__ == "__main__":
    main()
