"""SQL of lease and submit for PostgreSQL.

A row read in the statement that locks it is as fresh as the lock, but rows beside it are as old as
the start of the statement: so what a lock protects is read in the next one.

``OFFSET 0`` keeps each ``NOT EXISTS`` a look-up in an index. Without it the planner may turn it
into a join and read all leases or answers, when its statistics are older than the work;
``a.worker_id + 0`` keeps it to the few answers of a task. A list of tasks is read as a sub-select,
whose length the planner does not see: it would find a plan for one task cheaper than one for any
number, and plan the statement anew each time. Counters change unconditionally, on rows
that were locked before: a condition would be judged on the snapshot.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from canut.core.clock import DAY_MS
from canut.store.sql import common, exposure, project_rules
from canut.store.sql.common import LeaseNow
from canut.store.sql.dialect import (
    AskedNow,
    BorneNow,
    HeldLease,
    LeaseCandidate,
    Reserved,
    SubmissionNow,
    SubmitContext,
    TaskRow,
    WorkerNow,
)
from canut.store.sql.raw_cursor import execute_later, run_last, run_together
from canut.store.tables.platform import under
from canut.store.tables.work import Lease

_WORKER = """
SELECT w.id, w.project_id, CASE WHEN p.held_ms IS NULL THEN p.state ELSE 'held' END,
  p.lease_seconds, p.practice_task_id, w.practised_ms,
  CASE WHEN w.ended_at IS NOT NULL THEN 1 WHEN w.is_limited THEN 2 ELSE 0 END,
  w.cursor_priority, w.cursor_task,
  (SELECT q.number FROM store_questionversion q WHERE q.project_id = p.id
    ORDER BY q.number DESC LIMIT 1),
  w.person_id, coalesce(p.severity, 0), p.severity_most, p.modality, coalesce(g.rest_until_ms, 0),
  {more}
FROM store_worker w
JOIN store_project p ON p.id = w.project_id
LEFT JOIN store_protection g ON g.person_id = w.person_id
"""

_HELD = """EXISTS (SELECT 1 FROM store_lease d
    WHERE d.project_id = w.project_id AND d.state = 0 AND d.expires_ms <= %s),
  l.id, l.task_id, l.lent_ms, l.expires_ms,
  CASE WHEN p.severity > 0 OR p.severity_most > 0
    THEN CAST(pg_advisory_xact_lock(w.person_id) AS text) END"""

# The limit keeps it to an index scan, which forgets the leases that have ended; a bitmap of the
# index would visit all of them again each time, until they are vacuumed.
_OF_HELD = """
LEFT JOIN LATERAL (SELECT l.id, l.task_id, l.lent_ms, l.expires_ms FROM store_lease l
  WHERE l.worker_id = w.id AND l.state = 0 LIMIT (SELECT 100000)) AS l ON TRUE
WHERE w.id = %s
ORDER BY l.id
"""

_RULES = f"{project_rules.OF_WORKER}, {project_rules.HAS_RULES}"
_NO_RULES = f"{project_rules.OF_PLAIN_WORKER}, {project_rules.HAS_RULES}"
_LOCK_WORKER = "WHERE w.id = %s\nFOR NO KEY UPDATE OF w\n"

MOST_PLAIN = 16_384
_plain: set[int] = set()  # workers of projects without checks and caps, when last read

READ_WORKER = _WORKER.replace("{more}", _RULES) + _LOCK_WORKER
READ_PLAIN_WORKER = _WORKER.replace("{more}", _NO_RULES) + _LOCK_WORKER

READ_HELD = """
SELECT {held}
FROM store_worker w
JOIN store_project p ON p.id = w.project_id{of_held}""".replace("{held}", _HELD).replace(
    "{of_held}", _OF_HELD
)

# Both in one, where a statement before it has locked the worker.
READ_LOCKED_WORKER = _WORKER.replace("{more}", f"{_HELD},{_RULES}") + _OF_HELD
READ_LOCKED_PLAIN_WORKER = _WORKER.replace("{more}", f"{_HELD},{_NO_RULES}") + _OF_HELD

READ_RULES = """
SELECT {rules}
FROM store_worker w
JOIN store_project p ON p.id = w.project_id
WHERE w.id = %s
""".replace("{rules}", project_rules.OF_WORKER)

# From the worker's position in the queue on. Only where that gives too few is the queue read from
# its beginning up to there: each half costs the executor as much to set up as to run.
LEND = """
WITH found AS MATERIALIZED (
  SELECT s.task_id, s.project_id, s.priority FROM store_taskstate s
  WHERE s.project_id = %s AND (s.priority, s.task_id) > {position}
    AND s.counted < (s.overlap - s.live) AND s.state = 'open'
    AND NOT EXISTS (SELECT 1 FROM store_lease l
      WHERE l.worker_id = %s AND l.task_id = s.task_id AND l.state <= 2 OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM store_answer a
      WHERE a.task_id = s.task_id AND a.worker_id + 0 = %s OFFSET 0)
  ORDER BY s.priority, s.task_id LIMIT (SELECT CAST(%s AS bigint))
  FOR NO KEY UPDATE OF s SKIP LOCKED
), lent AS (
  INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason)
  SELECT task_id, %s, project_id, 0, %s, %s, '' FROM found ORDER BY priority, task_id
  RETURNING id, task_id, lent_ms, expires_ms
), counted AS (
  UPDATE store_taskstate SET live = live + 1
  WHERE task_id = ANY(ARRAY(SELECT task_id FROM found))
), moved AS (
  UPDATE store_worker w SET cursor_priority = last.priority, cursor_task = last.task_id
  FROM (SELECT priority, task_id FROM found ORDER BY priority DESC, task_id DESC LIMIT 1) AS last
  WHERE w.id = %s
)
SELECT id, task_id, lent_ms, expires_ms FROM lent
""".replace("{position}", "((SELECT CAST(%s AS integer)), (SELECT CAST(%s AS bigint)))")

LEND_BEHIND = LEND.replace("(s.priority, s.task_id) > (", "(s.priority, s.task_id) <= (")

FIND_OPEN = """
SELECT s.priority, s.task_id FROM store_taskstate s
WHERE s.project_id = %s AND s.counted < (s.overlap - s.live) AND s.state = 'open'
  AND coalesce(s.severity, %s) <= %s
  AND NOT EXISTS (SELECT 1 FROM store_lease l
    WHERE l.worker_id = %s AND l.task_id = s.task_id AND l.state <= 2 OFFSET 0)
  AND NOT EXISTS (SELECT 1 FROM store_answer a
    WHERE a.task_id = s.task_id AND a.worker_id + 0 = %s OFFSET 0)
ORDER BY s.priority, s.task_id LIMIT 1
"""

RESERVE = """
WITH lent AS (
  INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason,
    bearer_id, severity, dose)
  SELECT t.task_id, %s, %s, 0, %s, %s, '', %s, t.severity, t.dose
  FROM unnest(CAST(%s AS bigint[]), CAST(%s AS bigint[]), CAST(%s AS bigint[]))
    WITH ORDINALITY AS t (task_id, severity, dose, place)
  ORDER BY t.place
  RETURNING id, task_id, lent_ms, expires_ms
), counted AS (
  UPDATE store_taskstate SET live = live + 1 WHERE task_id = ANY(CAST((SELECT %s) AS bigint[]))
), moved AS (
  UPDATE store_worker SET (cursor_priority, cursor_task) =
    (SELECT s.priority, s.task_id FROM store_taskstate s WHERE s.task_id = %s)
  WHERE id = %s
)
SELECT id, task_id, lent_ms, expires_ms FROM lent
"""

READ_STANDING = """
SELECT w.project_id, p.slug, p.is_own_staff, w.kind, w.public_id, w.practised_ms,
  p.modality, s.task_id, s.state, s.overlap, s.counted, s.live, s.exported_ms,
  (SELECT q.number FROM store_questionversion q WHERE q.project_id = p.id
    ORDER BY q.number DESC LIMIT 1),
  (SELECT r.id FROM store_rateversion r WHERE r.project_id = p.id
    ORDER BY r.number DESC LIMIT 1), {of_task},
  coalesce((SELECT (y.last_day - DATE '1970-01-01') * CAST(86400000 AS bigint) + 129600000
    FROM store_period y WHERE y.state = 'closed' ORDER BY y.last_day DESC LIMIT 1), 0)
FROM store_lease l
JOIN store_worker w ON w.id = l.worker_id
JOIN store_project p ON p.id = w.project_id
JOIN store_taskstate s ON s.task_id = l.task_id
{key}
WHERE l.id = %s AND w.id = %s
FOR NO KEY UPDATE OF w, s
""".replace("{of_task}", project_rules.OF_TASK).replace("{key}", project_rules.KEY)

READ_LEASE = common.READ_LEASE_AND_NUMBER.replace("{number}", "nextval('store_answer_id_seq')")

KEEP_ANSWER = (
    common.KEEP_ANSWER.replace("(task_id,", "(id, task_id,")
    .replace("VALUES (", "VALUES (%s, ")
    .replace("RETURNING id\n", "")
)

LOCK_TASKS_OF = """
SELECT s.task_id FROM store_taskstate s
WHERE s.task_id IN
  (SELECT l.task_id FROM store_lease l WHERE l.id = ANY(CAST((SELECT %s) AS bigint[])))
ORDER BY s.task_id FOR NO KEY UPDATE OF s
"""

LOCK_DUE = """
WITH due AS MATERIALIZED (
  SELECT id, task_id FROM store_lease
  WHERE project_id = %s AND state = 0 AND expires_ms <= %s
  ORDER BY expires_ms LIMIT %s
)
SELECT due.id FROM due JOIN store_taskstate s ON s.task_id = due.task_id
ORDER BY s.task_id FOR NO KEY UPDATE OF s SKIP LOCKED
"""

END_LEASES = """
WITH ended AS (
  UPDATE store_lease SET state = %s, ended_ms = %s, reason = %s
  WHERE id = ANY(CAST((SELECT %s) AS bigint[])) AND state = 0 RETURNING task_id
), freed AS (
  SELECT task_id, count(*) AS places FROM ended GROUP BY task_id
), counted_down AS (
  UPDATE store_taskstate s SET live = s.live - freed.places FROM freed
  WHERE s.task_id = freed.task_id AND s.state NOT IN ('practice', 'gold', 'audit')
)
SELECT count(*) FROM ended
"""

RENEW_LEASES = """
UPDATE store_lease SET expires_ms = %s WHERE id IN (
  SELECT id FROM store_lease
  WHERE worker_id = %s AND state = 0 AND expires_ms > %s AND expires_ms < %s
  FOR NO KEY UPDATE SKIP LOCKED)
"""

LOCK_TASKS_BETWEEN = """
SELECT task_id FROM store_taskstate
WHERE project_id = %s AND task_id > %s AND task_id <= %s AND overlap <> %s
ORDER BY task_id LIMIT %s FOR NO KEY UPDATE
"""

LOCK_TASKS_BETWEEN_BY_RULE = LOCK_TASKS_BETWEEN.replace("overlap <>", "rule <>")

READ_OVERLAP = """
SELECT id, overlap, overlap_most, overlap_rule FROM store_project WHERE id = %s FOR SHARE
"""

LEASES_BEYOND = """
SELECT id FROM (
  SELECT l.id, s.counted, s.state,
    row_number() OVER (PARTITION BY l.task_id ORDER BY l.lent_ms, l.id) AS place
  FROM store_lease l
  JOIN store_taskstate s ON s.task_id = l.task_id
  WHERE l.task_id = ANY(CAST((SELECT %s) AS bigint[])) AND l.state = 0
    AND s.state NOT IN ('practice', 'gold')) AS live
WHERE CASE WHEN state = 'audit' THEN counted < %s ELSE counted + place > %s END
"""

WRITE_OVERLAP = """
UPDATE store_taskstate SET overlap = %s,
  state = CASE WHEN state IN ('practice', 'aside', 'gold') THEN state
    WHEN counted >= %s AND state = 'audit' THEN 'audit'
    WHEN counted >= %s THEN 'closed' ELSE 'open' END
WHERE task_id = ANY(CAST((SELECT %s) AS bigint[]))
"""

READ_TASKS = """
SELECT t.id, t.key, t.data, s.severity, coalesce(m.label, g.label), coalesce(m.source, g.source)
FROM store_task t
LEFT JOIN LATERAL (SELECT c.id FROM store_comparedperson c
  WHERE c.worker_id = %s AND c.hides_proposals LIMIT 1) AS c ON TRUE
LEFT JOIN LATERAL (SELECT p.label, p.source FROM store_proposal p
  WHERE p.task_id = t.id AND p.is_shown AND c.id IS NULL OFFSET 0) AS m ON TRUE
LEFT JOIN store_taskstate s ON s.task_id = t.id
LEFT JOIN LATERAL (SELECT p.label, p.source FROM store_plantedproposal p
  WHERE p.task_id = t.id AND p.is_shown AND p.ended_ms IS NULL AND s.state = 'gold'
    AND c.id IS NULL OFFSET 0) AS g ON TRUE
WHERE t.id = ANY(CAST((SELECT %s) AS bigint[]))
"""


def read_worker(cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow | None:
    """Lock a worker; return them with their live leases."""
    is_plain = worker_id in _plain
    worker_values = (worker_id,) if is_plain else (now_ms - DAY_MS, worker_id)
    workers, rows = run_together(
        cursor,
        (READ_PLAIN_WORKER if is_plain else READ_WORKER, worker_values),
        (READ_HELD, (now_ms, worker_id)),
    )
    if not workers:
        return None
    (worker,) = workers
    return _worker_now(cursor, (*worker[:15], *rows[0], *worker[15:]), rows, now_ms)


def _read_locked_worker(worker_id: int, now_ms: int) -> tuple[str, Sequence[Any]]:
    """Return the statement that reads a worker who is locked already."""
    if worker_id in _plain:
        return READ_LOCKED_PLAIN_WORKER, (now_ms, worker_id)
    return READ_LOCKED_WORKER, (now_ms, now_ms - DAY_MS, worker_id)


def _worker_now(
    cursor: CursorWrapper, columns: Sequence[Any], held_rows: Sequence[Sequence[Any]], now_ms: int
) -> WorkerNow:
    """Build a worker from the columns of ``READ_LOCKED_WORKER`` and the rows of ``_HELD``.

    The rules are read now where the worker was thought to be in a project without any.
    """
    leases = [HeldLease(*row[1:5]) for row in held_rows if row[1] is not None]
    worker_id, *rules, has_rules = columns[0], *columns[21:]
    if not has_rules:
        _remember_plain(worker_id)
    elif worker_id in _plain:
        _plain.discard(worker_id)
        cursor.execute(READ_RULES, (now_ms - DAY_MS, worker_id))
        rules = cursor.fetchone()
    return WorkerNow._make((*columns[:16], leases, project_rules.Rules(*rules)))


def _remember_plain(worker_id: int) -> None:
    """Remember that a worker's project has no checks and no caps; each reading tells anew."""
    if len(_plain) >= MOST_PLAIN:
        _plain.clear()
    _plain.add(worker_id)


def lend(cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int) -> list[HeldLease]:
    """Lease up to ``count`` open tasks, from the worker's queue position on."""
    leases = _lend_part(cursor, LEND, worker, count, now_ms)
    if len(leases) < count:
        leases += _lend_part(cursor, LEND_BEHIND, worker, count - len(leases), now_ms)
    return sorted(leases)


def _lend_part(
    cursor: CursorWrapper, sql: str, worker: WorkerNow, count: int, now_ms: int
) -> list[HeldLease]:
    """Lease up to ``count`` tasks of one part of the queue."""
    position = (worker.project, worker.cursor_priority, worker.cursor_task)
    whose = worker.worker
    expires_ms = now_ms + worker.lease_seconds * 1000
    cursor.execute(sql, (*position, whose, whose, count, whose, now_ms, expires_ms, whose))
    return [HeldLease(*row) for row in cursor.fetchall()]


def read_risk(
    cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
) -> tuple[BorneNow, list[LeaseCandidate]]:
    """Return the person's exposure, and tasks near their queue position, locked.

    ``READ_HELD`` has taken the person's own lock, so this reads what others had lent them.
    """
    cursor.execute(exposure.READ_BORNE, exposure.borne_values(worker, now_ms))
    borne = BorneNow(*cursor.fetchone())
    cursor.execute(exposure.LOCK_NEAR, exposure.near_values(worker, count))
    return borne, [LeaseCandidate(*row) for row in cursor.fetchall()]


def reserve(
    cursor: CursorWrapper, worker: WorkerNow, tasks: Sequence[Reserved], now_ms: int
) -> list[HeldLease]:
    """Lease locked tasks, each with its dose, in order."""
    expires_ms = now_ms + worker.lease_seconds * 1000
    columns = [list(column) for column in zip(*tasks, strict=True)]
    cursor.execute(
        RESERVE,
        (
            worker.worker,
            worker.project,
            now_ms,
            expires_ms,
            worker.person,
            *columns,
            columns[0],
            tasks[-1].task,
            worker.worker,
        ),
    )
    return sorted(HeldLease(*row) for row in cursor.fetchall())


def find_open(cursor: CursorWrapper, worker: WorkerNow, hardest: int = 4) -> tuple[int, int] | None:
    """Return priority and id of the first task for this worker; lock nothing."""
    worker_ids = (worker.worker, worker.worker)
    cursor.execute(FIND_OPEN, (worker.project, worker.severity, hardest, *worker_ids))
    row: tuple[int, int] | None = cursor.fetchone()
    return row


def read_standing(cursor: CursorWrapper, worker_id: int, lease_id: int) -> SubmitContext | None:
    """Lock a worker and the task of their lease; None if it is not theirs."""
    cursor.execute(READ_STANDING, (under(), lease_id, worker_id))
    row = cursor.fetchone()
    return SubmitContext(*row) if row else None


def read_submission(
    cursor: CursorWrapper, worker_id: int, lease_id: int, client_key: str, next_ms: int | None
) -> SubmissionNow | None:
    """Lock a worker and the task of their lease; return them with all that an answer takes."""
    statements: list[tuple[str, Sequence[Any]]] = [
        (READ_STANDING, (under(), lease_id, worker_id)),
        (READ_LEASE, (client_key, lease_id)),
        (common.READ_VOTES_BEFORE, (lease_id, worker_id)),
    ]
    if next_ms is not None:
        statements.append(_read_locked_worker(worker_id, next_ms))
    contexts, leases, votes, *workers = run_together(cursor, *statements)
    if not contexts:
        return None
    worker: WorkerNow | None = None
    if next_ms is not None:
        (rows,) = workers
        worker = _worker_now(cursor, rows[0], [row[15:20] for row in rows], next_ms)
    return SubmissionNow(SubmitContext(*contexts[0]), LeaseNow(*leases[0]), votes, worker)


def keep_answer(cursor: CursorWrapper, number: int, columns: Sequence[Any]) -> int:
    """Insert an answer under the number that was taken for it, with the next statement."""
    execute_later(cursor, KEEP_ANSWER, (number, *columns), independent=True)
    return number


def lock_tasks_of(cursor: CursorWrapper, leases: Sequence[int]) -> None:
    """Lock the tasks of these leases."""
    cursor.execute(LOCK_TASKS_OF, (list(leases),))


def lock_due(cursor: CursorWrapper, project_id: int, now_ms: int, limit: int) -> list[int]:
    """Return expired leases, their tasks locked; skip those locked elsewhere."""
    cursor.execute(LOCK_DUE, (project_id, now_ms, limit))
    return [lease for (lease,) in cursor.fetchall()]


def end_leases(
    cursor: CursorWrapper, leases: Sequence[int], state: int, now_ms: int, reason: str
) -> int:
    """End the live ones of the leases; return how many."""
    cursor.execute(END_LEASES, (state, now_ms, reason, list(leases)))
    (ended,) = cursor.fetchone()
    return int(ended)


def renew_leases(cursor: CursorWrapper, worker_id: int, now_ms: int, expires_ms: int) -> None:
    """Extend the worker's live leases until a time, if that is later; never wait."""
    cursor.execute(RENEW_LEASES, (expires_ms, worker_id, now_ms, expires_ms))


def read_overlap(cursor: CursorWrapper, project_id: int) -> AskedNow:
    """Return the current overlap, and lock it until the transaction ends."""
    cursor.execute(READ_OVERLAP, (project_id,))
    return AskedNow(*cursor.fetchone())


def lock_tasks_between(
    cursor: CursorWrapper,
    project_id: int,
    between: tuple[int, int],
    overlap_now: AskedNow,
    limit: int,
) -> list[int]:
    """Lock the first tasks in a range that have another overlap, ascending."""
    if overlap_now.most is None:
        cursor.execute(LOCK_TASKS_BETWEEN, (project_id, *between, overlap_now.overlap, limit))
    else:
        cursor.execute(LOCK_TASKS_BETWEEN_BY_RULE, (project_id, *between, overlap_now.rule, limit))
    return [task for (task,) in cursor.fetchall()]


def write_overlap(
    cursor: CursorWrapper, overlap: int, tasks: Sequence[int], now_ms: int, reason: str
) -> None:
    """Set the overlap of tasks: end excess leases, open or close tasks."""
    listed = list(tasks)
    cursor.execute(LEASES_BEYOND, (listed, overlap, overlap))
    beyond = [lease for (lease,) in cursor.fetchall()]
    if beyond:
        end_leases(cursor, beyond, Lease.State.RELEASED, now_ms, reason)
    cursor.execute(WRITE_OVERLAP, (overlap, overlap, overlap, listed))


def read_tasks(cursor: CursorWrapper, worker_id: int, tasks: Sequence[int]) -> list[TaskRow]:
    """Return id, key, data, severity and the proposal that a worker sees, of tasks."""
    cursor.execute(READ_TASKS, (worker_id, list(tasks)))
    rows: list[TaskRow] = cursor.fetchall()
    return rows


def read_tasks_last(cursor: CursorWrapper, worker_id: int, tasks: Sequence[int]) -> list[TaskRow]:
    """Return what ``read_tasks`` does, and commit in the same trip."""
    (rows,) = run_last(cursor, (READ_TASKS, (worker_id, list(tasks))))
    return rows
