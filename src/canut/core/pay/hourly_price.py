"""Find the hourly price of measured time, where a project pays by the hour and its price changes.

Prices are versions, each in force from its moment on. A day on which the price changes is paid at
the highest price of that day, so that no promise for hours already worked is broken and no day is
split. ``period_pay`` computes the pay of a day's hours.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.money import divided_up


class HourPrice(NamedTuple):
    """One version: the hourly price from a moment on; 0 if hours are not paid."""

    since_ms: int
    micro: int


def hour_price(versions: Sequence[HourPrice], begin_ms: int, end_ms: int) -> int:
    """Return the highest hourly price in force between two moments.

    Args:
        versions: in the order in which they were set; the first price also holds before its moment.
        begin_ms: begin, milliseconds since 1970 UTC.
        end_ms: end, excluded, milliseconds since 1970 UTC.

    Example:
        >>> versions = [HourPrice(0, 18_000_000), HourPrice(100, 20_000_000)]
        >>> [hour_price(versions, *window) for window in [(0, 100), (50, 150), (100, 200)]]
        [18000000, 20000000, 20000000]
    """
    if not versions:
        return 0
    before = [version.micro for version in versions if version.since_ms <= begin_ms]
    within = [version.micro for version in versions if begin_ms < version.since_ms < end_ms]
    return max([before[-1] if before else versions[0].micro, *within])


def worth_of(hour_micro: int, time_ms: int) -> int:
    """Return the pay for some time at an hourly price, rounded up to the micro-unit."""
    return divided_up(hour_micro * time_ms, HOUR_MS)
