"""Ratings: a step of a scale, or a position on a slider.

A scale has few whole steps, one key each; a slider has many, and may have decimals. Both are
ordered numbers, so that answers merge into their median.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, canonical_json, number_of, tidy
from canut.core.kinds.shared.merging import median, normalised_votes
from canut.core.kinds.shared.reading import read_number
from canut.core.kinds.shared.trades import RATING, Trade

LOOKS = ("scale", "slider")
MOST_STEPS = {"scale": 11, "slider": 100_000}
FURTHEST = 1_000_000
NEAR = 1e-6
AGREES_WITHIN = 0.05
"""Answers agree within this distance: the same step of a scale, a twentieth of a slider."""

QUESTION_SHAPE: Mapping[str, object] = {
    "look": {"enum": list(LOOKS)},
    "least": {"type": "number"},
    "most": {"type": "number"},
    "step": {"type": "number", "exclusiveMinimum": 0},
    "ends": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
}
ANSWER_SHAPE: Mapping[str, object] = {"type": "number"}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return RATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default 1 to 5 in steps of 1.

    Raises:
        BadQuestion: a field is malformed, the bounds are reversed, or no step reaches the end.
    """
    look = QUESTION.of("look").one_of(question.get("look", "scale"), LOOKS)
    least = QUESTION.of("least").number(question.get("least", 1), -FURTHEST, FURTHEST)
    most = QUESTION.of("most").number(
        question.get("most", 5 if look == "scale" else 100), -FURTHEST, FURTHEST
    )
    step = QUESTION.of("step").number(question.get("step", 1), 0, 2 * FURTHEST)
    if most <= least:
        QUESTION.of("most").refuse(most, f"a number above {least}", "range")
    if step <= 0:
        QUESTION.of("step").refuse(question.get("step"), "a number of 0.001 or more", "range")
    if look == "scale" and not (isinstance(least, int) and isinstance(step, int)):
        QUESTION.of("step").refuse(step, "whole steps on a scale; a slider has decimals")
    steps = (most - least) / step
    if abs(steps - round(steps)) > NEAR or not 1 <= round(steps) < MOST_STEPS[look]:
        QUESTION.of("step").refuse(
            step, f"steps that reach {most}, at most {MOST_STEPS[look]} of them", "number"
        )
    ends = QUESTION.of("ends").items(question.get("ends", ["", ""]), 2, 2)
    return {
        "look": look,
        "least": least,
        "most": most,
        "step": step,
        "ends": [QUESTION.of("ends").of(n).text(end, least=0) for n, end in enumerate(ends)],
    }


def check_answer(question: Question, value: object) -> float:
    """Return an answer in normal form: a number of the scale.

    Raises:
        BadAnswer: no number, out of bounds, or between two steps.
    """
    least, step = number_of(question, "least"), number_of(question, "step")
    number = ANSWER.number(value, least, number_of(question, "most"))
    steps = (number - least) / step
    if abs(steps - round(steps)) > NEAR:
        ANSWER.refuse(number, f"{least} and steps of {step}", "range")
    return tidy(least + round(steps) * step)


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text.

    Example:
        >>> label_of(check_question({}), 4.0)
        '4'
    """
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> float:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, read_number(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the difference of two ratings as a share of the scale, a metric."""
    wide = number_of(question, "most") - number_of(question, "least")
    return abs(check_answer(question, first) - check_answer(question, second)) / wide


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> float:
    """Return the lower median, which is a step of the scale.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    answers, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    return median(cast("list[float]", answers), shares)
