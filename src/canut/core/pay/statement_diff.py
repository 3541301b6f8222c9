"""Say what changed between two dry runs of a pay period, or since the period before.

Only facts are compared here: who came, who went, whose time, pieces, top-up or pay is another, and
by how much. Their words are chosen in ``web``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

COMPARED = ("time_ms", "pieces", "top_up_micro", "gross_micro", "employer_micro", "floor_micro")


class StatementDifference(NamedTuple):
    """One thing that is another than before, of one person in one currency.

    ``what``: ``came``, ``went``, or one of ``COMPARED``.
    """

    person: int
    name: str
    currency: str
    what: str
    before: int
    now: int


def summed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Draw from a statement the line of a dry run: its sums, and those of each project."""
    given, pay = content["given"], content["pay"]
    days = [day for project in content["projects"] for day in project["days"]]
    return {
        "person": given["person"]["number"],
        "name": given["person"]["name"],
        "place": given["place"],
        "status": given["status"],
        "currency": given["currency"],
        "time_ms": pay["time_ms"],
        "pieces": sum(project["pieces"] for project in content["projects"]),
        "top_up_micro": pay["top_up_micro"],
        "gross_micro": pay["gross_micro"],
        "withheld_micro": pay["withheld_micro"],
        "employer_micro": pay["employer_micro"],
        "net_micro": pay["net_micro"],
        "held_ms": sum(project["held_ms"] for project in given["projects"]),
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
    }


def changes(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> list[StatementDifference]:
    """List what changed from one dry run to another, by name.

    Args:
        before: lines of ``summed``.
        now: lines of ``summed``.
    """
    old = {(line["person"], line["currency"]): line for line in before}
    new = {(line["person"], line["currency"]): line for line in now}
    found: list[StatementDifference] = []
    for key in sorted(old.keys() | new.keys(), key=str):
        was, is_now = old.get(key), new.get(key)
        line = is_now or was or {}
        who = (key[0], str(line["name"]), key[1])
        if was is None or is_now is None:
            what = "came" if was is None else "went"
            sums = [each["gross_micro"] if each else 0 for each in (was, is_now)]
            found.append(StatementDifference(*who, what, *sums))
            continue
        found += [
            StatementDifference(*who, what, was[what], is_now[what])
            for what in COMPARED
            if was[what] != is_now[what]
        ]
    return sorted(found, key=lambda one: (one.name, one.currency))
