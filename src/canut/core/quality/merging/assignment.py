"""Pair the members of two sets at least cost in all.

What a pair costs is decided by whoever asks; ``regions`` pairs the most alike first instead, which
is quicker and fair between more than two sets.
"""

import numpy as np

from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import ShapeError

TABLE = 2


def assigned(costs: Floats) -> Codes:
    """Return, for each row, the column it is paired with so that the sum of costs is least.

    Args:
        costs: finite, shape (n_rows, n_columns), no more rows than columns.

    Raises:
        ShapeError: no table, or more rows than columns.

    Source:
        Kuhn (1955), https://doi.org/10.1002/nav.3800020109; shortest paths as in Jonker and
        Volgenant (1987), https://doi.org/10.1007/BF02278710.

    Example:
        >>> assigned(np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0]])).tolist()
        [1, 0]
    """
    if costs.ndim != TABLE or len(costs) > costs.shape[1]:
        raise ShapeError(f"costs have shape {costs.shape}; give as many columns as rows, or more")
    n_rows, n_columns = costs.shape
    of_column = np.full(n_columns, -1, dtype=np.int64)
    row_price, column_price = np.zeros(n_rows), np.zeros(n_columns)
    for free in range(n_rows):
        far = np.full(n_columns, np.inf)
        before = np.full(n_columns, -1, dtype=np.int64)
        done = np.zeros(n_columns, dtype=np.bool_)
        row, column, gone = free, -1, 0.0
        while True:
            way = gone + costs[row] - row_price[row] - column_price
            nearer = ~done & (way < far)
            far[nearer] = way[nearer]
            before[nearer] = row
            column = int(np.where(done, np.inf, far).argmin())
            gone = float(far[column])
            done[column] = True
            if of_column[column] < 0:
                break
            row = int(of_column[column])
        passed = done.copy()
        passed[column] = False
        row_price[of_column[passed]] += gone - far[passed]
        column_price[passed] += far[passed] - gone
        row_price[free] += gone
        while True:
            row = int(before[column])
            of_column[column] = row
            if row == free:
                break
            column = int(_last_column(of_column, row, column))
    found = np.zeros(n_rows, dtype=np.int32)
    taken = np.flatnonzero(of_column >= 0)
    found[of_column[taken]] = taken
    return found


def _last_column(of_column: Counts, row: int, but: int) -> int:
    """Return the column a row was paired with before it was given this one."""
    return next(int(c) for c in np.flatnonzero(of_column == row) if c != but)
