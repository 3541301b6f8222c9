"""Build the JSON Schema of question files, schemas and answers from the kinds' own shapes.

It describes fields and their values. Rules about the whole (a condition names an earlier question,
a skeleton joins known points) are checked by ``check_schema``.
"""

from collections.abc import Mapping

from canut.core.kinds.conditions import DEEPEST, MOST_TESTS, OPERATORS
from canut.core.kinds.register import KINDS, MARKING
from canut.core.kinds.schema import LONGEST_ASK, MOST_QUESTIONS, SHOWN_AS
from canut.core.kinds.shared.trades import Role

DRAFT = "https://json-schema.org/draft/2020-12/schema"
NAME: Mapping[str, object] = {"type": "string", "minLength": 1, "maxLength": 200}
WORD: Mapping[str, object] = {"type": ["string", "number"]}

type Described = dict[str, object]


def question_schema() -> Described:
    """Return the JSON Schema of a question file, with those of answers under $defs.

    ``$defs/answer-KIND`` is an answer to a question of that kind; ``$defs/answers`` the answers to
    a task by question. Every normal form is a file, too.
    """
    return {
        "$schema": DRAFT,
        "title": "What is asked of each task",
        "type": "object",
        "required": ["questions"],
        "additionalProperties": False,
        "properties": {
            "show": {
                "description": "What is shown: a column, or several, as “name as image”.",
                "anyOf": [{"$ref": "#/$defs/shown"}, _list("shown", 0, 100)],
            },
            "questions": _list("question", 1, MOST_QUESTIONS),
        },
        "$defs": {
            **_parts(),
            "question": {
                "type": "object",
                "required": ["ask"],
                "anyOf": [{"$ref": f"#/$defs/question-{kind}"} for kind in KINDS],
            },
            **{f"question-{kind}": _question(kind) for kind in KINDS},
            **{f"answer-{kind}": dict(KINDS[kind].ANSWER_SHAPE) for kind in KINDS},
            "answers": {
                "type": "object",
                "description": "The answers to a task, by the id of the question; what is asked of "
                "each region is a list, null where it was not asked.",
                "additionalProperties": {
                    "anyOf": [
                        *({"$ref": f"#/$defs/answer-{kind}"} for kind in KINDS),
                        {"type": "array", "items": {"type": ["string", "number", "array", "null"]}},
                    ]
                },
            },
        },
    }


def _list(of: str, least: int, most: int) -> Described:
    items = {"$ref": f"#/$defs/{of}"}
    return {"type": "array", "minItems": least, "maxItems": most, "items": items}


def _parts() -> Described:
    label = {"type": "string", "maxLength": 200}
    return {
        "shown": {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "object",
                    "required": ["column", "as"],
                    "additionalProperties": False,
                    "properties": {
                        "column": {"type": "string", "minLength": 1},
                        "as": {"enum": list(SHOWN_AS)},
                    },
                },
            ]
        },
        "named": {
            "anyOf": [
                dict(NAME),
                {
                    "type": "object",
                    "required": ["value"],
                    "additionalProperties": False,
                    "properties": {"value": dict(NAME), "label": label},
                },
            ]
        },
        "choice": {
            "anyOf": [
                {"type": ["string", "number"]},
                {
                    "type": "object",
                    "required": ["value"],
                    "additionalProperties": False,
                    "properties": {
                        "value": dict(NAME),
                        "label": label,
                        "choices": {"type": "array", "items": {"$ref": "#/$defs/choice"}},
                    },
                },
            ]
        },
        "when": {
            "description": f"On earlier answers; at most {MOST_TESTS} tests, {DEEPEST} deep.",
            "anyOf": [
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/when"}},
                *(
                    {
                        "type": "object",
                        "required": [joint],
                        "additionalProperties": False,
                        "properties": {
                            joint: {
                                "type": "array",
                                "minItems": 1,
                                "items": {"$ref": "#/$defs/when"},
                            }
                        },
                    }
                    for joint in ("and", "or")
                ),
                {
                    "type": "object",
                    "required": ["question"],
                    "minProperties": 2,
                    "maxProperties": 2,
                    "additionalProperties": False,
                    "properties": {
                        "question": {"type": "string"},
                        **{name: _operand(name) for name in OPERATORS},
                    },
                },
            ],
        },
    }


def _operand(name: str) -> Described:
    words: Described = {"type": "array", "minItems": 1, "items": dict(WORD)}
    by_operator: Mapping[str, Described] = {
        "is": dict(WORD),
        "any": words,
        "all": words,
        "not": {"anyOf": [dict(WORD), words]},
        "least": {"type": "number"},
        "most": {"type": "number"},
        "answered": {"type": "boolean"},
    }
    return by_operator[name]


def _question(kind: str) -> Described:
    """Return the schema of one kind; choices and plain texts may omit ``kind``."""
    needed = ["kind"] if kind not in {"choice", "text"} else []
    return {
        "type": "object",
        "required": ["ask", *needed, *(["labels"] if kind in MARKING else [])],
        "additionalProperties": False,
        "properties": {
            "id": dict(NAME),
            "kind": {"const": kind},
            "ask": {"type": "string", "minLength": 1, "maxLength": LONGEST_ASK},
            "when": {"$ref": "#/$defs/when"},
            "each": {"type": "string"},
            "optional": {"type": "boolean"},
            "role": {"enum": [role.value for role in Role]},
            **KINDS[kind].QUESTION_SHAPE,
        },
    }
