"""The table of attacks in the documentation says what the attacks find."""

from pathlib import Path

import pytest

from canut.core.portrait.disclosure.dominance import P_PERCENT
from canut.core.portrait.disclosure.head_counts import band_edge, band_members
from tests.core.portrait.attacks.test_dominance import best_guess_error, hours_of, of_hours

DOCS = Path(__file__).parents[4] / "docs"
HEAVY = [200.0, *[4.0] * 39]
TWO_HEAVY = [520.0, 370.0, *[0.5] * 18]


def percent(error: float, language: str) -> str:
    text = f"{100 * error:.1f} %"
    return text.replace(".", ",") if language == "fr" else text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_widths_in_the_documentation_are_those_the_attacks_find(language: str) -> None:
    page = (DOCS / language / "portrait/privacy.md").read_text(encoding="utf-8")
    page = page.replace("\u00a0", " ")
    rows = {line.split(" ")[1]: line for line in page.splitlines() if line.startswith("| A")}

    band = band_members(band_edge(40))
    assert f"{band[0]} {'to' if language == 'en' else 'à'} {band[-1]}" in rows["A1"]
    assert f"{len(band)} " in rows["A1"]
    last_step = sum(HEAVY[:1]) + 4 * 4.0
    assert percent(last_step / 200 - 1, language) in rows["A2"]
    assert hours_of(of_hours(*HEAVY)) == 356
    assert percent(best_guess_error(HEAVY), language) in rows["A2"]
    assert percent(best_guess_error(TWO_HEAVY), language) in rows["A3"]
    assert f"{P_PERCENT} %" in rows["A3"]
    assert [rows[f"A{n}"] for n in range(1, 10)]
