"""Write down, in the transaction of what happens, what webhooks are to be told of it.

A message says which project, when, and what changed there: numbers, titles and labels, never a
person. Sending is done later, in ``delivering``; tasks that closed are found in ``closings``.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from canut.store.projects import Project
from canut.store.webhooks import Delivery, Webhook, listening


def tell(project: Project, event: str, facts: Mapping[str, object], now: datetime) -> int:
    """Have every webhook that wants it hear of an event, if the caller's transaction is kept.

    Returns:
        How many messages wait to be sent.
    """
    return tell_these(listening(project, event), project, event, facts, now)


def tell_these(
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
