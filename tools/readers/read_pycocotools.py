"""Read Canut's COCO with pycocotools, and write run-length masks with it."""

import contextlib
import io
import json
import sys
from pathlib import Path

from pycocotools import mask as masks
from pycocotools.coco import COCO

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
SAID = json.loads((OURS / "expected.json").read_text())


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"pycocotools sees {actual} where {expected} was said")


def opened(name: str) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(OURS / name))


def labels(read: COCO, annotations: list) -> list:
    return [read.loadCats(each["category_id"])[0]["name"] for each in annotations]


for name in ("boxes", "rotated", "polygons", "keypoints"):
    read = opened(f"{name}.json")
    found = read.loadAnns(read.getAnnIds())
    same(labels(read, found), [each["label"] for each in SAID[name]])
    image = read.loadImgs(read.getImgIds())[0]
    same([image["width"], image["height"]], SAID["size"])
    if name == "boxes":
        same([e["bbox"] for e in found], [[e[s] for s in "xywh"] for e in SAID[name]])
        same([e["area"] for e in found], [e["w"] * e["h"] for e in SAID[name]])
    if name == "keypoints":
        flat = [n for point in SAID[name][0]["points"].values() for n in point]
        same(found[0]["keypoints"], flat)
        category = read.loadCats(found[0]["category_id"])[0]
        same((category["keypoints"], category["skeleton"]), (SAID["points"], [[1, 2]]))
    if name in {"rotated", "polygons"}:
        filled = int(read.annToMask(found[0]).sum())
        if abs(filled - found[0]["area"]) > 0.1 * found[0]["area"]:
            sys.exit(f"pycocotools fills {filled} pixels where the area is {found[0]['area']}")

# a mask of straight edges comes back as the same pixels, whole and packed
read = opened("polygons.json")
document = json.loads((OURS / "polygons.json").read_text())
runs = masks.frPyObjects([[4, 4, 24, 4, 24, 20, 4, 20]], SAID["size"][1], SAID["size"][0])[0]
packed = {"size": [int(n) for n in runs["size"]], "counts": runs["counts"].decode()}
document["annotations"][0].update(segmentation=packed, iscrowd=1, area=int(masks.area(runs)))
(THEIRS / "masks.json").write_text(json.dumps(document))
