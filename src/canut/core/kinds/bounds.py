"""Refuse answers about positions a task does not have, such as spans beyond the end of its text.

``values`` checks the form of an answer; here it is compared with the row of its task.
"""

from collections.abc import Mapping
from typing import cast

from canut.core.errors import BadAnswer
from canut.core.kinds.register import Schema
from canut.core.kinds.schema import marked_column, questions_of
from canut.core.kinds.shared.fields import ANSWER
from canut.core.kinds.shared.marked_items import listed


def has_places(schema: Schema) -> bool:
    """Return whether answers name positions in the task's text, so that its row is needed."""
    return any(question["kind"] == "spans" for question in questions_of(schema))


def check_within(schema: Schema, values: Mapping[str, object], row: Mapping[str, str]) -> None:
    """Raise if a span ends beyond the text it marks.

    Args:
        schema: checked.
        values: answers by question, accepted by ``check_values`` but not normalised.
        row: the task's cells by column; positions count their Unicode code points.

    Raises:
        BadAnswer: facts name the question and the field, ``spans[2].end``.

    Example:
        >>> asked = {"id": "q", "kind": "spans", "column": "text"}
        >>> span = {"label": "name", "start": 0, "end": 5}
        >>> check_within({"questions": [asked]}, {"q": {"spans": [span]}}, {"text": "Soie"})
        Traceback (most recent call last):
        canut.core.errors.BadAnswer: the answer's spans[0].end is 5; expected at most 4
    """
    for question in questions_of(schema):
        name = str(question["id"])
        if question["kind"] != "spans" or values.get(name) is None:
            continue
        length = len(row.get(marked_column(schema, question), ""))
        marking = cast("Mapping[str, object]", values[name])
        for number, span in enumerate(listed(marking["spans"])):
            end = cast("float", span["end"])
            if end > length:
                at = ANSWER.of("spans").of(number).of("end")
                try:
                    at.refuse(end, f"at most {length}", "range")
                except BadAnswer as refusal:
                    refusal.facts["question"] = name
                    raise
