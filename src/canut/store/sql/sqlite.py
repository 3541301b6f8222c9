"""SQL of lease and submit for SQLite. The writer lock is held throughout.

A list of ids travels as one JSON text, so that a statement is the same text whatever its length.
The conditions of ``LEND`` repeat those of the index ``task_queue`` word for word: SQLite uses a
partial index only then. Its second half starts at the beginning of the queue and is read only when
the first gave too few. Each half looks at the nearest tasks alone: someone who has answered most of
a large project would otherwise hold the lock while their trail is walked. What lies further is
found by ``FIND_OPEN``, which needs no lock.

A ``+ 0`` keeps a column from choosing the index: ``worker_id`` would walk all answers of a worker,
``state`` all live leases, ``project_id`` all tasks of a project, to sort them.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper

from canut.core.clock import DAY_MS
from canut.store.sql import exposure, project_rules
from canut.store.sql.common import KEEP_ANSWER, READ_VOTES_BEFORE, read_lease
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
from canut.store.tables.platform import under
from canut.store.tables.work import Lease

NEAR = 1000

READ_WORKER = """
SELECT w.id, w.project_id, CASE WHEN p.held_ms IS NULL THEN p.state ELSE 'held' END,
  p.lease_seconds, p.practice_task_id, w.practised_ms,
  CASE WHEN w.ended_at IS NOT NULL THEN 1 WHEN w.is_limited THEN 2 ELSE 0 END,
  w.cursor_priority, w.cursor_task,
  (SELECT q.number FROM store_questionversion q WHERE q.project_id = p.id
    ORDER BY q.number DESC LIMIT 1),
  w.person_id, coalesce(p.severity, 0), p.severity_most, p.modality, coalesce(g.rest_until_ms, 0),
  EXISTS (SELECT 1 FROM store_lease d
    WHERE d.project_id = p.id AND d.state = 0 AND d.expires_ms <= %s),
  l.id, l.task_id, l.lent_ms, l.expires_ms, {of_worker}
FROM store_worker w
JOIN store_project p ON p.id = w.project_id
LEFT JOIN store_protection g ON g.person_id = w.person_id
LEFT JOIN store_lease l ON l.worker_id = w.id AND l.state = 0
WHERE w.id = %s
ORDER BY l.id
""".replace("{of_worker}", project_rules.OF_WORKER)

LEND = """
INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason)
SELECT task_id, %s, %s, 0, %s, %s, '' FROM (
  SELECT * FROM (
    SELECT s.task_id FROM store_taskstate s
    WHERE s.project_id = %s AND (s.priority, s.task_id) > (%s, %s)
      AND s.counted < (s.overlap - s.live) AND s.state = 'open'
    ORDER BY s.priority, s.task_id LIMIT %s)
  UNION ALL
  SELECT * FROM (
    SELECT s.task_id FROM store_taskstate s
    WHERE s.project_id = %s AND (s.priority, s.task_id) <= (%s, %s)
      AND s.counted < (s.overlap - s.live) AND s.state = 'open'
    ORDER BY s.priority, s.task_id LIMIT %s)) AS near
WHERE NOT EXISTS (SELECT 1 FROM store_lease l
    WHERE l.worker_id = %s AND l.task_id = near.task_id AND l.state <= 2)
  AND NOT EXISTS (SELECT 1 FROM store_answer a
    WHERE a.task_id = near.task_id AND a.worker_id + 0 = %s)
LIMIT %s
RETURNING id, task_id, lent_ms, expires_ms
"""

FIND_OPEN = """
SELECT s.priority, s.task_id FROM store_taskstate s
WHERE s.project_id = %s AND s.counted < (s.overlap - s.live) AND s.state = 'open'
  AND coalesce(s.severity, %s) <= %s
  AND NOT EXISTS (SELECT 1 FROM store_lease l
    WHERE l.worker_id = %s AND l.task_id = s.task_id AND l.state <= 2)
  AND NOT EXISTS (SELECT 1 FROM store_answer a
    WHERE a.task_id = s.task_id AND a.worker_id + 0 = %s)
ORDER BY s.priority, s.task_id LIMIT 1
"""

RESERVE = """
INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason,
  bearer_id, severity, dose)
SELECT json_extract(value, '$[0]'), %s, %s, 0, %s, %s, '', %s, json_extract(value, '$[1]'),
  json_extract(value, '$[2]')
FROM json_each(%s) ORDER BY key
RETURNING id, task_id, lent_ms, expires_ms
"""

COUNT_LENT = """
UPDATE store_taskstate SET live = live + 1 WHERE task_id IN (SELECT value FROM json_each(%s))
"""

MOVE_CURSOR = """
UPDATE store_worker SET (cursor_priority, cursor_task) =
  (SELECT s.priority, s.task_id FROM store_taskstate s WHERE s.task_id = %s)
WHERE id = %s
"""

READ_STANDING = """
SELECT w.project_id, p.slug, p.is_own_staff, w.kind, w.public_id, w.practised_ms,
  p.modality, s.task_id, s.state, s.overlap, s.counted, s.live, s.exported_ms,
  (SELECT q.number FROM store_questionversion q WHERE q.project_id = p.id
    ORDER BY q.number DESC LIMIT 1),
  (SELECT r.id FROM store_rateversion r WHERE r.project_id = p.id
    ORDER BY r.number DESC LIMIT 1), {of_task},
  coalesce((SELECT unixepoch(y.last_day) * 1000 + 129600000 FROM store_period y
    WHERE y.state = 'closed' ORDER BY y.last_day DESC LIMIT 1), 0)
FROM store_lease l
JOIN store_worker w ON w.id = l.worker_id
JOIN store_project p ON p.id = w.project_id
JOIN store_taskstate s ON s.task_id = l.task_id
{key}
WHERE l.id = %s AND w.id = %s
""".replace("{of_task}", project_rules.OF_TASK).replace("{key}", project_rules.KEY)

FIND_DUE = """
SELECT id FROM store_lease WHERE project_id = %s AND state = 0 AND expires_ms <= %s
ORDER BY expires_ms LIMIT %s
"""

END_LEASES = """
UPDATE store_lease SET state = %s, ended_ms = %s, reason = %s
WHERE id IN (SELECT value FROM json_each(%s)) AND state + 0 = 0
RETURNING task_id
"""

FREE_PLACES = """
UPDATE store_taskstate SET live = live - freed.places
FROM (SELECT json_extract(value, '$[0]') AS task_id, json_extract(value, '$[1]') AS places
  FROM json_each(%s)) AS freed
WHERE store_taskstate.task_id = freed.task_id AND state NOT IN ('practice', 'gold', 'audit')
"""

RENEW_LEASES = """
UPDATE store_lease SET expires_ms = %s
WHERE worker_id = %s AND state = 0 AND expires_ms > %s AND expires_ms < %s
"""

TASKS_BETWEEN = """
SELECT task_id FROM store_taskstate
WHERE project_id + 0 = %s AND task_id > %s AND task_id <= %s AND overlap <> %s
ORDER BY task_id LIMIT %s
"""

TASKS_BETWEEN_BY_RULE = TASKS_BETWEEN.replace("overlap <>", "rule <>")

READ_OVERLAP = """
SELECT id, overlap, overlap_most, overlap_rule FROM store_project WHERE id = %s
"""

LEASES_BEYOND = """
SELECT id FROM (
  SELECT l.id, s.counted, s.state,
    row_number() OVER (PARTITION BY l.task_id ORDER BY l.lent_ms, l.id) AS place
  FROM store_lease l
  JOIN store_taskstate s ON s.task_id = l.task_id
  WHERE l.task_id IN (SELECT value FROM json_each(%s)) AND l.state = 0
    AND s.state NOT IN ('practice', 'gold'))
WHERE CASE WHEN state = 'audit' THEN counted < %s ELSE counted + place > %s END
"""

WRITE_OVERLAP = """
UPDATE store_taskstate SET overlap = %s,
  state = CASE WHEN state IN ('practice', 'aside', 'gold') THEN state
    WHEN counted >= %s AND state = 'audit' THEN 'audit'
    WHEN counted >= %s THEN 'closed' ELSE 'open' END
WHERE task_id IN (SELECT value FROM json_each(%s))
"""

READ_TASKS = """
SELECT t.id, t.key, t.data, s.severity, coalesce(m.label, g.label), coalesce(m.source, g.source)
FROM store_task t
LEFT JOIN store_comparedperson c ON c.worker_id = %s AND c.hides_proposals
LEFT JOIN store_proposal m ON m.task_id = t.id AND m.is_shown AND c.id IS NULL
LEFT JOIN store_taskstate s ON s.task_id = t.id
LEFT JOIN store_plantedproposal g ON g.task_id = t.id AND g.is_shown AND g.ended_ms IS NULL
  AND s.state = 'gold' AND c.id IS NULL
WHERE t.id IN (SELECT value FROM json_each(%s))
"""


def read_worker(cursor: CursorWrapper, worker_id: int, now_ms: int) -> WorkerNow | None:
    """Return a worker with their live leases."""
    cursor.execute(READ_WORKER, (now_ms, now_ms - DAY_MS, worker_id))
    rows = cursor.fetchall()
    if not rows:
        return None
    leases = [HeldLease(*row[16:20]) for row in rows if row[16] is not None]
    return WorkerNow._make((*rows[0][:16], leases, project_rules.Rules(*rows[0][20:])))


def lend(cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int) -> list[HeldLease]:
    """Lease up to ``count`` open tasks, from the worker's queue position on."""
    half = (worker.project, worker.cursor_priority, worker.cursor_task, NEAR)
    expires_ms = now_ms + worker.lease_seconds * 1000
    lease = (worker.worker, worker.project, now_ms, expires_ms)
    cursor.execute(LEND, (*lease, *half, *half, worker.worker, worker.worker, count))
    leases = sorted(HeldLease(*row) for row in cursor.fetchall())
    if leases:
        cursor.execute(COUNT_LENT, (json.dumps([lease.task for lease in leases]),))
        cursor.execute(MOVE_CURSOR, (leases[-1].task, worker.worker))
    return leases


def read_risk(
    cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
) -> tuple[BorneNow, list[LeaseCandidate]]:
    """Return the person's exposure, and tasks near their queue position."""
    borne, near = exposure.borne_values(worker, now_ms), exposure.near_values(worker, count)
    cursor.execute(exposure.READ_RISK, (*borne, *near))
    rows = cursor.fetchall()
    candidates = [LeaseCandidate(*row[-2:]) for row in rows if row[-2] is not None]
    return BorneNow(*rows[0][:-2]), candidates


def reserve(
    cursor: CursorWrapper, worker: WorkerNow, tasks: Sequence[Reserved], now_ms: int
) -> list[HeldLease]:
    """Lease tasks, each with its dose, in order."""
    expires_ms = now_ms + worker.lease_seconds * 1000
    lease = (worker.worker, worker.project, now_ms, expires_ms, worker.person)
    cursor.execute(RESERVE, (*lease, json.dumps(tasks)))
    leases = sorted(HeldLease(*row) for row in cursor.fetchall())
    cursor.execute(COUNT_LENT, (json.dumps([lease.task for lease in leases]),))
    cursor.execute(MOVE_CURSOR, (leases[-1].task, worker.worker))
    return leases


def find_open(cursor: CursorWrapper, worker: WorkerNow, hardest: int = 4) -> tuple[int, int] | None:
    """Return priority and id of the first task for this worker; lock nothing."""
    worker_ids = (worker.worker, worker.worker)
    cursor.execute(FIND_OPEN, (worker.project, worker.severity, hardest, *worker_ids))
    row: tuple[int, int] | None = cursor.fetchone()
    return row


def read_standing(cursor: CursorWrapper, worker_id: int, lease_id: int) -> SubmitContext | None:
    """Return the owner of a lease and its task's state; None if it is not theirs."""
    cursor.execute(READ_STANDING, (under(), lease_id, worker_id))
    row = cursor.fetchone()
    return SubmitContext(*row) if row else None


def read_submission(
    cursor: CursorWrapper, worker_id: int, lease_id: int, client_key: str, _next_ms: int | None
) -> SubmissionNow | None:
    """Return a worker and the task of their lease, with all that an answer takes."""
    context = read_standing(cursor, worker_id, lease_id)
    if context is None:
        return None
    lease = read_lease(cursor, lease_id, client_key)
    cursor.execute(READ_VOTES_BEFORE, (lease_id, worker_id))
    return SubmissionNow(context, lease, cursor.fetchall(), None)


def keep_answer(cursor: CursorWrapper, _number: int, columns: Sequence[Any]) -> int:
    """Insert an answer; return its number, which is given with the row."""
    cursor.execute(KEEP_ANSWER, columns)
    (answer,) = cursor.fetchone()
    return int(answer)


def lock_tasks_of(cursor: CursorWrapper, leases: Sequence[int]) -> None:
    """Do nothing: the whole database is locked."""


def lock_due(cursor: CursorWrapper, project_id: int, now_ms: int, limit: int) -> list[int]:
    """Return expired leases."""
    cursor.execute(FIND_DUE, (project_id, now_ms, limit))
    return [lease for (lease,) in cursor.fetchall()]


def end_leases(
    cursor: CursorWrapper, leases: Sequence[int], state: int, now_ms: int, reason: str
) -> int:
    """End the live ones of the leases; return how many."""
    cursor.execute(END_LEASES, (state, now_ms, reason, json.dumps(list(leases))))
    places = Counter(task for (task,) in cursor.fetchall())
    if places:
        cursor.execute(FREE_PLACES, (json.dumps(list(places.items())),))
    return places.total()


def renew_leases(cursor: CursorWrapper, worker_id: int, now_ms: int, expires_ms: int) -> None:
    """Extend the worker's live leases until a time, if that is later."""
    cursor.execute(RENEW_LEASES, (expires_ms, worker_id, now_ms, expires_ms))


def read_overlap(cursor: CursorWrapper, project_id: int) -> AskedNow:
    """Return the current overlap."""
    cursor.execute(READ_OVERLAP, (project_id,))
    return AskedNow(*cursor.fetchone())


def lock_tasks_between(
    cursor: CursorWrapper,
    project_id: int,
    between: tuple[int, int],
    overlap_now: AskedNow,
    limit: int,
) -> list[int]:
    """Return the first tasks in a range that have another overlap, ascending."""
    if overlap_now.most is None:
        cursor.execute(TASKS_BETWEEN, (project_id, *between, overlap_now.overlap, limit))
    else:
        cursor.execute(TASKS_BETWEEN_BY_RULE, (project_id, *between, overlap_now.rule, limit))
    return [task for (task,) in cursor.fetchall()]


def write_overlap(
    cursor: CursorWrapper, overlap: int, tasks: Sequence[int], now_ms: int, reason: str
) -> None:
    """Set the overlap of tasks: end excess leases, open or close tasks."""
    listed = json.dumps(list(tasks))
    cursor.execute(LEASES_BEYOND, (listed, overlap, overlap))
    beyond = [lease for (lease,) in cursor.fetchall()]
    if beyond:
        end_leases(cursor, beyond, Lease.State.RELEASED, now_ms, reason)
    cursor.execute(WRITE_OVERLAP, (overlap, overlap, overlap, listed))


def read_tasks(cursor: CursorWrapper, worker_id: int, tasks: Sequence[int]) -> list[TaskRow]:
    """Return id, key, data, severity and the proposal that a worker sees, of tasks."""
    cursor.execute(READ_TASKS, (worker_id, json.dumps(list(tasks))))
    rows: list[TaskRow] = cursor.fetchall()
    return rows


read_tasks_last = read_tasks
