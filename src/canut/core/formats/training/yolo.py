"""Read the label files of YOLO data sets: detect, segment, pose and oriented boxes.

A label file has one line per object, with numbers as shares of the picture's width and height. An
empty file means that the picture was reviewed and is empty; a missing file, that it was not
reviewed. The classes are in ``data.yaml``; the caller locates the files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, NamedTuple, cast

import yaml

from canut.core.formats.training.labelled_items import (
    DocumentPath,
    LabelledImage,
    Notes,
    Region,
    box_of_corners,
    refusal,
)
from canut.core.outside_text import LARGEST_FLOAT, read_number
from canut.core.strict import check_yaml

KINDS = {"detect": "boxes", "segment": "polygons", "pose": "keypoints", "obb": "boxes"}
MOST_SEEN = 40
SPLITS = ("train", "val", "test")
LARGEST_DATA_FILE = 2**20
WITH_VISIBILITY = 3  # numbers a point: x, y, and how it is seen
MOST_CLASSES = 100_000
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Data:
    """The content of ``data.yaml``.

    Args:
        labels: the classes, in the order of their numbers.
        splits: where the pictures of each part lie, by its name.
        points: the names of the points of a pose.
        numbers_a_point: 2, or 3 where each point says how it is seen.
        skeleton: the points that are joined, as pairs of names; ours, other readers pass over it.
        path: the folder that splits start from.
    """

    labels: tuple[str, ...]
    splits: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    points: tuple[str, ...] = ()
    numbers_a_point: int = 3
    skeleton: tuple[tuple[str, str], ...] = ()
    path: str = ""

    def question(self, task: str) -> dict[str, Any]:
        """Return the question that these answers fit: kind, labels, points and skeleton."""
        fields: dict[str, Any] = {"kind": KINDS[task], "labels": list(self.labels)}
        if task == "pose":
            fields |= {"points": list(self.points), "skeleton": [list(e) for e in self.skeleton]}
        return fields


class Labelled(NamedTuple):
    """A picture of a data set, and the bytes of its label file or None."""

    file: str
    width: int
    height: int
    lines: bytes | None


def read_data(content: bytes, file: str, notes: Notes) -> Data:
    """Parse ``data.yaml``.

    Raises:
        BadFile: not YAML of plain values, no classes, a duplicate class, or an invalid shape of
            points.
    """
    if len(content) > LARGEST_DATA_FILE:
        raise refusal("xml-too-large", file=file, limit=LARGEST_DATA_FILE)
    try:
        check_yaml(content)
        document = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, LookupError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:LONGEST_REASON]
        raise refusal("yaml-broken", file=file, reason=reason) from None
    at = DocumentPath(file, "the document")
    fields = at.fields(document, "the document")
    labels = _labels(fields.get("names"), at)
    points, numbers = _points(fields, at)
    pairs = at.items(fields.get("skeleton") or [], "skeleton")
    skeleton = tuple(_pair(pair, points, at) for pair in pairs)
    splits = {name: _paths(fields[name], name, at) for name in SPLITS if fields.get(name)}
    allowed = {"names", "nc", "path", "kpt_shape", "kpt_names", "skeleton", *SPLITS}
    for name in fields:
        if name not in allowed:
            notes.add("note-field", field=str(name), where=file)
    if "nc" in fields and fields["nc"] != len(labels):
        at.seen("entry-known", "nc", fields["nc"], known=len(labels))
    return Data(labels, splits, points, numbers, skeleton, str(fields.get("path") or ""))


def _labels(names: object, at: DocumentPath) -> tuple[str, ...]:
    if isinstance(names, dict):
        by_number = cast("dict[object, object]", names)
        if set(by_number) != set(range(len(by_number))):
            at.seen("entry-whole", "names", list(by_number))
        names = [by_number[number] for number in range(len(by_number))]
    labels = tuple(at.text(str(each), "names") for each in at.items(names, "names"))
    if not 0 < len(labels) <= MOST_CLASSES:
        at.seen("entry-list", "names", names)
    for label in labels:
        if len(set(labels)) < len(labels) and labels.count(label) > 1:
            at.refuse("entry-twice", field="names", seen=label)
    return labels


def _points(fields: Mapping[str, Any], at: DocumentPath) -> tuple[tuple[str, ...], int]:
    """Return the point names (numbers if the file has none), and the numbers per point."""
    if fields.get("kpt_shape") is None:
        return (), 3
    count, numbers = at.numbers(fields["kpt_shape"], "kpt_shape", 2)
    if numbers not in {2, 3} or not 1 <= at.whole(count, "kpt_shape") <= MOST_CLASSES:
        at.seen("entry-known", "kpt_shape", fields["kpt_shape"], known="[n, 2], [n, 3]")
    named = fields.get("kpt_names")
    if isinstance(named, dict):  # one list a class; a question has one for all
        named = next(iter(cast("dict[object, object]", named).values()), None)
    if named is None:
        named = [str(number) for number in range(1, int(count) + 1)]
    names = tuple(at.text(each, "kpt_names") for each in at.items(named, "kpt_names"))
    if len(names) != count:
        at.seen("entry-numbers", "kpt_names", list(names), wanted=int(count))
    return names, int(numbers)


def _pair(pair: object, points: tuple[str, ...], at: DocumentPath) -> tuple[str, str]:
    both = at.items(pair, "skeleton")
    for each in both:
        if each not in points:
            at.seen("entry-known", "skeleton", each, known=", ".join(points))
    if len(both) != len(("from", "to")):
        at.seen("entry-numbers", "skeleton", pair, wanted=2)
    return str(both[0]), str(both[1])


def _paths(value: object, name: str, at: DocumentPath) -> tuple[str, ...]:
    if isinstance(value, str):
        return (at.text(value, name),)
    return tuple(at.text(each, name) for each in at.items(value, name))


def label_path(picture: str) -> str:
    """Return the path of a picture's labels: its last folder ``images`` becomes ``labels``.

    >>> label_path("data/images/train/été.jpg")
    'data/labels/train/été.txt'
    >>> label_path("été.jpg")
    'labels/été.txt'
    """
    parts = list(PurePosixPath(picture).with_suffix(".txt").parts)
    folders = [number for number, part in enumerate(parts[:-1]) if part == "images"]
    if not folders:
        return str(PurePosixPath("labels", *parts))
    parts[folders[-1]] = "labels"
    return str(PurePosixPath(*parts))


def read(
    pictures: Iterable[Labelled], data: Data, task: str, notes: Notes
) -> Iterable[LabelledImage]:
    """Yield pictures with their answers, one at a time.

    Args:
        pictures: each with its size in pixels and its label file.
        data: the classes and points, from ``read_data``.
        task: ``detect``, ``segment``, ``pose`` or ``obb``: which of the four shapes lines have.
        notes: where what answers cannot hold is counted.

    Raises:
        BadFile: a line with too few or too many numbers, a class there is none of, a share out of
            0 to 1, four corners that make no rectangle.
    """
    if task not in KINDS:
        raise refusal("kind-unheld", format="YOLO", kind=task, known=", ".join(KINDS))
    for picture in pictures:
        if picture.lines is None:
            notes.add("note-unlabelled")
            yield LabelledImage(picture.file, picture.width, picture.height, None)
            continue
        if not picture.width or not picture.height:
            DocumentPath(label_path(picture.file), "line 1").refuse("picture-size-unknown")
        yield _picture(picture, picture.lines, data, task, notes)


def _picture(
    picture: Labelled, content: bytes, data: Data, task: str, notes: Notes
) -> LabelledImage:
    name = label_path(picture.file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        DocumentPath(name, "line 1").refuse("file-bad-byte")
    value, beside = list[Region](), list[Region]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        at = DocumentPath(name, f"line {number}")
        region, more = _LINES[task](_numbers(line, at), data, picture, at)
        value.append(region)
        beside.append(more)
    if not any(beside):
        beside = []
    for each in beside:
        for field_ in each:
            notes.add("note-field", field=field_, where=name)
    return LabelledImage(
        picture.file, picture.width, picture.height, tuple(value), "", tuple(beside)
    )


def _numbers(line: str, at: DocumentPath) -> list[float]:
    numbers = list[float]()
    for place, word in enumerate(line.split(), 1):
        number = read_number(word, LARGEST_FLOAT)
        if number is None:
            at.seen("entry-number", f"number {place}", word[:MOST_SEEN])
        else:
            numbers.append(at.number(number, f"number {place}"))
    return numbers


def _label(number: float, data: Data, at: DocumentPath) -> str:
    if not number.is_integer() or not 0 <= number < len(data.labels):
        bounds = f"0–{len(data.labels) - 1}"
        at.seen("entry-known", "number 1", number, known=bounds)
    return data.labels[int(number)]


def _scaled(
    shares: list[float], picture: Labelled, at: DocumentPath, first: int = 2
) -> list[list[float]]:
    """Convert alternating shares x and y into points in pixels."""
    slack = 1e-6  # six decimals may round beyond the edge
    for place, share in enumerate(shares, first):
        if not -slack <= share <= 1 + slack:
            at.seen("entry-share", f"number {place}", share)
    return [
        [x * picture.width, y * picture.height]
        for x, y in zip(shares[::2], shares[1::2], strict=True)
    ]


def _wanted(numbers: list[float], count: int, at: DocumentPath) -> None:
    if len(numbers) != count:
        at.seen("entry-numbers", "the line", f"{len(numbers)} numbers", wanted=count)


type Line = tuple[Region, Region]


def _upright(shares: list[float], picture: Labelled, at: DocumentPath) -> Region:
    (cx, cy), (w, h) = _scaled(shares, picture, at)
    for place, side in ((4, w), (5, h)):
        if side <= 0:
            at.seen("entry-positive", f"number {place}", side)
    return {"x": cx - w / 2, "y": cy - h / 2, "w": w, "h": h}


def _detect(numbers: list[float], data: Data, picture: Labelled, at: DocumentPath) -> Line:
    _wanted(numbers, 5, at)
    box = _upright(numbers[1:], picture, at)
    return {"label": _label(numbers[0], data, at), **box}, {}


def _segment(numbers: list[float], data: Data, picture: Labelled, at: DocumentPath) -> Line:
    at.points(numbers[1:], "the line")
    points = _scaled(numbers[1:], picture, at)
    return {"label": _label(numbers[0], data, at), "points": points}, {}


def _pose(numbers: list[float], data: Data, picture: Labelled, at: DocumentPath) -> Line:
    each = data.numbers_a_point
    _wanted(numbers, 5 + each * len(data.points), at)
    box = _upright(numbers[1:5], picture, at)
    points = dict[str, list[float]]()
    for index, name in enumerate(data.points):
        start = 5 + each * index
        ((x, y),) = _scaled(numbers[start : start + 2], picture, at, start + 1)
        default = 2 if x or y else 0
        visible = numbers[start + 2] if each == WITH_VISIBILITY else default
        if visible not in {0, 1, 2}:
            at.seen("entry-visibility", f"number {start + 3}", visible)
        points[name] = [x, y, int(visible)]
    around = list(box.values())
    return {"label": _label(numbers[0], data, at), "points": points}, {"bbox": around}


def _obb(numbers: list[float], data: Data, picture: Labelled, at: DocumentPath) -> Line:
    _wanted(numbers, 9, at)
    box = box_of_corners(_scaled(numbers[1:], picture, at))
    if box is None:
        at.refuse("box-crooked")
    return {"label": _label(numbers[0], data, at), **box}, {}


_LINES = {"detect": _detect, "segment": _segment, "pose": _pose, "obb": _obb}
