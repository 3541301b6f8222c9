"""Convert the results of a Label Studio annotation into answers in normal form.

A result is one control's part of one region or of the task; several results with one id are one
region. Pictures: Label Studio uses percentages and rotates about the top left corner; here values
are pixels, rotated about the centre. Texts: Label Studio counts UTF-16 units, in which an emoji
counts twice; here spans count code points.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canut.core.formats.platforms.label_studio_config import REGIONS, Config, Control
from canut.core.formats.training.labelled_items import (
    DocumentPath,
    Notes,
    Question,
    labels_of,
    point_names,
    turning,
)

type Results = list[tuple[Control, Mapping[str, Any], DocumentPath]]
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
    """One region: all results with its id."""

    id: str
    at: DocumentPath
    value: dict[str, Any] = field(default_factory=dict[str, Any])
    result: Mapping[str, Any] = field(default_factory=dict[str, Any])
    labels: list[str] = field(default_factory=list[str])
    text: str = ""
    answers: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class ResultContext:
    """The configuration and data that results refer to.

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
    """The state of reading the results of one task."""

    about: ResultContext
    regions: dict[str, dict[str, _Region]] = field(default_factory=dict[str, dict[str, _Region]])
    relations: list[tuple[Mapping[str, Any], DocumentPath]] = field(
        default_factory=list[tuple[Mapping[str, Any], DocumentPath]]
    )
    values: dict[str, Any] = field(default_factory=dict[str, Any])


def values_of_results(
    results: Sequence[Any], about: ResultContext, at: DocumentPath
) -> dict[str, Any]:
    """Return the answer to each question; a marking question without regions is empty.

    Args:
        results: the ``result`` of an annotation or prediction.
        about: its task and configuration.
        at: path of the results, for errors.

    Raises:
        BadFile: a field is missing or of the wrong shape, a label is not the question's, a span is
            not in its text.
    """
    state, config = _Said(about), about.config
    for index, item in enumerate(results):
        here = DocumentPath(at.file, f"{at.where}.result[{index}]")
        result = here.fields(item, "result")
        if result.get("type") == "relation":
            state.relations.append((result, here))
            continue
        control = config.controls.get(str(result.get("from_name")))
        if control is None:
            about.notes.add("note-result", seen=str(result.get("type")), where=here.where)
            continue
        _take(state, control, result, here)
    for question in config.questions:
        if "each" in question:
            continue
        if question["kind"] in REGIONS:
            _finish(state, question)
    return {
        str(each["id"]): state.values[str(each["id"])]
        for each in config.questions
        if str(each["id"]) in state.values
    }


def _take(state: _Said, control: Control, result: Mapping[str, Any], at: DocumentPath) -> None:
    question = state.about.config.question(control.question)
    value = at.fields(result.get("value"), "value")
    marked = str(question.get("each", question["id"]))
    if "each" in question or question["kind"] in REGIONS:
        name = at.text(result.get("id"), "id")
        region = state.regions.setdefault(marked, {}).setdefault(name, _Region(name, at))
        if "each" in question:
            region.answers[str(question["id"])] = _PLAIN[control.tag](question, value, state, at)
        elif control.part == "text":
            region.text = _lines(value.get("text"), state, at)
        else:
            region.at, region.result = at, result
            region.value |= value
            labels = value.get(_LABELS[str(question["kind"])], value.get("labels"))
            region.labels += [at.text(each, "labels") for each in at.items(labels or [], "labels")]
        return
    name = str(question["id"])
    if name in state.values:
        at.refuse("entry-twice", field="from_name", seen=name)
    state.values[name] = _PLAIN[control.tag](question, value, state, at)


def _choice(question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath) -> object:
    items = at.items(value.get("choices"), "choices")
    chosen = [
        [at.text(step, "choices") for step in at.items(each, "choices")]
        if "anywhere" in question and isinstance(each, list)
        else at.text(each, "choices")
        for each in items
    ]
    if question["multiple"]:
        return chosen
    if len(chosen) != 1:
        at.seen("entry-columns", "choices", chosen, wanted=1)
    return chosen[0]


def _taxonomy(
    question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath
) -> object:
    paths = [
        [at.text(step, "taxonomy") for step in at.items(path, "taxonomy")]
        for path in at.items(value.get("taxonomy"), "taxonomy")
    ]
    if question["multiple"]:
        return paths
    if len(paths) != 1:
        at.seen("entry-columns", "taxonomy", paths, wanted=1)
    return paths[0]


def _rating(
    _question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath
) -> object:
    return at.number(value.get("rating"), "rating")


def _number(
    _question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath
) -> object:
    return at.number(value.get("number"), "number")


def _date(_question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath) -> object:
    return at.text(value.get("datetime"), "datetime")


def _text(_question: Question, value: Mapping[str, Any], state: _Said, at: DocumentPath) -> object:
    return _lines(value.get("text"), state, at)


def _lines(text: object, state: _Said, at: DocumentPath) -> str:
    """Return the text of a control; several texts are joined by newlines."""
    if isinstance(text, str):
        return text
    lines = [str(each) for each in at.items(text, "text")]
    if len(lines) > 1:
        state.about.notes.add("note-lines")
    return "\n".join(lines)


def _pair(_question: Question, value: Mapping[str, Any], _said: _Said, at: DocumentPath) -> object:
    selected = value.get("selected")
    sides = {"left": "a", "right": "b"}
    if not isinstance(selected, str) or selected not in sides:
        at.seen("entry-known", "selected", selected, known="left, right")
    return {"choice": sides[selected], "reasons": []}


_PLAIN: Mapping[str, Callable[[Question, Mapping[str, Any], _Said, DocumentPath], object]] = {
    "Choices": _choice,
    "Taxonomy": _taxonomy,
    "Rating": _rating,
    "Number": _number,
    "DateTime": _date,
    "TextArea": _text,
    "Pairwise": _pair,
}


def _finish(state: _Said, question: Question) -> None:
    """Build the answer of a marking question, and of the questions about its regions."""
    name, kind = str(question["id"]), str(question["kind"])
    regions = [each for each in state.regions.get(name, {}).values() if each.value]
    marked = list[tuple[Any, _Region]]()
    if kind == "keypoints":
        marked = [(value, regions[0]) for value in _instances(state, question, regions)]
    else:
        shape = {"boxes": _box, "polygons": _polygon, "spans": _span, "audio": _segment}[kind]
        for region in regions:
            value = shape(state, question, region)
            for label in _labels(question, region):
                marked.append(({"label": label, **value}, region))
    marked.sort(key=lambda each: _order(kind, each[0]))
    values = [value for value, _ in marked]
    if kind == "spans":
        state.values[name] = _related(state, question, marked)
    else:
        state.values[name] = values
    for each in state.about.config.questions:
        if each.get("each") == name:
            question_id = str(each["id"])
            answers = [region.answers.get(question_id) for _, region in marked]
            if any(answer is not None for answer in answers):
                state.values[question_id] = answers


def _order(kind: str, value: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the sort key of a region, as in ``kinds``."""

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
    allowed = labels_of(question)
    if not region.labels:
        region.at.refuse("entry-missing", field="labels")
    for label in region.labels:
        if label not in allowed:
            region.at.seen("entry-known", "labels", label, known=", ".join(allowed))
    return region.labels


def _size(state: _Said, question: Question, region: _Region) -> tuple[int, int]:
    """Return the size of a region's picture, as its results state it."""
    at = region.at
    width = at.size(region.result.get("original_width"), "original_width")
    height = at.size(region.result.get("original_height"), "original_height")
    if region.result.get("image_rotation"):
        at.seen("entry-known", "image_rotation", region.result["image_rotation"], known="0")
    state.about.sizes[str(question.get("column", ""))] = width, height
    return width, height


def _box(state: _Said, question: Question, region: _Region) -> dict[str, Any]:
    width, height = _size(state, question, region)
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


def _polygon(state: _Said, question: Question, region: _Region) -> dict[str, Any]:
    width, height = _size(state, question, region)
    at = region.at
    points = [
        at.numbers(point, "points", 2) for point in at.items(region.value.get("points"), "points")
    ]
    at.points([each for point in points for each in point], "points")
    return {"points": [[x * width / 100, y * height / 100] for x, y in points]}


def _instances(
    state: _Said, question: Question, regions: Sequence[_Region]
) -> list[dict[str, Any]]:
    """Group points into instances: by number or parent, then each name once per instance."""
    names = point_names(question)
    (label,) = labels_of(question)
    parents = {str(region.result.get("parentID") or "") for region in regions}
    groups = dict[str, list[dict[str, list[float]]]]()
    for region in regions:
        width, height = _size(state, question, region)
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
            instance = next((each for each in group if name not in each), None)
            if instance is None:
                instance = dict[str, list[float]]()
                group.append(instance)
            instance[name] = [x, y, 1 if _is_hidden(region) else 2]
    return [
        {"label": label, "points": {name: each.get(name, [0, 0, 0]) for name in names}}
        for group in groups.values()
        for each in group
    ]


def _is_hidden(region: _Region) -> bool:
    """Return whether a point is marked as not visible, in our own metadata."""
    meta = region.result.get("meta")
    text = meta.get("text") if isinstance(meta, dict) else None
    return isinstance(text, list | str) and "occluded" in text


def _span(state: _Said, question: Question, region: _Region) -> dict[str, Any]:
    """Return a span in code points; its quoted text decides the unit of its offsets."""
    at, value = region.at, region.value
    text = state.about.data.get(str(question["column"]))
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
            excerpt = text[first:last][:80]
            at.refuse("span-text", start=start, end=end, seen=excerpt, expected=expected[:80])
        first, last = start, end
    return {"start": first, "end": last}


def from_utf16(text: str, place: int) -> int | None:
    """Convert an offset from UTF-16 units to code points; None outside the text.

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
    """Convert an offset from code points to UTF-16 units.

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


def _related(state: _Said, question: Question, marked: list[tuple[Any, _Region]]) -> dict[str, Any]:
    """Return spans numbered in order, with the relations between them."""
    numbers = dict[str, str]()
    spans = list[dict[str, Any]]()
    for number, (value, region) in enumerate(marked, 1):
        numbers.setdefault(region.id, str(number))
        spans.append({"id": str(number), **value})
    relations = list[dict[str, str]]()
    allowed = [each["value"] for each in question.get("relations") or []]
    for relation, at in state.relations:
        ends = [numbers.get(str(relation.get(name))) for name in ("from_id", "to_id")]
        if None in ends:
            state.about.notes.add("note-result", seen="relation", where=at.where)
            continue
        if relation.get("direction") == "left":
            ends.reverse()
        labels = at.items(relation.get("labels") or [], "labels")
        if not labels or any(label not in allowed for label in labels):
            at.seen("entry-known", "labels", labels, known=", ".join(allowed))
        relations += [{"from": str(ends[0]), "to": str(ends[1]), "label": e} for e in labels]
    relations.sort(key=lambda each: (int(each["from"]), int(each["to"]), each["label"]))
    return {"spans": spans, "relations": relations}
