"""Project rules read by lease and submit: checks, eligibility, overlap.

Columns of statements that both dialects read beside what they read anyway, so none costs a
statement of its own. A project without checks or caps pays for none of them: ``CASE`` looks no
further; caps count no more than they can say. ``CHECK`` and ``AUDIT`` find the next gold and
audited task that the worker has not had.
"""

from typing import NamedTuple

_NEXT = """CASE WHEN p.has_checks THEN (SELECT s.task_id FROM store_taskstate s
    WHERE s.project_id = p.id AND s.state IN ('gold', 'audit') AND s.state = '{state}'
      AND s.task_id > {after} AND coalesce(s.severity, p.severity, 0) = 0
      AND NOT EXISTS (SELECT 1 FROM store_lease l
        WHERE l.worker_id = w.id AND l.task_id = s.task_id AND l.state <= 2 LIMIT 1 OFFSET 0)
      AND NOT EXISTS (SELECT 1 FROM store_answer a
        WHERE a.task_id = s.task_id AND a.worker_id + 0 = w.id LIMIT 1 OFFSET 0)
    ORDER BY s.task_id LIMIT 1) END"""
CHECK = _NEXT.replace("{state}", "gold").replace("{after}", "w.check_cursor")
AUDIT = _NEXT.replace("{state}", "audit").replace("{after}", "0")
MOST_A_DAY = 1000

OF_WORKER = """
  w.barred, w.check_cursor, w.checks_right, w.checks_answered, p.audit_per_mille,
  {check},
  {audit},
  CASE WHEN p.tasks_a_person IS NOT NULL THEN p.tasks_a_person - (SELECT count(*)
    FROM (SELECT l.state FROM store_lease l WHERE l.worker_id = w.id AND l.state <= 2
      ORDER BY l.task_id LIMIT 10000) AS had WHERE had.state <> 2) END,
  CASE WHEN p.tasks_a_day IS NOT NULL THEN p.tasks_a_day
    - (SELECT count(*) FROM store_lease l WHERE l.worker_id = w.id AND l.state = 0)
    - (SELECT count(*) FROM (SELECT a.answered_ms FROM store_answer a WHERE a.worker_id = w.id
        ORDER BY a.id DESC LIMIT 1000) AS lately WHERE lately.answered_ms > %s) END""".replace(
    "{check}", CHECK
).replace("{audit}", AUDIT)

# The same where a project has no checks and no caps, and whether it has some. PostgreSQL prepares
# also what is never looked up, which costs as much as the rest of the statement.
OF_PLAIN_WORKER = """
  w.barred, w.check_cursor, w.checks_right, w.checks_answered, p.audit_per_mille,
  NULL, NULL, NULL, NULL"""
HAS_RULES = """
  (p.has_checks OR p.tasks_a_person IS NOT NULL OR p.tasks_a_day IS NOT NULL)"""

OF_TASK = """
  s.rule, p.overlap_rule, p.overlap, p.overlap_most, p.overlap_first,
  p.audit_per_mille, s.label,
  CASE WHEN s.state = 'gold' THEN (SELECT t.known FROM store_task t WHERE t.id = s.task_id
    AND NOT EXISTS (SELECT 1 FROM store_plantedproposal g WHERE g.task_id = t.id
      LIMIT 1 OFFSET 0)) END,
  p.models_vote, w.person_id, k.id, k.wrapped"""

KEY = """LEFT JOIN store_personkey k
  ON k.person = w.person_id AND k."use" = 'work' AND k.under = %s"""

LEND_CHECK = """
INSERT INTO store_lease (task_id, worker_id, project_id, state, lent_ms, expires_ms, reason)
SELECT s.task_id, %s, s.project_id, 0, %s, %s, '' FROM store_taskstate s
WHERE s.task_id = %s AND s.state IN ('gold', 'audit')
  AND NOT EXISTS (SELECT 1 FROM store_lease l
    WHERE l.worker_id = %s AND l.task_id = s.task_id AND l.state <= 2)
RETURNING id, task_id, lent_ms, expires_ms
"""

MOVE_TO_CHECK = """
UPDATE store_worker SET check_cursor = %s WHERE id = %s
"""

SCORE_CHECK = """
UPDATE store_worker SET checks_answered = checks_answered + 1, checks_right = checks_right + %s
WHERE id = %s
"""

KEEP_AUDIT = """
INSERT INTO store_auditanswer (answer_id, project_id, task_id, label, said)
VALUES (%s, %s, %s, %s, %s)
"""

END_OTHER_AUDITS = """
UPDATE store_lease SET state = 3, ended_ms = %s, reason = 'audited'
WHERE task_id = %s AND state = 0 AND worker_id <> %s
"""

END_AUDIT = """
UPDATE store_taskstate SET state = 'closed' WHERE task_id = %s AND state = 'audit'
"""


class Rules(NamedTuple):
    """What a project's rules allow a worker now.

    ``barred``: what they lack to work there. ``check`` and ``audit``: the next gold and audited
    task for them. ``left`` and ``left_today``: tasks they may still have in all, and in 24 hours,
    with those in hand taken off; None where no cap is set.
    """

    barred: str
    check_cursor: int
    checks_right: int
    checks_answered: int
    audit_per_mille: int
    check: int | None
    audit: int | None
    left: int | None
    left_today: int | None

    @property
    def room(self) -> int | None:
        """How many more tasks the caps allow; None if no cap is set."""
        caps = [cap for cap in (self.left, self.left_today) if cap is not None]
        return max(0, min(caps)) if caps else None
