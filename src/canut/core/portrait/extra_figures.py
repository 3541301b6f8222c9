"""Compute the figures outside the table: time, pay, protection, people, load, chain.

The rules are those of ``privacy``: no figure of fewer than twenty people, none that one person
dominates, and no part whose complement is few people. A kind of time of few people is added to the
others. If real people worked, simulated people are left out; if only simulated people worked, every
figure says so, and none counts people. Who decided is computed in ``machine_figures``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.counts import (
    FEWEST,
    MINUTES,
    TOGETHER,
    IntervalEstimate,
    TimeUse,
    ratio_interval,
    share,
    steps,
)
from canut.core.portrait.intermediaries import ChainOf, chained
from canut.core.portrait.measured import ReleaseFigure, Unit, suppressed, unknown
from canut.core.portrait.privacy import ALL, band_of, is_dominated

CENT, TENTH, PERMILLE = Decimal("0.01"), Decimal("0.1"), Decimal("0.001")
MOST_STEPS = 40


class PersonPeriod(NamedTuple):
    """The work of one person over the period, in every occupation.

    ``time_ms``: by kind of time; ``scheme_ms``: by protection; ``top_up_micro``
    is in ``pay_micro``.
    """

    person: int
    pay_micro: int
    time_ms: Mapping[TimeUse, int]
    scheme_ms: Mapping[str, int]
    exposed_ms: int = 0
    top_up_micro: int = 0
    is_simulated: bool = False

    @property
    def all_ms(self) -> int:
        """Return all working time, paid tasks or not, in milliseconds."""
        return sum(self.time_ms.values())


class PaidTask(NamedTuple):
    """One person's pay in one occupation, all their time there, and that of paid tasks."""

    person: int
    row: str
    pay_micro: int
    time_ms: int
    paid_ms: int
    is_simulated: bool = False


class Population(NamedTuple):
    """Numbers of real people who answered: active, new, and no longer active."""

    active: int
    new: int
    left: int


class Appeals(NamedTuple):
    """Appeals of real people: people, appeals opened, and of those answered, won and days."""

    people: int
    opened: int
    won: int
    days: Sequence[int]


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """The inputs gathered for a period.

    Args:
        hands: one item per person.
        tasks: one item per person and occupation.
        floor_micro: hourly floor of the jurisdiction; None if unknown.
        schemes: every protection there is, in order.
        population: None if nobody is real.
        appeals: of real people.
        chain: None where no client's price was declared.
    """

    hands: Sequence[PersonPeriod]
    tasks: Sequence[PaidTask]
    floor_micro: int | None
    schemes: Sequence[str]
    population: Population | None = None
    appeals: Appeals | None = None
    chain: ChainOf | None = None


def beside(
    facts: PeriodFacts, cells: Iterable[Cell], rng: np.random.Generator
) -> tuple[ReleaseFigure, ...]:
    """Compute the figures of a period that may be published outside the table.

    Args:
        facts: the inputs of the period.
        cells: cells of the table, from the same people; what they suppress stays suppressed.
        rng: source of random numbers for the bootstrap.
    """
    by_cell = {(cell.row, cell.measure): cell for cell in cells}
    hands = _whose(facts.hands)
    is_hidden = any(
        (cell := by_cell.get((ALL, measure))) is not None and cell.state is CellState.HIDDEN
        for measure in (CellMeasure.HOURS, CellMeasure.PAY_BY_HOUR)
    )
    figures = [
        *_times(hands),
        *_pay(facts.tasks, by_cell, rng),
        *_spread(hands, facts.floor_micro, rng),
        *_schemes(hands, facts.schemes),
        *_load(hands),
    ]
    if is_hidden:
        figures = [suppressed(figure) if figure.is_known else figure for figure in figures]
    figures += [*_population(facts.population), *_appeals(facts.appeals), *chained(facts.chain)]
    return tuple(figures)


def is_few(amounts: Sequence[int], *, is_simulated: bool) -> bool:
    """Return whether an amount would disclose few people, or one; never for simulated people."""
    some = [amount for amount in amounts if amount]
    return not is_simulated and (0 < len(some) < FEWEST or is_dominated(some))


def estimated(
    name: str,
    unit: Unit,
    estimate: IntervalEstimate,
    step: Decimal = CENT,
    *,
    is_simulated: bool = False,
) -> ReleaseFigure:
    """Make the figure of an estimate; rounding does not narrow its interval."""
    value, low, high = (Decimal(number).quantize(step) for number in estimate)
    ends = value, min(low, value), max(high, value)
    return ReleaseFigure(name, unit, CellState.ESTIMATED, *ends, is_simulated=is_simulated)


def _whose(hands: Iterable[PersonPeriod]) -> list[PersonPeriod]:
    """Leave simulated people out if anybody is real."""
    worked = [person for person in hands if person.all_ms > 0]
    real = [person for person in worked if not person.is_simulated]
    return real or worked


def _exact(name: str, unit: Unit, value: float, step: Decimal, *, simulated: bool) -> ReleaseFigure:
    decimal = Decimal(value).quantize(step)
    return ReleaseFigure(name, unit, CellState.EXACT, decimal, is_simulated=simulated)


def _is_shown(hands: Sequence[PersonPeriod]) -> bool:
    """Return whether there are enough people, or only simulated people."""
    return bool(hands) and (hands[0].is_simulated or len(hands) >= FEWEST)


def _times(hands: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Return the minutes of an hour by kind of time; kinds of few people count as other."""
    names = {kind: f"time.{kind}" for kind in TimeUse}
    if not hands:
        return [unknown(names[kind], Unit.MINUTES) for kind in TimeUse]
    simulated = hands[0].is_simulated
    amounts = {kind: [person.time_ms.get(kind, 0) for person in hands] for kind in TimeUse}
    folded = {
        kind
        for kind in TimeUse
        if kind is not TimeUse.OTHER and is_few(amounts[kind], is_simulated=simulated)
    }
    other_kinds = (*folded, TimeUse.OTHER)
    other_ms = [sum(person.time_ms.get(kind, 0) for kind in other_kinds) for person in hands]
    hidden = folded
    if not _is_shown(hands) or is_few(other_ms, is_simulated=simulated):
        hidden = set(TimeUse)
    total_ms = sum(person.all_ms for person in hands)
    sums = {kind: sum(amounts[kind]) for kind in TimeUse} | {TimeUse.OTHER: sum(other_ms)}
    exact_figures = {
        kind: _exact(
            names[kind], Unit.MINUTES, MINUTES * sums[kind] / total_ms, CENT, simulated=simulated
        )
        for kind in TimeUse
    }
    if not sums[TimeUse.WAITING]:  # it was counted as searching
        exact_figures[TimeUse.WAITING] = unknown(names[TimeUse.WAITING], Unit.MINUTES)
        hidden = hidden - {TimeUse.WAITING}
    return [
        suppressed(figure) if kind in hidden else figure for kind, figure in exact_figures.items()
    ]


def _pay(
    tasks: Iterable[PaidTask],
    by_cell: Mapping[tuple[str, CellMeasure], Cell],
    rng: np.random.Generator,
) -> list[ReleaseFigure]:
    """Return the pay of an hour of paid tasks, and that of all time, by occupation."""
    by_row: dict[str, list[PaidTask]] = {}
    for task in tasks:
        if task.time_ms > 0:
            by_row.setdefault(task.row, []).append(task)
    figures: list[ReleaseFigure] = []
    for row, each in by_row.items():
        real = [task for task in each if not task.is_simulated]
        counted, simulated = real or each, not real
        on_tasks = [task for task in counted if task.paid_ms > 0]
        names = (f"pay.nominal.{row}", f"pay.effective.{row}")
        pair = [
            _rate(names[0], on_tasks, lambda paid_task: paid_task.paid_ms, rng, simulated=simulated)
            if on_tasks
            else unknown(names[0], Unit.PAY),
            _rate(names[1], counted, lambda paid_task: paid_task.time_ms, rng, simulated=simulated),
        ]
        cell = by_cell.get((row, CellMeasure.PAY_BY_HOUR))
        if cell is not None and cell.state is CellState.ESTIMATED:
            ends = cell.value, cell.low, cell.high
            pair[1] = ReleaseFigure(
                pair[1].name, Unit.PAY, CellState.ESTIMATED, *ends, is_simulated=simulated
            )
        is_kept = cell is not None and cell.state is CellState.HIDDEN
        if is_kept or is_few([task.paid_ms for task in counted], is_simulated=simulated):
            pair = [suppressed(task) for task in pair]
        figures += pair
    return figures


def _rate(
    name: str,
    tasks: Sequence[PaidTask],
    time_of: Callable[[PaidTask], int],
    rng: np.random.Generator,
    *,
    simulated: bool,
) -> ReleaseFigure:
    hours = [time_of(task) / HOUR_MS for task in tasks]
    rates = [task.pay_micro / MICRO / hour for task, hour in zip(tasks, hours, strict=True)]
    return estimated(name, Unit.PAY, ratio_interval(rates, hours, rng), is_simulated=simulated)


def _spread(
    hands: Sequence[PersonPeriod], floor_micro: int | None, rng: np.random.Generator
) -> list[ReleaseFigure]:
    """Return the distribution of hourly pay, in groups of people, and shares under the floor.

    ``pay.lacks`` is the mean hourly shortfall to the floor; ``pay.topped_up`` the mean top-up.
    """
    names = ("pay.under.person", "pay.under.hour")
    if not _is_shown(hands) or len(hands) < FEWEST:
        withheld = [unknown(name, Unit.SHARE) for name in names]
        withheld += [unknown(name, Unit.PAY) for name in ("pay.lacks", "pay.topped_up")]
        return (
            [suppressed(person) for person in withheld]
            if hands and not hands[0].is_simulated
            else withheld
        )
    simulated = hands[0].is_simulated
    hours = [person.all_ms / HOUR_MS for person in hands]
    rates = [person.pay_micro / MICRO / hour for person, hour in zip(hands, hours, strict=True)]
    together = max(TOGETHER, -(-len(hands) // MOST_STEPS))
    figures: list[ReleaseFigure] = []
    for index, step in enumerate(zip(*steps(rates, hours, together), strict=True), 1):
        pay, people, worked = step
        stem = f"spread.{index:02}"
        figures += [
            _exact(f"{stem}.pay", Unit.PAY, pay, CENT, simulated=simulated),
            _exact(f"{stem}.people", Unit.SHARE, people, PERMILLE, simulated=simulated),
            _exact(f"{stem}.hours", Unit.SHARE, worked, PERMILLE, simulated=simulated),
        ]
    top_ups = [person.top_up_micro for person in hands]
    topped = sum(top_ups) / MICRO / sum(hours)
    top_up = _exact("pay.topped_up", Unit.PAY, topped, CENT, simulated=simulated)
    figures.append(suppressed(top_up) if is_few(top_ups, is_simulated=simulated) else top_up)
    if floor_micro is None:
        return [*figures, *(unknown(n, Unit.SHARE) for n in names), unknown("pay.lacks", Unit.PAY)]
    floor = floor_micro / MICRO
    under = [rate < floor for rate in rates]
    lacks = sum((floor - r) * h for r, h in zip(rates, hours, strict=True) if r < floor)
    by_person = share(sum(under), len(under))
    by_hour = ratio_interval([float(person) for person in under], hours, rng)
    below = [
        estimated(names[0], Unit.SHARE, by_person, PERMILLE, is_simulated=simulated),
        estimated(names[1], Unit.SHARE, by_hour, PERMILLE, is_simulated=simulated),
        _exact("pay.lacks", Unit.PAY, lacks / sum(hours), CENT, simulated=simulated),
    ]
    sides = [int(person) for person in under], [int(not person) for person in under]
    is_small = any(0 < sum(side) < FEWEST for side in sides) and not simulated
    return [*figures, *(suppressed(person) if is_small else person for person in below)]


def _schemes(hands: Sequence[PersonPeriod], schemes: Sequence[str]) -> list[ReleaseFigure]:
    """Return the share of hours under each protection, unless few people lack it."""
    if not hands:
        return [unknown(f"scheme.{name}", Unit.SHARE) for name in schemes]
    simulated, whole = hands[0].is_simulated, sum(person.all_ms for person in hands)
    figures: list[ReleaseFigure] = []
    for name in schemes:
        under = [person.scheme_ms.get(name, 0) for person in hands]
        without = [person.all_ms - ms for person, ms in zip(hands, under, strict=True)]
        figure = _exact(f"scheme.{name}", Unit.SHARE, sum(under) / whole, PERMILLE,
                      simulated=simulated)  # fmt: skip
        sides = (is_few(person, is_simulated=simulated) for person in (under, without))
        figures.append(suppressed(figure) if any(sides) or not _is_shown(hands) else figure)
    return figures


def _load(hands: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Return hours with hard content and hours of breaks; refused breaks are unknown here."""
    refused = unknown("load.breaks_refused", Unit.COUNT)
    if not hands:
        return [unknown("load.exposed", Unit.HOURS), unknown("load.breaks", Unit.HOURS), refused]
    simulated = hands[0].is_simulated
    amounts = {
        "load.exposed": [person.exposed_ms for person in hands],
        "load.breaks": [person.time_ms.get(TimeUse.CARE, 0) for person in hands],
    }
    figures: list[ReleaseFigure] = []
    for name, each in amounts.items():
        figure = _exact(name, Unit.HOURS, sum(each) / HOUR_MS, TENTH, simulated=simulated)
        is_kept = is_few(each, is_simulated=simulated) or not _is_shown(hands)
        figures.append(suppressed(figure) if is_kept else figure)
    return [*figures, refused]


def _population(population: Population | None) -> list[ReleaseFigure]:
    """Return numbers of people as bands, never exactly."""
    names = ("active", "new", "returning", "left")
    if population is None:
        return [unknown(f"population.{name}", Unit.PEOPLE) for name in names]
    counts = (
        population.active,
        population.new,
        population.active - population.new,
        population.left,
    )
    return [_band(f"population.{n}", Unit.PEOPLE, c) for n, c in zip(names, counts, strict=True)]


def _band(name: str, unit: Unit, count: int) -> ReleaseFigure:
    """Return a number as a band: under twenty, or at least a round number."""
    cell = band_of(name, max(1, count))
    return ReleaseFigure(name, unit, cell.state, low=cell.low, high=cell.high)


def _appeals(appeals: Appeals | None) -> list[ReleaseFigure]:
    upheld, days = unknown("appeals.won", Unit.SHARE), unknown("appeals.days", Unit.DAYS)
    if appeals is None:
        return [unknown("appeals.opened", Unit.COUNT), upheld, days]
    opened = _band("appeals.opened", Unit.COUNT, appeals.opened)
    if appeals.people < FEWEST or len(appeals.days) < FEWEST:
        return (
            [opened, suppressed(upheld), suppressed(days)]
            if appeals.opened
            else [opened, upheld, days]
        )
    middle = float(np.median(appeals.days))
    return [
        opened,
        estimated("appeals.won", Unit.SHARE, share(appeals.won, len(appeals.days)), PERMILLE),
        _exact("appeals.days", Unit.DAYS, middle, TENTH, simulated=False),
    ]
