"""Real crowds to test on, where they lie beside the repository."""

import csv
import os
from pathlib import Path

import pytest

from canut.core.answers import NamedAnswers, code, keep_last

SHARED = Path(__file__).parents[4] / "shared" / "data" / "crowd"


class Crowd:
    """A real crowd's answers, and the truth where it is known."""

    def __init__(self, folder: Path) -> None:
        with (folder / "labels.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        with (folder / "gold.csv").open(newline="") as file:
            self.gold = {row["task"]: row["label"] for row in csv.DictReader(file)}
        columns = ([row[name] for row in rows] for name in ("task", "worker", "label"))
        tasks, workers, labels = columns
        self.named: NamedAnswers = code(tasks, workers, labels, sorted(set(labels)))
        self.answers = keep_last(self.named.answers)

    def accuracy(self, label: list[int]) -> float:
        """Return the share of tasks with known truth that the labels get right."""
        right = [
            self.named.labels[label[number]] == self.gold[str(task)]
            for number, task in enumerate(self.named.tasks)
            if task in self.gold
        ]
        return sum(right) / len(right)


@pytest.fixture
def crowd_folder() -> Path:
    if not SHARED.is_dir():
        pytest.skip("needs ../shared/data/crowd: real crowd answers, kept out of the repository")
    if os.environ.get("NUMBA_DISABLE_JIT"):
        pytest.skip("needs ../shared/data/crowd and compiled loops: minutes without them")
    return SHARED
