"""Compute hours and pay by place of work, beside the floor of each place.

A figure belongs to the place where the work was done and to one currency; ``ALL`` pools every place
and says so. A place of fewer than twenty people is counted with the other places, and with it as
many more as it takes for those to be twenty. Money is converted at the dated rate that each
statement stores; people without such a rate are left out of pay and counted. Which cells may be
published is decided in ``privacy``; nothing here can tell what the table of Québec suppresses.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.money import MICRO
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.counts import (
    FEWEST,
    TOGETHER,
    has_interval,
    published_effective,
)
from canut.core.portrait.measured import (
    ALL_PLACES,
    NO_PLACE,
    OTHER_PLACES,
    CountFrame,
    Dimensions,
    MethodGrade,
    ReleaseFigure,
    Target,
    Unit,
    suppressed,
)
from canut.core.portrait.people.learning_figures import PlacedActivity, protected_activities
from canut.core.portrait.place_splits import SPLIT_OF_ACTIVITY, SPLITS, Activity, split_figures
from canut.core.portrait.privacy import (
    ALL,
    PersonWork,
    band_of,
    cells_here,
    is_dominated,
)

CENT, TENTH = Decimal("0.01"), Decimal("0.1")
UNITS = {
    CellMeasure.PEOPLE: Unit.PEOPLE,
    CellMeasure.HOURS: Unit.HOURS,
    CellMeasure.PAY_BY_PERSON: Unit.PAY,
    CellMeasure.PAY_BY_HOUR: Unit.PAY,
}
PAYS = frozenset({CellMeasure.PAY_BY_PERSON, CellMeasure.PAY_BY_HOUR})
STATEMENTS = Dimensions(frame=CountFrame.STATEMENTS, grade=MethodGrade.B)


class PlacedWork(NamedTuple):
    """One person's measured work in one place, for one country's clients, status and currency.

    Args:
        person: whose.
        place: where the work was done; ``UNKNOWN`` if nobody recorded it.
        client: the country of the client; ``UNKNOWN`` if it is not declared.
        currency: in which it was paid.
        status: towards the payer.
        time_ms: all its time, paid or not.
        pay_micro: in the currency of the release; None without a stored rate.
        has_scheme: whether any protection is known that can apply to it.
        is_simulated: whether nobody did it.
        activity: what the time was spent on.
    """

    person: int
    place: str
    client: str
    currency: str
    status: str
    time_ms: int
    pay_micro: int | None
    has_scheme: bool = False
    is_simulated: bool = False
    activity: str = Activity.WORK

    def part_of(self, split: str) -> str:
        """Return the part of a split, such as ``status``, that it belongs to."""
        parts = {
            "status": self.status,
            "currency": self.currency,
            "client": self.client,
            "protection": "some" if self.has_scheme else "none",
            SPLIT_OF_ACTIVITY: self.activity,
        }
        return parts[split]


class PlaceFloor(NamedTuple):
    """The legal minimum of an hour in a place, in its own money and in the release's."""

    currency: str
    micro: int
    converted_micro: int | None


class LeftOut(NamedTuple):
    """Who is not in the pay of places: without a rate, and with time that nobody measured."""

    without_rate: int = 0
    not_measured: int = 0


NOBODY_LEFT_OUT = LeftOut()
NOT_MEASURED = "left_out.not_measured"
"""Who was paid for work whose time nobody measured: their hours are no 0."""


def folded(
    amounts: Mapping[str, Mapping[int, int]], home: str = "", *, is_simulated: bool = False
) -> dict[str, str]:
    """Return under which name each place is published: its own, or with the other places.

    Args:
        amounts: by place, the amount of each person.
        home: a place that has a table of its own; it fills the other places up for nobody.
        is_simulated: nobody is real; every place keeps its name.

    Example:
        >>> many, few = dict.fromkeys(range(30), 1), dict.fromkeys(range(30, 34), 1)
        >>> folded({"FR": many, "KE": few})
        {'FR': 'OTHER', 'KE': 'OTHER'}
    """
    if is_simulated:
        return {place: place for place in amounts}
    by_size = sorted(amounts, key=lambda place: (len(amounts[place]), place))
    small = {place for place in by_size if is_small(amounts[place])}
    others: dict[int, int] = defaultdict(int)
    for place in small:
        _add(others, amounts[place])
    for place in by_size:
        if not small or not is_small(others):
            break
        if place not in small and place != home:
            small.add(place)
            _add(others, amounts[place])
    return {place: OTHER_PLACES if place in small else place for place in amounts}


def place_figures(
    work: Iterable[PlacedWork],
    table: Iterable[Cell],
    floors: Mapping[str, PlaceFloor],
    rng: np.random.Generator,
    home: str,
) -> list[ReleaseFigure]:
    """Compute hours, pay, protection, status and clients by place of work.

    Args:
        work: measured work; one person may have several items.
        table: the cells of the table of occupations, whose rows are of ``home`` alone.
        floors: the legal minimum by place.
        rng: source of random numbers for the bootstrap.
        home: the place of the table.
    """
    counted = _with_published_places(work, home)
    if not counted:
        return []
    simulated = counted[0].is_simulated
    cells = list(table)
    rows = {cell.row for cell in cells}
    whole = ALL if ALL in rows or len(rows) != 1 else next(iter(rows))
    of_home = {cell.measure: cell for cell in cells if cell.row == whole}
    figures = _cells(counted, of_home, rng, home)
    hidden_hours = {
        figure.of.place_of_work
        for figure in figures
        if figure.name.endswith(f".{CellMeasure.HOURS}") and not figure.is_known
    }
    figures += _floors({item.place for item in counted}, floors)
    parts = {name: _parts_of(counted, name) for name in SPLITS}
    splits = split_figures(parts, hidden_hours, is_simulated=simulated)
    if not simulated:
        training = of_home.get(CellMeasure.TRAINING)
        is_told = training is not None and training.is_known
        splits = protected_activities(splits, parts[SPLIT_OF_ACTIVITY], home, is_told=is_told)
    return figures + splits


def placed_activities(work: Iterable[PlacedWork], home: str) -> list[PlacedActivity]:
    """Return the time of real people, or of simulated ones alone, by place and activity.

    Args:
        work: measured work.
        home: the place of the table.
    """
    return [
        PlacedActivity(item.person, item.place, item.activity, item.time_ms)
        for item in _with_published_places(work, home)
    ]


def firm(cells: Iterable[Cell], work: Iterable[PersonWork]) -> tuple[Cell, ...]:
    """Take off the intervals behind which stand too few effective people; the figures stay."""
    hours: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for item in work:
        for row in (item.row, ALL):
            hours[row][item.person] += item.time_ms / HOUR_MS
    return tuple(
        Cell(
            cell.row,
            cell.measure,
            cell.where,
            CellState.EXACT,
            cell.value,
            is_simulated=cell.is_simulated,
        )
        if cell.state is CellState.ESTIMATED and not has_interval([*hours[cell.row].values()])
        else cell
        for cell in cells
    )


def left_out_figures(
    left_out: LeftOut,
    rates: Mapping[str, tuple[Decimal, str]],
    currency: str,
    *,
    is_counted: bool,
) -> list[ReleaseFigure]:
    """Tell who is left out of pay, as bands, and the rates that pay was converted at.

    Args:
        left_out: numbers of people.
        rates: by currency, what one unit is worth in ``currency``, and of which days.
        currency: of the release.
        is_counted: whether anybody real was paid: nobody else is counted as people.
    """
    figures: list[ReleaseFigure] = []
    for name, count in (
        ("left_out.without_rate", left_out.without_rate),
        (NOT_MEASURED, left_out.not_measured),
    ):
        of = Dimensions(ALL_PLACES, frame=CountFrame.STATEMENTS, grade=MethodGrade.B)
        if not is_counted:
            is_time = count and name == NOT_MEASURED
            state = CellState.NOT_MEASURED if is_time else CellState.UNKNOWN
            figures.append(ReleaseFigure(name, Unit.PEOPLE, state, of=of))
            continue
        band = band_of(name, max(1, count))
        figures.append(
            ReleaseFigure(name, Unit.PEOPLE, band.state, low=band.low, high=band.high, of=of)
        )
    for code, (rate, on) in sorted(rates.items()):
        figures.append(
            ReleaseFigure(
                f"rate.{code}",
                Unit.COUNT,
                CellState.REPORTED,
                rate,
                label=f"{code} {on}",
                of=Dimensions(currency=currency, frame=CountFrame.RATES),
            )
        )
    return figures


def is_small(amounts: Mapping[int, int]) -> bool:
    """Return whether an amount would disclose few people, or one; by person."""
    return len(amounts) < FEWEST or is_dominated([*amounts.values()])


def _with_published_places(work: Iterable[PlacedWork], home: str) -> list[PlacedWork]:
    """Leave simulated people out if anybody is real, and name places as they are published."""
    everything = list(work)
    counted = [item for item in everything if not item.is_simulated] or everything
    if not counted:
        return []
    names = folded(
        _times(counted, lambda item: item.place), home, is_simulated=counted[0].is_simulated
    )
    return [item._replace(place=names[item.place]) for item in counted]


def _add(sums: dict[int, int], amounts: Mapping[int, int]) -> None:
    for person, amount in amounts.items():
        sums[person] = sums.get(person, 0) + amount


def _times(
    work: Iterable[PlacedWork], of: Callable[[PlacedWork], str]
) -> dict[str, dict[int, int]]:
    """Add up the time of each person by a dimension."""
    times: dict[str, dict[int, int]] = {}
    for item in work:
        _add(times.setdefault(of(item), {}), {item.person: item.time_ms})
    return times


def _parts_of(work: Iterable[PlacedWork], name: str) -> dict[tuple[str, str], dict[int, int]]:
    """Add up the time of each person by place and part of a split."""
    parts: dict[tuple[str, str], dict[int, int]] = {}
    for item in work:
        cell = item.place, item.part_of(name)
        _add(parts.setdefault(cell, {}), {item.person: item.time_ms})
    return dict(sorted(parts.items()))


def _people(work: Iterable[PlacedWork], place: str = "") -> list[PersonWork]:
    """Add up the work of each person by place, or in ``place`` whatever theirs is."""
    rows: dict[tuple[int, str], PersonWork] = {}
    for item in work:
        row = place or item.place
        before = rows.get((item.person, row), PersonWork(item.person, row, 0, 0))
        rows[item.person, row] = before._replace(
            pay_micro=before.pay_micro + max(0, item.pay_micro or 0),
            time_ms=before.time_ms + item.time_ms,
            is_simulated=item.is_simulated,
        )
    return list(rows.values())


def _cells(
    work: Sequence[PlacedWork],
    of_home: Mapping[CellMeasure, Cell],
    rng: np.random.Generator,
    home: str,
) -> list[ReleaseFigure]:
    """Return the cells of each place and of all, after disclosure control.

    ``of_home`` are the totals of the table of ``home``: where the table tells one and the places do
    not, or the other way round, one would tell what the other suppresses. A figure that is told
    twice has one interval.
    """
    whole = _published(work, rng)
    priced = [item for item in work if item.pay_micro is not None]
    pays = whole if len(priced) == len(work) else _published(priced, rng) if priced else {}
    hidden: set[CellMeasure] = set()
    for measure in () if work[0].is_simulated else UNITS:
        own = (pays if measure in PAYS else whole).get((home, measure))
        if own is not None and own.is_known != of_home.get(measure, own).is_known:
            hidden.add(measure)
    is_one_place = len({item.place for item in work}) == 1
    figures: list[ReleaseFigure] = []
    for (place, measure), cell in sorted(whole.items(), key=lambda entry: entry[0][0] != home):
        published = pays.get((place, measure)) if measure in PAYS else cell
        if measure not in UNITS or published is None or _is_of_few(published, work):
            continue
        same = of_home.get(measure)
        is_same = place == home or (place == ALL and is_one_place and work[0].place == home)
        if is_same and same is not None and same.value == published.value:
            published = replace(published, state=same.state, low=same.low, high=same.high)
        figure = _figure(place, published, priced if measure in PAYS else work)
        is_hidden = cell.state is CellState.HIDDEN or measure in hidden
        figures.append(suppressed(figure) if is_hidden and figure.is_known else figure)
    return figures


def _is_of_few(cell: Cell, work: Sequence[PlacedWork]) -> bool:
    """Return whether a median would be that of fewer people than its middle takes."""
    if cell.measure is not CellMeasure.PAY_BY_PERSON:
        return False
    return len({item.person for item in work if cell.row in {ALL, item.place}}) < TOGETHER


def _published(
    work: Sequence[PlacedWork], rng: np.random.Generator
) -> dict[tuple[str, CellMeasure], Cell]:
    rows = _people(work)
    cells = [*firm(cells_here(rows, rng), rows)]
    if work[0].is_simulated:
        together = _people(work, ALL_PLACES.lower())
        cells += [
            Cell(
                ALL, cell.measure, cell.where, cell.state, cell.value, cell.low, cell.high,
                is_simulated=True,
            )
            for cell in firm(cells_here(together, rng), together)
        ]  # fmt: skip
    return {(cell.row, cell.measure): cell for cell in cells}


def _figure(place: str, cell: Cell, work: Sequence[PlacedWork]) -> ReleaseFigure:
    has_ends = cell.state is CellState.ESTIMATED
    weights: list[float] = []
    if has_ends:
        times = _times(work, lambda item: item.place)
        all_times = _times(work, lambda _item: ALL)
        weights = [ms / HOUR_MS for ms in {**times, **all_times}[place].values()]
    return ReleaseFigure(
        f"place.{place}.{cell.measure}",
        UNITS[cell.measure],
        cell.state,
        cell.value,
        cell.low,
        cell.high,
        is_simulated=cell.is_simulated,
        of=Dimensions(
            place_of_work=place,
            frame=CountFrame.STATEMENTS,
            grade=MethodGrade.B,
            target=Target.GROUP if has_ends else Target.NONE,
            n_effective=published_effective(weights),
        ),
    )


def _floors(places: Iterable[str], floors: Mapping[str, PlaceFloor]) -> list[ReleaseFigure]:
    """Return the legal minimum of each published place, in its money and in the release's."""
    figures: list[ReleaseFigure] = []
    for place in sorted(set(places) - {OTHER_PLACES, NO_PLACE}):
        floor = floors.get(place)
        law = Dimensions(place, frame=CountFrame.LAW, currency=floor.currency if floor else "")
        name = f"place.{place}.floor"
        if floor is None:
            figures.append(ReleaseFigure(name, Unit.PAY, CellState.UNKNOWN, of=law))
            continue
        own = (Decimal(floor.micro) / MICRO).quantize(CENT)
        figures.append(
            ReleaseFigure(name, Unit.PAY, CellState.EXACT, own, label=floor.currency, of=law)
        )
        if floor.converted_micro is None:
            state, value = CellState.UNKNOWN, None
        else:
            state, value = (
                CellState.DERIVED,
                (Decimal(floor.converted_micro) / MICRO).quantize(CENT),
            )
        figures.append(
            ReleaseFigure(
                f"place.{place}.floor_converted",
                Unit.PAY,
                state,
                value,
                of=Dimensions(place, frame=CountFrame.LAW),
            )
        )
    return figures
