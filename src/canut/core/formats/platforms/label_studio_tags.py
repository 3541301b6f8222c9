"""The Label Studio tags that are supported, and the labels and choices they contain.

``label_studio_config`` turns them into questions.
"""

from typing import Any

from canut.core.formats.platforms.label_studio_xml import Tag
from canut.core.formats.training.labelled_items import Notes

OBJECTS = {
    "Text": "text",
    "Image": "image",
    "Audio": "audio",
    "AudioPlus": "audio",
    "Table": "text",
}
SHAPES = {"Rectangle": "boxes", "Polygon": "polygons", "KeyPoint": "keypoints"}
LAYOUT = frozenset(
    {"View", "Style", "Collapse", "Panel", "Filter", "HotKey", "Shortcut", "Hint", "Markdown"}
)
NO_COUNTERPART = {
    **dict.fromkeys(("TimeSeries", "TimeSeriesLabels", "Channel", "MultiChannel"), "tag-series"),
    **dict.fromkeys(("Video", "VideoRectangle", "TimelineLabels"), "tag-film"),
    **dict.fromkeys(
        ("Brush", "BrushLabels", "Bitmask", "BitmaskLabels", "MagicWand"), "tag-pixels"
    ),
    **dict.fromkeys(("Ellipse", "EllipseLabels", "Vector", "VectorLabels"), "tag-shape"),
    **dict.fromkeys(("HyperText", "HyperTextLabels"), "tag-markup"),
    **dict.fromkeys(("Paragraphs", "ParagraphLabels", "Chat", "ChatMessage"), "tag-dialogue"),
    **dict.fromkeys(("ReactCode", "Custom"), "tag-code"),
    **dict.fromkeys(("Ranker", "List"), "tag-list"),
    "Pdf": "tag-pdf",
    "Repeater": "tag-repeated",
}


def column_of(tag: Tag) -> str:
    """Return the column an object shows, from ``value="$column"``.

    Raises:
        BadFile: no value, a list of pictures, a nested field, or a text behind an address.
    """
    if tag.get("valueList"):
        tag.at.refuse("tag-pages", tag=tag.name, field="valueList", seen=tag.get("valueList"))
    if tag.get("valueType") == "url" and tag.name == "Text":
        tag.at.refuse("tag-address", tag=tag.name, field="valueType", seen="url")
    value = tag.get("value")
    if not value.startswith("$") or not value[1:]:
        tag.at.seen("entry-text", "value", value or None)
    if "." in value or "[" in value:
        tag.at.refuse("tag-nested", tag=tag.name, field="value", seen=value)
    return value[1:]


def labels_in(notes: Notes, tag: Tag) -> list[dict[str, str]]:
    """Return the labels of a control; a limit on uses is noted and dropped.

    Raises:
        BadFile: labels that come from the data, none, or one twice.
    """
    labels = list[dict[str, str]]()
    for each in tag.inside:
        if each.name != "Label":
            continue
        if each.get("maxUsage"):
            notes.add("note-tag-usage", tag="Label", where=each.at.where)
        labels.append(_valued(each))
    if tag.get("value").startswith("$") or not labels:
        tag.at.refuse("tag-from-data", tag=tag.name, field="value", seen=tag.get("value"))
    return _distinct(labels, tag)


def choices_in(tag: Tag) -> list[dict[str, Any]]:
    """Return the choices of a control, including nested ones.

    Raises:
        BadFile: choices that come from the data, none, or one twice.
    """
    choices = list[dict[str, Any]]()
    for each in _choice_tags(tag):
        inner = choices_in(each) if _choice_tags(each) else None
        choices.append(_valued(each) | ({"choices": inner} if inner else {}))
    if tag.get("value").startswith("$") or tag.get("apiUrl") or not choices:
        tag.at.refuse("tag-from-data", tag=tag.name, field="value", seen=tag.get("value"))
    return _distinct(choices, tag)


def _choice_tags(tag: Tag) -> list[Tag]:
    """Return the choice tags inside a tag, looking through layout tags."""
    tags = list[Tag]()
    for each in tag.inside:
        tags += [each] if each.name == "Choice" else []
        tags += _choice_tags(each) if each.name in LAYOUT else []
    return tags


def _valued(tag: Tag) -> dict[str, str]:
    """Return the value that results contain, and the text shown."""
    text = tag.get("value") or tag.get("html")
    if not text or text.startswith("$"):
        tag.at.seen("entry-text", "value", text or None)
    return {"value": tag.get("alias") or text, "label": text}


def _distinct[T: dict[str, Any]](options: list[T], tag: Tag) -> list[T]:
    values = set[str]()
    for each in options:
        if each["value"] in values:
            tag.at.refuse("entry-twice", field="value", seen=each["value"])
        values.add(each["value"])
    return options


def number_in(tag: Tag, name: str, otherwise: int) -> float:
    """Return an attribute as a number; a whole number is an integer."""
    text = tag.get(name)
    if not text:
        return otherwise
    try:
        number = float(text)
    except ValueError:
        tag.at.seen("entry-number", name, text)
    tag.at.number(number, name)
    return int(number) if number.is_integer() else number
