"""Which automated systems are switched off, by whom and why: one fact each, read at every use."""

import json
from typing import NamedTuple

from canut.store.instance import Fact

OFF = "system-off-"


class Switch(NamedTuple):
    """When a system was last switched off or on, by whom, and why."""

    is_on: bool
    by: str
    why: str
    at_ms: int


def is_on(system: str) -> bool:
    """Say whether an automated system may decide now; it may until somebody switches it off."""
    switch = switch_of(system)
    return switch is None or switch.is_on


def switch_of(system: str) -> Switch | None:
    """Return how a system was last switched; None while nobody ever did."""
    kept = Fact.objects.filter(name=OFF + system).values_list("value", flat=True).first()
    return None if kept is None else Switch(**json.loads(kept))
