"""How long a whole bundle takes to check: a dataset of a million answers, on one core, no database.

Honest material is made first, by the core alone; both verifiers then read it from the disk, each in
a process of its own, as somebody would.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from canut.core.datasets.anonymous_rows import Earned, figures_of, rows_of, write_rows
from canut.core.datasets.bundle import CARD, CARD_PROOF, ENTRIES, ENTRIES_PROOF, ROWS
from canut.core.datasets.card import CardFigure, CardSubject, Grade, sign_card
from canut.core.datasets.file_tree import File
from canut.core.datasets.log_recount import recount, write_entries
from canut.core.datasets.manifest import MANIFEST, file_of, write_manifest
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.writing import stream_parquet
from canut.core.ledger.log import checkpoint_entry, committed_entry
from canut.core.ledger.logged_file import file_entry
from canut.core.proofs.checkpoint import Checkpoint, sign_checkpoint
from canut.core.proofs.merkle import leaf_hash, node_hash
from canut.core.proofs.note import ED25519, Signer, write_key
from canut.core.proofs.tlog_proof import LoggedProof, write_proof

ANSWERS, QUICK, PEOPLE, OVERLAP = 1_000_000, 20_000, 2_000, 3
LOG = Signer("log.example", ED25519, bytes(32))
ROOT = Path(__file__).resolve().parent.parent
WHEN, PROJECT = "2026-01-31T12:00:00Z", "7"
BATCH = 2_000
ANSWER_COLUMNS = (
    *(FileColumn("task", "whole"), FileColumn("key"), FileColumn("author_kind")),
    *(FileColumn("label"), FileColumn("values"), FileColumn("question_version", "whole")),
)
LABEL_COLUMNS = (
    *(FileColumn("task", "whole"), FileColumn("key"), FileColumn("label")),
    *(FileColumn("confidence", "number"), FileColumn("answers", "whole")),
)
COMMANDS = {"canut verify": ["canut", "verify"], "canut-verify": ["canut_verify"]}


def run(*, quick: bool = False, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure both verifiers; seconds of the processor and of the clock."""
    del postgres
    count = QUICK if quick else ANSWERS
    with tempfile.TemporaryDirectory(prefix="canut-bench-") as path:
        folder = Path(path)
        _make(folder / "bundle", count)
        (folder / "policy.txt").write_text(f"log {write_key(LOG.key)}\nquorum none\n")
        return [_measured(name, folder, count) for name in COMMANDS]


def _measured(name: str, folder: Path, count: int) -> dict[str, Any]:
    module, *words = COMMANDS[name]
    arguments = [*words, str(folder / "bundle"), "--policy", str(folder / "policy.txt")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "packages/canut-verify/src")}
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"by": name, "rows": count, "s": round(took, 2), "cpu_s": round(used, 2)}


def _answer(number: int) -> Sequence[Cell]:
    task = number // OVERLAP
    return task, f"{task:07}", "human", "oui", '{"q":"oui"}', 1


def _label(number: int) -> Sequence[Cell]:
    return number, f"{number:07}", "oui", 0.9, 3


def _table(
    name: str, columns: Sequence[FileColumn], count: int, row_of: Callable[[int], Sequence[Cell]]
) -> dict[str, bytes]:
    """Write a table in its three forms."""

    def batches() -> Iterator[list[Sequence[Cell]]]:
        for begin in range(0, count, BATCH):
            yield [row_of(number) for number in range(begin, min(begin + BATCH, count))]

    forms = {form: b"".join(stream_rows(form, columns, batches())) for form in ("csv", "jsonl")}
    forms["parquet"] = b"".join(stream_parquet(columns, batches(), codec="gzip"))
    return {f"data/{name}.{form}": content for form, content in forms.items()}


def _make(folder: Path, count: int) -> None:
    """Write an honest bundle."""
    hidden = (hashlib.sha256(number.to_bytes(8)).digest() for number in range(count))
    people = [
        Earned(36_000_000, 150_000_000 + n * 50_000, 180_000_000 + n * 50_000, 166_000_000)
        for n in range(PEOPLE)
    ]
    rows = rows_of(people, "CAD", is_simulated=False)
    entries = b"".join(
        write_entries(committed_entry("answer", PROJECT, digest) for digest in hidden)
    )
    content = {
        **_table("answers", ANSWER_COLUMNS, count, _answer),
        **_table("labels", LABEL_COLUMNS, count // OVERLAP, _label),
        ENTRIES: entries,
        ROWS: write_rows(rows),
    }
    listed = [file_of(path, raw) for path, raw in content.items()]
    figures = {
        name: CardFigure(value, Grade.RECOMPUTED) for name, value in figures_of(rows).items()
    }
    figures |= {name: CardFigure(count, Grade.PROVEN) for name in ("answers", "logged_answers")}
    card = sign_card(CardSubject("big", WHEN, PEOPLE, tuple(listed)), figures, LOG.secret)
    counted = recount(entries, PROJECT)
    head = Checkpoint(f"{LOG.name}/{PROJECT}", counted.size, counted.root)
    whole = [checkpoint_entry(PROJECT, head), file_entry("card", PROJECT, card)]
    first, second = map(leaf_hash, whole)
    note = sign_checkpoint(Checkpoint(LOG.name, 2, node_hash(first, second)), LOG).encode()
    content |= {
        CARD: card,
        ENTRIES_PROOF: write_proof(LoggedProof(0, (second,), note, whole[0])),
        CARD_PROOF: write_proof(LoggedProof(1, (first,), note, whole[1])),
    }
    every: list[File] = [file_of(path, raw) for path, raw in content.items()]
    content[MANIFEST] = write_manifest(every, LOG.secret, WHEN)
    for path, raw in content.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)


if __name__ == "__main__":
    for line in run(quick="--quick" in sys.argv):
        print(json.dumps(line))
