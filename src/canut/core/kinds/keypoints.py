"""Decide what keypoints are: named points of things in a picture, joined to a skeleton.

Each point is ``[x, y, v]``: v is 2 where it is seen, 1 where it is hidden but known, 0 where it is
not in the picture, and then x and y are 0.

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
    FieldPath,
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
    """Return what this work is."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: no skeleton, half alike at 20 pixels.

    ``reach`` is the distance, in pixels, at which two points are half as far as can be.

    Raises:
        BadQuestion: a field is malformed, or the skeleton joins what is no point, a point to
            itself, or two points twice.
    """
    least, most = limits(question, MOST_THINGS)
    given = named(QUESTION.of("points"), question.get("points"), 1, MOST_POINTS)
    known = [each["value"] for each in given]
    at, bones = QUESTION.of("skeleton"), list[list[str]]()
    for number, bone in enumerate(at.items(question.get("skeleton", []), 0, MOST_BONES)):
        here = at.of(number)
        ends = [here.of(n).one_of(e, known) for n, e in enumerate(here.items(bone, 2, 2))]
        if ends[0] == ends[1] or ends in bones or ends[::-1] in bones:
            here.refuse(ends[1], "two points that are not joined yet", "twice")
        bones.append(ends)
    return {
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "points": given,
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
    """Return an answer in normal form, and where each of its things stood.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    given = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    marked = [_check_thing(ANSWER.of(n), question, one) for n, one in enumerate(given)]
    return arranged(ANSWER, marked, _order)


def _check_thing(at: FieldPath, question: Question, one: object) -> Thing:
    said = at.mapping(one, ["label", "points"])
    known, here = values_in(question, "points"), at.of("points")
    given = here.mapping(said["points"], [], known)
    placed: Points = {
        name: _check_point(here.of(name), given[name]) if name in given else [0, 0, 0]
        for name in known
    }
    if not any(point[2] for point in placed.values()):
        here.refuse("no point in the picture", "one point at least", "number")
    return {"label": label_in(at, said, question), "points": placed}


def _check_point(at: FieldPath, one: object) -> list[float]:
    xyv = at.items(one, 3, 3)
    seen = at.of(2).whole(xyv[2], 0, 2)
    x, y = (at.of(axis).number(xyv[axis], 0, FURTHEST) for axis in (0, 1))
    return [x, y, seen] if seen else [0, 0, 0]


def _points(thing: Thing) -> Points:
    return cast("Points", thing["points"])


def _order(thing: Thing) -> tuple[object, ...]:
    return (thing["label"], list(_points(thing).values()))


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[Thing]:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, one: object, other: object) -> float:
    """Return how far apart two answers are: things paired, their points compared by name.

    A point that only one placed is as far as can be; so are things with labels that differ. A
    metric, as a mean of metrics.
    """
    left, right = check_answer(question, one), check_answer(question, other)
    table = np.ones((len(left), len(right)))
    for row, thing in enumerate(left):
        for column, against in enumerate(right):
            table[row, column] = _apart(question, thing, against)
    return apart_of(labels_apart(left, right, table))


def _apart(question: Question, one: Thing, other: Thing) -> float:
    left, right = _table(one), _table(other)
    alike = points(number_of(question, "reach")).alike(left[:, :2], right[:, :2])
    both = (left[:, 2] > 0) & (right[:, 2] > 0)
    neither = (left[:, 2] == 0) & (right[:, 2] == 0)
    near = (1 - OF_SEEING) * (1 - alike) + OF_SEEING * (left[:, 2] != right[:, 2])
    return float(np.where(both, near, np.where(neither, 0.0, 1.0)).mean())


def _table(thing: Thing) -> Floats:
    return np.array(list(_points(thing).values()), dtype=np.float64)


def _vector(reach: float, thing: Thing) -> list[float]:
    """Return the box round what is placed, as wide again as two points may differ."""
    placed = [point for point in _points(thing).values() if point[2]]
    xs, ys = [point[0] for point in placed], [point[1] for point in placed]
    return [min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach]


def _fuse(things: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Vote whether each point is seen, and take the median of where."""
    fused: Points = {}
    for name in _points(things[0]):
        said = [_points(thing)[name] for thing in things]
        seen = vote([int(point[2]) for point in said], weights, (2, 1, 0))
        fused[name] = _middle(said, weights, seen)
    if not any(point[2] for point in fused.values()):
        name = max(fused, key=lambda n: _placed(things, weights, n))
        said = [_points(thing)[name] for thing in things]
        fused[name] = _middle(said, weights, int(max(point[2] for point in said)))
    return {"points": fused}


def _placed(things: Sequence[Thing], weights: Sequence[float], name: str) -> float:
    """Return how many placed a point; somebody is above nobody, whatever they weigh."""
    own = [w for thing, w in zip(things, weights, strict=True) if _points(thing)[name][2]]
    return sum(own) if own else -1.0


def _middle(said: Sequence[Sequence[float]], weights: Sequence[float], seen: int) -> list[float]:
    placed = [(point, w) for point, w in zip(said, weights, strict=True) if point[2]]
    if not seen or not placed:
        return [0, 0, 0]
    own = [w for _, w in placed]
    return [*(tidy(middle([point[axis] for point, _ in placed], own)) for axis in (0, 1)), seen]


def _same(one: Thing, other: Thing) -> bool:
    return one == other


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Make one answer of several, and say of whose things each is made.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    way = Way(BOX, partial(_vector, number_of(question, "reach")), _fuse, _order, _same)
    return gather(question, normalised_votes(values, weights, partial(check_answer, question)), way)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Keep the things more than half of the weight marked, each point by vote and median.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
