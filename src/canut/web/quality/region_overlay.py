"""Regions of several people over their one picture, for who reviews: layers without names.

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
    """A line through points, in pixels; closed where it is an outline."""

    points: str
    is_closed: bool


class Dot(NamedTuple):
    """A point that is seen or hidden; figures as SVG has them."""

    x: str
    y: str
    is_hidden: bool


class Mark(NamedTuple):
    """One region: its lines, its dots, where its letter stands, what it is called."""

    lines: list[Polyline]
    dots: list[Dot]
    x: str
    y: str
    label: str


class Layer(NamedTuple):
    """What one answer marked; ``style`` is 0 for the label of now, else its dye and dashes."""

    letter: str
    style: int
    marks: list[Mark]


class Marked(NamedTuple):
    """A picture with its layers; ``begun`` is the label of now as JSON, to be corrected."""

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
    """Return the picture of each question about regions, with what each answer marked.

    Args:
        project: whose pictures.
        schema: checked.
        row: the task's columns.
        sides: the letter and the label of each answer, in the order shown.
        consensus: the label of now; empty where there is none.
    """
    asked = [one for one in questions_of(schema) if one["kind"] in IN_PICTURES]
    if not asked:
        return []
    cells = {str(one["id"]): str(row.get(marked_column(schema, one), "")) for one in asked}
    sizes = sizes_of(project.pk, set(cells.values()))
    given = [(letter, _values(schema, label)) for letter, label in sides]
    now = _values(schema, consensus)
    made: list[Marked] = []
    for one in asked:
        name = str(one["id"])
        if cells[name] not in sizes:
            continue
        address = reverse("media", args=[project.slug, cells[name]])
        layers = [
            Layer(letter, at % DYES + 1, _marks(one, values.get(name)))
            for at, (letter, values) in enumerate(given)
        ]
        if name in now:
            layers.append(Layer("", 0, _marks(one, now[name])))
        width, height = sizes[cells[name]]
        made.append(
            Marked(
                name,
                str(one["ask"]),
                f"{address}?size={SCREEN}",
                str(width),
                str(height),
                _figure(TAG_SHARE * max(width, height)),
                layers,
                json.dumps(now.get(name, []), ensure_ascii=False),
            )
        )
    return made


def _values(schema: Schema, label: str) -> Mapping[str, object]:
    """Read a label; nothing where there is none, or it is one to another question."""
    try:
        return values_of_label(schema, label) if label else {}
    except BadInput:
        return {}


def _marks(question: Question, value: object) -> list[Mark]:
    names = {one["value"]: one["label"] for one in cast("list[dict[str, str]]", question["labels"])}
    things = cast("list[dict[str, object]]", value or [])
    return [_mark(question, one, names[str(one["label"])]) for one in things]


def _mark(question: Question, thing: Mapping[str, object], label: str) -> Mark:
    if question["kind"] == "keypoints":
        points = cast("dict[str, list[float]]", thing["points"])
        placed = [(point, point[2] == 1) for point in points.values() if point[2]]
        dots = [Dot(_figure(point[0]), _figure(point[1]), hidden) for point, hidden in placed]
        bones = [
            Polyline(_written([_xy(points[a]), _xy(points[b])]), is_closed=False)
            for a, b in cast("list[list[str]]", question["skeleton"])
            if points[a][2] and points[b][2]
        ]
        return Mark(bones, dots, *_top([_xy(point) for point, _ in placed]), label)
    if question["kind"] == "polygons":
        outline = [_xy(point) for point in cast("list[list[float]]", thing["points"])]
    else:
        flat = corners(dict(thing))
        outline = list(zip(flat[::2], flat[1::2], strict=True))
    return Mark([Polyline(_written(outline), is_closed=True)], [], *_top(outline), label)


def _xy(point: Sequence[float]) -> Pair:
    return point[0], point[1]


def _top(points: Sequence[Pair]) -> tuple[str, str]:
    """Return the uppermost point: there the letter stands."""
    x, y = min(points, key=lambda point: (point[1], point[0]))
    return _figure(x), _figure(y)


def _figure(value: float) -> str:
    return f"{value:.2f}"


def _written(points: Iterable[Pair]) -> str:
    return " ".join(f"{_figure(x)},{_figure(y)}" for x, y in points)
