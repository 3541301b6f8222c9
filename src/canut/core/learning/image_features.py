"""Features of small images: stroke directions by position, and pixels relative to their mean.

Strokes are encoded as a histogram of directions in each of sixteen cells, with soft edges, so that
a small change in width or height changes little; dark on light and light on dark differ only in the
sign of a direction. Each image is also learnt shifted a little in each direction, since its content
stays the same.

Source:
    Dalal and Triggs (2005), histograms of oriented gradients, https://doi.org/10.1109/CVPR.2005.177
    Arandjelović and Zisserman (2012), their square root, https://doi.org/10.1109/CVPR.2012.6248018
    Simard, Steinkraus and Platt (2003), moved copies, https://doi.org/10.1109/ICDAR.2003.1227801
"""

from math import isqrt

import numpy as np

from canut.core.arrays import Floats

PLACES, DIRECTIONS = 4, 8
MOVED_BY = 1 / 16  # of a side
LEAST_SIDE = 4
LEAST = 1e-9
WAYS = ((0, 1), (2, 1), (1, 0), (1, 2))


def has_sides(points: int) -> bool:
    """Return whether so many pixels form a square large enough for strokes.

    Example:
        >>> has_sides(256), has_sides(60), has_sides(9)
        (True, False, False)
    """
    return isqrt(points) ** 2 == points and points >= LEAST_SIDE**2


def strokes(points: Floats) -> Floats:
    """Encode images as stroke directions by position, then pixels, each of unit length.

    Args:
        points: grey values or ink of square images, shape (n, side * side).

    Returns:
        Features, shape (n, 128 + side * side).
    """
    n, width = points.shape
    side = isqrt(width)
    flat = points.reshape(n, side, side)
    down, right = np.gradient(flat, axis=1), np.gradient(flat, axis=2)
    steep = np.hypot(right, down)
    angle = np.arctan2(down, right) % (2 * np.pi) / (2 * np.pi) * DIRECTIONS
    below = np.floor(angle)
    share, direction = angle - below, below.astype(np.int64)
    near = np.maximum(
        0, 1 - np.abs(np.arange(side) - (np.arange(PLACES)[:, None] + 0.5) * side / PLACES + 0.5)
        * PLACES / side,
    )  # fmt: skip
    by_direction = np.zeros((n, DIRECTIONS, side, side))
    for step, weight in ((0, 1 - share), (1, share)):
        index = (direction + step) % DIRECTIONS
        np.put_along_axis(by_direction, index[:, None], (steep * weight)[:, None], axis=1)
    histogram = by_direction.reshape(n * DIRECTIONS, width) @ np.kron(near, near).T
    middle = points - points.mean(axis=1, keepdims=True)
    return np.hstack([_of_length_one(np.sqrt(histogram.reshape(n, -1))), _of_length_one(middle)])


def moved(points: Floats) -> Floats:
    """Shift images by a sixteenth of their side in each of four directions.

    Args:
        points: values of square images, shape (n, side * side).

    Returns:
        Shifted copies, shape (4 * n, side * side).
    """
    n, width = points.shape
    side = isqrt(width)
    far = max(1, round(side * MOVED_BY))
    weight = side * MOVED_BY / far
    flat = points.reshape(n, side, side)
    wide = np.pad(flat, ((0, 0), (far, far), (far, far)), mode="edge")
    copies = []
    for y, x in WAYS:
        there = wide[:, y * far : y * far + side, x * far : x * far + side]
        copies.append(((1 - weight) * flat + weight * there).reshape(n, width))
    return np.vstack(copies)


def _of_length_one(rows: Floats) -> Floats:
    long: Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), LEAST)
    return rows / long
