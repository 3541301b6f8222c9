"""What a choice task makes a phone download stays light."""

import gzip
import json
from typing import Any

import pytest

from tests.house.tree import ROOT

DIST = ROOT / "src/canut/web/static/dist"
WORKBENCH = "src/workbench/main.ts"
LIMIT = 60 * 1024  # bytes of script, compressed


def scripts(manifest: dict[str, Any], name: str) -> set[str]:
    """Return every script an entry brings, asked for at once or later."""
    entry = manifest[name]
    parts = [*entry.get("imports", ()), *entry.get("dynamicImports", ())]
    return {entry["file"]}.union(*(scripts(manifest, part) for part in parts))


def test_scripts_of_a_choice_task_weigh_less_than_60_kib() -> None:
    if not (DIST / "manifest.json").is_file():
        pytest.skip("the scripts are not built")
    manifest = json.loads((DIST / "manifest.json").read_text())

    weights = {
        name: len(gzip.compress((DIST / name).read_bytes(), 9))
        for name in scripts(manifest, WORKBENCH)
    }

    assert 0 < sum(weights.values()) < LIMIT, weights
