"""The register of how a question is answered in a plain form, and told in words, one line a kind.

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
from canut.web.kinds import audio, chat, choice, number, pair, ranking, rating, regions, spans, text

FIELD = "value-"

type Row = Mapping[str, str]


class PlainKind(Protocol):
    """What a kind offers to be answered in a form, and to be told."""

    def form_context(self, question: Question, row: Row, /, *, has_keys: bool) -> dict[str, Any]:
        """Return what its template draws; with keys where the question is the only one."""
        ...

    def parse_form(self, question: Question, sent: list[str], /) -> object:
        """Return the answer that a form sent, unchecked; None where nothing was said."""
        ...

    def describe(self, question: Question, value: object, /) -> str:
        """Say a checked answer in words."""
        ...


PARTS: Mapping[str, PlainKind] = {
    "choice": cast("PlainKind", choice),
    "rating": cast("PlainKind", rating),
    "number": cast("PlainKind", number),
    "text": cast("PlainKind", text),
    "spans": cast("PlainKind", spans),
    "audio": cast("PlainKind", audio),
    "boxes": cast("PlainKind", regions),
    "polygons": cast("PlainKind", regions),
    "keypoints": cast("PlainKind", regions),
    "pair": cast("PlainKind", pair),
    "ranking": cast("PlainKind", ranking),
    "chat": cast("PlainKind", chat),
}


class PlainQuestion(NamedTuple):
    """One question as a form shows it: its template, its field, its words, what its kind draws."""

    template: str
    field: str
    ask: str
    is_optional: bool
    of: dict[str, Any]


def parts_of(schema: Schema, row: Row) -> list[PlainQuestion]:
    """Return every question of a schema as a form shows it; none where one has no part.

    Args:
        schema: checked.
        row: the task's columns, for what its questions show themselves.
    """
    questions = questions_of(schema)
    if not all(one["kind"] in PARTS for one in questions):
        return []
    return [
        PlainQuestion(
            f"kinds/answers/{one['kind']}.html",
            field_of(one),
            str(one["ask"]),
            "optional" in one or "when" in one,
            PARTS[str(one["kind"])].form_context(one, row, has_keys=len(questions) == 1),
        )
        for one in questions
    ]


def values_in(schema: Schema, post: QueryDict) -> dict[str, object]:
    """Return what a form answers to each question that is asked and has a part, unchecked.

    What earlier answers hide is left out, for a form shows every question.
    """
    questions = questions_of(schema)
    values: dict[str, object] = {}
    for number_of_it, one in enumerate(questions):
        if one["kind"] not in PARTS:
            continue
        name = str(one["id"])
        said = PARTS[str(one["kind"])].parse_form(one, post.getlist(field_of(one)))
        is_left = said is None or (said == [] and "optional" in one)
        if not is_left and is_asked(questions[: number_of_it + 1], values)[name]:
            values[name] = said
    return values


def field_of(question: Question) -> str:
    """Return the name of a question's field."""
    return f"{FIELD}{question['id']}"


def told_label(schema: Schema, label: str) -> str:
    """Say a label in words; as it stands where it is one of a list, or the question is another."""
    if is_plain_choice(schema):
        return label
    try:
        values = values_of_label(schema, label)
    except BadInput:
        return label
    questions = [one for one in questions_of(schema) if one["kind"] in PARTS]
    told = [
        (str(one["ask"]), PARTS[str(one["kind"])].describe(one, values[str(one["id"])]))
        for one in questions
        if str(one["id"]) in values
    ]
    if len(questions) == 1:
        return told[0][1] if told else "–"
    return " · ".join(f"{ask} {said}" for ask, said in told)
