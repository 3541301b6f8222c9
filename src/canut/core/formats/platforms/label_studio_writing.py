"""Write questions as a Label Studio configuration.

Our own reader parses the configuration again to find the control of each answer, so that tasks
always fit it (``label_studio_tasks``). Conditions on anything but choices cannot be expressed, and
are noted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from canut.core.formats.training.labelled_items import Notes, Question, kind_of, refusal, values_of

KINDS = (
    "choice",
    "rating",
    "number",
    "date",
    "text",
    "spans",
    "boxes",
    "polygons",
    "keypoints",
    "audio",
    "pair",
)
_TAGS = {"text": "Text", "image": "Image", "audio": "Audio"}


def write_config(schema: Mapping[str, Any], notes: Notes) -> bytes:
    """Write a schema as a configuration.

    Args:
        schema: ``questions``, and the columns to ``show``.
        notes: counts what a configuration cannot represent.

    Raises:
        BadFile: a kind that has no control, or a column whose name would be read as a nested field.
    """
    names = object_names(schema)
    lines = ["<View>"]
    for entry in _parts(schema):
        column = str(entry["column"])
        if "." in column or "[" in column:
            raise refusal("column-nested", column=column)
        lines.append(_tag(_TAGS[entry["as"]], {"name": names[column], "value": f"${column}"}))
    for question in schema["questions"]:
        kind = kind_of(question, "Label Studio", KINDS)
        if "each" not in question:
            lines.append(_tag("Header", {"value": question.get("ask") or question["id"]}))
        lines += _controls(schema, question, kind, names, notes)
    return "\n".join([*lines, "</View>", ""]).encode()


def object_names(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return a unique name for the object of each column, distinct from question names."""
    question_names = {str(question["id"]) for question in schema["questions"]}
    question_names |= {f"{each}-text" for each in question_names}
    names = dict[str, str]()
    for entry in _parts(schema):
        name = str(entry["column"])
        while name in question_names:
            name += "-shown"
        names[str(entry["column"])] = name
    return names


def _parts(schema: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return the shown columns, then those that only a question names."""
    by_column = {str(entry["column"]): entry for entry in schema["show"]}
    for question in schema["questions"]:
        for field in ("column", "a", "b"):
            column = str(question.get(field) or "")
            if column and column not in by_column:
                kind = _SHOWS.get(str(question["kind"]), "text")
                by_column[column] = {"column": column, "as": kind}
    return list(by_column.values())


def _tag(tag: str, attributes: Mapping[str, object], inside: Sequence[str] = ()) -> str:
    attribute_text = "".join(
        f" {name}={quoteattr(str(value), {chr(10): '&#10;'})}"
        for name, value in attributes.items()
        if value is not None
    )
    if not inside:
        return f"<{tag}{attribute_text}/>"
    return "\n".join([f"<{tag}{attribute_text}>", *inside, f"</{tag}>"])


def _shown(schema: Mapping[str, Any], question: Question, shown_as: str = "") -> str:
    """Return the column of a question: its own, that of its regions, or the first shown."""
    if "each" in question:
        marked = next(each for each in schema["questions"] if each["id"] == question["each"])
        return _shown(schema, marked, _SHOWS.get(marked["kind"], ""))
    if question.get("column"):
        return str(question["column"])
    columns = [str(p["column"]) for p in schema["show"] if not shown_as or p["as"] == shown_as]
    if not columns:
        raise refusal("column-none", wanted=shown_as or "text", field=str(question["id"]))
    return columns[0]


_SHOWS = {
    "spans": "text",
    "boxes": "image",
    "polygons": "image",
    "keypoints": "image",
    "audio": "audio",
}


def _controls(
    schema: Mapping[str, Any], question: Question, kind: str, names: Mapping[str, str], notes: Notes
) -> list[str]:
    common: dict[str, object] = {"name": question["id"]}
    if kind == "pair":
        common["toName"] = f"{names[str(question['a'])]},{names[str(question['b'])]}"
    else:
        common["toName"] = names[_shown(schema, question, _SHOWS.get(kind, ""))]
    if not question.get("optional"):
        common["required"] = "true"
    if "each" in question:
        common["perRegion"] = "true"
    common |= _when(schema, question, notes)
    return [_tag("Pairwise", common)] if kind == "pair" else _WRITE[kind](question, common)


def _when(schema: Mapping[str, Any], question: Question, notes: Notes) -> dict[str, object]:
    when = question.get("when")
    if not when:
        return {}
    earlier = next((q for q in schema["questions"] if q["id"] == when.get("question")), None)
    values = [when["is"]] if "is" in when else when.get("any")
    is_known = earlier is not None and (values or when.get("answered") is True)
    if not is_known or earlier is None or earlier["kind"] != "choice" or _is_nested(earlier):
        where = str(question["id"])
        notes.add("note-unwritten", field="when", format="Label Studio", where=where)
        return {}
    fields: dict[str, object] = {"visibleWhen": "choice-selected", "whenTagName": earlier["id"]}
    return {**fields, "whenChoiceValue": ",".join(map(str, values))} if values else fields


def _is_nested(question: Question) -> bool:
    return "anywhere" in question or any("choices" in each for each in question["choices"])


def _choice_tags(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        _tag("Choice", _valued(each), _choice_tags(each.get("choices") or ())) for each in choices
    ]


def _valued(choice: Mapping[str, Any] | str) -> dict[str, object]:
    if isinstance(choice, str):
        return {"value": choice}
    label = choice.get("label") or choice["value"]
    return {"value": label, **({"alias": choice["value"]} if label != choice["value"] else {})}


def _label_tags(labels: Iterable[Mapping[str, Any] | str]) -> list[str]:
    return [_tag("Label", _valued(each)) for each in labels]


type Common = Mapping[str, object]


def _choice(question: Question, common: Common) -> list[str]:
    inside = _choice_tags(question["choices"])
    is_multiple = bool(question["multiple"])
    if _is_nested(question):
        limits = {
            "maxUsages": None if is_multiple else "1",
            "leafsOnly": None if question.get("anywhere") else "true",
        }
        return [_tag("Taxonomy", {**common, **limits}, inside)]
    return [_tag("Choices", {**common, "choice": "multiple" if is_multiple else "single"}, inside)]


def _rating(question: Question, common: Common) -> list[str]:
    is_scale = question.get("look") != "slider"
    if is_scale and (question.get("least"), question.get("step", 1)) == (1, 1):
        return [_tag("Rating", {**common, "maxRating": question["most"]})]
    limits = {"min": question.get("least"), "max": question.get("most")}
    return [_tag("Number", {**common, **limits, "step": question.get("step")})]


def _number(question: Question, common: Common) -> list[str]:
    decimals = int(question.get("decimals") or 0)
    step = "1" if not decimals else f"0.{'0' * (decimals - 1)}1"
    limits = {"min": question.get("least"), "max": question.get("most")}
    return [_tag("Number", {**common, **limits, "step": step})]


def _date(question: Question, common: Common) -> list[str]:
    limits = {"min": question.get("earliest"), "max": question.get("latest")}
    shown = {"only": "date", "format": "%Y-%m-%d"}
    return [_tag("DateTime", {**common, **shown, **limits})]


def _text(question: Question, common: Common) -> list[str]:
    rows = None if question.get("mode") == "short" else "4"
    return [_tag("TextArea", {**common, "rows": rows, "maxSubmissions": "1", "editable": "true"})]


def _spans(question: Question, common: Common) -> list[str]:
    tags = [_tag("Labels", common, _label_tags(question["labels"]))]
    relations = values_of(question.get("relations") or ())  # which have no alias there
    related = [_tag("Relation", {"value": each}) for each in relations]
    return [*tags, *([_tag("Relations", {}, related)] if related else [])]


def _boxes(question: Question, common: Common) -> list[str]:
    turns = "true" if question.get("rotated") else "false"
    return [
        _tag("RectangleLabels", {**common, "canRotate": turns}, _label_tags(question["labels"]))
    ]


def _polygons(question: Question, common: Common) -> list[str]:
    return [_tag("PolygonLabels", common, _label_tags(question["labels"]))]


def _keypoints(question: Question, common: Common) -> list[str]:
    labels = values_of(question["labels"])
    if len(labels) != 1:  # points carry their own names there, and nothing of whom they are
        raise refusal("keypoints-labels", seen=len(labels))
    return [_tag("KeyPointLabels", common, _label_tags(question["points"]))]


def _audio(question: Question, common: Common) -> list[str]:
    tags = [_tag("Labels", common, _label_tags(question["labels"]))]
    if question.get("transcript"):
        text = {"name": f"{common['name']}-text", "toName": common["toName"], "perRegion": "true"}
        tags.append(_tag("TextArea", {**text, "editable": "true", "maxSubmissions": "1"}))
    return tags


_WRITE: Mapping[str, Callable[[Question, Common], list[str]]] = {
    "choice": _choice,
    "rating": _rating,
    "number": _number,
    "date": _date,
    "text": _text,
    "spans": _spans,
    "boxes": _boxes,
    "polygons": _polygons,
    "keypoints": _keypoints,
    "audio": _audio,
}
