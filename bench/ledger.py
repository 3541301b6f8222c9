"""How fast a log grows, and how fast what is in it is shown and checked: no database, one core.

``python -m bench.ledger [--entries N]``. Entries are those of answers: a commitment, a project, a
kind. Batches are of 1 000, as one second of a busy platform gives.
"""

import argparse
import hashlib
import statistics
import time
from collections.abc import Callable

from canut.core.ledger.log import Edge, append, check_tiles, committed_entry, edge_of, edge_root
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from canut.core.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from canut.core.proofs.note import ED25519, Signer
from canut.core.proofs.tiles import Tile, node_reader

BATCH, REPEATS = 1_000, 200
LOG = Signer("log.example", ED25519, bytes(32))

type Figures = dict[str, float]


def write_log(size: int) -> tuple[Edge, dict[Tile, bytes], Figures]:
    """Write a log in batches; return where it ends, its tiles, and entries a second."""
    hidden = [hashlib.sha256(number.to_bytes(8)).digest() for number in range(size)]
    edge, tiles, slowest = Edge(), dict[Tile, bytes](), 0.0
    start = time.perf_counter()
    for first in range(0, size, BATCH):
        at = time.perf_counter()
        entries = [
            committed_entry("answer", "7", digest) for digest in hidden[first : first + BATCH]
        ]
        batch = append(edge, entries)
        slowest = max(slowest, time.perf_counter() - at)
        edge = batch.edge
        tiles.update(batch.tiles)
    took = time.perf_counter() - start
    return edge, tiles, {"entries/s": size / took, "slowest batch ms": 1000 * slowest}


def time_proofs(edge: Edge, tiles: dict[Tile, bytes]) -> Figures:
    """Time proofs at this size, each from tiles read anew, and their checks."""
    size, root = edge.size, edge_root(edge)
    step = max(1, size // REPEATS)
    places = range(step // 2, size, step)
    leaves = {
        place: leaf_hash(committed_entry("answer", "7", hashlib.sha256(place.to_bytes(8)).digest()))
        for place in places
    }
    proofs = {}
    proving = [
        _ms(lambda place=place: proofs.update({place: _prove(tiles, place, size)}))
        for place in places
    ]
    checking = [
        _ms(lambda place=place: verify_inclusion(leaves[place], place, size, proofs[place], root))
        for place in places
    ]
    old = size // 3
    before = edge_root(_rewritten(tiles, old))
    path = consistency_proof(node_reader(tiles.__getitem__, size), old, size)
    raw = sign_checkpoint(Checkpoint(LOG.name, size, root), LOG).encode()
    return {
        "inclusion proof, median ms": statistics.median(proving),
        "inclusion proof, worst ms": max(proving),
        "inclusion check, median ms": statistics.median(checking),
        "consistency proof ms": _ms(
            lambda: consistency_proof(node_reader(tiles.__getitem__, size), old, size)
        ),
        "consistency check ms": _ms(lambda: verify_consistency(old, size, path, before, root)),
        "root from the edge ms": _ms(lambda: edge_root(edge)),
        "edge from tiles ms": _ms(lambda: edge_of(tiles.__getitem__, size)),
        "sign a checkpoint ms": _ms(lambda: sign_checkpoint(Checkpoint(LOG.name, size, root), LOG)),
        "open a checkpoint ms": _ms(lambda: open_checkpoint(raw, [LOG.key])),
        "audit of all tiles s": _ms(lambda: check_tiles(tiles.__getitem__, edge)) / 1000,
    }


def _prove(tiles: dict[Tile, bytes], place: int, size: int) -> list[bytes]:
    return inclusion_proof(node_reader(tiles.__getitem__, size), place, size)


def _rewritten(tiles: dict[Tile, bytes], size: int) -> Edge:
    """Find where the log ended at an earlier size, out of its later tiles."""

    def read(tile: Tile) -> bytes:
        whole = tiles.get(tile._replace(width=256)) or next(
            raw
            for stored, raw in tiles.items()
            if stored[:2] == tile[:2] and stored.width >= tile.width
        )
        return whole[: tile.width * 32]

    return edge_of(read, size)


def _ms(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def main() -> None:
    """Print the figures, one a line."""
    parser = argparse.ArgumentParser(prog="bench.ledger")
    parser.add_argument("--entries", type=int, default=1_000_000)
    options = parser.parse_args()
    edge, tiles, figures = write_log(options.entries)
    for name, figure in {**figures, **time_proofs(edge, tiles)}.items():
        print(f"{name:30} {figure:12,.3f}", flush=True)


if __name__ == "__main__":
    main()
