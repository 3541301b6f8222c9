"""What every kind of question must do. A new one joins with one line in ``cases.CASES``."""

import json
import math
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canut.core.errors import BadAnswer
from canut.core.kinds import (
    KINDS,
    check_schema,
    check_values,
    label_of_values,
    questions_of,
    value_of_label,
)
from canut.core.kinds.sample import samples
from canut.core.kinds.shared.fields import canonical_json
from tests.core.kinds.cases import CASES, EVERYTHING

SEVERAL_WAYS = {"polygons"}
"""Kinds of which what is the same may be written in more than one way, and is then 0 apart."""
JUNK = [
    None,
    True,
    -1,
    1.5,
    10**400,
    math.nan,
    math.inf,
    -math.inf,
    "",
    "no such answer",
    "\ud800",
    "\x00",
    "x" * 100_000,
    {},
    {"a": 1},
    [],
    [[1]],
    [None] * 5_000,
]
every_kind = pytest.mark.parametrize("name", KINDS)
often = settings(max_examples=12, suppress_health_check=list(HealthCheck))


def checked(name: str, question: dict[str, object]) -> dict[str, object]:
    """Return a question in normal form."""
    return KINDS[name].check_question(question)


def test_every_kind_is_in_the_battery() -> None:
    assert set(CASES) == set(KINDS)


@every_kind
@often
@given(data=st.data())
def test_question_in_normal_form_stays_as_it_is(name: str, data: st.DataObject) -> None:
    question, _ = data.draw(CASES[name]())
    if "column" in question:
        question["column"] = "text"
    asked = {"id": "q", "kind": name, "ask": "?", **question}

    normal = check_schema({"questions": [asked], "show": EVERYTHING})

    assert check_schema(normal) == normal
    assert json.loads(json.dumps(normal)) == normal


@every_kind
@often
@given(data=st.data())
def test_label_reads_back_as_the_answer(name: str, data: st.DataObject) -> None:
    given_, values = data.draw(CASES[name]())
    question = {"id": "q", "kind": name, **checked(name, given_)}
    schema = {"questions": [question]}
    value = data.draw(values)

    label = label_of_values(schema, {"q": value})

    normal = KINDS[name].check_answer(question, value)
    assert value_of_label(schema, label) == normal
    assert label_of_values(schema, {"q": value_of_label(schema, label)}) == label
    assert KINDS[name].check_answer(question, normal) == normal
    assert json.loads(canonical_json(normal)) == normal
    assert json.loads(json.dumps(normal)) == normal


@every_kind
@often
@given(data=st.data())
def test_answers_are_as_the_json_schema_says(name: str, data: st.DataObject) -> None:
    question, values = data.draw(CASES[name]())
    normal = KINDS[name].check_answer(checked(name, question), data.draw(values))

    assert jsonschema_rs.is_valid(dict(KINDS[name].ANSWER_SHAPE), normal)


@every_kind
@often
@given(data=st.data())
def test_distance_is_a_metric(name: str, data: st.DataObject) -> None:
    given_, values = data.draw(CASES[name]())
    question, kind = checked(name, given_), KINDS[name]
    a, b, c = data.draw(values), data.draw(values), data.draw(values)

    def distance(one: object, other: object) -> float:
        return kind.distance(question, one, other)

    same = kind.check_answer(question, a) == kind.check_answer(question, b)
    assert distance(a, a) == 0
    assert distance(a, b) == 0 if same else (name in SEVERAL_WAYS or distance(a, b) > 0)
    assert 0 <= distance(a, b) <= 1
    assert distance(a, b) == pytest.approx(distance(b, a), abs=1e-9)
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1e-9


@every_kind
@often
@given(data=st.data())
def test_merge_of_equals_is_equal(name: str, data: st.DataObject) -> None:
    given_, values = data.draw(CASES[name]())
    question, value = checked(name, given_), data.draw(values)
    weights = data.draw(st.none() | st.lists(st.floats(0.01, 9), min_size=3, max_size=3))

    merged = KINDS[name].merge(question, [value] * 3, weights)

    assert merged == KINDS[name].check_answer(question, value)


@every_kind
@often
@given(data=st.data())
def test_merge_is_an_answer_whatever_the_order(name: str, data: st.DataObject) -> None:
    given_, values = data.draw(CASES[name]())
    question, kind = checked(name, given_), KINDS[name]
    answers = data.draw(st.lists(values, min_size=1, max_size=5))
    weight = data.draw(st.sampled_from([1.0, 3.5]))
    weights = [weight] + [1.0] * (len(answers) - 1)
    order = data.draw(st.permutations(range(len(answers))))

    merged = kind.merge(question, answers, weights)

    assert kind.check_answer(question, merged) == merged
    again = kind.merge(question, [answers[n] for n in order], [weights[n] for n in order])
    assert again == merged


@every_kind
@often
@given(data=st.data())
def test_what_is_changed_at_random_is_refused_or_still_an_answer(
    name: str, data: st.DataObject
) -> None:
    given_, values = data.draw(CASES[name]())
    question = {"id": "q", "kind": name, **checked(name, given_)}
    schema = {"questions": [question]}
    changed, path = damaged(data, json.loads(json.dumps(data.draw(values))))

    refusal = refused(schema, changed)

    if refusal is None:
        normal = check_values(schema, {"q": changed})["q"]
        assert check_values(schema, {"q": normal})["q"] == normal
        assert json.loads(canonical_json(normal)) == normal
        return
    assert refusal.facts["question"] == "q"
    assert len(str(refusal)) < 2_000 or name == "choice"
    if refusal.case == "answer-field" and refusal.facts["why"] == "malformed":
        field = str(refusal.facts["field"])
        assert path.startswith(field) or field.startswith(path)


def refused(schema: Mapping[str, object], value: object) -> BadAnswer | None:
    """Return why an answer is refused; None where it is not."""
    try:
        check_values(schema, {"q": value})
    except BadAnswer as refusal:
        return refusal
    return None


def damaged(data: st.DataObject, value: object) -> tuple[object, str]:
    """Put junk somewhere into an answer; return it and where."""
    junk = data.draw(st.sampled_from(JUNK))
    here: Any = value
    path = ""
    holder: Any = None
    key: Any = None
    while isinstance(here, (list, dict)) and here and data.draw(st.integers(0, 4)):
        holder = here
        key = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        path += f"[{key}]" if isinstance(key, int) else f".{key}"
        here = here[key]
    if holder is None:
        return junk, ""
    holder[key] = junk
    return value, path.removeprefix(".")


@every_kind
@pytest.mark.parametrize("strange", [None, {"a": 1}, [[1]], math.nan, 10**400, ["\ud800"]])
def test_strange_answers_are_refused(name: str, strange: object) -> None:
    for sample in (one for one in samples() if one.kind == name):
        question = questions_of(sample.schema["en"])[0]

        with pytest.raises(BadAnswer):
            KINDS[name].check_answer(question, strange)


@every_kind
@pytest.mark.parametrize("label", ["\x00", "[" * 100_000, "\ud800"])
def test_text_that_is_no_label_is_refused(name: str, label: str) -> None:
    for sample in (one for one in samples() if one.kind == name):
        question = questions_of(sample.schema["en"])[0]

        with pytest.raises(BadAnswer):
            KINDS[name].value_of(question, label)
