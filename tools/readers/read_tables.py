"""Read the tables of a dataset with pandas, polars and DuckDB: the same rows in each form."""

import json
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

OURS = Path(sys.argv[1])
FOLDER = OURS / "bundle/data"
EXPECTED = json.loads((OURS / "bundle-rows.json").read_bytes())
LABELS = [row[1] for row in EXPECTED]
SURE = [row[2] for row in EXPECTED]


def same(program: str, actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"{program} sees {actual} where {expected} was said")


def plain(column: pd.Series) -> list[object]:
    return [None if pd.isna(cell) else cell for cell in column]


for form, read in (
    ("parquet", pd.read_parquet),
    ("csv", lambda path: pd.read_csv(path, dtype={"label": "string"}, keep_default_na=False)),
):
    frame = read(FOLDER / f"labels.{form}")
    labels = plain(frame["label"])
    same("pandas", [each or None for each in labels], LABELS)
same("pandas", plain(pd.read_parquet(FOLDER / "labels.parquet")["sure"]), SURE)
lines = pd.read_json(FOLDER / "labels.jsonl", lines=True, dtype=False)
same("pandas", plain(lines["label"]), LABELS)

for frame in (pl.read_parquet(FOLDER / "labels.parquet"), pl.read_ndjson(FOLDER / "labels.jsonl")):
    same("polars", [frame["label"].to_list(), frame["sure"].to_list()], [LABELS, SURE])
table = pl.read_csv(FOLDER / "labels.csv", schema_overrides={"label": pl.String})
same("polars", table["label"].to_list(), LABELS)

for relation in (
    duckdb.read_parquet(str(FOLDER / "labels.parquet")),
    duckdb.read_json(str(FOLDER / "labels.jsonl")),
):
    seen = relation.order("task").project("label, sure").fetchall()
    same("duckdb", [[row[1] for row in seen]], [SURE])
    same("duckdb", [row[0] for row in seen], LABELS)
table = duckdb.read_csv(str(FOLDER / "labels.csv"), dtype={"label": "VARCHAR"})
same("duckdb", [label for (label,) in table.project("label").fetchall()], LABELS)
