"""Cut credited time at local midnights and add it up; say what of a day is new.

Which days a place has is told by whoever asks, as the moments of its midnights.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Codes, Counts
from canut.core.time.activity import CreditedTime


class Midnights(NamedTuple):
    """Moments at which the local days of one zone begin; ``day`` numbers the first of them."""

    day: int
    begin: Counts


class DaySums(NamedTuple):
    """Time in milliseconds by person, project (-1: the platform), day's number and sort of page."""

    person: Counts
    project: Counts
    day: Counts
    kind: Counts
    ms: Counts


def day_sums(
    measured: CreditedTime, kind: Codes, zone_of: Mapping[int, int], zones: Sequence[Midnights]
) -> DaySums:
    """Add up time by person, project, local day and sort of page.

    Args:
        measured: credited intervals.
        kind: the sort of each surface, as a number.
        zone_of: which of ``zones`` each person's days go by.
        zones: midnights from before the first moment to after the last.
    """
    people, at = np.unique(measured.person, return_inverse=True)
    zone = np.array([zone_of[int(one)] for one in people], dtype=np.int64)[at]
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


def new_time(now: Mapping[int, int], paid: Mapping[int, int]) -> dict[int, int]:
    """Say what of one person's day is not paid yet, by project; nothing is paid twice.

    Time that moved from one project to another, because a page of both came late, is not new: what
    is new in all is the most that is paid, and projects share it by what they gained.

    Args:
        now: milliseconds measured by project.
        paid: milliseconds paid before by project.

    Example:
        >>> new_time({1: 50, 2: 60}, {1: 80})
        {2: 30}
    """
    gains = {key: ms - paid.get(key, 0) for key, ms in now.items() if ms > paid.get(key, 0)}
    room, total = max(0, sum(now.values()) - sum(paid.values())), sum(gains.values())
    if total <= room:
        return gains
    taken = shared(room, list(gains.values()))
    return {key: ms for key, ms in zip(gains, taken, strict=True) if ms}


def shared(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole amount by weight, exactly; by equal parts where nothing weighs.

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
    """Add up where all keys are the same; columns of keys, then sums, in order of keys."""
    order = np.lexsort(tuple(reversed(keys)))
    is_new = np.zeros(len(order), np.bool_)
    is_new[:1] = True
    for key in keys:
        is_new[1:] |= key[order][1:] != key[order][:-1]
    starts = np.flatnonzero(is_new)
    sums = np.add.reduceat(ms[order], starts) if len(starts) else ms[order]
    return [*(key[order][starts] for key in keys), sums]
