"""Hold Canut's YOLO folders against the rules of ultralytics: data.yaml, each label, one epoch."""

import sys
from pathlib import Path

import numpy as np
import yaml
from PIL import Image
from ultralytics import YOLO
from ultralytics.data.utils import check_det_dataset, verify_image_label
from ultralytics.utils import SETTINGS

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
WIDTH, HEIGHT = 64, 48
LABELS = {0: "chat", 1: "chien"}
POINTS = 2
SETTINGS["sync"] = False
chance = np.random.default_rng(1)

for folder in sorted(OURS.glob("yolo-*")):
    task = folder.name.removeprefix("yolo-")
    described = folder / "data.yaml"
    fields = yaml.safe_load(described.read_bytes())
    described.write_text(yaml.safe_dump(fields | {"path": str(folder)}, allow_unicode=True))
    for labels in sorted(folder.glob("labels/*/*.txt")):
        picture = folder / "images" / labels.parent.name / f"{labels.stem}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        noise = chance.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        Image.fromarray(noise).save(picture)
        points = POINTS if task == "pose" else 0
        checked = verify_image_label(
            (str(picture), str(labels), "", task == "pose", len(LABELS), points, 3, False)
        )
        missing, seen, empty, corrupt = checked[5:9]
        if (missing, seen, empty, corrupt) != (0, 1, 0, 0):
            sys.exit(f"ultralytics refuses {labels.name} of {task}: {checked[-1]}")
    data = check_det_dataset(str(described), autodownload=False)
    if data["names"] != LABELS or not Path(data["val"]).is_dir():
        sys.exit(f"ultralytics reads {data['names']}, val {data['val']}")
    if task == "pose" and list(data["kpt_shape"]) != [POINTS, 3]:
        sys.exit(f"ultralytics reads points {data['kpt_shape']}")

model = YOLO("yolov8n.yaml")
model.train(
    data=str(OURS / "yolo-detect/data.yaml"),
    epochs=1, imgsz=64, batch=1, workers=0, device="cpu", plots=False, verbose=False,
    project=str(THEIRS / "runs"), val=True,
)  # fmt: skip
