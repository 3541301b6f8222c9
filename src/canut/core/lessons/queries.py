"""Named queries that give a lesson's screen data of this instance, and what each of them gives.

``key_from`` of an item names one. This module says their words and keys; the rows are read in
``actions.lessons.labs``. A query is of the person's own work (``own``), or of what is public here
(``instance``), never of another person. Where it gives nothing, the screen shows its sample.
"""

from collections.abc import Mapping
from typing import NamedTuple

type Word = str | Mapping[str, str]
"""A text or a decimal number with a point, or one text for each language."""

LEAST_PEOPLE = 20
"""Who answered in a project, so that its counts are nobody's own."""
OWN, INSTANCE = "own", "instance"


class LabData(NamedTuple):
    """What a query gave: words by name, rows of a list, and keys by name."""

    words: Mapping[str, Word]
    rows: tuple[Mapping[str, Word], ...]
    keys: Mapping[str, tuple[str, ...]]


class QueryShape(NamedTuple):
    """What a query gives.

    Args:
        source: whose data they are.
        numbers: names of words that are numbers.
        texts: names of words that are texts.
        row: names in each row.
        keys: names of its keys.
        example: what it could give, to check a lesson with.
    """

    source: str
    numbers: frozenset[str]
    texts: frozenset[str]
    row: frozenset[str]
    keys: frozenset[str]
    example: LabData


def _shape(source: str, numbers: str, texts: str, row: str, example: LabData) -> QueryShape:
    return QueryShape(
        source,
        frozenset(numbers.split()),
        frozenset(texts.split()),
        frozenset(row.split()),
        frozenset(example.keys),
        example,
    )


QUERIES: Mapping[str, QueryShape] = {
    # one closed task the person answered, on which two labels were given
    "task": _shape(
        OWN,
        "people first_count second_count same pairs",
        "project own first second",
        "",
        LabData(
            {
                "project": "Digits",
                "own": "7",
                "first": "1",
                "second": "7",
                "people": "3",
                "first_count": "1",
                "second_count": "2",
                "same": "1",
                "pairs": "3",
            },
            (),
            {"label": ("b",)},
        ),
    ),
    # lines of the person's last pay statement, one of them changed for the exercise
    "statement": _shape(
        OWN,
        "tasks price printed right missing line",
        "",
        "day tasks price printed",
        LabData(
            {
                "tasks": "45",
                "price": "0.11",
                "printed": "4.58",
                "right": "4.95",
                "missing": "0.37",
                "line": "2",
            },
            tuple(
                {
                    "day": {"fr": f"{day} mai", "en": f"{day} May"},
                    "tasks": tasks,
                    "price": price,
                    "printed": printed,
                }
                for day, tasks, price, printed in (
                    ("1", "120", "0.05", "6.00"),
                    ("2", "45", "0.11", "4.58"),
                    ("3", "80", "0.12", "9.60"),
                )
            ),
            {"line": ("2",)},
        ),
    ),
    # hidden tasks of the newest model of a dataset whose card is public
    "model": _shape(
        INSTANCE,
        "same hidden",
        "project",
        "",
        LabData({"project": "Digits", "same": "280", "hidden": "287"}, (), {}),
    ),
    # its errors on hidden tasks by how sure it was
    "bands": _shape(
        INSTANCE,
        "tasks errors line",
        "project",
        "sure tasks errors",
        LabData(
            {"project": "Digits", "tasks": "60", "errors": "22", "line": "1"},
            tuple(
                {"sure": sure, "tasks": "60", "errors": errors}
                for sure, errors in (("50", "22"), ("70", "8"), ("90", "2"))
            ),
            {"worst": ("1",)},
        ),
    ),
    # a closed incident: errors on its kind of task and elsewhere, before the repair
    "incident": _shape(
        INSTANCE,
        "errors tasks rest_errors rest_tasks expected excess",
        "kind",
        "",
        LabData(
            {
                "kind": "region = Nord",
                "errors": "12",
                "tasks": "60",
                "rest_errors": "16",
                "rest_tasks": "340",
                "expected": "2.8",
                "excess": "9.2",
            },
            (),
            {},
        ),
    ),
}
