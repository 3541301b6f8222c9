"""Lend hidden checks, and settle what was answered to them.

Gold gives a score, an audit is kept apart; neither counts in the consensus, both are paid. What is
gold, and what a wrong one undoes, is decided in ``gold``; how often somebody is checked, in
``core.quality.allocation.gold_check_rate``. Tasks that are hard to look at are never used to check
anybody.
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
    """The first answer of a worker to a check; ``label`` is what it says."""

    answer: int
    worker: int
    label: str


def label_of(schema: Schema, values: str) -> str:
    """Return the label of an answer's values, as they are kept."""
    return label_of_values(schema, json.loads(values))


def check_due(worker: WorkerNow, wanted: int) -> int | None:
    """Return the check that comes next for a worker, where one falls on this request."""
    now = worker.rules
    if wanted < 1 or (now.check is None and now.audit is None):
        return None
    number = worker.worker * A_PERSON + worker.cursor_task * A_TASK + now.check_cursor
    place = scatter(number) / WHOLE
    gold = check_share(now.checks_right, now.checks_answered) if now.check is not None else 0.0
    if now.check is not None and falls_on(place, gold, wanted):
        return now.check
    audited = now.audit_per_mille / 1000 if now.audit is not None else 0.0
    return now.audit if falls_on(place, gold + audited, wanted) else None


def lend_check(cursor: CursorWrapper, worker: WorkerNow, task: int, now_ms: int) -> list[HeldLease]:
    """Lend a check, alone; nothing where it has just ceased to be one."""
    expires_ms = now_ms + worker.lease_seconds * 1000
    lease = (worker.worker, now_ms, expires_ms, task, worker.worker)
    cursor.execute(project_rules.LEND_CHECK, lease)
    lent = [HeldLease(*row) for row in cursor.fetchall()]
    if lent and task == worker.rules.check:
        cursor.execute(project_rules.MOVE_TO_CHECK, (task, worker.worker))
    return lent


def settle_check(
    cursor: CursorWrapper, standing: SubmitContext, given: CheckAnswer, now_ms: int
) -> None:
    """Score an answer to gold, or keep an audit beside the label and close its task again."""
    answer, worker, said = given
    if standing.task_state == TaskState.State.GOLD:
        cursor.execute(project_rules.SCORE_CHECK, (int(said == standing.known), worker))
        return
    kept = (answer, standing.project, standing.task, standing.label or "", said)
    cursor.execute(project_rules.KEEP_AUDIT, kept)
    cursor.execute(project_rules.END_OTHER_AUDITS, (now_ms, standing.task, worker))
    cursor.execute(project_rules.END_AUDIT, (standing.task,))
