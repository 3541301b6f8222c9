"""The register of how a question is answered in a plain form, one line a kind.

The workbench has its own scripts; here are the pages without it, such as a review. A kind's part is
a file of its own beside this one, with the template ``kinds/K_answer.html``. What asks by a kind
that has none cannot be answered in a form: an answer given can still be chosen.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, cast

from django.http import QueryDict

from canut.core.kinds import Question, Schema, questions_of
from canut.web.kinds import choice

FIELD = "value-"


class Part(Protocol):
    """What a kind offers to be answered in a form."""

    def drawn(self, question: Question, /, *, has_keys: bool) -> dict[str, Any]:
        """Return what its template draws; with keys where the question is the only one."""
        ...

    def read(self, question: Question, sent: list[str], /) -> object:
        """Return the answer that a form sent, unchecked."""
        ...


PARTS: Mapping[str, Part] = {
    "choice": cast("Part", choice),
}


class Drawn(NamedTuple):
    """One question as a form shows it: its template, its field, its words, what its kind draws."""

    template: str
    field: str
    ask: str
    of: dict[str, Any]


def parts_of(schema: Schema) -> list[Drawn]:
    """Return every question of a schema as a form shows it; none where one has no part."""
    questions = questions_of(schema)
    if not all(one["kind"] in PARTS for one in questions):
        return []
    return [
        Drawn(
            f"kinds/{one['kind']}_answer.html",
            field_of(one),
            str(one["ask"]),
            PARTS[str(one["kind"])].drawn(one, has_keys=len(questions) == 1),
        )
        for one in questions
    ]


def values_in(schema: Schema, post: QueryDict) -> dict[str, object]:
    """Return what a form answers to each question that has a part, unchecked."""
    return {
        str(one["id"]): PARTS[str(one["kind"])].read(one, post.getlist(field_of(one)))
        for one in questions_of(schema)
        if one["kind"] in PARTS
    }


def field_of(question: Question) -> str:
    """Return the name of a question's field."""
    return f"{FIELD}{question['id']}"
