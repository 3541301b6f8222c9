"""Validate the data package of a bundle with frictionless, read its rows, refuse changed ones."""

import json
import shutil
import sys
from decimal import Decimal
from pathlib import Path

from frictionless import Package, validate

OURS = Path(sys.argv[1])
DESCRIBED = OURS / "bundle/datapackage.json"


def same(actual: object, expected: object) -> None:
    if actual != expected:
        sys.exit(f"frictionless sees {actual} where {expected} was said")


report = validate(str(DESCRIBED))
same(report.flatten(["type", "note"]), [])
package = Package(str(DESCRIBED))
(labels,) = package.resources
same(labels.schema.primary_key, ["task"])
rows = [list(row.to_dict().values()) for row in labels.read_rows()]
seen = [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in rows]
expected = json.loads((OURS / "bundle-rows.json").read_bytes())
for row in expected:  # a CSV marks what a spreadsheet would compute
    row[3] = f"'{row[3]}" if row[3] and row[3].startswith("=") else row[3]
same(seen, expected)

changed = OURS / "changed-package"
shutil.copytree(OURS / "bundle", changed)
table = changed / "data/labels.csv"
table.write_bytes(table.read_bytes().replace(b"chat", b"chut"))
kinds = {kind for (kind,) in validate(str(changed / "datapackage.json")).flatten(["type"])}
same(kinds, {"hash-count"})
