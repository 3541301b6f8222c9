"""Read Canut's Parquet with Hugging Face datasets, and write Parquet with it."""

import json
import sys
from pathlib import Path

import datasets

OURS, THEIRS = Path(sys.argv[1]), Path(sys.argv[2])
datasets.disable_progress_bars()
SAID = json.loads((OURS / "expected.json").read_text())


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"datasets sees {actual} where {expected} was said")


read = datasets.load_dataset("parquet", data_files=str(OURS / "all.parquet"), split="train")
features, row = read.features, read[0]
same(features["choice"].names, SAID["labels"])
same(features["choice"].int2str(row["choice"]), SAID["values"]["choice"])
same(row["passage"], SAID["text"])
same(row["text"], SAID["values"]["text"])
same((row["number"], row["rating"]), (SAID["values"]["number"], SAID["values"]["rating"]))
boxes = features["boxes"].feature if hasattr(features["boxes"], "feature") else features["boxes"][0]
names = [boxes["label"].int2str(each["label"]) for each in row["boxes"]]
same(names, [each["label"] for each in SAID["boxes"]])
same([each["w"] for each in row["boxes"]], [each["w"] for each in SAID["boxes"]])
same([e["start"] for e in row["spans"]["spans"]], [e["start"] for e in SAID["spans"]])
same(row["polygons"][0]["points"], SAID["polygons"][0]["points"])
same(row["audio"][0]["text"], SAID["values"]["audio"][0]["text"])
same(read[1]["choice"], None)
bundle = datasets.load_dataset(str(OURS / "bundle"), "labels", split="train")
same([list(row.values()) for row in bundle], json.loads((OURS / "bundle-rows.json").read_text()))
same(datasets.load_dataset(str(OURS / "bundle"), split="train")[:], bundle[:])
read.to_parquet(str(THEIRS / "all.parquet"))
