"""What a release tells beside the table: time, pay, protection, numbers of people, load, the chain.

The rules are those of ``privacy``: nothing of fewer than twenty people, nothing that one of them
has most of, and no part whose other side is few people. A kind of time of few people stands with
the others. Where real people worked, simulated hands count for nothing; where there are only those,
every figure says so, and none counts people. Who decided what is told in ``machines``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, Measure, State
from canut.core.portrait.counts import (
    FEWEST,
    MINUTES,
    TOGETHER,
    IntervalEstimate,
    Time,
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
    """What one person did over the period, in every occupation.

    ``time_ms``: by what it went to; ``scheme_ms``: by the protection it is under; ``top_up_micro``
    is in ``pay_micro``.
    """

    person: int
    pay_micro: int
    time_ms: Mapping[Time, int]
    scheme_ms: Mapping[str, int]
    exposed_ms: int = 0
    top_up_micro: int = 0
    is_simulated: bool = False

    @property
    def all_ms(self) -> int:
        """All the time of the work, paid tasks or not."""
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
    """How many real people answered: in the period, never before it, and only in the one before."""

    active: int
    new: int
    left: int


class Appeals(NamedTuple):
    """Appeals of real people: by how many, how many, and of those answered, won, and the days."""

    people: int
    opened: int
    won: int
    days: Sequence[int]


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What was gathered of a period.

    Args:
        hands: one a person.
        tasks: one a person and occupation.
        floor_micro: of the place, by hour; None where nobody knows it.
        schemes: every protection there is, in order.
        population: None where nobody is real.
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
    given: PeriodFacts, cells: Iterable[Cell], rng: np.random.Generator
) -> tuple[ReleaseFigure, ...]:
    """Work out what may be told beside the table.

    Args:
        given: what was gathered.
        cells: the table's, worked out from the same hands; what they keep back stays so.
        rng: to draw people anew for intervals.
    """
    by_cell = {(cell.row, cell.measure): cell for cell in cells}
    hands = _whose(given.hands)
    is_hidden = any(
        (cell := by_cell.get((ALL, measure))) is not None and cell.state is State.HIDDEN
        for measure in (Measure.HOURS, Measure.PAY_BY_HOUR)
    )
    found = [
        *_times(hands),
        *_pay(given.tasks, by_cell, rng),
        *_spread(hands, given.floor_micro, rng),
        *_schemes(hands, given.schemes),
        *_load(hands),
    ]
    if is_hidden:
        found = [suppressed(one) if one.is_known else one for one in found]
    found += [*_population(given.population), *_appeals(given.appeals), *chained(given.chain)]
    return tuple(found)


def is_few(amounts: Sequence[int], *, is_simulated: bool) -> bool:
    """Say whether an amount would tell of few people, or of one; of simulated hands none does."""
    some = [one for one in amounts if one]
    return not is_simulated and (0 < len(some) < FEWEST or is_dominated(some))


def estimated(
    name: str,
    unit: Unit,
    found: IntervalEstimate,
    step: Decimal = CENT,
    *,
    is_simulated: bool = False,
) -> ReleaseFigure:
    """Write an estimate; its interval holds what it held."""
    value, low, high = (Decimal(one).quantize(step) for one in found)
    ends = value, min(low, value), max(high, value)
    return ReleaseFigure(name, unit, State.ESTIMATED, *ends, is_simulated=is_simulated)


def _whose(hands: Iterable[PersonPeriod]) -> list[PersonPeriod]:
    """Leave simulated hands out where anybody is real."""
    worked = [one for one in hands if one.all_ms > 0]
    real = [one for one in worked if not one.is_simulated]
    return real or worked


def _exact(name: str, unit: Unit, value: float, step: Decimal, *, simulated: bool) -> ReleaseFigure:
    told = Decimal(value).quantize(step)
    return ReleaseFigure(name, unit, State.EXACT, told, is_simulated=simulated)


def _is_shown(hands: Sequence[PersonPeriod]) -> bool:
    """Say whether there are people enough, or only simulated hands."""
    return bool(hands) and (hands[0].is_simulated or len(hands) >= FEWEST)


def _times(hands: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Return the minutes of an hour by what they went to; kinds of few people count as other."""
    names = {kind: f"time.{kind}" for kind in Time}
    if not hands:
        return [unknown(names[kind], Unit.MINUTES) for kind in Time]
    simulated = hands[0].is_simulated
    amounts = {kind: [person.time_ms.get(kind, 0) for person in hands] for kind in Time}
    folded = {
        kind
        for kind in Time
        if kind is not Time.OTHER and is_few(amounts[kind], is_simulated=simulated)
    }
    other_kinds = (*folded, Time.OTHER)
    other = [sum(person.time_ms.get(kind, 0) for kind in other_kinds) for person in hands]
    hidden = folded
    if not _is_shown(hands) or is_few(other, is_simulated=simulated):
        hidden = set(Time)
    total_ms = sum(person.all_ms for person in hands)
    sums = {kind: sum(amounts[kind]) for kind in Time} | {Time.OTHER: sum(other)}
    exact_figures = {
        kind: _exact(
            names[kind], Unit.MINUTES, MINUTES * sums[kind] / total_ms, CENT, simulated=simulated
        )
        for kind in Time
    }
    if not sums[Time.WAITING]:  # it was counted as searching
        exact_figures[Time.WAITING] = unknown(names[Time.WAITING], Unit.MINUTES)
        hidden = hidden - {Time.WAITING}
    return [
        suppressed(figure) if kind in hidden else figure for kind, figure in exact_figures.items()
    ]


def _pay(
    tasks: Iterable[PaidTask],
    by_cell: Mapping[tuple[str, Measure], Cell],
    rng: np.random.Generator,
) -> list[ReleaseFigure]:
    """Tell the pay of an hour of paid tasks beside that of all the time, by occupation."""
    by_row: dict[str, list[PaidTask]] = {}
    for one in tasks:
        if one.time_ms > 0:
            by_row.setdefault(one.row, []).append(one)
    found: list[ReleaseFigure] = []
    for row, each in by_row.items():
        real = [one for one in each if not one.is_simulated]
        mine, simulated = real or each, not real
        on_tasks = [one for one in mine if one.paid_ms > 0]
        names = (f"pay.nominal.{row}", f"pay.effective.{row}")
        pair = [
            _rate(names[0], on_tasks, lambda one: one.paid_ms, rng, simulated=simulated)
            if on_tasks
            else unknown(names[0], Unit.PAY),
            _rate(names[1], mine, lambda one: one.time_ms, rng, simulated=simulated),
        ]
        cell = by_cell.get((row, Measure.PAY_BY_HOUR))
        if cell is not None and cell.state is State.ESTIMATED:
            ends = cell.value, cell.low, cell.high
            pair[1] = ReleaseFigure(
                pair[1].name, Unit.PAY, State.ESTIMATED, *ends, is_simulated=simulated
            )
        is_kept = cell is not None and cell.state is State.HIDDEN
        if is_kept or is_few([one.paid_ms for one in mine], is_simulated=simulated):
            pair = [suppressed(one) for one in pair]
        found += pair
    return found


def _rate(
    name: str,
    tasks: Sequence[PaidTask],
    time_of: Callable[[PaidTask], int],
    rng: np.random.Generator,
    *,
    simulated: bool,
) -> ReleaseFigure:
    hours = [time_of(one) / HOUR_MS for one in tasks]
    rates = [one.pay_micro / MICRO / hour for one, hour in zip(tasks, hours, strict=True)]
    return estimated(name, Unit.PAY, ratio_interval(rates, hours, rng), is_simulated=simulated)


def _spread(
    hands: Sequence[PersonPeriod], floor_micro: int | None, rng: np.random.Generator
) -> list[ReleaseFigure]:
    """Tell how pay an hour is spread, some people at a time, and how much of it is under a floor.

    ``pay.lacks`` is what an hour lacks to the floor on average; ``pay.topped_up`` what top-ups add.
    """
    names = ("pay.under.person", "pay.under.hour")
    if not _is_shown(hands) or len(hands) < FEWEST:
        made = [unknown(name, Unit.SHARE) for name in names]
        made += [unknown(name, Unit.PAY) for name in ("pay.lacks", "pay.topped_up")]
        return [suppressed(one) for one in made] if hands and not hands[0].is_simulated else made
    simulated = hands[0].is_simulated
    hours = [one.all_ms / HOUR_MS for one in hands]
    rates = [one.pay_micro / MICRO / hour for one, hour in zip(hands, hours, strict=True)]
    together = max(TOGETHER, -(-len(hands) // MOST_STEPS))
    found: list[ReleaseFigure] = []
    for place, step in enumerate(zip(*steps(rates, hours, together), strict=True), 1):
        pay, people, worked = step
        stem = f"spread.{place:02}"
        found += [
            _exact(f"{stem}.pay", Unit.PAY, pay, CENT, simulated=simulated),
            _exact(f"{stem}.people", Unit.SHARE, people, PERMILLE, simulated=simulated),
            _exact(f"{stem}.hours", Unit.SHARE, worked, PERMILLE, simulated=simulated),
        ]
    top_ups = [one.top_up_micro for one in hands]
    topped = sum(top_ups) / MICRO / sum(hours)
    told = _exact("pay.topped_up", Unit.PAY, topped, CENT, simulated=simulated)
    found.append(suppressed(told) if is_few(top_ups, is_simulated=simulated) else told)
    if floor_micro is None:
        return [*found, *(unknown(n, Unit.SHARE) for n in names), unknown("pay.lacks", Unit.PAY)]
    floor = floor_micro / MICRO
    under = [rate < floor for rate in rates]
    lacks = sum((floor - r) * h for r, h in zip(rates, hours, strict=True) if r < floor)
    by_person = share(sum(under), len(under))
    by_hour = ratio_interval([float(one) for one in under], hours, rng)
    below = [
        estimated(names[0], Unit.SHARE, by_person, PERMILLE, is_simulated=simulated),
        estimated(names[1], Unit.SHARE, by_hour, PERMILLE, is_simulated=simulated),
        _exact("pay.lacks", Unit.PAY, lacks / sum(hours), CENT, simulated=simulated),
    ]
    sides = [int(one) for one in under], [int(not one) for one in under]
    is_small = any(0 < sum(side) < FEWEST for side in sides) and not simulated
    return [*found, *(suppressed(one) if is_small else one for one in below)]


def _schemes(hands: Sequence[PersonPeriod], schemes: Sequence[str]) -> list[ReleaseFigure]:
    """Tell the share of hours under each protection; never where those without are few."""
    if not hands:
        return [unknown(f"scheme.{name}", Unit.SHARE) for name in schemes]
    simulated, whole = hands[0].is_simulated, sum(one.all_ms for one in hands)
    found: list[ReleaseFigure] = []
    for name in schemes:
        under = [one.scheme_ms.get(name, 0) for one in hands]
        without = [one.all_ms - ms for one, ms in zip(hands, under, strict=True)]
        told = _exact(f"scheme.{name}", Unit.SHARE, sum(under) / whole, PERMILLE,
                      simulated=simulated)  # fmt: skip
        sides = (is_few(one, is_simulated=simulated) for one in (under, without))
        found.append(suppressed(told) if any(sides) or not _is_shown(hands) else told)
    return found


def _load(hands: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Tell hours beside hard material and hours of breaks; refused breaks are not counted here."""
    refused = unknown("load.breaks_refused", Unit.COUNT)
    if not hands:
        return [unknown("load.exposed", Unit.HOURS), unknown("load.breaks", Unit.HOURS), refused]
    simulated = hands[0].is_simulated
    amounts = {
        "load.exposed": [one.exposed_ms for one in hands],
        "load.breaks": [one.time_ms.get(Time.CARE, 0) for one in hands],
    }
    found: list[ReleaseFigure] = []
    for name, each in amounts.items():
        told = _exact(name, Unit.HOURS, sum(each) / HOUR_MS, TENTH, simulated=simulated)
        is_kept = is_few(each, is_simulated=simulated) or not _is_shown(hands)
        found.append(suppressed(told) if is_kept else told)
    return [*found, refused]


def _population(found: Population | None) -> list[ReleaseFigure]:
    """Tell numbers of people as bands, and never to the unit."""
    names = ("active", "new", "returning", "left")
    if found is None:
        return [unknown(f"population.{name}", Unit.PEOPLE) for name in names]
    counts = (found.active, found.new, found.active - found.new, found.left)
    return [_band(f"population.{n}", Unit.PEOPLE, c) for n, c in zip(names, counts, strict=True)]


def _band(name: str, unit: Unit, count: int) -> ReleaseFigure:
    """Tell a number as under twenty, or as at least so many."""
    cell = band_of(name, max(1, count))
    return ReleaseFigure(name, unit, cell.state, low=cell.low, high=cell.high)


def _appeals(found: Appeals | None) -> list[ReleaseFigure]:
    upheld, days = unknown("appeals.won", Unit.SHARE), unknown("appeals.days", Unit.DAYS)
    if found is None:
        return [unknown("appeals.opened", Unit.COUNT), upheld, days]
    opened = _band("appeals.opened", Unit.COUNT, found.opened)
    if found.people < FEWEST or len(found.days) < FEWEST:
        return (
            [opened, suppressed(upheld), suppressed(days)]
            if found.opened
            else [opened, upheld, days]
        )
    middle = float(np.median(found.days))
    return [
        opened,
        estimated("appeals.won", Unit.SHARE, share(found.won, len(found.days)), PERMILLE),
        _exact("appeals.days", Unit.DAYS, middle, TENTH, simulated=False),
    ]
