import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import ranking

QUESTION = ranking.check_question({"items": ["x", "y", "z"]})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({}, "items"),
        ({"items": ["x"]}, "items"),
        ({"items": ["x", "x"]}, "items[1].value"),
        ({"items": [str(n) for n in range(51)]}, "items"),
        ({"items": ["x", "y"], "as": "smell"}, "as"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        ranking.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("x", ""),
        (["x", "y"], ""),
        (["x", "y", "y"], "[2]"),
        (["x", "y", "w"], "[2]"),
        (["x", "y", 3], "[2]"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        ranking.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_most_preferred_comes_first_and_trust_counts() -> None:
    said = [["x", "y", "z"], ["y", "x", "z"], ["y", "z", "x"]]

    assert ranking.merge(QUESTION, said) == ["y", "x", "z"]
    assert ranking.merge(QUESTION, said, [9, 1, 1]) == ["x", "y", "z"]


def test_reverse_is_as_far_as_can_be() -> None:
    assert ranking.distance(QUESTION, ["x", "y", "z"], ["z", "y", "x"]) == 1


def test_nobody_ahead_keeps_the_order_of_the_question() -> None:
    assert ranking.merge(QUESTION, [["z", "y", "x"], ["x", "y", "z"]]) == ["x", "y", "z"]
