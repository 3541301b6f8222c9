"""Bodies of JSON: a valid one of a schema, and the same with one member replaced."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

type Json = Any
type Place = tuple[str | int, ...]
HOLE = "\u2603hole\u2603"
MOST_DEEP = 6


def body_of_type(kind: Json, hints: Mapping[str, Json]) -> Json:
    """Make a body that msgspec reads as a type, every member filled in.

    Args:
        kind: the type that the view asks for.
        hints: values that are really there, by the name of the member.
    """
    if kind is Any:
        return {}
    (schema,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    return body_of_schema(schema, parts, hints)


def body_of_schema(
    schema: Mapping[str, Json], parts: Mapping[str, Json], hints: Mapping[str, Json], deep: int = 0
) -> Json:
    """Make a value of a JSON schema, every member filled in."""
    schema = resolved(schema, parts)
    for name in ("const", "default"):
        if schema.get(name) is not None and schema.get("type") != "array":
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    kinds = schema.get("type", "object" if "properties" in schema else "")
    kind = next((k for k in kinds if k != "null"), "") if isinstance(kinds, list) else kinds
    if deep > MOST_DEEP:
        return None
    if kind == "object":
        return {
            name: hints[name] if name in hints else body_of_schema(each, parts, hints, deep + 1)
            for name, each in schema.get("properties", {}).items()
        }
    if kind == "array":
        items = schema.get("items") or {}
        return [body_of_schema(items, parts, hints, deep + 1)] if items else []
    simple = {"integer": schema.get("minimum", 1), "number": 0.5, "boolean": True}
    return simple.get(kind, "a" if kind else None)


def resolved(schema: Mapping[str, Json], parts: Mapping[str, Json]) -> Mapping[str, Json]:
    """Follow references, and take the first choice that is not null."""
    for _step in range(10):
        if "$ref" in schema:
            schema = parts.get(str(schema["$ref"]).rpartition("/")[2], {})
        elif choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            schema = next((c for c in choices if c.get("type") != "null"), {})
        else:
            break
    return schema


def places_of(body: Json, place: Place = ()) -> Iterator[Place]:
    """List the members of a body and of what it holds, without the whole of it."""
    members = body.items() if isinstance(body, dict) else enumerate(body[:1])
    for name, value in members:
        yield (*place, name)
        if isinstance(value, (dict, list)):
            yield from places_of(value, (*place, name))


def optional_places(
    schema: Mapping[str, Json], parts: Mapping[str, Json], body: Json, place: Place = ()
) -> Iterator[Place]:
    """List the members that a schema knows and a body leaves out."""
    schema = resolved(schema, parts)
    if isinstance(body, dict):
        for name, each in schema.get("properties", {}).items():
            if name not in body:
                yield (*place, name)
            else:
                yield from optional_places(each, parts, body[name], (*place, name))
    elif isinstance(body, list) and body and schema.get("items"):
        yield from optional_places(schema["items"], parts, body[0], (*place, 0))


def with_member(body: Json, place: Place, raw: str | None) -> bytes:
    """Write a body with a raw text of JSON in one place; without the member where it is None."""
    copy = json.loads(json.dumps(body))
    inner = copy
    for name in place[:-1]:
        inner = inner[name]
    if raw is None:
        del inner[place[-1]]
        return json.dumps(copy).encode()
    inner[place[-1]] = HOLE
    text = json.dumps(copy, ensure_ascii=False).replace(f'"{HOLE}"', raw)
    return text.encode("utf-8", "surrogateescape")


def member_twice(body: dict[str, Json], name: str) -> bytes:
    """Write an object that names a member twice."""
    again = f", {json.dumps(name)}: {json.dumps(body[name])}}}"
    return (json.dumps(body).removesuffix("}") + again).encode()
