"""Answers made for the cluster, and how two results are held against each other."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from canut.core.quality.estimators.result import Result

LABELS = ("no", "yes", "maybe", "unsure")


def crowd(n_answers: int = 12_000, n_tasks: int = 2_000, seed: int = 0) -> pa.Table:
    """Make answers in no order, some of them repeated."""
    rng = np.random.default_rng(seed)
    task, worker = rng.integers(0, n_tasks, n_answers), rng.zipf(1.4, n_answers) % 60
    truth, skill = rng.integers(0, len(LABELS), n_tasks), rng.beta(6, 2, 60)
    right = rng.random(n_answers) < skill[worker]
    said = np.where(right, truth[task], rng.integers(0, len(LABELS), n_answers))
    columns = {
        "task": [f"picture-{one}" for one in task],
        "worker": [f"w{one}" for one in worker],
        "label": [LABELS[one] for one in said],
    }
    return pa.table(columns)


def written(table: pa.Table, path: Path, groups: int = 5) -> Path:
    parquet.write_table(table, path, row_group_size=len(table) // groups + 1)
    return path


def differ(far: Result, near: Result) -> float:
    """Return how far chances are apart; all that is not a fraction must be the same."""
    assert far.task_names.equals(near.task_names)
    assert far.worker_names.equals(near.worker_names)
    assert far.label_names.equals(near.label_names)
    assert far.labels.column("label").equals(near.labels.column("label"))
    assert (far.model, far.n_iter, far.why) == (near.model, near.n_iter, near.why)
    assert (far.duplicates, far.n_answers) == (near.duplicates, near.n_answers)
    return float(np.abs(far.chances - near.chances).max())
