"""SQL of lease and submit shared by SQLite and PostgreSQL."""

from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

LEND_PRACTICE = """
INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason)
SELECT s.task_id, %s, s.project_id, 0, %s, %s, '' FROM store_taskstate s
WHERE s.task_id = %s AND s.state = 'practice'
  AND NOT EXISTS (SELECT 1 FROM store_lease l
    WHERE l.worker_id = %s AND l.task_id = s.task_id AND l.state <= 2)
RETURNING id, task_id, lent_ms, expires_ms
"""

SET_PRACTISED = """
UPDATE store_worker SET practised_ms = %s WHERE id = %s AND practised_ms IS NULL
"""

PACKED = "pack"  # why a lease runs for hours: it was taken along

READ_LEASE = """
SELECT l.state, l.lent_ms, l.expires_ms,
  CASE WHEN l.reason = 'pack' THEN
    (SELECT p.lease_seconds FROM store_project p WHERE p.id = l.project_id) * 1000
  ELSE l.expires_ms - l.lent_ms END,
  t.id, t.state,
  coalesce(t.severity, l.severity), coalesce(t.dose, l.dose),
  (SELECT a.answered_ms FROM store_answer a WHERE a.worker_id = l.worker_id
    ORDER BY a.id DESC LIMIT 1),
  (SELECT a.id FROM store_answer a WHERE a.worker_id = l.worker_id AND a.client_key = %s),
  (SELECT count(*) FROM (SELECT 1 FROM store_answer a
    WHERE a.task_id = l.task_id AND a.worker_id + 0 = l.worker_id AND a.replaces_id IS NULL
    LIMIT 8) AS b)
FROM store_lease l
LEFT JOIN store_lease t ON t.worker_id = l.worker_id AND t.task_id = l.task_id AND t.state <= 2
WHERE l.id = %s
"""

READ_LEASE_AND_NUMBER = READ_LEASE.replace("AS b)\nFROM", "AS b),\n  {number}\nFROM")

READ_OWN_ANSWERS = """
SELECT a.id, a.client_key, a.replaces_id, a.counted, a.surplus,
  (SELECT min(r.id) FROM (
    SELECT n.id FROM store_answer n
    WHERE n.worker_id = %s AND NOT EXISTS (
      SELECT 1 FROM store_answer c WHERE c.replaces_id = n.id LIMIT 1 OFFSET 0)
    ORDER BY n.id DESC LIMIT %s) AS r)
FROM store_answer a
WHERE a.task_id = %s AND a.worker_id + 0 = %s
ORDER BY a.id
"""

UNCOUNT_ANSWER = """
UPDATE store_answer SET counted = %s, surplus = %s WHERE id = %s
"""

KEEP_ANSWER = """
INSERT INTO store_answer (task_id, worker_id, project_id, question_version_id, lease_id, "values",
  author_kind, client_key, counted, surplus, replaces_id, elapsed_ms, answered_ms)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
RETURNING id
"""

KEEP_PAY_LINE = """
INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id, piece_micro, currency,
  elapsed_ms, time_basis, at_ms)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'elapsed', %s)
"""

KEEP_ENTRY = """
INSERT INTO store_entrypending (project_id, type, payload, nonce, commitment, created_ms, answer,
  sealed_by, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

READ_VOTES = """
SELECT a."values", w.accuracy, h.chances, h.estimate_id, e.frozen
FROM store_answer a
JOIN store_worker w ON w.id = a.worker_id
LEFT JOIN store_habits h ON h.worker_id = a.worker_id
LEFT JOIN store_estimate e ON e.id = h.estimate_id
WHERE a.task_id = %s AND a.counted
ORDER BY a.id
"""

# The votes before an answer to the lease is stored; first, as answer 0, what is known of the worker
# who gives it.
READ_VOTES_BEFORE = """
SELECT b.answer, b."values", w.accuracy, h.chances, h.estimate_id, e.frozen
FROM (
  SELECT a.id AS answer, a.worker_id, a."values"
  FROM store_lease l JOIN store_answer a ON a.task_id = l.task_id AND a.counted
  WHERE l.id = %s
  UNION ALL SELECT 0, w.id, '' FROM store_worker w WHERE w.id = %s
) AS b
JOIN store_worker w ON w.id = b.worker_id
LEFT JOIN store_habits h ON h.worker_id = b.worker_id
LEFT JOIN store_estimate e ON e.id = h.estimate_id
ORDER BY b.answer
"""

# What a person withdrew stays withdrawn, and a person's verdict is not overwritten by an answer.
WRITE_TASK_STATE = """
UPDATE store_taskstate SET counted = %s, live = %s, overlap = %s,
  state = CASE WHEN state = 'aside' THEN 'aside' ELSE %s END,
  label = CASE WHEN reviewed_ms IS NULL THEN %s ELSE label END,
  confidence = CASE WHEN reviewed_ms IS NULL THEN %s ELSE confidence END
WHERE task_id = %s
"""

WRITE_LIVE = """
UPDATE store_taskstate SET live = %s WHERE task_id = %s
"""

SET_LEASE = """
UPDATE store_lease SET state = %s, ended_ms = coalesce(ended_ms, %s), reason = %s,
  dose = coalesce(%s, dose)
WHERE id = %s
"""

READ_RECEIPT = """
SELECT a.id, a.client_key, a.counted, a.surplus, r.client_key, p.piece_micro, p.currency,
  p.elapsed_ms, a.project_id, e.commitment, e.created_ms
FROM store_answer a
JOIN store_payline p ON p.answer_id = a.id
LEFT JOIN store_answer r ON r.id = a.replaces_id
LEFT JOIN store_entrypending e ON e.answer = a.id
WHERE a.worker_id = %s AND a.client_key = %s
"""


class LeaseNow(NamedTuple):
    """A lease at the time of its answer.

    ``longest_ms``: the most time its answer may be said to have taken: as long as it was lent, or
    as tasks usually are where it lay in a pack. ``taken``: this worker's lease of the same task
    that is live, answered or skipped: the same one, a later one, or none. ``same_key``: the answer
    that came with this key before. ``answers_before``: how often the worker answered this task
    before, under whatever lease, corrections left out; counted up to eight.
    ``severity`` and ``dose``: what was reserved for it; no severity in a project without risk.
    ``number``: that of the answer to be, where the database gives it beforehand; else 0.
    """

    state: int
    lent_ms: int
    expires_ms: int
    longest_ms: int
    taken: int | None
    taken_state: int | None
    severity: int | None
    dose: int
    last_answered_ms: int | None
    same_key: int | None
    answers_before: int
    number: int = 0

    @property
    def answered_before(self) -> bool:
        """Return whether the worker answered this task before."""
        return self.answers_before > 0


class Earlier(NamedTuple):
    """The answer that a correction replaces: the last of its chain.

    ``is_recent``: whether it is among the last answers of the worker that were not corrected.
    """

    answer: int
    counted: bool
    surplus: bool
    is_recent: bool


def read_lease(cursor: CursorWrapper, lease_id: int, client_key: str) -> LeaseNow:
    """Return the state of a lease; its worker and task are already locked."""
    cursor.execute(READ_LEASE, (client_key, lease_id))
    return LeaseNow(*cursor.fetchone())


def read_earlier(
    cursor: CursorWrapper, worker_id: int, task_id: int, client_key: str, recent: int
) -> Earlier | None:
    """Return the worker's answer to this task that a correction replaces."""
    cursor.execute(READ_OWN_ANSWERS, (worker_id, recent, task_id, worker_id))
    earlier: Earlier | None = None
    for answer, key, replaces, counted, surplus, oldest in cursor.fetchall():
        if key == client_key or (earlier is not None and replaces == earlier.answer):
            earlier = Earlier(answer, counted, surplus, answer >= oldest)
    return earlier
