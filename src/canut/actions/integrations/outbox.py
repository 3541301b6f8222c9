"""Write down, in the transaction of what happens, what webhooks are to be told of it.

A message says which project, when, and what changed there: numbers, titles and labels, never a
person; a decision about somebody's work has their random name in the project, which its owner sees
beside every answer. Sending is done later, in ``delivering``; tasks that closed are found in
``closings``.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from canut.store.integrations.webhooks import DECISION_MADE, listening
from canut.store.tables.decisions import Decision
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.projects import Project

Kind = Decision.Kind
OF_WORK = frozenset(
    {Kind.REJECTION, Kind.RESTRICTION, Kind.SUSPENSION, Kind.CLOSURE, Kind.CORRECTION}
)


def enqueue(project: Project, event: str, facts: Mapping[str, object], now: datetime) -> int:
    """Have every webhook that wants it hear of an event, if the caller's transaction is kept.

    Returns:
        How many messages wait to be sent.
    """
    return enqueue_for(listening(project, event), project, event, facts, now)


def enqueue_for(
    webhooks: Iterable[Webhook],
    project: Project,
    event: str,
    facts: Mapping[str, object],
    now: datetime,
) -> int:
    """Have these webhooks hear of an event of a project; all get the same message."""
    message = f"msg_{secrets.token_hex(12)}"
    body = {
        "type": event,
        "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {"project": project.slug, **facts},
    }
    now_ms = int(now.timestamp() * 1000)
    made = Delivery.objects.bulk_create(
        Delivery(
            webhook=webhook,
            message=message,
            event=event,
            body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
            created_ms=now_ms,
            next_ms=now_ms,
        )
        for webhook in webhooks
    )
    return len(made)


def enqueue_decision(decision: Decision, outcome: str, now_ms: int) -> int:
    """Have those who want it hear that somebody's answer or work was decided on.

    What is decided about a person's time, rest or protection is between them and the operator, and
    is not told.

    Args:
        decision: of a project.
        outcome: how an appeal ended, ``upheld`` or ``overturned``; empty for a new decision.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        How many messages wait to be sent.
    """
    if decision.project is None or decision.kind not in OF_WORK:
        return 0
    facts = {
        "decision": decision.pk,
        "kind": str(decision.kind),
        "code": decision.code,
        "worker": decision.worker.public_id if decision.worker else None,
        "answer": decision.answer_id,
        "task": decision.answer.task_id if decision.answer else None,
        "follows": decision.inputs.get("follows"),
        "appeal": outcome or None,
    }
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    return enqueue(decision.project, DECISION_MADE, facts, now)
