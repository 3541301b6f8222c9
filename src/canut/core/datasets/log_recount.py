"""Count a project's log again from its entries alone, as anyone can who has the file of them.

The file is entry after entry, each behind its length in two bytes, as C2SP bundles are; what comes
out is the root they hash to and how many there are of each kind. Whether that root is the one that
was logged is decided in ``bundle``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from canut.core.datasets.signed_work import KIND as SIGNED
from canut.core.errors import BadInput, BadProof
from canut.core.ledger.log import LONGEST_ENTRY, read_entry
from canut.core.proofs.merkle import EMPTY_ROOT

LENGTH_BYTES = 2
_HIDDEN = re.compile(rb'\{"c":"[0-9a-f]{64}"')
_HEAD_BYTES = len('{"c":"",') - 1 + 64
_HASH = slice(len('{"c":"'), len('{"c":"') + 64)


class Recount(NamedTuple):
    """A log counted again: entries, their root, and how many of each kind.

    ``signed`` are the commitments of its countersignatures, in hexadecimal.
    """

    size: int
    root: bytes
    kinds: Mapping[str, int]
    signed: frozenset[str] = frozenset()


def write_entries(entries: Iterable[bytes]) -> Iterator[bytes]:
    """Write entries one behind the other.

    Raises:
        BadInput: an entry is too long to be one.
    """
    for entry in entries:
        if not 0 < len(entry) <= LONGEST_ENTRY:
            raise BadInput(f"an entry has {len(entry)} bytes; 1 to {LONGEST_ENTRY}")
        yield len(entry).to_bytes(LENGTH_BYTES) + entry


def recount(raw: bytes, project: str) -> Recount:
    """Hash and count the entries of one project.

    Args:
        raw: the file.
        project: whose entries they must all be.

    Raises:
        BadProof: the file ends within an entry, or holds what is no entry of this project.
    """
    leaves: list[bytes] = []
    kinds: Counter[str] = Counter()
    signed: set[str] = set()
    known: dict[bytes, str] = {}
    place, end = 0, len(raw)
    while place < end:
        begin = place + LENGTH_BYTES
        place = begin + int.from_bytes(raw[place:begin])
        entry = raw[begin:place]
        tail = entry[_HEAD_BYTES:]
        kind = known.get(tail) if _HIDDEN.match(entry) else None
        if kind is None:
            if place > end:
                raise BadProof(f"the file ends within entry {len(leaves)}")
            kind = _kind(entry, project, len(leaves))
            if _HIDDEN.match(entry):
                known[tail] = kind
        leaves.append(sha256(b"\0" + entry).digest())
        kinds[kind] += 1
        if kind == SIGNED and _HIDDEN.match(entry):
            signed.add(entry[_HASH].decode())
    if place > end:
        raise BadProof(f"the file ends within entry {len(leaves) - 1}")
    return Recount(len(leaves), root_of_leaves(leaves), dict(kinds), frozenset(signed))


def root_at(raw: bytes, count: int) -> bytes:
    """Return the root the first entries of a file hash to: where the log stood when it had so many.

    Raises:
        BadProof: the file holds fewer.
    """
    leaves: list[bytes] = []
    place = 0
    while len(leaves) < count:
        begin = place + LENGTH_BYTES
        place = begin + int.from_bytes(raw[place:begin])
        if place > len(raw) or begin == place:
            raise BadProof(f"the file holds {len(leaves)} entries; {count} are asked for")
        leaves.append(sha256(b"\0" + raw[begin:place]).digest())
    return root_of_leaves(leaves)


def root_of_leaves(leaves: list[bytes]) -> bytes:
    """Return the root of a whole tree of leaf hashes, row by row; without any, that of nothing.

    Source:
        RFC 6962, section 2.1: a last hash without a neighbour goes up as it is.
    """
    row = leaves
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return row[0] if row else EMPTY_ROOT


def _kind(raw: bytes, project: str, number: int) -> str:
    try:
        entry = read_entry(raw)
    except BadProof as problem:
        raise BadProof(f"entry {number} of the file: {problem}") from problem
    if entry.project != project:
        raise BadProof(f"entry {number} of the file is of project {entry.project!a}")
    return entry.kind
