"""Write the workbench's contract in TypeScript, from the structs that its views use.

``tools/protocol.py`` writes ``frontend/src/protocol/workbench.ts``; ``--check`` fails when the file
differs from what would be written.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import msgspec

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "frontend/src/protocol/workbench.ts"
HEAD = """\
/* The contract of the workbench, made by tools/protocol.py from src/canut/web/work/schemas.py. */
import type { Beat } from "./beats";
import type { Drafts, Language, Question, Values } from "./questions";
"""
UNIONS = {"Shown": ("ShownText", "ShownAudio", "ShownTurns", "ShownImage", "ShownPage")}
BY_HAND = {"BeatIn"}  # in protocol/beats.ts, where its form is exact
PLAIN = {name: name for name in ("number", "string", "boolean", "null")} | {"integer": "number"}

type JsonSchema = dict[str, Any]


def main() -> int:
    """Write the file, or with ``--check`` return 1 when it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = contract()
    if parser.parse_args().check:
        if TARGET.read_text() != text:
            print(f"{TARGET.relative_to(ROOT)} differs; run .venv/bin/python tools/protocol.py")
            return 1
        return 0
    TARGET.write_text(text)
    return 0


def contract() -> str:
    """Return the whole file."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canut.settings")
    django.setup()
    structs = importlib.import_module(
        "canut.web.work.schemas"
    ).CONTRACT  # imports tables: Django first
    _, components = msgspec.json.schema_components(structs)
    types = [_object(name, components[name]) for name in sorted(components.keys() - BY_HAND)]
    unions = [f"export type {name} = {' | '.join(parts)};\n" for name, parts in UNIONS.items()]
    return "\n".join([HEAD, *unions, *types])


def _object(name: str, schema: JsonSchema) -> str:
    """Write the type of one struct."""
    required = schema.get("required", [])
    lines = [_comment(schema, ""), f"export type {name} = {{\n"]
    for field, part in schema["properties"].items():
        mark = "" if field in required else "?"
        lines += [_comment(part, "  "), f"  {field}{mark}: {_type(part)};\n"]
    return "".join([*lines, "};\n"])


def _comment(schema: JsonSchema, indent: str) -> str:
    text = schema.get("description", "").split("\n\n")[0].replace("``", "`")
    return f"{indent}/** {' '.join(text.split())} */\n" if text else ""


def _type(schema: JsonSchema) -> str:
    """Write a type.

    Raises:
        ValueError: the schema has a form that no field of the contract had so far.
    """
    for key, write in FORMS.items():
        if key in schema:
            return write(schema)
    raise ValueError(f"no TypeScript for {json.dumps(schema)}; teach tools/protocol.py to write it")


def _union(schema: JsonSchema) -> str:
    parts = tuple(_type(part) for part in schema["anyOf"])
    named = [name for name, union in UNIONS.items() if set(union) == set(parts)]
    return named[0] if named else " | ".join(parts)


def _array(schema: JsonSchema) -> str:
    item = _type(schema["items"])
    return f"({item})[]" if " | " in item else f"{item}[]"


FORMS: dict[str, Callable[[JsonSchema], str]] = {
    "x-typescript": lambda schema: str(schema["x-typescript"]),
    "$ref": lambda schema: str(schema["$ref"]).rsplit("/", 1)[-1],
    "anyOf": _union,
    "enum": lambda schema: " | ".join(json.dumps(value) for value in schema["enum"]),
    "prefixItems": lambda schema: f"[{', '.join(map(_type, schema['prefixItems']))}]",
    "items": _array,
    "additionalProperties": lambda s: f"Record<string, {_type(s['additionalProperties'])}>",
    "type": lambda schema: PLAIN[schema["type"]],
}


if __name__ == "__main__":
    sys.exit(main())
