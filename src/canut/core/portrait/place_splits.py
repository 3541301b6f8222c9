"""Split the hours of each place by status, currency, client, protection and activity.

The totals by place are published already. A part is suppressed if it would show few people or one,
with as many others as it takes for a total less its published parts to be safe as well. Two splits
of one place overlap: where the difference of two of their parts would show few people, the later
split of that place is suppressed whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import product

from canut.core.clock import HOUR_MS
from canut.core.portrait.cells import CellState
from canut.core.portrait.disclosure.dominance import difference, is_safe_sum, summed
from canut.core.portrait.disclosure.suppression import (
    KEPT_BACK,
    Place,
    protected,
    with_totals,
)
from canut.core.portrait.measured import (
    CountFrame,
    Dimensions,
    MethodGrade,
    ReleaseFigure,
    Unit,
    suppressed,
)
from canut.core.portrait.privacy import ALL, LEAST_WIDTH

TENTH = Decimal("0.1")
SPLIT_OF_ACTIVITY = "activity"
SPLITS = ("status", "currency", "client", "protection", SPLIT_OF_ACTIVITY)
"""Names of the splits, in the order in which they are protected."""


class Activity(StrEnum):
    """What paid time was spent on: the parts of the split of activity."""

    LESSON = "lesson"
    PRACTICE = "practice"
    WORK = "work"


type Parts = Mapping[tuple[str, str], Mapping[int, int]]
"""The time of each person by place and part of the split, in milliseconds."""
type Amounts = Mapping[int, int]


def split_figures(
    splits: Mapping[str, Parts], hidden_places: set[str], *, is_simulated: bool
) -> list[ReleaseFigure]:
    """Compute the hours of each place by each split, after disclosure control.

    Args:
        splits: by name.
        hidden_places: places, or ``ALL``, whose hours are suppressed.
        is_simulated: nobody is real; every part is told.
    """
    figures: list[ReleaseFigure] = []
    published: dict[str, list[Amounts]] = {}
    for name, parts in splits.items():
        hidden = set[tuple[str, str]]() if is_simulated else _kept_back(parts, hidden_places)
        if not is_simulated:
            hidden |= _overlapping(parts, hidden, published)
        for (place, part), times in parts.items():
            if not sum(times.values()):
                continue
            figure = _figure(name, place, part, times, is_simulated=is_simulated)
            is_hidden = (place, part) in hidden
            if not is_hidden:
                published.setdefault(place, []).append(times)
            figures.append(suppressed(figure) if is_hidden else figure)
    return figures


def overlaps(first: Amounts, second: Amounts, whole: Amounts) -> Iterable[Amounts]:
    """Return what two parts of a published whole tell together: both differences, by person."""
    yield difference(first, second)
    yield difference(summed([first, second]), whole)


def is_disclosing(first: Amounts, second: Amounts, whole: Amounts) -> bool:
    """Return whether two published parts of one whole show few people by their difference."""
    return not all(is_safe_sum(left.values()) for left in overlaps(first, second, whole))


def _overlapping(
    parts: Parts, hidden: set[tuple[str, str]], published: Mapping[str, Sequence[Amounts]]
) -> set[tuple[str, str]]:
    """Return every part of the places where a part and one of an earlier split show few people."""
    places = {
        place
        for (place, part), times in parts.items()
        if (place, part) not in hidden
        and any(
            is_disclosing(times, other, _whole(parts, place)) for other in published.get(place, ())
        )
    }
    return {(place, part) for place, part in parts if place in places}


def _whole(parts: Parts, place: str) -> dict[int, int]:
    return summed(times for (row, _part), times in parts.items() if row == place)


def _kept_back(parts: Parts, hidden_places: set[str]) -> set[tuple[str, str]]:
    """Return the parts to suppress; all of them where protecting some takes a published total."""
    rows = list(dict.fromkeys(place for place, _part in parts))
    columns = sorted({part for _place, part in parts})
    people: dict[Place, Amounts] = {
        (at, of_column): parts.get((row, column), {})
        for (at, row), (of_column, column) in product(enumerate(rows), enumerate(columns))
    }
    table = [
        [sum(people[at, of_column].values()) for of_column in range(len(columns))]
        for at in range(len(rows))
    ]
    few = {
        (at, of_column): max(LEAST_WIDTH, *times.values())
        for (at, of_column), times in people.items()
        if any(times.values()) and (rows[at] in hidden_places or not is_safe_sum(times.values()))
    }
    few |= _hidden_totals(rows, len(columns), table, hidden_places)
    if not few:
        return set()
    bands = dict.fromkeys(few, KEPT_BACK)
    kept_back = {*few, *protected(with_totals(table), bands, few, LEAST_WIDTH, people)}
    if any(cell not in few and _is_total(cell, len(rows), len(columns)) for cell in kept_back):
        return set(parts)
    return {
        (rows[at], columns[of_column])
        for at, of_column in kept_back
        if at < len(rows) and of_column < len(columns)
    }


def _hidden_totals(
    rows: Sequence[str],
    n_columns: int,
    table: Sequence[Sequence[int]],
    hidden_places: set[str],
) -> dict[Place, int]:
    """Return the totals that the places already suppress, with the width each needs."""
    needs = {
        (at, n_columns): max(LEAST_WIDTH, sum(table[at]))
        for at, row in enumerate(rows)
        if row in hidden_places
    }
    if ALL in hidden_places:
        needs[len(rows), n_columns] = max(LEAST_WIDTH, sum(map(sum, table)))
    return needs


def _is_total(cell: Place, n_rows: int, n_columns: int) -> bool:
    """Return whether a position is a total by place, or that of all, which are published."""
    return cell[1] == n_columns and cell[0] <= n_rows


def _figure(
    name: str, place: str, part: str, times: Amounts, *, is_simulated: bool
) -> ReleaseFigure:
    return ReleaseFigure(
        f"{name}.{place}.{part}",
        Unit.HOURS,
        CellState.EXACT,
        (Decimal(sum(times.values())) / HOUR_MS).quantize(TENTH),
        is_simulated=is_simulated,
        of=Dimensions(
            place_of_work=place,
            place_of_client=part if name == "client" else "",
            currency=part if name == "currency" else "",
            status=part if name == "status" else "",
            frame=CountFrame.STATEMENTS,
            grade=MethodGrade.B,
        ),
    )
