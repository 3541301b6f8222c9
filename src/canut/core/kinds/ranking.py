"""Decide what a ranking is: every item of the question once, the best first.

Items are texts of the question, or, with ``as``, what stands in columns of their names. Scores of
items over a whole project are the matter of ``quality.bradley_terry``, which also merges here.
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
    """Return what this work is."""
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
    known = values_in(question, "items")
    given = ANSWER.items(value, len(known), len(known))
    said = [ANSWER.of(number).one_of(one, known) for number, one in enumerate(given)]
    for number, one in enumerate(said):
        if one in said[:number]:
            ANSWER.of(number).refuse(one, "each item once", "twice")
    return said


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> list[str]:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, one: object, other: object) -> float:
    """Return the share of pairs of items that the two rankings order differently.

    Source:
        Kendall (1938), https://doi.org/10.2307/2332226; a metric, as the number of neighbours to
        swap is.

    Example:
        >>> distance({"items": [{"value": each} for each in "abc"]}, list("abc"), list("bac"))
        0.3333333333333333
    """
    left, right = check_answer(question, one), check_answer(question, other)
    place = np.array([right.index(each) for each in left])
    n = len(place)
    swapped = int((np.subtract.outer(place, place)[np.triu_indices(n, 1)] > 0).sum())
    return swapped / (n * (n - 1) / 2)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> list[str]:
    """Order the items by their Bradley-Terry scores; equal scores keep the question's order.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    given, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[list[str]]", given)
    known = values_in(question, "items")
    code = {each: number for number, each in enumerate(known)}
    who = np.arange(len(answers), dtype=np.int32)
    said = comparisons_of_rankings(
        [[code[each] for each in answer] for answer in answers], who, len(who), len(known)
    )
    weight = np.ones(len(said)) if said.weight is None else said.weight
    trusted = weight * np.array(shares)[said.worker] / max(shares)
    score = bradley_terry(replace(said, weight=trusted), spread=1.0).score.round(DRAWN)
    return [known[at] for at in sorted(range(len(known)), key=lambda at: -score[at])]
