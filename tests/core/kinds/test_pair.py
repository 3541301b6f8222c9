import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import pair

QUESTION = pair.check_question(
    {"a": "left", "b": "right", "tie": False, "reasons": ["clear", "true"]}
)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"b": "right"}, "a"),
        ({"a": "left"}, "b"),
        ({"a": "left", "b": "left"}, "b"),
        ({"a": "l", "b": "r", "as": "smell"}, "as"),
        ({"a": "l", "b": "r", "tie": "yes"}, "tie"),
        ({"a": "l", "b": "r", "reasons": ["x", "x"]}, "reasons[1].value"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        pair.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("a", ""),
        ({}, "choice"),
        ({"choice": "tie"}, "choice"),
        ({"choice": "c"}, "choice"),
        ({"choice": "a", "reasons": "clear"}, "reasons"),
        ({"choice": "a", "reasons": ["long"]}, "reasons[0]"),
        ({"choice": "a", "reasons": ["clear", "clear"]}, "reasons[1]"),
        ({"choice": "a", "why": []}, "why"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        pair.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_reasons_of_those_who_agree_with_most_are_kept() -> None:
    said = [
        {"choice": "a", "reasons": ["true", "clear"]},
        {"choice": "a", "reasons": ["true"]},
        {"choice": "b", "reasons": ["clear"]},
    ]

    assert pair.merge(QUESTION, said) == {"choice": "a", "reasons": ["true"]}


def test_draw_is_a_tie_where_one_is_allowed() -> None:
    free = pair.check_question({"a": "left", "b": "right"})
    said = [{"choice": "a"}, {"choice": "b"}]

    assert pair.merge(free, said)["choice"] == "tie"
    assert pair.merge(QUESTION, said)["choice"] == "a"
    assert pair.distance(free, *said) == 1
    assert pair.label_of(free, said[1]) == "b"
