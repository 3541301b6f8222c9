"""Hold the answers of some whole tasks, and run the steps of a fit on them.

A shard returns sums, and in the end its labels; it receives tables. A shard built again from the
same pieces is identical, bit for bit. Rows are distributed in ``tables.sharding``; the processes
that hold shards are in ``scale``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.quality.estimators.calibration import chances_of
from canut.core.quality.estimators.em import NOTHING, Fitted
from canut.core.quality.estimators.sampling import Keys, draw, key_names, take_tasks
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    Repeated,
    arrange,
    find_repeated,
)
from canut.core.quality.tables.coded_answers import Gold, match
from canut.core.quality.tables.sharding import Numbering, ShardPiece, join


class ShardContents(NamedTuple):
    """Contents of a shard: task order, answer counts, excluded and repeated answers."""

    order: Counts
    n_answers: int
    set_aside: int
    repeated: Repeated | None


class ShardSample(NamedTuple):
    """Tasks drawn from a shard: their indices, rows, and name keys."""

    task: Counts
    rows: AnswersByTask
    keys: Keys


class Shard:
    """Whole tasks and all their answers.

    Args:
        pieces: the rows that fell here, of each part in turn.
        numbering: of the workers and labels of all shards.
        duplicates: which of several answers of one worker to one task counts.
    """

    def __init__(
        self, pieces: Sequence[ShardPiece], numbering: Numbering, duplicates: Duplicates
    ) -> None:
        names, codes = join([piece.names for piece in pieces])
        task, worker, label = _join_rows(pieces, codes, numbering)
        order = np.concatenate([piece.order for piece in pieces])
        first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
        used = np.bincount(task, minlength=len(names)) > 0
        if not used.all():
            task = (np.cumsum(used, dtype=np.int32) - np.int32(1))[task]
        self._names = names.filter(pa.array(used))
        answers = Answers(
            task,
            worker,
            label,
            len(self._names),
            len(numbering.workers),
            len(numbering.labels),
        )
        repeated, set_aside = None, 0
        self._rows = AnswersByTask(*NOTHING, answers.n_workers, answers.n_labels)
        if duplicates == "error":
            repeated = _repeated(answers, np.concatenate([piece.row for piece in pieces]))
            duplicates = "all"
        if len(answers):
            self._rows, set_aside = arrange(answers, duplicates)
        self._held = ShardContents(order[first][used], len(self._rows.cell), set_aside, repeated)

    def held(self) -> ShardContents:
        """Return the contents of the shard."""
        return self._held

    def names(self) -> pa.Array:
        """Return the names of its tasks, shape (n_tasks,)."""
        return self._names

    def apply[T](self, job: Callable[[AnswersByTask], T]) -> T:
        """Run a job on its rows."""
        return job(self._rows)

    def find(self, names: pa.Array) -> Codes:
        """Return the index of each named task, -1 where it is not in this shard.

        Returns:
            Indices, shape (n_names,).
        """
        return match(names, self._names)

    def draw(self, seed: int, n_answers: int, keys: Keys | None) -> ShardSample:
        """Draw whole tasks, given the number of answers in all shards.

        Args:
            seed: seed of the draw.
            n_answers: number of answers in all shards.
            keys: keys of its tasks, shape (n_tasks,); derived from the names if None.
        """
        if keys is None:
            keys = key_names(self._names.to_pylist())
        is_drawn = draw(keys, seed, n_answers)
        return ShardSample(
            np.flatnonzero(is_drawn), take_tasks(self._rows, is_drawn), keys[is_drawn]
        )


def _join_rows(
    pieces: Sequence[ShardPiece], codes: Codes, numbering: Numbering
) -> tuple[Codes, Codes, Codes]:
    """Return task, worker and label of the rows of all pieces, each written once.

    Args:
        pieces: the rows that fell here, of each part in turn.
        codes: number of each piece's tasks among all, one after the other.
        numbering: of the workers and labels of all shards.
    """
    n_rows = sum(len(piece.task) for piece in pieces)
    task, worker, label = (np.empty(n_rows, dtype=np.int32) for _ in range(3))
    first = first_name = 0
    for piece in pieces:
        last = first + len(piece.task)
        task[first:last] = codes[first_name:][piece.task]
        worker[first:last] = numbering.worker_of[piece.part][piece.worker]
        label[first:last] = numbering.label_of[piece.part][piece.label]
        first, first_name = last, first_name + len(piece.names)
    return task, worker, label


def _repeated(answers: Answers, row: Counts) -> Repeated | None:
    repeated = find_repeated(answers)
    return repeated and Repeated(
        int(row[repeated.second]), int(row[repeated.former]), repeated.times
    )


def join_drawn(
    samples: Sequence[ShardSample], order: Sequence[Counts]
) -> tuple[AnswersByTask, Keys]:
    """Join the tasks drawn from all shards in one order, as if from one table.

    Args:
        samples: the sample of each shard.
        order: position of each drawn task, one array per shard.

    Returns:
        The rows of all drawn tasks, and their keys, shape (n_tasks,).
    """
    counts = np.concatenate([np.diff(sample.rows.start) for sample in samples])
    cells = np.concatenate([sample.rows.cell for sample in samples])
    start = np.cumsum(counts) - counts
    sorting = np.argsort(np.concatenate(list(order)), kind="stable")
    ends = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts[sorting], out=ends[1:])
    at = np.repeat(start[sorting] - ends[:-1], counts[sorting]) + np.arange(len(cells))
    rows = samples[0].rows._replace(start=ends, cell=cells[at])
    return rows, np.concatenate([sample.keys for sample in samples])[sorting]


def decide(fitted: Fitted, rows: AnswersByTask) -> tuple[Codes, Floats]:
    """Return the label and confidence of the rows' tasks.

    Args:
        fitted: a fit without answers of its own.
        rows: the answers of the shard.

    Returns:
        Label and probability, each of shape (n_tasks,).
    """
    return replace(fitted, rows=rows).decide()


def posterior(fitted: Fitted, rows: AnswersByTask) -> Floats:
    """Return the class chances of the rows' tasks.

    Args:
        fitted: a fit without answers of its own.
        rows: the answers of the shard.

    Returns:
        Chances, shape (n_tasks, n_labels).
    """
    return replace(fitted, rows=rows).posterior()


def chances_at(fitted: Fitted, task: Codes, rows: AnswersByTask) -> Floats:
    """Return the class chances of some of the rows' tasks.

    Args:
        fitted: a fit without answers of its own.
        task: indices of tasks in the shard, shape (n,).
        rows: the answers of the shard.

    Returns:
        Chances, shape (len(task), n_labels).
    """
    return chances_of(replace(fitted, rows=rows), Gold(task, task, 0))
