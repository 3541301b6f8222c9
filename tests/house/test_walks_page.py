"""The page of the first hour names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_test_that_the_page_names_exists() -> None:
    page = (ROOT / "docs/en/developers/walks.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", page))
    existing = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }

    assert len(named) > 80
    assert named - existing == set()
