"""The tables of the page of the next answers: each kind has its own rows, in both languages."""

import re
from pathlib import Path

import pytest

from bench.quality.foresight import Foresight, table
from tests.house.tree import ROOT

PAGES = {language: ROOT / f"docs/{language}/quality/learning-curve.md" for language in ("en", "fr")}


def foresight(forecast: float) -> Foresight:
    return Foresight(2.0, 0.5, 0.6, (forecast, 0.4, 0.9), (0.05, 0.0, 0.1))


def test_a_row_has_both_forecasts_of_its_own_kind_the_worst_first() -> None:
    without = {"rte": foresight(0.61), "web": foresight(0.7)}
    with_labels = {"rte": foresight(0.6), "web": foresight(0.65)}

    rows = table(without, with_labels).splitlines()[2:]

    assert rows[0] == (
        "| web | 2.0 | 0.500 | 0.600 | 0.700 (0.400–0.900) | 0.650 (0.400–0.900) | "
        "+0.100 | +0.050 |"
    )
    assert rows[1].startswith("| rte |")


def rows_of(page: Path) -> list[list[str]]:
    """Return the rows below each head of a table of crowds, with points for decimals."""
    text = page.read_text(encoding="utf-8")
    tables = re.findall(r"^\|[^\n]*\n(?:\|---)+\|\n((?:\|[^\n]*\n)*)", text, re.MULTILINE)
    crowds = [rows.splitlines() for rows in tables if "–" in rows or not rows]
    return [[re.sub(r"(?<=\d),(?=\d)", ".", row) for row in rows] for rows in crowds]


@pytest.mark.parametrize("language", PAGES)
def test_each_kind_has_its_table(language: str) -> None:
    assert [len(rows) for rows in rows_of(PAGES[language])] == [18, 3, 8]


def test_figures_are_the_same_in_both_languages() -> None:
    assert rows_of(PAGES["en"]) == rows_of(PAGES["fr"])
