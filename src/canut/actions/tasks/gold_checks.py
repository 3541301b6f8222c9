"""Lease hidden checks, and score the answers to them.

Gold gives a score, an audit is stored separately; neither counts in the consensus, both are paid.
Gold tasks are managed in ``quality.gold``; the frequency of checks is in
``core.quality.allocation.gold_check_rate``. Hard tasks are never used as checks.
"""

import json
from typing import NamedTuple

from django.db.backends.utils import CursorWrapper

from canut.core.kinds import Schema, label_of_values
from canut.core.quality.allocation.gold_check_rate import check_share, falls_on
from canut.store.quality.known_split import WHOLE, scatter
from canut.store.sql import project_rules
from canut.store.sql.dialect import HeldLease, SubmitContext, WorkerNow
from canut.store.tables.tasks import TaskState

A_PERSON, A_TASK = 1_000_003, 7_919


class CheckAnswer(NamedTuple):
    """The first answer of a worker to a check, with its label."""

    answer: int
    worker: int
    label: str


def label_of(schema: Schema, values: str) -> str:
    """Return the label of an answer's stored values."""
    return label_of_values(schema, json.loads(values))


def check_due(worker: WorkerNow, count: int) -> int | None:
    """Return the next check of a worker, if one falls on this request."""
    rules = worker.rules
    if count < 1 or (rules.check is None and rules.audit is None):
        return None
    number = worker.worker * A_PERSON + worker.cursor_task * A_TASK + rules.check_cursor
    fraction = scatter(number) / WHOLE
    gold = (
        check_share(rules.checks_right, rules.checks_answered) if rules.check is not None else 0.0
    )
    if rules.check is not None and falls_on(fraction, gold, count):
        return rules.check
    audited = rules.audit_per_mille / 1000 if rules.audit is not None else 0.0
    return rules.audit if falls_on(fraction, gold + audited, count) else None


def lend_check(cursor: CursorWrapper, worker: WorkerNow, task: int, now_ms: int) -> list[HeldLease]:
    """Lease a check by itself; nothing if it just ceased to be one."""
    expires_ms = now_ms + worker.lease_seconds * 1000
    lease = (worker.worker, now_ms, expires_ms, task, worker.worker)
    cursor.execute(project_rules.LEND_CHECK, lease)
    leases = [HeldLease(*row) for row in cursor.fetchall()]
    if leases and task == worker.rules.check:
        cursor.execute(project_rules.MOVE_TO_CHECK, (task, worker.worker))
    return leases


def settle_check(
    cursor: CursorWrapper, standing: SubmitContext, check_answer: CheckAnswer, now_ms: int
) -> None:
    """Score an answer to gold, or store an audit beside the label and close its task."""
    answer, worker, label = check_answer
    if standing.task_state == TaskState.State.GOLD:
        if standing.known is not None:  # else a wrong proposal is planted there: it scores nobody
            cursor.execute(project_rules.SCORE_CHECK, (int(label == standing.known), worker))
        return
    audit = (answer, standing.project, standing.task, standing.label or "", label)
    cursor.execute(project_rules.KEEP_AUDIT, audit)
    cursor.execute(project_rules.END_OTHER_AUDITS, (now_ms, standing.task, worker))
    cursor.execute(project_rules.END_AUDIT, (standing.task,))
