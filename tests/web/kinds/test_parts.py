"""Every kind of question can be answered in a plain form, by a part of its own."""

import pytest
from django.http import QueryDict
from django.template.loader import get_template

from canut.core.kinds import KINDS, check_values
from canut.web.kinds import PARTS, parts_of, values_in
from tests.factories import SCHEMA

ONE = SCHEMA["questions"][0]
MANY = {**ONE, "id": "m", "ask": "Lesquels ?", "multiple": True}


@pytest.mark.parametrize("kind", PARTS)
def test_every_part_belongs_to_a_kind_and_has_its_template(kind: str) -> None:
    assert kind in KINDS
    assert get_template(f"kinds/{kind}_answer.html")


def test_kind_without_a_part_is_not_written_in_a_form() -> None:
    schema = {**SCHEMA, "questions": [ONE, {"id": "x", "kind": "unheard-of", "ask": "?"}]}

    assert parts_of(schema) == []
    assert values_in(schema, QueryDict("value-q=oui&value-x=3")) == {"q": "oui"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [("value-q=non", "non"), ("", ""), ("value-q=non&value-q=oui", "non"), ("value=non", "")],
)
def test_one_choice_is_read(sent: str, said: str) -> None:
    assert values_in(SCHEMA, QueryDict(sent)) == {"q": said}


def test_several_choices_are_read_and_checked_by_the_kind() -> None:
    schema = {**SCHEMA, "questions": [MANY]}

    values = values_in(schema, QueryDict("value-m=non&value-m=oui"))

    assert values == {"m": ["non", "oui"]}
    assert check_values(schema, values) == {"m": ["oui", "non"]}


def test_each_of_two_questions_has_its_own_field_and_no_key_means_both() -> None:
    schema = {**SCHEMA, "questions": [ONE, MANY]}

    drawn = parts_of(schema)

    assert [(one.field, one.of["is_multiple"]) for one in drawn] == [
        ("value-q", False),
        ("value-m", True),
    ]
    assert {value.key for one in drawn for value in one.of["values"]} == {""}
    values = values_in(schema, QueryDict("value-q=oui&value-m=non"))
    assert values == {"q": "oui", "m": ["non"]}


def test_only_question_has_its_digits() -> None:
    (drawn,) = parts_of(SCHEMA)

    assert [value.key for value in drawn.of["values"]] == ["1", "2"]
