"""Regions of several people as layers over one picture, and the label alone on a thumbnail.

A region has the colour of its label and the line of who drew it: solid, dashed, dotted, then a
letter beside it. The label of now is drawn first, wide. What is drawn is decided by the kinds'
answers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from django.urls import reverse

from canut.core.errors import BadInput
from canut.core.kinds import (
    IN_PICTURES,
    MARKING,
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
SMALL = 160
DYES = 12
LINES = 3  # solid, dashed, dotted
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
    dye: int


class Layer(NamedTuple):
    """The marks of one answer; ``style`` is 0 for the current label, else a line style."""

    letter: str
    style: int
    marks: list[Mark]

    @property
    def has_letters(self) -> bool:
        """Return whether its line is one that somebody before it has too."""
        return self.style > LINES


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
            Layer(letter, at + 1, _marks(question, values.get(name)))
            for at, (letter, values) in enumerate(side_values)
        ]
        if name in consensus_values:
            layers.insert(0, Layer("", 0, _marks(question, consensus_values[name])))
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


class Thumbnail(NamedTuple):
    """A small picture with the regions of its label."""

    url: str
    width: str
    height: str
    marks: list[Mark]


def thumbnails(
    project: Project, schema: Schema, rows: Mapping[int, tuple[Mapping[str, str], str]]
) -> dict[int, Thumbnail]:
    """Return the first marked picture of each task with the regions of its label.

    Args:
        project: whose pictures.
        schema: checked.
        rows: the columns and the label of each task, by its id; empty without a label.
    """
    question = next((each for each in questions_of(schema) if each["kind"] in IN_PICTURES), None)
    if question is None:
        return {}
    column = marked_column(schema, question)
    sizes = sizes_of(project.pk, {str(row.get(column, "")) for row, _label in rows.values()})
    pictures: dict[int, Thumbnail] = {}
    for task, (row, label) in rows.items():
        picture = str(row.get(column, ""))
        if picture in sizes:
            address = reverse("media", args=[project.slug, picture])
            width, height = sizes[picture]
            marks = _marks(question, _values(schema, label).get(str(question["id"])))
            pictures[task] = Thumbnail(f"{address}?size={SMALL}", str(width), str(height), marks)
    return pictures


def dyes_of(schema: Schema) -> list[tuple[int, str]]:
    """List the labels of the questions that mark something, each with its colour."""
    kinds = MARKING.keys()
    return [
        (at % DYES + 1, item["label"])
        for question in questions_of(schema)
        if question["kind"] in kinds
        for at, item in enumerate(cast("list[dict[str, str]]", question["labels"]))
    ]


def _values(schema: Schema, label: str) -> Mapping[str, object]:
    """Parse a label; empty if there is none, or it answers another question."""
    try:
        return values_of_label(schema, label) if label else {}
    except BadInput:
        return {}


def _marks(question: Question, value: object) -> list[Mark]:
    labels = cast("list[dict[str, str]]", question["labels"])
    dyes = {item["value"]: (item["label"], at % DYES + 1) for at, item in enumerate(labels)}
    things = cast("list[dict[str, object]]", value or [])
    return [_mark(question, item, *dyes[str(item["label"])]) for item in things]


def _mark(question: Question, region: Mapping[str, object], label: str, dye: int) -> Mark:
    if question["kind"] == "keypoints":
        points = cast("dict[str, list[float]]", region["points"])
        placed = [(point, point[2] == 1) for point in points.values() if point[2]]
        dots = [Dot(_figure(point[0]), _figure(point[1]), hidden) for point, hidden in placed]
        bones = [
            Polyline(_written([_xy(points[a]), _xy(points[b])]), is_closed=False)
            for a, b in cast("list[list[str]]", question["skeleton"])
            if points[a][2] and points[b][2]
        ]
        return Mark(bones, dots, *_top([_xy(point) for point, _ in placed]), label, dye)
    if question["kind"] == "polygons":
        outline = [_xy(point) for point in cast("list[list[float]]", region["points"])]
    else:
        flat = corners(dict(region))
        outline = list(zip(flat[::2], flat[1::2], strict=True))
    return Mark([Polyline(_written(outline), is_closed=True)], [], *_top(outline), label, dye)


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
