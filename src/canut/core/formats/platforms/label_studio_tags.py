"""What Label Studio's tags say: which have a counterpart, what they show, their labels and choices.

``label_studio_config`` makes questions of them.
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
    "DateTime": "tag-date",
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
    """Return the labels of a control; how often each may be used is noted, not kept.

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
    """Return the choices of a control, with those inside of them.

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
    """Return the choices that stand in a tag, looking through layout."""
    found = list[Tag]()
    for each in tag.inside:
        found += [each] if each.name == "Choice" else []
        found += _choice_tags(each) if each.name in LAYOUT else []
    return found


def _valued(tag: Tag) -> dict[str, str]:
    """Return the value that results carry, and the words shown."""
    shown = tag.get("value") or tag.get("html")
    if not shown or shown.startswith("$"):
        tag.at.seen("entry-text", "value", shown or None)
    return {"value": tag.get("alias") or shown, "label": shown}


def _distinct[T: dict[str, Any]](each_said: list[T], tag: Tag) -> list[T]:
    seen = set[str]()
    for each in each_said:
        if each["value"] in seen:
            tag.at.refuse("entry-twice", field="value", seen=each["value"])
        seen.add(each["value"])
    return each_said


def number_in(tag: Tag, name: str, otherwise: int) -> float:
    """Return an attribute as a number; a whole one is an integer."""
    said = tag.get(name)
    if not said:
        return otherwise
    try:
        number = float(said)
    except ValueError:
        tag.at.seen("entry-number", name, said)
    tag.at.number(number, name)
    return int(number) if number.is_integer() else number
