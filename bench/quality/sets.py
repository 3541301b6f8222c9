"""The public crowds that benches measure on: where they are, which there are, what is true of them.

The files are kept out of the repository, in ``../shared/data/crowd``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from canut.core.arrays import Codes
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.tables.answers_by_task import AnswersByTask
from tests.core.quality.crowds import RealCrowd, read

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "crowd"
SETS = (
    "bluebirds",
    "temporal",
    "rte",
    "dog",
    "sentpol_amt",
    "possent",
    "web",
    "product",
    "sentpol",
    "medrel_cause",
    "adult",
    "relevance",
    "facteval",
    "pos_tweets",
    "medrel_treat",
    "trec",
    "music",
    "zencrowd_us",
)
"""The crowds whose answers are labels of a list, and whose truth is known in part."""
ORDERED = ("adult", "relevance", "web")
"""Those whose labels have an order."""
OF_TWO_LABELS = (
    *("rte", "temporal", "bluebirds", "product"),
    *("medrel_treat", "zencrowd_us", "sentpol_amt", "medrel_cause"),
)
"""Those whose labels are a yes and a no."""


def present_sets() -> list[str]:
    """Return the sets that are on this machine, in the order of ``SETS``."""
    return [name for name in SETS if (SHARED / name).is_dir()]


def read_set(name: str) -> RealCrowd:
    """Read one set of this machine."""
    return read(SHARED / name)


def read_sets(names: list[str]) -> Iterator[tuple[str, RealCrowd]]:
    """Yield sets with their names."""
    for name in names:
        yield name, read_set(name)


def truth_by_task(crowd: RealCrowd) -> Codes:
    """Return the true label of each task, -1 where it is not known, shape (n_tasks,)."""
    code = {str(label): number for number, label in enumerate(crowd.labels)}
    labels = [code.get(crowd.gold.get(str(task), ""), -1) for task in crowd.tasks]
    return np.array(labels, dtype=np.int32)


def truth_of(crowd: RealCrowd) -> tuple[Codes, Codes]:
    """Return the answered tasks whose truth is known, and their labels; -1 if nobody gave it."""
    code = {str(label): number for number, label in enumerate(crowd.labels)}
    answered = set(crowd.answers.task.tolist())
    pairs = [
        (number, code.get(crowd.gold[str(task)], -1))
        for number, task in enumerate(crowd.tasks)
        if str(task) in crowd.gold and number in answered
    ]
    tasks, truth = zip(*pairs, strict=True)
    return np.array(tasks), np.array(truth)


def keys_of(rows: AnswersByTask) -> NameKeys:
    """Return keys for tasks and workers that have numbers and no names."""
    return NameKeys(key_names(list(range(rows.n_tasks))), key_names(list(range(rows.n_workers))))
