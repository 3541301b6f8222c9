import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import number

QUESTION = number.check_question({"least": -10, "most": 10, "decimals": 1})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"least": 2, "most": 2}, "most"),
        ({"most": 10**10}, "most"),
        ({"decimals": 7}, "decimals"),
        ({"decimals": 1.5}, "decimals"),
        ({"unit": "x" * 21}, "unit"),
        ({"unit": 3}, "unit"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        number.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (11, ""),
        (0.25, ""),
        (-10.5, ""),
        (math.inf, ""),
        (math.nan, ""),
        ("3", ""),
        (10**400, ""),
        (False, ""),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        number.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_whole_numbers_and_nought_have_one_text() -> None:
    assert number.label_of(QUESTION, -0.0) == "0"
    assert number.label_of(QUESTION, 2.0) == "2"
    assert number.value_of(QUESTION, "2.5") == 2.5


def test_one_wild_number_does_not_move_the_others() -> None:
    wide = number.check_question({"most": 10**9})

    assert number.merge(wide, [12, 13, 10**9]) == 13
    assert number.distance(wide, 12, 13) == 0.5
