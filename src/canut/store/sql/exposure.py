"""SQL of leasing hard tasks: a person's exposure, and the nearest tasks.

Both dialects speak them alike; SQLite reads the two beside each other in one statement, PostgreSQL
one after the other, so that tasks are locked once the person is. ``mine`` holds what the person was
lent in projects with a risk and still holds, or that ended in the last week, the appeals about such
tasks that they read, and those of a sample that they uncovered;
``CROSS JOIN`` makes SQLite look them up by person. The limits of
everybody that a settled change made are read in the same statement, so that they hold from the
moment they are in force, in every process.
"""

from canut.core.clock import DAY_MS, WEEK_MS
from canut.core.participation.policy_changes import PolicyName
from canut.core.protection.exposure import POLICY
from canut.store.sql.dialect import WorkerNow

NEAR = 300

LIMITS = (PolicyName.EXPOSURE_DAY, PolicyName.EXPOSURE_WEEK, PolicyName.EXPOSURE_RUN)
SETTLED = """(SELECT y.new FROM store_policychange y
    WHERE y.name = '{}' AND y.state = 'in_force' AND y.takes_effect_ms <= v.now
    ORDER BY y.takes_effect_ms DESC, y.id DESC LIMIT 1)"""

BORNE = """
SELECT
  (SELECT coalesce(sum(m.dose), 0) FROM mine m WHERE m.ended_ms IS NULL OR m.ended_ms > v.day),
  (SELECT coalesce(sum(m.dose), 0) FROM mine m),
  (SELECT coalesce(sum(m.dose), 0) FROM mine m
    WHERE m.ended_ms IS NULL OR m.ended_ms > coalesce(g.pause_ms, 0)),
  (SELECT count(*) FROM mine m
    WHERE m.severity = 4 AND m.dose > 0 AND (m.ended_ms IS NULL OR m.ended_ms > v.day)),
  (SELECT max(m.ended_ms) FROM mine m WHERE m.dose > 0),
  (SELECT coalesce(sum(m.dose), 0) FROM mine m WHERE m.ended_ms IS NULL),
  (SELECT r.severity FROM recent r ORDER BY r.lent_ms DESC, r.id DESC LIMIT 1),
  (SELECT r.severity FROM recent r ORDER BY r.lent_ms DESC, r.id DESC LIMIT 1 OFFSET 1),
  (SELECT max(r.lent_ms) FROM recent r),
  (SELECT max(c.at_ms) FROM (
    SELECT (SELECT a.answered_ms FROM store_answer a WHERE a.worker_id = o.id
      ORDER BY a.id DESC LIMIT 1) AS at_ms
    FROM store_worker o JOIN store_project q ON q.id = o.project_id
    WHERE o.person_id = v.person AND coalesce(q.severity, 0) = 0 AND q.severity_most = 0) AS c),
  (length(CAST(p.risk_categories AS text))
    - length(replace(CAST(p.risk_categories AS text), '"', ''))) / 2,
  (SELECT count(*) FROM store_riskchoice k WHERE k.person_id = v.person AND k.agreed
    AND CAST(p.risk_categories AS text) LIKE '%%"' || k.category || '"%%'),
  (SELECT t.is_minor FROM store_terms t WHERE t.person_id = v.person
    ORDER BY t.number DESC LIMIT 1),
  g.lower_day, g.first_ms, g.began_ms, g.last_ms, coalesce(g.pause_ms, 0), g.break_ms,
  /* settled */
FROM asked v
JOIN store_project p ON p.id = v.project
LEFT JOIN store_protection g ON g.person_id = v.person
"""

WITH_MINE = """
WITH asked AS (
  SELECT CAST(%s AS bigint) AS person, CAST(%s AS bigint) AS project, CAST(%s AS bigint) AS day,
    CAST(%s AS bigint) AS week, CAST(%s AS bigint) AS session, CAST(%s AS bigint) AS now
), mine AS MATERIALIZED (
  SELECT l.id, l.state, l.severity, l.dose, l.lent_ms, l.ended_ms
  FROM asked v CROSS JOIN store_lease l
  WHERE l.bearer_id = v.person AND (l.ended_ms IS NULL OR l.ended_ms > v.week)
  UNION ALL
  SELECT 0, 0, r.severity, r.dose, r.lent_ms,
    CASE WHEN r.ended_ms > v.now THEN NULL ELSE r.ended_ms END
  FROM asked v CROSS JOIN store_appeallook r
  WHERE r.bearer_id = v.person AND r.ended_ms > v.week
    AND (r.seen_ms IS NOT NULL OR r.ended_ms > v.now)
  UNION ALL
  SELECT 0, 0, e.severity, e.dose, e.seen_ms,
    CASE WHEN e.ended_ms > v.now THEN NULL ELSE e.ended_ms END
  FROM asked v CROSS JOIN store_ethicslook e
  WHERE e.bearer_id = v.person AND e.ended_ms > v.week
), recent AS (
  SELECT m.id, m.severity, m.lent_ms FROM mine m CROSS JOIN asked v
  LEFT JOIN store_protection r ON r.person_id = v.person
  WHERE (m.ended_ms IS NULL
      OR (m.ended_ms > v.session AND m.ended_ms > coalesce(r.pause_ms, 0)))
    AND NOT (m.state = 3 AND m.dose = 0)
)"""

WITH_NEAR = """
 near AS (
  SELECT * FROM (
    SELECT s.task_id, coalesce(s.severity, %s) AS severity, s.priority, 0 AS half
    FROM store_taskstate s
    WHERE s.project_id = %s AND (s.priority, s.task_id) > (%s, %s)
      AND s.counted < (s.overlap - s.live) AND s.state = 'open'
    ORDER BY s.priority, s.task_id LIMIT %s) AS ahead
  UNION ALL
  SELECT * FROM (
    SELECT s.task_id, coalesce(s.severity, %s) AS severity, s.priority, 1 AS half
    FROM store_taskstate s
    WHERE s.project_id = %s AND (s.priority, s.task_id) <= (%s, %s)
      AND s.counted < (s.overlap - s.live) AND s.state = 'open'
    ORDER BY s.priority, s.task_id LIMIT %s) AS behind
), placed AS (
  SELECT n.task_id, n.severity, n.half, n.priority,
    row_number() OVER (PARTITION BY n.severity < %s ORDER BY n.half, n.priority, n.task_id) AS place
  FROM near n
  WHERE NOT EXISTS (SELECT 1 FROM store_lease l
      WHERE l.worker_id = %s AND l.task_id = n.task_id AND l.state <= 2 LIMIT 1 OFFSET 0)
    AND NOT EXISTS (SELECT 1 FROM store_answer a
      WHERE a.task_id = n.task_id AND a.worker_id + 0 = %s LIMIT 1 OFFSET 0)
)"""

LOCKED = """
SELECT c.task_id, c.severity FROM placed c
JOIN store_taskstate s ON s.task_id = c.task_id
WHERE c.place <= %s AND s.state = 'open' AND s.counted < (s.overlap - s.live)
ORDER BY c.half, c.priority, c.task_id
FOR NO KEY UPDATE OF s SKIP LOCKED
"""

BESIDE = """
SELECT b.*, c.task_id, c.severity FROM (
  SELECT 1
) AS b LEFT JOIN placed c ON c.place <= %s
ORDER BY c.half, c.priority, c.task_id
"""

BORNE = BORNE.replace("/* settled */", ", ".join(SETTLED.format(one) for one in LIMITS))
READ_BORNE = WITH_MINE + BORNE
LOCK_NEAR = "WITH" + WITH_NEAR + LOCKED
READ_RISK = WITH_MINE + "," + WITH_NEAR + BESIDE.replace("\n  SELECT 1\n", BORNE)


def borne_values(worker: WorkerNow, now_ms: int) -> tuple[int, ...]:
    """Return the parameters of ``READ_BORNE``."""
    return borne_of(worker.person or 0, worker.project, now_ms)


def borne_of(person_id: int, project_id: int, now_ms: int) -> tuple[int, ...]:
    """Return the parameters of ``READ_BORNE`` for a person without a worker."""
    return (
        person_id,
        project_id,
        now_ms - DAY_MS,
        now_ms - WEEK_MS,
        now_ms - POLICY.session_gap_ms,
        now_ms,
    )


def near_values(worker: WorkerNow, count: int) -> tuple[int, ...]:
    """Return the parameters of ``LOCK_NEAR``."""
    position = (worker.project, worker.cursor_priority, worker.cursor_task, NEAR)
    half = (worker.severity, *position)
    return (*half, *half, POLICY.exposed_from, worker.worker, worker.worker, count)
