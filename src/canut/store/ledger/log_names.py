"""Queries for the names of logs: the platform log's, and project logs that are named otherwise.

Reads only.
"""

import json

from canut.store.tables.datasets import Card
from canut.store.tables.ledger import Log, PlatformEntry

RENAMED = "log.named"


def platform_name() -> str | None:
    """Return the name of the platform log; None before its first entry."""
    return Log.objects.filter(project=None).values_list("origin", flat=True).first()


def misnamed_logs() -> list[Log]:
    """List logs of projects named otherwise than the platform log lists them, not yet recorded."""
    recorded = _recorded_ms()
    return [log for log in _misnamed() if log.origin not in recorded]


def projects_with_misnamed_cards() -> list[str]:
    """List projects whose last labour card was made before their log was listed rightly, by name.

    Cards of the same moment are counted among them.
    """
    logs = {log.project_id: log.origin for log in _misnamed()}
    if not logs:
        return []
    recorded = _recorded_ms()
    cards = Card.objects.filter(project__in=logs).order_by("made_ms", "id")
    last = {card.project_id: card for card in cards.select_related("project")}
    return [
        card.project.slug
        for card in last.values()
        if card.made_ms <= recorded.get(logs[card.project_id], card.made_ms)
    ]


def _misnamed() -> list[Log]:
    name = platform_name()
    if name is None:
        return []
    logs = Log.objects.filter(project__isnull=False).exclude(origin__startswith=f"{name}/")
    return list(logs.order_by("id"))


def _recorded_ms() -> dict[str, int]:
    """Return when each such log's entry was written, by the log's own name."""
    entries = PlatformEntry.objects.filter(type=RENAMED).values_list("payload", "created_ms")
    return {json.loads(facts)["own"]: at_ms for facts, at_ms in entries}
