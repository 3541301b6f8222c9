"""Files that other programs wrote of answers of ours, kept by ``tools/readers.py --write``."""

import json
from pathlib import Path
from typing import Any

import pytest

from canut.core.formats.platforms import label_studio
from canut.core.formats.platforms import label_studio_config as configs
from canut.core.formats.training import coco, conll, huggingface, spacy, yolo
from canut.core.formats.training.labelled_items import Notes
from tests.core.formats.labelled_examples import choices, rounded

HERE = Path(__file__).parent / "readers"
SAID: dict[str, Any] = json.loads((HERE / "expected.json").read_text())


@pytest.mark.parametrize("reader", ["supervision", "label_studio"])
def test_boxes_come_back_from_the_coco_of_others(reader: str) -> None:
    path = HERE / reader / "boxes.coco.json"

    found = coco.read([path.read_bytes()], path.name, "boxes", Notes())

    assert list(found.pictures[0].value or ()) == SAID["boxes"]


def test_packed_masks_of_pycocotools_become_the_polygons_around_them() -> None:
    path = HERE / "pycocotools/masks.json"

    found = coco.read([path.read_bytes()], path.name, "polygons", Notes())

    assert found.pictures[0].value == (
        {"label": "chat", "points": [[4, 4], [24, 4], [24, 20], [4, 20]]},
    )
    assert found.pictures[0].beside[0]["iscrowd"] == 1


def test_boxes_come_back_from_the_yolo_of_supervision() -> None:
    folder = HERE / "supervision/yolo-detect"
    data = yolo.read_data((folder / "data.yaml").read_bytes(), "data.yaml", Notes())
    width, height = SAID["size"]
    picture = yolo.Labelled("a.png", width, height, (folder / "labels/a.txt").read_bytes())

    (found,) = yolo.read([picture], data, "detect", Notes())

    boxes = found.value or ()
    assert [each["label"] for each in boxes] == [each["label"] for each in SAID["boxes"]]
    assert [[each[side] for side in "xywh"] for each in boxes] == [
        pytest.approx([each[side] for side in "xywh"], abs=0.01) for each in SAID["boxes"]
    ]


def test_spans_come_back_from_spacy_and_from_label_studios_conll() -> None:
    trained, tagged = HERE / "spacy/spans.spacy.json", HERE / "label_studio/spans.conll"

    (one,) = spacy.read_json([trained.read_bytes()], trained.name, Notes())
    (other,) = conll.read([tagged.read_bytes()], tagged.name, Notes(), [SAID["text"]])

    assert one.text == SAID["text"]
    assert one.value["spans"] == other.value["spans"] == SAID["spans"]


def test_every_kind_comes_back_from_the_parquet_of_datasets() -> None:
    path = HERE / "datasets/all.parquet"
    labels = choices(SAID["labels"])
    kinds = {"boxes": labels, "polygons": labels, "keypoints": choices(["keypoints"])}
    asked: list[dict[str, Any]] = [
        {"id": kind, "kind": kind, "labels": each, "points": choices(SAID["points"])}
        for kind, each in kinds.items()
    ]
    asked += [{"id": kind, "kind": kind, "labels": labels} for kind in ("spans", "audio")]
    asked += [{"id": kind, "kind": kind} for kind in ("text", "number", "rating", "pair")]

    (rows,) = huggingface.read(path, [*huggingface.questions_in(path), *asked])

    assert rows[0].values == SAID["values"]
    assert rows[1].values == {}


def test_every_kind_comes_back_from_tasks_that_label_studio_accepts() -> None:
    notes = Notes()
    config = configs.read((HERE / "label_studio/config.xml").read_bytes(), "config.xml", notes)
    content = (HERE / "label_studio/tasks.json").read_bytes()

    (task,) = label_studio.read([content], "tasks.json", config, notes)

    near = {name: rounded(value) for name, value in task.answers[0].values.items()}
    boxes = sorted(SAID["values"]["boxes"], key=lambda each: each["y"])
    assert near == {**SAID["values"], "boxes": boxes}
    assert (task.answers[0].worker, task.answers[0].seconds) == ("17", 12.5)
    assert (task.predictions[0].score, list(notes)) == (0.5, [])
