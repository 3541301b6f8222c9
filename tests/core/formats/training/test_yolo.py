import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadFile
from canut.core.formats.training import yolo
from canut.core.formats.training.labelled_items import LabelledImage, Notes, corners_of
from canut.core.formats.training.yolo_writing import data_file, tasks_for, write
from tests.core.formats.labelled_examples import (
    HEIGHT,
    REGIONS,
    WIDTH,
    boxes,
    pictures,
    plain_question,
    question,
    rotated,
    rounded,
)

type Value = Any  # of whatever shape


def is_inside(box: Value) -> bool:
    return all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners_of(box))


TASKS = {
    "detect": boxes,
    "segment": REGIONS["polygons"],
    "pose": REGIONS["keypoints"],
    "obb": st.one_of(boxes, rotated).filter(is_inside),
}
DATA = yolo.Data(("chat", "chien"), points=("nez", "œil"))


@pytest.mark.parametrize("task", yolo.KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_task_comes_back_as_it_was(task: str, data: st.DataObject) -> None:
    made = data.draw(pictures(TASKS[task]))
    asked = question(yolo.KINDS[task])

    parts = dict(write(asked, task, [("train", each) for each in made], Notes()))
    said = yolo.read_data(parts["data.yaml"], "data.yaml", Notes())
    paths = {p.file: yolo.label_path(f"images/train/{p.file[4:]}") for p in made}
    files = [yolo.Labelled(p.file, WIDTH, HEIGHT, parts[paths[p.file]]) for p in made]
    found = list(yolo.read(files, said, task, Notes()))

    assert [rounded(each.value) for each in found] == [rounded(each.value) for each in made]
    assert said.question(task) == plain_question(yolo.KINDS[task])
    # without a picture of its own, validation is what was trained on: a reader needs both
    assert said.splits == {"train": ("images/train",), "val": ("images/train",)}


def lines(text: str, task: str = "detect", notes: Notes | None = None) -> Value:
    picture = yolo.Labelled("images/a.jpg", 100, 50, text.encode())
    (found,) = yolo.read([picture], DATA, task, notes or Notes())
    return found.value


def test_an_empty_file_says_seen_and_none_says_not_seen() -> None:
    notes = Notes()
    files = [yolo.Labelled("a.jpg", 9, 9, b""), yolo.Labelled("b.jpg", 9, 9, None)]

    seen, unseen = yolo.read(files, DATA, "detect", notes)
    parts = dict(write(question("boxes"), "detect", [("train", seen), ("val", unseen)], Notes()))

    assert (seen.value, unseen.value) == ((), None)
    assert [note.code for note in notes] == ["note-unlabelled"]
    assert parts["labels/train/a.txt"] == b""
    assert sorted(parts) == ["data.yaml", "labels/train/a.txt"]
    assert b"val: images/val" in parts["data.yaml"]


def test_shares_become_pixels_of_the_picture() -> None:
    assert lines("1 .5 .5 .2 .4\n") == ({"label": "chien", "x": 40, "y": 15, "w": 20, "h": 20},)


@pytest.mark.parametrize(
    ("task", "text", "place"),
    [
        ("detect", "0 .5 .5 .2\n", "line 1: “the line” is '4 numbers'; expected 5 numbers"),
        ("detect", "\n2 .5 .5 .2 .2\n", "line 2: “number 1” is 2.0; expected one of: 0–1"),
        ("detect", "0 .5 .5 1.2 .2", "line 1: “number 4” is 1.2; expected a share"),
        ("detect", "0 .5 .5 0 .2", "line 1: “number 4” is 0.0; expected more than 0"),
        ("detect", "0 .5 x .2 .2", "line 1: “number 3” is 'x'; expected a finite number"),
        ("detect", "0 .5 nan .2 .2", "line 1: “number 3” is 'nan'; expected a finite number"),
        ("segment", "0 .1 .1 .2 .2", "line 1: “the line” is [0.1, 0.1, 0.2, 0.2]; expected x and"),
        ("pose", "0 .5 .5 .2 .2 .5 .5 3 .5 .5 1", "line 1: “number 8” is 3.0; expected 0, 1 or 2"),
        ("obb", "0 0 0 1 0 1 1 .2 1", "line 1: the four corners are no rectangle"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_number(
    task: str, text: str, place: str
) -> None:
    with pytest.raises(BadFile) as refused:
        lines(text, task)

    assert f"labels/a.txt, {place}" in str(refused.value)


def test_corners_may_start_anywhere_and_go_either_way() -> None:
    box = {"x": 20.0, "y": 10.0, "w": 40.0, "h": 20.0}
    clockwise = corners_of(box)

    for corners in (clockwise, clockwise[2:] + clockwise[:2], clockwise[:1] + clockwise[:0:-1]):
        words = " ".join(f"{x / 100} {y / 50}" for x, y in corners)
        (found,) = lines(f"0 {words}", "obb")
        assert sorted(rounded(corners_of(found))) == sorted(clockwise)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("names: []", "“names” is []"),
        ("names: [a, a]", "“names” a is there twice"),
        ("names: {1: a}", "“names” is [1]"),
        ("path: .", "“names” is not there"),
        ("names: [a]\nkpt_shape: [2, 4]", "“kpt_shape” is [2, 4]"),
        ("names: [a]\nnc: 3", "“nc” is 3"),
        ("names: [", "is not YAML"),
        ("names: !!python/object:os.system {}", "is not YAML"),
        ("- a", "expected an object"),
    ],
)
def test_a_data_file_that_says_no_classes_is_refused(text: str, place: str) -> None:
    with pytest.raises(BadFile, match=re.escape(place)):
        yolo.read_data(text.encode(), "data.yaml", Notes())


def test_a_data_file_of_others_is_read_and_what_is_passed_over_noted() -> None:
    notes = Notes()
    text = "names: {0: chat, 1: chien}\nval: [a, b]\nkpt_shape: [2, 2]\nflip_idx: [1, 0]\nnc: 2\n"

    said = yolo.read_data(text.encode(), "data.yaml", notes)

    assert said == yolo.Data(("chat", "chien"), {"val": ("a", "b")}, ("1", "2"), 2)
    assert [note.facts["field"] for note in notes] == ["flip_idx"]


def test_a_turned_box_is_refused_by_the_plain_form_and_one_that_sticks_out_is_cut() -> None:
    notes = Notes()
    turned = {"label": "chat", "x": 1, "y": 1, "w": 9, "h": 9, "angle": 5}
    out = {"label": "chat", "x": 90, "y": 1, "w": 40, "h": 9}

    with pytest.raises(BadFile, match="turned by 5 degrees"):
        list(
            write(
                question("boxes"),
                "detect",
                [("train", LabelledImage("a", 99, 99, (turned,)))],
                notes,
            )
        )
    list(write(question("boxes"), "obb", [("train", LabelledImage("a", 99, 99, (out,)))], notes))

    assert [note.words() for note in notes] == [
        "1 shapes of a stick out of it; they were cut at its edge."
    ]


def test_two_pictures_never_share_a_label_file() -> None:
    same = [("train", LabelledImage(name, 9, 9, ())) for name in ("a/x.jpg", "b/x.png")]

    with pytest.raises(BadFile, match="is there twice"):
        list(write(question("boxes"), "detect", same, Notes()))


def test_tasks_are_those_that_hold_the_kind() -> None:
    assert tasks_for({"kind": "spans"}) == []
    with pytest.raises(BadFile, match="cannot hold"):
        data_file(question("boxes"), "pose", ["train"])


@pytest.mark.parametrize(
    "content",
    [
        b"names: &a [x, x]\nnc: [*a, *a]\n",
        b"names: " + b"[" * 10_000,
        b"names: [x]\nnc: " + b"9" * 5_000,
        b"names: [x]\nnc: 0x" + b"f" * 50_000,
        b"names: [x]\nkpt_shape: [999999999999, 3]\n",
        b"names: [x]\nkpt_shape: [.inf, 3]\n",
        b"names: [\x00]\n",
    ],
)
def test_data_file_that_stands_for_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        yolo.read_data(content, "data.yaml", Notes())
