"""The example of a card: filled, checked, and the one that the documentation shows."""

from pathlib import Path

import pytest

from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.card import Grade
from canut.core.datasets.example_bundle import example_bundle
from canut.core.proofs.policy import read_policy
from tools.tables import card_example

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_documentation_shows_the_example_as_it_is_checked_now(language: str) -> None:
    page = (DOCS / language / "cards.md").read_text("utf-8")

    assert card_example(language) in page


def test_example_is_filled_and_has_figures_of_all_its_grades() -> None:
    example = example_bundle()
    verdict = verify_bundle(example, read_policy(example.policy))

    assert len(verdict.figures) > 35
    assert {Grade.PROVEN, Grade.RECOMPUTED, Grade.ASSERTED} == set(verdict.figures.values())
    assert verdict.is_simulated
    assert verdict.is_witnessed
