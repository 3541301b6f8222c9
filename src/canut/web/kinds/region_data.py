"""What a script needs to draw what was marked on pages without the workbench, as a review."""

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
    """Return questions with what they show of a task, and answers to them.

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
    """Return what draws the parts of a text or sound that a label marks; None where it has none.

    Regions of a picture are drawn in the one picture that a review shows.
    """
    kinds = MARKING.keys() - IN_PICTURES
    marking = [one for one in questions_of(schema) if one["kind"] in kinds]
    if not marking or not label:
        return None
    try:
        values = values_of_label(schema, label)
    except BadInput:
        return None
    return marked(marking, row, values)
