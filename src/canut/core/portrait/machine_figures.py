"""What a release tells of people and machines: who decided, what that took, hours made and lost.

Hours created and hours displaced stand side by side, each with its interval; no figure here takes
one from the other. What nobody measured is unknown; hours and decisions of few real people are
kept back, as the table keeps their hours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.portrait.cells import Cell, Measure, State
from canut.core.portrait.charts.decisions import Period, Version
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.decision_shares import Hours, shares_of
from canut.core.portrait.extra_figures import estimated
from canut.core.portrait.measured import Figures, ReleaseFigure, Unit, suppressed, unknown
from canut.core.portrait.privacy import ALL

TENTH, PERMILLE, THOUSANDTH = Decimal("0.1"), Decimal("0.001"), Decimal("0.000001")
KINDS = ("label", "verify", "train", "maintain")
CREATED, DISPLACED, MODEL, INSIDE = "created", "displaced", "model", "inside"
DECIDED = "decided"
EVERYTHING = frozenset({*KINDS, DISPLACED, MODEL, INSIDE})
REVIEWING = "CAN-ADJUD"


class DecidedIn(NamedTuple):
    """Final decisions of one stretch of the period, by who decided.

    ``version`` names a model that began with it; empty where none did.
    """

    name: str
    counts: Mapping[DecisionOutcome, int]
    version: str = ""
    is_simulated: bool = False


class ModelWork(NamedTuple):
    """A model: its decisions, the seconds of people in each, and what upkeep adds.

    ``embodied`` is None for a foreign base, whose labour nobody knows.
    """

    name: str
    decisions: int
    embodied: float | None
    upkeep: float | None
    is_simulated: bool = False


class InAll(NamedTuple):
    """All of people's time that models learnt from; each answer once, whatever learnt from it.

    ``has_foreign``: some model stands on another's, whose labour nobody knows.
    """

    ms: int
    has_foreign: bool = False


class Machines(NamedTuple):
    """All that was gathered of people and machines; empty and None where nobody measured."""

    decided: Sequence[DecidedIn] = ()
    models: Sequence[ModelWork] = ()
    hours: Hours | None = None
    repaired: int | None = None
    is_simulated: bool = False
    inside: InAll | None = None


def machine_figures(given: Machines, tellable: Collection[str] = EVERYTHING) -> list[ReleaseFigure]:
    """Tell who decided, seconds inside decisions, hours created and displaced, and repairs.

    Args:
        given: what was gathered.
        tellable: whose hours may be told: kinds of work, ``displaced``, and ``model`` for the
            seconds inside decisions; the rest is kept back. Who decided is told with ``label``.
    """
    found: list[ReleaseFigure] = []
    for one in given.decided:
        if not sum(one.counts.values()):
            continue
        found += [
            ReleaseFigure(
                f"decided.{one.name}.{outcome}",
                Unit.COUNT,
                State.EXACT,
                Decimal(one.counts.get(outcome, 0)),
                is_simulated=one.is_simulated,
                label=one.version,
            )
            for outcome in DecisionOutcome
        ]
    found += _shares(given)
    for place, model in enumerate(given.models, 1):
        found += _model(place, model)
    found += [*_hours(given), _inside(given)]
    return [*(one if _may(one, tellable) else suppressed(one) for one in found), _repaired(given)]


def tellable_of(cells: Iterable[Cell], *, is_simulated: bool) -> frozenset[str]:
    """Say whose hours may be told beside a table: never where the table keeps them back.

    Checking is what reviewers do. Nobody counts the people who train and maintain models: theirs
    are told of simulated hands alone.
    """
    hours = {one.row: one for one in cells if one.measure is Measure.HOURS}
    if is_simulated:
        return EVERYTHING
    found: set[str] = set()
    if ALL in hours and hours[ALL].is_known:
        found |= {"label", DISPLACED, MODEL, INSIDE}
    reviews = hours.get(REVIEWING)
    if found and reviews is not None and reviews.is_known:
        found.add("verify")
    return frozenset(found)


def _may(one: ReleaseFigure, tellable: Collection[str]) -> bool:
    stem, _, kind = one.name.partition(".")
    if not one.is_known:
        return True
    if stem == DECIDED:  # as many decisions, or an interval as wide, as few people worked
        return "label" in tellable
    if one.unit not in {Unit.HOURS, Unit.SECONDS}:
        return True
    return (kind if stem == CREATED else stem) in tellable


def _shares(given: Machines) -> list[ReleaseFigure]:
    """Tell the shares of the whole period: what the machine did alone is never told without."""
    names = ("decided.untouched", "decided.touched", "decided.by_machine")
    sums = {o: sum(one.counts.get(o, 0) for one in given.decided) for o in DecisionOutcome}
    if not sum(sums.values()):
        return [unknown(name, Unit.SHARE) for name in names]
    found = shares_of(sums)
    simulated = any(one.is_simulated for one in given.decided)
    shares = (found.untouched, found.touched, found.by_machine)
    return [
        estimated(name, Unit.SHARE, one, PERMILLE, is_simulated=simulated)
        for name, one in zip(names, shares, strict=True)
    ]


def _model(place: int, model: ModelWork) -> list[ReleaseFigure]:
    decisions = Decimal(model.decisions)
    simulated, label = model.is_simulated, model.name
    stem = f"model.{place:02}"
    found = [
        ReleaseFigure(
            f"{stem}.decisions",
            Unit.COUNT,
            State.EXACT,
            decisions,
            is_simulated=simulated,
            label=label,
        ),
    ]
    for name, value in (("embodied", model.embodied), ("upkeep", model.upkeep)):
        state = State.UNKNOWN if value is None else State.EXACT
        amount = None if value is None else Decimal(value).quantize(THOUSANDTH)
        found.append(
            ReleaseFigure(f"{stem}.{name}", Unit.SECONDS, state, amount, is_simulated=simulated,
                     label=label)
        )  # fmt: skip
    return found


def _hours(given: Machines) -> list[ReleaseFigure]:
    hours, simulated = given.hours, given.is_simulated
    if hours is None:
        made = [unknown(f"{CREATED}.{kind}", Unit.HOURS) for kind in KINDS]
        return [*made, unknown(DISPLACED, Unit.HOURS)]
    made = [
        estimated(f"{CREATED}.{kind}", Unit.HOURS, one, TENTH, is_simulated=simulated)
        for kind, one in hours.created.items()
    ]
    lost = estimated(DISPLACED, Unit.HOURS, hours.displaced, TENTH, is_simulated=simulated)
    return [*made, lost]


def _inside(given: Machines) -> ReleaseFigure:
    """Tell the hours of people inside all models; at least so many where a base is foreign."""
    if given.inside is None:
        return unknown(INSIDE, Unit.HOURS)
    hours = (Decimal(given.inside.ms) / HOUR_MS).quantize(TENTH)
    simulated = given.is_simulated
    if given.inside.has_foreign:
        return ReleaseFigure(INSIDE, Unit.HOURS, State.AT_LEAST, low=hours, is_simulated=simulated)
    return ReleaseFigure(INSIDE, Unit.HOURS, State.EXACT, hours, is_simulated=simulated)


def _repaired(given: Machines) -> ReleaseFigure:
    name = "load.incidents"
    if given.repaired is None:
        return unknown(name, Unit.COUNT)
    return ReleaseFigure(
        name, Unit.COUNT, State.EXACT, Decimal(given.repaired), is_simulated=given.is_simulated
    )


def periods_of(figures: Figures) -> list[Period]:
    """Return who decided in each stretch of a release, for its chart."""
    counts: dict[str, dict[DecisionOutcome, int]] = {}
    versions: dict[str, str] = {}
    simulated = False
    for one in figures.under("decided"):
        parts = one.name.split(".")
        if len(parts) != len(("decided", "stretch", "outcome")) or one.value is None:
            continue
        counts.setdefault(parts[1], {})[DecisionOutcome(parts[2])] = int(one.value)
        versions[parts[1]] = one.label
        simulated = simulated or one.is_simulated
    return [
        Period(name, shares_of(each, is_simulated=simulated), versions[name])
        for name, each in counts.items()
    ]


def models_of(figures: Figures) -> list[Version]:
    """Return the models of a release, for their chart."""
    found: list[Version] = []
    for one in figures.under("model"):
        if one.name.endswith(".decisions") and one.value is not None:
            stem = one.name.removesuffix(".decisions")
            inside, upkeep = figures.value(f"{stem}.embodied"), figures.value(f"{stem}.upkeep")
            found.append(Version(one.label, int(one.value), inside, upkeep))
    return found
