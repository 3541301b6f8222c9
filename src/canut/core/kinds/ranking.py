"""Rankings: every item of the question once, best first.

Items are texts of the question or, with ``as``, the content of columns with their names. Scores of
items over a whole project come from ``quality.merging.bradley_terry``, which also merges here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from canut.core.kinds.shared.fields import ANSWER, QUESTION, canonical_json, named, values_in
from canut.core.kinds.shared.merging import normalised_votes
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import RATING, Trade
from canut.core.quality.merging.bradley_terry import bradley_terry, comparisons_of_rankings

MOST_ITEMS = 50
SHOWN = ("text", "image", "audio")
DRAWN = 9
AGREES_WITHIN = 0.2
"""Answers agree within this distance: one pair of items in five swapped, Kendall's tau 0.6."""

QUESTION_SHAPE: Mapping[str, object] = {
    "items": {
        "type": "array",
        "minItems": 2,
        "maxItems": MOST_ITEMS,
        "items": {"$ref": "#/$defs/named"},
    },
    "as": {"enum": list(SHOWN)},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "array",
    "minItems": 2,
    "maxItems": MOST_ITEMS,
    "items": {"type": "string"},
    "uniqueItems": True,
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return RATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: every item with its label.

    Raises:
        BadQuestion: a field is malformed, fewer than two items or more than 50, or one twice.
    """
    normal: dict[str, object] = {
        "items": named(QUESTION.of("items"), question.get("items"), 2, MOST_ITEMS)
    }
    if "as" in question:
        normal["as"] = QUESTION.of("as").one_of(question["as"], SHOWN)
    return normal


def check_answer(question: Question, value: object) -> list[str]:
    """Return an answer in normal form: every item once.

    Raises:
        BadAnswer: an item is unknown, there twice, or left out.
    """
    allowed = values_in(question, "items")
    entries = ANSWER.items(value, len(allowed), len(allowed))
    items = [ANSWER.of(number).one_of(entry, allowed) for number, entry in enumerate(entries)]
    for number, entry in enumerate(items):
        if entry in items[:number]:
            ANSWER.of(number).refuse(entry, "each item once", "twice")
    return items


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[str]:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the share of item pairs that the two rankings order differently.

    Source:
        Kendall (1938), https://doi.org/10.2307/2332226; a metric, as the number of neighbours to
        swap is.

    Example:
        >>> distance({"items": [{"value": each} for each in "abc"]}, list("abc"), list("bac"))
        0.3333333333333333
    """
    left, right = check_answer(question, first), check_answer(question, second)
    position = np.array([right.index(each) for each in left])
    n = len(position)
    swapped = int((np.subtract.outer(position, position)[np.triu_indices(n, 1)] > 0).sum())
    return swapped / (n * (n - 1) / 2)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> list[str]:
    """Order the items by their Bradley-Terry scores; ties keep the question's order.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[list[str]]", normal)
    items = values_in(question, "items")
    code = {each: number for number, each in enumerate(items)}
    voters = np.arange(len(answers), dtype=np.int32)
    comparisons = comparisons_of_rankings(
        [[code[each] for each in answer] for answer in answers], voters, len(voters), len(items)
    )
    weight = np.ones(len(comparisons)) if comparisons.weight is None else comparisons.weight
    trusted = weight * np.array(shares)[comparisons.worker] / max(shares)
    score = bradley_terry(replace(comparisons, weight=trusted), spread=1.0).score.round(DRAWN)
    return [items[at] for at in sorted(range(len(items)), key=lambda at: -score[at])]
