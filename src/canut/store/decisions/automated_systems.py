"""Switches of the automated systems: one fact each, read at every use."""

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
    """Return whether an automated system may decide now; by default, it may."""
    switch = switch_of(system)
    return switch is None or switch.is_on


class Switch(NamedTuple):
    """When a system was last switched off or on, by whom, and why."""

    is_on: bool
    by: str
    why: str
    at_ms: int


def versions_since() -> dict[str, int]:
    """Return when each version of a system started here; 0 for the first versions."""
    stored = Fact.objects.filter(name=SINCE).values_list("value", flat=True).first()
    return {} if stored is None else json.loads(stored)


def changes_to_tell(person: Person, now_ms: int) -> list[Changed]:
    """List system changes of the last thirty days that a person has not read.

    What changed before they came is not news to them.
    """
    since = versions_since()
    first_ms = max(now_ms - TOLD_DAYS * DAY_MS, to_ms(person.created_at))
    news = [change for change in CHANGES if since.get(change.version, 0) > first_ms]
    if not news:
        return []
    read_ms = SystemsRead.objects.filter(person=person).values_list("at_ms", flat=True).first() or 0
    return [change for change in news if since[change.version] > read_ms]


def switch_of(system: str) -> Switch | None:
    """Return the last switch of a system; None if nobody switched it."""
    stored = Fact.objects.filter(name=OFF + system).values_list("value", flat=True).first()
    return None if stored is None else Switch(**json.loads(stored))
