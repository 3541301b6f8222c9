"""Compute the figures outside the table: time, pay, protection, people, load, chain.

The rules are those of ``privacy``: no figure of fewer than twenty people, none that one person
dominates, and no part whose complement is few people. A kind of time of few people is added to the
others. If real people worked, simulated people are left out; if only simulated people worked, every
figure says so, and none counts people. Who decided is computed in ``machine_figures``, hours and
pay by place in ``places_of_work``. Pay and protection here are those of the place of the table,
with its own floor; time, load and population pool all places, and say so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.counts import (
    FEWEST,
    MINUTES,
    IntervalEstimate,
    TimeUse,
    has_interval,
    published_effective,
    ratio_interval,
)
from canut.core.portrait.disclosure.pay_distribution import (
    PayOfPeople,
    pay_distribution,
    share_figure,
)
from canut.core.portrait.intermediaries import ChainOf, chained
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    MethodGrade,
    ReleaseFigure,
    Target,
    Unit,
    suppressed,
    unknown,
)
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.people.learning_figures import Learner, learning_figures
from canut.core.portrait.places_of_work import (
    NOBODY_LEFT_OUT,
    LeftOut,
    PlacedWork,
    PlaceFloor,
    left_out_figures,
    place_figures,
    placed_activities,
)
from canut.core.portrait.privacy import ALL, band_of, is_dominated
from canut.core.portrait.unseen.gestures import ProjectMaterial, gesture_figures

CENT, TENTH, PERMILLE = Decimal("0.01"), Decimal("0.1"), Decimal("0.001")
NARROWING = frozenset({"population.stayed", "population.returned"})
POOLED = Dimensions(ALL_PLACES, frame=CountFrame.STATEMENTS, grade=MethodGrade.B)


class SchemeTime(NamedTuple):
    """Time of one person that a protection can apply to, in milliseconds.

    ``exempt_ms``: the pay is too small for the law to ask for a contribution.
    """

    can_ms: int
    covered_ms: int
    exempt_ms: int = 0


class PersonPeriod(NamedTuple):
    """The work of one person over the period, in every occupation.

    ``time_ms``: by kind of time; ``schemes``: by protection, only what can apply; ``top_up_micro``
    is in ``pay_micro``; ``lessons_passed``: in the period; ``lessons_ever``: up to its end.
    """

    person: int
    pay_micro: int
    time_ms: Mapping[TimeUse, int]
    schemes: Mapping[str, SchemeTime]
    exposed_ms: int = 0
    top_up_micro: int = 0
    is_simulated: bool = False
    lessons_passed: int = 0
    lessons_ever: int = 0

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
    """Numbers of real people who answered; those active stayed, are new or came back.

    Args:
        active: in the quarter.
        new: never before on this instance.
        stayed: also in the quarter before.
        returned: earlier, and not in the quarter before.
        left: in the quarter two before, and in none since: told a quarter late, since until then
            they may come back.
    """

    active: int
    new: int
    stayed: int
    returned: int
    left: int

    def check(self) -> None:
        """Raise if the flows do not close.

        Raises:
            BadInput: who is active is not the sum of who stayed, is new or came back.
        """
        if self.active != self.new + self.stayed + self.returned:
            raise BadInput(
                f"{self.active} people are active; {self.new} new, {self.stayed} stayed and "
                f"{self.returned} returned do not add up to them"
            )


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
        hands: one item per person, with their work in all places.
        home: one item per person, with their work in the place of the table alone.
        tasks: one item per person and occupation, in the place of the table.
        floor_micro: hourly floor of that place; None if unknown, or in another currency.
        schemes: every protection there is in that place, in order.
        population: None if nobody is real.
        appeals: of real people.
        chain: None where no client's price was declared.
        placed: the work of everybody by place, client, currency and status.
        floors: the legal minimum of each place.
        left_out: who is not in the pay of places.
        rates: by currency, what one unit is worth in the release's, and of which days.
        currency: of the release.
        materials: what is declared of the material of the projects that people were paid for.
    """

    hands: Sequence[PersonPeriod]
    home: Sequence[PersonPeriod]
    tasks: Sequence[PaidTask]
    floor_micro: int | None
    schemes: Sequence[str]
    population: Population | None = None
    appeals: Appeals | None = None
    chain: ChainOf | None = None
    placed: Sequence[PlacedWork] = ()
    floors: Mapping[str, PlaceFloor] = field(default_factory=dict[str, PlaceFloor])
    left_out: LeftOut = NOBODY_LEFT_OUT
    rates: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict[str, tuple[Decimal, str]])
    currency: str = "CAD"
    materials: Sequence[ProjectMaterial] = ()


def beside(
    facts: PeriodFacts, cells: Iterable[Cell], rng: np.random.Generator
) -> tuple[ReleaseFigure, ...]:
    """Compute the figures of a period that may be published outside the table.

    Args:
        facts: the inputs of the period.
        cells: cells of the table, from the same people; what they suppress stays suppressed.
        rng: source of random numbers for the bootstrap.
    """
    table = tuple(cells)
    by_cell = {(cell.row, cell.measure): cell for cell in table}
    hands = _whose(facts.hands)
    home = [person for person in _whose(facts.home) if person.is_simulated == _is_show(hands)]
    is_hidden = any(
        (cell := by_cell.get((ALL, measure))) is not None and cell.state is CellState.HIDDEN
        for measure in (CellMeasure.HOURS, CellMeasure.PAY_BY_HOUR)
    )
    at_home = [
        *_pay(facts.tasks, by_cell, rng),
        *_spread(home, facts.floor_micro),
        *_schemes(home, facts.schemes),
    ]
    if is_hidden:
        at_home = [suppressed(figure) if figure.is_known else figure for figure in at_home]
    pooled = [*_times(hands, home), *_load(hands)]
    is_counted = not _is_show(hands) and (bool(hands) or any(facts.left_out))
    figures = [
        *(_at_home(figure) for figure in at_home),
        *(replace(figure, of=POOLED) for figure in pooled),
        *place_figures(facts.placed, table, facts.floors, rng, PLACE),
        *left_out_figures(facts.left_out, facts.rates, facts.currency, is_counted=is_counted),
    ]
    answers = Dimensions(ALL_PLACES, frame=CountFrame.ANSWERS, grade=MethodGrade.B)
    figures += learning_figures(
        [
            Learner(person.person, person.lessons_passed, person.lessons_ever > 0)
            for person in hands
        ],
        placed_activities(facts.placed, PLACE),
        figures,
        is_simulated=_is_show(hands),
    )
    figures += [
        replace(figure, of=answers)
        for figure in (*_population(facts.population), *_appeals(facts.appeals))
    ]
    return (*figures, *gesture_figures(facts.materials, figures), *chained(facts.chain))


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


def _at_home(figure: ReleaseFigure) -> ReleaseFigure:
    of = replace(figure.of, place_of_work=PLACE, frame=CountFrame.STATEMENTS, grade=MethodGrade.B)
    return replace(figure, of=of)


def _is_show(hands: Sequence[PersonPeriod]) -> bool:
    """Return whether only simulated people worked."""
    return bool(hands) and hands[0].is_simulated


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


def _times(hands: Sequence[PersonPeriod], home: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Return the minutes of an hour by kind of time; kinds of few people count as other.

    The table tells of training at ``home``: training elsewhere must not be of few people either.
    """
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
    at_home = {person.person: person.time_ms.get(TimeUse.TRAINING, 0) for person in home}
    elsewhere = [
        person.time_ms.get(TimeUse.TRAINING, 0) - at_home.get(person.person, 0) for person in hands
    ]
    if is_few(elsewhere, is_simulated=simulated):
        folded.add(TimeUse.TRAINING)
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
        if cell is not None and cell.value is not None:
            pair[1] = replace(
                pair[1], state=cell.state, value=cell.value, low=cell.low, high=cell.high
            )
        is_kept = cell is not None and cell.state is CellState.HIDDEN
        unpaid_ms = [task.time_ms - task.paid_ms for task in counted]
        if is_kept or is_few([task.paid_ms for task in counted], is_simulated=simulated):
            pair = [suppressed(task) for task in pair]
        elif is_few(unpaid_ms, is_simulated=simulated):  # the two rates would tell it
            pair[0] = suppressed(pair[0])
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
    estimate = ratio_interval(rates, hours, rng)
    if not has_interval(hours):
        return _exact(name, Unit.PAY, estimate.value, CENT, simulated=simulated)
    return _for_group(estimated(name, Unit.PAY, estimate, is_simulated=simulated), hours)


def _for_group(figure: ReleaseFigure, hours: Sequence[float]) -> ReleaseFigure:
    """Name the group that an interval is for, and how many effective people stand behind it."""
    of = replace(figure.of, target=Target.GROUP, n_effective=published_effective(hours))
    return replace(figure, of=of)


def _spread(hands: Sequence[PersonPeriod], floor_micro: int | None) -> list[ReleaseFigure]:
    """Return quantiles of hourly pay, and what is paid under the floor."""
    return pay_distribution(
        PayOfPeople(
            tuple(person.pay_micro for person in hands),
            tuple(person.all_ms for person in hands),
            tuple(person.top_up_micro for person in hands),
            is_simulated=bool(hands) and hands[0].is_simulated,
        ),
        floor_micro,
    )


def _schemes(hands: Sequence[PersonPeriod], schemes: Sequence[str]) -> list[ReleaseFigure]:
    """Return each protection's share of the hours it can apply to, and of those it exempts.

    A protection that can apply to no hour here is unknown; where few people lack one, or few are
    exempt, neither is told.
    """
    figures: list[ReleaseFigure] = []
    for name in schemes:
        names = (f"scheme.{name}", f"scheme.{name}.exempt")
        times = [person.schemes[name] for person in hands if name in person.schemes]
        whole = sum(time.can_ms for time in times)
        if not whole:
            figures += [unknown(each, Unit.SHARE) for each in names]
            continue
        simulated = hands[0].is_simulated
        parts = (
            [time.covered_ms for time in times],
            [time.exempt_ms for time in times],
            [time.can_ms - time.covered_ms - time.exempt_ms for time in times],
        )
        sides = (*parts, [time.can_ms for time in times])
        is_kept = any(is_few(side, is_simulated=simulated) for side in sides)
        for each, part in zip(names, parts[:2], strict=True):
            figure = _exact(each, Unit.SHARE, sum(part) / whole, PERMILLE, simulated=simulated)
            figures.append(suppressed(figure) if is_kept else figure)
    return figures


def _load(hands: Sequence[PersonPeriod]) -> list[ReleaseFigure]:
    """Return hours with hard content and hours of breaks; refused breaks are unknown here."""
    refused = unknown("load.breaks_refused", Unit.COUNT)
    if not hands:
        return [unknown("load.exposed", Unit.HOURS), unknown("load.breaks", Unit.HOURS), refused]
    simulated = hands[0].is_simulated
    amounts = {
        "load.exposed": [person.exposed_ms for person in hands],
        "load.breaks": [person.time_ms.get(TimeUse.BREAKS, 0) for person in hands],
    }
    figures: list[ReleaseFigure] = []
    for name, each in amounts.items():
        figure = _exact(name, Unit.HOURS, sum(each) / HOUR_MS, TENTH, simulated=simulated)
        is_kept = is_few(each, is_simulated=simulated) or not _is_shown(hands)
        figures.append(suppressed(figure) if is_kept else figure)
    return [*figures, refused]


def _population(population: Population | None) -> list[ReleaseFigure]:
    """Return numbers of people as bands, never exactly.

    Those active are the new ones, those who stayed and those who returned: bands of all parts
    would narrow the band of the whole, so two of them are suppressed.
    """
    if population is None:
        return [unknown(f"population.{name}", Unit.PEOPLE) for name in Population._fields]
    population.check()
    counts = population._asdict()
    bands = [_band(f"population.{name}", Unit.PEOPLE, count) for name, count in counts.items()]
    return [suppressed(band) if band.name in NARROWING else band for band in bands]


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
        share_figure("appeals.won", appeals.won, len(appeals.days)),
        _exact("appeals.days", Unit.DAYS, middle, TENTH, simulated=False),
    ]
