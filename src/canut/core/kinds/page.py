"""Own pages: a page that the requester wrote, and the fields that it sends.

An answer is a mapping of field names to texts, as the page's form sent them. ``page`` is the
SHA-256 of the page that every task shows; without it each task has a page of its own. ``fields``
names the fields that are choices: agreement and the merged answer are then found field by field.
Without them two answers are the same or they are not, and no field is merged. ``answer`` is a JSON
Schema of the fields; a person's word that they finished on another site needs none. How pages are
read and checked is in ``formats.platforms.own_pages``.
"""

import re
from collections.abc import Mapping, Sequence
from math import fsum
from typing import cast

from canut.core.errors import BadAnswer
from canut.core.kinds.shared.fields import (
    ANSWER,
    QUESTION,
    canonical_json,
    named,
    values_in,
)
from canut.core.kinds.shared.form_fields import (
    MOST_CHARACTERS,
    MOST_FIELDS,
    Fields,
    check_field_rules,
    check_rules,
    flat_fields,
    replace_field,
)
from canut.core.kinds.shared.merging import (
    jaccard,
    majority_choices,
    normalised_votes,
    vote,
)
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import ANNOTATING, Trade

MOST_CHOICE_FIELDS = 50
AGREES_WITHIN = 0.0
"""Answers agree if every field that is a choice is the same, or else all fields."""
FINISHED: Mapping[str, Sequence[str]] = {"canut.finished": ["yes"]}
"""The answer of a person who finished on a page of another site that sent nothing: their word."""
_SHA256 = re.compile("[0-9a-f]{64}")

QUESTION_SHAPE: Mapping[str, object] = {
    "page": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "fields": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_CHOICE_FIELDS,
        "items": {"$ref": "#/$defs/named"},
    },
    "answer": {"type": "object"},
}
ANSWER_SHAPE: Mapping[str, object] = {
    "type": "object",
    "maxProperties": MOST_FIELDS,
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form.

    Raises:
        BadQuestion: a field is malformed, or the schema says something that is not read.
    """
    normal: dict[str, object] = {}
    if question.get("page") is not None:
        at = QUESTION.of("page")
        digest = at.text(question["page"])
        if not _SHA256.fullmatch(digest):
            at.refuse(digest, "the SHA-256 of a page, in 64 hexadecimal digits")
        normal["page"] = digest
    if question.get("fields") is not None:
        normal["fields"] = named(QUESTION.of("fields"), question["fields"], 1, MOST_CHOICE_FIELDS)
    if question.get("answer") is not None:
        normal["answer"] = check_field_rules(question["answer"])
    return normal


def choice_fields(question: Question) -> list[str]:
    """Return the names of the fields that are choices; empty if nobody said."""
    return values_in(question, "fields")


def check_answer(question: Question, value: object) -> Fields:
    """Return an answer in normal form: the texts of each field, in the order of the names.

    Raises:
        BadAnswer: no fields or over 1,000, over 1,048,576 characters, or not as the schema says.
    """
    if not isinstance(value, dict) or not value:
        ANSWER.refuse(value, "an object of fields, each a list of texts")
    entries = cast("dict[object, object]", value)
    if len(entries) > MOST_FIELDS:
        ANSWER.refuse(f"{len(entries)} fields", f"at most {MOST_FIELDS}", "number")
    fields: Fields = {}
    characters = 0
    for name, entry in entries.items():
        at = ANSWER.of(name if isinstance(name, str) else repr(name))
        texts = at.items([entry] if isinstance(entry, str) else entry, 0, MOST_FIELDS)
        key = at.text(name)
        fields[key] = [
            at.of(number).text(text, MOST_CHARACTERS, least=0) for number, text in enumerate(texts)
        ]
        characters += len(key) + sum(map(len, fields[key]))
        if characters > MOST_CHARACTERS:
            ANSWER.refuse(f"{characters} characters long", f"at most {MOST_CHARACTERS}", "range")
    fields = dict(sorted(fields.items()))
    if "answer" in question and fields != FINISHED:
        check_rules(cast("Mapping[str, object]", question["answer"]), flat_fields(fields))
    return fields


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    return canonical_json(check_answer(question, value))


def value_of(question: Question, label: str) -> Fields:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the mean Jaccard distance of the fields that are choices, else 0 or 1.

    Example:
        >>> asked = {"fields": [{"value": "animal"}, {"value": "size"}]}
        >>> distance(asked, {"animal": "cat", "size": "big"}, {"animal": "cat", "size": "small"})
        0.5
    """
    left, right = (flat_fields(check_answer(question, each)) for each in (first, second))
    return _distance(choice_fields(question), left, right)


def _distance(choices: Sequence[str], left: Fields, right: Fields) -> float:
    if not choices:
        return float(left != right)
    return fsum(_field_distance(name, left, right) for name in choices) / len(choices)


def _field_distance(name: str, left: Fields, right: Fields) -> float:
    return jaccard(left.get(name, ()), right.get(name, ()))


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> Fields:
    """Vote on each field that is a choice; take the others from the answer nearest to the votes.

    Without such fields, return the answer that most of the weight gave. If the votes together are
    not as the schema says, the nearest answer stands as it is.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    answers = cast("list[Fields]", normal)
    choices = choice_fields(question)
    if not choices:
        texts = [canonical_json(answer) for answer in answers]
        return answers[texts.index(vote(texts, shares, sorted(set(texts))))]
    flat = [flat_fields(answer) for answer in answers]
    voted = {name: _voted([each.get(name, []) for each in flat], shares) for name in choices}
    at = min(range(len(flat)), key=lambda number: _distance(choices, flat[number], voted))
    merged = answers[at]
    for name, texts in voted.items():
        if set(texts) != set(flat[at].get(name, ())):
            merged = replace_field(merged, name, texts)
    try:
        return check_answer(question, merged)
    except BadAnswer:
        return answers[at]


def _voted(texts: Sequence[Sequence[str]], shares: Sequence[float]) -> list[str]:
    """Return the texts of one field that most of the weight gave."""
    if all(len(each) <= 1 for each in texts):
        return list(vote([tuple(each) for each in texts], shares, sorted(map(tuple, texts))))
    candidates = dict.fromkeys(text for each in texts for text in each)
    return majority_choices(texts, shares, sorted(candidates))
