import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import check_schema, check_values, label_of_values

QUESTION = {
    "id": "q",
    "kind": "choice",
    "ask": "Which digit?",
    "choices": [{"value": "7"}, {"value": "1"}],
}
SCHEMA: dict[str, object] = {"questions": [QUESTION], "show": [{"column": "image", "as": "image"}]}


def test_normal_form_says_what_was_left_out() -> None:
    normal = check_schema(SCHEMA)

    assert normal["questions"] == [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Which digit?",
            "multiple": False,
            "choices": [{"value": "7", "label": "7"}, {"value": "1", "label": "1"}],
        }
    ]


@pytest.mark.parametrize(
    ("schema", "case"),
    [
        ([], "question-malformed"),
        ({"questions": "q"}, "question-malformed"),
        ({**SCHEMA, "questions": []}, "questions-number"),
        ({**SCHEMA, "questions": [QUESTION] * 51}, "questions-number"),
        ({**SCHEMA, "questions": [QUESTION, QUESTION]}, "question-field"),
        ({**SCHEMA, "questions": ["q"]}, "question-malformed"),
        ({**SCHEMA, "questions": [{**QUESTION, "id": ""}]}, "question-malformed"),
        ({**SCHEMA, "questions": [{**QUESTION, "ask": "  "}]}, "question-ask"),
        ({**SCHEMA, "questions": [{**QUESTION, "ask": "?" * 501}]}, "question-ask"),
        ({**SCHEMA, "questions": [{**QUESTION, "kind": "dance"}]}, "question-kind"),
        ({**SCHEMA, "show": []}, "question-shows-nothing"),
        ({**SCHEMA, "show": [{"column": "image", "as": "smell"}]}, "question-malformed"),
        ({**SCHEMA, "show": [{"column": "image", "as": [None]}]}, "question-malformed"),
        ({**SCHEMA, "show": [{"column": "image", "as": {}}]}, "question-malformed"),
        ({**SCHEMA, "show": [{"column": "", "as": "text"}]}, "question-malformed"),
    ],
)
def test_question_nobody_could_answer_is_refused(schema: object, case: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        check_schema(schema)

    assert refusal.value.case == case


@pytest.mark.parametrize(
    ("values", "case"),
    [
        ({}, "answer-missing"),
        ({"q": "7", "r": "1"}, "answer-to-nothing"),
        ({"q": "8"}, "answer-not-a-choice"),
    ],
)
def test_answer_the_question_does_not_allow_is_refused(
    values: dict[str, object], case: str
) -> None:
    with pytest.raises(BadAnswer) as refusal:
        check_values(SCHEMA, values)

    assert refusal.value.case == case


def test_label_of_values_is_the_choice() -> None:
    assert label_of_values(SCHEMA, {"q": "7"}) == "7"
