"""Hold back time far beyond what the work usually takes, for a human to look at; never refuse it.

Two limits: five times the usual time on one item, and a quarter over the expected time on all items
of a pay period; or what a settled change made of them by the time of the work (``in_force``). Both
widen with the person's own pace, or with what a human granted, and neither applies until thirty
items of the type, and of the person, are known: until then time is trusted. What is held back is
pending, and paid unless a named human gives reasons against it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError

ENOUGH_ITEMS = 30
ITEM_TIMES = 5
ITEM_LEAST_MS = 120_000
WINDOW_PERCENT = 125
THOUSAND = 1000
USUAL_PACE, SLOWEST_PACE = 1000, 2500
SHRINK_ITEMS = 10


class TypeTimes(NamedTuple):
    """Usual times of each type of item, in milliseconds, and of how many items they are known."""

    n_items: Counts
    median: Counts
    mean: Counts

    @property
    def is_known(self) -> Bools:
        """Which types have enough items to expect anything of the next."""
        return self.n_items >= ENOUGH_ITEMS


class PersonPace(NamedTuple):
    """What is known of a person's pace: items done so far, and time needed in thousandths."""

    n_items: int
    pace: int = USUAL_PACE


class TimeCaps(NamedTuple):
    """What holds for each item, in thousandths of what is usual: for itself, and in its period."""

    item: Counts
    period: Counts


class Capped(NamedTuple):
    """Time of each item, in milliseconds: accepted now, and pending a human's look.

    ``window`` is the most that can be accepted for all of them; None where nothing is expected yet.
    """

    accepted: Counts
    pending: Counts
    window: int | None


def type_times(types: Codes, ms: Counts, n_types: int) -> TypeTimes:
    """Learn usual times from items whatever became of them: accepted, rejected, withdrawn.

    Raises:
        ShapeError: not one type an item.
    """
    _check(types, ms, n_types)
    n_items = np.bincount(types, minlength=n_types).astype(np.int64)
    median, mean = np.zeros(n_types, np.int64), np.zeros(n_types, np.int64)
    order = np.lexsort((ms, types))
    bounds = np.append(0, np.cumsum(n_items))
    for kind in np.flatnonzero(n_items):
        of = ms[order[bounds[kind] : bounds[kind + 1]]]
        median[kind] = -(-int(of[(len(of) - 1) // 2] + of[len(of) // 2]) // 2)
        mean[kind] = -(-int(of.sum()) // len(of))
    return TypeTimes(n_items, median, mean)


def pace_of(types: Codes, ms: Counts, usual: TypeTimes, granted: int = USUAL_PACE) -> PersonPace:
    """Learn how much more time than usual a person needs, from 1 to 2.5 times, in thousandths.

    Args:
        types: of the items the person did.
        ms: what each took, before any cap.
        usual: what each type usually takes.
        granted: what a human granted as an accommodation; the pace is never less.

    Raises:
        ShapeError: not one type an item.
        BadInput: an accommodation below the usual pace.

    Source:
        Mean log ratio to the type's median, shrunk towards none as by ten more items at the usual
        pace.
    """
    _check(types, ms, len(usual.median))
    if granted < USUAL_PACE:
        raise BadInput(f"accommodation is {granted} thousandths; expected 1000 or more")
    counts = usual.is_known[types] & (ms > 0) & (usual.median[types] > 0)
    ratios: Floats = np.log(ms[counts] / usual.median[types[counts]])
    if len(ratios) < ENOUGH_ITEMS:
        return PersonPace(len(ratios), granted)
    learnt = np.exp(ratios.sum() / (len(ratios) + SHRINK_ITEMS)) * USUAL_PACE
    pace = min(max(int(np.ceil(learnt)), USUAL_PACE), SLOWEST_PACE)
    return PersonPace(len(ratios), max(pace, granted))


def capped(
    types: Codes, ms: Counts, usual: TypeTimes, person: PersonPace, limits: TimeCaps | None = None
) -> Capped:
    """Split the time of a person's items of one pay period into accepted and pending.

    Args:
        types: of each item, whatever became of it.
        ms: measured on each item.
        usual: what each type usually takes.
        person: their pace.
        limits: what held when each item was begun; the usual limits where it is not said.

    Raises:
        ShapeError: not one type an item, or not one limit.
    """
    _check(types, ms, len(usual.median))
    item, period = limits or usual_limits(len(ms))
    if len(item) != len(ms) or len(period) != len(ms):
        raise ShapeError(f"{len(item)} and {len(period)} limits for {len(ms)} items; give each one")
    is_expected = usual.is_known[types]
    if person.n_items < ENOUGH_ITEMS or not is_expected.any():
        return Capped(ms.copy(), np.zeros_like(ms), None)
    allowed = item * usual.median[types] * person.pace // (THOUSAND * USUAL_PACE)
    most = np.maximum(ITEM_LEAST_MS, allowed)
    accepted = np.where(is_expected, np.minimum(ms, most), ms)
    expected = usual.mean[types[is_expected]] * period[is_expected]
    window = _window(expected, person) + int(ms[~is_expected].sum())
    total = int(accepted.sum())
    if total > window:
        room = window - int(ms[~is_expected].sum())
        accepted[is_expected] = _parts(accepted[is_expected], room)
    return Capped(accepted, ms - accepted, window)


def usual_limits(n_items: int) -> TimeCaps:
    """Return the limits of items where no change of them was settled."""
    return TimeCaps(
        np.full(n_items, ITEM_TIMES * THOUSAND, np.int64),
        np.full(n_items, WINDOW_PERCENT * THOUSAND // 100, np.int64),
    )


def _window(expected: Counts, person: PersonPace) -> int:
    """Return the most for items that take so many thousandths of a millisecond at a usual pace."""
    return int(expected.sum()) * person.pace // (THOUSAND * USUAL_PACE)


def _parts(ms: Counts, room: int) -> Counts:
    """Cut a sum down to ``room``, each in proportion, to the millisecond."""
    before, total = 0, int(ms.sum())
    parts: list[int] = []
    for each in np.cumsum(ms):
        share = int(each) * room // total
        parts.append(share - before)
        before = share
    return np.array(parts, dtype=np.int64)


def _check(types: Codes, ms: Counts, n_types: int) -> None:
    is_inside = not len(types) or 0 <= types.min() <= types.max() < n_types
    if len(types) != len(ms) or not is_inside or (len(ms) and ms.min() < 0):
        raise ShapeError(
            f"{len(types)} types for {len(ms)} items of {n_types} types; give each item a type that"
            " is known and a time of zero or more"
        )


def room_of(found: Capped, claimed: Sequence[int] = ()) -> int | None:
    """Return what is left under the limit of the period; None where there is no limit."""
    if found.window is None:
        return None
    return max(0, found.window - int(found.accepted.sum()) - sum(claimed))
