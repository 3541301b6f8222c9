"""What a choice task makes a phone download stays light, and other kinds are not in it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from canut.core.kinds import KINDS
from canut.web.kit.scripts import kind_script
from tests.house.tree import ROOT

DIST = ROOT / "src/canut/web/static/dist"
WORKBENCH = "src/workbench/main.ts"
LOCALE = "../src/canut/locale"
LIMIT = 60 * 1024  # bytes of script, compressed


@pytest.fixture
def manifest() -> dict[str, Any]:
    """Read what was built."""
    if not (DIST / "manifest.json").is_file():
        pytest.skip("the scripts are not built")
    found: dict[str, Any] = json.loads((DIST / "manifest.json").read_text())
    return found


def scripts(manifest: dict[str, Any], name: str, kind: str, language: str) -> set[str]:
    """Return every script an entry brings for a kind in a language, asked for at once or later."""
    others = {str(kind_script(manifest, other)) for other in KINDS.keys() - {kind}}
    own = {f"{LOCALE}/{language}/words/{part}.json" for part in ("workbench", "kinds")}
    others |= {part for part in manifest if part.startswith(LOCALE)} - own
    waiting, found = {name}, set[str]()
    while waiting:
        found |= waiting
        entries = [manifest[one] for one in waiting]
        later = [one.get("dynamicImports", []) + one.get("imports", []) for one in entries]
        waiting = {part for parts in later for part in parts} - others - found
    return {manifest[one]["file"] for one in found}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_scripts_of_a_choice_task_weigh_less_than_60_kib(
    manifest: dict[str, Any], language: str
) -> None:
    weights = {
        name: len(gzip.compress((DIST / name).read_bytes(), 9))
        for name in scripts(manifest, WORKBENCH, "choice", language)
    }

    assert 0 < sum(weights.values()) < LIMIT, weights
    assert {name.split("-")[0] for name in weights} >= {"assets/workbench", "assets/kinds"}


def test_words_of_each_language_are_fetched_by_themselves(manifest: dict[str, Any]) -> None:
    words = {part for part in manifest if part.startswith(LOCALE)}

    assert {Path(part).parts[-3] for part in words} >= {"fr", "en"}
    assert all(manifest[part].get("isDynamicEntry") for part in words)


def test_each_kind_is_fetched_by_itself(manifest: dict[str, Any]) -> None:
    kinds = [str(kind_script(manifest, kind)) for kind in sorted(KINDS)]

    later = {part for entry in manifest.values() for part in entry.get("dynamicImports", ())}
    assert set(kinds) <= later
    assert all(manifest[kind]["isDynamicEntry"] for kind in kinds)
