"""The origin of the material on a labour card: its parts, its hours, the datasets it came from.

A card holds the declaration as it was logged, so that its hash can be computed again; what follows
from it is added: the hours of each part, and the newest card of each dataset it was made from.
Nothing here says that a declaration is true.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.datasets.material import (
    MOST_PARTS,
    DatasetSource,
    MaterialPart,
    part_as_json,
    source_as_json,
)
from canut.core.errors import BadProof, NotProven
from canut.core.proofs.canonical import canonical

ENTRY = "material.set"
MATERIAL, SOURCES = "material", "sources"
HOURS, CARD = "hours_tenths", "card"
TENTH_MS = 360_000
NONE_DECLARED = "none"
_HASH = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"version", "sha256", "parts"}
_TEXTS = {"gesture", "consent", "payment", "platform", "country", "seconds_source", "personal"}
_NUMBERS, _PAIRS = {"share_per_mille", "count"}, {"seconds_ms", HOURS}
_NEEDED = {"gesture", "consent", "payment"}
_LINK = {"relation", "name", "address", "project", CARD}


def material_sha256(parts: Sequence[object], sources: Sequence[object]) -> str:
    """Return the hash of a declaration, as its entry in the log holds it."""
    return hashlib.sha256(canonical({"parts": list(parts), "sources": list(sources)})).hexdigest()


def material_value(
    number: int,
    parts: Sequence[MaterialPart],
    sources: Sequence[DatasetSource],
    withdrawn: int | None = None,
) -> dict[str, object]:
    """Return the figure ``material``.

    Args:
        number: version of the declaration, from 1.
        parts: what the material was made by.
        sources: the datasets it was made from; they are in the hash.
        withdrawn: items that people took back; None where nobody counts them.
    """
    declared = [part_as_json(part) for part in parts]
    digest = material_sha256(declared, [source_as_json(source) for source in sources])
    return {
        "version": number,
        "sha256": digest,
        "parts": [_with_hours(part) for part in declared],
        **({} if withdrawn is None else {"withdrawn": withdrawn}),
    }


def sources_value(
    sources: Sequence[DatasetSource], cards: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the figure ``sources``.

    Args:
        sources: the datasets the material was made from.
        cards: SHA-256 of the newest card, by the slug of a project.
    """
    return [
        source_as_json(source) | ({CARD: cards[source.project]} if source.project in cards else {})
        for source in sources
    ]


def hours_tenths(count: int, seconds_ms: Sequence[int]) -> list[int]:
    """Return the hours that gestures took, least and most, in tenths, rounded half up.

    Example:
        >>> hours_tenths(1_000_000, (1_850, 10_300))
        [5139, 28611]
    """
    return [(2 * count * ms + TENTH_MS) // (2 * TENTH_MS) for ms in seconds_ms]


def declared_facts(figures: Mapping[str, Mapping[str, object]]) -> dict[str, object] | None:
    """Return what the log must hold of a card's material; None where the card knows none."""
    value = figures.get(MATERIAL, {}).get("value")
    if value is None:
        return None
    material = cast("Mapping[str, object]", value)
    return {"n": material["version"], "material": material["sha256"]}


def check_logged(
    figures: Mapping[str, Mapping[str, object]], logged: Mapping[str, object] | None
) -> int | None:
    """Check that a card's material is the last declaration of the log.

    Args:
        figures: of the card, as ``check_declared`` passed them.
        logged: facts of the last entry about material; None if there is none.

    Returns:
        The version of the declaration; None where neither has one.

    Raises:
        NotProven: the log holds another declaration, or one of the two has none.
    """
    declared = declared_facts(figures)
    claimed, in_log = _named(declared), _named(logged)
    if claimed != in_log:
        raise NotProven(f"the card says material is {claimed!a}; the bundle shows {in_log!a}")
    return None if declared is None else cast("int", declared["n"])


def check_declared(figures: Mapping[str, Mapping[str, object]]) -> None:
    """Check the shape of both figures, the hours, and the hash of the declaration.

    Raises:
        BadProof: a figure is not understood.
        NotProven: hours that do not follow from the declaration, or the hash of another one.
    """
    material, sources = (figures[name].get("value") for name in (MATERIAL, SOURCES))
    if sources is not None:
        _check_sources(sources)
    if material is None:
        if sources is not None:
            raise BadProof("the figure sources of the card stands without material")
        return
    parts, digest = _read_material(material)
    for part in parts:
        _check_hours(part)
    links = cast("list[dict[str, object]]", sources or [])
    described = material_sha256(
        [{name: part[name] for name in part if name != HOURS} for part in parts],
        [{name: link[name] for name in link if name != CARD} for link in links],
    )
    if described != digest:
        raise NotProven("the hash of the material on the card is not that of its description")


def _with_hours(part: dict[str, object]) -> dict[str, object]:
    if "count" not in part or "seconds_ms" not in part:
        return part
    count, seconds = cast("int", part["count"]), cast("list[int]", part["seconds_ms"])
    return {**part, HOURS: hours_tenths(count, seconds)}


def _named(facts: Mapping[str, object] | None) -> str:
    """Name a declaration by its version and hash."""
    if facts is None:
        return NONE_DECLARED
    match facts:
        case {"n": int(number), "material": str(digest), **rest} if not rest and not isinstance(
            number, bool
        ):
            return f"{number} {digest}"
        case _:
            return "?"


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read_material(value: object) -> tuple[list[dict[str, object]], str]:
    match value:
        case {"version": version, "sha256": str(digest), "parts": list(parts)} if (
            _is_count(version)
            and version
            and _HASH.fullmatch(digest)
            and set(cast("dict[str, object]", value)) - {"withdrawn"} == _FIELDS
            and _is_count(cast("dict[str, object]", value).get("withdrawn", 0))
            and 0 < len(cast("list[object]", parts)) <= MOST_PARTS
            and all(map(_is_part, cast("list[object]", parts)))
        ):
            return cast("list[dict[str, object]]", parts), digest
        case _:
            raise BadProof(f"the figure {MATERIAL} of the card is not understood")


def _is_part(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    part = cast("dict[str, object]", value)
    names = set(part)
    return (
        names >= _NEEDED
        and names <= _TEXTS | _NUMBERS | _PAIRS
        and all(isinstance(part[name], str) for name in _TEXTS & names)
        and all(_is_count(part[name]) for name in _NUMBERS & names)
        and all(_is_pair(part[name]) for name in _PAIRS & names)
        and (HOURS in part) is ("count" in part and "seconds_ms" in part)
    )


def _is_pair(value: object) -> bool:
    pair = cast("list[object]", value) if isinstance(value, list) else []
    return len(pair) == len(("least", "most")) and all(map(_is_count, pair))


def _check_hours(part: Mapping[str, object]) -> None:
    if HOURS not in part:
        return
    count, seconds = cast("int", part["count"]), cast("list[int]", part["seconds_ms"])
    if part[HOURS] != hours_tenths(count, seconds):
        raise NotProven(
            f"the hours of {part['gesture']!a} on the card are not its count times its seconds"
        )


def _check_sources(value: object) -> None:
    links = cast("list[object]", value) if isinstance(value, list) else [None]
    for link in links:
        if not isinstance(link, dict):
            raise BadProof(f"the figure {SOURCES} of the card is not understood")
        fields = cast("dict[str, object]", link)
        if not (
            {"relation", "name"} <= set(fields) <= _LINK
            and all(isinstance(text, str) for text in fields.values())
            and _HASH.fullmatch(str(fields.get(CARD, "0" * 64)))
            and len(links) <= MOST_PARTS
        ):
            raise BadProof(f"the figure {SOURCES} of the card is not understood")
