"""Decide what a comparison of two is: which is better, or neither, and for what reasons.

What is compared stands in two columns. Scores of what was compared over a whole project are the
matter of ``quality.bradley_terry``.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    FieldPath,
    canonical_json,
    column_in,
    named,
    values_in,
)
from canut.core.kinds.shared.merging import jaccard, majority_choices, normalised_votes, vote
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import RATING, Trade

MOST_REASONS = 30
SHOWN = ("text", "image", "audio")
PLACE = {"a": 0.0, "tie": 0.5, "b": 1.0}
OF_REASONS = 0.25
"""How much of the distance is that of the reasons, where there are any to give."""

COMPARED: Mapping[str, object] = {
    "a": {"type": "string"},
    "b": {"type": "string"},
    "tie": {"type": "boolean"},
    "reasons": {"type": "array", "maxItems": MOST_REASONS, "items": {"$ref": "#/$defs/named"}},
}
QUESTION_SHAPE: Mapping[str, object] = {**COMPARED, "as": {"enum": list(SHOWN)}}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "object",
    "required": ["choice", "reasons"],
    "additionalProperties": False,
    "properties": {
        "choice": {"enum": ["a", "b", "tie"]},
        "reasons": {"type": "array", "items": {"type": "string"}},
    },
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return what this work is."""
    del question
    return RATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: two columns of texts, a tie allowed, no reasons.

    Raises:
        BadQuestion: a field is malformed, or both columns are the same.
    """
    shown = QUESTION.of("as").one_of(question.get("as", "text"), SHOWN)
    return {**check_compared(question), "as": shown}


def check_compared(question: Question) -> dict[str, object]:
    """Return the two columns, whether a tie is allowed, and the reasons."""
    columns = column_in(question, "a", needed=True) | column_in(question, "b", needed=True)
    if columns["a"] == columns["b"]:
        QUESTION.of("b").refuse(columns["b"], "another column than that of a", "twice")
    return {
        **columns,
        "tie": QUESTION.of("tie").flag(question.get("tie", True)),
        "reasons": named(QUESTION.of("reasons"), question.get("reasons", []), 0, MOST_REASONS),
    }


def check_answer(question: Question, value: object) -> dict[str, object]:
    """Return an answer in normal form: the choice, and reasons in question order.

    Raises:
        BadAnswer: not a, b or an allowed tie, or reasons that are unknown or there twice.
    """
    said = ANSWER.mapping(value, ["choice"], ["reasons"])
    choice = ANSWER.of("choice").one_of(said["choice"], _choices(question))
    known = values_in(question, "reasons")
    return {
        "choice": choice,
        "reasons": some_of(ANSWER.of("reasons"), said.get("reasons", []), known),
    }


def _choices(question: Question) -> list[str]:
    return ["a", "b", *(["tie"] if question["tie"] else [])]


def some_of(at: FieldPath, seen: object, known: Sequence[str]) -> list[str]:
    """Take some of the values known, each once, in the order known."""
    given = at.items(seen, 0, len(known))
    chosen = [at.of(number).one_of(one, known) for number, one in enumerate(given)]
    for number, one in enumerate(chosen):
        if one in chosen[:number]:
            at.of(number).refuse(one, "each once", "twice")
    return [one for one in known if one in chosen]


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text: the choice alone where no reasons are asked for.

    Example:
        >>> label_of(check_question({"a": "left", "b": "right"}), {"choice": "tie"})
        'tie'
    """
    normal = check_answer(question, value)
    return canonical_json(normal) if values_in(question, "reasons") else str(normal["choice"])


def value_of(question: Question, label: str) -> dict[str, object]:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    if values_in(question, "reasons"):
        return check_answer(question, value_of_json(label))
    return check_answer(question, {"choice": label})


def distance(question: Question, one: object, other: object) -> float:
    """Return how far apart two comparisons are: a tie lies half way between a and b.

    Where reasons are asked for, a quarter of it is that of the reasons. A metric: a weighted mean
    of two.
    """
    left, right = check_answer(question, one), check_answer(question, other)
    apart = abs(PLACE[str(left["choice"])] - PLACE[str(right["choice"])])
    if not values_in(question, "reasons"):
        return apart
    reasons = jaccard(cast("list[str]", left["reasons"]), cast("list[str]", right["reasons"]))
    return (1 - OF_REASONS) * apart + OF_REASONS * reasons


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> dict[str, object]:
    """Return the weightiest choice, and the reasons most of those gave who made it.

    A draw is a tie where one is allowed, else a.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    given, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[dict[str, object]]", given)
    said = [str(each["choice"]) for each in answers]
    choice = vote(said, shares, _choices(question))
    if question["tie"] and choice == "a" and vote(said, shares, ["b", "a"]) == "b":
        choice = "tie"
    same = [at for at, each in enumerate(answers) if each["choice"] == choice]
    reasons = majority_choices(
        [cast("list[str]", answers[at]["reasons"]) for at in same],
        [shares[at] for at in same],
        values_in(question, "reasons"),
    )
    return {"choice": choice, "reasons": reasons}
