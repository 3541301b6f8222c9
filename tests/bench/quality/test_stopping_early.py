"""The table "Stopping early" has a line for each rule, and the default is as before afterwards."""

import numpy as np

from bench.quality.stopping_early import FORMER, LINES, SHIPPED_STOPS, row_of, stopping_at
from canut.core.quality.estimators import auto
from tests.house.tree import ROOT


def test_the_default_stops_elsewhere_only_meanwhile() -> None:
    with stopping_at(FORMER):
        assert (FORMER.simulated, FORMER.members) == (auto.ROUGH, auto.OF_A_MEAN)

    assert (SHIPPED_STOPS.simulated, SHIPPED_STOPS.members) == (auto.ROUGH, auto.OF_A_MEAN)


def test_a_line_stands_beside_the_former_rule_of_the_same_seeds() -> None:
    own = np.tile([0.8, 0.9], (18, 4))
    former = np.tile([0.8, 0.8], (18, 8))

    assert row_of(LINES[-1], own, former) == (
        "| as shipped | 8 | 0.8500 | 0.0500 | 0.8000, 0.0000 |"
    )


def test_the_page_has_a_row_for_each_line() -> None:
    page = (ROOT / "docs/en/quality/choosing.md").read_text(encoding="utf-8")
    table = page.partition("| What stops earlier |")[2].partition("\n\n")[0]

    assert len(table.splitlines()) - 2 == len(LINES)
