"""Collect every figure of an edition in one list: table, extra figures, reference facts.

Prose takes each figure from here by its id, such as ``rings.core``, and contains no other number.
Rows have the ids of the table of occupations, the same in both languages.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from canut.core.errors import Missing
from canut.core.formula_cells import safe_cell
from canut.core.portrait.cells import NOT_KNOWN, Cell, CellMeasure, CellState
from canut.core.portrait.chart_set import Reference, people_of, rows_of
from canut.core.portrait.language import (
    AT_LEAST,
    FEWER,
    NONE_AT_MOST,
    SIMULATED,
    WITHOUT_NUMBER,
    PortraitLanguage,
)
from canut.core.portrait.measured import Figures, ReleaseFigure, Unit
from canut.core.portrait.occupations import Family, cells_of, rings
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.terms import TermTarget

UNITS = {
    CellMeasure.PEOPLE: Unit.PEOPLE,
    CellMeasure.HOURS: Unit.HOURS,
    CellMeasure.PAY_BY_PERSON: Unit.PAY,
    CellMeasure.PAY_BY_HOUR: Unit.PAY,
    CellMeasure.COVERED: Unit.SHARE,
    CellMeasure.TRAINING: Unit.HOURS,
}
FACT_UNITS = {
    "people": Unit.PEOPLE,
    "percent": Unit.COUNT,
    "CAD/hour": Unit.PAY,
    "CAD/year": Unit.MONEY,
}
MEASURED_HERE = "here"
HEAD = ("id", "state", "value", "low", "high", "unit", "period", "source", "simulated")


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One figure of the list; ``period`` and ``source`` as their source writes them.

    ``currency``: of money that is not in the edition's.
    """

    key: str
    unit: Unit
    state: CellState
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    period: str
    source: str
    is_simulated: bool = False
    currency: str = ""

    @property
    def is_known(self) -> bool:
        """Return whether the entry holds a figure."""
        return self.state not in NOT_KNOWN


class Entries:
    """The figures of an edition by id, formatted in a language for prose."""

    def __init__(self, entries: Mapping[str, FigureEntry], currency: str) -> None:
        self.by_key, self.currency = dict(entries), currency

    def get(self, key: str) -> FigureEntry:
        """Return an entry.

        Raises:
            Missing: no figure has this id.
        """
        entry = self.by_key.get(key)
        if entry is None:
            raise Missing(f"no figure {key!r} in this edition")
        return entry

    def is_known(self, *keys: str) -> bool:
        """Return whether all of these hold a figure."""
        return all(key in self.by_key and self.by_key[key].is_known for key in keys)

    def told(self, entry: FigureEntry, voice: PortraitLanguage) -> str:
        """Format a figure in its unit, with its interval, and whether it is simulated."""
        if entry.state in WITHOUT_NUMBER:
            return voice.say(WITHOUT_NUMBER[entry.state])
        if entry.state is CellState.AT_MOST and entry.high is not None:
            return voice.say(NONE_AT_MOST, most=self._number(entry, entry.high, voice))
        if entry.state is CellState.AT_LEAST and entry.low is not None:
            return voice.say(AT_LEAST, n=self._number(entry, entry.low, voice))
        if entry.state is CellState.FEW and entry.high is not None:
            return voice.say(FEWER, n=self._number(entry, entry.high, voice))
        texts = [self._number(entry, entry.value or Decimal(0), voice)]
        if entry.low is not None and entry.high is not None:
            ends = (self._number(entry, end, voice) for end in (entry.low, entry.high))
            texts.append(voice.interval(*ends))
        if entry.is_simulated:
            texts.append(f"({voice.say(SIMULATED)})")
        return " ".join(texts)

    def csv(self) -> str:
        """Write the list as CSV, the same in both languages."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(map(safe_cell, row) for row in self.plain())
        return out.getvalue()

    def plain(self) -> Iterator[tuple[str, ...]]:
        """Yield the texts of each entry."""
        for entry in self.by_key.values():
            ends = ("" if end is None else str(end) for end in (entry.value, entry.low, entry.high))
            money = entry.currency or self.currency
            unit = {Unit.PAY: f"{money}/hour", Unit.MONEY: money}.get(entry.unit)
            simulated = str(entry.is_simulated).lower()
            yield (entry.key, entry.state.value, *ends, unit or entry.unit.value, entry.period,
                   entry.source, simulated)  # fmt: skip

    def _number(self, entry: FigureEntry, value: Decimal, voice: PortraitLanguage) -> str:
        unit = entry.unit
        if unit in {Unit.PAY, Unit.MONEY}:
            return voice.money(
                value, entry.currency or self.currency, 2 if value % 1 or unit is Unit.PAY else 0
            )
        if unit is Unit.SHARE:
            return voice.share(value, 1)
        return voice.number(value, _decimals(value))


def entries_of(release: Release | None, reference: Reference) -> Entries:
    """List every figure of an edition.

    Args:
        release: None before the first release; then only reference figures are known.
        reference: the reference inputs.
    """
    entries: dict[str, FigureEntry] = {}
    period = release.period if release else ""
    currency = release.currency if release else "CAD"
    for cell in cells_of(rows_of(release, reference)):
        entries[cell.key] = _of_cell(cell, period, reference)
    for cell in release.cells if release else ():
        if cell.row == ALL:
            entries[cell.key] = _of_cell(cell, period, reference)
    for figure in reference.facts.figures():
        fact = figure.fact
        unit = FACT_UNITS.get(fact.unit, Unit.COUNT)
        state = CellState.UNKNOWN if figure.value is None else CellState.REPORTED
        source = fact.source.title if fact.source else ""
        entries[figure.reference] = FigureEntry(
            figure.reference, unit, state, figure.value, None, None, fact.period, source
        )
    for measured in release.figures if release else ():
        entries[measured.name] = _of_figure(measured, period)
    for entry in (*_rings(release, reference), *_table(release, reference), *_visible(reference)):
        entries[entry.key] = entry
    for entry in _time(release):
        entries[entry.key] = entry
    return Entries(entries, currency)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_cell(cell: Cell, period: str, reference: Reference) -> FigureEntry:
    source, when = MEASURED_HERE, period
    if cell.fact:
        fact = reference.facts.figure(cell.fact).fact
        source, when = cell.fact, fact.period
    elif not cell.is_known and cell.where.value == "reference":
        source, when = "", ""
    return FigureEntry(
        cell.key, UNITS[cell.measure], cell.state, cell.value, cell.low, cell.high, when, source,
        cell.is_simulated,
    )  # fmt: skip


def _of_figure(fig: ReleaseFigure, period: str) -> FigureEntry:
    return FigureEntry(
        fig.name, fig.unit, fig.state, fig.value, fig.low, fig.high, period, MEASURED_HERE,
        fig.is_simulated, fig.of.currency or (fig.label if fig.unit is Unit.PAY else ""),
    )  # fmt: skip


def _sum(key: str, unit: Unit, value: float, source: str, period: str = "") -> FigureEntry:
    decimal = Decimal(str(value))
    return FigureEntry(key, unit, CellState.EXACT, decimal, None, None, period, source)


def _rings(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    figures = rings(reference.occupations, reference.facts, people_of(release))
    when = figures.total.fact.period
    yield _sum("rings.core", Unit.PEOPLE, figures.core, "F2", when)
    yield _sum("rings.rest", Unit.PEOPLE, figures.rest, "F1 - F2", when)
    yield _sum("rings.others", Unit.PEOPLE, figures.others, "F1 - F2 - F3", when)
    yield _sum("rings.core_share", Unit.SHARE, round(figures.share, 3), "F2 / F1", when)


def _table(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    rows = rows_of(release, reference)
    click = [row for row in rows if row.occupation.family is Family.CLICK]
    for name, each in (("", rows), ("click_", click)):
        counted = [row for row in each if row.cells[CellMeasure.PEOPLE].reference.is_known]
        yield _sum(f"table.{name}rows", Unit.COUNT, len(each), "table")
        yield _sum(f"table.{name}counted", Unit.COUNT, len(counted), "table")


def _visible(reference: Reference) -> Iterator[FigureEntry]:
    for key, classification in reference.terms.classifications.items():
        named, looked = reference.terms.naming(key, TermTarget.CLICK)
        when = classification.version or ""
        if classification.rows is not None:
            yield _sum(f"visible.{key}.rows", Unit.COUNT, classification.rows, key, when)
        if looked:
            yield _sum(f"visible.{key}.looked_for", Unit.COUNT, looked, key, when)
            yield _sum(f"visible.{key}.named", Unit.COUNT, named, key, when)


def _time(release: Release | None) -> Iterator[FigureEntry]:
    """Yield the minutes of an hour that are not on paid tasks, if they are known."""
    paid = Figures(release.figures if release else ()).get("time.paid", Unit.MINUTES)
    if paid.value is not None and release is not None:
        unseen = Decimal(60) - paid.value
        yield FigureEntry(
            "time.unseen", Unit.MINUTES, CellState.EXACT, unseen, None, None, release.period,
            MEASURED_HERE, paid.is_simulated,
        )  # fmt: skip
