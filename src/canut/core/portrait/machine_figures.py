"""Compute figures of people and machines: who decided, hours created and displaced.

Hours created and hours displaced are separate figures; no figure is their difference. What was
counted has no interval; the hours displaced, which nobody worked, have one. Hours of labelling that
no model learnt from are not called created: their use is not known. What was not measured is
unknown; hours and decisions of few real people are suppressed, as the table suppresses their hours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.charts.decisions import Period, Version
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.decision_shares import Hours, shares_of
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.extra_figures import estimated
from canut.core.portrait.measured import (
    ALL_PLACES,
    CountFrame,
    Dimensions,
    Figures,
    MethodGrade,
    ReleaseFigure,
    Target,
    Unit,
    suppressed,
    unknown,
)
from canut.core.portrait.places_of_work import folded, is_small
from canut.core.portrait.privacy import ALL, CUMULATIVE, is_of

TENTH, PERMILLE, THOUSANDTH = Decimal("0.1"), Decimal("0.001"), Decimal("0.000001")
LABEL = "label"
KINDS = ("verify", "train", "maintain")
CREATED, DISPLACED, MODEL, INSIDE = "created", "displaced", "model", "inside"
DECIDED = "decided"
USE_UNKNOWN = "use_unknown"
"""Hours of labelling that no model learnt from, as far as is known."""
EVERYTHING = frozenset({LABEL, *KINDS, DISPLACED, MODEL, INSIDE})
REVIEWING = "CAN-ADJUD"


class DecidedIn(NamedTuple):
    """Final decisions of one part of the period, by who decided.

    ``version`` names a model that began with it; empty where none did.
    """

    name: str
    counts: Mapping[DecisionOutcome, int]
    version: str = ""
    is_simulated: bool = False


class ModelWork(NamedTuple):
    """A model: its decisions, the seconds of people in each, and what upkeep adds.

    ``embodied`` is None for a foreign base, whose labour is unknown.
    """

    name: str
    decisions: int
    embodied: float | None
    upkeep: float | None
    is_simulated: bool = False


class InAll(NamedTuple):
    """All of people's time that models were trained on; each answer counts once.

    ``has_foreign``: some model is built on a foreign one, whose labour is unknown.
    """

    ms: int
    has_foreign: bool = False


class Machines(NamedTuple):
    """The inputs on people and machines; empty and None if not measured.

    ``places``: time of the hours created, by kind of work, place of work and person;
    ``inside_people``: the time of each person inside all models.
    """

    decided: Sequence[DecidedIn] = ()
    models: Sequence[ModelWork] = ()
    hours: Hours | None = None
    repaired: int | None = None
    is_simulated: bool = False
    inside: InAll | None = None
    places: Mapping[str, Mapping[str, Mapping[int, int]]] = MappingProxyType({})
    inside_people: Mapping[int, int] = MappingProxyType({})


NO_MACHINES = Machines()


def machine_figures(
    machines: Machines, tellable: Collection[str] = EVERYTHING, as_of: str = ""
) -> list[ReleaseFigure]:
    """Compute who decided, seconds in decisions, hours created and displaced, repairs.

    Args:
        machines: the inputs on people and machines.
        tellable: whose hours may be published: kinds of work, ``displaced``, and ``model`` for
            the seconds inside decisions; others are suppressed. ``label`` allows who decided.
        as_of: the day until which figures of all time are added up, such as ``2026-10-05``.
    """
    figures: list[ReleaseFigure] = []
    for period in machines.decided:
        if not sum(period.counts.values()):
            continue
        figures += [
            ReleaseFigure(
                f"decided.{period.name}.{outcome}",
                Unit.COUNT,
                CellState.EXACT,
                Decimal(period.counts.get(outcome, 0)),
                is_simulated=period.is_simulated,
                label=period.version,
            )
            for outcome in DecisionOutcome
        ]
    figures += _shares(machines)
    for index, model in enumerate(machines.models, 1):
        figures += _model(index, model)
    figures += [*_hours(machines), *_hours_by_place(machines), _inside(machines)]
    of_few = _of_few(machines)
    allowed = [
        *(
            figure
            if _may(figure, tellable) and not _is_part_of(figure, of_few)
            else suppressed(figure)
            for figure in figures
        ),
        _repaired(machines),
    ]
    return [replace(figure, of=_dimensions(figure, as_of)) for figure in allowed]


def teaching_sums(machines: Machines) -> dict[str, dict[int, int]]:
    """Return the time of each person behind the hours created and those inside models, by figure.

    Source of the hours inside models is everything that models learnt from, over all time.
    """
    sums = {
        _hours_name(kind): summed(by_place.values()) for kind, by_place in machines.places.items()
    }
    if machines.inside is not None:
        sums[INSIDE] = dict(machines.inside_people)
    return sums


def _of_few(machines: Machines) -> set[str]:
    """Return the figures of hours that few real people worked, or one mostly did."""
    if machines.is_simulated:
        return set()
    hidden = {name for name, times in teaching_sums(machines).items() if not _is_safe(times)}
    return hidden | ({MODEL} if INSIDE in hidden else set())


def _is_safe(times: Mapping[int, int]) -> bool:
    """Return whether hours may be told, by person; hours of nobody known may not."""
    return bool(times) and is_safe_sum(times.values())


def _is_part_of(figure: ReleaseFigure, names: Collection[str]) -> bool:
    """Return whether a known figure is one of these, or a part of one."""
    parts = figure.name.split(".")
    is_hours = figure.unit in {Unit.HOURS, Unit.SECONDS}
    stems = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return figure.is_known and is_hours and not stems.isdisjoint(names)


def _dimensions(figure: ReleaseFigure, as_of: str) -> Dimensions:
    """Return what a figure of machines belongs to: it pools all places of work."""
    stem, *parts = figure.name.split(".")
    has_place = len(parts) == len(("kind", "place")) and stem == CREATED
    is_of_place = has_place or (stem == USE_UNKNOWN and bool(parts))
    frame = CountFrame.ANSWERS if stem in {CREATED, USE_UNKNOWN, INSIDE} else CountFrame.DECISIONS
    is_model = stem == DISPLACED
    has_ends = figure.state is CellState.ESTIMATED
    return Dimensions(
        parts[-1] if is_of_place else ALL_PLACES,
        frame=frame,
        grade=MethodGrade.D if is_model else MethodGrade.B,
        target=Target.DECISIONS if has_ends else Target.NONE,
        as_of=as_of if is_of(figure.name, CUMULATIVE) else "",
    )


def tellable_of(cells: Iterable[Cell], *, is_simulated: bool) -> frozenset[str]:
    """Return whose hours may be published: never those the table suppresses.

    ``verify`` is the work of reviewers. People who train and maintain models are not counted:
    their hours are published for simulated people only.
    """
    hours = {cell.row: cell for cell in cells if cell.measure is CellMeasure.HOURS}
    if is_simulated:
        return EVERYTHING
    allowed: set[str] = set()
    if ALL in hours and hours[ALL].is_known:
        allowed |= {LABEL, DISPLACED, MODEL, INSIDE}
    reviews = hours.get(REVIEWING)
    if allowed and reviews is not None and reviews.is_known:
        allowed.add("verify")
    return frozenset(allowed)


def _may(figure: ReleaseFigure, tellable: Collection[str]) -> bool:
    stem, _, kind = figure.name.partition(".")
    if not figure.is_known:
        return True
    if stem == DECIDED:  # as many decisions, or an interval as wide, as few people worked
        return LABEL in tellable
    if figure.unit not in {Unit.HOURS, Unit.SECONDS}:
        return True
    if stem == USE_UNKNOWN:
        return LABEL in tellable
    return (kind.partition(".")[0] if stem == CREATED else stem) in tellable


def _shares(machines: Machines) -> list[ReleaseFigure]:
    """Return the shares of the whole period: machine alone, touched by people, by machine."""
    names = ("decided.untouched", "decided.touched", "decided.by_machine")
    sums = {o: sum(period.counts.get(o, 0) for period in machines.decided) for o in DecisionOutcome}
    if not sum(sums.values()):
        return [unknown(name, Unit.SHARE) for name in names]
    shares_all = shares_of(sums)
    simulated = any(period.is_simulated for period in machines.decided)
    shares = (shares_all.untouched, shares_all.touched, shares_all.by_machine)
    return [
        ReleaseFigure(
            name,
            Unit.SHARE,
            CellState.EXACT,
            Decimal(part.value).quantize(PERMILLE),
            is_simulated=simulated,
        )
        for name, part in zip(names, shares, strict=True)
    ]


def _model(index: int, model: ModelWork) -> list[ReleaseFigure]:
    decisions = Decimal(model.decisions)
    simulated, label = model.is_simulated, model.name
    stem = f"model.{index:02}"
    figures = [
        ReleaseFigure(
            f"{stem}.decisions",
            Unit.COUNT,
            CellState.EXACT,
            decisions,
            is_simulated=simulated,
            label=label,
        ),
    ]
    for name, value in (("embodied", model.embodied), ("upkeep", model.upkeep)):
        state = CellState.UNKNOWN if value is None else CellState.EXACT
        amount = None if value is None else Decimal(value).quantize(THOUSANDTH)
        figures.append(
            ReleaseFigure(f"{stem}.{name}", Unit.SECONDS, state, amount, is_simulated=simulated,
                     label=label)
        )  # fmt: skip
    return figures


def _hours(machines: Machines) -> list[ReleaseFigure]:
    hours, simulated = machines.hours, machines.is_simulated
    if hours is None:
        figures = [unknown(_hours_name(kind), Unit.HOURS) for kind in (LABEL, *KINDS)]
        return [*figures, unknown(DISPLACED, Unit.HOURS)]
    figures = [
        ReleaseFigure(
            _hours_name(kind),
            Unit.HOURS,
            CellState.EXACT,
            Decimal(amount).quantize(TENTH),
            is_simulated=simulated,
        )
        for kind, amount in hours.created.items()
    ]
    if hours.displaced is None:
        return [*figures, unknown(DISPLACED, Unit.HOURS)]
    if not hours.displaced.high:  # no machine decided alone
        nothing = Decimal(0).quantize(TENTH)
        lost = ReleaseFigure(
            DISPLACED, Unit.HOURS, CellState.EXACT, nothing, is_simulated=simulated
        )
    else:
        lost = estimated(DISPLACED, Unit.HOURS, hours.displaced, TENTH, is_simulated=simulated)
    return [*figures, lost]


def _hours_by_place(machines: Machines) -> list[ReleaseFigure]:
    """Split the hours created by place of work; none where a place would show few people."""
    figures: list[ReleaseFigure] = []
    for kind, by_place in machines.places.items():
        names = folded(by_place, is_simulated=machines.is_simulated)
        people: dict[str, dict[int, int]] = {}
        for place, times in by_place.items():
            sums = people.setdefault(names[place], {})
            for person, ms in times.items():
                sums[person] = sums.get(person, 0) + ms
        if not machines.is_simulated and any(map(is_small, people.values())):
            continue
        figures += [
            ReleaseFigure(
                f"{_hours_name(kind)}.{place}",
                Unit.HOURS,
                CellState.EXACT,
                (Decimal(sum(times.values())) / HOUR_MS).quantize(TENTH),
                is_simulated=machines.is_simulated,
            )
            for place, times in sorted(people.items())
            if sum(times.values())
        ]
    return figures


def _hours_name(kind: str) -> str:
    return USE_UNKNOWN if kind == LABEL else f"{CREATED}.{kind}"


def _inside(machines: Machines) -> ReleaseFigure:
    """Return the hours of people inside all models; a lower bound if a base model is foreign."""
    if machines.inside is None:
        return unknown(INSIDE, Unit.HOURS)
    hours = (Decimal(machines.inside.ms) / HOUR_MS).quantize(TENTH)
    simulated = machines.is_simulated
    if machines.inside.has_foreign:
        return ReleaseFigure(
            INSIDE, Unit.HOURS, CellState.AT_LEAST, low=hours, is_simulated=simulated
        )
    return ReleaseFigure(INSIDE, Unit.HOURS, CellState.EXACT, hours, is_simulated=simulated)


def _repaired(machines: Machines) -> ReleaseFigure:
    name = "load.incidents"
    if machines.repaired is None:
        return unknown(name, Unit.COUNT)
    return ReleaseFigure(
        name,
        Unit.COUNT,
        CellState.EXACT,
        Decimal(machines.repaired),
        is_simulated=machines.is_simulated,
    )


def periods_of(figures: Figures) -> list[Period]:
    """Return who decided in each part of a release, for its chart."""
    counts: dict[str, dict[DecisionOutcome, int]] = {}
    versions: dict[str, str] = {}
    simulated = False
    for figure in figures.under("decided"):
        parts = figure.name.split(".")
        if len(parts) != len(("decided", "stretch", "outcome")) or figure.value is None:
            continue
        counts.setdefault(parts[1], {})[DecisionOutcome(parts[2])] = int(figure.value)
        versions[parts[1]] = figure.label
        simulated = simulated or figure.is_simulated
    return [
        Period(name, shares_of(each, is_simulated=simulated), versions[name])
        for name, each in counts.items()
    ]


def models_of(figures: Figures) -> list[Version]:
    """Return the models of a release, for their chart."""
    models: list[Version] = []
    for figure in figures.under("model"):
        if figure.name.endswith(".decisions") and figure.value is not None:
            stem = figure.name.removesuffix(".decisions")
            inside, upkeep = figures.value(f"{stem}.embodied"), figures.value(f"{stem}.upkeep")
            models.append(Version(figure.label, int(figure.value), inside, upkeep))
    return models
