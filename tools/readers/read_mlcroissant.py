"""Validate the description of a bundle with mlcroissant, read its rows, and refuse changed ones."""

import json
import shutil
import sys
from pathlib import Path

import mlcroissant

OURS = Path(sys.argv[1])
DESCRIBED = OURS / "bundle/croissant.json"


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"mlcroissant sees {actual} where {expected} was said")


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
seen = [
    {name.removeprefix("labels/"): value for name, value in row.items()}
    for row in rows_of(DESCRIBED)
]
same([row["task"] for row in seen], [1, 2])
same([row["label"] for row in seen], [b"chat", b"chien, l'autre"])
same([bool(row["simulated"]) for row in seen], [True, True])

changed = OURS / "changed"
shutil.copytree(OURS / "bundle", changed)
(changed / "data/labels.csv").write_bytes(b"task,label,sure\n1,chien,0.5\n")
try:
    rows_of(changed / "croissant.json")
except mlcroissant.GenerationError:
    pass
else:
    sys.exit("mlcroissant reads rows whose hash is another than the description's")
