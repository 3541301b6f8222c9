"""Write events for webhooks to the outbox, in the transaction of what happens.

A message names the project, the time and the change: numbers, titles and labels, never a person. A
decision about a person's work carries their random id in the project. Sending is done later, in
``webhook_delivery``; closed tasks are found in ``task_closed_events``.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC

from canut.core.clock import Ms, from_ms
from canut.store.integrations.webhooks import DECISION_MADE, listening
from canut.store.tables.decisions import Decision
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.projects import Project

Kind = Decision.Kind
OF_WORK = frozenset(
    {Kind.REJECTION, Kind.RESTRICTION, Kind.SUSPENSION, Kind.CLOSURE, Kind.CORRECTION}
)


def enqueue(project: Project, event: str, facts: Mapping[str, object], now_ms: Ms) -> int:
    """Enqueue an event for every subscribed webhook, in the caller's transaction.

    Returns:
        How many messages wait to be sent.
    """
    return enqueue_for(listening(project, event), project, event, facts, now_ms)


def enqueue_for(
    webhooks: Iterable[Webhook],
    project: Project,
    event: str,
    facts: Mapping[str, object],
    now_ms: Ms,
) -> int:
    """Enqueue an event of a project for these webhooks; all get the same message."""
    message = f"msg_{secrets.token_hex(12)}"
    body = {
        "type": event,
        "timestamp": from_ms(now_ms)
        .astimezone(UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "data": {"project": project.slug, **facts},
    }
    deliveries = Delivery.objects.bulk_create(
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
    return len(deliveries)


def enqueue_decision(decision: Decision, outcome: str, now_ms: int) -> int:
    """Enqueue the event of a decision about a person's answer or work.

    Decisions about a person's time, rest or protection are between them and the operator, and
    are not sent.

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
    return enqueue(decision.project, DECISION_MADE, facts, now_ms)
