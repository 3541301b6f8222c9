"""Published vectors, kept out of the repository, and small material of our own."""

import json
from pathlib import Path
from typing import Any

import pytest

from canut.core.proofs.checkpoint import Checkpoint, cosign, sign_checkpoint
from canut.core.proofs.merkle import (
    CompactRange,
    ReadNode,
    grown,
    leaf_hash,
    node_hash,
    root_of,
)
from canut.core.proofs.note import COSIGNATURE, ED25519, Signer, write_key

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "vectors"
LOG = Signer("log.example/one", ED25519, bytes(range(32)))
WITNESSES = [Signer(f"witness.example/{n}", COSIGNATURE, bytes([n]) * 32) for n in (1, 2, 3)]
POLICY = "".join(
    [
        f"log {write_key(LOG.key)}\n",
        *(f"witness w{n} {write_key(one.key)}\n" for n, one in enumerate(WITNESSES, 1)),
        "group g 2 w1 w2 w3\nquorum g\n",
    ]
).encode()


def file(*path: str) -> bytes:
    """Read a published vector; skip where they are absent."""
    if not FOLDER.is_dir():
        pytest.skip("needs ../shared/data/vectors: vectors kept out of the repository")
    return FOLDER.joinpath(*path).read_bytes()


def vectors(*path: str) -> dict[str, Any]:
    """Read a published vector as JSON."""
    read: dict[str, Any] = json.loads(file(*path))
    return read


def leaves(size: int) -> list[bytes]:
    """Make the leaf hashes of a small log."""
    return [leaf_hash(f"entry {n}".encode()) for n in range(size)]


def naive_root(hashes: list[bytes]) -> bytes:
    """Hash a tree as RFC 6962 defines it, by recursion."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return node_hash(naive_root(hashes[:half]), naive_root(hashes[half:]))


def reader(hashes: list[bytes]) -> ReadNode:
    """Give whole subtrees out of a list of leaf hashes."""
    return lambda level, place: naive_root(hashes[place << level : (place + 1) << level])


def witnessed(hashes: list[bytes], witnesses: int = 2) -> bytes:
    """Sign the checkpoint of a small log, and have it cosigned."""
    root = root_of(grown(CompactRange(), hashes))
    raw = sign_checkpoint(Checkpoint(LOG.name, len(hashes), root), LOG).encode()
    lines = [cosign(raw, one, 1_700_000_000 + n) for n, one in enumerate(WITNESSES[:witnesses])]
    return raw + "".join(lines).encode()
