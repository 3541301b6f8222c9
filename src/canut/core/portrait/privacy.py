"""Disclosure control: minimum group size of 20 and a dominance rule.

Numbers of people are published as bands: under twenty, or at least a round number. Hours, pay,
covered hours and training are suppressed if there are under twenty people or if one of them has
most of the amount, and with them as many others as necessary (``suppression``). Simulated people
are never counted as people; figures of simulated people alone say so. A release is computed once
and served unchanged; its correction publishes nothing that the first edition suppressed. This is
not differential privacy, and does not claim to be.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput, Conflict
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.counts import FEWEST, IntervalEstimate, ratio_interval
from canut.core.portrait.measured import ReleaseFigure, suppressed
from canut.core.portrait.suppression import KEPT_BACK, protected, with_totals
from canut.core.proofs.canonical import canonical

LEAST_WIDTH = 5
MOST_OF_ONE = 0.6
EDGES = (FEWEST, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
ALL = "ALL"
CENT, DIME, TENTH, PERMILLE = (Decimal(text) for text in ("0.01", "0.1", "0.1", "0.001"))


class PersonWork(NamedTuple):
    """The work of one person in one occupation over the period.

    ``time_ms`` is all the time of the work, paid or not; ``covered_ms`` the part of it under social
    contributions; ``training_ms`` the part that was paid training.
    """

    person: int
    row: str
    pay_micro: int
    time_ms: int
    covered_ms: int = 0
    training_ms: int = 0
    is_simulated: bool = False


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
    """

    period: str
    edition: int
    on: date
    root: str
    currency: str
    cells: tuple[Cell, ...]
    replaces: str = ""
    figures: tuple[ReleaseFigure, ...] = ()

    def content(self) -> dict[str, object]:
        """Return the release as a JSON object of texts, so that its form is canonical."""
        return {
            "type": "canut.portrait-release/1",
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
    low = max(edge for edge in EDGES if edge <= people)
    return Cell(row, CellMeasure.PEOPLE, Where.HERE, CellState.AT_LEAST, low=Decimal(low))


def is_dominated(amounts: Sequence[int]) -> bool:
    """Return whether one person has more than 60 % of an amount, which would disclose it."""
    return max(amounts, default=0) > MOST_OF_ONE * sum(amounts)


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
    figures = (
        suppressed(edition) if edition.name in suppressed_keys else edition
        for edition in release.figures
    )
    return replace(release, cells=tuple(cells), figures=tuple(figures))


def _by_row(work: Iterable[PersonWork]) -> dict[str, list[PersonWork]]:
    by_row: dict[str, list[PersonWork]] = defaultdict(list)
    row_people: set[tuple[str, int]] = set()
    for item in work:
        amounts = (item.pay_micro, item.covered_ms, item.training_ms)
        if (item.row, item.person) in row_people or min(amounts) < 0 or item.time_ms <= 0:
            raise BadInput(
                f"person {item.person} stands twice in {item.row}, or without time, or below 0; "
                "one line a person and occupation is expected"
            )
        if item.covered_ms > item.time_ms or item.training_ms > item.time_ms or item.row == ALL:
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
    )


class _Amount(NamedTuple):
    """An amount that rows sum to a total of, and the measures that would disclose it."""

    of: Callable[[PersonWork], int]
    measures: tuple[CellMeasure, ...]


TIME = _Amount(attrgetter("time_ms"), (CellMeasure.HOURS,))
AMOUNTS = (
    TIME,
    _Amount(attrgetter("pay_micro"), (CellMeasure.PAY_BY_PERSON, CellMeasure.PAY_BY_HOUR)),
    _Amount(attrgetter("covered_ms"), (CellMeasure.COVERED,)),
    _Amount(attrgetter("training_ms"), (CellMeasure.TRAINING,)),
)


def _kept_back(real: Mapping[str, Sequence[PersonWork]]) -> dict[CellMeasure, set[str]]:
    """Return, for each measure, the rows to suppress, possibly with the total.

    If time is suppressed, everything is: a rate without its hours would still disclose pay.
    """
    parts = {**real, ALL: _summed(work_row for each in real.values() for work_row in each)}
    few = {row for row, each in parts.items() if len(each) < FEWEST}
    timed = _leaking(parts, few | _dominated(parts, TIME), TIME)
    return {
        measure: _leaking(parts, timed | _dominated(parts, amount), amount)
        for amount in AMOUNTS
        for measure in amount.measures
    }


def _dominated(parts: Mapping[str, Sequence[PersonWork]], amount: _Amount) -> set[str]:
    rows = {
        row
        for row, each in parts.items()
        if is_dominated([amount.of(work_row) for work_row in each])
    }
    if CellMeasure.COVERED in amount.measures:  # what is not covered would be told by subtraction
        rows |= {
            row
            for row, each in parts.items()
            if is_dominated([_bare(work_row) for work_row in each])
        }
    return rows


def _bare(work_row: PersonWork) -> int:
    """Return the time that no contribution covers, in milliseconds."""
    return work_row.time_ms - work_row.covered_ms


def _leaking(
    parts: Mapping[str, Sequence[PersonWork]], hidden: set[str], amount: _Amount
) -> set[str]:
    """Return the rows to suppress so that none can be inferred too closely."""
    each = {row: [amount.of(work_row) for work_row in row_work] for row, row_work in parts.items()}
    if not hidden or not sum(each[ALL]):
        return hidden
    rows = list(each)
    grid = with_totals([[sum(amounts)] for row, amounts in each.items() if row != ALL])
    need = {
        (at, column): max(LEAST_WIDTH, *each[row])
        for at, row in enumerate(rows)
        if row in hidden
        for column in (0, 1)
    }
    suppressed_at = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST_WIDTH)
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
        _exact(row, CellMeasure.PAY_BY_PERSON, _middle(rates), DIME),
        _estimated(row, CellMeasure.PAY_BY_HOUR, ratio_interval(rates, hours, rng)),
        _exact(
            row, CellMeasure.COVERED, sum(work_row.covered_ms for work_row in work) / time, PERMILLE
        ),
        _exact(
            row,
            CellMeasure.TRAINING,
            sum(work_row.training_ms for work_row in work) / HOUR_MS,
            TENTH,
        ),
    ]
    return [_told(cell, is_hidden=row in hidden.get(cell.measure, ())) for cell in cells]


def _middle(rates: Sequence[float]) -> float:
    """Return the mean of the five or six middle values, so that it is no single person's."""
    around = sorted(rates)[(len(rates) - 1) // 2 - 2 : len(rates) // 2 + 3]
    return sum(around) / len(around)


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
