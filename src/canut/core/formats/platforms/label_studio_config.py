"""Read a Label Studio configuration as questions and shown columns.

Each supported control tag becomes a question named like the control; every other control is refused
with its tag and line. Layout is ignored. ``label_studio`` reads results with this configuration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from canut.core.formats.platforms.label_studio_tags import (
    LAYOUT,
    NO_COUNTERPART,
    OBJECTS,
    SHAPES,
    choices_in,
    column_of,
    labels_in,
    number_in,
)
from canut.core.formats.platforms.label_studio_xml import Tag, read_tags
from canut.core.formats.training.labelled_items import Notes, refusal

LONGEST_ASK = 500


@dataclass(frozen=True, slots=True)
class Control:
    """A control tag: its name in results, the objects it refers to, and its question.

    ``part`` says which part of the question it answers: itself, the labels of its shapes, the text
    of each segment, or the relations between spans.
    """

    name: str
    tag: str
    to: tuple[str, ...]
    question: str
    part: str = "answer"


@dataclass(frozen=True, slots=True)
class Config:
    """The questions and columns of a configuration.

    Args:
        questions: in the order of the page.
        show: the columns shown, each as ``text``, ``image`` or ``audio``.
        controls: by the name that results give them.
        columns: by the name of the object that shows them.
    """

    questions: tuple[Mapping[str, Any], ...]
    show: tuple[Mapping[str, str], ...]
    controls: Mapping[str, Control]
    columns: Mapping[str, str]

    def schema(self) -> dict[str, Any]:
        """Return the configuration as a schema."""
        return {
            "questions": [dict(each) for each in self.questions],
            "show": [dict(each) for each in self.show],
        }

    def question(self, name: str) -> Mapping[str, Any]:
        """Return a question by its name."""
        return next(each for each in self.questions if each["id"] == name)


@dataclass(slots=True)
class _Page:
    """The state of reading the tags of a page."""

    file: str
    notes: Notes
    objects: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    asked: str = ""
    questions: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    controls: dict[str, Control] = field(default_factory=dict[str, Control])
    shapes: dict[str, Tag] = field(default_factory=dict[str, Tag])
    relations: list[str] = field(default_factory=list[str])
    by_word: set[str] = field(default_factory=set[str])
    later: list[tuple[Tag, Mapping[str, Any]]] = field(
        default_factory=list[tuple[Tag, Mapping[str, Any]]]
    )


def read(content: bytes, file: str, notes: Notes) -> Config:
    """Read a configuration.

    Args:
        content: the XML.
        file: its name, for refusals.
        notes: where tags and attributes that were passed over are counted.

    Raises:
        BadFile: not XML that may be read, a tag or an attribute without a counterpart, a control
            tied to nothing, a name twice, or nothing that can be answered.
    """
    page = _Page(file, notes)
    tree = read_tags(content, file)
    show = _objects(page, tree)
    _walk(page, tree, {})
    for tag, when in page.later:
        _per_region(page, tag, when)
    if page.relations:
        _relate(page)
    if not page.questions:
        raise refusal("config-empty", file=file)
    columns = {name: column for name, (_, column) in page.objects.items()}
    return Config(tuple(page.questions.values()), tuple(show), page.controls, columns)


def _objects(page: _Page, tree: Tag) -> list[dict[str, str]]:
    """Return the columns shown by object tags, in page order."""
    show = dict[str, str]()
    for tag in _all(tree):
        if tag.name == "Video" and tag.get("sync"):  # played as the sound it is tied to
            page.notes.add("note-tag-sound", tag=tag.name, where=tag.at.where)
            continue
        if tag.name in NO_COUNTERPART:
            tag.at.refuse(NO_COUNTERPART[tag.name], tag=tag.name)
        if tag.name not in OBJECTS:
            continue
        name, value = tag.get("name"), tag.get("value")
        if name in page.objects:
            tag.at.refuse("entry-twice", field="name", seen=name)
        if tag.name == "Text" and value and not value.startswith("$"):
            page.notes.add("note-tag-same", tag=tag.name, where=tag.at.where)
            continue
        column = column_of(tag)
        page.objects[name] = tag.name, column
        if tag.get("granularity") == "word":
            page.by_word.add(name)
        show.setdefault(column, OBJECTS[tag.name])
    return [{"column": column, "as": shown_as} for column, shown_as in show.items()]


def _all(tag: Tag) -> list[Tag]:
    return [tag, *(each for inner in tag.inside for each in _all(inner))]


def _walk(page: _Page, tag: Tag, when: Mapping[str, Any]) -> None:
    """Read the tags in order; a condition on a tag applies to all tags inside it."""
    when = {**when, **_shown_when(page, tag)}
    if tag.name == "Header":
        page.asked = (tag.get("value") or tag.text).strip()
    elif tag.name == "Relations":
        page.relations += [each.get("value") for each in tag.inside if each.name == "Relation"]
    elif tag.name in CONTROLS or tag.name in SHAPES:
        _control(page, tag, when)
    elif tag.name in LAYOUT:
        for each in tag.inside:
            _walk(page, each, when)
    elif tag.name not in OBJECTS and tag.name != "Video":
        tag.at.refuse("tag-unknown", tag=tag.name)


def _shown_when(page: _Page, tag: Tag) -> dict[str, Any]:
    """Return the condition for showing a tag, in the form of a question's condition."""
    how = tag.get("visibleWhen")
    if not how or how in {"region-selected", "no-region-selected"}:
        return {}
    control = page.controls.get(tag.get("whenTagName"))
    if how != "choice-selected" or control is None or control.tag != "Choices":
        tag.at.refuse("tag-when", tag=tag.name, field="visibleWhen", seen=how)
    return {"when": _condition(control.question, tag.get("whenChoiceValue"))}


def _condition(question: str, answers: str) -> dict[str, Any]:
    """Return the condition that an earlier answer is one of these, or any if empty."""
    values = [each.strip() for each in answers.split(",") if each.strip()]
    if not values:
        return {"question": question, "answered": True}
    return {"question": question, **({"any": values} if values[1:] else {"is": values[0]})}


def _control(page: _Page, tag: Tag, when: Mapping[str, Any]) -> None:
    name, to = tag.get("name"), tuple(each.strip() for each in tag.get("toName").split(","))
    if not name:
        tag.at.refuse("entry-missing", field="name")
    if name in page.controls or name in page.shapes:
        tag.at.refuse("entry-twice", field="name", seen=name)
    for each in to:
        if each not in page.objects:
            tag.at.refuse("entry-nowhere", field="toName", seen=each)
    if tag.name in SHAPES:  # a bare shape: its labels come from a control of their own
        page.shapes[name] = tag
        return
    if tag.is_said("perItem"):
        tag.at.refuse("tag-per-item", tag=tag.name, field="perItem", seen="true")
    if tag.is_said("perRegion"):
        page.later.append((tag, when))
        return
    kind = CONTROLS[tag.name](page, tag)
    ask = (page.asked or tag.get("title") or tag.get("placeholder") or name)[:LONGEST_ASK]
    question = {"id": name, "ask": ask, **kind, **when}
    if not tag.is_said("required"):
        question["optional"] = True
    page.asked = ""
    page.questions[name] = question
    page.controls[name] = Control(name, tag.name, to, name)


def _choices(_page: _Page, tag: Tag) -> dict[str, Any]:
    choices = choices_in(tag)
    question = {"kind": "choice", "multiple": tag.get("choice") == "multiple", "choices": choices}
    return (
        {**question, "anywhere": True} if any("choices" in each for each in choices) else question
    )


def _taxonomy(_page: _Page, tag: Tag) -> dict[str, Any]:
    return {
        "kind": "choice",
        "multiple": tag.get("maxUsages") != "1",
        "choices": choices_in(tag),
        "anywhere": not tag.is_said("leafsOnly"),
    }


def _rating(_page: _Page, tag: Tag) -> dict[str, Any]:
    most = number_in(tag, "maxRating", 5)
    return {"kind": "rating", "look": "scale", "least": 1, "most": most, "step": 1}


def _number(_page: _Page, tag: Tag) -> dict[str, Any]:
    question: dict[str, Any] = {"kind": "number"}
    for name, attribute in (("least", "min"), ("most", "max")):
        if tag.get(attribute):
            question[name] = number_in(tag, attribute, 0)
    _, _, decimals = tag.get("step").partition(".")
    return {**question, "decimals": len(decimals) if tag.get("step") else 3}


def _date(_page: _Page, tag: Tag) -> dict[str, Any]:
    """Return a date question; a control that also asks for the time, or for less, is refused."""
    parts = {part.strip() for part in tag.get("only").split(",")}
    written = tag.get("format") or "%Y-%m-%d"
    if parts not in ({"date"}, {"day", "month", "year"}) or written != "%Y-%m-%d":
        tag.at.refuse("tag-date", tag=tag.name)
    bounds = {"earliest": tag.get("min"), "latest": tag.get("max")}
    return {"kind": "date", **{name: bound for name, bound in bounds.items() if bound}}


def _text(page: _Page, tag: Tag) -> dict[str, Any]:
    object_tag, _ = page.objects[tag.get("toName").split(",")[0].strip()]
    if object_tag == "Audio":
        return {"kind": "text", "mode": "transcription"}
    return {"kind": "text", "mode": "long" if number_in(tag, "rows", 1) > 1 else "short"}


def _labels(page: _Page, tag: Tag) -> dict[str, Any]:
    """Return the question of a label control: spans, audio segments or shapes."""
    to = tag.get("toName")
    object_tag, column = page.objects[to.split(",")[0].strip()]
    labels = labels_in(page.notes, tag)
    if object_tag == "Text":
        snap = "word" if to in page.by_word else "character"
        fields = {"column": column, "labels": labels, "snap": snap, "overlap": True}
        return {"kind": "spans", **fields, "relations": []}
    if object_tag == "Audio":
        fields = {"column": column, "labels": labels, "transcript": False, "overlap": True}
        return {"kind": "audio", **fields}
    shapes = [each for each in page.shapes.values() if each.get("toName") == to]
    if object_tag != "Image" or len(shapes) != 1:
        tag.at.refuse("tag-shows-other", tag=tag.name, seen=object_tag)
    shape = shapes[0]
    page.controls[shape.get("name")] = Control(
        shape.get("name"), shape.name, (to,), tag.get("name")
    )
    return _shape(SHAPES[shape.name], page, tag, shape)


def _shape(kind: str, page: _Page, tag: Tag, turning: Tag) -> dict[str, Any]:
    _, column = page.objects[tag.get("toName").split(",")[0].strip()]
    labels = labels_in(page.notes, tag)
    fields: dict[str, Any] = {"labels": labels}
    if kind == "keypoints":
        whole = [{"value": tag.get("name"), "label": tag.get("name")}]
        fields = {"labels": whole, "points": labels, "skeleton": []}
    if kind == "boxes":
        fields["rotated"] = turning.get("canRotate").lower() != "false"
    return {"kind": kind, "column": column, **fields}


def _shaped(kind: str) -> Callable[[_Page, Tag], dict[str, Any]]:
    def made(page: _Page, tag: Tag) -> dict[str, Any]:
        object_tag, _ = page.objects[tag.get("toName").split(",")[0].strip()]
        if object_tag != "Image":
            tag.at.refuse("tag-shows-other", tag=tag.name, seen=object_tag)
        return _shape(kind, page, tag, tag)

    return made


def _pairwise(page: _Page, tag: Tag) -> dict[str, Any]:
    both = [page.objects[each.strip()] for each in tag.get("toName").split(",")]
    if len(both) != len("ab"):
        tag.at.seen("entry-columns", "toName", tag.get("toName"), wanted=2)
    (object_tag, a), (_, b) = both
    return {"kind": "pair", "a": a, "b": b, "as": OBJECTS[object_tag], "tie": True, "reasons": []}


CONTROLS: Mapping[str, Callable[[_Page, Tag], dict[str, Any]]] = {
    "Choices": _choices,
    "Taxonomy": _taxonomy,
    "Rating": _rating,
    "Number": _number,
    "DateTime": _date,
    "TextArea": _text,
    "Labels": _labels,
    "RectangleLabels": _shaped("boxes"),
    "PolygonLabels": _shaped("polygons"),
    "KeyPointLabels": _shaped("keypoints"),
    "Pairwise": _pairwise,
}
REGIONS = frozenset({"boxes", "polygons", "keypoints", "spans", "audio"})


def _per_region(page: _Page, tag: Tag, when: Mapping[str, Any]) -> None:
    """Tie a question about regions to its marking question; a segment takes its text."""
    to = tag.get("toName")
    marking = [
        control
        for control in page.controls.values()
        if to in control.to and page.questions[control.question]["kind"] in REGIONS
    ]
    regions = list(dict.fromkeys(control.question for control in marking))
    allowed_tags = {"Choices", "Rating", "Number", "DateTime", "TextArea", "Taxonomy"}
    if len(regions) != 1 or tag.name not in allowed_tags:
        tag.at.refuse("tag-per-region", tag=tag.name, field="perRegion", seen="true")
    name, (marked,) = tag.get("name"), regions
    if tag.name == "TextArea" and page.questions[marked]["kind"] == "audio":
        page.questions[marked]["transcript"] = True
        page.controls[name] = Control(name, tag.name, (to,), marked, "text")
        return
    ask = (tag.get("title") or tag.get("placeholder") or name)[:LONGEST_ASK]
    if tag.get("whenLabelValue"):
        when = {"when": _condition(marked, tag.get("whenLabelValue"))}
    question = {"id": name, "ask": ask, **CONTROLS[tag.name](page, tag), "each": marked, **when}
    if not tag.is_said("required"):
        question["optional"] = True
    page.questions[name] = question
    page.controls[name] = Control(name, tag.name, (to,), name)


def _relate(page: _Page) -> None:
    spans = [each for each in page.questions.values() if each["kind"] == "spans"]
    if not spans:
        raise refusal("tag-no-spans", file=page.file, where="the page", tag="Relations")
    for each in spans:
        each["relations"] = [{"value": label, "label": label} for label in page.relations]
