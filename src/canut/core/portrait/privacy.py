"""Which figures of people may be told, and how: never of under twenty, never of one who is most.

People are told as bands: under twenty, or at least so many. Hours, pay, covered hours and training
are kept back where there are under twenty people or where one of them has most of it, and as many
others as it takes (``suppression``). Simulated hands are never people, and where there are only
those, the figure says so. A release is worked out once and served again as it was; the correction
of one shows nothing that the first kept back. This is no differential privacy, and does not claim
to be.
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
from canut.core.portrait.cells import Cell, Measure, State, Where
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
    """What one person did in one occupation over the period.

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
    """One edition of the figures of a period; stored, signed and served as it is.

    Args:
        period: such as ``2026-Q3``.
        edition: 1, then one more for each correction.
        on: the day it was worked out.
        root: of the ledger it was worked out from.
        currency: of every pay in it.
        cells: in the order of the table.
        replaces: hash of the edition it corrects; empty for the first.
        figures: what is told beside the table.
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
        """Write it with texts alone, so that it has one canonical form."""
        return {
            "type": "canut.portrait-release/1",
            "period": self.period,
            "edition": self.edition,
            "on": self.on.isoformat(),
            "ledger_root": self.root,
            "currency": self.currency,
            "replaces": self.replaces,
            "cells": [_written(cell) for cell in self.cells],
            "figures": [one.written() for one in self.figures],
        }

    @property
    def is_simulated(self) -> bool:
        """Say whether the demo's crowd has a hand in any figure."""
        cells = any(one.is_simulated for one in self.cells)
        return cells or any(one.is_simulated for one in self.figures)

    @property
    def sha256(self) -> str:
        """The hash of its canonical form."""
        return hashlib.sha256(canonical(self.content())).hexdigest()


def band_of(row: str, people: int) -> Cell:
    """Tell a number of people as a band.

    Raises:
        BadInput: nobody at all, which needs no cell.
    """
    if people < 1:
        raise BadInput(f"{row}: {people} people; nobody needs no cell")
    if people < FEWEST:
        return Cell(row, Measure.PEOPLE, Where.HERE, State.FEW, high=Decimal(FEWEST))
    low = max(edge for edge in EDGES if edge <= people)
    return Cell(row, Measure.PEOPLE, Where.HERE, State.AT_LEAST, low=Decimal(low))


def is_dominated(amounts: Sequence[int]) -> bool:
    """Say whether one person has more than 60 % of an amount; then the figure tells of them."""
    return max(amounts, default=0) > MOST_OF_ONE * sum(amounts)


def cells_here(work: Iterable[PersonWork], rng: np.random.Generator) -> tuple[Cell, ...]:
    """Work out what this instance may tell of its own click work, row by row and for all.

    Args:
        work: one a person and row.
        rng: to draw people anew for intervals.

    Raises:
        BadInput: a person stands twice in a row, or a number is below 0.
    """
    by_row = _by_row(work)
    real = {
        row: [one for one in each if not one.is_simulated]
        for row, each in by_row.items()
        if not all(one.is_simulated for one in each)
    }
    hidden = _kept_back(real) if real else {}
    cells: list[Cell] = []
    for row, each in by_row.items():
        if row in real:
            cells += _of_people(row, real[row], hidden, rng)
        else:
            cells += _simulated(row, each, rng)
    everybody = [one for each in real.values() for one in each]
    if everybody:
        cells += _of_people(ALL, _summed(everybody), hidden, rng)
    return tuple(cells)


def published(release: Release, earlier: Sequence[Release]) -> Release:
    """Let a release out, if it may be; what an earlier edition kept back stays so.

    Args:
        release: just worked out.
        earlier: every edition already out, any period.

    Raises:
        Conflict: this edition is out already, or does not say which one it corrects.
    """
    same = sorted(
        (one for one in earlier if one.period == release.period), key=lambda one: one.edition
    )
    expected = (len(same) + 1, same[-1].sha256 if same else "")
    if (release.edition, release.replaces) != expected:
        raise Conflict(
            f"{release.period} edition {release.edition} cannot come out; edition {expected[0]} "
            "comes next and names the one it corrects: serve what is out, or correct it",
            code="portrait-released",
            period=release.period,
        )
    kept = {cell.key for one in same for cell in one.cells if cell.state is State.HIDDEN}
    kept |= {fig.name for one in same for fig in one.figures if fig.state is State.HIDDEN}
    told = (_told(cell, is_hidden=cell.key in kept) for cell in release.cells)
    figures = (suppressed(one) if one.name in kept else one for one in release.figures)
    return replace(release, cells=tuple(told), figures=tuple(figures))


def _by_row(work: Iterable[PersonWork]) -> dict[str, list[PersonWork]]:
    by_row: dict[str, list[PersonWork]] = defaultdict(list)
    seen: set[tuple[str, int]] = set()
    for one in work:
        amounts = (one.pay_micro, one.covered_ms, one.training_ms)
        if (one.row, one.person) in seen or min(amounts) < 0 or one.time_ms <= 0:
            raise BadInput(
                f"person {one.person} stands twice in {one.row}, or without time, or below 0; one "
                "line a person and occupation is expected"
            )
        if one.covered_ms > one.time_ms or one.training_ms > one.time_ms or one.row == ALL:
            raise BadInput(f"person {one.person} in {one.row}: a part is longer than the whole")
        seen.add((one.row, one.person))
        by_row[one.row].append(one)
    return dict(by_row)


def _summed(work: Iterable[PersonWork]) -> list[PersonWork]:
    """Put together what a person did in several occupations."""
    by_person: dict[int, PersonWork] = {}
    for one in work:
        before = by_person.get(one.person)
        by_person[one.person] = one if before is None else _together(before, one)
    return list(by_person.values())


def _together(one: PersonWork, other: PersonWork) -> PersonWork:
    return one._replace(
        pay_micro=one.pay_micro + other.pay_micro,
        time_ms=one.time_ms + other.time_ms,
        covered_ms=one.covered_ms + other.covered_ms,
        training_ms=one.training_ms + other.training_ms,
    )


class _Amount(NamedTuple):
    """An amount that rows add up to a total of, and the cells that would tell it."""

    of: Callable[[PersonWork], int]
    measures: tuple[Measure, ...]


TIME = _Amount(attrgetter("time_ms"), (Measure.HOURS,))
AMOUNTS = (
    TIME,
    _Amount(attrgetter("pay_micro"), (Measure.PAY_BY_PERSON, Measure.PAY_BY_HOUR)),
    _Amount(attrgetter("covered_ms"), (Measure.COVERED,)),
    _Amount(attrgetter("training_ms"), (Measure.TRAINING,)),
)


def _kept_back(real: Mapping[str, Sequence[PersonWork]]) -> dict[Measure, set[str]]:
    """Name, for each measure, the rows to keep back, and perhaps the total.

    Where time is kept back everything is: a rate without its hours would still betray pay.
    """
    parts = {**real, ALL: _summed(one for each in real.values() for one in each)}
    few = {row for row, each in parts.items() if len(each) < FEWEST}
    timed = _leaking(parts, few | _dominated(parts, TIME), TIME)
    return {
        measure: _leaking(parts, timed | _dominated(parts, amount), amount)
        for amount in AMOUNTS
        for measure in amount.measures
    }


def _dominated(parts: Mapping[str, Sequence[PersonWork]], amount: _Amount) -> set[str]:
    found = {row for row, each in parts.items() if is_dominated([amount.of(one) for one in each])}
    if Measure.COVERED in amount.measures:  # what is not covered would be told by subtraction
        found |= {row for row, each in parts.items() if is_dominated([_bare(one) for one in each])}
    return found


def _bare(one: PersonWork) -> int:
    """Return the time that no contribution covers."""
    return one.time_ms - one.covered_ms


def _leaking(
    parts: Mapping[str, Sequence[PersonWork]], hidden: set[str], amount: _Amount
) -> set[str]:
    """Name the rows to keep back so that none is known closer than its largest part."""
    each = {row: [amount.of(one) for one in part] for row, part in parts.items()}
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
    found = protected(grid, dict.fromkeys(need, KEPT_BACK), need, LEAST_WIDTH)
    return {rows[at] for at, _column in found}


def _of_people(
    row: str,
    work: Sequence[PersonWork],
    hidden: Mapping[Measure, set[str]],
    rng: np.random.Generator,
) -> list[Cell]:
    """Write the cells of real people."""
    hours = [one.time_ms / HOUR_MS for one in work]
    rates = [one.pay_micro / MICRO / hour for one, hour in zip(work, hours, strict=True)]
    time = sum(one.time_ms for one in work)
    cells = [
        band_of(row, len(work)),
        _exact(row, Measure.HOURS, time / HOUR_MS, TENTH),
        _exact(row, Measure.PAY_BY_PERSON, _middle(rates), DIME),
        _estimated(row, Measure.PAY_BY_HOUR, ratio_interval(rates, hours, rng)),
        _exact(row, Measure.COVERED, sum(one.covered_ms for one in work) / time, PERMILLE),
        _exact(row, Measure.TRAINING, sum(one.training_ms for one in work) / HOUR_MS, TENTH),
    ]
    return [_told(cell, is_hidden=row in hidden.get(cell.measure, ())) for cell in cells]


def _middle(rates: Sequence[float]) -> float:
    """Return a median that is nobody's own: the mean of the five, or six, in the middle."""
    around = sorted(rates)[(len(rates) - 1) // 2 - 2 : len(rates) // 2 + 3]
    return sum(around) / len(around)


def _told(cell: Cell, *, is_hidden: bool) -> Cell:
    if not is_hidden:
        return cell
    return replace(cell, state=State.HIDDEN, value=None, low=None, high=None)


def _simulated(row: str, work: Sequence[PersonWork], rng: np.random.Generator) -> list[Cell]:
    """Write what the demo's crowd did: the cells of real people but one, for it is no people."""
    made = _of_people(row, work, {}, rng)
    return [replace(one, is_simulated=True) for one in made if one.measure is not Measure.PEOPLE]


def _exact(row: str, measure: Measure, value: float, step: Decimal) -> Cell:
    return Cell(row, measure, Where.HERE, State.EXACT, Decimal(value).quantize(step))


def _estimated(row: str, measure: Measure, found: IntervalEstimate) -> Cell:
    """Round outwards, so that the interval holds what it held."""
    value, low, high = (Decimal(one).quantize(CENT) for one in found)
    return Cell(row, measure, Where.HERE, State.ESTIMATED, value, min(low, value), max(high, value))


def _written(cell: Cell) -> dict[str, object]:
    ends = {"value": cell.value, "low": cell.low, "high": cell.high}
    return {
        "cell": cell.key,
        "state": cell.state.value,
        **{name: None if one is None else str(one) for name, one in ends.items()},
        "fact": cell.fact,
        "simulated": cell.is_simulated,
    }
