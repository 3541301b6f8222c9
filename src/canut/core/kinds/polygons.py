"""Polygons: outlines of things in a picture, corner by corner.

Corners are pixels of the original picture, in drawing order, without repeating the first at the
end; consecutive duplicates are dropped.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

import numpy as np

from canut.core.arrays import Floats
from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    QuestionPath,
    canonical_json,
    column_in,
    limits,
    named,
)
from canut.core.kinds.shared.marked_items import (
    MOST_LABELS,
    MergedAnswer,
    Thing,
    Way,
    apart_of,
    arranged,
    gather,
    label_in,
    labels_apart,
)
from canut.core.kinds.shared.merging import medoid, normalised_votes
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade
from canut.core.quality.merging.areas import areas_alike
from canut.core.quality.merging.shapes import POLYGON, polygon_vector

MOST_POLYGONS = 200
FEWEST_CORNERS = 3
MOST_CORNERS = 1_000
FURTHEST = 1_000_000

POINT: Mapping[str, object] = {
    "type": "array",
    "minItems": 2,
    "maxItems": 2,
    "items": {"type": "number", "minimum": 0, "maximum": FURTHEST},
}
AGREES_WITHIN = 0.4
"""Answers agree within this distance: paired polygons share three fifths of their union."""

QUESTION_SHAPE: Mapping[str, object] = {
    "labels": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "column": {"type": "string"},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_POLYGONS},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_POLYGONS},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "array",
    "maxItems": MOST_POLYGONS,
    "items": {
        "type": "object",
        "required": ["label", "points"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string"},
            "points": {
                "type": "array",
                "minItems": FEWEST_CORNERS,
                "maxItems": MOST_CORNERS,
                "items": POINT,
            },
        },
    },
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default any number of polygons.

    Raises:
        BadQuestion: a field is malformed, there is no label, or one twice.
    """
    least, most = limits(question, MOST_POLYGONS)
    return {
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "least": least,
        "most": most,
        **column_in(question),
    }


def check_answer(question: Question, value: object) -> list[Thing]:
    """Return an answer in normal form: polygons from left to right by first corner.

    Raises:
        BadAnswer: too few or too many, one that is malformed, out of bounds, on one line, or there
            twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[list[Thing], list[int]]:
    """Return an answer in normal form, and the original index of each polygon.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    entries = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    polygons = [_check_polygon(ANSWER.of(n), question, entry) for n, entry in enumerate(entries)]
    return arranged(ANSWER, polygons, _order)


def _check_polygon(at: QuestionPath, question: Question, entry: object) -> Thing:
    fields = at.mapping(entry, ["label", "points"])
    label, here = label_in(at, fields, question), at.of("points")
    corners = here.items(fields["points"], FEWEST_CORNERS, MOST_CORNERS)
    points: list[list[float]] = []
    for number, corner in enumerate(corners):
        xy = here.of(number).items(corner, 2, 2)
        point = [here.of(number).of(axis).number(xy[axis], 0, FURTHEST) for axis in (0, 1)]
        if not points or point != points[-1]:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(points) < FEWEST_CORNERS or _is_line(points):
        here.refuse(f"{len(points)} points on one line", "an outline with an inside", "range")
    return {"label": label, "points": points}


def _is_line(points: Sequence[Sequence[float]]) -> bool:
    """Return whether all corners lie on one line."""
    (x, y), others = points[0], points[1:]
    far = max(others, key=lambda p: (p[0] - x) ** 2 + (p[1] - y) ** 2)
    return all((far[0] - x) * (p[1] - y) == (far[1] - y) * (p[0] - x) for p in others)


def _order(polygon: Thing) -> tuple[object, ...]:
    return (polygon["points"], polygon["label"])


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[Thing]:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance, 0 to 1, of two answers: paired polygons, 1 minus their overlap.

    Different labels have distance 1. It is a metric of areas: an outline that starts at another
    corner, or has one more corner on an edge, is at distance 0.
    """
    left, right = check_answer(question, first), check_answer(question, second)
    rows, columns = [_corners(each) for each in left], [_corners(each) for each in right]
    alike = [[areas_alike(a, b) for b in columns] for a in rows]
    table = 1 - np.array(alike, dtype=np.float64).reshape(len(left), len(right))
    return apart_of(labels_apart(left, right, table))


def _corners(polygon: Thing) -> Floats:
    return np.array(cast("list[list[float]]", polygon["points"]), dtype=np.float64).reshape(-1)


def _vector(polygon: Thing) -> Sequence[float]:
    vector: list[float] = polygon_vector(cast("list[list[float]]", polygon["points"])).tolist()
    return vector


def _fuse(polygons: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Return the polygon most similar to the others."""
    outlines = [_corners(each) for each in polygons]
    best = medoid(len(outlines), lambda a, b: 1 - areas_alike(outlines[a], outlines[b]), weights)
    return {"points": polygons[best]["points"]}


def _same(first: Thing, second: Thing) -> bool:
    return first == second


WAY = Way(POLYGON, _vector, _fuse, _order, _same)


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Merge several answers, and return the sources of each polygon.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gather(question, normalised_votes(values, weights, partial(check_answer, question)), WAY)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge polygons that more than half of the weight drew, each by its medoid.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
