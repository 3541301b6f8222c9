"""What a choice task makes a phone download stays light, and other kinds are not in it."""

import gzip
import json
from typing import Any

import pytest

from canut.core.kinds import KINDS
from tests.house.tree import ROOT

DIST = ROOT / "src/canut/web/static/dist"
WORKBENCH = "src/workbench/main.ts"
LIMIT = 60 * 1024  # bytes of script, compressed


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Read what was built."""
    if not (DIST / "manifest.json").is_file():
        pytest.skip("the scripts are not built")
    found: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
    return found


def scripts(manifest: dict[str, Any], name: str, kind: str) -> set[str]:
    """Return every script an entry brings for a kind, asked for at once or later."""
    others = {f"src/kinds/{other}.ts" for other in KINDS.keys() - {kind}}
    waiting, found = {name}, set[str]()
    while waiting:
        found |= waiting
        entries = [manifest[one] for one in waiting]
        later = [one.get("dynamicImports", []) + one.get("imports", []) for one in entries]
        waiting = {part for parts in later for part in parts} - others - found
    return {manifest[one]["file"] for one in found}


def test_scripts_of_a_choice_task_weigh_less_than_60_kib(manifest: dict[str, Any]) -> None:
    weights = {
        name: len(gzip.compress((DIST / name).read_bytes(), 9))
        for name in scripts(manifest, WORKBENCH, "choice")
    }

    assert 0 < sum(weights.values()) < LIMIT, weights


def test_each_kind_is_fetched_by_itself(manifest: dict[str, Any]) -> None:
    kinds = [f"src/kinds/{kind}.ts" for kind in sorted(KINDS)]

    later = {part for entry in manifest.values() for part in entry.get("dynamicImports", ())}
    assert set(kinds) <= later
    assert all(manifest[kind]["isDynamicEntry"] for kind in kinds)
