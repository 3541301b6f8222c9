from typing import Any

import pytest
import rfc8785

from canut.core.errors import BadAnswer, BadInput, BadQuestion
from canut.core.kinds import (
    cells_of,
    check_schema,
    check_values,
    distance_values,
    label_of_values,
    labels_of_values,
    merge_values,
    region_answers,
    value_of_label,
    values_of_label,
)
from canut.core.kinds.sample import Sample, samples
from canut.core.kinds.shared.fields import canonical_json

SHOW = [{"column": "photo", "as": "image"}]
SPANS = {"id": "m", "kind": "spans", "ask": "?", "labels": ["cat"]}
TEXT_SHOWN = [{"column": "review", "as": "text"}]
MARKS = {"id": "animals", "kind": "boxes", "ask": "?", "labels": ["cat", "dog"]}
AWAKE = {
    "id": "awake",
    "kind": "choice",
    "ask": "?",
    "each": "animals",
    "when": {"question": "animals", "is": "cat"},
    "choices": [{"value": "yes"}, {"value": "no"}],
}
NOTE = {
    "id": "note",
    "kind": "text",
    "ask": "?",
    "when": {"question": "animals", "is": "dog"},
    "optional": True,
}
SURE = {"id": "sure", "kind": "rating", "ask": "?"}
SCHEMA = check_schema({"questions": [MARKS, AWAKE, NOTE, SURE], "show": SHOW})


def box(label: str, x: int, y: int = 0) -> dict[str, object]:
    return {"label": label, "x": x, "y": y, "w": 10, "h": 10}


def test_what_is_said_of_a_region_follows_it_into_its_place() -> None:
    given = {"animals": [box("cat", 50, 9), box("dog", 20), box("cat", 0)],
             "awake": ["yes", None, "no"], "sure": 4}  # fmt: skip

    checked = check_values(SCHEMA, given)

    assert checked["animals"] == [box("cat", 0), box("dog", 20), box("cat", 50, 9)]
    assert checked["awake"] == ["no", None, "yes"]
    assert check_values(SCHEMA, checked) == checked
    assert region_answers(SCHEMA, checked, "awake") == ["no", None, "yes"]


def test_hidden_and_left_out_questions_have_no_answer() -> None:
    checked = check_values(SCHEMA, {"animals": [box("dog", 1)], "sure": 3})

    assert set(checked) == {"animals", "sure"}
    assert region_answers(SCHEMA, checked, "awake") == [None]


@pytest.mark.parametrize(
    ("values", "case", "question"),
    [
        ({"sure": 3}, "answer-missing", "animals"),
        ({"animals": []}, "answer-missing", "sure"),
        ({"animals": [], "sure": 3, "who": 1}, "answer-to-nothing", "who"),
        ({"animals": [], "sure": 3, "note": "?"}, "answer-hidden", "note"),
        ({"animals": [box("cat", 1)], "sure": 3}, "answer-missing", "awake"),
        ({"animals": [box("dog", 1)], "awake": ["no"], "sure": 3}, "answer-hidden", "awake"),
        ({"animals": [box("cat", 1)], "awake": [], "sure": 3}, "answer-field", "awake"),
        ({"animals": [box("cat", 1)], "awake": "no", "sure": 3}, "answer-field", "awake"),
        ({"animals": [box("cat", 1)], "awake": ["?"], "sure": 3}, "answer-not-a-choice", "awake"),
        ({"animals": [box("cat", -1)], "awake": ["no"], "sure": 3}, "answer-field", "animals"),
        ({"animals": [], "awake": ["no"], "sure": 3}, "answer-field", "awake"),
        ({"animals": [], "sure": 9}, "answer-field", "sure"),
    ],
)
def test_answers_are_refused_with_their_question(
    values: dict[str, object], case: str, question: str
) -> None:
    with pytest.raises(BadAnswer) as refusal:
        check_values(SCHEMA, values)

    assert (refusal.value.case, refusal.value.facts["question"]) == (case, question)


def test_label_of_several_is_all_of_them_and_reads_back() -> None:
    given = {"animals": [box("cat", 0)], "awake": ["no"], "sure": 4}

    label = label_of_values(SCHEMA, given)

    assert values_of_label(SCHEMA, label) == check_values(SCHEMA, given)
    assert labels_of_values(SCHEMA, given)["sure"] == "4"
    assert labels_of_values(SCHEMA, given)["awake"] == '["no"]'
    with pytest.raises(BadInput):
        value_of_label(SCHEMA, label)
    with pytest.raises(BadAnswer):
        values_of_label(SCHEMA, "cat")


def test_one_question_that_may_be_left_out_can_be() -> None:
    schema = check_schema({"questions": [{**SURE, "optional": True}], "show": SHOW})

    assert check_values(schema, {}) == {}
    assert values_of_label(schema, label_of_values(schema, {})) == {}
    assert values_of_label(schema, "4") == {"sure": 4}


def test_questions_are_merged_one_by_one_and_regions_by_what_they_are() -> None:
    near, far = [box("cat", 0), box("dog", 90)], [box("cat", 1), box("dog", 91)]
    said: list[dict[str, Any]] = [
        {"animals": near, "awake": ["yes", None], "sure": 4},
        {"animals": far, "awake": ["yes", None], "sure": 2, "note": "two tails"},
        {"animals": [box("dog", 90), box("cat", 0)], "awake": [None, "no"], "sure": 5},
        {"animals": [], "sure": 1},
    ]

    merged = merge_values(SCHEMA, said)

    assert check_values(SCHEMA, merged) == merged
    animals: Any = merged["animals"]
    assert [each["label"] for each in animals] == ["cat", "dog"]
    assert merged["awake"] == ["yes", None]
    assert merged["sure"] == 2
    assert "note" not in merged


@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one.kind}-{one.name}")
def test_merge_of_samples_is_an_answer_in_both_languages(sample: Sample) -> None:
    for language, schema in sample.schema.items():
        answers = [{"q": answer} for answer in sample.answers]

        merged = merge_values(schema, answers, [1, 2, 3])

        assert check_values(schema, merged) == merged, language
        assert values_of_label(schema, label_of_values(schema, merged)) == merged


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([MARKS, {**AWAKE, "each": "sure"}], "questions[1].each"),
        ([AWAKE, MARKS], "questions[0].each"),
        ([MARKS, {**MARKS, "id": "in", "each": "animals"}], "questions[1].each"),
        ([MARKS, MARKS], "questions[1].id"),
        ([{**SURE, "optional": "yes"}], "questions[0].optional"),
        ([{**SURE, "role": "boss"}], "questions[0].role"),
        ([{**SURE, "colour": "red"}], "questions[0].colour"),
        ([{**SURE, "id": "a\x00"}], "questions[0].id"),
        ([{**MARKS, "column": "other"}], "questions[0].column"),
        ([{**MARKS, "kind": "audio"}], "questions[0].column"),
    ],
)
def test_schema_that_does_not_hold_together_is_refused(questions: object, field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        check_schema({"questions": questions, "show": SHOW})

    assert refusal.value.facts["field"] == field


CHOICE = {"id": "q", "kind": "choice", "ask": "?", "choices": [{"value": "a"}, {"value": "b"}]}


def test_columns_that_kinds_show_themselves_are_named() -> None:
    questions = [
        {"id": "p", "kind": "pair", "ask": "?", "a": "x", "b": "y", "as": "image"},
        {"id": "c", "kind": "chat", "ask": "?", "mode": "rate", "column": "talk"},
        {"id": "r", "kind": "ranking", "ask": "?", "items": ["u", "v"], "as": "text"},
        {"id": "t", "kind": "text", "ask": "?", "mode": "correction", "column": "read"},
    ]

    found = cells_of(check_schema({"questions": questions, "show": SHOW}))

    shown = {"x": "image", "y": "image", "talk": "turns", "u": "text", "v": "text", "read": "text"}
    assert found == shown


def test_answers_of_two_people_are_as_far_apart_as_their_questions_say() -> None:
    asked = [CHOICE, {"id": "r", "kind": "rating", "ask": "?", "optional": True}]
    schema = check_schema({"questions": asked, "show": SHOW})

    assert distance_values(schema, {"q": "a", "r": 1}, {"q": "a", "r": 3}) == 0.25
    assert distance_values(schema, {"q": "a"}, {"q": "b", "r": 3}) == 1
    assert distance_values(schema, {"q": "a"}, {"q": "a"}) == 0


@pytest.mark.parametrize(
    "value",
    [
        {"b": [True, None, -3], "a": 'é"\\\n\t\u2028'},
        {"é": 1, "z": 2, "\U0001f9f5": 3, "\ufb00": 4},
        {"n": [0.5, 1e21, 2**53 - 1]},
        {"q": {"choice": "a", "reasons": []}},
        {"t": "\x7f/\u00a0"},
    ],
)
def test_what_is_written_fast_is_written_the_same(value: dict[str, Any]) -> None:
    assert canonical_json(value) == rfc8785.dumps(value).decode()
