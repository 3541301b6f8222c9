"""Data that scripts need to draw marks on pages outside the workbench, such as a review."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language

from canut.core.errors import BadInput
from canut.core.kinds import (
    IN_PICTURES,
    MARKING,
    Question,
    Schema,
    cells_of,
    questions_of,
    values_of_label,
)

type Row = Mapping[str, str]


def marked(
    questions: Sequence[Question], row: Row, values: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Return the questions with what they show of a task, and the answers to them.

    A picture or a sound is named by its hash: the page knows where those of its project are.
    """
    cells = cells_of({"questions": questions})
    return {
        "language": get_language(),
        "questions": [*questions],
        "cells": {
            column: {"as": as_, "value": row.get(column, "")} for column, as_ in cells.items()
        },
        "values": dict(values or {}),
    }


def marked_label(schema: Schema, row: Row, label: str) -> dict[str, Any] | None:
    """Return the data that draws the marked parts of a text or sound; None if there is none.

    Regions of a picture are drawn in the one picture that a review shows.
    """
    kinds = MARKING.keys() - IN_PICTURES
    marking = [question for question in questions_of(schema) if question["kind"] in kinds]
    if not marking or not label:
        return None
    try:
        values = values_of_label(schema, label)
    except BadInput:
        return None
    return marked(marking, row, values)
