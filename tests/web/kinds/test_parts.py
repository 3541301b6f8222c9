"""Every kind of question can be answered in a plain form, by a part of its own."""

import json

import pytest
from django.http import QueryDict
from django.template.loader import get_template, render_to_string

from canut.core.kinds import KINDS, Schema, check_values, label_of_values
from canut.core.kinds.sample import Sample, samples
from canut.store.models import Project
from canut.web.kinds import PARTS, parts_of, told_label, values_in
from tests.support.factories import SCHEMA

ONE = SCHEMA["questions"][0]
MANY = {**ONE, "id": "m", "ask": "Lesquels ?", "multiple": True}
TALK = json.dumps([{"role": "user", "text": "?"}, {"role": "assistant", "text": "Oui."}])
SAMPLES = samples()


@pytest.mark.parametrize("kind", PARTS)
def test_every_part_belongs_to_a_kind_and_has_its_template(kind: str) -> None:
    assert kind in KINDS
    assert get_template(f"kinds/answers/{kind}.html")


def test_every_drawn_kind_has_a_part() -> None:
    assert set(PARTS) == KINDS.keys()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.kind}-{one.name}")
def test_every_way_of_asking_is_drawn_and_told(sample: Sample) -> None:
    schema = sample.schema["en"]

    (part,) = parts_of(schema, {"dialogue": TALK, "reading": "Fabriqve"})
    drawn = render_to_string(part.template, {"part": part, "project": Project()})
    label = label_of_values(schema, {"q": sample.answers[0]})

    assert 'name="value-q"' in drawn
    assert "{" not in told_label(schema, label)


def test_plain_choice_is_told_in_the_words_of_its_button() -> None:
    choices = [{"value": "favorable", "label": "Du bien"}, {"value": "partagé"}]
    schema: Schema = {
        "questions": [{"id": "q", "kind": "choice", "ask": "Quel avis ?", "choices": choices}],
        "show": [],
    }

    assert [told_label(schema, value) for value in ("favorable", "partagé", "oui")] == [
        "Du bien",
        "partagé",
        "oui",
    ]


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("hierarchical", 'value-q=["animal","oiseau"]', ["animal", "oiseau"]),
        ("scale", "value-q=4", 4),
        ("slider", "value-q=35", 35),
        ("reading", "value-q=48,25", 48.25),
        ("short", "value-q= Velours ", "Velours"),
        ("preference", "value-q=b&value-q=because clear", {"choice": "b", "reasons": ["clear"]}),
        ("replies", "value-q=third&value-q=first&value-q=second", ["third", "first", "second"]),
        ("rate", "value-q=&value-q=1:4", [{"turn": 1, "rating": 4}]),
        ("compare", "value-q=tie", {"choice": "tie", "reasons": []}),
        ("write", "value-q=Vers 1801, à Lyon.", "Vers 1801, à Lyon."),
    ],
)
def test_what_a_form_sends_is_an_answer(name: str, sent: str, said: object) -> None:
    sample = next(one for one in SAMPLES if one.name == name)
    schema = sample.schema["fr"]

    values = values_in(schema, QueryDict(sent))

    assert check_values(schema, values) == {"q": said}


def test_kind_without_a_part_is_not_written_in_a_form() -> None:
    schema = {**SCHEMA, "questions": [ONE, {"id": "x", "kind": "unheard-of", "ask": "?"}]}

    assert parts_of(schema, {}) == []
    assert values_in(schema, QueryDict("value-q=oui&value-x=3")) == {"q": "oui"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("value-q=non", {"q": "non"}),
        ("", {}),
        ("value-q=non&value-q=oui", {"q": "non"}),
        ("value=non", {}),
    ],
)
def test_one_choice_is_read(sent: str, said: object) -> None:
    assert values_in(SCHEMA, QueryDict(sent)) == said


def test_several_choices_are_read_and_checked_by_the_kind() -> None:
    schema = {**SCHEMA, "questions": [MANY]}

    values = values_in(schema, QueryDict("value-m=non&value-m=oui"))

    assert values == {"m": ["non", "oui"]}
    assert check_values(schema, values) == {"m": ["oui", "non"]}


def test_each_of_two_questions_has_its_own_field_and_no_key_means_both() -> None:
    schema = {**SCHEMA, "questions": [ONE, MANY]}

    drawn = parts_of(schema, {})

    assert [(one.field, one.of["is_multiple"]) for one in drawn] == [
        ("value-q", False),
        ("value-m", True),
    ]
    assert {value.key for one in drawn for value in one.of["values"]} == {""}
    values = values_in(schema, QueryDict("value-q=oui&value-m=non"))
    assert values == {"q": "oui", "m": ["non"]}


def test_what_an_earlier_answer_hides_is_left_out() -> None:
    asked = {**MANY, "when": {"question": "q", "is": "oui"}}
    schema = {**SCHEMA, "questions": [ONE, asked]}

    assert values_in(schema, QueryDict("value-q=non&value-m=non")) == {"q": "non"}


def test_only_question_has_its_digits() -> None:
    (drawn,) = parts_of(SCHEMA, {})

    assert [value.key for value in drawn.of["values"]] == ["1", "2"]
