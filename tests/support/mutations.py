"""Damage files in seeded ways: bytes, lines, and the values of JSON documents."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

type Json = Any

ODD_VALUES: tuple[Json, ...] = (
    None,
    True,
    0,
    -1,
    2**53,
    2**64,
    10**400,
    1.5,
    1e300,
    "",
    "é",
    "\0",
    "x" * 3_000,
    [],
    {},
    [[]],
    {"a": 1},
)
SYNTAX = b"\0\n\r\t {}[]\"'<>=&,;:%-0\xff\xc3"


def below(chance: np.random.Generator, end: int) -> int:
    """Return a number from 0 to before the end."""
    return int(chance.integers(end))


def pick[T](chance: np.random.Generator, values: Sequence[T]) -> T:
    """Return one of some values."""
    return values[below(chance, len(values))]


def damage_bytes(content: bytes, chance: np.random.Generator) -> bytes:
    """Change, drop, insert or cut a few bytes; those at both ends more often."""
    damaged = bytearray(content)
    for _ in range(pick(chance, (1, 1, 2, 4))):
        if not damaged:
            break
        nearby = min(len(damaged), 400)
        position = pick(
            chance,
            (
                below(chance, len(damaged)),
                below(chance, nearby),
                len(damaged) - 1 - below(chance, nearby),
            ),
        )
        match below(chance, 6):
            case 0 | 1:
                damaged[position] = below(chance, 256)
            case 2:
                damaged[position] ^= 1 << below(chance, 8)
            case 3:
                del damaged[position]
            case 4:
                damaged.insert(position, pick(chance, SYNTAX))
            case _:
                damaged = damaged[:position] if chance.random() < 0.3 else damaged
    return bytes(damaged)


def damage_lines(content: bytes, chance: np.random.Generator) -> bytes:
    """Drop, repeat or move a line."""
    lines = content.split(b"\n")
    line = lines.pop(below(chance, len(lines)))
    for _ in range(below(chance, 3)):
        lines.insert(below(chance, len(lines) + 1), line)
    return b"\n".join(lines)


def damage_json(document: Json, chance: np.random.Generator) -> Json:
    """Replace, drop, rename or repeat one value of a document, in place."""
    places: list[tuple[Json, Json]] = []

    def collect(value: Json) -> None:
        items = list(value.items()) if isinstance(value, dict) else []
        items = list(enumerate(value)) if isinstance(value, list) else items
        for key, inner in items:
            places.append((value, key))
            collect(inner)

    collect(document)
    if not places:
        return pick(chance, ODD_VALUES)
    holder, key = pick(chance, places)
    match below(chance, 5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[pick(chance, ("zz", f"{key}x", ""))] = holder.pop(key)
        case 1:
            holder.append(holder[key])
        case 2 if isinstance(holder[key], int):
            holder[key] += 1
        case _:
            holder[key] = pick(chance, ODD_VALUES)
    return document


def damage_text(content: bytes, chance: np.random.Generator) -> bytes:
    """Damage JSON by its values, other text by lines, and both by bytes."""
    if content[:1] in b"{[" and chance.random() < 0.6:
        try:
            document = damage_json(json.loads(content), chance)
        except ValueError:
            return damage_bytes(content, chance)
        return json.dumps(document).encode()
    return pick(chance, (damage_bytes, damage_bytes, damage_lines))(content, chance)
