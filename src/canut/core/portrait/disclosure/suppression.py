"""Compute what suppressed cells of a table disclose, and which more cells to suppress.

A table is published with its totals, so a suppressed cell may be computed by subtraction. The
attack here computes the narrowest interval anybody can infer; a bounded search suppresses as few
other cells as it can, until every interval is wide enough and every total less its published parts
may be published itself. Rows and columns may be any two dimensions, such as occupations and
places. Which cells must be suppressed first is decided in ``privacy``.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.portrait.disclosure.dominance import is_safe_sum, summed

NO_END = 10**18
MOST_STEPS = 300
BRANCHES = 6
TOTALS_COST = 4

type Place = tuple[int, int]


class ValueRange(NamedTuple):
    """What is published about a number: from ``low`` to ``high``; None has no end."""

    low: int
    high: int | None


KEPT_BACK = ValueRange(0, None)


class Grid(NamedTuple):
    """A table with its totals: the last row and the last column."""

    values: tuple[tuple[int, ...], ...]

    @property
    def shape(self) -> Place:
        """Return the numbers of rows and columns, totals included."""
        return len(self.values), len(self.values[0])

    def places(self) -> list[Place]:
        """List every cell, row by row."""
        rows, columns = self.shape
        return list(product(range(rows), range(columns)))

    def at(self, cell: Place) -> int:
        """Return the number in a cell."""
        return self.values[cell[0]][cell[1]]

    def is_total(self, cell: Place) -> bool:
        """Return whether a cell is a total."""
        rows, columns = self.shape
        return cell[0] == rows - 1 or cell[1] == columns - 1

    def sign(self, cell: Place) -> int:
        """Return -1 for a total of a row or column, where a change has the opposite sign."""
        rows, columns = self.shape
        return -1 if (cell[0] == rows - 1) != (cell[1] == columns - 1) else 1


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


def inferable_range(grid: Grid, bands: Mapping[Place, ValueRange], cell: Place) -> ValueRange:
    """Return the range that can be inferred for one cell from all the others.

    Args:
        grid: the true numbers.
        bands: published bands of the suppressed cells; all others are published exactly.
        cell: row and column of the cell.

    Source:
        In a two-way table, the most a cell can grow is a maximum flow through rows and columns
        (Gusfield 1988, https://doi.org/10.1137/0217034).
    """
    value, (low, high) = grid.at(cell), bands.get(cell, ValueRange(grid.at(cell), grid.at(cell)))
    slack = NO_END if high is None else high - value
    up, down = slack, value - low
    if grid.sign(cell) < 0:
        grown, shrunk = _flow(grid, bands, cell, down), _flow(grid, bands, cell, up, back=True)
        down, up = grown, shrunk
    else:
        up, down = _flow(grid, bands, cell, up), _flow(grid, bands, cell, down, back=True)
    return ValueRange(value - down, None if up >= NO_END else value + up)


def width(band: ValueRange) -> int:
    """Return the width of an interval."""
    return NO_END if band.high is None else band.high - band.low


def disclosed_remainders(
    grid: Grid, hidden: Collection[Place], parts: Mapping[Place, Mapping[int, int]]
) -> list[tuple[Place, ...]]:
    """List the sums that anybody gets as a published total less its published parts.

    Args:
        grid: the true numbers.
        hidden: the suppressed cells.
        parts: what each person has in a cell that is no total, by person.

    Returns:
        The suppressed cells of each such sum that may not be published itself.
    """
    remainders: list[tuple[Place, ...]] = []
    for total, children in _sums(grid):
        unpublished = tuple(cell for cell in children if cell in hidden)
        if total in hidden or not unpublished:
            continue
        inside = (parts.get(leaf, {}) for cell in unpublished for leaf in _leaves(grid, cell))
        if not is_safe_sum(summed(inside).values()):
            remainders.append(unpublished)
    return remainders


def _sums(grid: Grid) -> list[tuple[Place, list[Place]]]:
    """List each total of the table with the cells it is the sum of."""
    rows, columns = grid.shape
    across = [((r, columns - 1), [(r, c) for c in range(columns - 1)]) for r in range(rows)]
    down = [((rows - 1, c), [(r, c) for r in range(rows - 1)]) for c in range(columns)]
    return across + down


def _leaves(grid: Grid, cell: Place) -> list[Place]:
    """List the cells that are no totals and that a cell is the sum of."""
    (row, column), (rows, columns) = cell, grid.shape
    in_rows = range(rows - 1) if row == rows - 1 else (row,)
    in_columns = range(columns - 1) if column == columns - 1 else (column,)
    return list(product(in_rows, in_columns))


def protected(
    grid: Grid,
    bands: Mapping[Place, ValueRange],
    need: Mapping[Place, int],
    least: int,
    parts: Mapping[Place, Mapping[int, int]] | None = None,
) -> dict[Place, ValueRange]:
    """Suppress more cells until every suppressed cell is protected.

    Args:
        grid: the true numbers.
        bands: published bands of cells that must be suppressed.
        need: minimum width of the interval, for cells where it is more than ``least``.
        least: minimum width of the interval of any suppressed cell.
        parts: what each person has in a cell that is no total; then every published total less
            its published parts has twenty people as well, and follows the p % rule.

    Raises:
        BadInput: a band leaves its own number out, or is too narrow to protect anything.
    """
    for cell, band in bands.items():
        least_width = need.get(cell, least)
        end = NO_END if band.high is None else band.high
        if not band.low <= grid.at(cell) <= end or width(band) < least_width:
            raise BadInput(f"cell {cell} holds {grid.at(cell)} and is told as {band}; too narrow")
    search = _Search(grid, bands, need, least, parts or {})
    search.run(frozenset(), 0)
    return search.pruned()


class _Search:
    """Search for cheap cells to suppress; each step closes one leak with a rectangle."""

    def __init__(
        self,
        grid: Grid,
        bands: Mapping[Place, ValueRange],
        need: Mapping[Place, int],
        least: int,
        parts: Mapping[Place, Mapping[int, int]],
    ) -> None:
        self.grid, self.told, self.need, self.least = grid, bands, need, least
        self.parts = parts
        self.best: frozenset[Place] = frozenset()
        self.best_cost = NO_END * len(grid.places())
        self.steps = 0

    def run(self, more: frozenset[Place], cost: int) -> None:
        """Search on from a set of suppressed cells, at its first leak."""
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
        """Return what readers lose: the suppressed numbers, with totals weighted more."""
        return sum(self.grid.at(p) * (TOTALS_COST if self.grid.is_total(p) else 1) for p in places)

    def bands(self, more: frozenset[Place]) -> dict[Place, ValueRange]:
        """Return the published band of each suppressed cell."""
        return dict.fromkeys(more, KEPT_BACK) | dict(self.told)

    def leaks(self, more: frozenset[Place]) -> Place | None:
        """Return a cell that can be inferred too closely, or None."""
        bands = self.bands(more)
        for cell in sorted(bands):
            if width(inferable_range(self.grid, bands, cell)) < self.need.get(cell, self.least):
                return cell
        if self.parts:
            remainders = disclosed_remainders(self.grid, bands, self.parts)
            return next((cell for cells in remainders for cell in sorted(cells)), None)
        return None

    def ways(self, leak: Place, more: frozenset[Place]) -> list[frozenset[Place]]:
        """List the rectangles through a cell, cheapest first."""
        (row, column), hidden = leak, {*more, *self.told}
        rows, columns = self.grid.shape
        rectangles = {
            frozenset({(row, c), (r, column), (r, c)} - hidden)
            for r, c in product(range(rows), range(columns))
            if r != row and c != column
        }
        return sorted(rectangles - {frozenset()}, key=lambda each: (self.cost(each), sorted(each)))

    def pruned(self) -> dict[Place, ValueRange]:
        """Publish again every cell that need not be suppressed, the most costly first."""
        suppressed = self.best
        for cell in sorted(suppressed, key=lambda p: (-self.cost(frozenset({p})), p)):
            if self.leaks(suppressed - {cell}) is None:
                suppressed -= {cell}
        return self.bands(suppressed)


def _flow(
    grid: Grid, bands: Mapping[Place, ValueRange], cell: Place, most: int, *, back: bool = False
) -> int:
    """Return how far a cell can move, up to ``most``, while all totals stay as they are.

    Rows are nodes 0 and up, columns follow them; an arc from row to column is a cell that grows.
    """
    rows, columns = grid.shape
    row, column = cell[0], rows + cell[1]
    begin, end = (row, column) if back else (column, row)
    capacity = _room(grid, bands, cell)
    moved = 0
    while moved < most and (path := _path(capacity, begin, end, rows + columns)):
        step = min(most - moved, *(capacity[arc] for arc in path))
        for a, b in path:
            capacity[a, b] -= step
            capacity[b, a] = capacity.get((b, a), 0) + step
        moved += step
    return moved


def _room(
    grid: Grid, bands: Mapping[Place, ValueRange], excluded: Place
) -> dict[tuple[int, int], int]:
    """Return how far every other cell can move, in each direction."""
    rows, _columns = grid.shape
    capacity: dict[tuple[int, int], int] = {}
    for cell, band in bands.items():
        if cell == excluded:
            continue
        value, (row, column) = grid.at(cell), (cell[0], rows + cell[1])
        up = NO_END if band.high is None else band.high - value
        down = value - band.low
        if grid.sign(cell) < 0:
            up, down = down, up
        capacity[row, column], capacity[column, row] = up, down
    return capacity


def _path(
    capacity: Mapping[tuple[int, int], int], begin: int, end: int, nodes: int
) -> list[tuple[int, int]]:
    """Find a shortest path with capacity on every arc; empty if there is none."""
    before: dict[int, int] = {begin: begin}
    waiting = deque([begin])
    while waiting and end not in before:
        here = waiting.popleft()
        for there in range(nodes):
            if there not in before and capacity.get((here, there), 0) > 0:
                before[there] = here
                waiting.append(there)
    if end not in before:
        return []
    path: list[tuple[int, int]] = []
    while end != begin:
        path.append((before[end], end))
        end = before[end]
    return path[::-1]
