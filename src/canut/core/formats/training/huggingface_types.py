"""Column types of the answers of each kind, for Parquet and Hugging Face ``datasets``.

Labels are integers whose names are in the features (``ClassLabel``); regions are lists of structs.
A missing answer is a null. ``huggingface`` reads and writes the files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from canut.core.formats.training.labelled_items import (
    DocumentPath,
    Question,
    labels_of,
    point_names,
    values_of,
)
from canut.core.kinds.shared.fields import canonical_json
from canut.core.kinds.shared.reading import value_of_json

type Arrow = Any  # pyarrow has no types
type Value = Any  # an answer, in the normal form of its kind
type Feature = Any  # as ``datasets`` writes it

UNLABELLED = -1  # what many data sets write where nobody has answered


@dataclass(frozen=True, slots=True)
class Typed:
    """The type of a column in Arrow and in ``datasets``, and conversions of answers to cells."""

    arrow: Arrow
    feature: Feature
    cell: Callable[[Value, DocumentPath], Value]
    value: Callable[[Value, DocumentPath], Value]


def value_feature(dtype: str) -> Feature:
    """Return the feature of a plain value."""
    return {"dtype": dtype, "_type": "Value"}


def _plain(dtype: str) -> Typed:
    arrow = {"string": pa.string(), "float64": pa.float64(), "int64": pa.int64()}[dtype]
    return Typed(arrow, value_feature(dtype), _same, _same)


def _same(value: Value, _at: DocumentPath) -> Value:
    return value


def _number() -> Typed:
    return Typed(pa.float64(), value_feature("float64"), _same, _whole)


def _whole(value: Value, _at: DocumentPath) -> Value:
    """Return a number, as an integer if whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _classes(names: Sequence[str]) -> Typed:
    """Return the type of a label: its number, with the names in the features."""
    numbers = {name: number for number, name in enumerate(names)}

    def cell(value: Value, at: DocumentPath) -> Value:
        if value not in numbers:
            at.seen("entry-known", "label", value, known=", ".join(names))
        return numbers[value]

    def back(number: Value, at: DocumentPath) -> Value:
        if number is None or number == UNLABELLED:
            return None
        if isinstance(number, str):  # a file that spells its labels out
            return names[cell(number, at)]
        if not 0 <= number < len(names):
            at.seen("entry-known", "label", number, known=f"0–{len(names) - 1}")
        return names[number]

    return Typed(pa.int64(), {"names": list(names), "_type": "ClassLabel"}, cell, back)


def _list(inner: Typed) -> Typed:
    feature: Feature = {"feature": inner.feature, "_type": "Sequence"}
    if isinstance(inner.feature, dict) and "_type" not in inner.feature:
        feature = [inner.feature]  # a sequence of structs would become a struct of sequences
    return Typed(
        pa.list_(inner.arrow),
        feature,
        lambda value, at: [inner.cell(each, at) for each in value],
        lambda value, at: [inner.value(each, at) for each in value],
    )


def _struct(**fields: Typed) -> Typed:
    names = {name.rstrip("_"): typed for name, typed in fields.items()}

    def cell(value: Value, at: DocumentPath) -> Value:
        for name in value:
            if name not in names:
                at.seen("entry-known", "field", name, known=", ".join(names))
        return {
            name: None if value.get(name) is None else typed.cell(value[name], at)
            for name, typed in names.items()
        }

    def back(value: Value, at: DocumentPath) -> Value:
        return {
            name: typed.value(value[name], at)
            for name, typed in names.items()
            if value.get(name) is not None
        }

    arrow = pa.struct([(name, typed.arrow) for name, typed in names.items()])
    return Typed(arrow, {name: typed.feature for name, typed in names.items()}, cell, back)


def _labels(question: Question) -> Typed:
    return _classes(labels_of(question))


def _boxes(question: Question) -> Typed:
    sides = {name: _number() for name in ("x", "y", "w", "h", "angle")}
    return _list(_struct(label=_labels(question), **sides))


def _polygons(question: Question) -> Typed:
    return _list(_struct(label=_labels(question), points=_list(_list(_number()))))


def _keypoints(question: Question) -> Typed:
    """Return the type of points: a list with names, since structs share their fields."""
    names = point_names(question)
    inner = _list(_struct(name=_classes(names), x=_number(), y=_number(), v=_plain("int64")))
    plain = _struct(label=_labels(question), points=inner)

    def cell(value: Value, at: DocumentPath) -> Value:
        points = [
            {"name": name, "x": x, "y": y, "v": v} for name, (x, y, v) in value["points"].items()
        ]
        return plain.cell({"label": value["label"], "points": points}, at)

    def back(value: Value, at: DocumentPath) -> Value:
        item = plain.value(value, at)
        points = {each["name"]: [each["x"], each["y"], each["v"]] for each in item["points"]}
        return {**item, "points": points}

    return _list(Typed(plain.arrow, plain.feature, cell, back))


def _spans(question: Question) -> Typed:
    text, place = _plain("string"), _plain("int64")
    spans = _list(_struct(id=text, label=_labels(question), start=place, end=place))
    related = _classes(values_of(question.get("relations")))
    relations = _list(_struct(from_=text, to=text, label=related))
    return _struct(spans=spans, relations=relations)


def _audio(question: Question) -> Typed:
    times = {"start": _number(), "end": _number()}
    return _list(_struct(label=_labels(question), **times, text=_plain("string")))


def _choice(question: Question) -> Typed:
    if any("choices" in each for each in question["choices"]):
        path = _list(_plain("string"))
        return _list(path) if question.get("multiple") else path
    single = _classes(values_of(question["choices"]))
    return _list(single) if question.get("multiple") else single


def _pair(question: Question) -> Typed:
    reasons = _list(_classes(values_of(question.get("reasons"))))
    return _struct(choice=_classes(["a", "b", "tie"]), reasons=reasons)


def _ranking(question: Question) -> Typed:
    return _list(_classes(values_of(question["items"])))


def _chat(question: Question) -> Typed:
    mode = question.get("mode")
    if mode == "compare":
        return _pair(question)
    return _plain("string") if mode == "write" else _list(_struct(turn=_number(), rating=_number()))


def _page(_question: Question) -> Typed:
    """Return the type of a page's fields, which no question lists: one JSON text."""
    return Typed(
        pa.string(),
        value_feature("string"),
        lambda value, _at: canonical_json(value),
        lambda text, _at: value_of_json(text),
    )


TYPED: Mapping[str, Callable[[Question], Typed]] = {
    "choice": _choice,
    "rating": lambda _question: _number(),
    "number": lambda _question: _number(),
    "date": lambda _question: _plain("string"),
    "text": lambda _question: _plain("string"),
    "spans": _spans,
    "boxes": _boxes,
    "polygons": _polygons,
    "keypoints": _keypoints,
    "audio": _audio,
    "pair": _pair,
    "ranking": _ranking,
    "chat": _chat,
    "page": _page,
}


def typed(question: Question) -> Typed:
    """Return the type of a question's column; a list if it is asked of each region."""
    inner = TYPED[str(question["kind"])](question)
    if "each" not in question:
        return inner
    listed = _list(inner)
    return Typed(
        listed.arrow,
        listed.feature,
        lambda value, at: [None if each is None else inner.cell(each, at) for each in value],
        lambda value, at: [None if each is None else inner.value(each, at) for each in value],
    )
