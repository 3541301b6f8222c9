"""Hash entries into a tree, and show that an entry is in it or that one tree continues another.

A tree of n leaves is the one of RFC 6962. What is proved here is arithmetic alone: that hashes add
up to a root. Who vouches for the root is decided in ``note`` and ``policy``, where hashes are kept
in ``tiles``.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from canut.core.errors import BadInput, NotProven

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

type ReadNode = Callable[[int, int], bytes]
"""Gives the hash of a whole subtree: of 2^level leaves, the index-th from the left."""


class CompactRange(NamedTuple):
    """A tree in as few hashes as it can be continued from: its whole subtrees, largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry.

    Source:
        RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them.

    Source:
        RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\1" + left + right).digest()


def grown(before: CompactRange, leaves: Iterable[bytes]) -> CompactRange:
    """Continue a tree by these leaf hashes."""
    size, nodes = before.size, list(before.nodes)
    for leaf in leaves:
        joined, bits = leaf, size
        while bits & 1:
            joined, bits = node_hash(nodes.pop(), joined), bits >> 1
        nodes.append(joined)
        size += 1
    return CompactRange(size, tuple(nodes))


def root_of(tree: CompactRange) -> bytes:
    """Return the root hash of a tree; without leaves, the hash of nothing.

    Raises:
        BadInput: as many hashes as the size does not have whole subtrees.

    Example:
        >>> root_of(grown(CompactRange(), [leaf_hash(b"")])).hex()[:8]
        '6e340b9c'
    """
    if len(tree.nodes) != tree.size.bit_count():
        raise BadInput(f"a tree of {tree.size} leaves is not {len(tree.nodes)} hashes")
    return _folded(tree.nodes) if tree.nodes else EMPTY_ROOT


def tree_root(read: ReadNode, size: int) -> bytes:
    """Return the root hash of the first ``size`` leaves."""
    return _span(read, 0, size) if size else EMPTY_ROOT


def inclusion_proof(read: ReadNode, index: int, size: int) -> list[bytes]:
    """List the hashes that lead from a leaf to the root of the first ``size`` leaves.

    Raises:
        BadInput: there is no such leaf in a tree of that size.

    Source:
        RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise BadInput(f"leaf {index} is not in a tree of {size}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_span(read, middle, end))
            end = middle
        else:
            proof.append(_span(read, begin, middle))
            begin = middle
    return proof[::-1]


def consistency_proof(read: ReadNode, old: int, new: int) -> list[bytes]:
    """List the hashes that show that a tree of ``new`` leaves continues its first ``old``.

    Raises:
        BadInput: the old tree is empty, or larger than the new one.

    Source:
        RFC 6962, section 2.1.2.
    """
    if not 0 < old <= new:
        raise BadInput(f"a tree of {new} does not continue one of {old}; expected 0 < old <= new")
    proof: list[bytes] = []
    begin, end, is_whole = 0, new, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_span(read, middle, end))
            end = middle
        else:
            proof.append(_span(read, begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        proof.append(_span(read, begin, end))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash stands at this place of the tree with this root.

    Raises:
        NotProven: it does not, or the proof has not the hashes such a place needs.

    Source:
        RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise NotProven(f"leaf {index} is not in a tree of {size}")
    _check_hashes((leaf, *proof))
    inner, border = _count_hashes(index, size)
    if len(proof) != inner + border:
        raise NotProven(
            f"leaf {index} of {size} is shown by {inner + border} hashes; got {len(proof)}"
        )
    seen = _inner(leaf, proof[:inner], index)
    for left in proof[inner:]:
        seen = node_hash(left, seen)
    _check_root(seen, root, f"leaf {index} is not in the tree of {size}")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of ``new`` leaves continues that of ``old``: nothing was changed.

    Raises:
        NotProven: it does not; the old tree is empty, which anything continues; or the proof has
            not the hashes it needs.

    Source:
        RFC 9162, section 2.1.4.2.
    """
    if not 0 < old <= new:
        raise NotProven(f"a tree of {new} cannot be shown to continue one of {old}")
    _check_hashes(proof)
    if old == new:
        if proof:
            raise NotProven(f"two trees of {old} need no hashes between them; got {len(proof)}")
        _check_root(old_root, new_root, f"the two trees of {old} are not the same")
        return
    shift = (old & -old).bit_length() - 1
    inner, border = _count_hashes(old - 1, new)
    inner -= shift
    is_whole = old == 1 << shift
    needed = inner + border + (0 if is_whole else 1)
    if len(proof) != needed:
        raise NotProven(f"from {old} to {new} leaves takes {needed} hashes; got {len(proof)}")
    seed, rest = (old_root, proof) if is_whole else (proof[0], proof[1:])
    path = (old - 1) >> shift
    before = seed
    for place, beside in enumerate(rest[:inner]):
        if path >> place & 1:
            before = node_hash(beside, before)
    after = _inner(seed, rest[:inner], path)
    for left in rest[inner:]:
        before, after = node_hash(left, before), node_hash(left, after)
    said = f"the tree of {new} does not continue that of {old}"
    _check_root(before, old_root, said)
    _check_root(after, new_root, said)


def _count_hashes(index: int, size: int) -> tuple[int, int]:
    """Count the hashes of a proof below the tree's right edge, and along it."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _inner(seed: bytes, proof: Sequence[bytes], path: int) -> bytes:
    """Hash upwards; each bit of the path says on which side we come from."""
    for place, beside in enumerate(proof):
        seed = node_hash(beside, seed) if path >> place & 1 else node_hash(seed, beside)
    return seed


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(read: ReadNode, begin: int, end: int) -> bytes:
    """Hash the leaves from begin to end out of whole subtrees, largest first."""
    nodes: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(read(level, begin >> level))
        begin += 1 << level
    return _folded(nodes)


def _folded(nodes: Sequence[bytes]) -> bytes:
    seen = nodes[-1]
    for left in nodes[-2::-1]:
        seen = node_hash(left, seen)
    return seen


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for one in hashes:
        if len(one) != HASH_BYTES:
            raise NotProven(f"a hash of the proof has {len(one)} bytes; expected {HASH_BYTES}")


def _check_root(seen: bytes, expected: bytes, said: str) -> None:
    if seen != expected:
        raise NotProven(f"{said}: {seen.hex()[:16]} was computed, {expected.hex()[:16]} claimed")
