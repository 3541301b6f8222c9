"""Read COCO files of boxes, polygons and keypoints, each kind as its answers.

COCO is one document whose lists come in any order, so the regions of a file are held until all is
read; the document itself is not. Ids are kept as they are, with gaps. Run-length masks become
polygons (``masks``). A picture without a region counts as seen and empty: COCO cannot say more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from canut.core.formats.training import masks
from canut.core.formats.training.json_entries import JsonItem, entries
from canut.core.formats.training.labelled_items import (
    FieldPath,
    LabelledImage,
    Notes,
    Region,
    kind_of,
)

KINDS = ("boxes", "polygons", "keypoints")
ROTATED = "rotated_box"  # ours: x, y, w, h, angle, beside the upright box around them
_TAKEN = {
    "boxes": {"bbox", ROTATED},
    "polygons": {"segmentation", "bbox"},
    "keypoints": {"keypoints", "num_keypoints"},
}
_ALWAYS = {"image_id", "category_id"}
_NOTED = ("segmentation", "keypoints")


@dataclass(frozen=True, slots=True)
class Category:
    """A label with its id, and for keypoints the names of the points and which are joined.

    ``skeleton`` counts points from 1, as the format does.
    """

    id: int
    name: str
    supercategory: str = ""
    points: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()


class Coco(NamedTuple):
    """What a file holds."""

    categories: list[Category]
    pictures: list[LabelledImage]

    def question(self, kind: str) -> dict[str, Any]:
        """Return what a question needs to be answered so: its kind, labels, points and skeleton."""
        asked: dict[str, Any] = {
            "kind": kind,
            "labels": [category.name for category in self.categories],
        }
        if kind == "keypoints":
            points = next((each for each in self.categories if each.points), None)
            names = points.points if points else ()
            asked["points"] = list(names)
            asked["skeleton"] = (
                [[names[a - 1], names[b - 1]] for a, b in points.skeleton] if points else []
            )
        return asked


@dataclass(slots=True)
class _Read:
    """What was read of a file so far."""

    file: str
    kind: str
    notes: Notes
    pictures: dict[str, tuple[str, int, int]] = field(
        default_factory=dict[str, tuple[str, int, int]]
    )
    categories: dict[int, Category] = field(default_factory=dict[int, Category])
    regions: dict[str, list[tuple[str, Region]]] = field(
        default_factory=dict[str, list[tuple[str, Region]]]
    )


def read(chunks: Iterable[bytes], file: str, kind: str, notes: Notes) -> Coco:
    """Read a file as the answers of one kind.

    Args:
        chunks: the bytes of the file, in pieces of any size.
        file: its name, for refusals.
        kind: ``boxes``, ``polygons`` or ``keypoints``; what regions say of the others is noted.
        notes: where what the kind cannot hold is counted.

    Raises:
        BadFile: not JSON, a field that is missing or of the wrong shape, an id twice or of nothing.
    """
    kind_of({"kind": kind}, "COCO", KINDS)
    held = _Read(file, kind, notes)
    seen = set[str]()
    takers = {"images": _picture, "categories": _category, "annotations": _annotation}
    for entry in entries(chunks, file):
        seen.add(entry.name)
        if entry.name in takers and entry.number >= 0:
            takers[entry.name](held, entry, FieldPath(file, entry.where))
    for name in ("images", "categories"):
        if not (held.pictures if name == "images" else held.categories) and name not in seen:
            FieldPath(file, "the document").refuse("entry-missing", field=name)
    return Coco(list(held.categories.values()), _pictures_of(held))


def _picture(held: _Read, entry: JsonItem, at: FieldPath) -> None:
    said = at.fields(entry.value, "images")
    name = _id_of(said.get("id"), "id", at)
    if name in held.pictures:
        at.refuse("entry-twice", field="id", seen=name)
    held.pictures[name] = (
        at.text(said.get("file_name"), "file_name"),
        at.size(said.get("width"), "width"),
        at.size(said.get("height"), "height"),
    )


def _id_of(value: object, name: str, at: FieldPath) -> str:
    """Take an id of a picture: a whole number, or a text where a tool writes one."""
    return value if isinstance(value, str) and value else str(at.whole(value, name))


def _category(held: _Read, entry: JsonItem, at: FieldPath) -> None:
    said = at.fields(entry.value, "categories")
    number = at.whole(said.get("id"), "id")
    name = at.text(said.get("name"), "name")
    if number in held.categories:
        at.refuse("entry-twice", field="id", seen=number)
    if any(name == each.name for each in held.categories.values()):
        at.refuse("entry-twice", field="name", seen=name)
    points = tuple(at.text(each, "keypoints") for each in said.get("keypoints") or [])
    held.categories[number] = Category(
        number,
        name,
        str(said.get("supercategory") or ""),
        points,
        tuple(_joined(pair, len(points), at) for pair in said.get("skeleton") or []),
    )


def _joined(pair: object, points: int, at: FieldPath) -> tuple[int, int]:
    first, second = [at.whole(each, "skeleton") for each in at.numbers(pair, "skeleton", 2)]
    if not (1 <= first <= points and 1 <= second <= points):
        at.refuse("entry-nowhere", field="skeleton", seen=f"{first}–{second}")
    return first, second


def _annotation(held: _Read, entry: JsonItem, at: FieldPath) -> None:
    """Keep what an annotation says as regions of the kind, with their category's id as label."""
    said = at.fields(entry.value, "annotations")
    picture = _id_of(said.get("image_id"), "image_id", at)
    category = at.whole(said.get("category_id"), "category_id")
    if said.get("iscrowd"):
        held.notes.add("note-crowd")
    takes = {"boxes": _boxes, "polygons": _polygons, "keypoints": _keypoints}[held.kind]
    found = takes(said, at, held.notes)
    if not found:
        what = {"boxes": "bbox", "polygons": "segmentation", "keypoints": "keypoints"}[held.kind]
        held.notes.add("note-not-of-kind", field=what, where=at.where)
    for name in _NOTED:
        if said.get(name) and name not in _TAKEN[held.kind] and not said.get(ROTATED):
            held.notes.add("note-field", field=name, where=at.where)
    left = _ALWAYS | _TAKEN[held.kind] | set(_NOTED)
    beside = {name: value for name, value in said.items() if name not in left and value is not None}
    if not beside.get("iscrowd"):
        beside.pop("iscrowd", None)
    kept = held.regions.setdefault(picture, [])
    kept += [(at.where, {"category": category, "region": each, "beside": beside}) for each in found]


def _boxes(said: Region, at: FieldPath, _notes: Notes) -> list[Region]:
    if said.get("bbox") is None:
        return []
    x, y, w, h = at.numbers(said["bbox"], "bbox", 4)
    for name, side in (("bbox width", w), ("bbox height", h)):
        if side < 0:
            at.seen("entry-positive", name, side)
    if not w or not h:
        return []
    if said.get(ROTATED) is not None:
        x, y, w, h, angle = at.numbers(said[ROTATED], ROTATED, 5)
        return [{"x": x, "y": y, "w": w, "h": h, "angle": angle}]
    attributes = said.get("attributes")
    said_angle = cast("Region", attributes).get("rotation") if isinstance(attributes, dict) else 0
    turned = {"angle": at.number(said_angle, "rotation")} if said_angle else {}
    return [{"x": x, "y": y, "w": w, "h": h, **turned}]


def _polygons(said: Region, at: FieldPath, notes: Notes) -> list[Region]:
    shape = said.get("segmentation")
    if not shape:
        return []
    if isinstance(shape, dict):
        notes.add("note-mask")
        parts = masks.polygons_of(shape, at)
    else:
        parts = [
            at.points(at.numbers(part, "segmentation"), "segmentation")
            for part in at.items(shape, "segmentation")
        ]
    if len(parts) > 1:
        notes.add("note-parts")
    return [{"points": part} for part in parts]


def _keypoints(said: Region, at: FieldPath, _notes: Notes) -> list[Region]:
    if not said.get("keypoints"):
        return []
    flat = at.numbers(said["keypoints"], "keypoints")
    if len(flat) % 3:
        at.seen("entry-numbers", "keypoints", f"{len(flat)} numbers", wanted=3)
    triples = [flat[n : n + 3] for n in range(0, len(flat), 3)]
    for _, _, visible in triples:
        if visible not in {0, 1, 2}:
            at.seen("entry-visibility", "keypoints", visible)
    return [{"triples": [[x, y, int(v)] for x, y, v in triples]}]


def _pictures_of(held: _Read) -> list[LabelledImage]:
    """Bring regions to their pictures, once every list has been read."""
    for picture in held.regions:
        if picture not in held.pictures:
            where = held.regions[picture][0][0]
            FieldPath(held.file, where).refuse("entry-nowhere", field="image_id", seen=picture)
    made = list[LabelledImage]()
    for name, (path, width, height) in held.pictures.items():
        found = held.regions.pop(name, [])
        value = tuple(_named(held, where, each) for where, each in found)
        made.append(
            LabelledImage(path, width, height, value, name, tuple(e["beside"] for _, e in found))
        )
    return made


def _named(held: _Read, where: str, kept: Region) -> Region:
    category = held.categories.get(kept["category"])
    if category is None:
        FieldPath(held.file, where).refuse(
            "entry-nowhere", field="category_id", seen=kept["category"]
        )
    region = kept["region"]
    if "triples" not in region:
        return {"label": category.name, **region}
    triples = region["triples"]
    if len(triples) != len(category.points):
        wanted = 3 * len(category.points)
        FieldPath(held.file, where).seen(
            "entry-numbers", "keypoints", f"{3 * len(triples)} numbers", wanted=wanted
        )
    return {"label": category.name, "points": dict(zip(category.points, triples, strict=True))}
