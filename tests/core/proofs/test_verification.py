"""``canut_verify.verification``: a check from a program, shown as a safe table."""

import re
import shutil
from pathlib import Path

from canut_verify.verification import Verification, verify

BUNDLES = Path(__file__).resolve().parents[3] / "examples/bundles"


def test_example_is_what_it_says_and_a_changed_label_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(BUNDLES / "good", copy)
    labels = copy / "data/labels.csv"
    labels.write_bytes(labels.read_bytes().replace(b"oui", b"non", 1))

    good = verify(BUNDLES / "good", BUNDLES / "policy.txt")
    french = verify(BUNDLES / "good", BUNDLES / "policy.txt", "fr")
    changed = verify(copy, BUNDLES / "policy.txt")

    assert good
    assert len(good.lines) == len(french.lines) > 20
    assert {grade for grade, _ in good.lines} >= {"PROVEN", "RECOMPUTED", "ASSERTED"}
    assert "PROUVÉ" in {grade for grade, _ in french.lines}
    assert not changed
    assert "labels.csv" in changed.refused


def test_notebook_shows_a_table_that_runs_nothing() -> None:
    shown = Verification((("PROVEN", "<script>alert(1)</script>"),))._repr_html_()

    assert set(re.findall(r"</?([a-z]+)", shown)) == {"table", "caption", "tr", "th", "td"}
    assert "&lt;script&gt;" in shown
    assert "<td>no</td>" in Verification((), "no")._repr_html_()
