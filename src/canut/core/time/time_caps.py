"""Hold time far beyond the usual for human review; never refuse it.

There are two limits: five times the usual time on one item, and a quarter over the expected time on
all items of a pay period; or the values of a policy change in force at the time of the work
(``policies_in_force``). Both scale with the pace a person was granted, never with the time they
took. Neither applies before thirty items of the type, and of the person, are known: until then time
is trusted. Held time is pending, and paid unless a named human gives reasons against it.
"""

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
    """Usual times of each type of item, in milliseconds, and the number of items behind them."""

    n_items: Counts
    median: Counts
    mean: Counts

    @property
    def is_known(self) -> Bools:
        """Return which types have enough items to predict the next.

        Returns:
            One value per type, shape (n_types,).
        """
        return self.n_items >= ENOUGH_ITEMS


class PersonPace(NamedTuple):
    """A person's pace: number of items done, and time factor in thousandths."""

    n_items: int
    pace: int = USUAL_PACE


class TimeCaps(NamedTuple):
    """Limits of each item and of the period, in thousandths of the usual time."""

    item: Counts
    period: Counts


class Capped(NamedTuple):
    """Time of each item, in milliseconds: accepted, and pending human review.

    ``window`` is the maximum that can be accepted for all items; None while no time is expected.
    """

    accepted: Counts
    pending: Counts
    window: int | None


def type_times(types: Codes, ms: Counts, n_types: int) -> TypeTimes:
    """Compute usual times from all items: accepted, rejected and withdrawn.

    Args:
        types: type of each item, shape (n_items,).
        ms: time of each item, in milliseconds, shape (n_items,).
        n_types: number of types.

    Returns:
        Times and counts, each of shape (n_types,).

    Raises:
        ShapeError: the numbers of types and items differ.
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
    """Compute a person's time factor, 1 to 2.5 times the usual, in thousandths.

    Args:
        types: type of each item the person did, shape (n_items,).
        ms: time of each item before any cap, in milliseconds, shape (n_items,).
        usual: usual time of each type.
        granted: accommodation granted by a human, in thousandths; the pace is at least this.

    Raises:
        ShapeError: the numbers of types and items differ.
        BadInput: the accommodation is below the usual pace.

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
    """Split the time of a person's items in one pay period into accepted and pending.

    Args:
        types: type of each item, accepted or not, shape (n_items,).
        ms: time measured on each item, in milliseconds, shape (n_items,).
        usual: usual time of each type.
        person: pace of the person.
        limits: limits in force when each item was begun; the usual limits if None.

    Returns:
        Accepted and pending milliseconds, each of shape (n_items,).

    Raises:
        ShapeError: the numbers of types, items or limits differ.
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
        remaining = window - int(ms[~is_expected].sum())
        accepted[is_expected] = _parts(accepted[is_expected], remaining)
    return Capped(accepted, ms - accepted, window)


def usual_limits(n_items: int) -> TimeCaps:
    """Return the default limits of items."""
    return TimeCaps(
        np.full(n_items, ITEM_TIMES * THOUSAND, np.int64),
        np.full(n_items, WINDOW_PERCENT * THOUSAND // 100, np.int64),
    )


def _window(expected: Counts, person: PersonPace) -> int:
    """Return the maximum time of items at a usual pace, from limits in thousandths."""
    return int(expected.sum()) * person.pace // (THOUSAND * USUAL_PACE)


def _parts(ms: Counts, limit: int) -> Counts:
    """Scale a sum down to the limit, proportionally, to the millisecond."""
    before, total = 0, int(ms.sum())
    parts: list[int] = []
    for each in np.cumsum(ms):
        share = int(each) * limit // total
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
