"""Attack a whole release before it is signed: table, figures, text, charts, other editions.

Each attack recomputes from the inputs what its rule asks, without the code that applied the rule.
A release that fails one is not signed; the names of the attacks say which.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from html import unescape
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof
from canut.core.money import Money
from canut.core.portrait.attacks.deposit_attacks import withstands_deposits
from canut.core.portrait.attacks.learning_attacks import (
    activity_sums,
    withstands_learning,
)
from canut.core.portrait.attacks.split_attacks import (
    place_hours,
    place_sums,
    published_splits,
    withstands_splits,
)
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.chart_set import Reference, charts_of, people_of
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.counts import FEWEST, TimeUse
from canut.core.portrait.deposits.observations import Observation
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed
from canut.core.portrait.disclosure.edition_changes import EditionInputs, may_correct
from canut.core.portrait.disclosure.head_counts import EDGES, steps_of, told_interval
from canut.core.portrait.disclosure.hidden_quarters import is_in_span
from canut.core.portrait.disclosure.pay_distribution import QUANTILE, UNDER_PERSON
from canut.core.portrait.disclosure.quantiles import ROUNDED_TO, told_quantiles
from canut.core.portrait.extra_figures import PersonPeriod
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.machine_figures import NO_MACHINES, Machines, teaching_sums
from canut.core.portrait.measured import ALL_PLACES, Figures, ReleaseFigure, Unit
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.places_of_work import PlacedWork
from canut.core.portrait.privacy import ALL, CUMULATIVE, PersonWork, Release, is_of
from canut.core.portrait.released import read_release
from canut.core.portrait.unseen.gestures import ALL as ALL_GESTURES
from canut.core.portrait.unseen.gestures import PER_HOUR
from canut.core.portrait.unseen.gestures import STEM as GESTURES
from canut.core.proofs.canonical import canonical

LANGUAGES = ("en", "fr")
STEPS_OF_PAY = "spread"
HEAD_SHARES = (UNDER_PERSON, "appeals.won", "learning.people")
COORDINATE = re.compile(r"-?\d+\.(\d+)")
DRAWN_DECIMALS = 2
NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")


class Attack(StrEnum):
    """What somebody may try with a published release."""

    HEAD_COUNT = "A1 head count"
    TAILS = "A2 dominance in quantile tails"
    SECOND_LARGEST = "A3 second-largest contributor"
    EDITIONS = "A4 two editions"
    HIDDEN_QUARTER = "A5 hidden quarter"
    CARDS = "A6 cards beside the Portrait"
    MARGINS = "A7 table and its totals"
    LANGUAGES = "A8 two languages"
    COORDINATES = "A9 coordinates of a drawing"
    GESTURES = "A10 hours behind gestures"
    DEPOSITS = "A11 deposited figures"
    LEARNING = "A12 paid learning by place"


class CardPeople(NamedTuple):
    """People of a project in the period, people outside it, and whether its card is public."""

    inside: int
    outside: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class AttackInputs:
    """What the attacks know beside the release: the truth, and what else is published.

    Args:
        work: rows of the table, one a person and occupation.
        hands: rows of the figures of all places, one a person.
        home: rows of the figures of the place of the table, one a person.
        placed: rows of the figures by place.
        reference: facts that charts are drawn with.
        floor: of the place, by hour.
        inputs: what the edition was computed from.
        before: the same of the edition it corrects; None without one.
        earlier: the last edition of each earlier quarter.
        cards: one for each project of the period.
        machines: on people and machines, with the time of each person who taught them.
        deposited: figures that others deposited, in force.
    """

    work: Sequence[PersonWork]
    hands: Sequence[PersonPeriod]
    home: Sequence[PersonPeriod]
    placed: Sequence[PlacedWork]
    reference: Reference
    floor: Money
    inputs: EditionInputs = field(default_factory=lambda: EditionInputs({}, {}))
    before: EditionInputs | None = None
    earlier: Sequence[Release] = ()
    cards: Sequence[CardPeople] = ()
    machines: Machines = NO_MACHINES
    deposited: Sequence[Observation] = ()


def successful_attacks(release: Release, scene: AttackInputs) -> list[Attack]:
    """Run every attack on a release; return those that succeed.

    Figures of simulated people disclose nobody: only the attacks on its form are run.
    """
    attacks = dict(_FORM)
    if not release.is_simulated:
        attacks |= _PEOPLE
    return [name for name in Attack if name in attacks and not attacks[name](release, scene)]


def _withstands_head_count(release: Release, _scene: AttackInputs) -> bool:
    """Check that people are only told by band, and shares of people only by wide steps."""
    figures: list[Cell | ReleaseFigure] = [cell for cell in release.cells if _is_people(cell)]
    figures += [figure for figure in release.figures if figure.unit is Unit.PEOPLE]
    figures += [figure for figure in release.figures if figure.name == "learning.passed"]
    if any(item.value is not None for item in figures) or _spread_steps(release):
        return False
    if any(item.low not in EDGES for item in figures if item.low is not None):
        return False
    edge = _edge(release)
    shares = (figure for figure in release.figures if figure.name in HEAD_SHARES)
    return all(_is_rounded(figure, edge) for figure in shares)


def _is_people(cell: Cell) -> bool:
    return cell.measure is CellMeasure.PEOPLE and cell.where is Where.HERE


def _edge(release: Release) -> int | None:
    band = people_of(release)
    return int(band.low) if band is not None and band.low is not None else None


def _spread_steps(release: Release) -> list[ReleaseFigure]:
    return [figure for figure in release.figures if is_of(figure.name, (STEPS_OF_PAY,))]


def _is_rounded(figure: ReleaseFigure, edge: int | None) -> bool:
    """Return whether a share of people is of whole steps, and its interval of its band."""
    if figure.value is None:
        return True
    edges = EDGES if figure.name != UNDER_PERSON or edge is None else (edge,)
    if figure.high is None:
        return any((figure.value * steps_of(one)) % 1 == 0 for one in edges)
    return any(
        (figure.value * steps_of(one)) % 1 == 0
        and told_interval(figure.value, one) == (figure.low or Decimal(0), figure.high)
        for one in edges
    )


def _withstands_tails(release: Release, _scene: AttackInputs) -> bool:
    """Check that each quantile has ten people beside it and is rounded, and none has hours."""
    edge, names = _edge(release), [f.name for f in release.figures if f.name.startswith(QUANTILE)]
    allowed = {f"{QUANTILE}.{percent}" for percent in told_quantiles(edge or 0)}
    values = [Figures(release.figures).get(name).value or Decimal(0) for name in names]
    medians = [
        cell.value or Decimal(0)
        for cell in release.cells
        if cell.measure is CellMeasure.PAY_BY_PERSON and cell.where is Where.HERE
    ]
    return set(names) <= allowed and all(value % ROUNDED_TO == 0 for value in (*values, *medians))


def _withstands_second_largest(release: Release, scene: AttackInputs) -> bool:
    """Check every published sum of people's amounts, and what remains without it."""
    return all(is_safe_sum(amounts) for amounts in _published_sums(release, scene))


def _published_sums(release: Release, scene: AttackInputs) -> Iterator[list[int]]:
    work = [row for row in scene.work if not row.is_simulated]
    for cell in release.cells:
        if cell.where is Where.HERE and cell.is_known and cell.measure in _CELL_SUMS:
            rows = [row for row in work if cell.row in {row.row, ALL}]
            for amount in _CELL_SUMS[cell.measure]:
                each = ({row.person: amount(row)} for row in rows)
                yield list(summed(each).values())
    figures = Figures(release.figures)
    for name, amounts in _figure_sums(scene, figures):
        if figures.get(name).is_known:
            yield amounts
    for times in published_splits(scene.placed, figures):
        yield list(times.values())


def _figure_sums(scene: AttackInputs, figures: Figures) -> Iterator[tuple[str, list[int]]]:
    """Yield the amounts behind the figures that are sums over people, one a person."""
    yield from _pooled_sums(scene)
    yield from _home_sums(scene)
    for place, times in place_sums(scene.placed, figures).items():
        yield place_hours(place), list(times.values())
    for name, hours in teaching_sums(scene.machines).items():
        yield name, list(hours.values())
    for name, times in activity_sums(scene.placed).items():
        yield name, list(times.values())


_CELL_SUMS: Mapping[CellMeasure, tuple[Callable[[PersonWork], int], ...]] = {
    CellMeasure.HOURS: (lambda row: row.time_ms,),
    CellMeasure.PAY_BY_HOUR: (lambda row: row.pay_micro,),
    CellMeasure.COVERED: (
        lambda row: row.covered_ms,
        lambda row: row.can_ms - row.covered_ms,
        lambda row: row.can_ms,
    ),
    CellMeasure.TRAINING: (lambda row: row.training_ms, lambda row: row.time_ms - row.training_ms),
}


def _pooled_sums(scene: AttackInputs) -> Iterator[tuple[str, list[int]]]:
    """Yield the amounts behind the figures of all places that are sums over people."""
    hands = [hand for hand in scene.hands if not hand.is_simulated]
    for kind in TimeUse:
        if kind is not TimeUse.OTHER:  # kinds of few people are in it
            yield f"time.{kind}", [hand.time_ms.get(kind, 0) for hand in hands]
    yield "load.exposed", [hand.exposed_ms for hand in hands]


def _home_sums(scene: AttackInputs) -> Iterator[tuple[str, list[int]]]:
    """Yield the amounts behind the figures of the place of the table."""
    home = [hand for hand in scene.home if not hand.is_simulated]
    yield "pay.topped_up", [hand.top_up_micro for hand in home]
    yield "pay.topped_up", [hand.pay_micro - hand.top_up_micro for hand in home]
    for scheme in sorted({name for hand in home for name in hand.schemes}):
        times = [hand.schemes[scheme] for hand in home if scheme in hand.schemes]
        yield f"scheme.{scheme}", [time.covered_ms for time in times]
        yield f"scheme.{scheme}.exempt", [time.exempt_ms for time in times]
        uncovered = [time.can_ms - time.covered_ms - time.exempt_ms for time in times]
        yield f"scheme.{scheme}", uncovered


def _withstands_editions(_release: Release, scene: AttackInputs) -> bool:
    """Check that the difference to the edition it corrects shows nobody, or ten and the rule."""
    return scene.before is None or may_correct(scene.before, scene.inputs)


def _withstands_hidden_quarter(release: Release, scene: AttackInputs) -> bool:
    """Check that no quarter was kept back that figures over all time would give away."""
    is_cumulative = any(
        figure.is_known and is_of(figure.name, CUMULATIVE) for figure in release.figures
    )
    if not is_cumulative:
        return True
    open_spans = [edition.span for edition in scene.earlier if not hides_hours(edition)]
    spans = [*open_spans, release.span]
    hidden = (edition.period for edition in scene.earlier if hides_hours(edition))
    return all(any(is_in_span(name, span) for span in spans) for name in hidden)


def hides_hours(release: Release) -> bool:
    """Return whether an edition keeps the hours of all people back, in all places it knows of."""
    pooled = Figures(release.figures).by_name.get(place_hours(ALL_PLACES))
    if pooled is not None:
        return pooled.state is CellState.HIDDEN
    return any(
        cell.row == ALL and cell.measure is CellMeasure.HOURS and cell.state is CellState.HIDDEN
        for cell in release.cells
    )


def _withstands_cards(_release: Release, scene: AttackInputs) -> bool:
    """Check that no public card, alone or taken from the Portrait, is of few people."""
    return not any(card.is_public and shows_few(card) for card in scene.cards)


def shows_few(card: CardPeople) -> bool:
    """Return whether an exact card beside the Portrait would show under twenty people."""
    return 0 < card.inside < FEWEST or 0 < card.outside < FEWEST


def _withstands_margins(release: Release, scene: AttackInputs) -> bool:
    """Check that each total less its published rows is nobody, or twenty and under the rule."""
    cells = {(cell.row, cell.measure): cell for cell in release.cells if cell.where is Where.HERE}
    work = [row for row in scene.work if not row.is_simulated]
    for measure, amounts in _CELL_SUMS.items():
        total = cells.get((ALL, measure))
        if total is None or not total.is_known:
            continue
        kept_back = [
            row for row in work if (cell := cells.get((row.row, measure))) and not cell.is_known
        ]
        for amount in amounts:
            each = ({row.person: amount(row)} for row in kept_back)
            if not is_safe_sum(summed(each).values()):
                return False
    figures = Figures(release.figures)
    return _withstands_places(release, scene) and withstands_splits(scene.placed, figures)


def _withstands_places(release: Release, scene: AttackInputs) -> bool:
    """Check the same of hours by place, which add up to those of all places."""
    figures = Figures(release.figures)
    if not figures.get(place_hours(ALL_PLACES)).is_known:
        return True
    times = place_sums(scene.placed, figures)
    kept_back = (
        each
        for place, each in times.items()
        if place != ALL_PLACES and not figures.get(place_hours(place)).is_known
    )
    return is_safe_sum(summed(kept_back).values())


def _withstands_gestures(release: Release, _scene: AttackInputs) -> bool:
    """Check that gestures give no paid hours away: they are divided by published ones alone."""
    figures = Figures(release.figures)
    for figure in figures.under(GESTURES):
        client = figure.name.split(".")[1]
        paid = (
            [figures.get(place_hours(ALL_PLACES))]
            if client == ALL_PLACES
            else [own for own in figures.under("client") if own.of.place_of_client == client]
        )
        if not figure.is_known:
            continue
        if any(hours.state is CellState.HIDDEN for hours in paid):
            return False
        hours = sum((own.value or Decimal(0) for own in paid), Decimal(0))
        gestures = figures.get(f"{GESTURES}.{client}.{ALL_GESTURES}")
        if figure.name.endswith(f".{PER_HOUR}") and not _is_quotient(figure, gestures, hours):
            return False
    return True


def _is_quotient(figure: ReleaseFigure, gestures: ReleaseFigure, hours: Decimal) -> bool:
    """Return whether both ends of a ratio are those of published hours, to its digits."""
    half = Decimal("0.005")
    ends = ((figure.low, gestures.low), (figure.high, gestures.high))
    return hours > 0 and all(
        (ratio is None) == (whole is None)
        and (ratio is None or whole is None or abs(ratio - whole / hours) <= half)
        for ratio, whole in ends
    )


def _withstands_languages(release: Release, scene: AttackInputs) -> bool:
    """Check that both languages give the same figures, to the same digits."""
    english, french = (charts_of(release, scene.reference, scene.floor, name) for name in LANGUAGES)
    return all(
        _digits_of(first) == _digits_of(second)
        for first, second in zip(english, french, strict=True)
    )


def _digits_of(chart: PortraitChart) -> tuple[object, ...]:
    """Return the digits of each figure in a chart's table, and of all in both drawings."""
    table = chart.table.shown(PortraitLanguage(chart.language))
    names = [row[0] for row in table]
    figures = [[_digits(text) for text in row[1:]] for row in table]
    return figures, _drawn_digits(chart.wide, names), _drawn_digits(chart.narrow, names)


def _drawn_digits(drawing: str, names: Sequence[str]) -> list[str]:
    """List the digits in the texts of a drawing, but for the names of rows."""
    drawn_texts = re.findall(r"<text[^>]*>(.*?)</text>", drawing, re.DOTALL)
    texts = (unescape(re.sub(r"<[^>]*>", "", text)) for text in drawn_texts)
    return sorted(
        digits
        for text in texts
        if not any(text in name for name in names)
        for digits in _digits(text)
    )


def _digits(text: str) -> list[str]:
    """List the numbers in a text without the signs that languages set differently."""
    return [re.sub(r"\D", "", number) for number in NUMBER.findall(text)]


def _withstands_coordinates(release: Release, scene: AttackInputs) -> bool:
    """Check that drawings follow from the signed document alone, with no further digits."""
    try:
        document = read_release(canonical(release.content()))
    except (BadProof, BadInput):
        return False
    for language in LANGUAGES:
        pair = (
            charts_of(edition, scene.reference, scene.floor, language)
            for edition in (release, document)
        )
        if not all(_is_same_drawing(*charts) for charts in zip(*pair, strict=True)):
            return False
    return True


def _is_same_drawing(first: PortraitChart, second: PortraitChart) -> bool:
    drawings = ((first.wide, second.wide), (first.narrow, second.narrow))
    return all(one == other and _is_coarse(one) for one, other in drawings)


def _is_coarse(drawing: str) -> bool:
    numbers: Iterable[str] = COORDINATE.findall(re.sub(r">[^<]*<", "><", drawing))
    return all(len(decimals) <= DRAWN_DECIMALS for decimals in numbers)


def _withstands_learning(release: Release, scene: AttackInputs) -> bool:
    """Check that no hours of lessons or practice of few people follow from the published ones."""
    rows = {cell.row for cell in release.cells if cell.where is Where.HERE}
    whole = ALL if ALL in rows or len(rows) != 1 else next(iter(rows))
    is_home_told = any(
        cell.row == whole and cell.measure is CellMeasure.TRAINING and cell.is_known
        for cell in release.cells
        if cell.where is Where.HERE
    )
    figures = Figures(release.figures)
    return withstands_learning(scene.placed, figures, PLACE, is_home_told=is_home_told)


type _Check = Callable[[Release, AttackInputs], bool]

_PEOPLE: Mapping[Attack, _Check] = {
    Attack.HEAD_COUNT: _withstands_head_count,
    Attack.TAILS: _withstands_tails,
    Attack.SECOND_LARGEST: _withstands_second_largest,
    Attack.EDITIONS: _withstands_editions,
    Attack.HIDDEN_QUARTER: _withstands_hidden_quarter,
    Attack.CARDS: _withstands_cards,
    Attack.MARGINS: _withstands_margins,
    Attack.GESTURES: _withstands_gestures,
    Attack.LEARNING: _withstands_learning,
    Attack.DEPOSITS: lambda release, scene: withstands_deposits(
        release, scene.work, scene.placed, scene.deposited
    ),
}
_FORM: Mapping[Attack, _Check] = {
    Attack.LANGUAGES: _withstands_languages,
    Attack.COORDINATES: _withstands_coordinates,
}
