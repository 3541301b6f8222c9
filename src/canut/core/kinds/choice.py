"""Choice questions: their choices, valid answers, and how two answers differ.

``multiple`` allows any number of choices, including none. The order of the choices is that of the
number keys, and breaks ties. Nested choices are in ``shared.paths``.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.errors import BadAnswer, BadInput, BadQuestion
from canut.core.kinds.shared import paths
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade

LEAST_CHOICES = 2
MOST_CHOICES = 36
LONGEST_VALUE = 200
LONGEST_LABEL = 200
AGREES_WITHIN = 0.0
"""Answers agree within this distance: the same choices."""

QUESTION_SHAPE: Mapping[str, object] = {
    "multiple": {"type": "boolean"},
    "choices": {
        "type": "array",
        "minItems": LEAST_CHOICES,
        "maxItems": MOST_CHOICES,
        "items": {"$ref": "#/$defs/choice"},
    },
    "anywhere": {"type": "boolean"},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    ]
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form: every choice labelled, ``multiple`` explicit.

    Raises:
        BadQuestion: too few or too many choices, one without a value, or a value twice.
    """
    if paths.is_nested(question):
        return paths.check_question(question)
    multiple = question.get("multiple", False)
    choices = question.get("choices")
    if not isinstance(multiple, bool) or not isinstance(choices, list):
        raise BadQuestion(
            "a choice question has a list 'choices', and 'multiple' true or false",
            code="question-malformed",
            where="choices",
        )
    if not LEAST_CHOICES <= len(choices) <= MOST_CHOICES:
        raise BadQuestion(
            f"there are {len(choices)} choices; give {LEAST_CHOICES} to {MOST_CHOICES}",
            code="choices-number",
            field="choices",
            seen=len(choices),
            least=LEAST_CHOICES,
            most=MOST_CHOICES,
        )
    normal: list[dict[str, str]] = []
    for number, choice in enumerate(choices, 1):
        checked = _check_choice(choice, number)
        if any(checked["value"] == before["value"] for before in normal):
            raise BadQuestion(
                f"the choice {checked['value']!r} is there twice; give each its own value",
                code="choice-twice",
                field=f"choices[{len(normal)}].value",
                value=checked["value"],
            )
        normal.append(checked)
    return {"multiple": multiple, "choices": normal}


def _check_choice(choice: object, number: int) -> dict[str, str]:
    """Return one choice with its label, or raise if it is malformed."""
    value = choice.get("value") if isinstance(choice, dict) else None
    label = choice.get("label", value) if isinstance(choice, dict) else None
    if not isinstance(value, str) or not value.strip() or not isinstance(label, str):
        raise BadQuestion(
            f"choice {number} is {choice!r}; expected a 'value' that is a text and not empty",
            code="choice-empty",
            field=f"choices[{number - 1}].value",
            number=number,
        )
    if len(value) > LONGEST_VALUE or len(label) > LONGEST_LABEL:
        raise BadQuestion(
            f"choice {number} has {max(len(value), len(label))} characters; "
            f"write at most {LONGEST_VALUE}",
            code="choice-too-long",
            field=f"choices[{number - 1}]",
            number=number,
            limit=LONGEST_VALUE,
        )
    return {"value": value, "label": label or value}


def is_multiple(question: Question) -> bool:
    """Return whether several choices may be selected."""
    return bool(question.get("multiple", False))


def values_of(question: Question) -> list[str]:
    """Return the values of the choices, in the question's order."""
    choices = cast("list[dict[str, str]]", question["choices"])
    return [choice["value"] for choice in choices]


def check_answer(question: Question, value: object) -> object:
    """Return an answer in normal form: the selected value, or a list in question order.

    Where choices hold choices, a value is the path to it.

    Raises:
        BadAnswer: of the wrong shape, not among the choices, or one choice twice.
    """
    if "anywhere" in question:
        return paths.check_answer(question, value)
    return _check_flat(question, value)


def _check_flat(question: Question, value: object) -> str | list[str]:
    allowed = values_of(question)
    if not question.get("multiple", False):
        if not isinstance(value, str):
            raise BadAnswer(
                f"the answer is {value!r:.200}; expected one of the choices, as a text",
                code="answer-malformed",
                expected="text",
            )
        return value if value in allowed else _known(value, allowed)
    if not isinstance(value, (list, tuple)):
        raise BadAnswer(
            f"the answer is {value!r:.200}; expected a list of choices",
            code="answer-malformed",
            expected="list",
        )
    chosen = [_known(each, allowed) for each in value]
    if len(set(chosen)) < len(chosen):
        raise BadAnswer(
            f"the answer {chosen!r} has a choice twice; send each once", code="answer-choice-twice"
        )
    return [each for each in allowed if each in chosen]


def _known(value: object, allowed: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise BadAnswer(
            f"{value!r} is not among the choices {', '.join(allowed)}",
            code="answer-not-a-choice",
            seen=str(value)[:LONGEST_VALUE],
        )
    return value


def label_of(question: Question, value: object) -> str:
    """Encode an answer as the one text that stands for it in tables and files.

    Example:
        >>> question = {"multiple": True, "choices": [{"value": "a"}, {"value": "b"}]}
        >>> label_of(question, ["b", "a"])
        '["a","b"]'
    """
    normal = check_answer(question, value)
    if isinstance(normal, str):
        return normal
    return json.dumps(normal, ensure_ascii=False, separators=(",", ":"))


def value_of(question: Question, label: str) -> object:
    """Decode an answer from its text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    if not is_multiple(question) and "anywhere" not in question:
        return check_answer(question, label)
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two answers: 0 if equal, 1 if they have nothing in common.

    For multiple choices, the Jaccard distance of the two selections.

    Source:
        Jaccard (1901); it is a metric: Levandowsky and Winter (1971),
        https://doi.org/10.1038/234034a0

    Example:
        >>> question = {"multiple": True, "choices": [{"value": "a"}, {"value": "b"}]}
        >>> distance(question, ["a"], ["a", "b"])
        0.5
    """
    if "anywhere" in question:
        return paths.distance(question, first, second)
    left, right = _check_flat(question, first), _check_flat(question, second)
    if isinstance(left, str) or isinstance(right, str):
        return float(left != right)
    either = set(left) | set(right)
    return len(set(left) ^ set(right)) / len(either) if either else 0.0


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Return the choice of most weight, or every choice selected by more than half.

    Ties go to the choice that comes first in the question.

    Args:
        question: the question they answer.
        values: at least one answer.
        weights: weight of each answer; 1 by default.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    if not values or (weights is not None and len(weights) != len(values)):
        raise BadInput(
            f"{len(values)} answers and {len(weights or ())} weights; "
            "give at least one answer and one weight for each"
        )
    if "anywhere" in question:
        return paths.merge(question, values, weights)
    shares = [1.0] * len(values) if weights is None else weights
    answers = [_check_flat(question, value) for value in values]
    allowed = values_of(question)
    weight = {
        each: math.fsum(
            share
            for answer, share in zip(answers, shares, strict=True)
            if (answer == each if isinstance(answer, str) else each in answer)
        )
        for each in allowed
    }
    if is_multiple(question):
        return [each for each in allowed if 2 * weight[each] > math.fsum(shares)]
    return max(allowed, key=lambda each: weight[each])
