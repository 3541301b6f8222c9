"""The origin of the material on a card: whether its hours and its hash follow from what it says."""

import re
from hashlib import sha256
from typing import Any

from canut_verify import RefusedError, UnreadableError
from canut_verify.documents import canonical

ENTRY = "material.set"
HOURS = "hours_tenths"
TEXTS = {"gesture", "consent", "payment", "platform", "country", "seconds_source", "personal"}
COUNTS, PAIRS = {"share_per_mille", "count"}, {"seconds_ms", HOURS}
LINK = {"relation", "name", "address", "project", "card"}
TENTH_MS = 360_000
MOST = 12

type Json = dict[str, Any]
type Value = Any


def check_declared(material: Value, sources: Value) -> None:
    """Check both figures' values, None where unknown, and what can be computed again."""
    if sources is not None and not _are_links(sources):
        raise UnreadableError("the figure sources is not understood")
    if material is None:
        if sources is not None:
            raise UnreadableError("the figure sources stands without material")
        return
    if not _is_material(material):
        raise UnreadableError("the figure material is not understood")
    for part in material["parts"]:
        if HOURS not in part:
            continue
        hours = [(2 * part["count"] * ms + TENTH_MS) // (2 * TENTH_MS) for ms in part["seconds_ms"]]
        if hours != part[HOURS]:
            raise RefusedError(
                f"the hours of {part['gesture']!a} on the card are not its count times its seconds"
            )
    described = {
        "parts": [{k: v for k, v in one.items() if k != HOURS} for one in material["parts"]],
        "sources": [{k: v for k, v in one.items() if k != "card"} for one in sources or []],
    }
    if sha256(canonical(described)).hexdigest() != material["sha256"]:
        raise RefusedError("the hash of the material on the card is not that of its description")


def check_logged(material: Value, logged: Json | None) -> int:
    """Hold a card's material against the last entry of the log; return its version, 0 if none."""
    declared = f"{material['version']} {material['sha256']}" if material else "none"
    seen = _named(logged)
    if declared != seen:
        raise RefusedError(f"the card says material is {declared!a}; the bundle shows {seen!a}")
    return material["version"] if material else 0


def _named(logged: Json | None) -> str:
    if logged is None:
        return "none"
    number, digest = logged.get("n"), logged.get("material")
    if set(logged) == {"n", "material"} and type(number) is int and isinstance(digest, str):
        return f"{number} {digest}"
    return "?"


def _is_material(value: Value) -> bool:
    return (
        isinstance(value, dict)
        and set(value) - {"withdrawn"} == {"version", "sha256", "parts"}
        and _is_count(value["version"])
        and value["version"] > 0
        and _is_hash(value["sha256"])
        and _is_count(value.get("withdrawn", 0))
        and isinstance(value["parts"], list)
        and 0 < len(value["parts"]) <= MOST
        and all(map(_is_part, value["parts"]))
    )


def _is_part(value: Value) -> bool:
    if not isinstance(value, dict):
        return False
    names = set(value)
    return (
        {"gesture", "consent", "payment"} <= names <= TEXTS | COUNTS | PAIRS
        and all(isinstance(value[name], str) for name in names & TEXTS)
        and all(_is_count(value[name]) for name in names & COUNTS)
        and all(_is_pair(value[name]) for name in names & PAIRS)
        and (HOURS in names) is ({"count", "seconds_ms"} <= names)
    )


def _are_links(value: Value) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST
        and all(
            isinstance(one, dict)
            and {"relation", "name"} <= set(one) <= LINK
            and all(isinstance(text, str) for text in one.values())
            and _is_hash(one.get("card", "0" * 64))
            for one in value
        )
    )


def _is_count(value: Value) -> bool:
    return type(value) is int and value >= 0


def _is_pair(value: Value) -> bool:
    return isinstance(value, list) and len(value) == 1 + 1 and all(map(_is_count, value))


def _is_hash(value: Value) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9a-f]{64}", value))
