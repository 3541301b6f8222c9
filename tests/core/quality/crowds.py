"""Crowds made for tests, as the bars describe them."""

import csv
from collections.abc import Hashable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers, code, keep_last
from canut.core.arrays import Floats
from canut.core.quality.merging.bradley_terry import Comparisons


class Comparing(NamedTuple):
    """Comparisons, and the scores and reliabilities they were made from."""

    comparisons: Comparisons
    score: Floats
    reliability: Floats


def comparing(seed: int, items: int = 200, people: int = 100, times: int = 20_000) -> Comparing:
    """Make people of whom 15 % guess and 6 % of the others answer the wrong way round."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=items)
    guesses = rng.random(people) < 0.15
    reversed_ = ~guesses & (rng.random(people) < 0.06)
    reliability = np.select([guesses, reversed_], [0.0, -1.0], 2.5)
    left = rng.integers(0, items, times, dtype=np.int32)
    right = ((left + rng.integers(1, items, times)) % items).astype(np.int32)
    worker = rng.integers(0, people, times, dtype=np.int32)
    chance = 1 / (1 + np.exp(-reliability[worker] * (score[left] - score[right])))
    won = (rng.random(times) < chance).astype(np.float64)
    return Comparing(Comparisons(worker, left, right, won, people, items), score, reliability)


class RealCrowd(NamedTuple):
    """A set's answers, the names behind the codes, and what is known to be true, by task."""

    answers: Answers
    tasks: list[Hashable]
    labels: list[Hashable]
    gold: dict[str, str]


def read(folder: Path) -> RealCrowd:
    """Read a set of real answers; of several of one worker to one task, the last counts."""
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "gold.csv").open(newline="") as file:
        gold = {row["task"]: row["label"] for row in csv.DictReader(file)}
    labels = [row["label"] for row in rows]
    columns = [row["task"] for row in rows], [row["worker"] for row in rows]
    named = code(*columns, labels, sorted(set(labels)))
    return RealCrowd(keep_last(named.answers), named.tasks, named.labels, gold)
