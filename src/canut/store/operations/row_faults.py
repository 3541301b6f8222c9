"""Which rows scheduled work could not process lately, for the operator. Reads only."""

import json
from collections.abc import Mapping

from canut.core.clock import DAY_MS, Ms

FAULT = "fault-"


def recent_faults(facts: Mapping[str, str], now_ms: Ms) -> tuple[str, ...]:
    """List the rows that failed within a day, such as ``project-12 (ValueError: …)``.

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
        if now_ms - at_ms < DAY_MS:
            faults.append(f"{name.removeprefix(FAULT)} ({problem})")
    return tuple(faults)
