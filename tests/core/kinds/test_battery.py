"""What every kind of question must do. A new one joins with one line in CASES."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadAnswer
from canut.core.kinds import KINDS, check_schema, label_of_values, value_of_label

type Case = tuple[dict[str, object], st.SearchStrategy[object]]


@st.composite
def choice_cases(draw: st.DrawFn) -> Case:
    values = draw(
        st.lists(
            st.text(min_size=1, max_size=5).filter(lambda text: bool(text.strip())),
            min_size=2,
            max_size=6,
            unique=True,
        )
    )
    multiple = draw(st.booleans())
    question: dict[str, object] = {
        "multiple": multiple,
        "choices": [{"value": value} for value in values],
    }
    one = st.sampled_from(values)
    return question, st.lists(one, unique=True) if multiple else one


CASES: dict[str, st.SearchStrategy[Case]] = {
    "choice": choice_cases(),
}
every_kind = pytest.mark.parametrize("name", KINDS)


def test_every_kind_is_in_the_battery() -> None:
    assert set(CASES) == set(KINDS)


@every_kind
@given(data=st.data())
def test_question_in_normal_form_stays_as_it_is(name: str, data: st.DataObject) -> None:
    question, _ = data.draw(CASES[name])
    asked = {"id": "q", "kind": name, "ask": "?", **question}

    normal = check_schema({"questions": [asked], "show": [{"column": "c", "as": "text"}]})

    assert check_schema(normal) == normal
    assert json.loads(json.dumps(normal)) == normal


@every_kind
@given(data=st.data())
def test_label_reads_back_as_the_answer(name: str, data: st.DataObject) -> None:
    question, values = data.draw(CASES[name])
    schema = {"questions": [{"id": "q", "kind": name, **question}]}
    value = data.draw(values)

    label = label_of_values(schema, {"q": value})

    normal = KINDS[name].check_answer(question, value)
    assert value_of_label(schema, label) == normal
    assert KINDS[name].check_answer(question, normal) == normal
    assert json.loads(json.dumps(normal)) == normal


@every_kind
@given(data=st.data())
def test_distance_is_a_metric(name: str, data: st.DataObject) -> None:
    question, values = data.draw(CASES[name])
    a, b, c = data.draw(values), data.draw(values), data.draw(values)
    kind = KINDS[name]

    def distance(one: object, other: object) -> float:
        return kind.distance(question, one, other)

    same = kind.check_answer(question, a) == kind.check_answer(question, b)
    assert distance(a, a) == 0
    assert (distance(a, b) == 0) == same
    assert 0 <= distance(a, b) <= 1
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1e-12


@every_kind
@given(data=st.data())
def test_merge_of_equals_is_equal(name: str, data: st.DataObject) -> None:
    question, values = data.draw(CASES[name])
    value = data.draw(values)
    weights = data.draw(st.none() | st.lists(st.floats(0.01, 9), min_size=3, max_size=3))

    merged = KINDS[name].merge(question, [value] * 3, weights)

    assert merged == KINDS[name].check_answer(question, value)


@every_kind
@given(data=st.data())
def test_order_does_not_matter_to_a_merge(name: str, data: st.DataObject) -> None:
    question, values = data.draw(CASES[name])
    answers = data.draw(st.lists(values, min_size=1, max_size=6))
    shuffled = data.draw(st.permutations(answers))

    assert KINDS[name].merge(question, answers, None) == KINDS[name].merge(question, shuffled, None)


@every_kind
@given(data=st.data())
def test_strange_answers_are_refused(name: str, data: st.DataObject) -> None:
    question, _ = data.draw(CASES[name])
    strange = data.draw(st.sampled_from([None, 1, 1.5, {"a": 1}, [[1]], "no such answer"]))

    with pytest.raises(BadAnswer):
        KINDS[name].check_answer(question, strange)
