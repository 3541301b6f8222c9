"""Recount a project's log from the file of its entries, as anyone can.

The file is a sequence of entries, each after its length in two bytes, as in C2SP bundles; the
result is their root and the number of each kind. Whether that root was logged is decided in
``bundle``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from canut.core.datasets.card_material import ENTRY as MATERIAL
from canut.core.datasets.signed_work import KIND as SIGNED
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.ledger.log import LONGEST_ENTRY, Entry, read_entry
from canut.core.proofs.merkle import EMPTY_ROOT

LENGTH_BYTES = 2
INSTRUCTIONS_SET, PRICE_SET = "instructions.set", "price.set"
OPEN_KINDS = frozenset({INSTRUCTIONS_SET, PRICE_SET})
"""Kinds of open entries that figures rest on, beside that of the material."""
_HIDDEN = re.compile(rb'\{"c":"[0-9a-f]{64}"')
_COMMITTED = b'{"c":"'
_HEAD_BYTES = len('{"c":"",') - 1 + 64
_HASH = slice(len('{"c":"'), len('{"c":"') + 64)


type Facts = Mapping[str, Sequence[Mapping[str, object]]]


class Recount(NamedTuple):
    """A recounted log: number of entries, root, and number of each kind.

    ``signed`` are the commitments of its countersignatures, in hexadecimal; ``material`` is what
    its last entry about the origin of the material holds, None if it has none. ``facts`` are those
    of its open entries that figures rest on, by kind and in order.
    """

    size: int
    root: bytes
    kinds: Mapping[str, int]
    signed: frozenset[str] = frozenset()
    material: Mapping[str, object] | None = None
    facts: Facts = MappingProxyType({})


def write_entries(entries: Iterable[bytes]) -> Iterator[bytes]:
    """Concatenate entries, each after its length.

    Raises:
        BadInput: an entry is too long.
    """
    for entry in entries:
        if not 0 < len(entry) <= LONGEST_ENTRY:
            raise BadInput(f"an entry has {len(entry)} bytes; 1 to {LONGEST_ENTRY}")
        yield len(entry).to_bytes(LENGTH_BYTES) + entry


def recount(raw: bytes, project: str) -> Recount:
    """Hash and count the entries of one project.

    Args:
        raw: the file.
        project: the project all entries must belong to.

    Raises:
        BadProof: the file ends within an entry, or holds one that is not of this project.
        NotProven: a commitment stands twice; each has a nonce of its own.
    """
    leaves: list[bytes] = []
    kinds: Counter[str] = Counter()
    signed: set[str] = set()
    hidden: set[bytes] = set()
    kind_of_tail: dict[bytes, str] = {}
    facts: dict[str, list[Mapping[str, object]]] = {kind: [] for kind in (MATERIAL, *OPEN_KINDS)}
    offset, end = 0, len(raw)
    while offset < end:
        begin = offset + LENGTH_BYTES
        offset = begin + int.from_bytes(raw[offset:begin])
        entry = raw[begin:offset]
        tail = entry[_HEAD_BYTES:]
        kind = kind_of_tail.get(tail) if _HIDDEN.match(entry) else None
        if kind is None:
            if offset > end:
                raise BadProof(f"the file ends within entry {len(leaves)}")
            open_entry = _read(entry, project, len(leaves))
            kind = open_entry.kind
            if kind in facts and open_entry.commitment is None:
                facts[kind].append(open_entry.facts)
            if _HIDDEN.match(entry):
                kind_of_tail[tail] = kind
        leaves.append(sha256(b"\0" + entry).digest())
        kinds[kind] += 1
        if entry.startswith(_COMMITTED):
            commitment = entry[_HASH]
            if commitment in hidden:
                raise NotProven(f"entry {len(leaves) - 1} of the project’s log stands there twice")
            hidden.add(commitment)
            if kind == SIGNED:
                signed.add(commitment.decode())
    if offset > end:
        raise BadProof(f"the file ends within entry {len(leaves) - 1}")
    root = root_of_leaves(leaves)
    material = facts[MATERIAL][-1] if facts[MATERIAL] else None
    return Recount(len(leaves), root, dict(kinds), frozenset(signed), material, facts)


def root_at(raw: bytes, count: int) -> bytes:
    """Return the root of the first entries of a file: the tree when it had that size.

    Raises:
        BadProof: the file holds fewer.
    """
    leaves: list[bytes] = []
    offset = 0
    while len(leaves) < count:
        begin = offset + LENGTH_BYTES
        offset = begin + int.from_bytes(raw[offset:begin])
        if offset > len(raw) or begin == offset:
            raise BadProof(f"the file holds {len(leaves)} entries; {count} are asked for")
        leaves.append(sha256(b"\0" + raw[begin:offset]).digest())
    return root_of_leaves(leaves)


def root_of_leaves(leaves: list[bytes]) -> bytes:
    """Return the Merkle root of leaf hashes, level by level; that of an empty tree for none.

    Source:
        RFC 6962, section 2.1: a last hash without a neighbour goes up as it is.
    """
    row = leaves
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [sha256(b"\1" + node + right).digest() for node, right in pairs] + odd
    return row[0] if row else EMPTY_ROOT


def _read(raw: bytes, project: str, number: int) -> Entry:
    try:
        entry = read_entry(raw)
    except BadProof as problem:
        raise BadProof(f"entry {number} of the file: {problem}") from problem
    if entry.project != project:
        raise BadProof(f"entry {number} of the file is of project {entry.project!a}")
    return entry
