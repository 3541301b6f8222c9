import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import polygons

CORNERS = [[0, 0], [10, 0], [10, 10], [0, 10]]
ROOF = {"label": "roof", "points": CORNERS}
QUESTION = polygons.check_question({"labels": ["roof"], "most": 2})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"labels": "roof"}, "labels"),
        ({"labels": ["a"], "least": -1}, "least"),
        ({"labels": ["a"], "most": 201}, "most"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        polygons.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, ""),
        ([ROOF] * 3, ""),
        ([{"label": "wall", "points": CORNERS}], "[0].label"),
        ([{"label": "roof", "points": CORNERS[:2]}], "[0].points"),
        ([{"label": "roof", "points": [*CORNERS, [1]]}], "[0].points[4]"),
        ([{"label": "roof", "points": [*CORNERS, [1, -1]]}], "[0].points[4][1]"),
        ([{"label": "roof", "points": [*CORNERS, [math.nan, 1]]}], "[0].points[4][0]"),
        ([{"label": "roof", "points": [[0, 0], [1, 1], [2, 2]]}], "[0].points"),
        ([{"label": "roof", "points": [[0, 0], [1, 0]] * 2}], "[0].points"),
        ([{"label": "roof", "points": [[1, 1]] * 1001}], "[0].points"),
        ([ROOF, dict(ROOF)], "[1]"),
        ([{**ROOF, "hole": []}], "[0].hole"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        polygons.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_corners_twice_in_a_row_and_the_closing_one_are_dropped() -> None:
    closed = {"label": "roof", "points": [*CORNERS, [0.0004, 10], [0, 0]]}

    assert polygons.check_answer(QUESTION, [closed]) == [ROOF]


def test_outline_that_begins_elsewhere_is_the_same() -> None:
    turned = {"label": "roof", "points": [*CORNERS[2:], *CORNERS[:2]]}

    assert polygons.distance(QUESTION, [ROOF], [turned]) == pytest.approx(0, abs=1e-9)


def test_merged_outline_is_one_that_somebody_drew() -> None:
    small = {"label": "roof", "points": [[0, 0], [9, 0], [9, 9], [0, 9]]}
    middle = {"label": "roof", "points": [[0, 0], [9.5, 0], [9.5, 9.5], [0, 9.5]]}

    assert polygons.merge(QUESTION, [[ROOF], [small], [middle]]) == [middle]
