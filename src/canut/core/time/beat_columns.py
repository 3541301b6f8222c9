"""Parse millions of heartbeats from one text, one per line, into columns.

A line holds person, session, project, surface, number, page clock, server clock, media, visible and
buckets, separated by tabs: the fastest format for a database to write, without an object per
heartbeat. Texts must contain neither tab nor line feed; the writer of the lines checks this.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from canut.core.arrays import Counts, kernel
from canut.core.errors import BadInput
from canut.core.time.beats import BUCKET_FIELDS, LARGEST, Beats

FIELDS = ["person", "session", "surface", "seq", "mono", "received", "media", "visible", "buckets"]
TEXTS = {"session", "surface", "buckets"}
SURFACE = r"^(?P<project>\d{1,18})/(?P<kind>[^:]*)(?::(?P<number>\d{1,15})$)?"
UNNUMBERED = -1
ZERO, NINE = 48, 57
BLOCK_BYTES = 2**30


class Packed(NamedTuple):
    """Columns of heartbeats sorted by session and number, with the names behind the codes.

    Args:
        beats: heartbeats, ready for ``activity.measure``.
        person: person of each session, shape (n_sessions,).
        sessions: names of the sessions.
        least: lowest heartbeat number of each session, shape (n_sessions,).
        project: project of each surface, shape (n_surfaces,); 0 is the platform.
        kind: kind of each surface.
        number: number after the colon of each surface, shape (n_surfaces,); -1 if it is not a
            number.
    """

    beats: Beats
    person: Counts
    sessions: list[str]
    least: Counts
    project: Counts
    kind: list[str]
    number: Counts


def unpacked(text: bytes) -> Packed:
    """Parse lines of heartbeats.

    Args:
        text: one line per heartbeat, in any order, without duplicates; a session name belongs to
            one person, and a surface is written ``project/sort:number``.

    Raises:
        BadInput: a line has too few fields, or a numeric field is not a number.
    """
    table = _table(text)
    sessions, session = _coded(table["session"])
    surfaces, surface = _coded(table["surface"])
    seq = _whole(table["seq"])
    order = np.lexsort((seq, session)).astype(np.int64)
    first = np.searchsorted(session[order], np.arange(len(sessions) + 1)).astype(np.int64)
    bucket, second = _signs(table["buckets"].combine_chunks(), order)
    beats = Beats(
        first=first,
        mono=_whole(table["mono"])[order],
        received=_whole(table["received"])[order],
        visible=_whole(table["visible"])[order] == 1,
        surface=surface[order].astype(np.int32),
        media=_whole(table["media"])[order],
        bucket=bucket,
        second=second,
    )
    matches = _called("extract_regex", surfaces, options=pc.ExtractRegexOptions(SURFACE))
    project, kind, digits = matches.flatten()
    is_none = _called("equal", digits, pa.scalar(""))
    number = _called("if_else", is_none, pa.scalar(str(UNNUMBERED)), digits).cast(pa.int64())
    return Packed(
        beats,
        _whole(table["person"])[order][first[:-1]],
        sessions.to_pylist(),
        seq[order][first[:-1]],
        _whole(project.cast(pa.int64())),
        kind.to_pylist(),
        _whole(number),
    )


def _table(text: bytes) -> pa.Table:
    kinds = {name: pa.string() if name in TEXTS else pa.int64() for name in FIELDS}
    if not text:
        return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(
                column_names=FIELDS, use_threads=False, block_size=BLOCK_BYTES
            ),
            parse_options=csv.ParseOptions(delimiter="\t", quote_char=False),
            convert_options=csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as problem:
        raise BadInput(f"these are no lines of beats ({problem}); expected {FIELDS}") from problem


def _called(name: str, *arguments: pa.Array, options: object = None) -> pa.Array:
    return pc.call_function(name, list(arguments), options)


def _coded(texts: pa.ChunkedArray) -> tuple[pa.Array, Counts]:
    """Encode texts in sorted order; return the distinct texts and the codes."""
    coded = texts.combine_chunks().dictionary_encode()
    order = _called("sort_indices", coded.dictionary, options=pc.SortOptions())
    rank = np.zeros(len(order), np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    return coded.dictionary.take(order), rank[coded.indices.to_numpy()]


def _whole(column: pa.Array) -> Counts:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    numbers: Counts = column.to_numpy().astype(np.int64)
    return numbers


def _signs(buckets: pa.Array, order: Counts) -> tuple[Counts, Counts]:
    """Return where each heartbeat's seconds begin, and the seconds with activity."""
    offsets, raw = buckets.buffers()[1], buckets.buffers()[2]
    ends = np.frombuffer(offsets, dtype=np.int32)[: len(buckets) + 1].astype(np.int64)
    letters = np.frombuffer(raw or b"", dtype=np.uint8)
    seconds = np.zeros(max(1, len(letters) // (2 * BUCKET_FIELDS)), np.int64)
    starts = np.zeros(len(buckets) + 1, np.int64)
    _read(letters, ends, starts, seconds)
    lengths = np.diff(starts)[order]
    bucket = np.append(0, np.cumsum(lengths)).astype(np.int64)
    at = np.repeat(starts[:-1][order] - bucket[:-1], lengths) + np.arange(bucket[-1])
    return bucket, seconds[at].clip(0, LARGEST)


@kernel
def _read(letters: NDArray[np.uint8], ends: Counts, starts: Counts, seconds: Counts) -> None:
    count = 0
    for row in range(len(ends) - 1):
        value = digits = inside = second = moved = 0
        for position in range(ends[row], ends[row + 1]):
            letter = int(letters[position])
            if ZERO <= letter <= NINE:
                value, digits = 10 * value + letter - ZERO, digits + 1
                continue
            if digits:
                second = value if inside == 0 else second
                moved += value if inside else 0
                inside, value, digits = inside + 1, 0, 0
            if inside == BUCKET_FIELDS:
                if moved > 0:
                    seconds[count] = second
                    count += 1
                inside = moved = 0
        starts[row + 1] = count
