"""Write answers as COCO: boxes, rotated boxes, polygons, keypoints.

Pictures are read twice, once for their own list and once for their regions, so that neither list
stays in memory. A rotated box is written as its upright bounding box, with its corners as
segmentation and its exact values as ``rotated_box``. Pictures nobody has reviewed are omitted, with
a note.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from canut.core.formats.training.coco import KINDS, ROTATED, Category
from canut.core.formats.training.labelled_items import (
    DocumentPath,
    LabelledImage,
    Notes,
    Question,
    Region,
    area_of,
    corners_of,
    enclosing,
    kind_of,
    labels_of,
    point_names,
)
from canut.core.outside_text import read_whole

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_DERIVED = {"area", "bbox", "segmentation", "keypoints", "num_keypoints", ROTATED, "id"}
BATCH_CHARACTERS = 2**16


def categories_of(question: Question, existing: Sequence[Category] = ()) -> list[Category]:
    """Return a category per label: existing ones by name, others with the next free ids.

    Args:
        question: its ``labels``; for keypoints the names of its ``points`` and its ``skeleton``,
            pairs of those names.
        existing: the categories of the file the pictures came from, whose ids are kept.

    Example:
        >>> [each.id for each in categories_of({"labels": ["a", "b"]}, [Category(7, "b")])]
        [8, 7]
    """
    ids = {category.name: category for category in existing}
    points = tuple(point_names(question))
    joined = tuple(
        (points.index(a) + 1, points.index(b) + 1) for a, b in question.get("skeleton") or []
    )
    following = max((category.id for category in existing), default=0)
    categories = list[Category]()
    for label in labels_of(question):
        before = ids.get(label)
        following += before is None
        number, over = (before.id, before.supercategory) if before else (following, "")
        categories.append(Category(number, label, over, points, joined))
    return categories


def write(
    question: Question,
    pictures: Callable[[], Iterable[LabelledImage]],
    notes: Notes,
    existing: Sequence[Category] = (),
) -> Iterator[bytes]:
    """Write a question's answers.

    Args:
        question: its ``kind``, ``labels``, and for keypoints ``points`` and ``skeleton``.
        pictures: returns the pictures; it is called twice and must return the same ones.
        notes: counts what COCO cannot represent.
        existing: the categories of the file the pictures came from, whose ids are kept.

    Raises:
        BadFile: the kind is none of boxes, polygons and keypoints, a label is not the question's,
            or the size of a picture is not known.
    """
    kind = kind_of(question, "COCO", KINDS)
    categories = categories_of(question, existing)
    ids = {category.name: category for category in categories}
    images = (_image(number, picture) for number, picture in _seen(pictures, notes))
    yield from _list('{"info":{},"licenses":[],"images":[', images)
    lines = (
        line
        for number, picture in _seen(pictures, Notes())
        for line in _annotations(kind, ids, number, picture)
    )
    numbered = ({"id": n, **line} for n, line in enumerate(lines, 1))
    yield from _list('],"annotations":[', numbered)
    yield from _list('],"categories":[', (_category(kind, each) for each in categories))
    yield b"]}\n"


def _list(before: str, entries: Iterable[Region]) -> Iterator[bytes]:
    buffer, comma = before, "\n"
    for entry in entries:
        buffer += comma + _dumps(entry)
        comma = ",\n"
        if len(buffer) > BATCH_CHARACTERS:
            yield buffer.encode()
            buffer = ""
    yield buffer.encode()


def _seen(
    pictures: Callable[[], Iterable[LabelledImage]], notes: Notes
) -> Iterator[tuple[int | str, LabelledImage]]:
    """Yield reviewed pictures, each with its own id, or numbered if none has one."""
    number = 0
    is_named: bool | None = None
    for picture in pictures():
        if picture.value is None:
            notes.add("note-unwritten", field="picture", format="COCO", where=picture.file)
            continue
        number += 1
        own = picture.id
        if bool(own) is not (is_named := bool(own) if is_named is None else is_named):
            DocumentPath("COCO", picture.file).refuse("entry-missing", field="id")
        own_number = read_whole(own)
        own_id = own_number if own_number is not None and str(own_number) == own else own
        yield own_id if own else number, picture


def _image(number: int | str, picture: LabelledImage) -> Region:
    if not picture.width or not picture.height:
        DocumentPath("COCO", picture.file).refuse("picture-size-unknown")
    return {
        "id": number,
        "file_name": picture.file,
        "width": picture.width,
        "height": picture.height,
    }


def _annotations(
    kind: str, ids: dict[str, Category], number: int | str, picture: LabelledImage
) -> Iterator[Region]:
    shape = {"boxes": _box, "polygons": _polygon, "keypoints": _keypoints}[kind]
    for index, region in enumerate(picture.value or ()):
        at = DocumentPath("COCO", f"{picture.file} [{index}]")
        category = ids.get(str(region.get("label")))
        if category is None:
            at.seen("entry-known", "label", region.get("label"), known=", ".join(ids))
        beside = picture.beside[index] if index < len(picture.beside) else {}
        extra = {name: value for name, value in beside.items() if name not in _DERIVED}
        yield {
            "image_id": number,
            "category_id": category.id,
            **shape(region, category, at),
            "iscrowd": 0,
            **extra,
        }


def _box(region: Region, _category: Category, at: DocumentPath) -> Region:
    x, y, w, h = (at.number(region.get(name), name) for name in "xywh")
    if not region.get("angle"):
        return {"bbox": [x, y, w, h], "area": w * h, "segmentation": []}
    corners = corners_of(region)
    return {
        "bbox": list(enclosing(corners)),
        "area": w * h,
        "segmentation": [[each for point in corners for each in point]],
        ROTATED: [x, y, w, h, at.number(region["angle"], "angle")],
    }


def _polygon(region: Region, _category: Category, at: DocumentPath) -> Region:
    points = [at.numbers(point, "points", 2) for point in at.items(region.get("points"), "points")]
    flat = [each for point in points for each in point]
    at.points(flat, "points")
    return {
        "bbox": list(enclosing(points)),
        "area": area_of(points),
        "segmentation": [flat],
    }


def _keypoints(region: Region, category: Category, at: DocumentPath) -> Region:
    by_name = at.fields(region.get("points"), "points")
    for name in by_name:
        if name not in category.points:
            at.seen("entry-known", "points", name, known=", ".join(category.points))
    triples = [at.numbers(by_name.get(name, [0, 0, 0]), name, 3) for name in category.points]
    marked = [point[:2] for point in triples if point[2]]
    x, y, w, h = enclosing(marked)
    return {
        "keypoints": [each for point in triples for each in point],
        "num_keypoints": len(marked),
        "bbox": [x, y, w, h],
        "area": w * h,
    }


def _category(kind: str, category: Category) -> Region:
    fields: dict[str, Any] = {
        "id": category.id,
        "name": category.name,
        "supercategory": category.supercategory,
    }
    if kind == "keypoints":
        fields |= {"keypoints": category.points, "skeleton": category.skeleton}
    return fields
