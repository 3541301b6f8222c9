"""Register of question kinds for plain forms and for text: one line per kind.

The workbench has its own scripts; here are the pages without it, such as a review. A kind's part is
a file of its own beside this one, with the template ``kinds/answers/K.html``. What asks by a kind
that has none cannot be answered in a form: an answer given can still be chosen.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, cast

from django.http import QueryDict

from canut.core.errors import BadInput
from canut.core.kinds import Question, Schema, is_plain_choice, questions_of, values_of_label
from canut.core.kinds.conditions import is_asked
from canut.web.kinds import (
    audio,
    chat,
    choice,
    date,
    number,
    page,
    pair,
    ranking,
    rating,
    regions,
    spans,
    text,
)

FIELD = "value-"

type Row = Mapping[str, str]


class PlainKind(Protocol):
    """What a kind provides: form context, parsing and description."""

    def form_context(self, question: Question, row: Row, /, *, has_keys: bool) -> dict[str, Any]:
        """Return the template context; with keys if it is the only question."""
        ...

    def parse_form(self, question: Question, sent: list[str], /) -> object:
        """Return the submitted answer, unchecked; None if it is empty."""
        ...

    def describe(self, question: Question, value: object, /) -> str:
        """Format a checked answer as text."""
        ...


PARTS: Mapping[str, PlainKind] = {
    "choice": cast("PlainKind", choice),
    "rating": cast("PlainKind", rating),
    "number": cast("PlainKind", number),
    "date": cast("PlainKind", date),
    "text": cast("PlainKind", text),
    "spans": cast("PlainKind", spans),
    "audio": cast("PlainKind", audio),
    "boxes": cast("PlainKind", regions),
    "polygons": cast("PlainKind", regions),
    "keypoints": cast("PlainKind", regions),
    "pair": cast("PlainKind", pair),
    "ranking": cast("PlainKind", ranking),
    "chat": cast("PlainKind", chat),
    "page": cast("PlainKind", page),
}


class PlainQuestion(NamedTuple):
    """One question in a form: its template, field, text and context."""

    template: str
    field: str
    ask: str
    is_optional: bool
    of: dict[str, Any]


def parts_of(schema: Schema, row: Row) -> list[PlainQuestion]:
    """Return all questions of a schema as form parts; empty if one kind has none.

    Args:
        schema: checked.
        row: the task's columns, for what its questions show themselves.
    """
    questions = questions_of(schema)
    if not all(question["kind"] in PARTS for question in questions):
        return []
    return [
        PlainQuestion(
            f"kinds/answers/{question['kind']}.html",
            field_of(question),
            str(question["ask"]),
            "optional" in question or "when" in question,
            PARTS[str(question["kind"])].form_context(question, row, has_keys=len(questions) == 1),
        )
        for question in questions
    ]


def values_in(schema: Schema, post: QueryDict) -> dict[str, object]:
    """Return the submitted values of the questions that are asked, unchecked.

    What earlier answers hide is left out, for a form shows every question.
    """
    questions = questions_of(schema)
    values: dict[str, object] = {}
    for number_of_it, question in enumerate(questions):
        if question["kind"] not in PARTS:
            continue
        name = str(question["id"])
        value = PARTS[str(question["kind"])].parse_form(question, post.getlist(field_of(question)))
        is_left = value is None or (value == [] and "optional" in question)
        if not is_left and is_asked(questions[: number_of_it + 1], values)[name]:
            values[name] = value
    return values


def field_of(question: Question) -> str:
    """Return the name of a question's form field."""
    return f"{FIELD}{question['id']}"


def told_label(schema: Schema, label: str) -> str:
    """Format a label in the words that people answered with; an unreadable one stays as it is."""
    if is_plain_choice(schema):
        return choice.describe(questions_of(schema)[0], label)
    try:
        values = values_of_label(schema, label)
    except BadInput:
        return label
    questions = [question for question in questions_of(schema) if question["kind"] in PARTS]
    described = [
        (
            str(question["ask"]),
            PARTS[str(question["kind"])].describe(question, values[str(question["id"])]),
        )
        for question in questions
        if str(question["id"]) in values
    ]
    if len(questions) == 1:
        return described[0][1] if described else "–"
    return " · ".join(f"{ask} {text}" for ask, text in described)
