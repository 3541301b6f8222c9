import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import page
from canut.core.kinds.shared.form_fields import flat_fields

CROWD = '[{"animal":{"label":"%s"},"sure":{"on":%s},"note":"%s","box":[{"x":1}]}]'
BY_FIELD = page.check_question({"fields": ["animal.label", "sure"]})
RULES = {
    "properties": {
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "kind": {"enum": ["cat", "dog"]},
        "tags": {"type": "array", "minItems": 1, "maxItems": 2},
    },
    "required": ["age"],
    "additionalProperties": False,
}


def crowd(label: str, sure: str = "true", note: str = "") -> dict[str, str]:
    return {"taskAnswers": CROWD % (label, sure, note)}


def test_fields_of_a_crowd_form_are_read_under_dotted_names() -> None:
    assert flat_fields({"taskAnswers": [CROWD % ("cat", "true", "é")], "z": ["1", "2"]}) == {
        "animal.label": ["cat"],
        "box": ['[{"x":1}]'],
        "note": ["é"],
        "sure": ["on"],
        "z": ["1", "2"],
    }
    assert flat_fields({"taskAnswers": ["[not JSON"]}) == {"taskAnswers": ["[not JSON"]}


def test_agreement_and_votes_go_field_by_field() -> None:
    said = [crowd("cat", "true"), crowd("cat", "false", "no"), crowd("dog", "true")]

    assert page.distance(BY_FIELD, said[0], said[1]) == 0.5
    assert page.distance(BY_FIELD, said[1], said[2]) == 1
    merged = flat_fields(page.merge(BY_FIELD, said))
    assert (merged["animal.label"], merged["sure"]) == (["cat"], ["on"])
    trusted = flat_fields(page.merge(BY_FIELD, said, [1, 9, 1]))
    assert (trusted["animal.label"], trusted["sure"]) == (["cat"], [])


def test_vote_that_nobody_gave_is_put_together_where_the_schema_lets_it() -> None:
    said = [{"a": "1", "b": "1", "c": "2"}, {"a": "1", "b": "2", "c": "1"},
            {"a": "2", "b": "1", "c": "1"}]  # fmt: skip
    fields = ["a", "b", "c"]

    merged = page.merge(page.check_question({"fields": fields}), said)

    assert merged == {"a": ["1"], "b": ["1"], "c": ["1"]}


def test_without_choices_answers_are_the_same_or_not() -> None:
    question = page.check_question({})
    first, second = {"b": ["x"], "a": "y"}, {"a": ["y"], "b": ["x"]}

    assert page.label_of(question, first) == page.label_of(question, second)
    assert page.distance(question, first, second) == 0
    assert page.distance(question, first, {"a": "y"}) == 1
    assert page.merge(question, [first, second, {"a": "z"}]) == second


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ({}, "", "malformed"),
        ({"a": 1}, "a", "malformed"),
        ({"a": ["x", None]}, "a[1]", "malformed"),
        ({"": "x"}, "", "range"),
        ({str(n): "" for n in range(1_001)}, "", "number"),
        ({"a": "x" * 2**19, "b": "x" * 2**19}, "", "range"),
    ],
)
def test_what_no_form_sends_is_refused(value: object, field: str, why: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        page.check_answer({}, value)

    assert (refusal.value.facts["field"], refusal.value.facts["why"]) == (field, why)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"kind": "cat"}, "age"),
        ({"age": ""}, "age"),
        ({"age": "12.5"}, "age"),
        ({"age": "121"}, "age"),
        ({"age": "old"}, "age"),
        ({"age": ["1", "2"]}, "age"),
        ({"age": "3", "kind": "bird"}, "kind"),
        ({"age": "3", "tags": []}, "tags"),
        ({"age": "3", "tags": ["a", "b", "c"]}, "tags"),
        ({"age": "3", "name": "Ana"}, "name"),
    ],
)
def test_answer_is_checked_against_its_schema(value: object, field: str) -> None:
    question = page.check_question({"answer": RULES})

    assert page.check_answer(question, {"age": "3", "tags": ["a"]}) == {"age": ["3"], "tags": ["a"]}
    with pytest.raises(BadAnswer) as refusal:
        page.check_answer(question, value)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"page": "ab"}, "page"),
        ({"fields": []}, "fields"),
        ({"fields": ["a", "a"]}, "fields[1].value"),
        ({"answer": {"properties": {"a": {"pattern": "(a+)+"}}}}, "answer.properties.a.pattern"),
        ({"answer": {"type": "array"}}, "answer.type"),
        ({"answer": {"properties": {"a": {"enum": []}}}}, "answer.properties.a.enum"),
        ({"answer": {"required": "a"}}, "answer.required"),
        ({"answer": {"properties": []}}, "answer.properties"),
    ],
)
def test_question_that_cannot_be_checked_is_refused(
    question: dict[str, object], field: str
) -> None:
    with pytest.raises(BadQuestion) as refusal:
        page.check_question(question)

    assert refusal.value.facts["field"] == field
