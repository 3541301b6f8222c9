"""Text spans: parts of a text with a label each, and relations between them.

Positions count Unicode code points of the shown text, from 0, excluding the end. Spans are numbered
from "1" by their start, and relations refer to those numbers.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from canut.core.kinds.audio import overlap, refuse_overlap, same, times
from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    QuestionPath,
    canonical_json,
    column_in,
    limits,
    named,
    values_in,
)
from canut.core.kinds.shared.marked_items import (
    MOST_LABELS,
    Member,
    MergedAnswer,
    Thing,
    Way,
    arranged,
    gather,
    label_in,
    listed,
    set_distance,
)
from canut.core.kinds.shared.merging import Fair, jaccard, median, normalised_votes, vote
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade
from canut.core.quality.merging.shapes import SEGMENT, segments_alike

MOST_SPANS = 2_000
MOST_RELATIONS = 4_000
LONGEST_TEXT = 1_000_000
SNAPS = ("word", "character")
OF_RELATIONS = 0.25
"""How much of the distance is that of the relations, where there are any to draw."""
AGREES_WITHIN = 0.4
"""Answers agree within this distance: paired spans share three fifths of their text."""

QUESTION_SHAPE: Mapping[str, object] = {
    "labels": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "relations": {
        "type": "array",
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "snap": {"enum": list(SNAPS)},
    "overlap": {"type": "boolean"},
    "column": {"type": "string"},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_SPANS},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_SPANS},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "object",
    "required": ["spans", "relations"],
    "additionalProperties": False,
    "properties": {
        "spans": {
            "type": "array",
            "maxItems": MOST_SPANS,
            "items": {
                "type": "object",
                "required": ["id", "label", "start", "end"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string"},
                    "label": {"type": "string"},
                    "start": {"type": "integer", "minimum": 0, "maximum": LONGEST_TEXT},
                    "end": {"type": "integer", "minimum": 1, "maximum": LONGEST_TEXT},
                },
            },
        },
        "relations": {
            "type": "array",
            "maxItems": MOST_RELATIONS,
            "items": {
                "type": "object",
                "required": ["from", "to", "label"],
                "additionalProperties": False,
                "properties": {name: {"type": "string"} for name in ("from", "to", "label")},
            },
        },
    },
}

type Question = Mapping[str, object]
type Marking = dict[str, object]
type Relation = tuple[str, str, str]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default whole words, no overlap or relations.

    Raises:
        BadQuestion: a field is malformed, there is no label, or one twice.
    """
    least, most = limits(question, MOST_SPANS)
    return {
        **column_in(question),
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "relations": named(QUESTION.of("relations"), question.get("relations", []), 0, MOST_LABELS),
        "snap": QUESTION.of("snap").one_of(question.get("snap", "word"), SNAPS),
        "overlap": QUESTION.of("overlap").flag(question.get("overlap", False)),
        "least": least,
        "most": most,
    }


def check_answer(question: Question, value: object) -> Marking:
    """Return an answer in normal form: spans by start, numbered, and relations.

    Raises:
        BadAnswer: too few or too many, one that is malformed, empty, overlapping where none may, or
            there twice; a relation with an unknown end or label, to itself, or there twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[Marking, list[int]]:
    """Return an answer in normal form, and the original index of each span.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    fields = ANSWER.mapping(value, ["spans"], ["relations"])
    at = ANSWER.of("spans")
    entries = at.items(fields["spans"], int(str(question["least"])), int(str(question["most"])))
    marked = [_check_span(at.of(n), question, entry) for n, entry in enumerate(entries)]
    names = [str(each.pop("id", "")) for each in marked]
    for number, name in enumerate(names):
        if name and name in names[:number]:
            at.of(number).of("id").refuse(name, "an id of its own", "twice")
    spans, positions = arranged(at, marked, _order)
    if not question["overlap"]:
        refuse_overlap(at, spans, positions)
    number_of = {
        names[position]: str(n) for n, position in enumerate(positions, 1) if names[position]
    }
    relations = _check_relations(question, fields.get("relations", []), number_of)
    return _marking(spans, relations), positions


def _marking(spans: Sequence[Thing], relations: Sequence[Relation]) -> Marking:
    """Number the spans, and sort the relations."""
    order = sorted(relations, key=lambda each: (int(each[0]), int(each[1]), each[2]))
    return {
        "spans": [{"id": str(number), **span} for number, span in enumerate(spans, 1)],
        "relations": [dict(zip(("from", "to", "label"), each, strict=True)) for each in order],
    }


def _check_span(at: QuestionPath, question: Question, entry: object) -> Thing:
    fields = at.mapping(entry, ["label", "start", "end"], ["id"])
    start = at.of("start").whole(fields["start"], 0, LONGEST_TEXT)
    end = at.of("end").whole(fields["end"], 0, LONGEST_TEXT)
    if end <= start:
        at.of("end").refuse(end, f"a position after {start}", "range")
    name = {"id": at.of("id").name(fields["id"])} if "id" in fields else {}
    return {"label": label_in(at, fields, question), "start": start, "end": end, **name}


def _check_relations(
    question: Question, value: object, number_of: Mapping[str, str]
) -> list[Relation]:
    at, labels = ANSWER.of("relations"), values_in(question, "relations")
    relations: dict[Relation, None] = {}
    for number, entry in enumerate(at.items(value, 0, MOST_RELATIONS if labels else 0)):
        here = at.of(number)
        fields = here.mapping(entry, ["from", "to", "label"])
        names = tuple(number_of)
        ends = [number_of[here.of(e).one_of(fields[e], names)] for e in ("from", "to")]
        if ends[0] == ends[1]:
            here.of("to").refuse(fields["to"], "another span than it comes from", "twice")
        relation = (ends[0], ends[1], here.of("label").one_of(fields["label"], labels))
        if relation in relations:
            here.refuse("there already", "each one once", "twice")
        relations[relation] = None
    return list(relations)


def _order(span: Thing) -> tuple[object, ...]:
    return (span["start"], span["end"], span["label"])


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> Marking:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two answers: paired spans, 1 minus their shared text.

    Different labels have distance 1. With relations, a quarter of it is their Jaccard distance, by
    the spans they join. It is a metric.
    """
    left, right = check_answer(question, first), check_answer(question, second)
    spans, others = listed(left["spans"]), listed(right["spans"])

    def between(a: int, b: int) -> float:
        if spans[a]["label"] != others[b]["label"]:
            return 1.0
        return 1 - float(segments_alike(np.array(times(spans[a])), np.array(times(others[b]))))

    far = set_distance(len(spans), len(others), between)
    if not values_in(question, "relations"):
        return far
    joined = jaccard(_joined(left), _joined(right))
    return (1 - OF_RELATIONS) * far + OF_RELATIONS * joined


def _joined(marking: Marking) -> set[tuple[object, ...]]:
    """Return relations by the spans they join."""
    spans = {str(each["id"]): _order(each) for each in listed(marking["spans"])}
    return {
        (spans[str(each["from"])], spans[str(each["to"])], each["label"])
        for each in listed(marking["relations"])
    }


def _fuse(spans: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Return the medians of both ends."""
    return {
        name: median([cast("float", each[name]) for each in spans], weights)
        for name in ("start", "end")
    }


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Merge several answers, and return the sources of each span.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, order = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = [cast("Marking", each) for each in normal]
    bare = [
        [
            {name: each[name] for name in ("label", "start", "end")}
            for each in listed(answer["spans"])
        ]
        for answer in answers
    ]
    strategy = Way(SEGMENT, times, _fuse, _order, same if question["overlap"] else overlap)
    here = list(range(len(answers)))
    spans, members = gather(question, Fair(list[object](bare), shares, here), strategy)
    relations = _related(question, answers, shares, members)
    own = [[(order[a], t) for a, t in each] for each in members]
    return MergedAnswer(_marking(listed(spans), relations), own)


def _related(
    question: Question,
    answers: Sequence[Marking],
    shares: Sequence[float],
    members: Sequence[Sequence[Member]],
) -> list[Relation]:
    """Merge relations that more than half of the weight drew, their labels by vote.

    Two spans have several relations if more than half of the weight drew each of them.
    """
    name = {(a, str(t + 1)): str(n) for n, each in enumerate(members, 1) for a, t in each}
    drawn_relations: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for a, answer in enumerate(answers):
        for each in listed(answer["relations"]):
            begin, end = name.get((a, str(each["from"]))), name.get((a, str(each["to"])))
            if begin and end and begin != end:
                drawn_relations.setdefault((begin, end), []).append((str(each["label"]), a))
    half = sum(shares) / 2
    labels = values_in(question, "relations")
    relations: list[Relation] = []
    for (begin, end), votes in drawn_relations.items():
        sure = [v for v in labels if sum(shares[a] for label, a in votes if label == v) > half]
        if not sure and sum(shares[a] for a in {a for _, a in votes}) > half:
            sure = [vote([label for label, _ in votes], [shares[a] for _, a in votes], labels)]
        relations += [(begin, end, label) for label in sure]
    return relations


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge spans and relations that more than half of the weight marked: median ends.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
