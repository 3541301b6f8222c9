import pytest

from canut.core.errors import BadAnswer, BadInput, BadQuestion
from canut.core.kinds import choice

ONE = {"choices": [{"value": "7"}, {"value": "1"}, {"value": "9", "label": "nine"}]}
MANY = {**ONE, "multiple": True}


@pytest.mark.parametrize(
    ("choices", "case"),
    [
        (None, "question-malformed"),
        ([{"value": "7"}], "choices-number"),
        ([{"value": str(n)} for n in range(37)], "choices-number"),
        ([{"value": "7"}, {"value": " "}], "choice-empty"),
        ([{"value": "7"}, {"value": 1}], "choice-empty"),
        ([{"value": "7"}, "1"], "choice-empty"),
        ([{"value": "7"}, {"value": "1", "label": 1}], "choice-empty"),
        ([{"value": "7"}, {"value": "7"}], "choice-twice"),
        ([{"value": "7"}, {"value": "1" * 201}], "choice-too-long"),
    ],
)
def test_choices_nobody_could_use_are_refused(choices: object, case: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        choice.check_question({"choices": choices})

    assert refusal.value.case == case


def test_several_choices_are_put_in_question_order() -> None:
    assert choice.check_answer(MANY, ["9", "7"]) == ["7", "9"]
    assert choice.label_of(MANY, ["9", "7"]) == '["7","9"]'
    assert choice.label_of(MANY, []) == "[]"


@pytest.mark.parametrize(
    ("question", "value", "case"),
    [
        (ONE, ["7"], "answer-malformed"),
        (ONE, "8", "answer-not-a-choice"),
        (MANY, "7", "answer-malformed"),
        (MANY, ["7", "8"], "answer-not-a-choice"),
        (MANY, ["7", "7"], "answer-choice-twice"),
    ],
)
def test_answers_of_the_wrong_shape_are_refused(
    question: dict[str, object], value: object, case: str
) -> None:
    with pytest.raises(BadAnswer) as refusal:
        choice.check_answer(question, value)

    assert refusal.value.case == case


def test_text_that_is_no_label_is_refused() -> None:
    with pytest.raises(BadAnswer):
        choice.value_of(MANY, "7 and 9")


def test_weights_decide_and_draws_go_to_the_first() -> None:
    assert choice.merge(ONE, ["1", "7"]) == "7"
    assert choice.merge(ONE, ["1", "7"], [2, 1]) == "1"
    assert choice.merge(MANY, [["7", "1"], ["1"]]) == ["1"]


@pytest.mark.parametrize(("values", "weights"), [([], None), (["7"], [1.0, 2.0])])
def test_nothing_to_merge_is_refused(values: list[object], weights: list[float] | None) -> None:
    with pytest.raises(BadInput, match="at least one answer"):
        choice.merge(ONE, values, weights)
