"""Bounding boxes in a picture, upright or rotated.

A box is its top left corner, width and height in pixels of the original picture, before a clockwise
rotation about its centre. Pixels and degrees are rounded to three decimals.
"""

import math
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
    tidy,
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
from canut.core.kinds.shared.merging import medoid, middle, normalised_votes
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade
from canut.core.quality.merging.areas import areas_alike
from canut.core.quality.merging.shapes import BOX, Shape

MOST_BOXES = 500
FURTHEST = 1_000_000
SMALLEST = 0.001
FULL_TURN = 360
SIDES = ("x", "y", "w", "h")
AGREES_WITHIN = 0.4
"""Answers agree within this distance: paired boxes share three fifths of their union."""

QUESTION_SHAPE: Mapping[str, object] = {
    "labels": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "rotated": {"type": "boolean"},
    "column": {"type": "string"},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_BOXES},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_BOXES},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "array",
    "maxItems": MOST_BOXES,
    "items": {
        "type": "object",
        "required": ["label", *SIDES],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string"},
            "x": {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST},
            "y": {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST},
            "w": {"type": "number", "exclusiveMinimum": 0, "maximum": FURTHEST},
            "h": {"type": "number", "exclusiveMinimum": 0, "maximum": FURTHEST},
            "angle": {"type": "number", "minimum": 0, "exclusiveMaximum": FULL_TURN},
        },
    },
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: upright boxes, any number from none.

    Raises:
        BadQuestion: a field is malformed, there is no label, or one twice.
    """
    least, most = limits(question, MOST_BOXES)
    return {
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "rotated": QUESTION.of("rotated").flag(question.get("rotated", False)),
        "least": least,
        "most": most,
        **column_in(question),
    }


def check_answer(question: Question, value: object) -> list[Thing]:
    """Return an answer in normal form: boxes from top to bottom.

    Raises:
        BadAnswer: too few or too many, one that is malformed, without size, out of bounds, turned
            where boxes are upright, or there twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[list[Thing], list[int]]:
    """Return an answer in normal form, and the original index of each box.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    entries = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    boxes = [_check_box(ANSWER.of(n), question, entry) for n, entry in enumerate(entries)]
    return arranged(ANSWER, boxes, _order)


def _check_box(at: QuestionPath, question: Question, entry: object) -> Thing:
    turned = ["angle"] if question["rotated"] else []
    fields = at.mapping(entry, ["label", *SIDES], turned)
    angle = at.of("angle").number(fields.get("angle", 0), -FULL_TURN, FULL_TURN)
    lowest = -FURTHEST if angle else 0
    box: Thing = {
        "label": label_in(at, fields, question),
        "x": at.of("x").number(fields["x"], lowest, FURTHEST),
        "y": at.of("y").number(fields["y"], lowest, FURTHEST),
        "w": at.of("w").number(fields["w"], SMALLEST, FURTHEST),
        "h": at.of("h").number(fields["h"], SMALLEST, FURTHEST),
    }
    return {**box, "angle": tidy(angle % FULL_TURN)} if turned else box


def _order(box: Thing) -> tuple[object, ...]:
    return tuple(box.get(name, 0) for name in ("y", "x", "h", "w", "angle", "label"))


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
    """Return the distance, 0 to 1, of two answers: paired boxes, 1 minus intersection over union.

    Different labels have distance 1. It is a metric, except that one rotated box has several
    notations, which are at distance 0.
    """
    left, right = check_answer(question, first), check_answer(question, second)
    alike = _way(question).shape.alike
    rows = _vectors(question, right)
    table = [1 - np.asarray(alike(vector, rows)) for vector in _vectors(question, left)]
    return apart_of(labels_apart(left, right, np.array(table).reshape(len(left), len(right))))


def _vectors(question: Question, boxes: Sequence[Thing]) -> Floats:
    vector = _way(question).vector
    length = 8 if question["rotated"] else 4
    return np.array([vector(box) for box in boxes], dtype=np.float64).reshape(-1, length)


def _numbers(box: Thing) -> tuple[float, float, float, float]:
    x, y, w, h = (cast("float", box[name]) for name in SIDES)
    return x, y, w, h


def _edges(box: Thing) -> list[float]:
    """Return left, top, right, bottom."""
    x, y, w, h = _numbers(box)
    return [x, y, x + w, y + h]


def corners(box: Thing) -> list[float]:
    """Return the corners as x, y, x, y …, clockwise from the top left before rotation.

    Example:
        >>> box = {"x": 0, "y": 0, "w": 4, "h": 2, "angle": 90}
        >>> [round(each) for each in corners(box)]
        [3, -1, 3, 3, 1, 3, 1, -1]
    """
    x, y, w, h = _numbers(box)
    angle = math.radians(cast("float", box.get("angle", 0)))
    cos, sin = math.cos(angle), math.sin(angle)
    points: list[float] = []
    for across, down in ((-w, -h), (w, -h), (w, h), (-w, h)):
        points += [x + (w + across * cos - down * sin) / 2, y + (h + across * sin + down * cos) / 2]
    return points


def _alike(first: Floats, second: Floats) -> Floats:
    if second.ndim > 1:
        return np.array([areas_alike(first, each) for each in second])
    return np.asarray(areas_alike(first, second))


def _fuse_upright(boxes: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Return the median of each edge."""
    left, top, right, bottom = (
        tidy(middle(edges, weights)) for edges in zip(*map(_edges, boxes), strict=True)
    )
    wide, tall = max(tidy(right - left), SMALLEST), max(tidy(bottom - top), SMALLEST)
    return {"x": left, "y": top, "w": wide, "h": tall}


def _fuse_turned(boxes: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Return the box most similar to the others: angles have no median."""
    outlines = [np.array(corners(box)) for box in boxes]
    best = medoid(len(boxes), lambda a, b: 1 - areas_alike(outlines[a], outlines[b]), weights)
    return {name: boxes[best][name] for name in (*SIDES, "angle")}


def _same(first: Thing, second: Thing) -> bool:
    return first == second


UPRIGHT = Way(BOX, _edges, _fuse_upright, _order, _same)
TURNED = Way(Shape(_alike), corners, _fuse_turned, _order, _same)


def _way(question: Question) -> Way:
    return TURNED if question["rotated"] else UPRIGHT


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Merge several answers, and return the sources of each box.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gather(
        question, normalised_votes(values, weights, partial(check_answer, question)), _way(question)
    )


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge boxes that more than half of the weight drew: median edges, or the medoid.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
