"""Put deposited figures next to each other: which to show, which contest each other, which bounds.

Figures of different concepts, places, frames or grades are never joined, added up or averaged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from canut.core.portrait.cells import Cell, CellMeasure, CellState
from canut.core.portrait.deposits.bounds import (
    LowerSource,
    PeopleBounds,
    ShareRange,
    UpperSource,
    bound_people,
)
from canut.core.portrait.deposits.compared import ComparedLists
from canut.core.portrait.deposits.grades import DepositGrade
from canut.core.portrait.deposits.observations import (
    Concept,
    Measure,
    Observation,
    PlaceKind,
    Sex,
    WorkStatus,
    is_within,
)
from canut.core.portrait.facts import Text
from canut.core.portrait.privacy import ALL

WHOLE_WORLD = "WORLD"
CERTAIN = frozenset({DepositGrade.A, DepositGrade.B})
WHERE_THEY_WORK = frozenset({PlaceKind.WORK, PlaceKind.RESIDENCE})


class CountedFigure(NamedTuple):
    """A figure, and who counted it; ``deposit`` is its number."""

    observation: Observation
    deposit: int
    grade: DepositGrade
    publisher: str
    title: Text

    @property
    def is_broken_down(self) -> bool:
        """Return whether it is of a part of the people only: a sex, an age, a status."""
        item = self.observation
        return (item.sex, item.age, item.status) != (Sex.ALL, "all", WorkStatus.ALL)


class ComparedFigure(NamedTuple):
    """Compared lists, and who compared them."""

    lists: ComparedLists
    publisher: str
    grade: DepositGrade


class ConceptBounds(NamedTuple):
    """Between how many people of a concept there are in a place."""

    concept: Concept
    place: str
    bounds: PeopleBounds
    lowers: tuple[LowerSource, ...]
    compared: tuple[ComparedFigure, ...] = ()


def headlines(figures: Iterable[CountedFigure]) -> list[CountedFigure]:
    """Return the newest figure of each deposit and subject, of all people, that has a value.

    Returns:
        by measure, then the larger first.
    """
    newest: dict[tuple[object, ...], CountedFigure] = {}
    for figure in figures:
        item = figure.observation
        if item.value is None or figure.is_broken_down:
            continue
        key = (figure.deposit, *item.subject)
        if key not in newest or newest[key].observation.end < item.end:
            newest[key] = figure
    order = {measure: number for number, measure in enumerate(Measure)}
    return sorted(
        newest.values(),
        key=lambda figure: (
            order[figure.observation.measure],
            figure.observation.currency,
            -(figure.observation.value or Decimal(0)),
            figure.deposit,
        ),
    )


def contested(figures: Sequence[CountedFigure]) -> list[tuple[CountedFigure, CountedFigure]]:
    """Return the pairs of figures of two deposits that say different things of the same.

    The same is: subject, and periods that overlap. Different is: neither is within the other's
    interval.
    """
    by_subject: defaultdict[tuple[str, ...], list[CountedFigure]] = defaultdict(list)
    for figure in figures:
        by_subject[figure.observation.subject].append(figure)
    return [
        (first, second)
        for of_subject in by_subject.values()
        for first, second in combinations(of_subject, 2)
        if first.deposit != second.deposit
        and first.observation.begin <= second.observation.end
        and second.observation.begin <= first.observation.end
        and not _agree(first.observation, second.observation)
    ]


def bounds_of(
    figures: Sequence[CountedFigure],
    compared: Iterable[ComparedFigure],
    here: Iterable[Cell],
    concept: Concept,
    place: str,
) -> ConceptBounds:
    """Bound the people of a concept who work in a place.

    Args:
        figures: those of the deposits in force.
        compared: lists that were compared, of the same deposits.
        here: cells of this instance's release, whose people are counted as a band.
        concept: click work, or a wider concept.
        place: such as ``CA-QC``.
    """
    inside = tuple(
        item
        for item in compared
        if item.lists.place == place and is_within(item.lists.concept, concept)
    )
    of_lists = [item.lists.source(item.publisher, item.grade.value) for item in inside]
    lowers = [
        *_here(here, concept),
        *_lowers(figures, concept, place),
        *(source for source in of_lists if source is not None),
    ]
    uppers = _uppers(figures, concept, place)
    return ConceptBounds(concept, place, bound_people(lowers, uppers), tuple(lowers), inside)


def _agree(first: Observation, second: Observation) -> bool:
    if first.value is None or second.value is None:
        return True
    ends = [
        (
            item.value if item.low is None else item.low,
            item.value if item.high is None else item.high,
        )
        for item in (first, second)
    ]
    (low, high), (other_low, other_high) = ends
    is_low = low is not None and other_high is not None and low <= other_high
    return is_low and other_low is not None and high is not None and other_low <= high


def _here(cells: Iterable[Cell], concept: Concept) -> list[LowerSource]:
    if not is_within(Concept.CLICK, concept):
        return []
    return [
        LowerSource("", int(cell.low), is_certain=True)
        for cell in cells
        if cell.row == ALL
        and cell.measure is CellMeasure.PEOPLE
        and cell.state is CellState.AT_LEAST
        and cell.low is not None
    ]


def _lowers(figures: Iterable[CountedFigure], concept: Concept, place: str) -> list[LowerSource]:
    lowers: list[LowerSource] = []
    for figure in figures:
        item = figure.observation
        is_inside = item.place == place and is_within(item.concept, concept)
        if item.measure is not Measure.PEOPLE or item.value is None or not is_inside:
            continue
        if item.place_kind not in WHERE_THEY_WORK:
            continue
        is_certain = figure.grade in CERTAIN and not item.is_weighted and item.level is None
        low = item.value if item.low is None else item.low
        lowers.append(
            LowerSource(
                figure.publisher,
                int(low),
                None if item.high is None else int(item.high),
                figure.grade.value,
                is_certain,
            )
        )
    return lowers


def _uppers(figures: Sequence[CountedFigure], concept: Concept, place: str) -> list[UpperSource]:
    uppers: list[UpperSource] = []
    for figure in headlines(figures):
        item = figure.observation
        is_wide = is_within(concept, item.concept) and item.place in _wider_places(place)
        is_same = item.concept is concept and item.place == place
        is_people = item.measure is Measure.PEOPLE and item.occupation == "all"
        if not is_people or not is_wide or is_same or item.value is None:
            continue
        shares = _shares(figures, item, concept, place)
        if shares is None:
            continue
        high = item.value if item.high is None else item.high
        uppers.append(UpperSource(figure.publisher, int(high), shares, figure.grade.value))
    return uppers


def _shares(
    figures: Iterable[CountedFigure], wide: Observation, concept: Concept, place: str
) -> tuple[ShareRange, ...] | None:
    """Return the shares that lead from a wider count to a concept in a place; None without one."""
    shares: list[ShareRange] = []
    shares_told = [
        figure
        for figure in figures
        if figure.observation.measure is Measure.SHARE
        and figure.observation.place in _wider_places(place)
        and figure.observation.value is not None
        and not figure.is_broken_down
    ]
    if wide.place != place:
        of_place = [
            figure
            for figure in shares_told
            if figure.observation.share_of == wide.place
            and figure.observation.place == place
            and figure.observation.concept is wide.concept
        ]
        if not of_place:
            return None
        shares.append(_range(min(of_place, key=_grade), place))
    step = concept
    while step is not wide.concept:
        of_concept = [figure for figure in shares_told if _leads(figure, step, wide.concept)]
        if not of_concept:
            return None
        best = min(of_concept, key=_grade)
        shares.append(_range(best, f"{step.value} {best.observation.place}"))
        step = Concept(best.observation.share_of)
    return tuple(shares)


def _leads(figure: CountedFigure, narrow: Concept, wide: Concept) -> bool:
    """Return whether a share leads from a wider concept, or from one on the way, to a concept."""
    item = figure.observation
    if item.concept is not narrow or item.share_of not in list(Concept):
        return False
    share_of = Concept(item.share_of)
    return share_of is not narrow and is_within(narrow, share_of) and is_within(share_of, wide)


def _range(figure: CountedFigure, name: str) -> ShareRange:
    item = figure.observation
    value = item.value or Decimal(0)
    return ShareRange(
        name,
        value if item.low is None else item.low,
        value if item.high is None else item.high,
        figure.grade.value,
        figure.publisher,
    )


def _grade(figure: CountedFigure) -> str:
    return figure.grade.value


def _wider_places(place: str) -> tuple[str, ...]:
    """Return a place, its country and the world."""
    return (place, place.partition("-")[0], WHOLE_WORLD)
