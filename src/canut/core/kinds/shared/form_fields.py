"""Read the fields that a requester's own page sends, and check them against a schema.

An answer is a mapping of field names to texts, in the order of the names. What ``crowd-form`` sends
is one field ``taskAnswers`` with JSON inside: ``flat_fields`` returns the fields that are in it,
under dotted names. The JSON Schema of an answer is about these flat fields. Only the keywords of
``KEYWORDS`` are read, and an unknown one is refused rather than passed over.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, QuestionPath
from canut.core.kinds.shared.reading import value_of_json
from canut.core.outside_text import read_number

TASK_ANSWERS = "taskAnswers"
MOST_FIELDS = 1_000
MOST_CHARACTERS = 2**20
MOST_RULES = 200
DEEPEST = 20
TYPES = ("string", "number", "integer", "array")
KEYWORDS = (
    "type",
    "enum",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
)
"""What a schema may say of one field, beside ``title`` and ``description``."""

type Fields = dict[str, list[str]]


def flat_fields(fields: Mapping[str, Sequence[str]]) -> Fields:
    """Return the fields with those inside ``taskAnswers`` under dotted names.

    A box that is ticked, or the chosen of several switches, is the name that is true. What has no
    text of its own, such as boxes on a picture, is one JSON text.

    Example:
        >>> flat_fields({"taskAnswers": ['[{"kind": {"label": "cat"}, "sure": {"on": true}}]']})
        {'kind.label': ['cat'], 'sure': ['on']}
    """
    flat: Fields = {}
    for name, texts in fields.items():
        inner = _inside(name, texts)
        if inner is None:
            flat.setdefault(name, []).extend(texts)
            continue
        for field, value in inner.items():
            _flatten(field, value, flat, DEEPEST)
    return dict(sorted(flat.items()))


def replace_field(fields: Mapping[str, Sequence[str]], name: str, texts: Sequence[str]) -> Fields:
    """Return the fields with other texts in the flat field of this name, if it is there."""
    replaced = {field: list(each) for field, each in fields.items()}
    if name in replaced:
        replaced[name] = list(texts)
        return replaced
    inner = _inside(TASK_ANSWERS, replaced.get(TASK_ANSWERS, ()))
    if inner is not None:
        _replace_inside(inner, name, texts)
        replaced[TASK_ANSWERS] = [_json_text([inner])]
    return replaced


def _inside(name: str, texts: Sequence[str]) -> dict[str, object] | None:
    """Return what a crowd-form put into its one field; None for any other field."""
    if name != TASK_ANSWERS or len(texts) != 1:
        return None
    entries = value_of_json(texts[0])
    if isinstance(entries, list) and len(entries) == 1 and isinstance(entries[0], dict):
        return cast("dict[str, object]", entries[0])
    return None


def _json_text(value: object) -> str:
    """Encode what a page sent, whose numbers may be larger than an answer of Canut's own holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _flatten(name: str, value: object, flat: Fields, deepest: int) -> None:
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        if inner and all(isinstance(each, bool) for each in inner.values()):
            flat.setdefault(name, []).extend(key for key, each in inner.items() if each)
        elif deepest == 0 or not inner:
            flat.setdefault(name, []).append(_json_text(inner))
        else:
            for key, each in inner.items():
                _flatten(f"{name}.{key}", each, flat, deepest - 1)
    elif isinstance(value, list):
        entries = cast("list[object]", value)
        if any(isinstance(each, (dict, list)) for each in entries):
            flat.setdefault(name, []).append(_json_text(entries))
        else:
            flat.setdefault(name, []).extend(_text(each) for each in entries)
    else:
        flat.setdefault(name, []).append(_text(value))


def _text(value: object) -> str:
    return value if isinstance(value, str) else _json_text(value)


def _replace_inside(inner: dict[str, object], name: str, texts: Sequence[str]) -> None:
    """Write texts where a dotted name leads, in the shape that stands there."""
    for field, value in inner.items():
        if name == field:
            inner[field] = _in_shape_of(value, texts)
            return
        if name.startswith(f"{field}.") and isinstance(value, dict):
            _replace_inside(cast("dict[str, object]", value), name[len(field) + 1 :], texts)
            return


def _in_shape_of(value: object, texts: Sequence[str]) -> object:
    if isinstance(value, dict):
        keys = dict.fromkeys([*cast("dict[str, object]", value), *texts])
        return {key: key in texts for key in keys}
    if isinstance(value, list):
        return list(texts)
    return texts[0] if texts else ""


def check_field_rules(schema: object) -> dict[str, object]:
    """Return the JSON Schema of an answer in normal form.

    Raises:
        BadQuestion: a keyword is not one of ``KEYWORDS``, or has no fitting value.
    """
    at = QUESTION.of("answer")
    allowed = ("type", "properties", "required", "additionalProperties", "$schema", "title")
    whole = at.mapping(schema, [], allowed)
    at.of("type").one_of(whole.get("type", "object"), ["object"])
    normal: dict[str, object] = {"type": "object"}
    rules = whole.get("properties", {})
    if not isinstance(rules, dict) or len(cast("dict[str, object]", rules)) > MOST_RULES:
        at.of("properties").refuse(rules, f"an object of at most {MOST_RULES} fields")
    normal["properties"] = {
        at.of("properties").name(name): _check_rule(at.of("properties").of(name), rule)
        for name, rule in cast("dict[str, object]", rules).items()
    }
    required = at.of("required").items(whole.get("required", []), 0, MOST_RULES)
    normal["required"] = sorted({at.of("required").name(name) for name in required})
    if "additionalProperties" in whole:
        is_open = at.of("additionalProperties").flag(whole["additionalProperties"])
        normal["additionalProperties"] = is_open
    return normal


def _check_rule(at: QuestionPath, rule: object) -> dict[str, object]:
    fields = at.mapping(rule, [], (*KEYWORDS, "title", "description"))
    normal: dict[str, object] = {
        "type": at.of("type").one_of(fields.get("type", "string"), list(TYPES))
    }
    if "enum" in fields:
        entries = at.of("enum").items(fields["enum"], 1, MOST_RULES)
        normal["enum"] = [at.of("enum").text(entry, least=0) for entry in entries]
    for keyword in ("minLength", "maxLength", "minItems", "maxItems"):
        if keyword in fields:
            normal[keyword] = at.of(keyword).whole(fields[keyword], 0, MOST_CHARACTERS)
    for keyword in ("minimum", "maximum"):
        if keyword in fields:
            normal[keyword] = at.of(keyword).number(fields[keyword], places=6)
    return normal


def check_rules(schema: Mapping[str, object], fields: Mapping[str, Sequence[str]]) -> None:
    """Raise if flat fields are not as their schema says.

    Raises:
        BadAnswer: a required field is missing, a field is not in the schema, or its text is not.
    """
    rules = cast("Mapping[str, Mapping[str, object]]", schema["properties"])
    for name in cast("Sequence[str]", schema["required"]):
        if not any(fields.get(name, ())):
            ANSWER.of(name).refuse(None, "a value: this field must be there", "missing")
    for name, texts in fields.items():
        if name in rules:
            _check_texts(ANSWER.of(name), rules[name], texts)
        elif schema.get("additionalProperties") is False:
            ANSWER.of(name).refuse(", ".join(texts), "one of the fields of the schema", "unknown")


def _check_texts(at: QuestionPath, rule: Mapping[str, object], texts: Sequence[str]) -> None:
    kind = rule["type"]
    most = rule.get("maxItems", MOST_FIELDS) if kind == "array" else 1
    at.items(list(texts), cast("int", rule.get("minItems", 0)), cast("int", most))
    for text in texts:
        if "enum" in rule:
            at.one_of(text, cast("list[str]", rule["enum"]))
        least = cast("int", rule.get("minLength", 0))
        at.text(text, cast("int", rule.get("maxLength", MOST_CHARACTERS)), least)
        if kind in {"number", "integer"} and text:
            _check_number(at, rule, text)


def _check_number(at: QuestionPath, rule: Mapping[str, object], text: str) -> None:
    number = read_number(text)
    if number is None:
        at.refuse(text, "a number")
    bounds = {"least": rule["minimum"]} if "minimum" in rule else {}
    bounds |= {"most": rule["maximum"]} if "maximum" in rule else {}
    at.number(number, **cast("dict[str, float]", bounds), places=6)
    if rule["type"] == "integer":
        at.whole(number)
