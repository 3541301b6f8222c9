"""Distribute the answers of Parquet files over shards of whole tasks, numbered as in one process.

Each part of the files is read by itself, and its rows are distributed by a hash of the task's name,
so that all rows of a task reach one shard. Workers and labels are numbered once, from all parts;
tasks are numbered within their shard. The steps of a fit on a shard are in ``estimators.shards``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from canut.core.answers import Answers, require_answers
from canut.core.arrays import Codes, Counts, kernel
from canut.core.errors import BadFile, BadInput
from canut.core.quality.tables.coded_answers import AnswerColumns, encode, order_labels
from canut.core.quality.tables.files import check_suffix, parquet_groups, read_parquet

MOST_ROWS = 2_000_000  # of a part: what one machine reads at once
PLACES = 32  # bits of a name's place in its part


type SmallCodes = Codes | NDArray[np.int16]


class RowGroups(NamedTuple):
    """Some row groups of one file, and the number of rows before them in all files."""

    number: int
    path: Path
    groups: list[int]
    before: int


class Dealing(NamedTuple):
    """How rows are distributed: their columns, number of shards, with or without row numbers."""

    columns: AnswerColumns
    n_shards: int
    numbered: bool


class ShardPiece(NamedTuple):
    """The rows of one part in one shard; workers and labels as numbered in the part.

    ``names`` are those of its tasks, ``order`` rises as they are first seen over all parts, and
    ``row`` counts rows over all files, where that was asked for.
    """

    part: int
    names: pa.Array
    order: Counts
    task: Codes
    worker: SmallCodes
    label: SmallCodes
    row: Counts


class PartNames(NamedTuple):
    """The workers or labels of a part, the row count of each, and its first row."""

    names: pa.Array
    times: Counts
    first: Counts


class Dealt(NamedTuple):
    """One distributed part: its rows by shard, and its names."""

    pieces: list[ShardPiece | None]
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
    most = min(MOST_ROWS, sum(sum(rows) for _, rows, _ in row_groups) // (2 * at_once) + 1)
    parts: list[RowGroups] = []
    before = 0
    for file, rows, _ in row_groups:
        first = n_pending = 0
        for group, n_rows in enumerate(rows, 1):
            n_pending += n_rows
            if n_pending >= most or group == len(rows):
                parts.append(RowGroups(len(parts), file, list(range(first, group)), before))
                first, before, n_pending = group, before + n_pending, 0
    return parts


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


def deal(part: RowGroups, dealing: Dealing, only: int | None = None) -> Dealt:
    """Read a part and distribute its rows over the shards, or to one only.

    Raises:
        BadFile: it cannot be read here.
        BadInput: a column holds no names.
        BadRow: a cell is empty or not a number.
    """
    columns = dealing.columns
    try:
        table = read_parquet(part.path, columns, part.groups)
    except (OSError, pa.ArrowException) as failure:
        raise BadFile(
            f"{part.path} cannot be read on a machine of the cluster: {failure}. Keep it where all "
            "of them see it, under the same path",
            code="cluster-unread",
        ) from failure
    (task, names), (worker, workers), (label, labels) = (
        encode(table, name, part.before) for name in columns
    )
    of_name = _shards_of(names, dealing.n_shards)
    by_shard, edges = _grouped(of_name, dealing.n_shards)
    position = np.empty(len(names), dtype=np.int32)
    position[by_shard] = np.arange(len(names), dtype=np.int32)
    rows_by_shard, row_edges = _grouped(of_name[task], dealing.n_shards)
    worker_codes, label_codes = _small(worker, len(workers)), _small(label, len(labels))
    pieces: list[ShardPiece | None] = [None] * dealing.n_shards
    for shard in range(dealing.n_shards) if only is None else [only]:
        shard_names = by_shard[edges[shard] : edges[shard + 1]]
        rows = rows_by_shard[row_edges[shard] : row_edges[shard + 1]]
        pieces[shard] = ShardPiece(
            part.number,
            names.take(pa.array(shard_names)),
            (part.number << PLACES) + shard_names,
            position[task[rows]] - np.int32(edges[shard]),
            worker_codes[rows],
            label_codes[rows],
            part.before + rows if dealing.numbered else np.empty(0, dtype=np.int64),
        )
    return Dealt(pieces, _count(worker, workers, part.before), _count(label, labels, part.before))


def _small(codes: Codes, n_names: int) -> SmallCodes:
    """Return codes in 16 bits where they fit: rows travel, and meanwhile lie in memory twice."""
    return codes.astype(np.int16) if n_names <= np.iinfo(np.int16).max else codes


def _count(codes: Codes, names: pa.Array, before: int) -> PartNames:
    first = np.full(len(names), np.iinfo(np.int64).max)
    first[codes[::-1]] = before + np.arange(len(codes))[::-1]
    return PartNames(names, np.bincount(codes, minlength=len(names)), first)


def _grouped(shard: NDArray[np.int16], n_shards: int) -> tuple[Counts, Counts]:
    """Return positions grouped by shard, in order, and where each group starts."""
    edges = np.zeros(n_shards + 1, dtype=np.int64)
    np.cumsum(np.bincount(shard, minlength=n_shards), out=edges[1:])
    return np.argsort(shard, kind="stable"), edges


def _shards_of(names: pa.Array, n_shards: int) -> NDArray[np.int16]:
    """Return the shard of each name, from its text alone."""
    if not pa.types.is_binary(names.type):
        names = names.cast(pa.large_string())
    names = names.cast(pa.large_binary())
    _, offsets, letters = names.buffers()
    shard = np.empty(len(names), dtype=np.int16)
    if len(names):
        start = np.frombuffer(offsets, dtype=np.int64)[names.offset :]
        _hash(start, np.frombuffer(letters, dtype=np.uint8), n_shards, shard)
    return shard


@kernel
def _hash(
    start: Counts, letters: NDArray[np.uint8], n_shards: int, shard: NDArray[np.int16]
) -> None:
    """Write the shard of each name.

    Source:
        Fowler, Noll and Vo: FNV-1a, 64 bits.
    """
    for name in range(shard.shape[0]):
        digest = np.uint64(0xCBF29CE484222325)
        for at in range(start[name], start[name + 1]):
            digest = (digest ^ np.uint64(letters[at])) * np.uint64(0x100000001B3)
        digest ^= digest >> np.uint64(32)
        shard[name] = digest % np.uint64(n_shards)


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
    first = np.full(len(names), np.iinfo(np.int64).max)
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
