"""Store a tree as static tiles for readers of transparency logs (C2SP tlog-tiles).

A tile is up to 256 adjacent hashes: at level 0 of leaves, at level n of whole trees one level
below. This module defines paths, the tiles of a size, and the contents of an entry bundle; the log
stores the bytes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.merkle import HASH_BYTES, ReadNode

WIDTH = 256
HEIGHT = 8
MOST_BYTES = 2**16 - 1
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(NamedTuple):
    """Hashes of one level: ``width`` of them, from index ``place`` × 256 on."""

    level: int
    place: int
    width: int = WIDTH


class Bundle(NamedTuple):
    """Entries: ``width`` of them, from index ``place`` × 256 on."""

    place: int
    width: int = WIDTH


type ReadTile = Callable[[Tile], bytes]


def path_of(file: Tile | Bundle) -> str:
    """Return the path of a tile or a bundle of entries, below the log's address.

    Source:
        C2SP tlog-tiles, sections "Merkle Tree" and "Log entries".

    Example:
        >>> path_of(Tile(0, 1234067, 5))
        'tile/0/x001/x234/067.p/5'
    """
    digits = f"{file.place:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[offset : offset + 3] for offset in range(0, len(digits), 3)]
    folders = "/".join([*(f"x{suffix}" for suffix in parts[:-1]), parts[-1]])
    level = file.level if isinstance(file, Tile) else "entries"
    suffix = "" if file.width == WIDTH else f".p/{file.width}"
    return f"tile/{level}/{folders}{suffix}"


def read_path(path: str) -> Tile | Bundle:
    """Read the path of a tile or bundle; each has one path only.

    Raises:
        BadProof: it is no path of a tile or a bundle.
    """
    match = _PATH.fullmatch(path)
    width = int(match["width"] or WIDTH) if match else 0
    if not match or (match["width"] and width >= WIDTH):
        raise BadProof(f"{path!a} is no path of a tile; expected such as tile/0/x001/x234/067.p/5")
    index = int(match["index"].replace("/", "").replace("x", ""))
    is_bundle = match["level"] == "entries"
    file = Bundle(index, width) if is_bundle else Tile(int(match["level"]), index, width)
    if path_of(file) != path:
        raise BadProof(f"{path!a} is a second spelling of {path_of(file)}")
    return file


def tiles_of(size: int) -> list[Tile]:
    """List the tiles of a tree, level by level from the leaves, whole ones first."""
    return tiles_added(0, size)


def tiles_added(old: int, new: int) -> list[Tile]:
    """List the tiles that a tree of ``new`` leaves has and its first ``old`` had not."""
    return list(_added(old, new))


def _added(old: int, new: int) -> Iterator[Tile]:
    level = 0
    while new:
        whole, tile = divmod(new, WIDTH)
        for index in range(old // WIDTH, whole):
            yield Tile(level, index)
        if tile and old < new:
            yield Tile(level, whole, tile)
        old, new, level = old // WIDTH, whole, level + 1


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Write up to 256 entries, each after its length in two bytes.

    Raises:
        BadInput: no entry, more than 256, or an entry longer than two bytes can express.
    """
    if not 0 < len(entries) <= WIDTH:
        raise BadInput(f"a bundle holds 1 to {WIDTH} entries; got {len(entries)}")
    longest = max(map(len, entries))
    if longest > MOST_BYTES:
        raise BadInput(f"an entry has {longest} bytes; a log's entry has at most {MOST_BYTES}")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def read_bundle(raw: bytes, width: int = WIDTH) -> list[bytes]:
    """Read the entries of a bundle.

    Raises:
        BadProof: it ends within an entry, or holds another number of them.
    """
    entries: list[bytes] = []
    offset = 0
    while offset < len(raw):
        begin = offset + 2
        offset = begin + int.from_bytes(raw[begin - 2 : begin])
        if begin > len(raw) or offset > len(raw):
            raise BadProof(f"the bundle ends within entry {len(entries)}")
        entries.append(raw[begin:offset])
    if len(entries) != width:
        raise BadProof(f"the bundle holds {len(entries)} entries; expected {width}")
    return entries


def hashes_of(raw: bytes, tile: Tile) -> list[bytes]:
    """Split a tile into its hashes.

    Raises:
        BadProof: it has not the length of its hashes.
    """
    if len(raw) != tile.width * HASH_BYTES:
        raise BadProof(
            f"{path_of(tile)} has {len(raw)} bytes; expected {tile.width} hashes of {HASH_BYTES}"
        )
    return [raw[offset : offset + HASH_BYTES] for offset in range(0, len(raw), HASH_BYTES)]


def node_reader(read_tile: ReadTile, size: int) -> ReadNode:
    """Make a node reader for ``merkle`` from the tiles of a tree of this size.

    Each tile is read once, at its width for this size: a log stores those of every checkpoint.

    Args:
        read_tile: returns the bytes of a tile.
        size: leaves of the tree.

    Raises:
        BadProof: when read, a tile has not the length of its hashes.
    """
    cache: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tall, row = divmod(level, HEIGHT)
        index_of_tile, offset = divmod(index << row, WIDTH)
        hashes = cache.get((tall, index_of_tile))
        if hashes is None:
            width = min(WIDTH, (size >> HEIGHT * tall) - index_of_tile * WIDTH)
            tile = Tile(tall, index_of_tile, width)
            hashes = cache[tall, index_of_tile] = hashes_of(read_tile(tile), tile)
        return whole_root(hashes[offset : offset + (1 << row)])

    return node


def whole_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a power of two of adjacent hashes."""
    row = hashes
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\1" + left + right).digest() for left, right in pairs]  # as node_hash does
    return row[0]
