"""What somebody can work out of a table with kept-back cells, and which more to keep back.

A table is published with its totals, so a cell that is kept back may be found by subtraction. The
attack here finds the narrowest interval that anybody can know; other cells are kept back, as little
as a bounded search finds, until every interval is wide enough. Which cells must be kept back in the
first place is decided in ``privacy``.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

from canut.core.errors import BadInput

NO_END = 10**18
MOST_STEPS = 300
BRANCHES = 6
TOTALS_COST = 4

type Place = tuple[int, int]


class Band(NamedTuple):
    """What is told of a number: from ``low``, to ``high``; None has no end."""

    low: int
    high: int | None


KEPT_BACK = Band(0, None)


class Grid(NamedTuple):
    """A table with its totals: the last row and the last column."""

    values: tuple[tuple[int, ...], ...]

    @property
    def shape(self) -> Place:
        """How many rows and columns, totals included."""
        return len(self.values), len(self.values[0])

    def places(self) -> list[Place]:
        """List every cell, row by row."""
        rows, columns = self.shape
        return list(product(range(rows), range(columns)))

    def at(self, place: Place) -> int:
        """Return the number in a cell."""
        return self.values[place[0]][place[1]]

    def is_total(self, place: Place) -> bool:
        """Say whether a cell is a total."""
        rows, columns = self.shape
        return place[0] == rows - 1 or place[1] == columns - 1

    def sign(self, place: Place) -> int:
        """Return -1 for a total of a row or column: there a change goes the other way."""
        rows, columns = self.shape
        return -1 if (place[0] == rows - 1) != (place[1] == columns - 1) else 1


def with_totals(table: Sequence[Sequence[int]]) -> Grid:
    """Add the totals of rows, of columns and of all.

    Raises:
        BadInput: the table is empty or ragged, or holds a number below 0.
    """
    if not table or not table[0] or len({len(row) for row in table}) > 1:
        raise BadInput("the table is empty, or its rows are not of one length")
    if min(min(row) for row in table) < 0:
        raise BadInput("the table holds a number below 0; only counts and amounts can be protected")
    rows = [(*row, sum(row)) for row in table]
    return Grid((*rows, tuple(sum(column) for column in zip(*rows, strict=True))))


def inferable_range(grid: Grid, told: Mapping[Place, Band], place: Place) -> Band:
    """Return what anybody can work out of one cell from all the others.

    Args:
        grid: the true numbers.
        told: what is told of the cells that are kept back; all others are told exactly.
        place: the cell.

    Source:
        In a two-way table a change runs through rows and columns like water: the most a cell can
        grow is a greatest flow (Gusfield 1988, https://doi.org/10.1137/0217034).
    """
    value, (low, high) = grid.at(place), told.get(place, Band(grid.at(place), grid.at(place)))
    room = NO_END if high is None else high - value
    up, down = room, value - low
    if grid.sign(place) < 0:
        grown, shrunk = _flow(grid, told, place, down), _flow(grid, told, place, up, back=True)
        down, up = grown, shrunk
    else:
        up, down = _flow(grid, told, place, up), _flow(grid, told, place, down, back=True)
    return Band(value - down, None if up >= NO_END else value + up)


def width(band: Band) -> int:
    """Say how wide an interval is."""
    return NO_END if band.high is None else band.high - band.low


def protected(
    grid: Grid, told: Mapping[Place, Band], need: Mapping[Place, int], least: int
) -> dict[Place, Band]:
    """Keep back as many more cells as it takes.

    Args:
        grid: the true numbers.
        told: what is told of cells that must be kept back.
        need: how wide the interval of a cell must be at least; by cell, where more than ``least``.
        least: how wide that of any cell kept back must be.

    Raises:
        BadInput: a band leaves its own number out, or is too narrow to protect anything.
    """
    for place, band in told.items():
        wanted = need.get(place, least)
        end = NO_END if band.high is None else band.high
        if not band.low <= grid.at(place) <= end or width(band) < wanted:
            raise BadInput(f"cell {place} holds {grid.at(place)} and is told as {band}; too narrow")
    search = _Search(grid, told, need, least)
    search.run(frozenset(), 0)
    return search.pruned()


class _Search:
    """Looks for cheap cells to keep back; each step closes one cell's leak with a rectangle."""

    def __init__(
        self, grid: Grid, told: Mapping[Place, Band], need: Mapping[Place, int], least: int
    ) -> None:
        self.grid, self.told, self.need, self.least = grid, told, need, least
        self.best: frozenset[Place] = frozenset()
        self.best_cost = NO_END * len(grid.places())
        self.steps = 0

    def run(self, more: frozenset[Place], cost: int) -> None:
        """Try what is kept back so far; go on from where it leaks."""
        self.steps += 1
        has_found = self.best_cost < NO_END
        if cost >= self.best_cost or (has_found and self.steps > MOST_STEPS):
            return
        leak = self.leaks(more)
        if leak is None:
            self.best, self.best_cost = more, cost
            return
        for extra in self.ways(leak, more)[:BRANCHES]:
            self.run(more | extra, cost + self.cost(extra))

    def cost(self, places: frozenset[Place]) -> int:
        """Weigh what readers lose: the numbers themselves, totals some times over."""
        return sum(self.grid.at(p) * (TOTALS_COST if self.grid.is_total(p) else 1) for p in places)

    def bands(self, more: frozenset[Place]) -> dict[Place, Band]:
        """Say what is told of each cell that is kept back."""
        return dict.fromkeys(more, KEPT_BACK) | dict(self.told)

    def leaks(self, more: frozenset[Place]) -> Place | None:
        """Return a cell that is known too well, or None."""
        told = self.bands(more)
        for place in sorted(told):
            if width(inferable_range(self.grid, told, place)) < self.need.get(place, self.least):
                return place
        return None

    def ways(self, leak: Place, more: frozenset[Place]) -> list[frozenset[Place]]:
        """List the rectangles through a cell by what they would cost."""
        (row, column), hidden = leak, {*more, *self.told}
        rows, columns = self.grid.shape
        found = {
            frozenset({(row, c), (r, column), (r, c)} - hidden)
            for r, c in product(range(rows), range(columns))
            if r != row and c != column
        }
        return sorted(found - {frozenset()}, key=lambda each: (self.cost(each), sorted(each)))

    def pruned(self) -> dict[Place, Band]:
        """Give back every cell that turns out not to be needed, the dearest first."""
        kept = self.best
        for place in sorted(kept, key=lambda p: (-self.cost(frozenset({p})), p)):
            if self.leaks(kept - {place}) is None:
                kept -= {place}
        return self.bands(kept)


def _flow(
    grid: Grid, told: Mapping[Place, Band], place: Place, most: int, *, back: bool = False
) -> int:
    """Return how far a cell can move, up to ``most``, while all totals stay as they are.

    Rows are nodes 0 and up, columns follow them; an arc from row to column is a cell that grows.
    """
    rows, columns = grid.shape
    row, column = place[0], rows + place[1]
    begin, end = (row, column) if back else (column, row)
    room = _room(grid, told, place)
    moved = 0
    while moved < most and (path := _path(room, begin, end, rows + columns)):
        step = min(most - moved, *(room[arc] for arc in path))
        for a, b in path:
            room[a, b] -= step
            room[b, a] = room.get((b, a), 0) + step
        moved += step
    return moved


def _room(grid: Grid, told: Mapping[Place, Band], but: Place) -> dict[tuple[int, int], int]:
    """Say how far every other cell can move, each way."""
    rows, _columns = grid.shape
    room: dict[tuple[int, int], int] = {}
    for place, band in told.items():
        if place == but:
            continue
        value, (row, column) = grid.at(place), (place[0], rows + place[1])
        up = NO_END if band.high is None else band.high - value
        down = value - band.low
        if grid.sign(place) < 0:
            up, down = down, up
        room[row, column], room[column, row] = up, down
    return room


def _path(
    room: Mapping[tuple[int, int], int], begin: int, end: int, nodes: int
) -> list[tuple[int, int]]:
    """Find a shortest way with room on every arc; empty when there is none."""
    before: dict[int, int] = {begin: begin}
    waiting = deque([begin])
    while waiting and end not in before:
        here = waiting.popleft()
        for there in range(nodes):
            if there not in before and room.get((here, there), 0) > 0:
                before[there] = here
                waiting.append(there)
    if end not in before:
        return []
    path: list[tuple[int, int]] = []
    while end != begin:
        path.append((before[end], end))
        end = before[end]
    return path[::-1]
