import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import audio

VOICE = {"label": "voice", "start": 0.5, "end": 2, "text": "Bonjour"}
QUESTION = audio.check_question(
    {"labels": ["voice"], "transcript": True, "overlap": False, "most": 3}
)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"labels": []}, "labels"),
        ({"labels": ["a"], "transcript": 1}, "transcript"),
        ({"labels": ["a"], "overlap": None}, "overlap"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        audio.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, ""),
        ([VOICE] * 4, ""),
        ([{"label": "dog", "start": 0, "end": 1}], "[0].label"),
        ([{"label": "voice", "start": 1, "end": 1}], "[0].end"),
        ([{"label": "voice", "start": 1, "end": 1.0004}], "[0].end"),
        ([{"label": "voice", "start": -1, "end": 1}], "[0].start"),
        ([{"label": "voice", "start": 0, "end": 90_000}], "[0].end"),
        ([{**VOICE, "text": 5}], "[0].text"),
        ([{**VOICE, "text": "x" * 2001}], "[0].text"),
        ([VOICE, {**VOICE, "start": 1.5, "end": 3}], "[1].start"),
        ([VOICE, dict(VOICE)], "[1]"),
        ([{**VOICE, "start": math.nan}], "[0].start"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        audio.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_segments_come_as_they_begin_with_their_text() -> None:
    later = {"label": "voice", "start": 2, "end": 2.5}

    assert audio.check_answer(QUESTION, [later, VOICE]) == [VOICE, {**later, "text": ""}]


def test_ends_are_medians_and_the_text_is_the_nearest() -> None:
    said = [[VOICE], [{**VOICE, "end": 2.2}], [{**VOICE, "start": 0.6, "text": "Bonsoir"}]]

    assert audio.merge(QUESTION, said) == [VOICE]


def test_text_is_half_of_the_distance() -> None:
    bare = audio.check_question({"labels": ["voice"]})
    one, other = {"label": "voice", "start": 0, "end": 2}, {"label": "voice", "start": 0, "end": 1}

    assert audio.distance(bare, [one], [other]) == 0.5
    assert audio.distance(QUESTION, [one], [other]) == 0.25
