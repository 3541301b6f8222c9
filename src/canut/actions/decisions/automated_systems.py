"""Switch an automated system off or on: a person overrides it, with a reason.

The switch takes effect at once: every system checks it before each decision, and ``record`` refuses
a decision of a system that is off. The first use of each version is recorded, so that people are
told of a new one.
"""

import json

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_switch
from canut.actions.platform.instance_facts import keep_fact
from canut.core.decisions.automated_systems import system_named
from canut.core.decisions.system_changes import CHANGES
from canut.core.errors import BadInput, Forbidden
from canut.store.decisions.automated_systems import OFF, SINCE, Switch, versions_since
from canut.store.models import SystemsRead, Worker
from canut.store.tables.people import Person

WHY_LENGTH = 500
FIRST = "/1"


def switch_system(name: str, *, on: bool, by: Person, reason: str, now_ms: int) -> Switch:
    """Switch an automated system on or off.

    Raises:
        Missing: no system of this name is registered.
        Forbidden: a program overrides nobody.
        BadInput: no reason, or one over 500 characters.
    """
    system_named(name)
    if by.is_service:
        raise Forbidden("a system is switched by a named person", code="service-actor")
    words = reason.strip()
    if not 0 < len(words) <= WHY_LENGTH:
        raise BadInput(
            f"the reason has {len(words)} characters; write 1 to {WHY_LENGTH}",
            code="switch-why",
            limit=WHY_LENGTH,
        )
    switch = Switch(on, str(by), words, now_ms)
    with transaction.atomic():
        keep_fact(OFF + name, json.dumps(switch._asdict()))
        inscribe_switch(name, on=on, now_ms=now_ms)
    return switch


@transaction.atomic
def note_versions(now_ms: int) -> int:
    """Record since when each version of a system decides here; return how many are new.

    Where people worked before anything was noted, a later version than the first is new to them;
    on a fresh instance nothing is.
    """
    since = versions_since()
    is_new_here = not since
    is_fresh = is_new_here and not Worker.objects.exists()
    new = [change.version for change in CHANGES if change.version not in since]
    for version in new:
        is_no_news = is_fresh or (is_new_here and version.endswith(FIRST))
        since[version] = 0 if is_no_news else now_ms
    if new:
        keep_fact(SINCE, json.dumps(since, sort_keys=True))
    return len(new)


@transaction.atomic
def note_read(by: Person, now_ms: int) -> None:
    """Record that a person has read the current versions of the systems."""
    SystemsRead.objects.update_or_create(person=by, defaults={"at_ms": now_ms})
