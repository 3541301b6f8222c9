"""Turn the results of a Label Studio annotation into answers in their normal forms.

A result is one control's part of one region or of the task; several with the same id are one
region. Pictures: percent of their size, turned about the top left corner; here pixels, turned about
the middle. Texts: units of UTF-16, which count an emoji twice; here code points.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canut.core.formats.platforms.label_studio_config import REGIONS, Config, Control
from canut.core.formats.training.labelled_items import (
    FieldPath,
    Notes,
    Question,
    labels_of,
    point_names,
    turning,
)

type Results = list[tuple[Control, Mapping[str, Any], FieldPath]]
INSTANCE = "instance"  # ours: which points belong together, where they have no parent to tell
DECIMALS = 3  # the order of regions is that of their rounded places
_LABELS = {
    "boxes": "rectanglelabels",
    "polygons": "polygonlabels",
    "keypoints": "keypointlabels",
    "spans": "labels",
    "audio": "labels",
}


@dataclass(slots=True)
class _Region:
    """One region: the results that share its id."""

    id: str
    at: FieldPath
    value: dict[str, Any] = field(default_factory=dict[str, Any])
    result: Mapping[str, Any] = field(default_factory=dict[str, Any])
    labels: list[str] = field(default_factory=list[str])
    text: str = ""
    answers: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class About:
    """What results are about.

    Args:
        config: the configuration the task was answered with.
        data: the fields of the task, for the texts that spans are in.
        notes: where results that no question asks for are counted.
        sizes: width and height of pictures by column; those that results tell are put in.
    """

    config: Config
    data: Mapping[str, Any]
    notes: Notes
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


@dataclass(slots=True)
class _Said:
    """What was said of a task, while its results are gone through."""

    about: About
    regions: dict[str, dict[str, _Region]] = field(default_factory=dict[str, dict[str, _Region]])
    relations: list[tuple[Mapping[str, Any], FieldPath]] = field(
        default_factory=list[tuple[Mapping[str, Any], FieldPath]]
    )
    values: dict[str, Any] = field(default_factory=dict[str, Any])


def values_of_results(results: Sequence[Any], about: About, at: FieldPath) -> dict[str, Any]:
    """Return the answer to each question; one that marks regions and marked none is empty.

    Args:
        results: the ``result`` of an annotation or prediction.
        about: its task and configuration.
        at: where they stand.

    Raises:
        BadFile: a field is missing or of the wrong shape, a label is not the question's, a span is
            not in its text.
    """
    said, config = _Said(about), about.config
    for place, one in enumerate(results):
        here = FieldPath(at.file, f"{at.where}.result[{place}]")
        result = here.fields(one, "result")
        if result.get("type") == "relation":
            said.relations.append((result, here))
            continue
        control = config.controls.get(str(result.get("from_name")))
        if control is None:
            about.notes.add("note-result", seen=str(result.get("type")), where=here.where)
            continue
        _take(said, control, result, here)
    for question in config.questions:
        if "each" in question:
            continue
        if question["kind"] in REGIONS:
            _finish(said, question)
    return {
        str(each["id"]): said.values[str(each["id"])]
        for each in config.questions
        if str(each["id"]) in said.values
    }


def _take(said: _Said, control: Control, result: Mapping[str, Any], at: FieldPath) -> None:
    question = said.about.config.question(control.question)
    value = at.fields(result.get("value"), "value")
    marked = str(question.get("each", question["id"]))
    if "each" in question or question["kind"] in REGIONS:
        name = at.text(result.get("id"), "id")
        region = said.regions.setdefault(marked, {}).setdefault(name, _Region(name, at))
        if "each" in question:
            region.answers[str(question["id"])] = _PLAIN[control.tag](question, value, said, at)
        elif control.part == "text":
            region.text = _lines(value.get("text"), said, at)
        else:
            region.at, region.result = at, result
            region.value |= value
            labels = value.get(_LABELS[str(question["kind"])], value.get("labels"))
            region.labels += [at.text(each, "labels") for each in at.items(labels or [], "labels")]
        return
    name = str(question["id"])
    if name in said.values:
        at.refuse("entry-twice", field="from_name", seen=name)
    said.values[name] = _PLAIN[control.tag](question, value, said, at)


def _choice(question: Question, value: Mapping[str, Any], _said: _Said, at: FieldPath) -> object:
    said = at.items(value.get("choices"), "choices")
    chosen = [
        [at.text(step, "choices") for step in at.items(each, "choices")]
        if "anywhere" in question and isinstance(each, list)
        else at.text(each, "choices")
        for each in said
    ]
    if question["multiple"]:
        return chosen
    if len(chosen) != 1:
        at.seen("entry-columns", "choices", chosen, wanted=1)
    return chosen[0]


def _taxonomy(question: Question, value: Mapping[str, Any], _said: _Said, at: FieldPath) -> object:
    paths = [
        [at.text(step, "taxonomy") for step in at.items(path, "taxonomy")]
        for path in at.items(value.get("taxonomy"), "taxonomy")
    ]
    if question["multiple"]:
        return paths
    if len(paths) != 1:
        at.seen("entry-columns", "taxonomy", paths, wanted=1)
    return paths[0]


def _rating(_question: Question, value: Mapping[str, Any], _said: _Said, at: FieldPath) -> object:
    return at.number(value.get("rating"), "rating")


def _number(_question: Question, value: Mapping[str, Any], _said: _Said, at: FieldPath) -> object:
    return at.number(value.get("number"), "number")


def _text(_question: Question, value: Mapping[str, Any], said: _Said, at: FieldPath) -> object:
    return _lines(value.get("text"), said, at)


def _lines(said_text: object, said: _Said, at: FieldPath) -> str:
    """Return what was written; several texts of one control come one a line."""
    if isinstance(said_text, str):
        return said_text
    lines = [str(each) for each in at.items(said_text, "text")]
    if len(lines) > 1:
        said.about.notes.add("note-lines")
    return "\n".join(lines)


def _pair(_question: Question, value: Mapping[str, Any], _said: _Said, at: FieldPath) -> object:
    selected = value.get("selected")
    sides = {"left": "a", "right": "b"}
    if selected not in sides:
        at.seen("entry-known", "selected", selected, known="left, right")
    return {"choice": sides[str(selected)], "reasons": []}


_PLAIN: Mapping[str, Callable[[Question, Mapping[str, Any], _Said, FieldPath], object]] = {
    "Choices": _choice,
    "Taxonomy": _taxonomy,
    "Rating": _rating,
    "Number": _number,
    "TextArea": _text,
    "Pairwise": _pair,
}


def _finish(said: _Said, question: Question) -> None:
    """Make the answer of a question that marks regions, and of those asked of each of them."""
    name, kind = str(question["id"]), str(question["kind"])
    regions = [each for each in said.regions.get(name, {}).values() if each.value]
    made = list[tuple[Any, _Region]]()
    if kind == "keypoints":
        made = [(value, regions[0]) for value in _instances(said, question, regions)]
    else:
        shape = {"boxes": _box, "polygons": _polygon, "spans": _span, "audio": _segment}[kind]
        for region in regions:
            value = shape(said, question, region)
            for label in _labels(question, region):
                made.append(({"label": label, **value}, region))
    made.sort(key=lambda each: _order(kind, each[0]))
    values = [value for value, _ in made]
    if kind == "spans":
        said.values[name] = _related(said, question, made)
    else:
        said.values[name] = values
    for each in said.about.config.questions:
        if each.get("each") == name:
            asked = str(each["id"])
            answers = [region.answers.get(asked) for _, region in made]
            if any(answer is not None for answer in answers):
                said.values[asked] = answers


def _order(kind: str, value: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what regions are put in order by, which is that of ``kinds``."""

    def at(name: str) -> float:
        return round(float(value.get(name, 0)), DECIMALS)

    label = str(value["label"])
    if kind == "boxes":
        return at("y"), at("x"), at("h"), at("w"), at("angle"), label
    if kind == "polygons":
        return [[round(each, DECIMALS) for each in point] for point in value["points"]], label
    if kind == "keypoints":
        return label, [[round(each, DECIMALS) for each in p] for p in value["points"].values()]
    return at("start"), at("end"), label


def _labels(question: Question, region: _Region) -> list[str]:
    known = labels_of(question)
    if not region.labels:
        region.at.refuse("entry-missing", field="labels")
    for label in region.labels:
        if label not in known:
            region.at.seen("entry-known", "labels", label, known=", ".join(known))
    return region.labels


def _size(said: _Said, question: Question, region: _Region) -> tuple[int, int]:
    """Return the size of the picture a region is on, as its results say."""
    at = region.at
    width = at.size(region.result.get("original_width"), "original_width")
    height = at.size(region.result.get("original_height"), "original_height")
    if region.result.get("image_rotation"):
        at.seen("entry-known", "image_rotation", region.result["image_rotation"], known="0")
    said.about.sizes[str(question.get("column", ""))] = width, height
    return width, height


def _box(said: _Said, question: Question, region: _Region) -> dict[str, Any]:
    width, height = _size(said, question, region)
    at, value = region.at, region.value
    x, w = (at.number(value.get(name), name) * width / 100 for name in ("x", "width"))
    y, h = (at.number(value.get(name), name) * height / 100 for name in ("y", "height"))
    for name, side in (("width", w), ("height", h)):
        if side <= 0:
            at.seen("entry-positive", name, side)
    angle = at.number(value.get("rotation") or 0, "rotation") % 360
    if not angle:
        return {"x": x, "y": y, "w": w, "h": h}
    cx, cy = turning(angle, x, y)([x + w / 2, y + h / 2])
    return {"x": cx - w / 2, "y": cy - h / 2, "w": w, "h": h, "angle": angle}


def _polygon(said: _Said, question: Question, region: _Region) -> dict[str, Any]:
    width, height = _size(said, question, region)
    at = region.at
    points = [
        at.numbers(point, "points", 2) for point in at.items(region.value.get("points"), "points")
    ]
    at.points([each for point in points for each in point], "points")
    return {"points": [[x * width / 100, y * height / 100] for x, y in points]}


def _instances(said: _Said, question: Question, regions: Sequence[_Region]) -> list[dict[str, Any]]:
    """Put points together: of one number or parent, and then each name once an instance."""
    names = point_names(question)
    (label,) = labels_of(question)
    parents = {str(region.result.get("parentID") or "") for region in regions}
    groups = dict[str, list[dict[str, list[float]]]]()
    for region in regions:
        width, height = _size(said, question, region)
        at = region.at
        x = at.number(region.value.get("x"), "x") * width / 100
        y = at.number(region.value.get("y"), "y") * height / 100
        parent = str(region.result.get("parentID") or "")
        own = region.id if region.id in parents else ""
        number = region.result.get(INSTANCE)
        group = groups.setdefault(str(number) if number is not None else parent or own, [])
        if not region.labels:
            at.refuse("entry-missing", field="keypointlabels")
        for name in region.labels:
            if name not in names:
                at.seen("entry-known", "keypointlabels", name, known=", ".join(names))
            place = next((each for each in group if name not in each), None)
            if place is None:
                place = dict[str, list[float]]()
                group.append(place)
            place[name] = [x, y, 1 if _is_hidden(region) else 2]
    return [
        {"label": label, "points": {name: each.get(name, [0, 0, 0]) for name in names}}
        for group in groups.values()
        for each in group
    ]


def _is_hidden(region: _Region) -> bool:
    """Whether a point is marked as not seen: our own word, kept with the region."""
    meta = region.result.get("meta")
    return isinstance(meta, dict) and "occluded" in (meta.get("text") or [])


def _span(said: _Said, question: Question, region: _Region) -> dict[str, Any]:
    """Return a span in code points; what the file says it reads settles which units it is in."""
    at, value = region.at, region.value
    text = said.about.data.get(str(question["column"]))
    if not isinstance(text, str):
        at.seen("entry-text", str(question["column"]), text)
    start, end = at.whole(value.get("start"), "start"), at.whole(value.get("end"), "end")
    points = from_utf16(text, start), from_utf16(text, end)
    expected = value.get("text")
    if None in points or not start < end:
        at.refuse("span-outside", start=start, end=end, length=len(text))
    first, last = int(points[0] or 0), int(points[1] or 0)
    if isinstance(expected, str) and text[first:last] != expected:
        if text[start:end] != expected:
            seen = text[first:last][:80]
            at.refuse("span-text", start=start, end=end, seen=seen, expected=expected[:80])
        first, last = start, end
    return {"start": first, "end": last}


def from_utf16(text: str, place: int) -> int | None:
    """Return a place counted in units of UTF-16 in code points; None out of the text.

    >>> from_utf16("a😀b", 3), from_utf16("a😀b", 9)
    (2, None)
    """
    if text.isascii():
        return place if place <= len(text) else None
    units = text.encode("utf-16-le", "surrogatepass")
    if place * 2 > len(units):
        return None
    return len(units[: place * 2].decode("utf-16-le", "ignore"))


def to_utf16(text: str, place: int) -> int:
    """Return a place counted in code points in units of UTF-16.

    >>> to_utf16("a😀b", 2)
    3
    """
    return place if text.isascii() else len(text[:place].encode("utf-16-le")) // 2


def _segment(_said: _Said, question: Question, region: _Region) -> dict[str, Any]:
    at, value = region.at, region.value
    start, end = at.number(value.get("start"), "start"), at.number(value.get("end"), "end")
    if not 0 <= start < end:
        at.seen("entry-positive", "end", end - start)
    timed = {"start": start, "end": end}
    return {**timed, "text": region.text} if question.get("transcript") else timed


def _related(said: _Said, question: Question, made: list[tuple[Any, _Region]]) -> dict[str, Any]:
    """Return spans numbered in their order, with the relations between them."""
    numbers = dict[str, str]()
    spans = list[dict[str, Any]]()
    for number, (value, region) in enumerate(made, 1):
        numbers.setdefault(region.id, str(number))
        spans.append({"id": str(number), **value})
    relations = list[dict[str, str]]()
    known = [each["value"] for each in question.get("relations") or []]
    for relation, at in said.relations:
        ends = [numbers.get(str(relation.get(name))) for name in ("from_id", "to_id")]
        if None in ends:
            said.about.notes.add("note-result", seen="relation", where=at.where)
            continue
        if relation.get("direction") == "left":
            ends.reverse()
        labels = at.items(relation.get("labels") or [], "labels")
        if not labels or any(label not in known for label in labels):
            at.seen("entry-known", "labels", labels, known=", ".join(known))
        relations += [{"from": str(ends[0]), "to": str(ends[1]), "label": e} for e in labels]
    relations.sort(key=lambda each: (int(each["from"]), int(each["to"]), each["label"]))
    return {"spans": spans, "relations": relations}
