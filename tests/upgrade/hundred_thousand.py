"""An instance of an earlier version that has grown to a hundred thousand answers, on SQLite.

The rows of the dump were made by that version's own actions. Its first project gets more tasks, and
each of them a lease, an answer, a pay line and an entry by four of its people: written by SQL into
that version's tables, as copies of rows that it had written. The entries' sealed bytes are copies,
so what they say of an answer is not asked; that no row and no byte of one is lost, is.
"""

import hashlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

ANSWERS = 100_000
WORKERS = 4
GROW = """
INSERT INTO store_task (id, project_id, source_id, "row", "key", data)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {tasks})
  SELECT 1000000 + i, t.project_id, t.source_id, 1000000 + i, printf('more-%06d', i),
    printf('{{"text":"avis %d de plus"}}', i)
  FROM n, (SELECT * FROM store_task ORDER BY id LIMIT 1) t;
INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live, label,
    confidence)
  SELECT id, project_id, 'closed', 0, {workers}, {workers}, 0, 'oui', 0.9
  FROM store_task WHERE id > 1000000;
INSERT INTO store_lease (id, task_id, worker_id, project_id, state, lent_ms, expires_ms, ended_ms,
    reason)
  SELECT 1000000 + (t.id - 1000000) * {workers} + w.n, t.id, w.id, t.project_id, 1, l.lent_ms,
    l.expires_ms, l.ended_ms, ''
  FROM store_task t, people w, (SELECT * FROM store_lease WHERE state = 1 ORDER BY id LIMIT 1) l
  WHERE t.id > 1000000;
INSERT INTO store_answer (id, task_id, worker_id, project_id, question_version_id, lease_id,
    "values", author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)
  SELECT l.id, l.task_id, l.worker_id, l.project_id, a.question_version_id, l.id,
    CASE l.id % 3 WHEN 0 THEN '{{"q":"non"}}' ELSE '{{"q":"oui"}}' END, a.author_kind,
    printf('%032x', l.id), 1, 0, 1000 + l.id % 9000, a.answered_ms + l.id
  FROM store_lease l, (SELECT * FROM store_answer ORDER BY id LIMIT 1) a WHERE l.id > 1000000;
INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id, piece_micro, currency,
    elapsed_ms, time_basis, at_ms)
  SELECT a.id, a.worker_id, a.project_id, p.rate_version_id, p.piece_micro, p.currency,
    a.elapsed_ms, p.time_basis, a.answered_ms
  FROM store_answer a, (SELECT * FROM store_payline ORDER BY id LIMIT 1) p WHERE a.id > 1000000;
INSERT INTO store_entrypending (project_id, type, payload, nonce, commitment, created_ms, answer,
    sealed_by, sealed)
  SELECT a.project_id, e.type, e.payload, e.nonce, randomblob(32), a.answered_ms, a.id, e.sealed_by,
    e.sealed
  FROM store_answer a,
    (SELECT * FROM store_entrypending WHERE type = 'answer' ORDER BY id LIMIT 1) e
  WHERE a.id > 1000000;
"""
ROWS = "SELECT %s FROM %s ORDER BY 1"
LARGE = ("task", "taskstate", "lease", "answer", "payline", "entrypending")


class Table(NamedTuple):
    """What a table holds: its columns, its rows, and the SHA-256 of them all in order."""

    columns: tuple[str, ...]
    rows: int
    digest: str


def grow(path: Path) -> None:
    """Bring the database of the dump to a hundred thousand answers."""
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TEMP TABLE people AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n"
            " FROM store_worker ORDER BY id LIMIT ?",
            (WORKERS,),
        )
        before = database.execute("SELECT count(*) FROM store_answer").fetchone()[0]
        tasks = -(-(ANSWERS - before) // WORKERS)
        database.executescript(GROW.format(tasks=tasks, workers=WORKERS))
        database.commit()
        database.execute("PRAGMA foreign_keys = ON")
        wrong = database.execute("PRAGMA foreign_key_check").fetchone()
    database.close()
    if wrong:
        raise AssertionError(f"the grown instance is no instance: {wrong}")


def tables_of(path: Path, columns: dict[str, Table] | None = None) -> dict[str, Table]:
    """Read each table of people's work; of those given, only the columns they had.

    A table or column that is gone is missing in what is returned, so that it does not compare.
    """
    database = sqlite3.connect(path)
    try:
        read = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'store_%'"
        names = {name for (name,) in database.execute(read)} & {f"store_{one}" for one in LARGE}
        found = {}
        for name in sorted(names):
            here = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            wanted = columns[name].columns if columns else tuple(here)
            kept = tuple(column for column in wanted if column in here)
            listed = ", ".join(f'"{column}"' for column in kept)
            digest, rows = hashlib.sha256(), 0
            for row in database.execute(ROWS % (listed, name)):
                digest.update(repr(row).encode())
                rows += 1
            found[name] = Table(kept, rows, digest.hexdigest())
        return found
    finally:
        database.close()
