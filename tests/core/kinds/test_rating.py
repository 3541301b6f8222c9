import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import rating

QUESTION = rating.check_question({})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"look": "dial"}, "look"),
        ({"least": "1"}, "least"),
        ({"least": 5}, "most"),
        ({"step": 0}, "step"),
        ({"step": 0.5}, "step"),
        ({"step": 3}, "step"),
        ({"most": 12}, "step"),
        ({"look": "slider", "step": 0.3, "most": 2}, "step"),
        ({"ends": ["low"]}, "ends"),
        ({"ends": ["low", 5]}, "ends[1]"),
        ({"most": math.nan}, "most"),
        ({"most": True}, "most"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        rating.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (0, ""),
        (6, ""),
        (3.5, ""),
        ("3", ""),
        (True, ""),
        (math.nan, ""),
        ([3], ""),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        rating.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_places_of_a_slider_have_one_text() -> None:
    slider = rating.check_question({"look": "slider", "least": 0, "most": 1, "step": 0.1})

    assert rating.check_answer(slider, 0.1 + 0.2) == 0.3
    assert rating.label_of(slider, 1.0) == "1"


def test_median_is_a_step() -> None:
    assert rating.merge(QUESTION, [1, 2, 5, 5]) == 2
    assert rating.merge(QUESTION, [1, 2, 5, 5], [1, 1, 2, 2]) == 5
