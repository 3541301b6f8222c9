"""Number questions: bounds, decimals and unit.

An answer with too many decimals is refused, not rounded: a person typed it.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, canonical_json, number_of, tidy
from canut.core.kinds.shared.merging import median, normalised_votes
from canut.core.kinds.shared.reading import read_number
from canut.core.kinds.shared.trades import ANNOTATING, Trade

FURTHEST = 1_000_000_000
MOST_DECIMALS = 6
LONGEST_UNIT = 20
AGREES_WITHIN = 0.5
"""Answers agree within this distance: a hundredth of the range, or 1 where it is above 100."""

QUESTION_SHAPE: Mapping[str, object] = {
    "least": {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST},
    "most": {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST},
    "decimals": {"type": "integer", "minimum": 0, "maximum": MOST_DECIMALS},
    "unit": {"type": "string", "maxLength": LONGEST_UNIT},
}
ANSWER_SHAPE: Mapping[str, object] = {"type": "number"}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default whole numbers from 0.

    Raises:
        BadQuestion: a field is malformed, or the bounds are the wrong way round.
    """
    decimals = QUESTION.of("decimals").whole(question.get("decimals", 0), 0, MOST_DECIMALS)
    bounds = [
        QUESTION.of(name).number(question.get(name, usual), -FURTHEST, FURTHEST, decimals)
        for name, usual in (("least", 0), ("most", FURTHEST))
    ]
    if bounds[0] >= bounds[1]:
        QUESTION.of("most").refuse(bounds[1], f"a number above {bounds[0]}", "range")
    return {
        "least": bounds[0],
        "most": bounds[1],
        "decimals": decimals,
        "unit": QUESTION.of("unit").text(question.get("unit", ""), LONGEST_UNIT, 0),
    }


def check_answer(question: Question, value: object) -> float:
    """Return an answer in normal form: a number in bounds, integers without decimals.

    Raises:
        BadAnswer: no number, out of bounds, or with more decimals than asked for.
    """
    decimals = int(number_of(question, "decimals"))
    least, most = number_of(question, "least"), number_of(question, "most")
    number = ANSWER.number(value, least, most, decimals)
    if number != value:
        ANSWER.refuse(value, f"a number with at most {decimals} decimals", "decimals")
    return number


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text.

    Example:
        >>> label_of(check_question({"decimals": 2}), 0.5)
        '0.5'
    """
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> float:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, read_number(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return d / (1 + d), 0 to 1, with d the difference in hundredths of the range, or in ones.

    It is a metric, since the function is concave. A difference of a hundredth of the range, or of 1
    where the range is above 100, has distance 1/2.
    """
    wide = number_of(question, "most") - number_of(question, "least")
    unit = min(1.0, wide / 100)
    apart = abs(check_answer(question, first) - check_answer(question, second)) / unit
    return apart / (1 + apart)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> float:
    """Return the lower median, which resists outliers.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    answers, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    return tidy(median(cast("list[float]", answers), shares), MOST_DECIMALS)
