"""Distribute the answers of Parquet files over shards of whole tasks, numbered as in one process.

Each part of the files is read by itself, some rows at a time, and its rows are distributed by a
hash of the task's name, so that all rows of a task reach one chunk of one shard. They are written
to a file of the part, from which each chunk is read: what is in memory does not grow with the
number of answers. Workers and labels are numbered once, from all parts; tasks are numbered within
their chunk. The steps of a fit on a shard are in ``estimators.shards``.
"""

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from canut.core.answers import Answers, require_answers
from canut.core.arrays import Codes, Counts, kernel
from canut.core.errors import BadFile, BadInput
from canut.core.quality.tables.coded_answers import AnswerColumns, encode, order_labels
from canut.core.quality.tables.files import check_suffix, parquet_groups, parquet_tables

PART_ROWS = 4_000_000  # at most: what is read by one process in one go
BATCH_ROWS = 1 << 20  # at most, in memory at a time: no fewer than writers put into a row group
CHUNK_ROWS = 1 << 20  # about: what is arranged, and weighed, at a time
MOST_CHUNKS = (1 << 15) - 1  # of all shards together: their numbers fit in 16 bits
PLACES = 32  # bits of a name's place in its part
NEVER = np.iinfo(np.int64).max


class RowGroups(NamedTuple):
    """Some row groups of one file, and the number of rows before them in all files, and in them."""

    number: int
    path: Path
    groups: list[int]
    before: int
    n_rows: int


class Dealing(NamedTuple):
    """How rows are distributed: their columns, shards, chunks a shard, with row numbers or not."""

    columns: AnswerColumns
    n_shards: int
    n_chunks: int
    numbered: bool


class ShardPiece(NamedTuple):
    """The rows of one part in one chunk; workers and labels as numbered in the part.

    ``names`` are those of its tasks, ``order`` rises as they are first seen over all parts, and
    ``row`` counts rows over all files, where that was asked for. A name may come twice.
    """

    part: int
    names: pa.Array
    order: Counts
    task: Codes
    worker: Codes
    label: Codes
    row: Counts


class PartNames(NamedTuple):
    """The workers or labels of a part, the row count of each, and its first row."""

    names: pa.Array
    times: Counts
    first: Counts


class Dealt(NamedTuple):
    """One part whose rows were written to a file, chunk by chunk, and its names.

    ``spots`` say where each batch of rows begins in the file, for its tasks and for its answers,
    and where it ends, shape (n_batches, n_shards * n_chunks, 3).
    """

    part: int
    spots: Counts
    schemas: tuple[pa.Schema, pa.Schema]
    workers: PartNames
    labels: PartNames


class Numbering(NamedTuple):
    """Workers, busiest first, and labels in order; the number of each part's names, by part."""

    workers: pa.Array
    labels: pa.Array
    worker_of: list[Codes]
    label_of: list[Codes]


def find_parts(path: Path, columns: AnswerColumns, at_once: int) -> list[RowGroups]:
    """Split a Parquet file, or a folder of them, into parts, several per process.

    Raises:
        BadFile: there is no such file, it is not Parquet, or cannot be read.
        BadInput: a column is missing, or has another type in another file.
    """
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not path.exists() or not files:
        raise BadFile(f"there is no Parquet file {path}; check the path", code="file-missing")
    if check_suffix(files[0]) != ".parquet":
        raise BadFile(
            f"{path} is not Parquet, and a cluster reads nothing else: its rows can be read in "
            "parts; without --cluster any format will do",
            code="cluster-file",
        )
    row_groups = [(file, *parquet_groups(file, columns)) for file in files]
    for file, _, types in row_groups:
        _refuse_types(columns, types, row_groups[0][2], file)
    most = min(PART_ROWS, sum(sum(rows) for _, rows, _ in row_groups) // (2 * at_once) + 1)
    parts: list[RowGroups] = []
    before = 0
    for file, rows, _ in row_groups:
        first = n_pending = 0
        for group, n_rows in enumerate(rows, 1):
            n_pending += n_rows
            if n_pending >= most or group == len(rows):
                groups = list(range(first, group))
                parts.append(RowGroups(len(parts), file, groups, before, n_pending))
                first, before, n_pending = group, before + n_pending, 0
    return parts


def count_chunks(parts: Sequence[RowGroups], n_shards: int) -> int:
    """Return into how many chunks the rows of each shard are distributed."""
    n_rows = sum(part.n_rows for part in parts)
    return min(n_rows // (n_shards * CHUNK_ROWS) + 1, max(MOST_CHUNKS // n_shards, 1))


def _refuse_types(
    columns: AnswerColumns, types: Sequence[pa.DataType], first: Sequence[pa.DataType], path: Path
) -> None:
    for name, kind, expected in zip(columns, types, first, strict=True):
        if kind != expected:
            raise BadInput(
                f"{path}, column {name!r} holds {kind}, but {expected} in the first file; "
                "write all files alike",
                code="column-type",
                column=name,
            )


def deal(part: RowGroups, dealing: Dealing, path: PathLike[str], only: int | None = None) -> Dealt:
    """Read a part, and write its rows by chunk to a file, of all shards or of one only.

    Raises:
        BadFile: it cannot be read here.
        BadInput: a column holds no names.
        BadRow: a cell is empty or not a number.
    """
    columns, n_chunks = dealing.columns, dealing.n_shards * dealing.n_chunks
    chunks_here = range(n_chunks)
    if only is not None:
        chunks_here = range(only * dealing.n_chunks, (only + 1) * dealing.n_chunks)
    workers, labels = _PartCounts(), _PartCounts()
    n_tasks = np.zeros(n_chunks, dtype=np.int64)
    all_spots: list[Counts] = []
    schemas = pa.schema([]), pa.schema([])
    before, n_names = part.before, 0
    with Path(path).open("wb") as out:
        for table in _tables(part, columns):
            task, names = encode(table, columns.task, before)
            worker = workers.add(*encode(table, columns.worker, before), before)
            label = labels.add(*encode(table, columns.label, before), before)
            chunk_of = _chunks_of(names, n_chunks)
            by_chunk, edges = _grouped(chunk_of, n_chunks)
            position = np.empty(len(names), dtype=np.int32)
            position[by_chunk] = np.arange(len(names), dtype=np.int32)
            position += (n_tasks - edges[:-1]).astype(np.int32)[chunk_of]
            rows_by_chunk, row_edges = _grouped(chunk_of[task], n_chunks)
            spots = np.zeros((n_chunks, 3), dtype=np.int64)
            for chunk in chunks_here:
                chunk_names = by_chunk[edges[chunk] : edges[chunk + 1]]
                rows = rows_by_chunk[row_edges[chunk] : row_edges[chunk + 1]]
                order = (part.number << PLACES) + n_names + chunk_names
                tasks = {"name": names.take(pa.array(chunk_names)), "order": order}
                answers: dict[str, Codes | Counts] = {
                    "task": position[task[rows]],
                    "worker": worker[rows],
                    "label": label[rows],
                }
                if dealing.numbered:
                    answers["row"] = before + rows
                batches = pa.record_batch(tasks), pa.record_batch(answers)
                spots[chunk] = _append(out, batches)
                schemas = batches[0].schema, batches[1].schema
            all_spots.append(spots)
            n_tasks += np.diff(edges)
            before, n_names = before + len(task), n_names + len(names)
    at = np.array(all_spots, dtype=np.int64).reshape(-1, n_chunks, 3)
    return Dealt(part.number, at, schemas, workers.names(), labels.names())


def _tables(part: RowGroups, columns: AnswerColumns) -> Iterator[pa.Table]:
    """Yield the rows of a part, some at a time.

    Raises:
        BadFile: they cannot be read here.
    """
    try:
        yield from parquet_tables(part.path, columns, part.groups, BATCH_ROWS)
    except (OSError, pa.ArrowException) as failure:
        raise BadFile(
            f"{part.path} cannot be read on a machine of the cluster: {failure}. Keep it where all "
            "of them see it, under the same path",
            code="cluster-unread",
        ) from failure


def _append(out: IO[bytes], batches: Sequence[pa.RecordBatch]) -> Counts:
    """Write batches; return where each begins, and where the last ends."""
    edges = [out.tell()]
    for batch in batches:
        out.write(batch.serialize())
        edges.append(out.tell())
    return np.array(edges, dtype=np.int64)


def read_piece(path: PathLike[str], dealt: Dealt, chunk: int) -> ShardPiece:
    """Read the rows of one chunk from the file of a part.

    Args:
        path: the file that ``deal`` wrote.
        dealt: what it returned.
        chunk: number of the chunk among those of all shards.
    """
    tasks: list[pa.RecordBatch] = []
    answers: list[pa.RecordBatch] = []
    with Path(path).open("rb") as file:
        for begin, middle, end in dealt.spots[:, chunk].tolist():
            file.seek(begin)
            for batches, schema, size in zip(
                (tasks, answers), dealt.schemas, (middle - begin, end - middle), strict=True
            ):
                batches.append(pa.ipc.read_record_batch(pa.py_buffer(file.read(size)), schema))
    names = pa.concat_arrays([batch.column("name") for batch in tasks])
    task, worker, label = (_joined(answers, name, np.int32) for name in ("task", "worker", "label"))
    row = np.empty(0, dtype=np.int64)
    if "row" in dealt.schemas[1].names:
        row = _joined(answers, "row", np.int64)
    return ShardPiece(
        dealt.part, names, _joined(tasks, "order", np.int64), task, worker, label, row
    )


def _joined[N: np.generic](
    batches: Sequence[pa.RecordBatch], name: str, kind: type[N]
) -> NDArray[N]:
    columns = [batch.column(name).to_numpy() for batch in batches]
    return np.concatenate(columns).astype(kind, copy=False)


class _PartCounts:
    """The workers or labels of a part, numbered as its batches are read."""

    def __init__(self) -> None:
        self._names: list[pa.Array] = []
        self._times = np.empty(0, dtype=np.int64)
        self._first = np.empty(0, dtype=np.int64)

    def add(self, codes: Codes, names: pa.Array, before: int) -> Codes:
        """Count the rows of a batch; return their names' numbers in the part, shape (n_rows,)."""
        merged, numbers = join([*self._names, names])
        self._names = [merged]
        n_new = len(merged) - len(self._times)
        number_of = numbers[len(self._times) :]
        batch = _count(codes, names, before)
        self._times = np.append(self._times, np.zeros(n_new, dtype=np.int64))
        self._first = np.append(self._first, np.full(n_new, NEVER))
        np.add.at(self._times, number_of, batch.times)
        np.minimum.at(self._first, number_of, batch.first)
        return number_of[codes]

    def names(self) -> PartNames:
        """Return the names, and their rows."""
        names = self._names[0] if self._names else pa.array([], pa.string())
        return PartNames(names, self._times, self._first)


def _count(codes: Codes, names: pa.Array, before: int) -> PartNames:
    first = np.full(len(names), NEVER)
    first[codes[::-1]] = before + np.arange(len(codes))[::-1]
    return PartNames(names, np.bincount(codes, minlength=len(names)), first)


def _grouped(chunk: NDArray[np.int16], n_chunks: int) -> tuple[Counts, Counts]:
    """Return positions grouped by chunk, in order, and where each group starts."""
    edges = np.zeros(n_chunks + 1, dtype=np.int64)
    np.cumsum(np.bincount(chunk, minlength=n_chunks), out=edges[1:])
    return np.argsort(chunk, kind="stable"), edges


def _chunks_of(names: pa.Array, n_chunks: int) -> NDArray[np.int16]:
    """Return the chunk of each name, from its text alone."""
    if not pa.types.is_binary(names.type):
        names = names.cast(pa.large_string())
    names = names.cast(pa.large_binary())
    _, offsets, letters = names.buffers()
    chunk = np.empty(len(names), dtype=np.int16)
    if len(names):
        start = np.frombuffer(offsets, dtype=np.int64)[names.offset :]
        _hash(start, np.frombuffer(letters, dtype=np.uint8), n_chunks, chunk)
    return chunk


@kernel
def _hash(
    start: Counts, letters: NDArray[np.uint8], n_chunks: int, chunk: NDArray[np.int16]
) -> None:
    """Write the chunk of each name.

    Source:
        Fowler, Noll and Vo: FNV-1a, 64 bits.
    """
    for name in range(chunk.shape[0]):
        digest = np.uint64(0xCBF29CE484222325)
        for at in range(start[name], start[name + 1]):
            digest = (digest ^ np.uint64(letters[at])) * np.uint64(0x100000001B3)
        digest ^= digest >> np.uint64(32)
        chunk[name] = digest % np.uint64(n_chunks)


def number(
    workers: Sequence[PartNames], labels: Sequence[PartNames], column: str, order: Sequence[object]
) -> Numbering:
    """Number the workers and labels of all parts, as is done for a single table.

    Args:
        workers: the workers of each part.
        labels: the labels of each part.
        column: name of the column of labels.
        order: all labels in their order; empty to sort them by size or the alphabet.

    Raises:
        BadInput: there are no answers, or too many labels.
        BadRow: a label is not in the order given.
    """
    if not sum(int(part.times.sum()) for part in labels):
        nothing = np.empty(0, dtype=np.int32)
        require_answers(Answers(nothing, nothing, nothing, 0, 0, 0))
    all_workers, worker_of = _merge(workers)
    busiest = np.argsort(-all_workers.times, kind="stable")
    rank = np.empty(len(busiest), dtype=np.int32)
    rank[busiest] = np.arange(len(busiest), dtype=np.int32)
    all_labels, label_of = _merge(labels)
    number_of, ordered = order_labels(
        all_labels.names, list(order), column, lambda code: int(all_labels.first[code])
    )
    return Numbering(
        all_workers.names.take(pa.array(busiest)),
        ordered,
        [rank[codes] for codes in worker_of],
        [number_of[codes] for codes in label_of],
    )


def _merge(parts: Sequence[PartNames]) -> tuple[PartNames, list[Codes]]:
    """Return all names with rows, by first appearance, and the number of each part's."""
    names, codes = join([part.names for part in parts])
    times = np.zeros(len(names), dtype=np.int64)
    np.add.at(times, codes, np.concatenate([part.times for part in parts]))
    first = np.full(len(names), NEVER)
    np.minimum.at(first, codes, np.concatenate([part.first for part in parts]))
    used = times > 0
    codes = (np.cumsum(used, dtype=np.int32) - np.int32(1))[codes]
    edges = np.cumsum([len(part.names) for part in parts])[:-1]
    merged = PartNames(names.filter(pa.array(used)), times[used], first[used])
    return merged, np.split(codes, edges)


def join(arrays: Sequence[pa.Array]) -> tuple[pa.Array, Codes]:
    """Return the distinct values of several arrays, by first appearance, and their codes.

    Returns:
        The distinct values, and one code per value of all arrays, shape (n,).
    """
    encoded = pa.concat_arrays(list(arrays)).dictionary_encode()
    codes: Codes = encoded.indices.to_numpy(zero_copy_only=False)
    return encoded.dictionary, codes.astype(np.int32, copy=False)
