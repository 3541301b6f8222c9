"""Types shared by the training formats: pictures and texts with their answers.

Answers are in the normal form of their kind (``kinds``): boxes and polygons in pixels of the
original picture from its top left corner, spans in Unicode code points. Extra data of a file is
carried along with the answer. What a format cannot represent is noted, never dropped silently.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Never, cast

from canut.core.errors import BadFile, BadInput, Fact
from canut.core.formats.problems.catalogue import is_training_refusal, words
from canut.core.outside_text import LARGEST, LARGEST_FLOAT

type Region = Mapping[str, Any]
type Question = Mapping[str, Any]

MOST_PIXELS_A_SIDE = 100_000
SHOWN_CHARACTERS = 80
LEAST_DEGREES = 1e-9  # less is rounding


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One picture and its answer.

    Args:
        file: its name or path, as the format writes it.
        width: in pixels; 0 where it is not known.
        height: in pixels.
        value: the regions, in the normal form of their kind; None where nobody has looked yet.
        id: the picture's own name in the format; empty where it has none.
        beside: what the file says of each region beyond the normal form, in the order of ``value``.
    """

    file: str
    width: int
    height: int
    value: tuple[Region, ...] | None
    id: str = ""
    beside: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One text and its spans.

    Args:
        text: the text; spans count its Unicode code points.
        value: ``{"spans": [{"id", "label", "start", "end"}], "relations": [{"from", "to",
            "label"}]}``.
        id: its own name in the format; empty where it has none.
    """

    text: str
    value: Mapping[str, Any]
    id: str = ""


@dataclass(frozen=True, slots=True)
class FormatNote:
    """Something a format could not represent: how often, and where first."""

    code: str
    count: int
    facts: Mapping[str, Fact]

    def words(self, language: str = "en") -> str:
        """Return its text in French (``fr``) or English."""
        return _write(self.code, {**self.facts, "count": self.count}, language)


@dataclass(slots=True)
class Notes:
    """Counts of what a format could not represent, while reading or writing."""

    _seen: dict[tuple[str, Fact], FormatNote] = field(
        default_factory=dict[tuple[str, Fact], FormatNote]
    )

    def add(self, code: str, *, count: int = 1, **facts: Fact) -> None:
        """Count one more; the first facts are kept, with one note per code and field or type."""
        key = code, facts.get("field", facts.get("seen", facts.get("tag", "")))
        before = self._seen.get(key)
        self._seen[key] = FormatNote(
            code, count + (before.count if before else 0), before.facts if before else facts
        )

    def __iter__(self) -> Iterator[FormatNote]:
        """Yield the notes, in order of first appearance."""
        return iter(self._seen.values())


def _write(code: str, facts: Mapping[str, Fact], language: str) -> str:
    limit = facts.get("limit", 0)
    size = f"{int(limit) // 2**20} MiB" if limit else ""
    return words(code, {**facts, "limit_size": size}, language)


def words_of_refusal(refused: BadInput, language: str = "en") -> str:
    """Return the text of a refusal in French (``fr``) or English."""
    if not is_training_refusal(refused.case):
        return str(refused)
    return _write(refused.case, refused.facts, language)


def refusal(code: str, **facts: Fact) -> BadFile:
    """Build the refusal of a file, with the text of its code."""
    return BadFile(_write(code, facts, "en"), code=code, **facts)


@dataclass(frozen=True, slots=True)
class DocumentPath:
    """The path of a value in a file, to read its fields and to name it in errors."""

    file: str
    where: str

    def refuse(self, code: str, **facts: Fact) -> Never:
        """Raise an error about the value at this path.

        Raises:
            BadFile: always; it names file, entry and field.
        """
        raise refusal(code, file=self.file, where=self.where, **facts)

    def seen(self, code: str, name: str, value: object, **facts: Fact) -> Never:
        """Raise because a field has an unexpected value."""
        if value is None:
            self.refuse("entry-missing", field=name)
        try:
            shown = repr(value)[:SHOWN_CHARACTERS]
        except ValueError:  # a number of thousands of digits
            shown = type(value).__name__
        self.refuse(code, field=name, seen=shown, **facts)

    def fields(self, value: object, name: str) -> dict[str, Any]:
        """Return an object, or raise."""
        if not isinstance(value, dict):
            self.seen("entry-object", name, value)
        return cast("dict[str, Any]", value)

    def items(self, value: object, name: str) -> list[Any]:
        """Return a list, or raise."""
        if not isinstance(value, list):
            self.seen("entry-list", name, value)
        return value

    def text(self, value: object, name: str) -> str:
        """Return a text that is not empty, or raise."""
        if not isinstance(value, str) or not value:
            self.seen("entry-text", name, value)
        return value

    def number(self, value: object, name: str) -> float:
        """Return a finite number, an integer if whole, or raise."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.seen("entry-number", name, value)
        if not -LARGEST_FLOAT <= value <= LARGEST_FLOAT:
            self.seen("entry-number", name, value)
        return value

    def whole(self, value: object, name: str) -> int:
        """Return a whole number of 0 or more, or raise."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            self.seen("entry-whole", name, value)
        return value

    def size(self, value: object, name: str) -> int:
        """Return a picture's width or height in pixels, or raise."""
        whole = self.whole(value, name)
        if not 1 <= whole <= MOST_PIXELS_A_SIDE:
            self.seen("entry-size", name, value, limit=MOST_PIXELS_A_SIDE)
        return whole

    def numbers(self, value: object, name: str, count: int = 0) -> list[float]:
        """Return a list of finite numbers, of length ``count`` if given, or raise."""
        each = self.items(value, name)
        if count and len(each) != count:
            self.seen("entry-numbers", name, value, wanted=count)
        return [self.number(number, name) for number in each]

    def points(self, flat: list[float], name: str, least: int = 3) -> list[list[float]]:
        """Return alternating x and y as points."""
        if len(flat) % 2 or len(flat) < 2 * least:
            self.seen("entry-points", name, flat, least=least)
        return [[x, y] for x, y in zip(flat[::2], flat[1::2], strict=True)]


def kind_of(question: Question, format_: str, kinds: Iterable[str]) -> str:
    """Return the kind of a question, or raise if the format cannot represent it.

    Raises:
        BadFile: ``kind-unheld``, naming the kinds it holds.
    """
    kind = str(question["kind"])
    if kind not in kinds:
        raise refusal("kind-unheld", format=format_, kind=kind, known=", ".join(kinds))
    return kind


def labels_of(question: Question) -> list[str]:
    """Return the labels of a question's regions or spans, in its order.

    >>> labels_of({"labels": ["cat", {"value": "dog"}]})
    ['cat', 'dog']
    """
    return values_of(question.get("labels"))


def point_names(question: Question) -> list[str]:
    """Return the point names of a keypoint question; empty for other kinds."""
    return values_of(question.get("points"))


def values_of(options: object) -> list[str]:
    """Return the values of a list of ``{"value", "label"}`` or of texts; empty for None."""
    option_list = cast("list[Any]", options or [])
    return [option if isinstance(option, str) else str(option["value"]) for option in option_list]


def enclosing(points: Iterable[Iterable[float]]) -> tuple[float, float, float, float]:
    """Return x, y, width and height of the bounding box of points; zeros if none.

    >>> enclosing([[1, 5], [4, 2]])
    (1, 2, 3, 3)
    """
    pairs = [tuple(point) for point in points]
    if not pairs:
        return 0, 0, 0, 0
    xs, ys = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def area_of(points: list[list[float]]) -> float:
    """Return the area inside a polygon, in square pixels.

    >>> area_of([[0, 0], [4, 0], [4, 3]])
    6.0
    """
    following = [*points[1:], points[0]]
    twice = (a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))
    return abs(math.fsum(twice)) / 2


def corners_of(box: Region) -> list[list[float]]:
    """Return the corners of a box, clockwise from its top left, rotated about its centre."""
    x, y, w, h = box["x"], box["y"], box["w"], box["h"]
    upright = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
    if not box.get("angle"):
        return upright
    rotate = turning(box["angle"], x + w / 2, y + h / 2)
    return [rotate(point) for point in upright]


def turning(angle: float, cx: float, cy: float) -> Callable[[list[float]], list[float]]:
    """Return a function that rotates points clockwise about a centre, y downwards, in degrees."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def turn(point: list[float]) -> list[float]:
        dx, dy = point[0] - cx, point[1] - cy
        return [cx + dx * cos - dy * sin, cy + dx * sin + dy * cos]

    return turn


def box_of_corners(corners: list[list[float]]) -> dict[str, float] | None:
    """Return the box with these corners, from its top left; None if not a rectangle.

    Source:
        the four corners of a rectangle are as far from their mean, and opposite ones meet there.
    """
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    w, h = math.hypot(bx - ax, by - ay), math.hypot(dx - ax, dy - ay)
    slack = max(1.0, (w + h) / 100)
    askew = math.hypot(ax + cx - bx - dx, ay + cy - by - dy)
    across = abs(math.hypot(cx - ax, cy - ay) - math.hypot(dx - bx, dy - by))
    if not w or not h or askew > slack or across > slack:
        return None
    turned = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    if turned < 0:  # the corners go anticlockwise
        return box_of_corners([corners[0], corners[3], corners[2], corners[1]])
    mx, my = (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4
    angle = math.degrees(math.atan2(by - ay, bx - ax))
    box = {"x": mx - w / 2, "y": my - h / 2, "w": w, "h": h}
    return box if abs(angle) < LEAST_DEGREES else {**box, "angle": angle % 360}
