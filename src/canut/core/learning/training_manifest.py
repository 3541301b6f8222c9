"""What a model was trained on, as a sorted Merkle tree, so that an absence can be proven.

Each item is one leaf: a hash of the project's salt, the item's number and the hash of its content.
The leaves stand in ascending order, each once. An item that is in the tree has a path to its root;
for one that is not, two neighbours that bracket its place have. The proofs are only arithmetic: who
wrote the root, and when, is shown by the log. Whether the whole tree is in order can be checked
where all its leaves are at hand; ``check_sorted`` does so.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from canut.core.errors import BadInput, Conflict, Missing, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.merkle import (
    HASH_BYTES,
    ReadNode,
    inclusion_proof,
    leaf_hash,
    node_hash,
    tree_root,
    verify_inclusion,
)

SALT_BYTES, ITEM_BYTES = 32, 8


class TreeLeaf(NamedTuple):
    """A leaf, its place in the tree, and the hashes that lead to the root."""

    place: int
    leaf: bytes
    path: tuple[bytes, ...]


class Absence(NamedTuple):
    """The neighbours between which a leaf would stand; None beyond either end of the tree."""

    left: TreeLeaf | None
    right: TreeLeaf | None


def item_content(cells: Mapping[str, str], media: Container[str]) -> bytes:
    """Return the hash of an item's content: what its owner can compute from their own copy.

    Args:
        cells: the item by column, as it was imported.
        media: the SHA-256 of pictures and sounds of the project, as hex.

    Returns:
        The SHA-256 of its only picture or sound, or of its only text; of its pictures and sounds,
        or else of all cells, as canonical JSON, where there are several.

    Example:
        >>> item_content({"text": "a"}, ()) == hashlib.sha256(b"a").digest()
        True
    """
    files = {name: cell for name, cell in cells.items() if cell in media}
    if len(files) == 1:
        return bytes.fromhex(*files.values())
    if not files and len(cells) == 1:
        return hashlib.sha256("".join(cells.values()).encode()).digest()
    return hashlib.sha256(canonical(files or cells)).digest()


def item_leaf(salt: bytes, item: int, content: bytes) -> bytes:
    """Return the leaf of an item.

    Args:
        salt: 32 random bytes of the project; without them nobody can guess what a leaf stands for.
        item: the item's number, from 0 to 2⁶⁴ - 1.
        content: the SHA-256 of its content.

    Raises:
        BadInput: the salt or the hash is not 32 bytes, or the number is out of range.

    Example:
        >>> item_leaf(bytes(32), 1, bytes(32)).hex()[:8]
        'f82db6e0'
    """
    if len(salt) != SALT_BYTES or len(content) != HASH_BYTES:
        raise BadInput(
            f"salt and hash have {len(salt)} and {len(content)} bytes; expected 32 and 32"
        )
    if not 0 <= item < 1 << (8 * ITEM_BYTES):
        raise BadInput(f"item {item} is out of range; expected 0 to 2**64 - 1")
    return hashlib.sha256(salt + item.to_bytes(ITEM_BYTES, "big") + content).digest()


def join_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return leaves as one string of bytes, in ascending order."""
    return b"".join(sorted(leaves))


def split_leaves(joined: bytes) -> list[bytes]:
    """Return the leaves of a stored manifest.

    Raises:
        BadInput: it is not whole leaves, or they are not in ascending order, each once.
    """
    if len(joined) % HASH_BYTES:
        raise BadInput(f"{len(joined)} bytes are not whole leaves of {HASH_BYTES}")
    leaves = [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
    check_sorted(leaves)
    return leaves


def check_sorted(leaves: Sequence[bytes]) -> None:
    """Check that leaves ascend, each once: an absence proves nothing in any other order.

    Raises:
        BadInput: two neighbours are equal, or in the wrong order; or a leaf is not 32 bytes.
    """
    for leaf in leaves:
        if len(leaf) != HASH_BYTES:
            raise BadInput(f"a leaf has {len(leaf)} bytes; expected {HASH_BYTES}")
    for index, (left, right) in enumerate(pairwise(leaves)):
        if left >= right:
            raise BadInput(
                f"leaves {index} and {index + 1} do not ascend; sort them, each once",
                code="manifest-unsorted",
            )


def manifest_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over sorted leaves.

    Raises:
        BadInput: they are not sorted.
    """
    check_sorted(leaves)
    return tree_root(_read_nodes(leaves), len(leaves))


def prove_membership(leaves: Sequence[bytes], leaf: bytes) -> TreeLeaf:
    """Return the path of a leaf.

    Raises:
        BadInput: the leaves are not sorted.
        Missing: it is not among them.
    """
    check_sorted(leaves)
    index = bisect_left(leaves, leaf)
    if leaves[index : index + 1] != [leaf]:
        raise Missing("the item is not in this manifest", code="manifest-without")
    return _prove(leaves, _read_nodes(leaves), index)


def prove_absence(leaves: Sequence[bytes], leaf: bytes) -> Absence:
    """Return the paths of the two neighbours of a leaf that is not there.

    Raises:
        BadInput: the leaves are not sorted.
        Conflict: it is there.
    """
    check_sorted(leaves)
    index = bisect_left(leaves, leaf)
    if leaves[index : index + 1] == [leaf]:
        raise Conflict("the item is in this manifest", code="manifest-with")
    nodes = _read_nodes(leaves)
    return Absence(
        _prove(leaves, nodes, index - 1) if index else None,
        _prove(leaves, nodes, index) if index < len(leaves) else None,
    )


def verify_membership(leaf: bytes, proof: TreeLeaf, size: int, root: bytes) -> None:
    """Verify that a leaf is in the tree with this root.

    Raises:
        NotProven: it is not, or the proof is about another leaf.
    """
    if proof.leaf != leaf:
        raise NotProven("the proof is about another item")
    verify_inclusion(leaf_hash(leaf), proof.place, size, proof.path, root)


def verify_absence(leaf: bytes, proof: Absence, size: int, root: bytes) -> None:
    """Verify that a leaf is in no place of the sorted tree with this root.

    Raises:
        NotProven: the neighbours do not stand side by side, do not bracket it, or are not in the
            tree; or an end of the tree is claimed where there is none.
    """
    left, right = proof
    if left is None and right is None and (size or root != tree_root(_read_nodes([]), 0)):
        raise NotProven("no neighbour is shown, and the tree is not empty")
    if left is None and right is not None and right.place != 0:
        raise NotProven(f"nothing stands before leaf {right.place}, which is not the first")
    if right is None and left is not None and left.place != size - 1:
        raise NotProven(f"nothing stands after leaf {left.place}, which is not the last of {size}")
    if left is not None and right is not None and right.place != left.place + 1:
        raise NotProven(f"leaves {left.place} and {right.place} are no neighbours")
    if left is not None and not left.leaf < leaf:
        raise NotProven("the left neighbour does not stand before the item")
    if right is not None and not leaf < right.leaf:
        raise NotProven("the right neighbour does not stand after the item")
    for neighbour in (left, right):
        if neighbour is not None:
            verify_inclusion(leaf_hash(neighbour.leaf), neighbour.place, size, neighbour.path, root)


def _prove(leaves: Sequence[bytes], nodes: ReadNode, index: int) -> TreeLeaf:
    return TreeLeaf(index, leaves[index], tuple(inclusion_proof(nodes, index, len(leaves))))


def _read_nodes(leaves: Sequence[bytes]) -> ReadNode:
    """Hash all whole subtrees once; return what reads them."""
    levels = list(_levels(leaves))
    return lambda level, index: levels[level][index]


def _levels(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    nodes = [leaf_hash(leaf) for leaf in leaves]
    while nodes:
        yield nodes
        nodes = [
            node_hash(left, right) for left, right in zip(nodes[::2], nodes[1::2], strict=False)
        ]
