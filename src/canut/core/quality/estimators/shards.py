"""Hold the answers of some whole tasks, and run the steps of a fit on them.

A shard returns sums, and in the end its labels; it receives tables. Its answers are in files, and
in memory a block of tasks at a time, whatever their number. A shard built again from the same
pieces is identical, bit for bit. Rows are distributed in ``tables.sharding``; the processes that
hold shards are in ``scale``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.quality.estimators.calibration import chances_of
from canut.core.quality.estimators.em import NOTHING, Fitted
from canut.core.quality.estimators.kernels import Tally
from canut.core.quality.estimators.sampling import Keys, draw, key_names, take_tasks
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    Repeated,
    arrange,
    find_repeated,
)
from canut.core.quality.tables.coded_answers import Gold, match
from canut.core.quality.tables.sharding import CHUNK_ROWS, Numbering, ShardPiece, join

BLOCK_SHARE = 2  # answers of a block for each number of a table of counts, at least


class ShardContents(NamedTuple):
    """Contents of a shard: its tasks by block, answer counts, excluded and repeated answers."""

    n_tasks: Counts
    n_answers: int
    set_aside: int
    repeated: Repeated | None


class ShardSample(NamedTuple):
    """Tasks drawn from a block of a shard: their indices, rows, and name keys."""

    task: Counts
    rows: AnswersByTask
    keys: Keys


class Chunk(NamedTuple):
    """Whole tasks and all their answers, as a file has them: cells, starts, order and names."""

    n_tasks: int
    n_answers: int
    set_aside: int
    repeated: Repeated | None
    names: pa.Schema


type ChunkFile = tuple[Chunk, PathLike[str]]


def write_chunk(
    pieces: Sequence[ShardPiece],
    numbering: Numbering,
    duplicates: Duplicates,
    path: PathLike[str],
) -> Chunk:
    """Arrange the answers of a chunk, and write them to a file.

    Args:
        pieces: its rows, of each part in turn.
        numbering: of the workers and labels of all shards.
        duplicates: which of several answers of one worker to one task counts.
        path: the file, which is written over.
    """
    names, codes = join([piece.names for piece in pieces])
    task, worker, label = _join_rows(pieces, codes, numbering)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))
    order = np.concatenate([piece.order for piece in pieces])[first]
    used = np.bincount(task, minlength=len(names)) > 0
    if not used.all():
        task = (np.cumsum(used, dtype=np.int32) - np.int32(1))[task]
        names, order = names.filter(pa.array(used)), order[used]
    n_workers, n_labels = len(numbering.workers), len(numbering.labels)
    answers = Answers(task, worker, label, len(names), n_workers, n_labels)
    repeated, set_aside = None, 0
    rows = AnswersByTask(*NOTHING, n_workers, n_labels)
    if duplicates == "error":
        repeated = _repeated(answers, np.concatenate([piece.row for piece in pieces]))
        duplicates = "all"
    if len(answers):
        rows, set_aside = arrange(answers, duplicates)
    batch = pa.record_batch({"name": names})
    with Path(path).open("wb") as out:
        out.writelines(np.ascontiguousarray(part).data for part in (rows.cell, rows.start, order))
        out.write(batch.serialize())
    return Chunk(len(names), len(rows.cell), set_aside, repeated, batch.schema)


class Shard:
    """Whole tasks and all their answers, in files that are read a block at a time.

    A block is some chunks: as many as make a pass over them worth a table of counts.

    Args:
        files: the chunks.
        n_workers: number of workers of all shards.
        n_labels: number of labels of all shards.
        threads: number of threads that share a block.
    """

    def __init__(
        self, files: Sequence[ChunkFile], n_workers: int, n_labels: int, threads: int = 1
    ) -> None:
        self._sizes = n_workers, n_labels
        enough = max(CHUNK_ROWS // 2 * threads, BLOCK_SHARE * n_workers * n_labels**2)
        self._blocks: list[list[ChunkFile]] = [[]]
        for chunk, path in files:
            if sum(other.n_answers for other, _ in self._blocks[-1]) >= enough:
                self._blocks.append([])
            self._blocks[-1].append((chunk, path))
        n_tasks = [sum(chunk.n_tasks for chunk, _ in block) for block in self._blocks]
        chunks = [chunk for chunk, _ in files]
        self._held = ShardContents(
            np.array(n_tasks, dtype=np.int64),
            sum(chunk.n_answers for chunk in chunks),
            sum(chunk.set_aside for chunk in chunks),
            first_repeated([chunk.repeated for chunk in chunks]),
        )

    def held(self) -> ShardContents:
        """Return the contents of the shard."""
        return self._held

    def names(self, block: int) -> pa.Array:
        """Return the names of a block's tasks, shape (n_tasks,)."""
        return pa.concat_arrays([_read_names(*file) for file in self._blocks[block]])

    def order(self, block: int) -> Counts:
        """Return numbers that rise as a block's tasks are first seen in all files."""
        return np.concatenate([_read_order(*file) for file in self._blocks[block]])

    def rows(self, block: int) -> AnswersByTask:
        """Return the answers of a block."""
        files = self._blocks[block]
        cell = np.empty(sum(chunk.n_answers for chunk, _ in files), dtype=np.int32)
        start = np.zeros(sum(chunk.n_tasks for chunk, _ in files) + 1, dtype=np.int64)
        task = row = 0
        for chunk, path in files:
            starts = start[task : task + chunk.n_tasks + 1]
            with Path(path).open("rb") as file:
                file.readinto(cell[row : row + chunk.n_answers].data)
                file.readinto(starts.data)
            starts += row
            task, row = task + chunk.n_tasks, row + chunk.n_answers
        return AnswersByTask(start, cell, *self._sizes)

    def sum[T](self, job: Callable[[AnswersByTask], T]) -> T:
        """Run a job on each block, and add its results: numbers, arrays or tuples of those."""
        total = job(self.rows(0))
        for block in range(1, len(self._blocks)):
            total = _plus(total, job(self.rows(block)))
        return total

    def apply[T](self, block: int, job: Callable[[AnswersByTask], T]) -> T:
        """Run a job on one block."""
        return job(self.rows(block))

    def find(self, names: pa.Array) -> Codes:
        """Return the index of each named task, -1 where it is not in this shard.

        Returns:
            Indices, shape (n_names,).
        """
        task = np.full(len(names), -1, dtype=np.int32)
        first = 0
        for block, n_tasks in enumerate(self._held.n_tasks.tolist()):
            there = match(names, self.names(block))
            task[there >= 0] = first + there[there >= 0]
            first += n_tasks
        return task

    def chances(self, fitted: Fitted, task: Codes) -> Floats:
        """Return the class chances of some tasks.

        Args:
            fitted: a fit without answers of its own.
            task: indices of tasks in the shard, shape (n,).

        Returns:
            Chances, shape (len(task), n_labels).
        """
        chances = np.empty((len(task), self._sizes[1]))
        first = 0
        for block, n_tasks in enumerate(self._held.n_tasks.tolist()):
            in_block = np.flatnonzero((task >= first) & (task < first + n_tasks))
            if len(in_block):
                at = task[in_block] - np.int32(first)
                chances[in_block] = chances_of(
                    replace(fitted, rows=self.rows(block)), Gold(at, at, 0)
                )
            first += n_tasks
        return chances

    def draw(self, block: int, seed: int, n_answers: int, keys: Keys | None) -> ShardSample:
        """Draw whole tasks of a block, given the number of answers in all shards.

        Args:
            block: number of the block.
            seed: seed of the draw.
            n_answers: number of answers in all shards.
            keys: keys of its tasks, shape (n_tasks,); derived from the names if None.
        """
        if keys is None:
            keys = key_names(self.names(block).to_pylist())
        is_drawn = draw(keys, seed, n_answers)
        return ShardSample(
            np.flatnonzero(is_drawn), take_tasks(self.rows(block), is_drawn), keys[is_drawn]
        )


def _read_names(chunk: Chunk, path: PathLike[str]) -> pa.Array:
    with Path(path).open("rb") as file:
        file.seek(4 * chunk.n_answers + 8 * (2 * chunk.n_tasks + 1))
        batch = pa.ipc.read_record_batch(pa.py_buffer(file.read()), chunk.names)
    return batch.column("name")


def _read_order(chunk: Chunk, path: PathLike[str]) -> Counts:
    offset = 4 * chunk.n_answers + 8 * (chunk.n_tasks + 1)
    return np.fromfile(Path(path), np.int64, chunk.n_tasks, offset=offset)


def _plus[T](total: T, other: T) -> T:
    """Add results of two blocks; arrays of the first are written over."""
    summed: Any = total
    if isinstance(total, tuple) and isinstance(other, tuple):
        sums = [_plus(left, right) for left, right in zip(total, other, strict=True)]
        summed = Tally(*sums) if isinstance(total, Tally) else tuple(sums)
    else:
        summed += other
    return cast("T", summed)


def first_repeated(reports: Sequence[Repeated | None]) -> Repeated | None:
    """Return the first duplicate that chunks or shards report, with the total count."""
    there = [repeated for repeated in reports if repeated]
    return min(there)._replace(times=sum(repeated.times for repeated in there)) if there else None


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
