"""Read Canut's YOLO with supervision, and write YOLO and COCO with it."""

import json
import sys
from pathlib import Path

import numpy as np
import supervision as sv
from PIL import Image

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
SAID = json.loads((OURS / "expected.json").read_text())
WIDTH, HEIGHT = SAID["size"]


def same(actual: object, expected: object) -> None:
    if not np.allclose(np.array(actual, float), np.array(expected, float), atol=0.6):
        sys.exit(f"supervision sees {actual} where {expected} was said")


def opened(task: str, **how: bool) -> sv.DetectionDataset:
    folder = OURS / f"yolo-{task}"
    pictures = folder / "images/train"
    pictures.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (WIDTH, HEIGHT)).save(pictures / "a.png")
    return sv.DetectionDataset.from_yolo(
        images_directory_path=str(pictures),
        annotations_directory_path=str(folder / "labels/train"),
        data_yaml_path=str(folder / "data.yaml"),
        **how,
    )


def detections_of(read: sv.DetectionDataset) -> sv.Detections:
    _, _, detections = next(iter(read))
    return detections


read = opened("detect")
if list(read.classes) != SAID["labels"]:
    sys.exit(f"supervision sees the classes {read.classes}")
same(detections_of(read).class_id, [SAID["labels"].index(e["label"]) for e in SAID["boxes"]])
same(
    detections_of(read).xyxy,
    [[e["x"], e["y"], e["x"] + e["w"], e["y"] + e["h"]] for e in SAID["boxes"]],
)
read.as_yolo(
    annotations_directory_path=str(THEIRS / "yolo-detect/labels"),
    data_yaml_path=str(THEIRS / "yolo-detect/data.yaml"),
)
read.as_coco(annotations_path=str(THEIRS / "boxes.coco.json"))

masks = detections_of(opened("segment", force_masks=True))
points = np.array(SAID["polygons"][0]["points"])
same(masks.xyxy[0], [*points.min(0), *points.max(0)])

turned = detections_of(opened("obb", is_obb=True))
box = SAID["rotated"][0]
angle = np.radians(box["angle"])
turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [box["w"] / 2, box["h"] / 2]
corners = half @ turn + [box["x"] + box["w"] / 2, box["y"] + box["h"] / 2]
same(turned.data["xyxyxyxy"][0], corners)
