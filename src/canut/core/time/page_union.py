"""Unite a person's overlapping pages, so that no millisecond is credited twice.

While pages of several projects are active at once, their time is split equally between the
projects, to the millisecond; within a project, items take precedence over overhead and share
equally. The platform's own pages count only when no project page is active. Shared stretches are
first cut at every quarter of an hour, where the days of all time zones begin, so that no share
falls on a day other than that of its work.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts, for_rows, kernel, part
from canut.core.time.beats import PLATFORM

QUARTER_MS = 900_000
NONE = -2
FAR = 2**62


class Pages(NamedTuple):
    """Credited intervals of people, on surfaces of projects; in any order, overlaps allowed."""

    person: Counts
    project: Counts
    surface: Codes
    is_item: Bools
    begin: Counts
    end: Counts


class Slices(NamedTuple):
    """Intervals in order of person and time; no two of a person overlap.

    ``page`` is the row that each slice was cut from.
    """

    page: Counts
    begin: Counts
    end: Counts


def united(pages: Pages) -> Slices:
    """Cut intervals so that each moment of a person is credited once."""
    order = np.lexsort((pages.surface, pages.end, pages.begin, pages.person)).astype(np.int64)
    person, project, surface, is_item, begin, end = pages
    sorted_pages = Pages(
        person[order], project[order], surface[order], is_item[order], begin[order], end[order]
    )
    first = np.flatnonzero(np.diff(sorted_pages.person, prepend=np.int64(-FAR)))
    bounds = np.append(first, len(order)).astype(np.int64)
    slices = _slices(2 * len(order))
    run = for_rows(_unite, len(order))
    rows = run(sorted_pages, bounds, slices)
    if rows > len(slices.begin):
        slices = _slices(rows)
        run(sorted_pages, bounds, slices)
    return Slices(order[slices.page[:rows]], slices.begin[:rows], slices.end[:rows])


def _slices(rows: int) -> Slices:
    return Slices(*(np.zeros(rows, np.int64) for _ in Slices._fields))


@part
def _next_project(pages: Pages, active: Counts, above: int) -> int:
    """Return the next active project above this one, or NONE."""
    least = NONE
    for row in active:
        project = int(pages.project[row])
        if project > above and (least == NONE or project < least):
            least = project
    return least


@part
def _next_page(pages: Pages, active: Counts, project: int, above: int) -> int:
    """Return the row of the project's next surface (items only, if any), or NONE."""
    has_item = False
    for row in active:
        has_item = has_item or (pages.project[row] == project and pages.is_item[row])
    least = NONE
    for row in active:
        surface = int(pages.surface[row])
        is_of = pages.project[row] == project and pages.is_item[row] == has_item
        if is_of and surface > above and (least == NONE or surface < pages.surface[least]):
            least = int(row)
    return least


@part
def _write(out: Slices, state: Counts, page: int, begin: int, end: int) -> None:
    """Write a slice or extend the one before; beyond the capacity, only count."""
    if end <= begin:
        return
    goes_on = state[1] == page and state[2] == begin
    state[1], state[2] = page, end
    if not goes_on:
        state[0] += 1
    if state[0] <= len(out.begin):
        if not goes_on:
            out.page[state[0] - 1] = page
            out.begin[state[0] - 1] = begin
        out.end[state[0] - 1] = end


@part
def _share(pages: Pages, active: Counts, span: tuple[int, int], out: Slices, state: Counts) -> None:
    """Split one stretch with a fixed set of active pages into equal parts."""
    begin, end = span
    n_projects = 0
    project = _next_project(pages, active, PLATFORM)
    while project != NONE:
        n_projects += 1
        project = _next_project(pages, active, project)
    at = begin
    project = _next_project(pages, active, PLATFORM if n_projects else NONE)
    for share in range(max(1, n_projects)):
        until = begin + (end - begin) * (share + 1) // max(1, n_projects)
        n_pages = 0
        page = _next_page(pages, active, project, -1)
        while page != NONE:
            n_pages += 1
            page = _next_page(pages, active, project, int(pages.surface[page]))
        page = _next_page(pages, active, project, -1)
        since = at
        for piece in range(n_pages):
            to = since + (until - since) * (piece + 1) // n_pages
            _write(out, state, page, at, to)
            at = to
            page = _next_page(pages, active, project, int(pages.surface[page]))
        project = _next_project(pages, active, project)


@part
def _still(pages: Pages, active: Counts, at: int) -> tuple[int, int]:
    """Drop pages that have ended; return how many are active, and when the next one ends."""
    count, until = 0, FAR
    for row in active:
        if pages.end[row] > at:
            active[count] = row
            count += 1
            until = min(until, int(pages.end[row]))
    return count, until


@kernel
def _unite(pages: Pages, bounds: Counts, out: Slices) -> int:
    state = np.full(3, -1, np.int64)
    state[0] = 0
    active = np.zeros(len(pages.begin), np.int64)
    for person in range(len(bounds) - 1):
        row, high = int(bounds[person]), int(bounds[person + 1])
        n_active, at = 0, int(pages.begin[row])
        while row < high or n_active > 0:
            if n_active == 0:
                at = max(at, int(pages.begin[row]))
            while row < high and pages.begin[row] <= at:
                active[n_active] = row
                n_active += 1
                row += 1
            n_active, until = _still(pages, active[:n_active], at)
            if row < high:
                until = min(until, int(pages.begin[row]))
            if n_active == 1:
                _write(out, state, int(active[0]), at, until)
            elif n_active > 1:
                until = min(until, (at // QUARTER_MS + 1) * QUARTER_MS)
                _share(pages, active[:n_active], (at, until), out, state)
            at = until if n_active > 0 else at
    return int(state[0])
