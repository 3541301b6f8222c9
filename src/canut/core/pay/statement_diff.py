"""List the differences between two dry runs of a pay period, or from the period before.

This module compares facts only: people added and removed, and differences in time, pieces, top-up
or pay. ``web`` chooses the words.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from canut.core.pay.statement_costs import costs_of
from canut.core.pay.statement_input import PLATFORM

COMPARED = ("time_ms", "pieces", "top_up_micro", "gross_micro", "employer_micro", "floor_micro")


class StatementDifference(NamedTuple):
    """One difference, of one person in one currency.

    ``what`` is ``came`` (added), ``went`` (removed), or one of ``COMPARED``.
    """

    person: int
    name: str
    currency: str
    what: str
    before: int
    now: int


def summed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Summarise a statement as the line of a dry run: its sums, its projects, what each owes."""
    inputs, pay = content["given"], content["pay"]
    days = [day for project in content["projects"] for day in project["days"]]
    return {
        "person": inputs["person"]["number"],
        "name": inputs["person"]["name"],
        "place": inputs["place"],
        "status": inputs["status"],
        "currency": inputs["currency"],
        "time_ms": pay["time_ms"],
        "pieces": sum(project["pieces"] for project in content["projects"]),
        "top_up_micro": pay["top_up_micro"],
        "gross_micro": pay["gross_micro"],
        "withheld_micro": pay["withheld_micro"],
        "employer_micro": pay["employer_micro"],
        "net_micro": pay["net_micro"],
        "held_ms": sum(project["held_ms"] for project in inputs["projects"]),
        "floor_micro": max((day["floor_micro"] for day in days), default=0),
        "projects": [
            {
                "title": project["title"],
                "is_platform": project["is_platform"],
                "time_ms": project["time_ms"],
                "pieces": project["pieces"],
                "paid_micro": project["paid_micro"],
                "due_micro": project["due_micro"],
                "top_up_micro": project["top_up_micro"],
                "per_hour_micro": project["per_hour_micro"],
            }
            for project in content["projects"]
        ],
        "costs": [[c.project, c.micro] for c in costs_of(content) if c.project > PLATFORM],
    }


def changes(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> list[StatementDifference]:
    """List the differences between two dry runs, by name.

    Args:
        before: lines of ``summed``.
        after: lines of ``summed``.
    """
    old = {(line["person"], line["currency"]): line for line in before}
    new = {(line["person"], line["currency"]): line for line in after}
    differences: list[StatementDifference] = []
    for key in sorted(old.keys() | new.keys(), key=str):
        was, is_now = old.get(key), new.get(key)
        line = is_now or was or {}
        person_key = (key[0], str(line["name"]), key[1])
        if was is None or is_now is None:
            field = "came" if was is None else "went"
            sums = [each["gross_micro"] if each else 0 for each in (was, is_now)]
            differences.append(StatementDifference(*person_key, field, *sums))
            continue
        differences += [
            StatementDifference(*person_key, field, was[field], is_now[field])
            for field in COMPARED
            if was[field] != is_now[field]
        ]
    return sorted(differences, key=lambda difference: (difference.name, difference.currency))
