"""Pairwise comparisons: which of two is better, or a tie, and for which reasons.

The two compared items are in two columns. Scores over a whole project come from
``quality.merging.bradley_terry``.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    QuestionPath,
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
AGREES_WITHIN = OF_REASONS
"""Answers agree within this distance: the same choice, whatever the reasons."""

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
    """Return the trade of this work."""
    del question
    return RATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: two columns of texts, a tie allowed, no reasons.

    Raises:
        BadQuestion: a field is malformed, or both columns are the same.
    """
    shown_as = QUESTION.of("as").one_of(question.get("as", "text"), SHOWN)
    return {**check_compared(question), "as": shown_as}


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
    fields = ANSWER.mapping(value, ["choice"], ["reasons"])
    choice = ANSWER.of("choice").one_of(fields["choice"], _choices(question))
    allowed = values_in(question, "reasons")
    return {
        "choice": choice,
        "reasons": some_of(ANSWER.of("reasons"), fields.get("reasons", []), allowed),
    }


def _choices(question: Question) -> list[str]:
    return ["a", "b", *(["tie"] if question["tie"] else [])]


def some_of(at: QuestionPath, value: object, allowed: Sequence[str]) -> list[str]:
    """Return a checked selection of the allowed values, in their order."""
    entries = at.items(value, 0, len(allowed))
    chosen = [at.of(number).one_of(entry, allowed) for number, entry in enumerate(entries)]
    for number, entry in enumerate(chosen):
        if entry in chosen[:number]:
            at.of(number).refuse(entry, "each once", "twice")
    return [entry for entry in allowed if entry in chosen]


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text: the choice alone where no reasons are requested.

    Example:
        >>> label_of(check_question({"a": "left", "b": "right"}), {"choice": "tie"})
        'tie'
    """
    normal = check_answer(question, value)
    return canonical_json(normal) if values_in(question, "reasons") else str(normal["choice"])


def value_of(question: Question, label: str) -> dict[str, object]:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    if values_in(question, "reasons"):
        return check_answer(question, value_of_json(label))
    return check_answer(question, {"choice": label})


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two comparisons: a tie lies half way between a and b.

    With reasons, a quarter of it is their Jaccard distance. It is a metric: a weighted mean of two.
    """
    left, right = check_answer(question, first), check_answer(question, second)
    apart = abs(PLACE[str(left["choice"])] - PLACE[str(right["choice"])])
    if not values_in(question, "reasons"):
        return apart
    reasons = jaccard(cast("list[str]", left["reasons"]), cast("list[str]", right["reasons"]))
    return (1 - OF_REASONS) * apart + OF_REASONS * reasons


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> dict[str, object]:
    """Return the choice of most weight, and the majority reasons of those who made it.

    A draw is a tie where one is allowed, else a.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[dict[str, object]]", normal)
    choices = [str(each["choice"]) for each in answers]
    choice = vote(choices, shares, _choices(question))
    if question["tie"] and choice == "a" and vote(choices, shares, ["b", "a"]) == "b":
        choice = "tie"
    same = [at for at, each in enumerate(answers) if each["choice"] == choice]
    reasons = majority_choices(
        [cast("list[str]", answers[at]["reasons"]) for at in same],
        [shares[at] for at in same],
        values_in(question, "reasons"),
    )
    return {"choice": choice, "reasons": reasons}
