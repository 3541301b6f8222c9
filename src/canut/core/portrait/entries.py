"""Every figure of an edition as one list: those of the table, those beside it, those of others.

Prose names figures by their entry, ``{rings.core}``, so that no number stands in it that is not
here. Rows have the ids of the table of occupations, the same in both languages.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from canut.core.errors import Missing
from canut.core.portrait.cells import Cell, Measure, State
from canut.core.portrait.chart_set import Reference, people_of, rows_of
from canut.core.portrait.facts import Text
from canut.core.portrait.language import AT_LEAST, FEWER, HIDDEN, SIMULATED, Voice
from canut.core.portrait.measured import Figures, ReleaseFigure, Unit
from canut.core.portrait.occupations import Family, cells_of, rings
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.terms import TermTarget

UNITS = {
    Measure.PEOPLE: Unit.PEOPLE,
    Measure.HOURS: Unit.HOURS,
    Measure.PAY_BY_PERSON: Unit.PAY,
    Measure.PAY_BY_HOUR: Unit.PAY,
    Measure.COVERED: Unit.SHARE,
    Measure.TRAINING: Unit.HOURS,
}
FACT_UNITS = {
    "people": Unit.PEOPLE,
    "percent": Unit.COUNT,
    "CAD/hour": Unit.PAY,
    "CAD/year": Unit.MONEY,
}
NAME = re.compile(r"\{([\w.\-+]+)(@period)?\}")
MEASURED_HERE = "here"
HEAD = ("id", "state", "value", "low", "high", "unit", "period", "source", "simulated")


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One figure of the list; ``period`` and ``source`` as their source says them.

    ``currency``: of money that is not in the edition's.
    """

    key: str
    unit: Unit
    state: State
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    period: str
    source: str
    is_simulated: bool = False
    currency: str = ""

    @property
    def is_known(self) -> bool:
        """Say whether it holds any figure at all."""
        return self.state not in {State.UNKNOWN, State.HIDDEN}


class Entries:
    """The figures of an edition by id, written in a language where prose asks for them."""

    def __init__(self, entries: Mapping[str, FigureEntry], currency: str) -> None:
        self.by_key, self.currency = dict(entries), currency

    def get(self, key: str) -> FigureEntry:
        """Return an entry.

        Raises:
            Missing: there is none: prose may not make up a figure.
        """
        found = self.by_key.get(key)
        if found is None:
            raise Missing(f"no figure {key!r} in this edition")
        return found

    def is_known(self, *keys: str) -> bool:
        """Say whether all of these hold a figure."""
        return all(key in self.by_key and self.by_key[key].is_known for key in keys)

    def said(self, text: Text, voice: Voice) -> str:
        """Say a sentence, each figure it names as its entry has it."""

        def one(match: re.Match[str]) -> str:
            entry = self.get(match[1])
            return entry.period if match[2] else self.told(entry, voice)

        return NAME.sub(one, voice.say(_shielded(text))).replace("{{", "{").replace("}}", "}")

    def told(self, entry: FigureEntry, voice: Voice) -> str:
        """Write a figure in its unit, with its interval, and whether it is simulated."""
        if entry.state is State.UNKNOWN:
            return voice.unknown()
        if entry.state is State.HIDDEN:
            return voice.say(HIDDEN)
        if entry.state is State.AT_LEAST and entry.low is not None:
            return voice.say(AT_LEAST, n=self._number(entry, entry.low, voice))
        if entry.state is State.FEW and entry.high is not None:
            return voice.say(FEWER, n=self._number(entry, entry.high, voice))
        said = [self._number(entry, entry.value or Decimal(0), voice)]
        if entry.low is not None and entry.high is not None:
            ends = (self._number(entry, one, voice) for one in (entry.low, entry.high))
            said.append(voice.interval(*ends))
        if entry.is_simulated:
            said.append(f"({voice.say(SIMULATED)})")
        return " ".join(said)

    def csv(self) -> str:
        """Write the list for a program: the same in both languages."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(self.plain())
        return out.getvalue()

    def plain(self) -> Iterator[tuple[str, ...]]:
        """Yield each entry as texts."""
        for one in self.by_key.values():
            ends = ("" if end is None else str(end) for end in (one.value, one.low, one.high))
            money = one.currency or self.currency
            unit = {Unit.PAY: f"{money}/hour", Unit.MONEY: money}.get(one.unit)
            simulated = str(one.is_simulated).lower()
            yield (one.key, one.state.value, *ends, unit or one.unit.value, one.period,
                   one.source, simulated)  # fmt: skip

    def _number(self, entry: FigureEntry, value: Decimal, voice: Voice) -> str:
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
        release: None before the first; then only what others counted is known.
        reference: what others counted.
    """
    found: dict[str, FigureEntry] = {}
    period = release.period if release else ""
    currency = release.currency if release else "CAD"
    for cell in cells_of(rows_of(release, reference)):
        found[cell.key] = _of_cell(cell, period, reference)
    for cell in release.cells if release else ():
        if cell.row == ALL:
            found[cell.key] = _of_cell(cell, period, reference)
    for figure in reference.facts.figures():
        fact = figure.fact
        unit = FACT_UNITS.get(fact.unit, Unit.COUNT)
        state = State.UNKNOWN if figure.value is None else State.REPORTED
        source = fact.source.title if fact.source else ""
        found[figure.reference] = FigureEntry(
            figure.reference, unit, state, figure.value, None, None, fact.period, source
        )
    for told in release.figures if release else ():
        found[told.name] = _of_figure(told, period)
    for one in (*_rings(release, reference), *_table(release, reference), *_visible(reference)):
        found[one.key] = one
    for one in _time(release):
        found[one.key] = one
    return Entries(found, currency)


def _shielded(text: Text) -> Text:
    """Double the braces: figures are filled in after the voice has set its signs."""
    return Text(*(part.replace("{", "{{").replace("}", "}}") for part in text))


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


def _of_figure(one: ReleaseFigure, period: str) -> FigureEntry:
    return FigureEntry(
        one.name, one.unit, one.state, one.value, one.low, one.high, period, MEASURED_HERE,
        one.is_simulated, one.label if one.unit is Unit.PAY else "",
    )  # fmt: skip


def _sum(key: str, unit: Unit, value: float, source: str, period: str = "") -> FigureEntry:
    told = Decimal(str(value))
    return FigureEntry(key, unit, State.EXACT, told, None, None, period, source)


def _rings(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    found = rings(reference.occupations, reference.facts, people_of(release))
    when = found.total.fact.period
    yield _sum("rings.core", Unit.PEOPLE, found.core, "F2", when)
    yield _sum("rings.rest", Unit.PEOPLE, found.rest, "F1 - F2", when)
    yield _sum("rings.others", Unit.PEOPLE, found.others, "F1 - F2 - F3", when)
    yield _sum("rings.core_share", Unit.SHARE, round(found.share, 3), "F2 / F1", when)


def _table(release: Release | None, reference: Reference) -> Iterator[FigureEntry]:
    rows = rows_of(release, reference)
    click = [row for row in rows if row.occupation.family is Family.CLICK]
    for name, each in (("", rows), ("click_", click)):
        counted = [row for row in each if row.cells[Measure.PEOPLE].reference.is_known]
        yield _sum(f"table.{name}rows", Unit.COUNT, len(each), "table")
        yield _sum(f"table.{name}counted", Unit.COUNT, len(counted), "table")


def _visible(reference: Reference) -> Iterator[FigureEntry]:
    for key, one in reference.terms.classifications.items():
        named, looked = reference.terms.naming(key, TermTarget.CLICK)
        when = one.version or ""
        if one.rows is not None:
            yield _sum(f"visible.{key}.rows", Unit.COUNT, one.rows, key, when)
        if looked:
            yield _sum(f"visible.{key}.looked_for", Unit.COUNT, looked, key, when)
            yield _sum(f"visible.{key}.named", Unit.COUNT, named, key, when)


def _time(release: Release | None) -> Iterator[FigureEntry]:
    """Yield the minutes of an hour that paid tasks do not show, where those are known."""
    paid = Figures(release.figures if release else ()).get("time.paid", Unit.MINUTES)
    if paid.value is not None and release is not None:
        unseen = Decimal(60) - paid.value
        yield FigureEntry(
            "time.unseen", Unit.MINUTES, State.EXACT, unseen, None, None, release.period,
            MEASURED_HERE, paid.is_simulated,
        )  # fmt: skip
