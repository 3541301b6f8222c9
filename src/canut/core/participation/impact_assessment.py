"""Write the assessment of what measuring work does to people, and say where it stands.

It is made from the register of systems, the inventory of columns, how long each kind of record is
stored, and what the instance sends elsewhere. People who work have fourteen days to say what they
think; each view gets an answer. The first assessment of an instance may be agreed at once, so that
nobody's first hour waits for two weeks; its views stay open for their fourteen days, and it is
concluded after them. Every later one is agreed after its views.

What measures time never stops for a paper that is late: pay would fall. The operator reads a
warning instead, and everybody sees it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from canut.core.clock import DAY_MS
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.participation.effects_inventory import (
    INVENTORY,
    RISKS,
    VIEW_DAYS,
    inventory_columns,
)
from canut.core.proofs.canonical import canonical

SCHEMA = "canut.impact-assessment/1"
EUROPE = frozenset(
    (
        *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT"),
        *("LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO"),
    )
)
"""Countries where the GDPR applies: the Union, and three more."""


class Stage(StrEnum):
    """Where an assessment stands."""

    NONE = "none"
    DRAFT = "draft"
    VIEWS = "views"
    ANSWERS = "answers"
    IN_FORCE = "in_force"
    OUTDATED = "outdated"


def laws_of(places: Sequence[str]) -> list[str]:
    """Return the laws that ask for an assessment where people work.

    Example:
        >>> laws_of(["CA-QC", "FR"])
        ['gdpr', 'l25', 'pwd']
    """
    is_european = any(place[:2] in EUROPE for place in places)
    return sorted(
        [*(("gdpr", "pwd") if is_european else ()), *(["l25"] if "CA-QC" in places else [])]
    )


def assessment_content(
    places: Sequence[str],
    retention: Mapping[str, str],
    flows: Mapping[str, str],
    residuals: Mapping[str, int],
) -> dict[str, Any]:
    """Return the assessment as canonical JSON takes it.

    Args:
        places: where people work.
        retention: how long each table of the inventory is stored, in words.
        flows: what leaves this machine, and where to; an empty text where nobody said it.
        residuals: what the operator says is left of each risk, 1 to 4.
    """
    return {
        "schema": SCHEMA,
        "laws": laws_of(places),
        "places": sorted(places),
        "systems": {key: system.version for key, system in SYSTEMS.items()},
        "inventory": [
            {
                "table": name,
                "basis": table.basis.value,
                "kept": retention.get(name, ""),
                "columns": {column: use.value for column, use in table.columns.items()},
            }
            for name, table in INVENTORY.items()
        ],
        "flows": dict(flows),
        "risks": {risk: residuals.get(risk, 0) for risk in RISKS},
    }


def assessment_digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the assessment's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()


def uncovered_columns(content: Mapping[str, Any]) -> list[str]:
    """List the columns of today that an assessment does not name."""
    covered = {
        f"{table['table']}.{name}" for table in content["inventory"] for name in table["columns"]
    }
    return sorted(inventory_columns() - covered)


def changed_systems(content: Mapping[str, Any]) -> list[str]:
    """List the versions of today's systems that an assessment does not name."""
    named = content["systems"]
    return sorted(
        system.version for key, system in SYSTEMS.items() if named.get(key) != system.version
    )


def views_until(made_ms: int) -> int:
    """Return until when workers may say what they think of an assessment."""
    return made_ms + VIEW_DAYS * DAY_MS
