import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import spans

A = {"id": "a", "label": "person", "start": 0, "end": 5}
B = {"id": "b", "label": "place", "start": 9, "end": 12}
QUESTION = spans.check_question({"labels": ["person", "place"], "relations": ["in"], "most": 4})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({}, "labels"),
        ({"labels": []}, "labels"),
        ({"labels": ["a", "a"]}, "labels[1].value"),
        ({"labels": ["a"], "snap": "line"}, "snap"),
        ({"labels": ["a"], "overlap": 1}, "overlap"),
        ({"labels": ["a"], "relations": "in"}, "relations"),
        ({"labels": ["a"], "least": 3, "most": 2}, "most"),
        ({"labels": [{"value": "a", "colour": "red"}]}, "labels[0].colour"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        spans.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], ""),
        ({}, "spans"),
        ({"spans": [{"label": "person", "start": 0}]}, "spans[0].end"),
        ({"spans": [{"label": "x", "start": 0, "end": 1}]}, "spans[0].label"),
        ({"spans": [{"label": "person", "start": 2, "end": 2}]}, "spans[0].end"),
        ({"spans": [{"label": "person", "start": -1, "end": 2}]}, "spans[0].start"),
        ({"spans": [{"label": "person", "start": 0.5, "end": 2}]}, "spans[0].start"),
        ({"spans": [{"label": "person", "start": 0, "end": 2, "text": "ab"}]}, "spans[0].text"),
        ({"spans": [A, {**A, "id": "b"}]}, "spans[1]"),
        ({"spans": [A, {**A, "start": 3, "end": 9}]}, "spans[1].id"),
        ({"spans": [A, {**B, "start": 4}]}, "spans[1].start"),
        ({"spans": [A] * 5}, "spans"),
        (
            {"spans": [A, B], "relations": [{"from": "a", "to": "c", "label": "in"}]},
            "relations[0].to",
        ),
        (
            {"spans": [A, B], "relations": [{"from": "a", "to": "a", "label": "in"}]},
            "relations[0].to",
        ),
        (
            {"spans": [A, B], "relations": [{"from": "a", "to": "b", "label": "on"}]},
            "relations[0].label",
        ),
        (
            {"spans": [A, B], "relations": [{"from": "a", "to": "b", "label": "in"}] * 2},
            "relations[1]",
        ),
        ({"spans": [A], "links": []}, "links"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        spans.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_spans_are_numbered_as_they_begin_and_relations_follow() -> None:
    marked = {"spans": [B, A], "relations": [{"from": "a", "to": "b", "label": "in"}]}

    normal, places = spans.arrange(QUESTION, marked)

    assert normal == {
        "spans": [{**A, "id": "1"}, {**B, "id": "2"}],
        "relations": [{"from": "1", "to": "2", "label": "in"}],
    }
    assert places == [1, 0]


def test_relation_is_kept_where_most_drew_it() -> None:
    joined = {"spans": [A, B], "relations": [{"from": "a", "to": "b", "label": "in"}]}
    alone = {"spans": [A, {**B, "end": 14}]}

    assert spans.merge(QUESTION, [joined, joined, alone]) == spans.check_answer(QUESTION, joined)
    assert spans.check_answer(QUESTION, spans.merge(QUESTION, [joined, alone]))["relations"] == []


def test_merged_spans_never_overlap_where_none_may() -> None:
    one = {"spans": [{"label": "person", "start": 0, "end": 6}]}
    two = {"spans": [{"label": "person", "start": 0, "end": 3},
                     {"label": "person", "start": 3, "end": 6}]}  # fmt: skip

    merged = spans.merge(QUESTION, [one, two, two, one, two])

    assert spans.check_answer(QUESTION, merged) == merged
