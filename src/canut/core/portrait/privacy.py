"""Disclosure control: minimum group size of 20 and the p % rule.

Numbers of people are published as the lower edge of a band (``disclosure.head_counts``). Hours,
pay, covered hours and training are suppressed if there are under twenty people or if somebody who
knows their own part would learn another's to within 15 % (``disclosure.dominance``), and with them
as many others as necessary (``suppression``). Simulated people are never counted as people; figures
of simulated people alone say so. A release is computed once and served unchanged; its correction
publishes nothing that the first edition suppressed. This is not differential privacy, and does not
claim to be.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput, Conflict
from canut.core.ledger.representative_statements import SpokenStatement
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.counts import FEWEST, IntervalEstimate, ratio_interval
from canut.core.portrait.disclosure.dominance import is_protected, is_safe_sum
from canut.core.portrait.disclosure.head_counts import band_edge
from canut.core.portrait.disclosure.quantiles import MEDIAN, rounded, rounded_quantile
from canut.core.portrait.disclosure.suppression import KEPT_BACK, protected, with_totals
from canut.core.portrait.measured import ReleaseFigure, suppressed
from canut.core.proofs.canonical import canonical

LEAST_WIDTH = 5
ALL = "ALL"
FIRST_FORMAT, SECOND_FORMAT, FORMAT = 1, 2, 3
"""From the third on, covered hours are a share of those to which a protection can apply."""
CUMULATIVE = ("inside", "model")
"""First parts of the names of figures that add up over all time; none has dates of its own."""
OF_MACHINES = (*CUMULATIVE, "decided", "created", "displaced", "use_unknown")
"""First parts of the names of figures that a correction takes over from the edition before."""
CENT, TENTH, PERMILLE = (Decimal(text) for text in ("0.01", "0.1", "0.001"))


class PersonWork(NamedTuple):
    """The work of one person in one occupation over the period.

    ``time_ms`` is all the time of the work, paid or not; ``covered_ms`` the part of it under social
    contributions; ``training_ms`` the part that was paid training; ``outside_ms`` the part to which
    no known protection can apply.
    """

    person: int
    row: str
    pay_micro: int
    time_ms: int
    covered_ms: int = 0
    training_ms: int = 0
    is_simulated: bool = False
    outside_ms: int = 0

    @property
    def can_ms(self) -> int:
        """Return the time to which social contributions can apply."""
        return self.time_ms - self.outside_ms


@dataclass(frozen=True, slots=True)
class Release:
    """One edition of the figures of a period; stored, signed and served unchanged.

    Args:
        period: such as ``2026-Q3``.
        edition: 1, incremented by each correction.
        on: the day it was worked out.
        root: of the ledger it was worked out from.
        currency: of every pay in it.
        cells: in the order of the table.
        replaces: hash of the edition it corrects; empty for the first.
        figures: the figures outside the table.
        covers: the quarters its figures are of, such as ``2026-Q2/2026-Q3``; empty for its own.
        waiting: quarters whose correction waits, because it would show few people.
        format: of the document; the first had neither ``covers`` nor ``waiting``, the second no
            ``statements``, and covered hours as a share of all hours.
        statements: what the workers' representatives said of its draft, word for word.
    """

    period: str
    edition: int
    on: date
    root: str
    currency: str
    cells: tuple[Cell, ...]
    replaces: str = ""
    figures: tuple[ReleaseFigure, ...] = ()
    covers: str = ""
    waiting: tuple[str, ...] = ()
    format: int = FORMAT
    statements: tuple[SpokenStatement, ...] = ()

    @property
    def span(self) -> str:
        """Return the quarter or quarters that its figures are of."""
        return self.covers or self.period

    @property
    def first_period(self) -> str:
        """Return the first quarter that its figures are of."""
        return self.span.partition("/")[0]

    def content(self) -> dict[str, object]:
        """Return the release as a JSON object of texts, so that its form is canonical."""
        later = {"covers": self.covers, "waiting": list(self.waiting)}
        spoken = {"statements": [item.document_entry() for item in self.statements]}
        return {
            "type": f"canut.portrait-release/{self.format}",
            **(later if self.format > FIRST_FORMAT else {}),
            **(spoken if self.format > SECOND_FORMAT else {}),
            "period": self.period,
            "edition": self.edition,
            "on": self.on.isoformat(),
            "ledger_root": self.root,
            "currency": self.currency,
            "replaces": self.replaces,
            "cells": [_written(cell) for cell in self.cells],
            "figures": [figure.written() for figure in self.figures],
        }

    @property
    def is_simulated(self) -> bool:
        """Return whether any figure includes simulated people."""
        cells = any(item.is_simulated for item in self.cells)
        return cells or any(item.is_simulated for item in self.figures)

    @property
    def sha256(self) -> str:
        """Return the hash of its canonical form."""
        return hashlib.sha256(canonical(self.content())).hexdigest()


def band_of(row: str, people: int) -> Cell:
    """Return a number of people as a band.

    Raises:
        BadInput: there is nobody, which needs no cell.
    """
    if people < 1:
        raise BadInput(f"{row}: {people} people; nobody needs no cell")
    if people < FEWEST:
        return Cell(row, CellMeasure.PEOPLE, Where.HERE, CellState.FEW, high=Decimal(FEWEST))
    low = Decimal(band_edge(people))
    return Cell(row, CellMeasure.PEOPLE, Where.HERE, CellState.AT_LEAST, low=low)


def is_dominated(amounts: Sequence[int]) -> bool:
    """Return whether an amount tells the second-largest part the largest to within 15 %."""
    return not is_protected(amounts)


def cells_here(work: Iterable[PersonWork], rng: np.random.Generator) -> tuple[Cell, ...]:
    """Compute the cells this instance may publish, per occupation and for all.

    Args:
        work: one item per person and occupation.
        rng: source of random numbers for the bootstrap.

    Raises:
        BadInput: a person appears twice in a row, or a number is below 0.
    """
    by_row = _by_row(work)
    real = {
        row: [work_row for work_row in each if not work_row.is_simulated]
        for row, each in by_row.items()
        if not all(work_row.is_simulated for work_row in each)
    }
    hidden = _kept_back(real) if real else {}
    cells: list[Cell] = []
    for row, each in by_row.items():
        if row in real:
            cells += _of_people(row, real[row], hidden, rng)
        else:
            cells += _simulated(row, each, rng)
    everybody = [work_row for each in real.values() for work_row in each]
    if everybody:
        cells += _of_people(ALL, _summed(everybody), hidden, rng)
    return tuple(cells)


def published(release: Release, earlier: Sequence[Release]) -> Release:
    """Apply earlier suppressions to a release and return what may be published.

    A correction takes the figures of machines over from the edition before: they add up over all
    time, so that theirs of today would show what was done since.

    Args:
        release: a newly computed release.
        earlier: every published edition, of any period.

    Raises:
        Conflict: this edition is published already, or does not name the one it corrects.
    """
    same = sorted(
        (edition for edition in earlier if edition.period == release.period),
        key=lambda edition: edition.edition,
    )
    expected = (len(same) + 1, same[-1].sha256 if same else "")
    if (release.edition, release.replaces) != expected:
        raise Conflict(
            f"{release.period} edition {release.edition} cannot come out; edition {expected[0]} "
            "comes next and names the one it corrects: serve what is out, or correct it",
            code="portrait-released",
            period=release.period,
        )
    suppressed_keys = {
        cell.key for edition in same for cell in edition.cells if cell.state is CellState.HIDDEN
    }
    suppressed_keys |= {
        fig.name for edition in same for fig in edition.figures if fig.state is CellState.HIDDEN
    }
    cells = (_told(cell, is_hidden=cell.key in suppressed_keys) for cell in release.cells)
    figures = _taken_over(release.figures, same[-1].figures) if same else release.figures
    return replace(
        release,
        cells=tuple(cells),
        figures=tuple(
            suppressed(figure) if figure.name in suppressed_keys else figure for figure in figures
        ),
    )


def _taken_over(
    figures: Iterable[ReleaseFigure], before: Iterable[ReleaseFigure]
) -> list[ReleaseFigure]:
    """Return the figures of an edition with those of machines from the edition before."""
    own = [figure for figure in figures if not is_of(figure.name, OF_MACHINES)]
    return own + [figure for figure in before if is_of(figure.name, OF_MACHINES)]


def is_of(name: str, stems: Collection[str]) -> bool:
    """Return whether the first part of a figure's name is one of these."""
    return name.partition(".")[0] in stems


def _by_row(work: Iterable[PersonWork]) -> dict[str, list[PersonWork]]:
    by_row: dict[str, list[PersonWork]] = defaultdict(list)
    row_people: set[tuple[str, int]] = set()
    for item in work:
        amounts = (item.pay_micro, item.covered_ms, item.training_ms, item.outside_ms)
        if (item.row, item.person) in row_people or min(amounts) < 0 or item.time_ms <= 0:
            raise BadInput(
                f"person {item.person} stands twice in {item.row}, or without time, or below 0; "
                "one line a person and occupation is expected"
            )
        parts = (item.covered_ms + item.outside_ms, item.training_ms)
        if max(parts) > item.time_ms or item.row == ALL:
            raise BadInput(f"person {item.person} in {item.row}: a part is longer than the whole")
        row_people.add((item.row, item.person))
        by_row[item.row].append(item)
    return dict(by_row)


def _summed(work: Iterable[PersonWork]) -> list[PersonWork]:
    """Sum the work of each person over their occupations."""
    by_person: dict[int, PersonWork] = {}
    for work_row in work:
        before = by_person.get(work_row.person)
        by_person[work_row.person] = work_row if before is None else _together(before, work_row)
    return list(by_person.values())


def _together(first: PersonWork, second: PersonWork) -> PersonWork:
    return first._replace(
        pay_micro=first.pay_micro + second.pay_micro,
        time_ms=first.time_ms + second.time_ms,
        covered_ms=first.covered_ms + second.covered_ms,
        training_ms=first.training_ms + second.training_ms,
        outside_ms=first.outside_ms + second.outside_ms,
    )


class _Amount(NamedTuple):
    """An amount that rows sum to a total of, and the measures that would disclose it."""

    of: Callable[[PersonWork], int]
    measures: tuple[CellMeasure, ...]


def _bare(work_row: PersonWork) -> int:
    """Return the time that a protection could cover and none does."""
    return work_row.can_ms - work_row.covered_ms


def _untrained(work_row: PersonWork) -> int:
    """Return the time without training: anybody may subtract it from the hours."""
    return work_row.time_ms - work_row.training_ms


TIME = _Amount(attrgetter("time_ms"), (CellMeasure.HOURS,))
AMOUNTS = (
    TIME,
    _Amount(attrgetter("pay_micro"), (CellMeasure.PAY_BY_PERSON, CellMeasure.PAY_BY_HOUR)),
    _Amount(attrgetter("can_ms"), (CellMeasure.COVERED,)),
    _Amount(attrgetter("covered_ms"), (CellMeasure.COVERED,)),
    _Amount(_bare, (CellMeasure.COVERED,)),
    _Amount(attrgetter("training_ms"), (CellMeasure.TRAINING,)),
    _Amount(_untrained, (CellMeasure.TRAINING,)),
)


def _kept_back(real: Mapping[str, Sequence[PersonWork]]) -> dict[CellMeasure, set[str]]:
    """Return, for each measure, the rows to suppress, possibly with the total.

    If time is suppressed, everything is: a rate without its hours would still disclose pay.
    """
    parts = {**real, ALL: _summed(work_row for each in real.values() for work_row in each)}
    few = {row for row, each in parts.items() if len(each) < FEWEST}
    timed = _leaking(parts, few | _disclosing(parts, TIME), TIME)
    hidden: dict[CellMeasure, set[str]] = defaultdict(lambda: timed)
    for amount in AMOUNTS:
        unsafe = _disclosing(parts, amount)
        for measure in amount.measures:
            hidden[measure] = _leaking(parts, hidden[measure] | unsafe, amount)
    return hidden


def _disclosing(parts: Mapping[str, Sequence[PersonWork]], amount: _Amount) -> set[str]:
    """Return the rows whose amount may not be published."""
    return {
        row
        for row, each in parts.items()
        if not is_safe_sum(amount.of(work_row) for work_row in each)
    }


def _leaking(
    parts: Mapping[str, Sequence[PersonWork]], hidden: set[str], amount: _Amount
) -> set[str]:
    """Return the rows to suppress so that none can be inferred too closely."""
    each = {
        row: {work_row.person: amount.of(work_row) for work_row in row_work}
        for row, row_work in parts.items()
    }
    if not hidden or not sum(each[ALL].values()):
        return hidden
    rows = list(each)
    grid = with_totals([[sum(each[row].values())] for row in rows if row != ALL])
    need = {
        (at, column): max(LEAST_WIDTH, *each[row].values())
        for at, row in enumerate(rows)
        if row in hidden
        for column in (0, 1)
    }
    people = {(at, 0): each[row] for at, row in enumerate(rows) if row != ALL}
    bands = dict.fromkeys(need, KEPT_BACK)
    suppressed_at = protected(grid, bands, need, LEAST_WIDTH, people)
    return {rows[at] for at, _column in suppressed_at}


def _of_people(
    row: str,
    work: Sequence[PersonWork],
    hidden: Mapping[CellMeasure, set[str]],
    rng: np.random.Generator,
) -> list[Cell]:
    """Compute the cells of real people."""
    hours = [work_row.time_ms / HOUR_MS for work_row in work]
    rates = [work_row.pay_micro / MICRO / hour for work_row, hour in zip(work, hours, strict=True)]
    time = sum(work_row.time_ms for work_row in work)
    cells = [
        band_of(row, len(work)),
        _exact(row, CellMeasure.HOURS, time / HOUR_MS, TENTH),
        _exact(row, CellMeasure.PAY_BY_PERSON, _median(rates), CENT),
        _estimated(row, CellMeasure.PAY_BY_HOUR, ratio_interval(rates, hours, rng)),
        _covered(row, work),
        _exact(
            row,
            CellMeasure.TRAINING,
            sum(work_row.training_ms for work_row in work) / HOUR_MS,
            TENTH,
        ),
    ]
    return [_told(cell, is_hidden=row in hidden.get(cell.measure, ())) for cell in cells]


def _covered(row: str, work: Iterable[PersonWork]) -> Cell:
    """Return the share of hours under protections, of those to which any can apply."""
    rows = list(work)
    can_ms = sum(work_row.can_ms for work_row in rows)
    if not can_ms:
        return Cell(row, CellMeasure.COVERED, Where.HERE, CellState.UNKNOWN)
    covered_ms = sum(work_row.covered_ms for work_row in rows)
    return _exact(row, CellMeasure.COVERED, covered_ms / can_ms, PERMILLE)


def _median(rates: Sequence[float]) -> float:
    """Return the median pay of an hour, rounded; of few real people it is suppressed after."""
    if len(rates) < FEWEST:
        return float(rounded(float(np.median(rates))))
    return float(rounded_quantile(rates, MEDIAN))


def _told(cell: Cell, *, is_hidden: bool) -> Cell:
    if not is_hidden:
        return cell
    return replace(cell, state=CellState.HIDDEN, value=None, low=None, high=None)


def _simulated(row: str, work: Sequence[PersonWork], rng: np.random.Generator) -> list[Cell]:
    """Compute the cells of simulated people: all but the number of people."""
    cells = _of_people(row, work, {}, rng)
    return [
        replace(cell, is_simulated=True) for cell in cells if cell.measure is not CellMeasure.PEOPLE
    ]


def _exact(row: str, measure: CellMeasure, value: float, step: Decimal) -> Cell:
    return Cell(row, measure, Where.HERE, CellState.EXACT, Decimal(value).quantize(step))


def _estimated(row: str, measure: CellMeasure, estimate: IntervalEstimate) -> Cell:
    """Make the cell of an estimate; rounding does not narrow its interval."""
    value, low, high = (Decimal(number).quantize(CENT) for number in estimate)
    return Cell(
        row, measure, Where.HERE, CellState.ESTIMATED, value, min(low, value), max(high, value)
    )


def _written(cell: Cell) -> dict[str, object]:
    ends = {"value": cell.value, "low": cell.low, "high": cell.high}
    return {
        "cell": cell.key,
        "state": cell.state.value,
        **{name: None if end is None else str(end) for name, end in ends.items()},
        "fact": cell.fact,
        "simulated": cell.is_simulated,
    }
