"""Collect every figure of an edition in one list: table, extra figures, reference facts.

Prose takes each figure from here by its id, such as ``rings.core``, and contains no other number.
Rows have the ids of the table of occupations, the same in both languages.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from io import StringIO

from canut.core.errors import Missing
from canut.core.formula_cells import safe_cell
from canut.core.outside_text import read_day
from canut.core.portrait.cells import NOT_KNOWN, Cell, CellMeasure, CellState
from canut.core.portrait.chart_set import Reference, people_of, rows_of
from canut.core.portrait.facts import FactState, ReferenceFigure
from canut.core.portrait.language import (
    ABOUT,
    AT_LEAST,
    FEWER,
    LESS,
    NONE_AT_MOST,
    UNDER,
    UP_TO,
    WITHOUT_NUMBER,
    Phrase,
    PortraitLanguage,
    Words,
    percent_decimals,
)
from canut.core.portrait.measured import Figures, ReleaseFigure, Unit
from canut.core.portrait.occupations import Family, cells_of, rings
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.terms import TermTarget
from canut.core.portrait.unseen.reasons import invisibility_figures

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
    "USD/hour": Unit.PAY,
    "CAD/year": Unit.MONEY,
}
MEASURED_HERE = "here"
SINCE_EVER = "../"
"""How a period without a beginning starts (ISO 8601-2)."""
MOST_DECIMALS = 2
THOUSANDTH = Decimal("0.001")
_PREFIXES: Mapping[str, Phrase] = {
    FactState.ABOUT: ABOUT,
    FactState.DERIVED: ABOUT,
    FactState.AT_LEAST: AT_LEAST,
    FactState.LESS_THAN: UNDER,
}
HEAD = ("id", "state", "value", "low", "high", "unit", "period", "source", "simulated")


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One figure of the list; ``period`` and ``source`` as their source writes them.

    A figure of all time up to a day has a period such as ``../2026-10-05``.

    Args:
        state: of a measured cell, or how a source gives the figure.
        currency: of money that is not in the edition's.
    """

    key: str
    unit: Unit
    state: CellState | FactState
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
        return self.state.value not in {state.value for state in NOT_KNOWN}


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
        """Format a figure in its unit, with its interval or how its source gives it.

        Whether it is simulated is said once for the whole page or chapter, not after each figure.
        """
        if not entry.is_known:
            named = WITHOUT_NUMBER.get(entry.state)
            return voice.say(named) if named else voice.unknown()
        if (bound := self._bound(entry, voice)) is not None:
            return bound
        text = self._number(entry, Decimal(0) if entry.value is None else entry.value, voice)
        if entry.state in _PREFIXES:
            text = voice.say(_PREFIXES[entry.state], n=text)
        if entry.low is None or entry.high is None:
            return text
        low, high = (self._number(entry, end, voice) for end in (entry.low, entry.high))
        if entry.state is FactState.DERIVED:
            return f"{text} ({voice.say(UP_TO, low=low, high=high)})"
        return f"{text} {voice.interval(low, high)}"

    def _bound(self, entry: FigureEntry, voice: PortraitLanguage) -> str | None:
        """Say a figure of which only one end is told; None where it has a number."""
        bounds: dict[StrEnum, tuple[Phrase, str, Decimal | None]] = {
            CellState.AT_MOST: (NONE_AT_MOST, "most", entry.high),
            CellState.AT_LEAST: (AT_LEAST, "n", entry.low),
            CellState.FEW: (LESS if entry.unit is Unit.SHARE else FEWER, "n", entry.high),
        }
        phrase, name, end = bounds.get(entry.state, (AT_LEAST, "n", None))
        return None if end is None else voice.say(phrase, **{name: self._number(entry, end, voice)})

    def named(self, key: str, name: Words, voice: PortraitLanguage) -> str:
        """Name a figure; one that is added up over all time with the day it is added up to."""
        entry = self.by_key.get(key)
        is_of_all_time = entry is not None and entry.period.startswith(SINCE_EVER)
        day = read_day(entry.period.removeprefix(SINCE_EVER)) if entry and is_of_all_time else None
        if day is None:
            return voice.say(name)
        return voice.message("portrait.name_up_to_day", name=voice.say(name), day=voice.day(day))

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
            return voice.share(value, min(percent_decimals(value), MOST_DECIMALS))
        return voice.number(value, min(_decimals(value), MOST_DECIMALS))


def entries_of(release: Release | None, reference: Reference) -> Entries:
    """List every figure of an edition.

    Args:
        release: None before the first release; then only reference figures are known.
        reference: the reference inputs.
    """
    entries: dict[str, FigureEntry] = {}
    period = release.span if release else ""
    currency = release.currency if release else "CAD"
    for cell in cells_of(rows_of(release, reference)):
        entries[cell.key] = _of_cell(cell, period, reference)
    for cell in release.cells if release else ():
        if cell.row == ALL:
            entries[cell.key] = _of_cell(cell, period, reference)
    for figure in reference.facts.figures():
        entries[figure.reference] = _of_fact(figure)
    for measured in release.figures if release else ():
        entries[measured.name] = _of_figure(measured, period)
    for entry in (*_rings(release, reference), *_table(release, reference), *_visible(reference)):
        entries[entry.key] = entry
    for entry in (*_time(release), *_invisible(release, reference)):
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


def _of_fact(figure: ReferenceFigure) -> FigureEntry:
    """Return a reference figure; exact in its source is ``reported``, since it is not ours."""
    fact, state = figure.fact, figure.state
    source = f"{fact.source.title} ({fact.source.publisher})" if fact.source else ""
    cell_state = CellState.REPORTED if state is FactState.EXACT else state
    unit = FACT_UNITS.get(fact.unit, Unit.COUNT)
    currency = fact.unit.partition("/")[0] if unit in {Unit.PAY, Unit.MONEY} else ""
    return FigureEntry(
        figure.reference, unit, cell_state, figure.value, None, None, fact.period, source,
        currency=currency,
    )  # fmt: skip


def _of_figure(fig: ReleaseFigure, period: str) -> FigureEntry:
    return FigureEntry(
        fig.name, fig.unit, fig.state, fig.value, fig.low, fig.high,
        f"{SINCE_EVER}{fig.of.as_of}" if fig.of.as_of else period, MEASURED_HERE,
        fig.is_simulated, fig.of.currency or (fig.label if fig.unit is Unit.PAY else ""),
    )  # fmt: skip


def _sum(key: str, unit: Unit, value: float, source: str, period: str = "") -> FigureEntry:
    decimal = Decimal(str(value))
    return FigureEntry(key, unit, CellState.EXACT, decimal, None, None, period, source)


def _rings(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    figures = rings(reference.occupations, reference.facts, people_of(release))
    when = figures.total.fact.period
    yield _sum("rings.core", Unit.PEOPLE, figures.core, "F2", when)
    yield _sum("rings.core_counted", Unit.COUNT, figures.n_counted, "F2", when)
    named = [row for row in reference.occupations if row.family is Family.NAMED]
    yield _sum("rings.named", Unit.COUNT, len(named), "table", when)
    for key, source, (middle, low, high) in (
        ("rings.rest", "F1 - F2", figures.rest_range),
        ("rings.others", "F1 - F2 - F3", figures.others_range),
    ):
        yield FigureEntry(
            key, Unit.PEOPLE, FactState.DERIVED, Decimal(middle), Decimal(low), Decimal(high), when,
            source,
        )  # fmt: skip
    share = (Decimal(figures.core) / (figures.total.value or 1)).quantize(THOUSANDTH)
    yield FigureEntry(
        "rings.core_share", Unit.SHARE, FactState.DERIVED, share, None, None, when, "F2 / F1"
    )


def _table(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    rows = rows_of(release, reference)
    click = [row for row in rows if row.occupation.family is Family.CLICK]
    named = [row for row in rows if row.occupation.family is Family.NAMED]
    for name, each in (("", rows), ("click_", click), ("named_", named)):
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
            near = reference.terms.near(key, TermTarget.CLICK)
            yield _sum(f"visible.{key}.near", Unit.COUNT, near, key, when)


def _time(release: Release | None) -> Iterator[FigureEntry]:
    """Yield the minutes of an hour that are not on paid tasks, if they are known."""
    paid = Figures(release.figures if release else ()).get("time.paid", Unit.MINUTES)
    if paid.value is not None and release is not None:
        unseen = Decimal(60) - paid.value
        yield FigureEntry(
            "time.unseen", Unit.MINUTES, CellState.EXACT, unseen, None, None, release.span,
            MEASURED_HERE, paid.is_simulated,
        )  # fmt: skip


def _invisible(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    """Yield what the reasons why click work is not counted are measured by."""
    for figure in invisibility_figures(release, reference.occupations, reference.facts):
        unknown = figure.value is None
        yield FigureEntry(
            figure.key,
            figure.unit,
            CellState.UNKNOWN if unknown else figure.state,
            figure.value,
            None,
            None,
            figure.period,
            figure.source,
            figure.is_simulated,
        )
