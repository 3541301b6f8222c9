"""Which witnesses did not sign the platform log when they were last asked, and why. Reads only."""

import json
from collections.abc import Mapping

from canut.store.tables.platform import Fact

TROUBLE = "witness "
"""The begin of the name of a fact with the problem of one witness."""


QUORUM_LACK = "quorum lack"
"""The name of the fact with what the quorum lacks for the end of the platform log."""


def witness_problems(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return each witness that did not sign, with the reason, by name.

    Args:
        facts: stored facts by name; others than those of witnesses are left out.
    """
    problems = {
        name.removeprefix(TROUBLE): str(json.loads(value).get("problem", ""))
        for name, value in facts.items()
        if name.startswith(TROUBLE)
    }
    return tuple(f"{name} ({problem})" for name, problem in sorted(problems.items()) if problem)


def stored_witness_problems() -> tuple[str, ...]:
    """Read the problems of witnesses and return them as ``witness_problems`` does."""
    return witness_problems(
        dict(Fact.objects.filter(name__startswith=TROUBLE).values_list("name", "value"))
    )
