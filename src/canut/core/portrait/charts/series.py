"""One figure from quarter to quarter: its rows with state and break flags, and a small line chart.

The line joins two neighbouring quarters only where both hold a figure and nothing broke between
them. A quarter that was kept back, or never released, stays a gap: nothing is interpolated.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import NamedTuple

from canut.core.formula_cells import safe_cell
from canut.core.outside_text import read_whole
from canut.core.portrait.cells import CellState
from canut.core.portrait.charts.drawing import NARROW, WIDE, PortraitSheet
from canut.core.portrait.language import HIDDEN, Phrase, PortraitLanguage
from canut.core.svg import Scale

NOT_RELEASED = "not_released"
POOLED = "pooled"
HEIGHT, TOP, BOTTOM = 208.0, 18.0, 168.0
HEADROOM = 1.08
HEAD = (
    "figure", "period", "edition", "current", "place", "state", "value", "low", "high", "unit",
    "simulated", "breaks", "sha256", "covers",
)  # fmt: skip
LABEL_WIDTH = {WIDE: 64.0, NARROW: 58.0}
QUARTERS = 4


class SeriesValue(NamedTuple):
    """A figure of an edition: its state, its numbers, and whether its people are simulated."""

    state: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    is_simulated: bool
    is_known: bool


class EditionFigure(NamedTuple):
    """One figure in one edition.

    Args:
        entry: None if the edition does not have it.
        place: whose work it covers.
        document: type of the release, such as ``canut.portrait-release/1``.
        definition: what the figure is defined by, where that changed; empty for the first.
        covers: the quarters it pools, such as ``2026-Q2/2026-Q3``; empty for one quarter.
    """

    period: str
    edition: int
    sha256: str
    entry: SeriesValue | None
    place: str
    document: str
    unit: str
    definition: str = ""
    covers: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One quarter and edition of a series.

    Args:
        is_current: the newest edition of its quarter.
        breaks: what differs from the quarter before, so that both cannot be compared.
        covers: the quarters it pools; empty for one quarter.
    """

    period: str
    edition: int
    sha256: str
    place: str
    state: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    is_simulated: bool
    is_current: bool
    breaks: tuple[str, ...]
    covers: str = ""

    @property
    def level(self) -> Decimal | None:
        """Return what is drawn: the value, or the edge of a band."""
        return self.value if self.value is not None else self.low


def series_of(editions: Iterable[EditionFigure]) -> tuple[SeriesRow, ...]:
    """List a figure's rows, a quarter that has no release among them.

    Args:
        editions: oldest first, by quarter and then by edition.
    """
    listed = list(editions)
    newest = {item.period: item.edition for item in listed}
    before: EditionFigure | None = None
    rows: list[SeriesRow] = []
    for item in listed:
        before_it = rows[-1].period if rows else ""
        rows.extend(_missing(period) for period in _between(before_it, item.period))
        is_current = item.edition == newest[item.period]
        rows.append(_row(item, before, is_current=is_current))
        if is_current and item.entry is not None and item.entry.is_known:
            before = item
    return tuple(rows)


def csv_of(figure: str, rows: Iterable[SeriesRow]) -> str:
    """Write a series as CSV: decimal points, empty cells where no figure may be told."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for row in rows:
        ends = ("" if end is None else str(end) for end in (row.value, row.low, row.high))
        cells = (
            figure, row.period, str(row.edition or ""), str(row.is_current).lower(), row.place,
            row.state, *ends, row.unit, str(row.is_simulated).lower(), " ".join(row.breaks),
            row.sha256, row.covers,
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return out.getvalue()


def draw_series(rows: Sequence[SeriesRow], voice: PortraitLanguage, width: int) -> str:
    """Draw the newest edition of each quarter, a gap where there is no figure."""
    current = [row for row in rows if row.is_current or row.state == NOT_RELEASED]
    sheet = PortraitSheet("S", width)
    if not current:
        return sheet.close(HEIGHT)
    highs = [float(row.high or row.level or 0) for row in current if row.level is not None]
    scale = Scale(BOTTOM, TOP, max(highs, default=0.0) * HEADROOM or 1.0)
    begin = 64.0
    step = (width - begin) / len(current)
    for tick in scale.ticks(4):
        y = scale.at(tick)
        sheet.line("gr", begin, y, width, y)
        decimals = 0 if tick == int(tick) else 2
        sheet.text(begin - 10, y + 5, voice.number(tick, decimals), "", "end")
    positions = [begin + step * (index + 0.5) for index in range(len(current))]
    for (first, x_first), (second, x_second) in pairwise(zip(current, positions, strict=True)):
        if first.level is not None and second.level is not None and not second.breaks:
            y_first, y_second = scale.at(float(first.level)), scale.at(float(second.level))
            sheet.path("ln", f"M{x_first:.1f} {y_first:.1f}L{x_second:.1f} {y_second:.1f}")
    every = max(1, -(-int(LABEL_WIDTH[width]) // max(1, int(step))))
    for index, (row, x) in enumerate(zip(current, positions, strict=True)):
        if row.level is None:
            sheet.weave("wp", x - step / 2 + 2, TOP, step - 4, BOTTOM - TOP)
            word = voice.say(_WORDS.get(row.state, Phrase("portrait.unknown")))
            sheet.rect("ground", x - 4 * len(word) - 4, 82, 8 * len(word) + 8, 22)
            sheet.text(x, 98, word, "ser", "middle")
        else:
            if row.low is not None and row.high is not None:
                ends = (scale.at(float(row.high)), scale.at(float(row.low)))
                sheet.upright_interval("ci-l", x, ends[0], ends[1])
            sheet.dot("pt o" if row.is_simulated else "pt", x, scale.at(float(row.level)))
            if row.breaks:
                sheet.path("floor", f"M{x - step / 2:.1f} {TOP}V{BOTTOM}")
        if index % every == 0:
            sheet.text(x, BOTTOM + 22, voice.period(row.period), "", "middle")
    sheet.line("ax", begin, BOTTOM, width, BOTTOM)
    return sheet.close(HEIGHT, voice.message("portrait.series_in_words"))


_WORDS = {
    CellState.HIDDEN.value: HIDDEN,
    NOT_RELEASED: Phrase("portrait.not_released"),
}


def _row(item: EditionFigure, before: EditionFigure | None, *, is_current: bool) -> SeriesRow:
    entry = item.entry
    return SeriesRow(
        period=item.period,
        edition=item.edition,
        sha256=item.sha256,
        place=item.place,
        state=entry.state if entry else CellState.UNKNOWN.value,
        value=entry.value if entry else None,
        low=entry.low if entry else None,
        high=entry.high if entry else None,
        unit=item.unit,
        is_simulated=entry.is_simulated if entry else False,
        is_current=is_current,
        breaks=tuple(_breaks(item, before)),
        covers=item.covers,
    )


def _breaks(item: EditionFigure, before: EditionFigure | None) -> list[str]:
    """Name what changed since the last quarter with a figure.

    A quarter that is pooled with others breaks with both its neighbours.
    """
    if item.entry is None or not item.entry.is_known:
        return []
    if before is None or before.entry is None:
        return [POOLED] if item.covers else []
    changes = {
        "place": item.place != before.place,
        "unit": item.unit != before.unit,
        "document": item.document != before.document,
        "simulated": item.entry.is_simulated != before.entry.is_simulated,
        "definition": item.definition != before.definition,
        POOLED: bool(item.covers or before.covers),
    }
    return [name for name, has_changed in changes.items() if has_changed]


def _missing(period: str) -> SeriesRow:
    return SeriesRow(
        period, 0, "", "", NOT_RELEASED, None, None, None, "", is_simulated=False,
        is_current=False, breaks=(),
    )  # fmt: skip


def _between(last: str, period: str) -> list[str]:
    """List the quarters strictly between two.

    >>> _between("2026-Q3", "2027-Q2")
    ['2026-Q4', '2027-Q1']
    """
    if not last:
        return []
    begin, end = _index(last), _index(period)
    return [f"{at // QUARTERS}-Q{at % QUARTERS + 1}" for at in range(begin + 1, end)]


def _index(period: str) -> int:
    year, _, quarter = period.partition("-Q")
    return (read_whole(year) or 0) * QUARTERS + (read_whole(quarter) or 1) - 1
