"""Write entries of a log, and the tiles of its tree.

An entry is a short canonical JSON: the kind of event and its project, and either plain facts about
the operator or a commitment to something about a person, which reveals nothing. The caller assigns
indexes and stores tiles and payloads; here the same state and entries always give the same log.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, cast

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.checkpoint import Checkpoint
from canut.core.proofs.merkle import (
    HASH_BYTES,
    CompactRange,
    grown,
    root_of,
)
from canut.core.proofs.strict import read_canonical
from canut.core.proofs.tiles import (
    WIDTH,
    ReadTile,
    Tile,
    hashes_of,
    path_of,
    tiles_of,
    whole_root,
)

VERSION = 1
LONGEST_ENTRY = 1024
_KIND = re.compile(r"[a-z][a-z0-9._-]{0,29}")
_PROJECT = re.compile(r"[A-Za-z0-9._/:-]{0,60}")
_HEX = re.compile(r"[0-9a-f]{64}")


class Entry(NamedTuple):
    """One entry: its kind, its project, and a commitment or plain facts."""

    kind: str
    project: str
    commitment: bytes | None
    facts: Mapping[str, object]


class Edge(NamedTuple):
    """The state needed to continue a log: its size, and the partial tile of each level."""

    size: int = 0
    parts: tuple[bytes, ...] = ()


class LogBatch(NamedTuple):
    """The result of a batch: index of its first entry, leaf hashes, tiles, and new edge."""

    first: int
    leaves: tuple[bytes, ...]
    tiles: Mapping[Tile, bytes]
    edge: Edge


def committed_entry(kind: str, project: str, commitment: bytes) -> bytes:
    """Write the entry of something about a person; it shows only a commitment.

    Raises:
        BadInput: a kind or a project that cannot be written, or no 32 bytes.

    Example:
        >>> committed_entry("answer", "7", bytes(32)).decode()[:20]
        '{"c":"00000000000000'
    """
    after = _after_commitment(kind, project)
    if len(commitment) != HASH_BYTES:
        raise BadInput(f"a commitment has {HASH_BYTES} bytes; this one has {len(commitment)}")
    return b'{"c":"%b%b' % (commitment.hex().encode(), after)


def open_entry(kind: str, project: str, facts: Mapping[str, object]) -> bytes:
    """Write the entry of a public fact about the operator.

    Args:
        kind: the kind of event.
        project: where, or nothing for the whole platform.
        facts: texts and whole numbers, none of them about a person.

    Raises:
        BadInput: no facts, names that cannot be written, or an entry that grows too long.
    """
    _check_names(kind, project)
    if not facts:
        raise BadInput("an open entry needs facts; a commitment is written by committed_entry")
    raw = canonical({"f": facts, "p": project, "t": kind, "v": VERSION})
    if len(raw) > LONGEST_ENTRY:
        raise BadInput(
            f"the entry has {len(raw)} bytes; at most {LONGEST_ENTRY}: log the hash of what is long"
        )
    return raw


def checkpoint_entry(project: str, checkpoint: Checkpoint) -> bytes:
    """Write the entry of a project's checkpoint in the platform's log."""
    facts = {"o": checkpoint.origin, "n": checkpoint.size, "r": checkpoint.root.hex()}
    return open_entry("checkpoint", project, facts)


def read_entry(raw: bytes) -> Entry:
    """Read an entry.

    Raises:
        BadProof: not canonical JSON, or not an entry.
    """
    if len(raw) > LONGEST_ENTRY:
        raise BadProof(f"the entry has {len(raw)} bytes; at most {LONGEST_ENTRY} are read")
    match read_canonical(raw):
        case {"c": str(hidden), "p": str(project), "t": str(kind)} if _HEX.fullmatch(hidden):
            entry = Entry(kind, project, bytes.fromhex(hidden), {})
        case {"f": dict(facts), "p": str(project), "t": str(kind)}:
            entry = Entry(kind, project, None, cast("dict[str, object]", facts))
        case _:
            raise BadProof("this is no entry of a log; expected t, p, v, and c or f")
    try:
        is_same = _written(entry) == raw
    except BadInput as problem:
        raise BadProof(f"this is no entry of a log: {problem}") from problem
    if not is_same:
        raise BadProof(f"the entry says more than entries of version {VERSION} say")
    return entry


def _written(entry: Entry) -> bytes:
    if entry.commitment is None:
        return open_entry(entry.kind, entry.project, entry.facts)
    return committed_entry(entry.kind, entry.project, entry.commitment)


def opens(entry: bytes, payload: bytes, nonce: bytes) -> bool:
    """Return whether this payload, with its salt, is what an entry committed to.

    Raises:
        BadProof: no entry.
        BadInput: a nonce of another length.
    """
    hidden = read_entry(entry).commitment
    return hidden is not None and commitment(payload, nonce) == hidden


def append(edge: Edge, entries: Sequence[bytes]) -> LogBatch:
    """Extend a log by a batch of entries.

    Args:
        edge: where the log ends now; ``Edge()`` for a new log.
        entries: as written above, in the order they get their numbers.

    Returns:
        Tiles to store: those that became whole, and the partial ones of the new size. Store them,
        the entries and the edge in one transaction, or the log forks.

    Raises:
        BadInput: an edge whose parts do not fit its size.
    """
    _check_edge(edge)
    leaves = [sha256(b"\0" + entry).digest() for entry in entries]  # as leaf_hash does
    size = edge.size + len(leaves)
    tiles: dict[Tile, bytes] = {}
    parts: list[bytes] = []
    hashes, level = leaves, 0
    while size >> 8 * level:
        before = edge.parts[level] if level < len(edge.parts) else b""
        row = before + b"".join(hashes)
        is_longer = bool(hashes)
        first_tile = (edge.size >> 8 * level) // WIDTH
        hashes = []
        tile_bytes = WIDTH * HASH_BYTES
        whole = len(row) - len(row) % tile_bytes
        for begin in range(0, whole, tile_bytes):
            tile = Tile(level, first_tile + begin // tile_bytes)
            tiles[tile] = row[begin : begin + tile_bytes]
            hashes.append(whole_root(hashes_of(tiles[tile], tile)))
        tail = row[whole:]
        if tail and is_longer:
            width = len(tail) // HASH_BYTES
            tiles[Tile(level, first_tile + whole // tile_bytes, width)] = tail
        parts.append(tail)
        level += 1
    return LogBatch(edge.size, tuple(leaves), tiles, Edge(size, tuple(parts)))


def edge_of(read_tile: ReadTile, size: int) -> Edge:
    """Compute the edge of a log of this size from its tiles.

    Args:
        read_tile: returns the bytes of a tile.
        size: entries of the log.

    Raises:
        BadProof: a tile has not the length of its hashes.
    """
    parts = [b""] * (-(-size.bit_length() // 8))
    for tile in tiles_of(size):
        if tile.width < WIDTH:
            raw = read_tile(tile)
            hashes_of(raw, tile)
            parts[tile.level] = raw
    return Edge(size, tuple(parts))


def edge_root(edge: Edge) -> bytes:
    """Return the root hash of a log.

    Raises:
        BadInput: an edge whose parts do not fit its size.
    """
    _check_edge(edge)
    nodes: tuple[bytes, ...] = ()
    for level, tail in reversed(list(enumerate(edge.parts))):
        tile = Tile(level, 0, len(tail) // HASH_BYTES)
        nodes += grown(CompactRange(), hashes_of(tail, tile)).nodes
    return root_of(CompactRange(edge.size, nodes))


def check_tiles(read_tile: ReadTile, edge: Edge) -> None:
    """Verify every tile of a log against the tiles below it, as an audit does.

    Raises:
        BadProof: a tile that does not follow from those below it, or does not fit the edge.
    """
    above: list[bytes] = []
    level, expected = -1, b""
    for tile in tiles_of(edge.size):
        if tile.level != level:
            expected, above, level = b"".join(above), [], tile.level
        raw = read_tile(tile)
        hashes = hashes_of(raw, tile)
        begin = tile.place * WIDTH * HASH_BYTES
        if level and raw != expected[begin : begin + len(raw)]:
            raise BadProof(f"{path_of(tile)} does not follow from the tiles below it")
        if tile.width == WIDTH:
            above.append(whole_root(hashes))
        elif raw != edge.parts[level]:
            raise BadProof(f"{path_of(tile)} is not where the log ends")


def _check_edge(edge: Edge) -> None:
    widths = [edge.size >> 8 * level for level in range(-(-edge.size.bit_length() // 8))]
    if [len(tail) for tail in edge.parts] != [width % WIDTH * HASH_BYTES for width in widths]:
        raise BadInput(f"the parts of the log's edge do not fit a log of {edge.size} entries")


@lru_cache(maxsize=1024)
def _after_commitment(kind: str, project: str) -> bytes:
    """Write what follows a commitment; it is canonical, as nothing in it needs an escape."""
    _check_names(kind, project)
    return f'","p":"{project}","t":"{kind}","v":{VERSION}}}'.encode()


def _check_names(kind: str, project: str) -> None:
    if not _KIND.fullmatch(kind):
        raise BadInput(f"{kind!a} is no kind of entry; expected small letters, digits and . _ -")
    if not _PROJECT.fullmatch(project):
        raise BadInput(
            f"{project!a} is no project; expected at most 60 letters, digits and . _ / : -"
        )
