import math

import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import boxes

BOX = {"label": "cat", "x": 10, "y": 20, "w": 30, "h": 40}
TURNED = boxes.check_question({"labels": ["cat"], "rotated": True})
QUESTION = boxes.check_question({"labels": ["cat", "dog"], "least": 1, "most": 2})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"labels": None}, "labels"),
        ({"labels": ["a"], "rotated": "yes"}, "rotated"),
        ({"labels": ["a"], "most": 0}, "most"),
        ({"labels": [""]}, "labels[0].value"),
        ({"labels": ["a"], "column": 3}, "column"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        boxes.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], ""),
        ([BOX, {**BOX, "x": 1}, {**BOX, "x": 2}], ""),
        ([{**BOX, "label": "bird"}], "[0].label"),
        ([{**BOX, "x": -1}], "[0].x"),
        ([{**BOX, "w": 0}], "[0].w"),
        ([{**BOX, "h": math.nan}], "[0].h"),
        ([{**BOX, "w": 10**7}], "[0].w"),
        ([{**BOX, "angle": 10}], "[0].angle"),
        ([BOX, dict(BOX)], "[1]"),
        ([BOX, 3], "[1]"),
        ([{"label": "cat", "x": 1, "y": 2, "w": 3}], "[0].h"),
    ],
)
def test_answer_is_refused_with_the_field(value: object, field: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        boxes.check_answer(QUESTION, value)

    assert refusal.value.facts["field"] == field


def test_boxes_come_from_top_to_bottom_in_thousandths_of_a_pixel() -> None:
    low = {**BOX, "y": 90.12345}

    assert boxes.check_answer(QUESTION, [low, BOX]) == [BOX, {**BOX, "y": 90.123}]


def test_turned_box_has_its_angle_in_one_turn_and_may_stick_out() -> None:
    out = {**BOX, "x": -5, "angle": -90}

    assert boxes.check_answer(TURNED, [out]) == [{**out, "angle": 270}]
    with pytest.raises(BadAnswer):
        boxes.check_answer(TURNED, [{**BOX, "x": -5}])


def test_same_place_turned_by_a_quarter_is_no_distance_away() -> None:
    lying = {"label": "cat", "x": 0, "y": 10, "w": 40, "h": 20, "angle": 0}
    standing = {"label": "cat", "x": 10, "y": 0, "w": 20, "h": 40, "angle": 90}

    assert boxes.distance(TURNED, [lying], [standing]) == pytest.approx(0, abs=1e-9)


def test_what_one_alone_drew_is_left_out() -> None:
    near = [{**BOX, "x": 12, "w": 28}]
    other = [{**BOX, "x": 500}]

    merged = boxes.gathered(QUESTION, [[BOX], near, other], None)

    assert merged.value == [{**BOX, "x": 11, "w": 29}]
    assert sorted(merged.members[0]) == [(0, 0), (1, 0)]


def test_as_many_as_must_be_are_kept_where_nobody_agrees() -> None:
    far = [[{**BOX, "x": 100 * n}] for n in range(3)]

    assert len(boxes.check_answer(QUESTION, boxes.merge(QUESTION, far))) == 1
