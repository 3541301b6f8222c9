"""Validate the description of a bundle with mlcroissant, read its rows, and refuse changed ones."""

import json
import math
import shutil
import sys
from pathlib import Path

import mlcroissant

OURS = Path(sys.argv[1])
NAMES = ("task", "label", "sure", "label.ce_que_c_est", "simulated")
DESCRIBED = OURS / "bundle/croissant.json"


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"mlcroissant sees {actual} where {expected} was said")


def text_of(cell: object) -> object:
    """Return a cell as it was written: texts come as bytes, missing numbers as not a number."""
    if isinstance(cell, bytes):
        return cell.decode()
    return None if cell is None or (isinstance(cell, float) and math.isnan(cell)) else cell


def rows_of(path: Path) -> list[dict[str, object]]:
    return list(mlcroissant.Dataset(jsonld=path).records(record_set="labels"))


dataset = mlcroissant.Dataset(jsonld=DESCRIBED)
issues = dataset.metadata.ctx.issues
same((list(issues.errors), list(issues.warnings)), ([], []))
kept = dataset.metadata.to_json()
said = json.loads(DESCRIBED.read_bytes())
same(kept["name"], "chats")
same(said["canut:labourCard"], {"@id": "labour-card.json"})
same(said["rai:annotationsPerItem"], "2.500")
same(said["recordSet"][0]["key"], {"@id": "labels/task"})
expected = json.loads((OURS / "bundle-rows.json").read_bytes())
seen = [[text_of(row[f"labels/{name}"]) for name in NAMES] for row in rows_of(DESCRIBED)]
same(seen, expected)
same({type(row["labels/task"]).__name__ for row in rows_of(DESCRIBED)}, {"int64"})

changed = OURS / "changed"
shutil.copytree(OURS / "bundle", changed)
table = changed / "data/labels.parquet"
table.write_bytes(b"PAR1" + table.read_bytes())
try:
    rows_of(changed / "croissant.json")
except mlcroissant.GenerationError:
    pass
else:
    sys.exit("mlcroissant reads rows whose hash is another than the description's")
