"""Canonical JSON, and the shapes of documents by the shipped JSON Schemas (2)."""

import json
import re
from pathlib import Path
from typing import Any, cast

SCHEMAS = Path(__file__).parents[4] / "src/canut/core/datasets/schemas"
LARGEST = 2**53 - 1
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}

type Json = dict[str, Any]


class RefusedError(Exception):
    """Something is well formed and false: exit 1."""


class UnreadableError(Exception):
    """Something cannot be read: exit 2."""


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def canonical(document: object) -> bytes:
    """Write RFC 8785: names in the order of their UTF-16 units, no spaces."""

    def ordered(node: object) -> object:
        if isinstance(node, dict):
            members = cast("Json", node)
            return {name: ordered(members[name]) for name in sorted(members, key=_utf16)}
        return [ordered(child) for child in node] if isinstance(node, list) else node

    text = json.dumps(ordered(document), ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as why:
        raise UnreadableError(f"a lone surrogate: {why}") from why


def parse(raw: bytes) -> Json:
    """Read an object that stands in its canonical form, with whole numbers alone."""

    def whole(digits: str) -> int:
        if len(digits) > 17 or abs(int(digits)) > LARGEST:
            raise UnreadableError("a number beyond 2^53")
        return int(digits)

    def never(text: str) -> None:
        raise UnreadableError(f"a number that is not whole: {text[:20]}")

    try:
        document = json.loads(
            raw.decode(), parse_int=whole, parse_float=never, parse_constant=never
        )
        if not isinstance(document, dict) or canonical(document) != raw:
            raise UnreadableError("not one object in canonical form")
    except (ValueError, RecursionError) as why:
        raise UnreadableError(f"not JSON: {why}") from why
    return document


def fits(document: object, schema: Json, root: Json | None = None) -> bool:
    """Return whether a document fits a schema; only the words that the schemas here use."""
    whole = root or schema
    if "$ref" in schema:
        target: Json = whole
        for name in schema["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return fits(document, target, whole)
    is_one = "oneOf" not in schema or sum(fits(document, s, whole) for s in schema["oneOf"]) == 1
    constants = schema.get("enum", [schema["const"]] if "const" in schema else None)
    is_constant = constants is None or any(is_same(document, one) for one in constants)
    is_typed = "type" not in schema or type(document) is TYPES[schema["type"]]
    return is_one and is_constant and is_typed and _fits_inside(document, schema, whole)


def _fits_inside(document: object, schema: Json, root: Json) -> bool:
    """Return whether a text, number, list or object has the content that a schema asks for."""
    if isinstance(document, str):
        return "pattern" not in schema or re.search(_end(schema["pattern"]), document) is not None
    if type(document) is int:
        return bool(schema.get("minimum", document) <= document <= schema.get("maximum", document))
    if isinstance(document, list):
        count = len(document)
        is_long_enough = schema.get("minItems", 0) <= count <= schema.get("maxItems", count)
        return is_long_enough and all(fits(c, schema.get("items", {}), root) for c in document)
    return not isinstance(document, dict) or _fits_object(document, schema, root)


def _fits_object(document: Json, schema: Json, root: Json) -> bool:
    known = schema.get("properties", {})
    needs = [
        name
        for have, names in schema.get("dependentRequired", {}).items()
        if have in document
        for name in names
    ]
    return (
        len(document) >= schema.get("minProperties", 0)
        and {*schema.get("required", ()), *needs} <= set(document)
        and (schema.get("additionalProperties", True) or set(document) <= set(known))
        and all(fits(child, known.get(name, {}), root) for name, child in document.items())
    )


def _end(pattern: str) -> str:
    """Let ``$`` be the end of the text, as in JSON Schema, and not a last newline as well."""
    return re.sub(r"\$(?=$|\))", r"\\Z", pattern)


def is_same(left: object, right: object) -> bool:
    """Return whether two values are equal and of one type."""
    return type(left) is type(right) and left == right


def check_shape(document: object, name: str) -> None:
    """Refuse to read what does not fit a shipped schema."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    if not fits(document, schema):
        raise UnreadableError(f"not a {name} as its schema has it")
