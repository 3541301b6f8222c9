"""Two verifiers of bundles, written apart, say the same of bundles that are damaged."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from canut.core.datasets.manifest import MANIFEST
from canut.core.proofs.canonical import canonical
from tests.core.ledger.bundles import Memory, make_bundle, our_exit, their_exit
from tests.core.ledger.mutated_bundles import carded, listed, mutated_bundle

IS_LONG = bool(os.environ.get("CANUT_SOAK"))
ROUNDS = 4_000 if IS_LONG else 120
SEEDS = range(4) if IS_LONG else range(1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_both_verifiers_say_the_same_of_a_damaged_bundle(tmp_path: Path, seed: int) -> None:
    exits = Counter[int]()
    for number in range(ROUNDS):
        bundle = mutated_bundle(seed, number)

        ours, reason = our_exit(bundle)

        assert their_exit(bundle, tmp_path / str(number)) == ours, f"{seed}/{number}: {reason}"
        exits[ours] += 1
    assert exits[1] > ROUNDS // 10
    assert exits[2] > ROUNDS // 10


@pytest.mark.parametrize(
    "table",
    [b"[[2,1,9,-1]]", b"[[1,2,0,-1]]", b"[[5,6,9,-1],[1,2,9,-1]]", b"[[1,2,9,-2]]"],
    ids=["upside down", "of nobody", "out of order", "less than no hours"],
)
def test_rows_that_no_figure_needs_are_checked_all_the_same(tmp_path: Path, table: bytes) -> None:
    files = make_bundle().files
    rows = files["rows.json"]
    start = rows.index(b'"before":') + len(b'"before":')
    end = rows.index(b',"currency"')
    assert start < end
    changed = {**files, "rows.json": rows[:start] + table + rows[end:]}

    bundle = Memory(listed(carded(changed)))

    assert our_exit(bundle)[0] == their_exit(bundle, tmp_path) == 2


def test_time_of_a_proof_that_is_no_text_cannot_be_read(tmp_path: Path) -> None:
    files = make_bundle().files
    manifest = json.loads(files[MANIFEST])
    manifest["proof"]["created"] = 5
    bundle = Memory({**files, MANIFEST: canonical(manifest)})

    assert our_exit(bundle)[0] == their_exit(bundle, tmp_path) == 2
