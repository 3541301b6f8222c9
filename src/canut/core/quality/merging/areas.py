"""Compute the exact intersection and union of two polygons.

``shapes`` counts cells of a grid, which is faster. Here the plane is cut at every corner and
crossing, so that 1 minus the intersection over union is an exact metric.
"""

import numpy as np

from canut.core.arrays import Floats

XY = 2


def shared_area(first: Floats, second: Floats) -> tuple[float, float]:
    """Return the areas of the intersection and the union of two polygons.

    Self-crossing polygons follow the even-odd rule.

    Args:
        first: corners as x, y, x, y …, shape (2 n,).
        second: corners of the other polygon, shape (2 m,).

    Returns:
        Area of the intersection, and of the union, in squared units of the corners.

    Example:
        >>> square = np.array([0.0, 0, 2, 0, 2, 2, 0, 2])
        >>> shared_area(square, square + 1)
        (1.0, 7.0)
    """
    left, right = _edges(first), _edges(second)
    edges = np.concatenate([left, right])
    heights = np.unique(np.concatenate([edges[:, 1], edges[:, 3], _crossings(edges)]))
    if len(heights) < XY:
        return 0.0, 0.0
    low, high = heights[:-1], heights[1:]
    middle = (low + high) / 2
    x1, y1, x2, y2 = edges.T
    spans = (y1 <= low[:, None]) & (y2 >= high[:, None])
    at = x1 + (middle[:, None] - y1) / (y2 - y1) * (x2 - x1)
    across = np.where(spans, at, np.inf)
    order = across.argsort(axis=1, kind="stable")
    across = np.take_along_axis(across, order, axis=1)
    spans = np.take_along_axis(spans, order, axis=1)
    of_left = order < len(left)
    in_left = np.cumsum(spans & of_left, axis=1)[:, :-1] % 2 == 1
    in_right = np.cumsum(spans & ~of_left, axis=1)[:, :-1] % 2 == 1
    finite = np.where(spans, across, 0.0)
    wide = np.where(spans[:, 1:], finite[:, 1:] - finite[:, :-1], 0.0)
    tall = (high - low)[:, None]
    intersection = float((wide * tall)[in_left & in_right].sum())
    return intersection, float((wide * tall)[in_left | in_right].sum())


def areas_alike(first: Floats, second: Floats) -> float:
    """Return the intersection over union of two polygons; 1 for equal corners.

    Args:
        first: corners as x, y, x, y …, shape (2 n,).
        second: corners of the other polygon, shape (2 m,).

    Returns:
        From 0 to 1.

    Example:
        >>> square = np.array([0.0, 0, 2, 0, 2, 2, 0, 2])
        >>> areas_alike(square, square + np.array([1, 0] * 4))
        0.3333333333333333
    """
    if np.array_equal(first, second):
        return 1.0
    left, right = first.reshape(-1, XY), second.reshape(-1, XY)
    if (left.max(axis=0) <= right.min(axis=0)).any() or (
        right.max(axis=0) <= left.min(axis=0)
    ).any():
        return 0.0
    intersection, either = shared_area(first, second)
    return intersection / either if either else 0.0


def _edges(corners: Floats) -> Floats:
    """Return the edges that are not horizontal as x, y of the lower and the upper end."""
    points = corners.reshape(-1, XY)
    edges: Floats = np.concatenate([points, np.roll(points, -1, axis=0)], axis=1)
    edges = edges[edges[:, 1] != edges[:, 3]]
    upside_down = edges[:, 1] > edges[:, 3]
    edges[upside_down] = edges[upside_down][:, [2, 3, 0, 1]]
    return edges


def _crossings(edges: Floats) -> Floats:
    """Return the heights at which edges cross."""
    x1, y1, x2, y2 = edges.T
    lean = (x2 - x1) / (y2 - y1)
    foot = x1 - lean * y1
    steeper = lean[:, None] - lean[None, :]
    apart = foot[None, :] - foot[:, None]
    where: Floats = np.divide(apart, steeper, out=np.full_like(steeper, np.inf), where=steeper != 0)
    low = np.maximum(y1[:, None], y1[None, :])
    high = np.minimum(y2[:, None], y2[None, :])
    crossed: Floats = where[(where > low) & (where < high)]
    return crossed
