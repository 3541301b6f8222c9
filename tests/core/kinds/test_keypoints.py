import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import keypoints

HAND = {"label": "hand", "points": {"tip": [1, 1, 2]}}
QUESTION = keypoints.check_question({"labels": ["hand"], "points": ["wrist", "tip"], "most": 2})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"labels": ["a"]}, "points"),
        ({"labels": ["a"], "points": []}, "points"),
        ({"labels": ["a"], "points": ["p", "q"], "skeleton": [["p", "r"]]}, "skeleton[0][1]"),
        ({"labels": ["a"], "points": ["p", "q"], "skeleton": [["p", "p"]]}, "skeleton[0]"),
        (
            {"labels": ["a"], "points": ["p", "q"], "skeleton": [["p", "q"], ["q", "p"]]},
            "skeleton[1]",
        ),
        ({"labels": ["a"], "points": ["p"], "reach": 0}, "reach"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        keypoints.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, ""),
        ([{"label": "hand"}], "[0].points"),
        ([{"label": "hand", "points": []}], "[0].points"),
        ([{"label": "hand", "points": {"nose": [1, 1, 2]}}], "[0].points.nose"),
        ([{"label": "hand", "points": {"tip": [1, 1, 3]}}], "[0].points.tip[2]"),
        ([{"label": "hand", "points": {"tip": [1, 1]}}], "[0].points.tip"),
        ([{"label": "hand", "points": {"tip": [-1, 1, 2]}}], "[0].points.tip[0]"),
        ([{"label": "hand", "points": {"tip": [1, math.inf, 2]}}], "[0].points.tip[1]"),
        ([{"label": "hand", "points": {"tip": [1, 1, 0]}}], "[0].points"),
        ([{"label": "foot", "points": {"tip": [1, 1, 2]}}], "[0].label"),
        ([HAND, dict(HAND)], "[1]"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        keypoints.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_point_that_is_not_in_the_picture_is_nowhere() -> None:
    given = [{"label": "hand", "points": {"tip": [1, 1, 2], "wrist": [5, 5, 0]}}]

    assert keypoints.check_answer(QUESTION, given) == [
        {"label": "hand", "points": {"wrist": [0, 0, 0], "tip": [1, 1, 2]}}
    ]


def test_each_point_is_voted_and_put_in_the_middle() -> None:
    said = [
        [{"label": "hand", "points": {"wrist": [x, 50, 2], "tip": [60, 10, v]}}]
        for x, v in ((40, 2), (41, 1), (80, 1))
    ]

    assert keypoints.merge(QUESTION, said) == [
        {"label": "hand", "points": {"wrist": [41, 50, 2], "tip": [60, 10, 1]}}
    ]


def test_point_only_one_placed_is_as_far_as_can_be() -> None:
    both = [{"label": "hand", "points": {"wrist": [9, 9, 2], "tip": [1, 1, 2]}}]

    assert keypoints.distance(QUESTION, [HAND], both) == 0.5
