"""Audio segments: start and end, label, and optional transcript.

Times are seconds from the start, to the millisecond. With ``transcript``, each segment has a text;
with ``overlap``, segments may overlap, as voices do.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

import numpy as np

from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    QuestionPath,
    canonical_json,
    column_in,
    limits,
    named,
    tidy,
)
from canut.core.kinds.shared.marked_items import (
    MOST_LABELS,
    MergedAnswer,
    Thing,
    Way,
    arranged,
    gather,
    label_in,
    set_distance,
)
from canut.core.kinds.shared.merging import medoid, middle, normalised_votes
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, TRANSCRIBING, Trade
from canut.core.kinds.text import composed, texts_apart
from canut.core.quality.merging.shapes import SEGMENT, segments_alike

MOST_SEGMENTS = 1_000
LONGEST_SECONDS = 86_400
SHORTEST = 0.001
MOST_CHARACTERS = 2_000
AGREES_WITHIN = 0.4
"""Answers agree within this distance: paired segments share three fifths of their time."""

QUESTION_SHAPE: Mapping[str, object] = {
    "labels": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_LABELS,
        "items": {"$ref": "#/$defs/named"},
    },
    "transcript": {"type": "boolean"},
    "overlap": {"type": "boolean"},
    "column": {"type": "string"},
    "least": {"type": "integer", "minimum": 0, "maximum": MOST_SEGMENTS},
    "most": {"type": "integer", "minimum": 1, "maximum": MOST_SEGMENTS},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "array",
    "maxItems": MOST_SEGMENTS,
    "items": {
        "type": "object",
        "required": ["label", "start", "end"],
        "additionalProperties": False,
        "properties": {
            "label": {"type": "string"},
            "start": {"type": "number", "minimum": 0, "maximum": LONGEST_SECONDS},
            "end": {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_SECONDS},
            "text": {"type": "string", "maxLength": MOST_CHARACTERS},
        },
    },
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    return TRANSCRIBING if question.get("transcript") else ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: no transcript, segments may overlap.

    Raises:
        BadQuestion: a field is malformed, there is no label, or one twice.
    """
    least, most = limits(question, MOST_SEGMENTS)
    return {
        "labels": named(QUESTION.of("labels"), question.get("labels"), 1, MOST_LABELS),
        "transcript": QUESTION.of("transcript").flag(question.get("transcript", False)),
        "overlap": QUESTION.of("overlap").flag(question.get("overlap", True)),
        "least": least,
        "most": most,
        **column_in(question),
    }


def check_answer(question: Question, value: object) -> list[Thing]:
    """Return an answer in normal form: segments ordered by start.

    Raises:
        BadAnswer: too few or too many, one that is malformed, that ends before it begins, overlaps
            another where none may, or is there twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[list[Thing], list[int]]:
    """Return an answer in normal form, and the original index of each segment.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    entries = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    heard = [_check_segment(ANSWER.of(n), question, entry) for n, entry in enumerate(entries)]
    ordered = arranged(ANSWER, heard, _order)
    if not question["overlap"]:
        refuse_overlap(ANSWER, *ordered)
    return ordered


def _check_segment(at: QuestionPath, question: Question, entry: object) -> Thing:
    spoken = ["text"] if question["transcript"] else []
    fields = at.mapping(entry, ["label", "start", "end"], spoken)
    start = at.of("start").number(fields["start"], 0, LONGEST_SECONDS)
    end = at.of("end").number(fields["end"], 0, LONGEST_SECONDS)
    if end <= start:
        at.of("end").refuse(end, f"a time after {start}", "range")
    segment: Thing = {"label": label_in(at, fields, question), "start": start, "end": end}
    if spoken:
        segment["text"] = composed(at.of("text"), fields.get("text", ""), 0, MOST_CHARACTERS)
    return segment


def refuse_overlap(at: QuestionPath, things: Sequence[Thing], positions: Sequence[int]) -> None:
    """Raise if two things, ordered by start, overlap.

    Raises:
        BadAnswer: two overlap; the field is the original index of the second.
    """
    for before, item, position in zip(things, things[1:], positions[1:], strict=False):
        if cast("float", item["start"]) < cast("float", before["end"]):
            at.of(position).of("start").refuse(
                item["start"], f"{before['end']} or more: two may not overlap", "range"
            )


def _order(segment: Thing) -> tuple[object, ...]:
    return tuple(segment.get(name, "") for name in ("start", "end", "label", "text"))


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[Thing]:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two answers: paired segments, 1 minus their shared time.

    With transcripts, half of it is the distance of the texts. Different labels have distance 1. It
    is a metric.
    """
    left, right = check_answer(question, first), check_answer(question, second)

    def between(a: int, b: int) -> float:
        if left[a]["label"] != right[b]["label"]:
            return 1.0
        far = 1 - float(segments_alike(np.array(times(left[a])), np.array(times(right[b]))))
        if not question["transcript"]:
            return far
        return (far + texts_apart(str(left[a]["text"]), str(right[b]["text"]))) / 2

    return set_distance(len(left), len(right), between)


def times(item: Thing) -> list[float]:
    """Return the start and the end of a segment, in seconds."""
    return [cast("float", item["start"]), cast("float", item["end"])]


def _fuse(segments: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Return the medians of both ends, and the text nearest to the others."""
    start, end = (
        tidy(middle([times(each)[place] for each in segments], weights)) for place in (0, 1)
    )
    fused: Thing = {"start": start, "end": max(end, tidy(start + SHORTEST))}
    if "text" in segments[0]:
        texts = [str(each["text"]) for each in segments]
        best = medoid(len(texts), lambda a, b: texts_apart(texts[a], texts[b]), weights)
        fused["text"] = texts[best]
    return fused


def same(first: Thing, second: Thing) -> bool:
    """Return whether two things are equal."""
    return first == second


def overlap(first: Thing, second: Thing) -> bool:
    """Return whether two things overlap."""
    (begin, end), (start, stop) = times(first), times(second)
    return begin < stop and start < end


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Merge several answers, and return the sources of each segment.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    strategy = Way(SEGMENT, times, _fuse, _order, same if question["overlap"] else overlap)
    return gather(
        question, normalised_votes(values, weights, partial(check_answer, question)), strategy
    )


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge segments that more than half of the weight marked: median ends, nearest text.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
