"""Measure what columns of a Parquet file take in memory, from the headers of their pages.

A file states its sizes in the footer, which may lie. What a reader allocates stands in the header
of each page: that is walked here, page by page, and nothing is inflated. Beside the bytes of pages,
a few bytes can state a great many values of a list, or texts that repeat earlier ones
(dictionaries, and prefixes of the text before); both are measured too.

What is too much is decided by whoever reads.

Source:
    https://parquet.apache.org/docs/file-format/
"""

import os
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from canut.core.column_files.thrift import BINARY, I32, I64, LIST, STRUCT, CompactReader, Fields

LARGEST_FOOTER = 2**24
LARGEST_HEADER = 2**24
FIRST_BYTES = 512
TAIL_BYTES = 8
OLD_HEADER = 100  # bytes that writers of 2013 left out of a chunk's length
MAGIC = b"PAR1"
LENGTH = struct.Struct("<I")
VALUE_BYTES = 16  # of a text of a dictionary, beside its letters
REPEATED = 2
FEW_ENTRIES = 2_000  # of a dictionary that is kept as such
BYTE_ARRAY, DELTA_BYTE_ARRAY = 6, 7
DICTIONARY_CODES, DELTA_CODES = {2, 8}, {6, 7}
CODECS = {1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
LOOKED_AT_BYTES = 4 * 2**20  # of a dictionary whose longest text is looked for
DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_2 = range(4)

_ELEMENT = {1: (I32, None), 3: (I32, None), 4: (BINARY, None), 5: (I32, None)}
_CHUNK = {4: (I32, None), 5: (I64, None), 7: (I64, None), 9: (I64, None), 11: (I64, None)}
_GROUP = {1: (LIST, {3: (STRUCT, _CHUNK)}), 3: (I64, None)}
_FOOTER = {2: (LIST, _ELEMENT), 3: (I64, None), 4: (LIST, _GROUP)}
_VALUES = {1: (I32, None), 2: (I32, None)}
_VALUES_2 = {1: (I32, None), 4: (I32, None)}
_PAGE = {
    1: (I32, None),
    2: (I32, None),
    3: (I32, None),
    5: (STRUCT, _VALUES),
    7: (STRUCT, _VALUES),
    8: (STRUCT, _VALUES_2),
}


class Growth(NamedTuple):
    """What it takes to read columns.

    Args:
        rows: how many rows the file states, by its footer, row groups or pages, the most of them.
        bytes: of all their pages, inflated.
        at_once: the most that one row group has open: the largest page of each column and its
            dictionary.
        values: the most values that the lists of one row group have.
        row_bytes: the most that one row may take by repeating what stands once in a page.
        dictionaries: paths of texts that are all of few: dictionaries to be kept as such.
        deltas: paths of texts that are stored as differences; they cannot be read as dictionaries.
    """

    rows: int
    bytes: int
    at_once: int
    values: int
    row_bytes: int
    dictionaries: frozenset[str]
    deltas: frozenset[str]


class Leaf(NamedTuple):
    """A column of values: its path, the column of the table it belongs to, and what it holds."""

    path: str
    column: str
    is_text: bool
    is_repeated: bool


class Page(NamedTuple):
    """The header of a page: kind, bytes inflated and as stored, number of values, encoding."""

    kind: int
    inflated: int
    stored: int
    values: int
    encoding: int


@dataclass(slots=True)
class _Chunk:
    """What the pages of one column take in one row group."""

    bytes: int = 0
    page: int = 0
    dictionary: int = 0
    entries: int = 0
    longest: int = 0
    prefixes: int = 0
    values: int = 0
    is_plain: bool = False
    is_delta: bool = False

    def add(self, page: Page) -> None:
        """Count a page."""
        self.bytes += page.inflated
        if page.kind == DICTIONARY_PAGE:
            self.dictionary = max(self.dictionary, page.inflated)
            self.entries = max(self.entries, page.values)
        elif page.kind in {DATA_PAGE, DATA_PAGE_2}:
            self.page = max(self.page, page.inflated + page.stored)
            self.values += page.values
            self.is_plain |= page.encoding not in DICTIONARY_CODES
            self.is_delta |= page.encoding in DELTA_CODES
            if page.encoding == DELTA_BYTE_ARRAY:
                self.prefixes = max(self.prefixes, page.inflated)


def measure(path: Path, columns: Collection[str], texts: Collection[str] = frozenset()) -> Growth:
    """Walk the pages of columns; return what reading them takes.

    Args:
        path: the file.
        columns: the columns of the table that will be read.
        texts: paths of the values that can be read as dictionaries.

    Raises:
        ValueError: the footer or a header is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        number, size = file.fileno(), os.fstat(file.fileno()).st_size
        footer = _read_footer(number, size)
        leaves = _leaves(footer.get(2) or [])
        groups = [
            _read_group(number, size, group, leaves, columns) for group in footer.get(4) or []
        ]
    kept = frozenset(texts) - {
        leaf.path
        for group in groups
        for leaf, taken in group.chunks
        if taken.is_plain or taken.entries > FEW_ENTRIES
    }
    return Growth(
        max(footer.get(3, 0), sum(group.rows for group in groups)),
        sum(taken.bytes for group in groups for _, taken in group.chunks),
        max((group.at_once for group in groups), default=0),
        max((group.values for group in groups), default=0),
        max((_repeats(group, kept) for group in groups), default=0),
        kept,
        frozenset(leaf.path for g in groups for leaf, taken in g.chunks if taken.is_delta),
    )


class _Group(NamedTuple):
    """A row group: its rows, and what each column that is read takes."""

    rows: int
    chunks: list[tuple[Leaf, _Chunk]]

    @property
    def at_once(self) -> int:
        """Return the bytes that are open at once while it is read."""
        return sum(t.page + t.dictionary + VALUE_BYTES * t.entries for _, t in self.chunks)

    @property
    def values(self) -> int:
        """Return how many values its lists have."""
        return sum(taken.values for leaf, taken in self.chunks if leaf.is_repeated)


def _read_group(
    number: int, size: int, group: Fields, leaves: Sequence[Leaf], columns: Collection[str]
) -> _Group:
    chunks = group.get(1) or []
    if len(chunks) != len(leaves):
        raise ValueError(f"a row group has {len(chunks)} columns, not {len(leaves)}")
    walked = [
        (leaf, _walk(number, size, chunk.get(3) or {}))
        for leaf, chunk in zip(leaves, chunks, strict=True)
        if leaf.column in columns
    ]
    flat = [taken.values for leaf, taken in walked if not leaf.is_repeated]
    return _Group(max([0, group.get(3, 0), *flat]), walked)


def _repeats(group: _Group, kept: Collection[str]) -> int:
    """Return how many bytes one row may take that stand in the file for several.

    Args:
        group: a row group.
        kept: paths whose dictionaries are kept as such.
    """
    total = 0
    for leaf, taken in group.chunks:
        if leaf.is_text:
            each = taken.prefixes + (0 if leaf.path in kept else taken.longest)
            total += each * (max(1, taken.values) if leaf.is_repeated else 1)
    return total


def _read_footer(number: int, size: int) -> Fields:
    tail = os.pread(number, TAIL_BYTES, max(0, size - TAIL_BYTES))
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or not 0 < length <= min(size - TAIL_BYTES, LARGEST_FOOTER):
        raise ValueError("the file has no footer of Parquet, or one that is too long")
    raw = os.pread(number, length, size - TAIL_BYTES - length)
    try:
        return CompactReader(raw).read(_FOOTER)
    except IndexError:
        raise ValueError("the footer ends too early") from None


def _leaves(elements: list[Fields]) -> list[Leaf]:
    """Return the columns of values of a schema, in the order of their chunks."""
    if not elements:
        raise ValueError("the footer has no schema")
    leaves: list[Leaf] = []
    column = ""
    open_nodes: list[tuple[int, str, bool]] = [(max(0, elements[0].get(5, 0)), "", False)]
    for element in elements[1:]:
        while open_nodes and not open_nodes[-1][0]:
            open_nodes.pop()
        if not open_nodes:
            raise ValueError("the schema has more elements than it states")
        left, parent, is_repeated = open_nodes.pop()
        open_nodes.append((left - 1, parent, is_repeated))
        name = bytes(element.get(4, b"")).decode("utf-8", "replace")
        column = column if len(open_nodes) > 1 else name
        path = f"{parent}.{name}" if len(open_nodes) > 1 else name
        repeated = is_repeated or element.get(3) == REPEATED
        if children := max(0, element.get(5, 0)):
            open_nodes.append((children, path, repeated))
        else:
            leaves.append(Leaf(path, column, element.get(1) == BYTE_ARRAY, repeated))
    if len({leaf.path for leaf in leaves}) < len(leaves):
        raise ValueError("two columns of values have one path")
    return leaves


def _walk(number: int, size: int, chunk: Fields) -> _Chunk:
    """Read the headers of a chunk's pages, as far as a reader would."""
    values, length, first = (max(0, chunk.get(field, 0)) for field in (5, 7, 9))
    dictionary = chunk.get(11, 0)
    at = min(first, dictionary) if dictionary > 0 else first
    end = min(size, at + length)
    taken = _Chunk()
    for page, begin in _pages(number, at, end) if values else ():
        taken.add(page)
        if page.kind == DICTIONARY_PAGE:
            taken.longest = max(taken.longest, _longest(number, page, begin, chunk.get(4, -1)))
        if taken.values >= values:
            break
    return taken


def _longest(number: int, page: Page, begin: int, codec: int) -> int:
    """Return the length of the longest text of a dictionary; its whole size where it is unknown."""
    if page.inflated > LOOKED_AT_BYTES or (codec and codec not in CODECS):
        return page.inflated
    raw = os.pread(number, page.stored, begin)
    try:
        if codec:
            raw = pa.Codec(CODECS[codec]).decompress(raw, page.inflated, asbytes=True)
        longest = at = 0
        while at < len(raw):
            (length,) = LENGTH.unpack_from(raw, at)
            longest, at = max(longest, length), at + LENGTH.size + length
    except (pa.ArrowException, OSError, ValueError, struct.error):  # no texts, or damaged
        return page.inflated
    return min(longest, page.inflated)


def _pages(number: int, at: int, end: int) -> Iterator[tuple[Page, int]]:
    while at < end:
        page, begin = _read_page(number, at, end)
        is_within = begin + page.stored <= end + OLD_HEADER
        if page.inflated < 0 or page.stored < 0 or page.values < 0 or not is_within:
            raise ValueError(f"the page at byte {at} states sizes that the file has not")
        yield page, begin
        at = begin + page.stored


def _read_page(number: int, at: int, end: int) -> tuple[Page, int]:
    """Read the header of a page; return it and where its bytes begin."""
    length = FIRST_BYTES
    while True:
        raw = os.pread(number, min(length, end - at), at)
        reader = CompactReader(raw)
        try:
            header = reader.read(_PAGE)
        except IndexError:
            if length >= min(LARGEST_HEADER, end - at):
                raise ValueError(f"the header of the page at byte {at} does not end") from None
            length *= 8
            continue
        kind = header.get(1, -1)
        about = header.get({DATA_PAGE: 5, DICTIONARY_PAGE: 7, DATA_PAGE_2: 8}.get(kind, 0)) or {}
        encoding = about.get(4 if kind == DATA_PAGE_2 else 2, -1)
        stored = header.get(3, 0)
        page = Page(kind, max(header.get(2, 0), stored), stored, about.get(1, 0), encoding)
        return page, at + reader.at
