"""Which questions are asked: the page must say the same of ``when.json``."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadQuestion
from canut.core.kinds import check_schema
from canut.core.kinds.conditions import OPERATORS, SAYS, answer_text, is_asked

VECTORS = json.loads((Path(__file__).parent / "when.json").read_text())
SHOW = [{"column": name, "as": name} for name in ("text", "image", "audio")]
CHOICE = {"id": "a", "kind": "choice", "ask": "?", "choices": [{"value": "x"}, {"value": "y"}]}
BOXES = {"id": "m", "kind": "boxes", "ask": "?", "labels": ["cat", "dog"]}
RATING = {"id": "r", "kind": "rating", "ask": "?"}


def test_both_read_answers_at_the_same_places() -> None:
    assert {kind: list(places) for kind, places in SAYS.items()} == VECTORS["says"]


@pytest.mark.parametrize(("kind", "value", "heard"), VECTORS["heard"])
def test_what_an_answer_says(kind: str, value: object, heard: list[object]) -> None:
    assert answer_text(kind, value) == heard


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_question_is_asked_where_its_condition_holds(case: dict[str, Any]) -> None:
    assert is_asked(case["questions"], case["values"]) == case["asked"]


def test_vectors_try_every_operator_and_kind() -> None:
    text = json.dumps(VECTORS["cases"])

    assert all(f'"{operator}"' in text for operator in (*OPERATORS, "and", "or"))
    assert {kind for kind, _, _ in VECTORS["heard"]} == set(SAYS)


@pytest.mark.parametrize(
    ("when", "field"),
    [
        ("x", "when"),
        ({}, "when.question"),
        ({"question": "a"}, "when"),
        ({"question": "a", "is": "x", "any": ["y"]}, "when"),
        ({"question": "later", "is": "x"}, "when.question"),
        ({"question": "a", "is": "z"}, "when.is"),
        ({"question": "a", "is": True}, "when.is"),
        ({"question": "a", "any": []}, "when.any"),
        ({"question": "a", "any": ["x", "z"]}, "when.any[1]"),
        ({"question": "a", "least": 2}, "when.least"),
        ({"question": "r", "least": "two"}, "when.least"),
        ({"question": "a", "answered": 1}, "when.answered"),
        ({"question": "a", "near": 1}, "when.near"),
        ({"and": []}, "when.and"),
        ({"and": [{"question": "a", "is": "z"}]}, "when.and[0].is"),
        ({"and": [{"or": [{"and": [{"or": [{"question": "a", "is": "x"}]}]}]}]},
         "when.and[0].or[0].and[0].or[0]"),
        ([{"question": "a", "is": "x"}] * 21, "when.and"),
        ({"or": [{"and": [{"question": "a", "is": "x"}] * 10}] * 3}, "when.or[1].and[7]"),
    ],
)  # fmt: skip
def test_condition_that_cannot_be_is_refused(when: object, field: str) -> None:
    question = {**CHOICE, "id": "q", "when": when}
    later = {**CHOICE, "id": "later"}

    with pytest.raises(BadQuestion) as refusal:
        check_schema({"questions": [CHOICE, RATING, question, later], "show": SHOW})

    assert refusal.value.facts["field"] == f"questions[2].{field}"


def test_condition_of_a_list_is_all_of_it_and_one_not_is_a_list() -> None:
    when = [{"question": "a", "not": "x"}, {"question": "r", "least": 2.0}]

    normal = check_schema({"questions": [CHOICE, RATING, {**CHOICE, "id": "q", "when": when}],
                           "show": SHOW})  # fmt: skip

    questions: Any = normal["questions"]
    assert questions[2]["when"] == {
        "and": [{"question": "a", "not": ["x"]}, {"question": "r", "least": 2}]
    }
    assert check_schema(normal) == normal


def test_question_about_other_regions_cannot_be_named() -> None:
    marks = [BOXES, {**BOXES, "id": "n"}]
    near = {**CHOICE, "id": "q", "each": "m"}
    far = {**CHOICE, "id": "p", "each": "n", "when": {"question": "q", "is": "x"}}

    with pytest.raises(BadQuestion) as refusal:
        check_schema({"questions": [*marks, near, far], "show": [{"column": "i", "as": "image"}]})

    assert refusal.value.facts["field"] == "questions[3].when.question"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["label", "spans", "choice", "rating"]), inner, max_size=2
        )
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from(VECTORS["cases"]), st.data())
def test_no_draft_breaks_the_rules(case: dict[str, Any], data: st.DataObject) -> None:
    drafts = {question["id"]: data.draw(values) for question in case["questions"]}

    found = is_asked(case["questions"], drafts)

    assert set(found) == set(case["asked"])
