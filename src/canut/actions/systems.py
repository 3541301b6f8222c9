"""Switch an automated system off, or on again: a human overrides it, and says why.

It takes effect at once: every system asks before each decision, and ``decisions`` refuses one that
does not.
"""

import json

from canut.actions.facts import keep_fact
from canut.core.errors import BadInput, Forbidden
from canut.core.labour.systems import system_named
from canut.store.people import Person
from canut.store.systems import OFF, Switch

WHY_LENGTH = 500


def switch_system(name: str, *, on: bool, by: Person, why: str, now_ms: int) -> Switch:
    """Let an automated system decide, or not.

    Raises:
        Missing: no system of this name is registered.
        Forbidden: a program overrides nobody.
        BadInput: no reason, or one over 500 characters.
    """
    system_named(name)
    if by.is_service:
        raise Forbidden("a system is switched by a named person", code="service-actor")
    words = why.strip()
    if not 0 < len(words) <= WHY_LENGTH:
        raise BadInput(
            f"the reason has {len(words)} characters; write 1 to {WHY_LENGTH}",
            code="switch-why",
            limit=WHY_LENGTH,
        )
    switch = Switch(on, str(by), words, now_ms)
    keep_fact(OFF + name, json.dumps(switch._asdict()))
    return switch
