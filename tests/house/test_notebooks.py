"""Notebooks of the examples are kept without outputs, and say everything in both languages."""

import json
from pathlib import Path

import pytest

from tests.house.tree import ROOT

NOTEBOOKS = sorted((ROOT / "examples/notebooks").glob("*.ipynb"))
FRENCH = "*Français.* "


def test_there_is_one_for_each_road() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "audit-an-old-batch",
        "label-and-infer",
        "model-in-the-loop",
        "reproduce-a-table",
        "verify-a-card",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_no_output_asserts_figures_and_says_all_in_french(
    path: Path,
) -> None:
    cells = json.loads(path.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]

    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"]]
    assert any("assert " in line for cell in code for line in cell["source"])
    assert not [text for text in texts if FRENCH not in text]
