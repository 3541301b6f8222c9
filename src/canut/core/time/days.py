"""Split credited time at local midnights and sum it by day; find what is not paid yet.

The caller passes the days of a time zone, as the moments of its midnights.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts
from canut.core.clock import SECOND_MS
from canut.core.time.activity import CreditedTime


class Midnights(NamedTuple):
    """The moments at which local days of one zone begin; ``day`` is the number of the first."""

    day: int
    begin: Counts


class DaySums(NamedTuple):
    """Time in milliseconds by person, project (-1: the platform), day number and page kind."""

    person: Counts
    project: Counts
    day: Counts
    kind: Counts
    ms: Counts


def day_sums(
    measured: CreditedTime, kind: Codes, zone_of: Mapping[int, int], zones: Sequence[Midnights]
) -> DaySums:
    """Sum time by person, project, local day and page kind.

    Args:
        measured: credited intervals.
        kind: number of the kind of each surface, shape (n_surfaces,).
        zone_of: index into ``zones``, by person.
        zones: midnights from before the first moment to after the last.
    """
    people, at = np.unique(measured.person, return_inverse=True)
    zone = np.array([zone_of[int(person)] for person in people], dtype=np.int64)[at]
    parts: list[DaySums] = []
    for number, midnights in enumerate(zones):
        rows = np.flatnonzero(zone == number)
        begin, end = measured.begin[rows].copy(), measured.end[rows]
        while len(rows):
            day = np.searchsorted(midnights.begin, begin, side="right") - 1
            until = np.minimum(end, np.append(midnights.begin, 2**62)[day + 1])
            parts.append(
                DaySums(
                    measured.person[rows],
                    measured.project[rows],
                    day + midnights.day,
                    kind[measured.surface[rows]].astype(np.int64),
                    until - begin,
                )
            )
            goes_on = until < end
            rows, begin, end = rows[goes_on], until[goes_on], end[goes_on]
    if not parts:
        return DaySums(*(np.zeros(0, np.int64) for _ in DaySums._fields))
    keys = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return DaySums(*_summed(keys[:-1], keys[-1]))


def new_time(measured: Mapping[int, int], paid: Mapping[int, int]) -> dict[int, int]:
    """Return the unpaid time of one person's day by project; nothing is paid twice.

    Time that moved from one project to another, because a page of both arrived late, is not new:
    the new total limits what is paid, and projects share it in proportion to their gains.

    Args:
        measured: milliseconds measured, by project.
        paid: milliseconds paid before, by project.

    Example:
        >>> new_time({1: 50, 2: 60}, {1: 80})
        {2: 30}
    """
    gains = {key: ms - paid.get(key, 0) for key, ms in measured.items() if ms > paid.get(key, 0)}
    unpaid_ms, total = max(0, sum(measured.values()) - sum(paid.values())), sum(gains.values())
    if total <= unpaid_ms:
        return gains
    shares = shared(unpaid_ms, list(gains.values()))
    return {key: ms for key, ms in zip(gains, shares, strict=True) if ms}


def whole_seconds(surfaces: Mapping[str, int]) -> dict[str, int]:
    """Round the time of one day up to whole seconds, and split it between its surfaces.

    Args:
        surfaces: milliseconds, by kind of page.

    Example:
        >>> whole_seconds({"item": 61_400, "queue": 1_300})
        {'item': 62000, 'queue': 1000}
    """
    parts = {name: ms // SECOND_MS for name, ms in surfaces.items()}
    missing = -(-sum(surfaces.values()) // SECOND_MS) - sum(parts.values())
    order = sorted(surfaces, key=lambda name: (-(surfaces[name] % SECOND_MS), name))
    for name in order[:missing]:
        parts[name] += 1
    return {name: SECOND_MS * seconds for name, seconds in parts.items() if seconds}


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole amount by weights, exactly; equally if all weights are 0.

    Example:
        >>> shared(10, [1, 1, 1])
        [3, 3, 4]
    """
    if not sum(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts: list[int] = []
    before = weighed = 0
    for weight in weights:
        weighed += weight
        until = total * weighed // whole
        parts.append(until - before)
        before = until
    return parts


def _summed(keys: Sequence[Counts], ms: Counts) -> list[Counts]:
    """Sum rows with equal keys; return columns of keys, then sums, in key order."""
    order = np.lexsort(tuple(reversed(keys)))
    is_new = np.zeros(len(order), np.bool_)
    is_new[:1] = True
    for key in keys:
        is_new[1:] |= key[order][1:] != key[order][:-1]
    starts = np.flatnonzero(is_new)
    sums = np.add.reduceat(ms[order], starts) if len(starts) else ms[order]
    return [*(key[order][starts] for key in keys), sums]
