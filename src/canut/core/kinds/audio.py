"""Decide what segments of sound are: from when to when, what it is, and what is said.

Times are seconds from the beginning, kept to the millisecond. With ``transcript``, each segment has
a text; with ``overlap``, two may sound at once, as voices do.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

import numpy as np

from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    FieldPath,
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
    """Return what this work is."""
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
    """Return an answer in normal form: segments in the order they begin.

    Raises:
        BadAnswer: too few or too many, one that is malformed, that ends before it begins, overlaps
            another where none may, or is there twice.
    """
    return arrange(question, value)[0]


def arrange(question: Question, value: object) -> tuple[list[Thing], list[int]]:
    """Return an answer in normal form, and where each of its segments stood.

    Raises:
        BadAnswer: as ``check_answer``.
    """
    given = ANSWER.items(value, int(str(question["least"])), int(str(question["most"])))
    heard = [_check_segment(ANSWER.of(n), question, one) for n, one in enumerate(given)]
    found = arranged(ANSWER, heard, _order)
    if not question["overlap"]:
        refuse_overlap(ANSWER, *found)
    return found


def _check_segment(at: FieldPath, question: Question, one: object) -> Thing:
    spoken = ["text"] if question["transcript"] else []
    said = at.mapping(one, ["label", "start", "end"], spoken)
    start = at.of("start").number(said["start"], 0, LONGEST_SECONDS)
    end = at.of("end").number(said["end"], 0, LONGEST_SECONDS)
    if end <= start:
        at.of("end").refuse(end, f"a time after {start}", "range")
    segment: Thing = {"label": label_in(at, said, question), "start": start, "end": end}
    if spoken:
        segment["text"] = composed(at.of("text"), said.get("text", ""), 0, MOST_CHARACTERS)
    return segment


def refuse_overlap(at: FieldPath, things: Sequence[Thing], places: Sequence[int]) -> None:
    """Refuse things, in the order they begin, of which one begins before another ends.

    Raises:
        BadAnswer: it does; the field is where it stood.
    """
    for before, thing, place in zip(things, things[1:], places[1:], strict=False):
        if cast("float", thing["start"]) < cast("float", before["end"]):
            at.of(place).of("start").refuse(
                thing["start"], f"a place from {before['end']} on: two may not overlap", "range"
            )


def _order(segment: Thing) -> tuple[object, ...]:
    return tuple(segment.get(name, "") for name in ("start", "end", "label", "text"))


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[Thing]:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, one: object, other: object) -> float:
    """Return how far apart two answers are: segments paired, 1 less the share of time in common.

    Where there are transcripts, half of it is that of the texts. Labels that differ are as far as
    can be. A metric.
    """
    left, right = check_answer(question, one), check_answer(question, other)

    def between(a: int, b: int) -> float:
        if left[a]["label"] != right[b]["label"]:
            return 1.0
        far = 1 - float(segments_alike(np.array(times(left[a])), np.array(times(right[b]))))
        if not question["transcript"]:
            return far
        return (far + texts_apart(str(left[a]["text"]), str(right[b]["text"]))) / 2

    return set_distance(len(left), len(right), between)


def times(thing: Thing) -> list[float]:
    """Return where a thing begins and ends."""
    return [cast("float", thing["start"]), cast("float", thing["end"])]


def _fuse(segments: Sequence[Thing], weights: Sequence[float]) -> Thing:
    """Take the median of both ends, and the text nearest the others."""
    start, end = (
        tidy(middle([times(each)[place] for each in segments], weights)) for place in (0, 1)
    )
    fused: Thing = {"start": start, "end": max(end, tidy(start + SHORTEST))}
    if "text" in segments[0]:
        texts = [str(each["text"]) for each in segments]
        best = medoid(len(texts), lambda a, b: texts_apart(texts[a], texts[b]), weights)
        fused["text"] = texts[best]
    return fused


def same(one: Thing, other: Thing) -> bool:
    """Say whether two things are one."""
    return one == other


def overlap(one: Thing, other: Thing) -> bool:
    """Say whether two things have a place in common."""
    (begin, end), (start, stop) = times(one), times(other)
    return begin < stop and start < end


def gathered(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> MergedAnswer:
    """Make one answer of several, and say of whose segments each is made.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    way = Way(SEGMENT, times, _fuse, _order, same if question["overlap"] else overlap)
    return gather(question, normalised_votes(values, weights, partial(check_answer, question)), way)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Keep the segments more than half of the weight marked: medians of ends, the nearest text.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    return gathered(question, values, weights).value
