"""How fast waiting entries get their places in the database, and how fast one is proved there.

Bars: 50,000 entries a second, in batches; an inclusion proof in at most 2 ms at a million entries.
Entries wait as answers leave them; what is measured is ``actions.ledger.sequencer`` itself,
transactions and disk included, one process. Then the same at the pace of ``canut work``, while
another process writes every 4 ms: how long a write waits tells how long a batch keeps others from
writing. Proofs are read from the tables, each tile anew.
"""

import json
import multiprocessing
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from bench.imports import write_beside
from bench.machine.instance import Folder, make_project, set_up

ENTRIES, QUICK, PROOFS = 1_000_000, 20_000, 400
WARM_SECONDS = 4.0
BESIDE_SHARE = 5  # a fifth as many entries while another writes
SERIES = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, %s)) ",
}
HIDDEN = {
    "sqlite": "randomblob(32)",
    "postgresql": "sha256(i::text::bytea)",
}
WAITING = """
INSERT INTO store_entrypending (project_id, type, payload, nonce, commitment, created_ms, answer)
{series} SELECT {project}, 'answer', '{{"v":1,"t":"answer","at":1700000000000}}', {hidden},
  {hidden}, 1700000000000, NULL FROM n
"""


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure growth and proofs.

    Returns:
        One row: entries a second, and milliseconds of the processor a proof.
    """
    folder = Folder()
    try:
        set_up(folder.path, postgres=postgres)
        count = QUICK if quick else ENTRIES
        project = make_project(1_000)
        wait_for_places(project, count)
        figures = {**_sequenced(), **_proved(project, count)}
        wait_for_places(project, count // BESIDE_SHARE)
        return [{"tasks": count, **figures, **_beside(folder.path, postgres)}]
    finally:
        folder.remove()


def wait_for_places(project: int, count: int) -> None:
    """Let so many entries of a project wait."""
    from django.db import connection

    series, hidden = SERIES[connection.vendor], HIDDEN[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(series=series, hidden=hidden, project=project), [count])
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE store_entrypending")


def _sequenced() -> dict[str, Any]:
    """Let the log take everything in."""
    from canut.actions.ledger.sequencer import sequence

    batch = sequence(1_700_000_100_000)
    start, used, total, slowest = time.perf_counter(), time.process_time(), 0, 0.0
    while batch:
        at = time.perf_counter()
        batch = sequence(1_700_000_100_000)
        slowest = max(slowest, time.perf_counter() - at)
        total += batch
    took = time.perf_counter() - start
    return {
        "entries_per_s": round(total / took),
        "cpu_us_per_entry": round((time.process_time() - used) * 1e6 / total, 1),
        "slowest_batch_ms": round(slowest * 1000),
    }


def _beside(folder: Path, postgres: str | None) -> dict[str, Any]:
    """Let the log take everything in as ``canut work`` does, while another process writes."""
    from canut.actions.ledger.sequencer import sequence
    from canut.actions.operations.scheduler import BETWEEN_SECONDS

    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=write_beside, args=(folder, postgres))
    writer.start()
    time.sleep(WARM_SECONDS)
    start, total = time.perf_counter(), 0
    while batch := sequence(1_700_000_200_000):
        total += batch
        time.sleep(BETWEEN_SECONDS)
    took = time.perf_counter() - start
    (folder / "stop").touch()
    writer.join()
    waits = json.loads((folder / "waits").read_text())
    return {"beside_entries_per_s": round(total / took), **waits}


def _proved(project: int, count: int) -> dict[str, Any]:
    """Prove entries from all over the log."""
    from canut.store.ledger.logs import entry_at, log_named, proof_of

    log = log_named(project)
    took, used = [], []
    for place in range(count // PROOFS // 2, count, max(1, count // PROOFS)):
        at, cpu = time.perf_counter(), time.process_time()
        proof_of(log, entry_at(log, place), log.checkpoint)
        used.append(1000 * (time.process_time() - cpu))
        took.append(1000 * (time.perf_counter() - at))
    cuts = statistics.quantiles(used, n=100)
    return {
        "proof_cpu_p50_ms": round(cuts[49], 2),
        "proof_cpu_p99_ms": round(cuts[98], 2),
        "proof_cpu_worst_ms": round(max(used), 2),
        "proof_p99_ms": round(statistics.quantiles(took, n=100)[98], 2),
    }


if __name__ == "__main__":
    for line in run(quick="--quick" in sys.argv):
        print(json.dumps(line))
