"""Show that a piece of a tree is part of it: what mirrors and witnesses of pieces ask for.

A subtree is the leaves from ``start`` to ``end`` where ``start`` is a multiple of the smallest
power of two that holds them. Whole trees, from leaf 0, are in ``merkle``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.errors import NotProven
from canut.core.proofs.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, verify_inclusion


def verify_subtree_inclusion(
    leaf: bytes, index: int, span: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash stands at this place of the tree, in the subtree with this root.

    Raises:
        NotProven: it does not, or the span is no subtree.

    Source:
        draft-ietf-plants-merkle-tree-certs-02, section 4.3.
    """
    start, end = span
    _check_span(start, end)
    verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_subtree_consistency(
    span: tuple[int, int], size: int, proof: Sequence[bytes], subtree: bytes, root: bytes
) -> None:
    """Check that a subtree with this hash is part of the tree of ``size`` leaves with this root.

    Raises:
        NotProven: it is not, or the span is no subtree of such a tree. No leaves at all are part of
            every tree.

    Source:
        draft-ietf-plants-merkle-tree-certs-02, section 4.4.3.
    """
    start, end = span
    if end > size:
        raise NotProven(f"leaves {start} to {end} are not in a tree of {size}")
    if 0 <= start == end:
        if proof or subtree != EMPTY_ROOT:
            raise NotProven("no leaves are shown by no hashes, and hash to the empty tree's root")
        return
    _check_span(start, end)
    if any(len(one) != HASH_BYTES for one in proof):
        raise NotProven(f"a hash of the proof has not {HASH_BYTES} bytes")
    turn = _lowest(start, end - 1, size - 1)
    hashes = [subtree, *proof] if turn.first == turn.last else proof
    if not hashes:
        raise NotProven("the proof has no hashes")
    piece, whole = _climbed(turn, hashes[0], hashes[1:])
    if piece != subtree or whole != root:
        raise NotProven(f"leaves {start} to {end} with this hash are not part of the tree")


class _Turn(NamedTuple):
    """Where a proof stands: the first and last node of the piece, and the last of the tree."""

    first: int
    last: int
    edge: int

    def up(self) -> "_Turn":
        """One level higher."""
        return _Turn(self.first >> 1, self.last >> 1, self.edge >> 1)


def _lowest(first: int, last: int, edge: int) -> _Turn:
    """Rise from the leaves to where a proof begins."""
    turn = _Turn(first, last, edge)
    while turn.first != turn.last and (turn.last == turn.edge or turn.last & 1):
        turn = turn.up()
    return turn


def _climbed(turn: _Turn, seed: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Hash up to the root of the piece and of the whole tree."""
    piece = whole = seed
    for beside in proof:
        if not turn.edge:
            raise NotProven("the proof has more hashes than the tree has levels")
        if turn.last & 1 or turn.last == turn.edge:
            piece = node_hash(beside, piece) if turn.first < turn.last else piece
            whole = node_hash(beside, whole)
            while turn.last and not turn.last & 1:
                turn = turn.up()
        else:
            whole = node_hash(whole, beside)
        turn = turn.up()
    if turn.edge:
        raise NotProven("the proof has fewer hashes than the tree has levels")
    return piece, whole


def _check_span(start: int, end: int) -> None:
    if not 0 <= start < end or start % (1 << (end - start - 1).bit_length()):
        raise NotProven(f"leaves {start} to {end} are no subtree")
