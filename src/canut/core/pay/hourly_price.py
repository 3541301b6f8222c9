"""Say what an hour of measured time is paid, where a project pays hours, as its price changes.

Prices are versions, each in force from its moment on. A day on which the price changes is paid at
the highest that was in force that day: nothing that was promised for hours already worked is taken
back, and a day is never cut in pieces. What the hours of a day come to is counted in ``pay``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.money import divided_up


class HourPrice(NamedTuple):
    """One version: the price of an hour from a moment on; 0 where hours are not paid."""

    since_ms: int
    micro: int


def hour_price(versions: Sequence[HourPrice], begin_ms: int, end_ms: int) -> int:
    """Return the highest price of an hour in force between two moments.

    Args:
        versions: in the order they were set. Before the first, its price holds.
        begin_ms: from this moment.
        end_ms: to just before this one.

    Example:
        >>> versions = [HourPrice(0, 18_000_000), HourPrice(100, 20_000_000)]
        >>> [hour_price(versions, *window) for window in [(0, 100), (50, 150), (100, 200)]]
        [18000000, 20000000, 20000000]
    """
    if not versions:
        return 0
    before = [one.micro for one in versions if one.since_ms <= begin_ms]
    within = [one.micro for one in versions if begin_ms < one.since_ms < end_ms]
    return max([before[-1] if before else versions[0].micro, *within])


def worth_of(hour_micro: int, time_ms: int) -> int:
    """Return what some time is worth at a price an hour, any rest going up to the micro-unit."""
    return divided_up(hour_micro * time_ms, HOUR_MS)
