"""Scripts import downwards only, and never in a circle; types count like anything else."""

import os
import re
from pathlib import Path

from tests.house.tree import ROOT, files

SCRIPTS = ROOT / "frontend/src"
ORDER = (
    "protocol",
    "i18n",
    "own_pages",
    "kinds",
    "time",
    "offline",
    "proofs",
    "lessons",
    "workbench",
    "pages",
)
IMPORT = re.compile(r'\b(?:from|import)\s*\(?\s*"(\.[^"]+)"')


def test_scripts_import_only_from_folders_below_their_own() -> None:
    imports = _imports()
    assert len(imports) > 100

    upward = [
        f"{_name(script)} imports {_name(target)}"
        for script, targets in imports.items()
        for target in targets
        if _level(script) < _level(target)
    ]

    assert not upward, " < ".join(ORDER)


def test_scripts_import_nothing_in_a_circle() -> None:
    imports = _imports()
    assert any(imports.values())

    while free := [script for script, targets in imports.items() if not targets & imports.keys()]:
        for script in free:
            del imports[script]

    assert not imports, f"in a circle, or above one: {sorted(map(_name, imports))}"


def test_every_folder_of_scripts_has_its_place_in_the_order() -> None:
    folders = {folder.name for folder in SCRIPTS.iterdir() if folder.is_dir()}

    assert folders == {*ORDER, "styles"}


def _imports() -> dict[Path, set[Path]]:
    """Return the scripts that each script imports, tests and their helpers left out."""
    scripts = [
        script
        for script in files(".ts", under="frontend/src")
        if not script.name.endswith(".test.ts")
    ]
    return {
        script: {
            target
            for name in IMPORT.findall(script.read_text())
            if (target := _target(script, name)) is not None
        }
        for script in scripts
    }


def _target(script: Path, name: str) -> Path | None:
    """Find the script that an import names; None for styles and words."""
    path = Path(os.path.normpath(script.parent / name))
    if path.suffix in {".css", ".json"}:
        return None
    found = next((p for p in (path.with_suffix(".ts"), path / "index.ts") if p.is_file()), None)
    assert found, f"{_name(script)} imports {name}, which is not there"
    return found


def _level(script: Path) -> int:
    return ORDER.index(script.relative_to(SCRIPTS).parts[0])


def _name(script: Path) -> str:
    return str(script.relative_to(SCRIPTS))
