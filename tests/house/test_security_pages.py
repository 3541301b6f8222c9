"""The threat model and the table of mended holes name tests that exist, alike in both languages."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tools.requirements import missing_tests

ENGLISH, FRENCH = ROOT / "docs/en/security.md", ROOT / "docs/fr/security.md"
MENDED = ROOT / "docs/en/developers/security-tests.md"


@pytest.mark.parametrize("page", [ENGLISH, FRENCH, MENDED], ids=["en", "fr", "mended"])
def test_tests_that_a_page_of_security_names_exist(page: Path) -> None:
    assert not missing_tests(page)


def test_both_languages_name_the_same_tests_in_the_same_order() -> None:
    english, french = (re.findall(r"`(test_\w+)`", page.read_text()) for page in (ENGLISH, FRENCH))

    assert len(english) > 50
    assert english == french


def test_page_for_whoever_finds_a_hole_leads_to_the_threat_model() -> None:
    text = (ROOT / "SECURITY.md").read_text()

    assert "docs/en/security.md" in text
    assert "docs/fr/security.md" in text
