"""Merkle tree arithmetic, as RFC 9162 writes it."""

from collections.abc import Sequence
from hashlib import sha256

from canut_verify import RefusedError

SHOWN = 16  # letters of a hash


def leaf(entry: bytes) -> bytes:
    """Hash an entry (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (section 2.1.1)."""
    nodes: list[tuple[int, bytes]] = []
    for one in leaf_hashes:
        level, node = 0, one
        while nodes and nodes[-1][0] == level:
            level, node = level + 1, _join(nodes.pop()[1], node)
        nodes.append((level, node))
    if not nodes:
        return sha256().digest()
    _, root = nodes.pop()
    while nodes:
        root = _join(nodes.pop()[1], root)
    return root


def check_inclusion(
    leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Run section 2.1.3.2; RefusedError when it fails."""
    if index < 0 or index >= size or len(leaf_hash) != sha256().digest_size:
        raise RefusedError(f"leaf {index} is not in a tree of {size}")
    inner = (index ^ (size - 1)).bit_length()
    needed = inner + (index >> inner).bit_count()
    if len(path) != needed or any(len(p) != sha256().digest_size for p in path):
        raise RefusedError(f"leaf {index} of {size} is shown by {needed} hashes; got {len(path)}")
    fn, sn, r = index, size - 1, leaf_hash
    for p in path:
        if fn & 1 or fn == sn:
            r = _join(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = _join(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn or r != root:
        seen, said = r.hex()[:SHOWN], root.hex()[:SHOWN]
        raise RefusedError(
            f"leaf {index} is not in the tree of {size}: {seen} was computed, {said} claimed"
        )


def check_consistency(
    first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Rebuild both roots as section 2.1.4.1 takes them apart; RefusedError when they differ."""
    said = f"the tree of {second} does not continue the tree of {first}"
    if first < 1 or first > second or any(len(p) != sha256().digest_size for p in path):
        raise RefusedError(said)
    rest = iter(path)

    def both(old: int, new: int, known: bytes) -> tuple[bytes, bytes]:
        """Return the roots of a piece in the old tree and the new; whole pieces are the same."""
        if old == new:
            whole = known or next(rest)
            return whole, whole
        half = 1 << ((new - 1).bit_length() - 1)
        if old <= half:
            before, after = both(old, half, known)
            return before, _join(after, next(rest))
        before, after = both(old - half, new - half, b"")
        left = next(rest)
        return _join(left, before), _join(left, after)

    try:
        seen = both(first, second, first_root)
    except StopIteration as why:
        raise RefusedError(said) from why
    if seen != (first_root, second_root) or next(rest, None) is not None:
        raise RefusedError(said)
