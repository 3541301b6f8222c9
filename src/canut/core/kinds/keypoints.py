"""Keypoints: named points of things in a picture, joined to a skeleton.

Each point is ``[x, y, v]``: v is 2 if it is visible, 1 if it is hidden but its position is known,
and 0 if it is not in the picture; then x and y are 0.

Source:
    Visibility as in COCO's keypoints: Lin et al. (2014), https://doi.org/10.48550/arXiv.1405.0312.
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
    number_of,
    tidy,
    values_in,
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
from canut.core.kinds.shared.merging import middle, normalised_votes, vote
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade
from canut.core.quality.merging.shapes import BOX, points

MOST_THINGS = 100
MOST_POINTS = 100
MOST_BONES = 300
FURTHEST = 1_000_000
REACH = 20
OF_SEEING = 0.1
"""How much of a point's distance is whether it is seen or hidden."""
AGREES_WITHIN = 0.4
"""Answers agree within this distance: points lie within two thirds of their reach, on average."""

QUESTION_SHAPE: Mapping[str, object] = {
    "labels": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "points": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_POINTS,
        "items": {"$ref": "#/$defs/named"},
    },
    "skeleton": {
        "type": "array",
        "maxItems": MOST_BONES,
        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}},
    },
    "reach": {"type": "number", "exclusiveMinimum": 0, "maximum": FURTHEST},
    "column": {"type": "string"},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_THINGS},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_THINGS},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "array",
    "maxItems": MOST_THINGS,
    "items": {
        "type": "object",
        "required": ["label", "points"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string"},
            "points": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "minItems": 3,
                    "maxItems": 3,
                    "items": {"type": "number", "minimum": 0, "maximum": FURTHEST},
                },
            },
        },
    },
}

type Question = Mapping[str, object]
type Points = dict[str, list[float]]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: no skeleton, similarity 1/2 at 20 pixels.

    ``reach`` is the distance, in pixels, at which two points have similarity 1/2.

    Raises:
        BadQuestion: a field is malformed, or the skeleton joins an unknown point, a point to
            itself, or two points twice.
    """
    least, most = limits(question, MOST_THINGS)
    point_choices = named(QUESTION.of("points"), question.get("points"), 1, MOST_POINTS)
    point_names = [each["value"] for each in point_choices]
    at, bones = QUESTION.of("skeleton"), list[list[str]]()
    for number, bone in enumerate(at.items(question.get("skeleton", []), 0, MOST_BONES)):
        here = at.of(number)
        ends = [here.of(n).one_of(e, point_names) for n, e in enumerate(here.items(bone, 2, 2))]
        if ends[0] == ends[1] or ends in bones or ends[::-1] in bones:
            here.refuse(ends[1], "two points that are not joined yet", "twice")
        bones.append(ends)
    return {
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "points": point_choices,
        "skeleton": bones,
        "reach": QUESTION.of("reach").number(question.get("reach", REACH), 0.001, FURTHEST),
        "least": least,
        "most": most,
        **column_in(question),
    }


def check_answer(question: Question, value: object) -> list[Thing]:
    """Return an answer in normal form: every point of every thing, in question order.

    Raises:
        BadAnswer: too few or too many, one that is malformed, unknown points, a point out of
            bounds, none in the picture, or a thing there twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[list[Thing], list[int]]:
    """Return an answer in normal form, and the original index of each thing.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    entries = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    marked = [_check_thing(ANSWER.of(n), question, entry) for n, entry in enumerate(entries)]
    return arranged(ANSWER, marked, _order)


def _check_thing(at: QuestionPath, question: Question, entry: object) -> Thing:
    fields = at.mapping(entry, ["label", "points"])
    names, here = values_in(question, "points"), at.of("points")
    by_name = here.mapping(fields["points"], [], names)
    placed: Points = {
        name: _check_point(here.of(name), by_name[name]) if name in by_name else [0, 0, 0]
        for name in names
    }
    if not any(point[2] for point in placed.values()):
        here.refuse("no point in the picture", "one point at least", "number")
    return {"label": label_in(at, fields, question), "points": placed}


def _check_point(at: QuestionPath, entry: object) -> list[float]:
    xyv = at.items(entry, 3, 3)
    visibility = at.of(2).whole(xyv[2], 0, 2)
    x, y = (at.of(axis).number(xyv[axis], 0, FURTHEST) for axis in (0, 1))
    return [x, y, visibility] if visibility else [0, 0, 0]


def _points(item: Thing) -> Points:
    return cast("Points", item["points"])


def _order(item: Thing) -> tuple[object, ...]:
    return (item["label"], list(_points(item).values()))


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
    """Return the distance, 0 to 1, of two answers: items paired, points compared by name.

    A point that only one person placed has distance 1; so have things with different labels. It is
    a metric, as a mean of metrics.
    """
    left, right = check_answer(question, first), check_answer(question, second)
    table = np.ones((len(left), len(right)))
    for row, item in enumerate(left):
        for column, counterpart in enumerate(right):
            table[row, column] = _apart(question, item, counterpart)
    return apart_of(labels_apart(left, right, table))


def _apart(question: Question, first: Thing, second: Thing) -> float:
    left, right = _table(first), _table(second)
    alike = points(number_of(question, "reach")).alike(left[:, :2], right[:, :2])
    in_both = (left[:, 2] > 0) & (right[:, 2] > 0)
    neither = (left[:, 2] == 0) & (right[:, 2] == 0)
    near = (1 - OF_SEEING) * (1 - alike) + OF_SEEING * (left[:, 2] != right[:, 2])
    return float(np.where(in_both, near, np.where(neither, 0.0, 1.0)).mean())


def _table(item: Thing) -> Floats:
    return np.array(list(_points(item).values()), dtype=np.float64)


def _vector(reach: float, item: Thing) -> list[float]:
    """Return the bounding box of the placed points, widened by the reach."""
    placed = [point for point in _points(item).values() if point[2]]
    xs, ys = [point[0] for point in placed], [point[1] for point in placed]
    return [min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach]


def _fuse(things: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Vote on the visibility of each point, and take the median of its position."""
    fused: Points = {}
    for name in _points(things[0]):
        placements = [_points(item)[name] for item in things]
        visibility = vote([int(point[2]) for point in placements], weights, (2, 1, 0))
        fused[name] = _middle(placements, weights, visibility)
    if not any(point[2] for point in fused.values()):
        name = max(fused, key=lambda n: _placed(things, weights, n))
        placements = [_points(item)[name] for item in things]
        fused[name] = _middle(placements, weights, int(max(point[2] for point in placements)))
    return {"points": fused}


def _placed(things: Sequence[Thing], weights: Sequence[float], name: str) -> float:
    """Return the weight of those who placed a point; -1 if nobody did."""
    own = [w for item, w in zip(things, weights, strict=True) if _points(item)[name][2]]
    return sum(own) if own else -1.0


def _middle(
    placements: Sequence[Sequence[float]], weights: Sequence[float], visibility: int
) -> list[float]:
    placed = [(point, w) for point, w in zip(placements, weights, strict=True) if point[2]]
    if not visibility or not placed:
        return [0, 0, 0]
    own = [w for _, w in placed]
    return [
        *(tidy(middle([point[axis] for point, _ in placed], own)) for axis in (0, 1)),
        visibility,
    ]


def _same(first: Thing, second: Thing) -> bool:
    return first == second


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Merge several answers, and return the sources of each thing.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    strategy = Way(BOX, partial(_vector, number_of(question, "reach")), _fuse, _order, _same)
    return gather(
        question, normalised_votes(values, weights, partial(check_answer, question)), strategy
    )


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge things that more than half of the weight marked, each point by vote and median.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
