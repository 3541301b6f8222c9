"""Regions of several people as layers over one picture, without names, for reviewers.

Each answer has its letter beside every region and its own dashes, so that layers differ by more
than colour; the label of now is drawn last, solid. What is drawn is decided by the kinds' answers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from django.urls import reverse

from canut.core.errors import BadInput
from canut.core.kinds import (
    IN_PICTURES,
    Question,
    Schema,
    marked_column,
    questions_of,
    values_of_label,
)
from canut.core.kinds.boxes import corners
from canut.store.models import Project
from canut.store.work.workbench import sizes_of

SCREEN = 1280
DYES = 12
TAG_SHARE = 0.028  # how high a letter stands, of the picture's longer side
type Pair = tuple[float, float]


class Polyline(NamedTuple):
    """A line through points, in pixels; closed if it is an outline."""

    points: str
    is_closed: bool


class Dot(NamedTuple):
    """A visible or hidden point, formatted for SVG."""

    x: str
    y: str
    is_hidden: bool


class Mark(NamedTuple):
    """One region: lines, dots, position of its letter, label."""

    lines: list[Polyline]
    dots: list[Dot]
    x: str
    y: str
    label: str


class Layer(NamedTuple):
    """The marks of one answer; ``style`` is 0 for the current label, else a colour index."""

    letter: str
    style: int
    marks: list[Mark]


class Marked(NamedTuple):
    """A picture with its layers; ``begun`` is the current label as JSON, to be corrected."""

    id: str
    ask: str
    url: str
    width: str
    height: str
    tag: str
    layers: list[Layer]
    begun: str


def marked_pictures(
    project: Project,
    schema: Schema,
    row: Mapping[str, str],
    sides: Iterable[tuple[str, str]],
    consensus: str,
) -> list[Marked]:
    """Return the picture of each region question with the marks of each answer.

    Args:
        project: whose pictures.
        schema: checked.
        row: the task's columns.
        sides: the letter and the label of each answer, in the order shown.
        consensus: the label of now; empty where there is none.
    """
    questions = [question for question in questions_of(schema) if question["kind"] in IN_PICTURES]
    if not questions:
        return []
    cells = {
        str(question["id"]): str(row.get(marked_column(schema, question), ""))
        for question in questions
    }
    sizes = sizes_of(project.pk, set(cells.values()))
    side_values = [(letter, _values(schema, label)) for letter, label in sides]
    consensus_values = _values(schema, consensus)
    pictures: list[Marked] = []
    for question in questions:
        name = str(question["id"])
        if cells[name] not in sizes:
            continue
        address = reverse("media", args=[project.slug, cells[name]])
        layers = [
            Layer(letter, at % DYES + 1, _marks(question, values.get(name)))
            for at, (letter, values) in enumerate(side_values)
        ]
        if name in consensus_values:
            layers.append(Layer("", 0, _marks(question, consensus_values[name])))
        width, height = sizes[cells[name]]
        pictures.append(
            Marked(
                name,
                str(question["ask"]),
                f"{address}?size={SCREEN}",
                str(width),
                str(height),
                _figure(TAG_SHARE * max(width, height)),
                layers,
                json.dumps(consensus_values.get(name, []), ensure_ascii=False),
            )
        )
    return pictures


def _values(schema: Schema, label: str) -> Mapping[str, object]:
    """Parse a label; empty if there is none, or it answers another question."""
    try:
        return values_of_label(schema, label) if label else {}
    except BadInput:
        return {}


def _marks(question: Question, value: object) -> list[Mark]:
    names = {
        item["value"]: item["label"] for item in cast("list[dict[str, str]]", question["labels"])
    }
    things = cast("list[dict[str, object]]", value or [])
    return [_mark(question, item, names[str(item["label"])]) for item in things]


def _mark(question: Question, region: Mapping[str, object], label: str) -> Mark:
    if question["kind"] == "keypoints":
        points = cast("dict[str, list[float]]", region["points"])
        placed = [(point, point[2] == 1) for point in points.values() if point[2]]
        dots = [Dot(_figure(point[0]), _figure(point[1]), hidden) for point, hidden in placed]
        bones = [
            Polyline(_written([_xy(points[a]), _xy(points[b])]), is_closed=False)
            for a, b in cast("list[list[str]]", question["skeleton"])
            if points[a][2] and points[b][2]
        ]
        return Mark(bones, dots, *_top([_xy(point) for point, _ in placed]), label)
    if question["kind"] == "polygons":
        outline = [_xy(point) for point in cast("list[list[float]]", region["points"])]
    else:
        flat = corners(dict(region))
        outline = list(zip(flat[::2], flat[1::2], strict=True))
    return Mark([Polyline(_written(outline), is_closed=True)], [], *_top(outline), label)


def _xy(point: Sequence[float]) -> Pair:
    return point[0], point[1]


def _top(points: Sequence[Pair]) -> tuple[str, str]:
    """Return the uppermost point, where the letter is drawn."""
    x, y = min(points, key=lambda point: (point[1], point[0]))
    return _figure(x), _figure(y)


def _figure(value: float) -> str:
    return f"{value:.2f}"


def _written(points: Iterable[Pair]) -> str:
    return " ".join(f"{_figure(x)},{_figure(y)}" for x, y in points)
