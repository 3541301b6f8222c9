"""Which rows scheduled work could not process lately, for the operator. Reads only."""

import json
from collections.abc import Mapping

from canut.core.clock import DAY_MS, Ms
from canut.store.ledger.held_logs import held_platform
from canut.store.tables.ledger import SequencerPosition

FAULT = "fault-"
PLATFORM_LOG = f"{FAULT}log-platform"


def recent_faults(facts: Mapping[str, str], now_ms: Ms) -> tuple[str, ...]:
    """List the rows that failed within a day, such as ``project-12 (ValueError: …)``.

    The platform log is not among them: ``platform_log_problem`` says what became of it.

    Args:
        facts: every fact of the instance, by name.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    faults: list[str] = []
    for name in sorted(name for name in facts if name.startswith(FAULT)):
        try:
            fault = json.loads(facts[name])
            problem, at_ms = str(fault["problem"]), int(fault["at_ms"])
        except (ValueError, TypeError, LookupError):
            problem, at_ms = "", now_ms
        if now_ms - at_ms < DAY_MS and name != PLATFORM_LOG:
            faults.append(f"{name.removeprefix(FAULT)} ({problem})")
    return tuple(faults)


def platform_log_problem(facts: Mapping[str, str]) -> str:
    """Return why the platform log is held; empty if it goes on."""
    behind = SequencerPosition.objects.values_list("behind", flat=True).first()
    if held_platform(behind or ()) is None:
        return ""
    try:
        problem = str(json.loads(facts[PLATFORM_LOG])["problem"])
    except (ValueError, TypeError, LookupError):
        problem = ""
    return problem or "?"
