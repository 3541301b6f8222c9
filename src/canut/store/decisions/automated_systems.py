"""Which automated systems are switched off, by whom and why: one fact each, read at every use."""

import json
from typing import NamedTuple

from canut.core.clock import DAY_MS, to_ms
from canut.core.decisions.system_changes import CHANGES, TOLD_DAYS, Changed
from canut.store.tables.decisions import SystemsRead
from canut.store.tables.people import Person
from canut.store.tables.platform import Fact

OFF = "system-off-"


SINCE = "systems-since"


def is_on(system: str) -> bool:
    """Say whether an automated system may decide now; it may until somebody switches it off."""
    switch = switch_of(system)
    return switch is None or switch.is_on


class Switch(NamedTuple):
    """When a system was last switched off or on, by whom, and why."""

    is_on: bool
    by: str
    why: str
    at_ms: int


def versions_since() -> dict[str, int]:
    """Return since when each version of a system decides here; 0 for those of the first day."""
    kept = Fact.objects.filter(name=SINCE).values_list("value", flat=True).first()
    return {} if kept is None else json.loads(kept)


def changes_to_tell(person: Person, now_ms: int) -> list[Changed]:
    """List what changed of the systems that somebody has not read, for thirty days.

    What changed before they came is not news to them.
    """
    since = versions_since()
    first_ms = max(now_ms - TOLD_DAYS * DAY_MS, to_ms(person.created_at))
    news = [one for one in CHANGES if since.get(one.version, 0) > first_ms]
    if not news:
        return []
    read = SystemsRead.objects.filter(person=person).values_list("at_ms", flat=True).first() or 0
    return [one for one in news if since[one.version] > read]


def switch_of(system: str) -> Switch | None:
    """Return how a system was last switched; None while nobody ever did."""
    kept = Fact.objects.filter(name=OFF + system).values_list("value", flat=True).first()
    return None if kept is None else Switch(**json.loads(kept))
