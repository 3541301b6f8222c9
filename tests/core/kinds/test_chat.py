import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import chat

QUESTION = chat.check_question({"mode": "rate", "column": "c"})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"column": "c"}, "mode"),
        ({"mode": "sing", "column": "c"}, "mode"),
        ({"mode": "rate"}, "column"),
        ({"mode": "rate", "column": "c", "turns": "first"}, "turns"),
        ({"mode": "rate", "column": "c", "least": 9}, "most"),
        ({"mode": "compare", "column": "c"}, "a"),
        ({"mode": "write", "column": "c", "most": 10**6}, "most"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        chat.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("good", ""),
        ([], ""),
        ([{"turn": 1}], "[0].rating"),
        ([{"turn": -1, "rating": 3}], "[0].turn"),
        ([{"turn": 1, "rating": 6}], "[0].rating"),
        ([{"turn": 1, "rating": 3.5}], "[0].rating"),
        ([{"turn": 1, "rating": 3}] * 2, "[1].turn"),
        ([{"turn": 1, "rating": 3, "note": ""}], "[0].note"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        chat.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_turns_are_put_in_order_and_the_last_may_be_asked_alone() -> None:
    said = [{"turn": 3, "rating": 2}, {"turn": 1, "rating": 4}]

    assert chat.check_answer(QUESTION, said) == said[::-1]
    with pytest.raises(BadAnswer):
        chat.check_answer(chat.check_question({**QUESTION, "turns": "last"}), said)


def test_turn_half_rated_is_kept_with_its_median() -> None:
    one, two = {"turn": 1, "rating": 2}, {"turn": 1, "rating": 5}

    assert chat.merge(QUESTION, [[one, {"turn": 3, "rating": 1}], [two], [two]]) == [two]


def test_mode_decides_what_an_answer_is() -> None:
    write = chat.check_question({"mode": "write", "column": "c"})
    compare = chat.check_question({"mode": "compare", "column": "c", "a": "x", "b": "y"})

    assert chat.value_of(write, "Bonjour") == "Bonjour"
    assert chat.label_of(compare, {"choice": "tie"}) == "tie"
    assert chat.trade(write).occupation == "CAN-DIALOG"
