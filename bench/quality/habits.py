"""Make crowds of known truth, each with one habit that crowds have, to choose settings by.

Real crowds with known truth are few. These add habits that the real ones may lack, so that a
setting is not chosen for the luck of one real crowd. Sizes and rates are round numbers, set once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats


class Crowd(NamedTuple):
    """A made crowd: its answers, and the true label of each task."""

    answers: Answers
    truth: Codes


class Shape(NamedTuple):
    """Size of a crowd, how common the first label is, and how uneven its people's activity is."""

    tasks: int = 1000
    workers: int = 60
    labels: int = 2
    per_task: int = 5
    first: float | None = None
    uneven: float = 0.7


class Draft(NamedTuple):
    """Who answers what: task and worker of each answer, truth of each task, and the source."""

    rng: np.random.Generator
    shape: Shape
    truth: Codes
    task: Codes
    worker: Codes


def _draft(seed: int, shape: Shape) -> Draft:
    rng = np.random.default_rng(seed)
    chance = np.full(shape.labels, 1 / shape.labels)
    if shape.first is not None:
        chance = np.full(shape.labels, (1 - shape.first) / (shape.labels - 1))
        chance[0] = shape.first
    truth = rng.choice(shape.labels, shape.tasks, p=chance).astype(np.int32)
    activity = rng.random((shape.tasks, shape.workers)) ** (
        np.arange(1, shape.workers + 1) ** shape.uneven
    )
    worker = np.argsort(-activity, axis=1)[:, : shape.per_task].astype(np.int32).ravel()
    task = np.repeat(np.arange(shape.tasks, dtype=np.int32), shape.per_task)
    return Draft(rng, shape, truth, task, worker)


def _say(draft: Draft, tables: Floats) -> Codes:
    """Draw each answer from a table: chance of each label, shape (n_answers, n_labels)."""
    below = tables.cumsum(axis=1) < draft.rng.random((len(tables), 1))
    return np.minimum(below.sum(axis=1), draft.shape.labels - 1).astype(np.int32)


def _one_coin(draft: Draft, accuracy: Floats) -> Floats:
    """Return the chances of labels of answers that are right with this chance."""
    tables = np.repeat((1 - accuracy[:, None]) / (draft.shape.labels - 1), draft.shape.labels, 1)
    tables[np.arange(len(tables)), draft.truth[draft.task]] = accuracy
    return tables


def _skilled(draft: Draft, right: float = 6.0, wrong: float = 2.0) -> Floats:
    return np.asarray(draft.rng.beta(right, wrong, draft.shape.workers)[draft.worker])


def _crowd(draft: Draft, label: Codes) -> Crowd:
    shape = draft.shape
    answers = Answers(draft.task, draft.worker, label, shape.tasks, shape.workers, shape.labels)
    return Crowd(answers, draft.truth)


def independent(seed: int) -> Crowd:
    """Make people who err alone, each at their own rate."""
    draft = _draft(seed, Shape(labels=3))
    return _crowd(draft, _say(draft, _one_coin(draft, _skilled(draft))))


def biased(seed: int) -> Crowd:
    """Make people who each confuse labels in their own way."""
    draft = _draft(seed, Shape(labels=4))
    alpha = np.where(np.eye(4, dtype=bool), 3.0, 0.7)
    tables = np.array([[draft.rng.dirichlet(row) for row in alpha] for _ in range(60)])
    return _crowd(draft, _say(draft, tables[draft.worker, draft.truth[draft.task]]))


def one_sided(seed: int) -> Crowd:
    """Make people who miss half of what is rare, more or less, and seldom cry wolf."""
    draft = _draft(seed, Shape(first=0.7, per_task=9))
    misses, alarms = draft.rng.beta(4, 4, 60), draft.rng.beta(1, 12, 60)
    rare = np.where(draft.truth[draft.task] == 1, 1 - misses[draft.worker], alarms[draft.worker])
    return _crowd(draft, _say(draft, np.stack([1 - rare, rare], axis=1)))


def spammed(seed: int) -> Crowd:
    """Make two people in five click one button, whatever the task."""
    draft = _draft(seed, Shape(labels=4))
    habit, is_spam = draft.rng.integers(0, 4, 60), draft.rng.random(60) < 0.4
    label = _say(draft, _one_coin(draft, _skilled(draft)))
    label = np.where(is_spam[draft.worker], habit[draft.worker], label).astype(np.int32)
    return _crowd(draft, label)


def guessed(seed: int) -> Crowd:
    """Make every third task so hard that people guess."""
    draft = _draft(seed, Shape(labels=3))
    is_hard = draft.rng.random(1000) < 1 / 3
    accuracy = np.where(is_hard[draft.task], 0.4, _skilled(draft, 9, 1))
    return _crowd(draft, _say(draft, _one_coin(draft, accuracy)))


def misled(seed: int) -> Crowd:
    """Make one task in seven look like another label, to four people in five."""
    draft = _draft(seed, Shape(first=0.7, per_task=7))
    is_trap, is_wary = draft.rng.random(1000) < 1 / 7, draft.rng.random(60) < 0.2
    taken_in = is_trap[draft.task] & ~is_wary[draft.worker]
    accuracy = np.where(taken_in, 0.3, _skilled(draft, 9, 1))
    return _crowd(draft, _say(draft, _one_coin(draft, accuracy)))


def paired(seed: int) -> Crowd:
    """Make few people do most, and two of them err together: each sees what the other saw."""
    draft = _draft(seed, Shape(first=0.75, workers=30, uneven=1.4))
    label = _say(draft, _one_coin(draft, _skilled(draft, 8, 2)))
    one_error = draft.rng.random(1000) < 0.25
    shared = np.where(one_error, 1 - draft.truth, draft.truth)
    follows = (draft.worker < 2) & (draft.rng.random(len(label)) < 0.9)
    return _crowd(draft, np.where(follows, shared[draft.task], label).astype(np.int32))


def rare(seed: int) -> Crowd:
    """Make one label in twenty the rare one, and people good."""
    draft = _draft(seed, Shape(first=0.95))
    return _crowd(draft, _say(draft, _one_coin(draft, _skilled(draft, 9, 1))))


def many_labels(seed: int) -> Crowd:
    """Make twelve labels, and three answers a task."""
    draft = _draft(seed, Shape(labels=12, per_task=3, first=0.3))
    return _crowd(draft, _say(draft, _one_coin(draft, _skilled(draft))))


def passing_by(seed: int) -> Crowd:
    """Make a thousand people who answer five tasks each."""
    draft = _draft(seed, Shape(workers=1000, uneven=0.0))
    return _crowd(draft, _say(draft, _one_coin(draft, _skilled(draft, 4, 2))))


def reversed_scale(seed: int) -> Crowd:
    """Make one person in seven read the labels the wrong way round."""
    draft = _draft(seed, Shape(per_task=7))
    is_reversed = draft.rng.random(60) < 1 / 7
    accuracy = np.where(is_reversed[draft.worker], 0.15, _skilled(draft, 8, 2))
    return _crowd(draft, _say(draft, _one_coin(draft, accuracy)))


def graded(seed: int) -> Crowd:
    """Make grades in an order, where near grades are confused, and people strict or mild."""
    draft = _draft(seed, Shape(labels=5))
    lean = draft.rng.normal(0, 0.5, 60)[draft.worker]
    level = draft.truth[draft.task] + lean + draft.rng.normal(0, 0.7, len(draft.task))
    return _crowd(draft, np.clip(np.rint(level), 0, 4).astype(np.int32))


def several_choices(seed: int, *, has_hard_tasks: bool) -> list[Crowd]:
    """Make people who each choose or do not choose four choices of a task; one crowd a choice.

    Choices are true of half of the tasks down to a tenth. People miss more than they add, each at
    their own rates. Where tasks are hard, a quarter of them is nearly guessed by everybody.

    Args:
        seed: of what is drawn.
        has_hard_tasks: whether people share mistakes on some tasks.
    """
    draft = _draft(seed, Shape())
    is_hard = draft.rng.random(draft.shape.tasks) < (0.25 if has_hard_tasks else 0.0)
    crowds = []
    for common in (0.5, 0.3, 0.2, 0.1):
        truth = (draft.rng.random(draft.shape.tasks) < common).astype(np.int32)
        of_choice = draft._replace(truth=truth)
        misses = draft.rng.beta(2, 6, draft.shape.workers)[draft.worker]
        adds = draft.rng.beta(1, 12, draft.shape.workers)[draft.worker]
        chosen = np.where(truth[draft.task] == 1, 1 - misses, adds)
        chosen = np.where(is_hard[draft.task], 0.45 + 0.1 * truth[draft.task], chosen)
        crowds.append(_crowd(of_choice, _say(of_choice, np.stack([1 - chosen, chosen], axis=1))))
    return crowds


HABITS: dict[str, Callable[[int], Crowd]] = {
    make.__name__.replace("_", " "): make
    for make in (
        independent,
        biased,
        one_sided,
        spammed,
        guessed,
        misled,
        paired,
        rare,
        many_labels,
        passing_by,
        reversed_scale,
        graded,
    )
}
