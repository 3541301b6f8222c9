"""One figure by quarter: gaps stay gaps, breaks are flagged, corrections keep their rows."""

import csv
import io
from decimal import Decimal

from canut.core.portrait.cells import CellState
from canut.core.portrait.charts.drawing import NARROW, WIDE
from canut.core.portrait.charts.series import (
    NOT_RELEASED,
    EditionFigure,
    SeriesValue,
    csv_of,
    draw_series,
    series_of,
)
from canut.core.portrait.language import PortraitLanguage

V1 = "canut.portrait-release/1"


def edition(
    period: str,
    value: str | None,
    *,
    number: int = 1,
    simulated: bool = False,
    place: str = "all",
    document: str = V1,
    covers: str = "",
    definition: str = "",
) -> EditionFigure:
    state = CellState.HIDDEN if value is None else CellState.EXACT
    number_there = None if value is None else Decimal(value)
    entry = SeriesValue(state.value, number_there, None, None, simulated, value is not None)
    return EditionFigure(
        period, number, f"hash-{period}-{number}", entry, place, document, "CAD/hour",
        definition, covers,
    )  # fmt: skip


def lines_in(drawing: str) -> int:
    return drawing.count('class="ln"')


def test_no_line_is_drawn_across_a_quarter_that_was_kept_back() -> None:
    rows = series_of([edition("2026-Q1", "20"), edition("2026-Q2", None), edition("2026-Q3", "24")])

    drawing = draw_series(rows, PortraitLanguage("en"), WIDE)

    assert [row.level for row in rows] == [Decimal(20), None, Decimal(24)]
    assert lines_in(drawing) == 0
    assert "kept back" in drawing
    assert drawing.count('class="pt"') == 2


def test_a_quarter_without_release_has_its_row_and_its_gap() -> None:
    rows = series_of([edition("2026-Q3", "20"), edition("2027-Q1", "24")])

    assert [(row.period, row.state) for row in rows] == [
        ("2026-Q3", "exact"),
        ("2026-Q4", NOT_RELEASED),
        ("2027-Q1", "exact"),
    ]
    assert lines_in(draw_series(rows, PortraitLanguage("fr"), NARROW)) == 0


def test_neighbours_are_joined_and_a_break_parts_them() -> None:
    joined = series_of([edition("2026-Q1", "20"), edition("2026-Q2", "22")])
    parted = series_of([
        edition("2026-Q1", "20", simulated=True),
        edition("2026-Q2", "22", place="CA-QC", document="canut.portrait-release/2"),
    ])  # fmt: skip

    assert lines_in(draw_series(joined, PortraitLanguage("en"), WIDE)) == 1
    assert parted[1].breaks == ("place", "document", "simulated")
    drawing = draw_series(parted, PortraitLanguage("en"), WIDE)
    assert lines_in(drawing) == 0
    assert 'class="floor"' in drawing


def test_a_correction_keeps_the_row_of_the_edition_it_replaces() -> None:
    rows = series_of([edition("2026-Q1", "20"), edition("2026-Q1", "21", number=2)])

    (_head, first, second) = csv.reader(io.StringIO(csv_of("x", rows)))
    assert first[:8] == ["x", "2026-Q1", "1", "false", "all", "exact", "20", ""]
    assert second[:8] == ["x", "2026-Q1", "2", "true", "all", "exact", "21", ""]
    assert draw_series(rows, PortraitLanguage("en"), WIDE).count('class="pt"') == 1


def test_pooled_quarters_break_with_both_their_neighbours() -> None:
    rows = series_of([
        edition("2026-Q1", "20"),
        edition("2026-Q2", None),
        edition("2026-Q3", "52", covers="2026-Q2/2026-Q3"),
        edition("2026-Q4", "24"),
    ])  # fmt: skip

    assert [row.breaks for row in rows] == [(), (), ("pooled",), ("pooled",)]
    drawing = draw_series(rows, PortraitLanguage("en"), WIDE)
    assert lines_in(drawing) == 0
    assert drawing.count('class="floor"') == 2
    assert [line["covers"] for line in csv.DictReader(io.StringIO(csv_of("x", rows)))] == [
        "", "", "2026-Q2/2026-Q3", "",
    ]  # fmt: skip


def test_a_new_definition_parts_two_quarters() -> None:
    rows = series_of([edition("2026-Q1", "20"), edition("2026-Q2", "22", definition="of_some")])

    assert rows[1].breaks == ("definition",)
    assert lines_in(draw_series(rows, PortraitLanguage("fr"), WIDE)) == 0


def test_a_series_that_begins_with_pooled_quarters_says_so() -> None:
    assert series_of([edition("2026-Q2", "20", covers="2026-Q1/2026-Q2")])[0].breaks == ("pooled",)
