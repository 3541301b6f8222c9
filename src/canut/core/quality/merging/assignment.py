"""Solve the assignment problem: pair two sets at the least total cost.

The caller defines the costs. ``regions`` matches the most similar shapes first instead, which is
faster and symmetric between more than two sets.
"""

import numpy as np

from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import ShapeError

TABLE = 2


def assigned(costs: Floats) -> Codes:
    """Return for each row its column in the assignment of least total cost.

    Args:
        costs: finite, shape (n_rows, n_columns), no more rows than columns.

    Returns:
        Columns, shape (n_rows,), all different.

    Raises:
        ShapeError: not two dimensions, or more rows than columns.

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
        row, column, distance = free, -1, 0.0
        while True:
            reach = distance + costs[row] - row_price[row] - column_price
            nearer = ~done & (reach < far)
            far[nearer] = reach[nearer]
            before[nearer] = row
            column = int(np.where(done, np.inf, far).argmin())
            distance = float(far[column])
            done[column] = True
            if of_column[column] < 0:
                break
            row = int(of_column[column])
        passed = done.copy()
        passed[column] = False
        row_price[of_column[passed]] += distance - far[passed]
        column_price[passed] += far[passed] - distance
        row_price[free] += distance
        while True:
            row = int(before[column])
            of_column[column] = row
            if row == free:
                break
            column = int(_last_column(of_column, row, column))
    column_of_row = np.zeros(n_rows, dtype=np.int32)
    paired = np.flatnonzero(of_column >= 0)
    column_of_row[of_column[paired]] = paired
    return column_of_row


def _last_column(of_column: Counts, row: int, but: int) -> int:
    """Return the column a row was paired with before this one."""
    return next(int(c) for c in np.flatnonzero(of_column == row) if c != but)
