"""Decode COCO run-length masks, and convert them into polygons.

Runs go down the columns, and the first is a run of zeros. The polygons follow the edges of pixels,
so that filling them gives exactly the mask. A mask with a hole is refused, since a polygon cannot
represent it.
"""

import numpy as np
from numpy.typing import NDArray

from canut.core.formats.training.labelled_items import DocumentPath

type Mask = NDArray[np.uint8]
type Whole = NDArray[np.int64]
type Points = list[list[float]]

MOST_PIXELS = 100_000_000
MOST_EDGES = 4_000_000  # a smooth outline of a large picture has some ten thousand
MOST_BITS = 64
_MORE, _SIGN = 0x20, 0x10


def polygons_of(segmentation: object, at: DocumentPath) -> list[Points]:
    """Return the polygons around the pixels of a run-length mask, one per component.

    Args:
        segmentation: ``{"size": [height, width], "counts": [runs] or packed text}``.
        at: its path, for errors.

    Raises:
        BadFile: not such an object, the runs do not fill it, its outline is too long, or a
            component has a hole.
    """
    fields = at.fields(segmentation, "segmentation")
    size = [at.size(each, "size") for each in at.numbers(fields.get("size"), "size", 2)]
    if size[0] * size[1] > MOST_PIXELS:
        at.seen("entry-size", "size", size, limit=MOST_PIXELS)
    counts = fields.get("counts")
    if isinstance(counts, str):
        runs = unpacked(counts[: 2 * MOST_EDGES])
    else:
        runs = [at.whole(each, "counts") for each in at.items(counts, "counts")]
    if sum(runs) != size[0] * size[1] or min(runs, default=0) < 0:
        at.refuse("mask-counts", field="counts", expected=size[0] * size[1])
    values = np.arange(len(runs), dtype=np.uint8) % 2
    mask = np.repeat(values, runs).reshape(size[1], size[0]).T
    if _edges(mask) > MOST_EDGES:
        at.refuse("mask-rough", limit=MOST_EDGES)
    loops = outlines(np.ascontiguousarray(mask))
    if any(signed < 0 for signed, _ in loops):
        at.refuse("mask-hole")
    return [points for _, points in loops]


def _edges(mask: Mask) -> int:
    """Count the sides of pixels between ones and zeros."""
    inside = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    borders = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    return int(inside + sum(np.count_nonzero(border) for border in borders))


def unpacked(text: str) -> list[int]:
    r"""Decode packed runs: five bits per character, from the third run on as a difference.

    Source:
        the format of ``rleToString`` in the COCO API, described in its documentation of masks.

    Example:
        >>> unpacked("61X13"), unpacked("052203")
        ([6, 1, 40, 4], [0, 5, 2, 7, 2, 10])
    """
    runs = list[int]()
    value, shift = 0, 0
    for character in text:
        bits = ord(character) - 48
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & _MORE and shift < MOST_BITS:
            continue
        if bits & _SIGN:
            value -= 1 << shift
        runs.append(value + (runs[-2] if runs[2:] else 0))
        value, shift = 0, 0
    return runs


def outlines(mask: Mask) -> list[tuple[float, Points]]:
    """Return the closed outlines between ones and zeros, each with twice its signed area.

    Lines run clockwise around ones (area above 0) and the other way around holes. Pixels that
    touch by a corner alone are in separate pieces.
    """
    padded = np.pad(mask, 1)
    inner = padded[1:-1, 1:-1]
    width = mask.shape[1] + 1
    starts = list[Whole]()
    ends = list[Whole]()
    for (dy, dx), (y0, x0), (y1, x1) in (
        ((-1, 0), (0, 0), (0, 1)),
        ((0, 1), (0, 1), (1, 1)),
        ((1, 0), (1, 1), (1, 0)),
        ((0, -1), (1, 0), (0, 0)),
    ):
        beside = padded[1 + dy : 1 + dy + mask.shape[0], 1 + dx : 1 + dx + mask.shape[1]]
        rows, columns = np.nonzero((inner == 1) & (beside == 0))
        starts.append((rows + y0) * width + columns + x0)
        ends.append((rows + y1) * width + columns + x1)
    return _linked(np.concatenate(starts), np.concatenate(ends), width)


def _linked(starts: Whole, ends: Whole, width: int) -> list[tuple[float, Points]]:
    """Join edges into loops; at a shared corner turn right, so that components stay apart."""
    leaving: dict[int, list[int]] = {}
    for edge, start in enumerate(starts.tolist()):
        leaving.setdefault(start, []).append(edge)
    goes = ends.tolist()
    comes = starts.tolist()
    loops = list[tuple[float, list[list[float]]]]()
    used = bytearray(len(goes))
    for first in range(len(goes)):
        path, edge = list[int](), first
        while not used[edge]:
            used[edge] = 1
            path.append(edge)
            step = goes[edge] - comes[edge]
            right = {1: width, width: -1, -1: -width, -width: 1}[step]
            onward = leaving[goes[edge]]
            edge = next((each for each in onward if goes[each] - comes[each] == right), onward[0])
        if path:
            loops.append(_closed([comes[edge] for edge in path], width))
    return loops


def _closed(corners: list[int], width: int) -> tuple[float, Points]:
    """Return twice the signed area of a loop, and its corner points."""
    points = [(corner % width, corner // width) for corner in corners]
    turns = list[list[float]]()
    area = 0
    for before, here, after in zip(
        [points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True
    ):
        area += here[0] * after[1] - here[1] * after[0]
        if (after[0] - here[0], after[1] - here[1]) != (here[0] - before[0], here[1] - before[1]):
            turns.append([float(here[0]), float(here[1])])
    return float(area), turns
