"""Read COCO files of boxes, polygons and keypoints as answers.

COCO is one document with lists in any order, so the regions stay in memory until the end; the
document itself does not. Ids are preserved, including gaps. Run-length masks become polygons
(``masks``). A picture without a region counts as reviewed and empty, since COCO cannot express
more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

from canut.core.formats.training import masks
from canut.core.formats.training.json_entries import JsonItem, entries
from canut.core.formats.training.labelled_items import (
    DocumentPath,
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
    """A label with its id, and for keypoints the point names and the skeleton.

    ``skeleton`` counts points from 1, as the format does.
    """

    id: int
    name: str
    supercategory: str = ""
    points: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()


class Coco(NamedTuple):
    """The categories and labelled pictures of a file."""

    categories: list[Category]
    pictures: list[LabelledImage]

    def question(self, kind: str) -> dict[str, Any]:
        """Return the question that these answers fit: kind, labels, points and skeleton."""
        fields: dict[str, Any] = {
            "kind": kind,
            "labels": [category.name for category in self.categories],
        }
        if kind == "keypoints":
            points = next((each for each in self.categories if each.points), None)
            names = points.points if points else ()
            fields["points"] = list(names)
            fields["skeleton"] = (
                [[names[a - 1], names[b - 1]] for a, b in points.skeleton] if points else []
            )
        return fields


@dataclass(slots=True)
class _Read:
    """The state of reading a file."""

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
        kind: ``boxes``, ``polygons`` or ``keypoints``; data of other kinds is noted.
        notes: counts what the kind cannot represent.

    Raises:
        BadFile: not JSON, a field that is missing or of the wrong shape, an id twice or of nothing.
    """
    kind_of({"kind": kind}, "COCO", KINDS)
    state = _Read(file, kind, notes)
    names = set[str]()
    takers = {"images": _picture, "categories": _category, "annotations": _annotation}
    for entry in entries(chunks, file):
        names.add(entry.name)
        if entry.name in takers and entry.number >= 0:
            takers[entry.name](state, entry, DocumentPath(file, entry.where))
    for name in ("images", "categories"):
        if not (state.pictures if name == "images" else state.categories) and name not in names:
            DocumentPath(file, "the document").refuse("entry-missing", field=name)
    return Coco(list(state.categories.values()), _pictures_of(state))


def _picture(state: _Read, entry: JsonItem, at: DocumentPath) -> None:
    fields = at.fields(entry.value, "images")
    name = _id_of(fields.get("id"), "id", at)
    if name in state.pictures:
        at.refuse("entry-twice", field="id", seen=name)
    state.pictures[name] = (
        at.text(fields.get("file_name"), "file_name"),
        at.size(fields.get("width"), "width"),
        at.size(fields.get("height"), "height"),
    )


def _id_of(value: object, name: str, at: DocumentPath) -> str:
    """Return the id of a picture: a whole number, or a text where a tool writes one."""
    return value if isinstance(value, str) and value else str(at.whole(value, name))


def _category(state: _Read, entry: JsonItem, at: DocumentPath) -> None:
    fields = at.fields(entry.value, "categories")
    number = at.whole(fields.get("id"), "id")
    name = at.text(fields.get("name"), "name")
    if number in state.categories:
        at.refuse("entry-twice", field="id", seen=number)
    if any(name == each.name for each in state.categories.values()):
        at.refuse("entry-twice", field="name", seen=name)
    named = at.items(fields.get("keypoints") or [], "keypoints")
    points = tuple(at.text(each, "keypoints") for each in named)
    state.categories[number] = Category(
        number,
        name,
        str(fields.get("supercategory") or ""),
        points,
        tuple(
            _joined(pair, len(points), at)
            for pair in at.items(fields.get("skeleton") or [], "skeleton")
        ),
    )


def _joined(pair: object, points: int, at: DocumentPath) -> tuple[int, int]:
    first, second = [at.whole(each, "skeleton") for each in at.numbers(pair, "skeleton", 2)]
    if not (1 <= first <= points and 1 <= second <= points):
        at.refuse("entry-nowhere", field="skeleton", seen=f"{first}–{second}")
    return first, second


def _annotation(state: _Read, entry: JsonItem, at: DocumentPath) -> None:
    """Store the regions of an annotation, with their category's id as label."""
    fields = at.fields(entry.value, "annotations")
    picture = _id_of(fields.get("image_id"), "image_id", at)
    category = at.whole(fields.get("category_id"), "category_id")
    if fields.get("iscrowd"):
        state.notes.add("note-crowd")
    takes = {"boxes": _boxes, "polygons": _polygons, "keypoints": _keypoints}[state.kind]
    regions = takes(fields, at, state.notes)
    if not regions:
        field = {"boxes": "bbox", "polygons": "segmentation", "keypoints": "keypoints"}[state.kind]
        state.notes.add("note-not-of-kind", field=field, where=at.where)
    for name in _NOTED:
        if fields.get(name) and name not in _TAKEN[state.kind] and not fields.get(ROTATED):
            state.notes.add("note-field", field=name, where=at.where)
    handled = _ALWAYS | _TAKEN[state.kind] | set(_NOTED)
    beside = {
        name: value for name, value in fields.items() if name not in handled and value is not None
    }
    if not beside.get("iscrowd"):
        beside.pop("iscrowd", None)
    for each in regions:
        region = {"category": category, "region": each, "beside": beside}
        state.regions.setdefault(picture, []).append((at.where, region))


def _boxes(fields: Region, at: DocumentPath, _notes: Notes) -> list[Region]:
    if fields.get("bbox") is None:
        return []
    x, y, w, h = at.numbers(fields["bbox"], "bbox", 4)
    for name, side in (("bbox width", w), ("bbox height", h)):
        if side < 0:
            at.seen("entry-positive", name, side)
    if not w or not h:
        return []
    if fields.get(ROTATED) is not None:
        x, y, w, h, angle = at.numbers(fields[ROTATED], ROTATED, 5)
        return [{"x": x, "y": y, "w": w, "h": h, "angle": angle}]
    attributes = fields.get("attributes")
    said_angle = cast("Region", attributes).get("rotation") if isinstance(attributes, dict) else 0
    turned = {"angle": at.number(said_angle, "rotation")} if said_angle else {}
    return [{"x": x, "y": y, "w": w, "h": h, **turned}]


def _polygons(fields: Region, at: DocumentPath, notes: Notes) -> list[Region]:
    shape = fields.get("segmentation")
    if not shape:
        return []
    if isinstance(shape, dict):
        notes.add("note-mask")
        parts = masks.polygons_of(shape, at)
    else:
        parts = [
            at.points(at.numbers(outline, "segmentation"), "segmentation")
            for outline in at.items(shape, "segmentation")
        ]
    if len(parts) > 1:
        notes.add("note-parts")
    return [{"points": outline} for outline in parts]


def _keypoints(fields: Region, at: DocumentPath, _notes: Notes) -> list[Region]:
    if not fields.get("keypoints"):
        return []
    flat = at.numbers(fields["keypoints"], "keypoints")
    if len(flat) % 3:
        at.seen("entry-numbers", "keypoints", f"{len(flat)} numbers", wanted=3)
    triples = [flat[n : n + 3] for n in range(0, len(flat), 3)]
    for _, _, visible in triples:
        if visible not in {0, 1, 2}:
            at.seen("entry-visibility", "keypoints", visible)
    return [{"triples": [[x, y, int(v)] for x, y, v in triples]}]


def _pictures_of(state: _Read) -> list[LabelledImage]:
    """Assign regions to their pictures, once every list has been read."""
    for picture in state.regions:
        if picture not in state.pictures:
            where = state.regions[picture][0][0]
            DocumentPath(state.file, where).refuse("entry-nowhere", field="image_id", seen=picture)
    images = list[LabelledImage]()
    for name, (path, width, height) in state.pictures.items():
        regions = state.regions.pop(name, [])
        value = tuple(_named(state, where, each) for where, each in regions)
        images.append(
            LabelledImage(path, width, height, value, name, tuple(e["beside"] for _, e in regions))
        )
    return images


def _named(state: _Read, where: str, stored: Region) -> Region:
    category = state.categories.get(stored["category"])
    if category is None:
        DocumentPath(state.file, where).refuse(
            "entry-nowhere", field="category_id", seen=stored["category"]
        )
    region = stored["region"]
    if "triples" not in region:
        return {"label": category.name, **region}
    triples = region["triples"]
    if len(triples) != len(category.points):
        n_numbers = 3 * len(category.points)
        DocumentPath(state.file, where).seen(
            "entry-numbers", "keypoints", f"{3 * len(triples)} numbers", wanted=n_numbers
        )
    return {"label": category.name, "points": dict(zip(category.points, triples, strict=True))}
