"""Lay a tree out as static files that any reader of transparency logs knows how to fetch.

A tile is up to 256 hashes side by side: at level 0 of leaves, at level n of whole tiles one level
below. What a path is called, which tiles a size has and what a bundle of entries holds is decided
here; the bytes are kept by whoever keeps the log.
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
    """Hashes of one level: ``width`` of them, from ``place`` × 256 on."""

    level: int
    place: int
    width: int = WIDTH


class Bundle(NamedTuple):
    """Entries themselves: ``width`` of them, from ``place`` × 256 on."""

    place: int
    width: int = WIDTH


type ReadTile = Callable[[Tile], bytes]


def path_of(file: Tile | Bundle) -> str:
    """Return where a tile or a bundle of entries is served, below the log's address.

    Source:
        C2SP tlog-tiles, sections "Merkle Tree" and "Log entries".

    Example:
        >>> path_of(Tile(0, 1234067, 5))
        'tile/0/x001/x234/067.p/5'
    """
    digits = f"{file.place:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    folders = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    level = file.level if isinstance(file, Tile) else "entries"
    part = "" if file.width == WIDTH else f".p/{file.width}"
    return f"tile/{level}/{folders}{part}"


def read_path(path: str) -> Tile | Bundle:
    """Read a path back; each tile has one path only.

    Raises:
        BadProof: it is no path of a tile or a bundle.
    """
    seen = _PATH.fullmatch(path)
    width = int(seen["width"] or WIDTH) if seen else 0
    if not seen or (seen["width"] and width >= WIDTH):
        raise BadProof(f"{path!a} is no path of a tile; expected such as tile/0/x001/x234/067.p/5")
    index = int(seen["index"].replace("/", "").replace("x", ""))
    is_bundle = seen["level"] == "entries"
    file = Bundle(index, width) if is_bundle else Tile(int(seen["level"]), index, width)
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
        whole, part = divmod(new, WIDTH)
        for index in range(old // WIDTH, whole):
            yield Tile(level, index)
        if part and old < new:
            yield Tile(level, whole, part)
        old, new, level = old // WIDTH, whole, level + 1


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Write up to 256 entries one after the other, each behind its length in two bytes.

    Raises:
        BadInput: none, more than 256, or an entry longer than two bytes can say.
    """
    if not 0 < len(entries) <= WIDTH:
        raise BadInput(f"a bundle holds 1 to {WIDTH} entries; got {len(entries)}")
    longest = max(map(len, entries))
    if longest > MOST_BYTES:
        raise BadInput(f"an entry has {longest} bytes; a log's entry has at most {MOST_BYTES}")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def read_bundle(raw: bytes, width: int = WIDTH) -> list[bytes]:
    """Read the entries of a bundle back.

    Raises:
        BadProof: it ends within an entry, or holds another number of them.
    """
    entries: list[bytes] = []
    place = 0
    while place < len(raw):
        begin = place + 2
        place = begin + int.from_bytes(raw[begin - 2 : begin])
        if begin > len(raw) or place > len(raw):
            raise BadProof(f"the bundle ends within entry {len(entries)}")
        entries.append(raw[begin:place])
    if len(entries) != width:
        raise BadProof(f"the bundle holds {len(entries)} entries; expected {width}")
    return entries


def hashes_of(raw: bytes, tile: Tile) -> list[bytes]:
    """Cut a tile into its hashes.

    Raises:
        BadProof: it has not the length of its hashes.
    """
    if len(raw) != tile.width * HASH_BYTES:
        raise BadProof(
            f"{path_of(tile)} has {len(raw)} bytes; expected {tile.width} hashes of {HASH_BYTES}"
        )
    return [raw[place : place + HASH_BYTES] for place in range(0, len(raw), HASH_BYTES)]


def node_reader(read: ReadTile, size: int) -> ReadNode:
    """Make what ``merkle`` reads hashes from, out of the tiles of a tree of this size.

    Each tile is read once, at the width this size gives it: a log keeps those of every checkpoint.

    Args:
        read: gives the bytes of a tile.
        size: leaves of the tree.

    Raises:
        BadProof: when read, a tile has not the length of its hashes.
    """
    kept: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tall, row = divmod(level, HEIGHT)
        place, offset = divmod(index << row, WIDTH)
        hashes = kept.get((tall, place))
        if hashes is None:
            width = min(WIDTH, (size >> HEIGHT * tall) - place * WIDTH)
            tile = Tile(tall, place, width)
            hashes = kept[tall, place] = hashes_of(read(tile), tile)
        return whole_root(hashes[offset : offset + (1 << row)])

    return node


def whole_root(hashes: Sequence[bytes]) -> bytes:
    """Hash a power of two of hashes, side by side, into the one above them."""
    row = hashes
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [sha256(b"\1" + left + right).digest() for left, right in pairs]  # as node_hash does
    return row[0]
