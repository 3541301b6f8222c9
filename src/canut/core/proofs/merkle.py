"""Merkle trees of hashed entries, with proofs of inclusion and of consistency.

A tree of n leaves is the one of RFC 6962. The proofs are only arithmetic: that hashes add up to a
root. Who signs the root is decided in ``note`` and ``policy``; hashes are stored in ``tiles``.
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
    """The fewest hashes from which a tree can be continued: its whole subtrees, largest first."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry.

    Source:
        RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent.

    Source:
        RFC 6962, section 2.1.
    """
    return hashlib.sha256(b"\1" + left + right).digest()


def grown(before: CompactRange, leaves: Iterable[bytes]) -> CompactRange:
    """Return a tree extended by these leaf hashes."""
    size, nodes = before.size, list(before.nodes)
    for leaf in leaves:
        joined, bits = leaf, size
        while bits & 1:
            joined, bits = node_hash(nodes.pop(), joined), bits >> 1
        nodes.append(joined)
        size += 1
    return CompactRange(size, tuple(nodes))


def root_of(tree: CompactRange) -> bytes:
    """Return the root hash of a tree; for an empty tree, the hash of nothing.

    Raises:
        BadInput: as many hashes as the size does not have whole subtrees.

    Example:
        >>> root_of(grown(CompactRange(), [leaf_hash(b"")])).hex()[:8]
        '6e340b9c'
    """
    if len(tree.nodes) != tree.size.bit_count():
        raise BadInput(f"a tree of {tree.size} leaves is not {len(tree.nodes)} hashes")
    return _folded(tree.nodes) if tree.nodes else EMPTY_ROOT


def tree_root(read_node: ReadNode, size: int) -> bytes:
    """Return the root hash of the first ``size`` leaves."""
    return _span(read_node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(read_node: ReadNode, index: int, size: int) -> list[bytes]:
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
            proof.append(_span(read_node, middle, end))
            end = middle
        else:
            proof.append(_span(read_node, begin, middle))
            begin = middle
    return proof[::-1]


def consistency_proof(read_node: ReadNode, old: int, new: int) -> list[bytes]:
    """List the hashes that prove that a tree of ``new`` leaves continues its first ``old``.

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
            proof.append(_span(read_node, middle, end))
            end = middle
        else:
            proof.append(_span(read_node, begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        proof.append(_span(read_node, begin, end))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify that a leaf hash is at this index of the tree with this root.

    Raises:
        NotProven: it is not, or the proof has the wrong number of hashes for this index.

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
    computed = _inner(leaf, proof[:inner], index)
    for sibling in proof[inner:]:
        computed = node_hash(sibling, computed)
    _check_root(computed, root, f"leaf {index} is not in the tree of {size}")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Verify that the tree of ``new`` leaves continues that of ``old`` without changes.

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
    seed, hashes = (old_root, proof) if is_whole else (proof[0], proof[1:])
    path = (old - 1) >> shift
    before = seed
    for bit, beside in enumerate(hashes[:inner]):
        if path >> bit & 1:
            before = node_hash(beside, before)
    after = _inner(seed, hashes[:inner], path)
    for node in hashes[inner:]:
        before, after = node_hash(node, before), node_hash(node, after)
    refusal = f"the tree of {new} does not continue that of {old}"
    _check_root(before, old_root, refusal)
    _check_root(after, new_root, refusal)


def _count_hashes(index: int, size: int) -> tuple[int, int]:
    """Count the hashes of a proof below the tree's right edge, and along it."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _inner(seed: bytes, proof: Sequence[bytes], path: int) -> bytes:
    """Hash upwards; each bit of the path tells on which side the node is."""
    for bit, beside in enumerate(proof):
        seed = node_hash(beside, seed) if path >> bit & 1 else node_hash(seed, beside)
    return seed


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(read_node: ReadNode, begin: int, end: int) -> bytes:
    """Hash the leaves from begin to end out of whole subtrees, largest first."""
    nodes: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(read_node(level, begin >> level))
        begin += 1 << level
    return _folded(nodes)


def _folded(nodes: Sequence[bytes]) -> bytes:
    root = nodes[-1]
    for node in nodes[-2::-1]:
        root = node_hash(node, root)
    return root


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for digest in hashes:
        if len(digest) != HASH_BYTES:
            raise NotProven(f"a hash of the proof has {len(digest)} bytes; expected {HASH_BYTES}")


def _check_root(computed: bytes, expected: bytes, refusal: str) -> None:
    if computed != expected:
        raise NotProven(
            f"{refusal}: {computed.hex()[:16]} was computed, {expected.hex()[:16]} claimed"
        )
