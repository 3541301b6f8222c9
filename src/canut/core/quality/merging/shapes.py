"""Measure the similarity of two shapes, and encode shapes as vectors of one length.

A box is (left, top, right, bottom), a segment (begin, end), a point (x, y), a polygon its corners.
``regions`` decides which shapes mean the same thing.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.errors import BadInput, ShapeError

type Alike = Callable[[Floats, Floats], Floats]


class Shape(NamedTuple):
    """A kind of shape: its similarity function, and how to align two shapes."""

    alike: Alike
    lay: Callable[[Floats, Floats], Floats] | None = None


CORNERS = 64
FEWEST_CORNERS = 3
CELLS = 96
XY = ("x", "y")


def boxes_alike(first: Floats, second: Floats) -> Floats:
    """Return the intersection over union of boxes, over the last axis.

    Args:
        first: left, top, right, bottom, shape (..., 4).
        second: other boxes, shape (..., 4).

    Returns:
        From 0 to 1, shape (...).

    Example:
        >>> float(boxes_alike(np.array([0.0, 0, 2, 2]), np.array([1.0, 0, 3, 2])).round(3))
        0.333
    """
    return _overlap(first, second, 2)


def segments_alike(first: Floats, second: Floats) -> Floats:
    """Return the intersection over union of segments (begin, end), over the last axis.

    Args:
        first: begin and end, shape (..., 2).
        second: other segments, shape (..., 2).

    Returns:
        From 0 to 1, shape (...).

    Example:
        >>> float(segments_alike(np.array([0.0, 4]), np.array([2.0, 4])))
        0.5
    """
    return _overlap(first, second, 1)


def _overlap(first: Floats, second: Floats, sides: int) -> Floats:
    low = np.maximum(first[..., :sides], second[..., :sides])
    high = np.minimum(first[..., sides:], second[..., sides:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    sizes = [
        np.clip(each[..., sides:] - each[..., :sides], 0, None).prod(axis=-1)
        for each in (first, second)
    ]
    union = sizes[0] + sizes[1] - common
    same = np.asarray((first == second).all(axis=-1), dtype=np.float64)
    share: Floats = np.divide(common, union, out=same, where=union > 0)
    return share


def points(reach: float) -> Shape:
    """Return points as a shape with similarity 1/2 at the distance ``reach``.

    Raises:
        BadInput: the reach is not positive.

    Example:
        >>> float(points(5.0).alike(np.array([0.0, 0]), np.array([3.0, 4])))
        0.5
    """
    if not reach > 0:
        raise BadInput(f"reach is {reach}; give the distance at which two points are half alike")

    def alike(first: Floats, second: Floats) -> Floats:
        apart = np.sqrt(((first - second) ** 2).sum(axis=-1)) / reach
        return np.asarray(1 / (1 + apart))

    return Shape(alike)


def polygon_vector(corners: Sequence[Sequence[float]], count: int = CORNERS) -> Floats:
    """Encode a polygon as points at equal steps, clockwise from its leftmost point.

    Args:
        corners: pairs (x, y), at least three.
        count: number of points.

    Returns:
        x, y, x, y …, shape (2 count,).

    Raises:
        BadInput: fewer than three corners, no length, or a number that is not finite.
        ShapeError: a corner is not (x, y).
    """
    points = np.asarray(corners, dtype=np.float64)
    if points.shape != (len(points), len(XY)):
        raise ShapeError(f"corners have shape {points.shape}; give one (x, y) for each")
    if len(points) < FEWEST_CORNERS:
        raise BadInput(f"a polygon has {len(points)} corners; give at least {FEWEST_CORNERS}")
    if not np.isfinite(points).all():
        raise BadInput("a corner is not made of finite numbers")
    following = np.roll(points, -1, axis=0)
    turned = float((points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]).sum())
    if turned < 0:
        points = points[::-1]
    first = int(np.lexsort((points[:, 1], points[:, 0]))[0])
    points = np.roll(points, -first, axis=0)
    closed = np.concatenate([points, points[:1]])
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    if not travelled[-1] > 0:
        raise BadInput("all corners of a polygon are in one place")
    steps = np.linspace(0, travelled[-1], count, endpoint=False)
    along = [np.interp(steps, travelled, closed[:, axis]) for axis in (0, 1)]
    return np.stack(along, axis=1).reshape(-1)


def aligned(vector: Floats, to: Floats) -> Floats:
    """Rotate a polygon's vector so that it lies best on another.

    Both vectors follow the outline; only their start depends on which corner is leftmost.

    Args:
        vector: a polygon's vector, shape (2 n,).
        to: the polygon to align with, shape (2 n,).

    Returns:
        The same points from another start, shape (2 n,).
    """
    points, goal = vector.reshape(-1, 2), to.reshape(-1, 2)
    complex_points = points[:, 0] + 1j * points[:, 1]
    complex_goal = goal[:, 0] + 1j * goal[:, 1]
    match = np.fft.ifft(np.fft.fft(complex_points) * np.conj(np.fft.fft(complex_goal))).real
    return np.roll(points, -int(match.argmax()), axis=0).reshape(-1)


def polygons_alike(first: Floats, second: Floats) -> Floats:
    """Return the intersection over union of polygons, on a grid of cells.

    Args:
        first: vector of a polygon, shape (2 n,).
        second: vector of another, shape (2 n,), or of several, shape (n_others, 2 n).

    Returns:
        From 0 to 1, shape () or (n_others,).

    Example:
        >>> square = polygon_vector([(0, 0), (2, 0), (2, 2), (0, 2)])
        >>> beside = polygon_vector([(1, 0), (3, 0), (3, 2), (1, 2)])
        >>> round(float(polygons_alike(square, beside)), 2)
        0.33
    """
    if second.ndim > 1:
        return np.array([float(polygons_alike(first, each)) for each in second])
    left, right = first.reshape(-1, 2), second.reshape(-1, 2)
    corners = np.concatenate([left, right])
    low, high = corners.min(axis=0), corners.max(axis=0)
    if (left.max(axis=0) < right.min(axis=0)).any() or (right.max(axis=0) < left.min(axis=0)).any():
        return np.asarray(0.0)
    steps = (np.arange(CELLS) + 0.5) / CELLS
    across, down = (low + steps[:, None] * (high - low)).T
    inside = _inside(left, across, down), _inside(right, across, down)
    union = int((inside[0] | inside[1]).sum())
    common = int((inside[0] & inside[1]).sum())
    return np.asarray(common / union if union else float(np.array_equal(left, right)))


def _inside(corners: Floats, across: Floats, down: Floats) -> Bools:
    """Return which cells lie inside, at [down, across]."""
    following = np.roll(corners, -1, axis=0)
    crossings = np.zeros((len(down), len(across)), dtype=np.bool_)
    begin, end = corners[:, 1][:, None], following[:, 1][:, None]
    crosses = (begin <= down) != (end <= down)
    rise = np.where(end == begin, 1.0, end - begin)
    at = corners[:, :1] + (down - begin) / rise * (following[:, :1] - corners[:, :1])
    for edge in range(len(corners)):
        rows = crosses[edge]
        crossings[rows] ^= across < at[edge][rows][:, None]
    return crossings


BOX = Shape(boxes_alike)
SEGMENT = Shape(segments_alike)
POLYGON = Shape(polygons_alike, aligned)
