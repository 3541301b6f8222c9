"""What others counted is put next to what is measured here, and never joined or averaged."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.charts.deposits import draw_deposits, draw_mark
from canut.core.portrait.deposits.comparison import (
    CountedFigure,
    bounds_of,
    contested,
    headlines,
)
from canut.core.portrait.deposits.grades import DepositGrade
from canut.core.portrait.deposits.observations import (
    Concept,
    Measure,
    Observation,
    PlaceKind,
    Sex,
)
from canut.core.portrait.facts import Text

HERE = Cell("ALL", CellMeasure.PEOPLE, Where.HERE, CellState.AT_LEAST, low=Decimal(20))


def figure(
    value: int = 4200, deposit: int = 1, grade: DepositGrade = DepositGrade.C, **changes: Any
) -> CountedFigure:
    """Return a count of people in Québec in 2025."""
    fields: dict[str, Any] = {
        "line": 2,
        "concept": Concept.CLICK,
        "place": "CA-QC",
        "place_kind": PlaceKind.RESIDENCE,
        "begin": date(2025, 1, 1),
        "end": date(2025, 12, 31),
        "measure": Measure.PEOPLE,
        "unit": "people",
        "value": Decimal(value),
    }
    item = Observation(**(fields | changes))
    return CountedFigure(item, deposit, grade, f"Publisher {deposit}", Text("a", "b"))


def test_newest_figure_of_all_people_is_the_headline() -> None:
    older = figure(3000, begin=date(2024, 1, 1), end=date(2024, 12, 31))

    assert headlines([older, figure(), figure(2400, sex=Sex.WOMAN)]) == [figure()]


def test_only_figures_of_the_same_contest_each_other() -> None:
    first = figure(4200, low=Decimal(4000), high=Decimal(5000), level=Decimal("0.95"))

    assert contested([first, figure(4900, 2), figure(9000, 3, place="CA")]) == []
    assert contested([first, figure(9000, 2)]) == [(first, figure(9000, 2))]
    assert contested([first, figure(9000, 1, sex=Sex.MAN)]) == []


def test_many_subjects_are_compared_within_each_alone() -> None:
    figures = [
        figure(100 + deposit, deposit, occupation=f"{number}")
        for number in range(3000)
        for deposit in (1, 2)
    ]

    assert len(contested(figures)) == 3000


def test_each_grade_has_a_shape_of_its_own() -> None:
    shapes = {draw_mark(mark).partition(">")[2] for mark in ("A", "B", "C", "D", "here")}

    assert len(shapes) == 5


def test_figures_of_here_and_of_others_are_drawn_and_no_line_joins_them() -> None:
    figures = headlines(
        [
            figure(4200, 1, DepositGrade.A, low=Decimal(4000), high=Decimal(5000)),
            figure(9000, 2, DepositGrade.B),
            figure(512_300, 3, DepositGrade.D, concept=Concept.PLATFORM, place="CA"),
        ]
    )

    drawing = draw_deposits(figures, [HERE], "2026-Q3", "CAD", "en")

    assert drawing.marks == ("A", "B", "D", "here")
    assert [row.words for row in drawing.rows if row.mark == "here"] == ["at least 20"]
    for svg in (drawing.wide, drawing.narrow):
        assert "polyline" not in svg
        heights = re.findall(r'<line class="gr" x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"', svg)
        assert heights
        assert all(begin == end for begin, end in heights)
        assert all("L" not in path for path in re.findall(r' d="([^"]*)"', _marks(svg)))


def test_band_of_this_instance_is_the_certain_bound() -> None:
    found = bounds_of(
        [figure(low=Decimal(10), is_weighted=True)], [], [HERE], Concept.CLICK, "CA-QC"
    )

    assert found.bounds.certain
    assert found.bounds.certain.low == 20
    assert found.bounds.high is None


def _marks(svg: str) -> str:
    """Return a drawing without the patterns it defines."""
    return re.sub(r"<defs>.*?</defs>", "", svg)
