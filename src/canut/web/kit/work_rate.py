"""Limit how much one person may ask of the workbench, so that nobody's queue is theirs alone.

A token bucket per person, in the memory of each serving process: it holds half a minute's requests
and refills evenly. An answer costs as much as a request, however many are sent at once, and so do
25 heartbeats. The fastest workers use a tenth of it; a page that sends what was done offline, and
the beats of a whole day, stays below. Keys of the API have a limit of their own
(``api.rate_limits``).
"""

import threading
import time
from collections import OrderedDict
from math import ceil
from typing import NamedTuple

from django.conf import settings

from canut.core.errors import TooMany

BURST_SECONDS = 30
MOST_PEOPLE = 10_000
BEATS_OF_ONE = 25


class _Bucket(NamedTuple):
    tokens: float
    at_seconds: float


BUCKETS: OrderedDict[int, _Bucket] = OrderedDict()
_lock = threading.Lock()


def charge(person: int, cost: int = 1, at_seconds: float | None = None) -> None:
    """Charge a person for requests and answers.

    Args:
        person: who asks.
        cost: the number of requests and answers.
        at_seconds: monotonic time; now if None.

    Raises:
        TooMany: ``work-rate``, with the seconds to wait; nothing was charged or stored.
    """
    per_second = settings.WORK_RATE / 60
    if not per_second:
        return
    at = time.monotonic() if at_seconds is None else at_seconds
    size = per_second * BURST_SECONDS
    with _lock:
        bucket = BUCKETS.get(person, _Bucket(size, at))
        tokens = min(size, bucket.tokens + (at - bucket.at_seconds) * per_second)
        is_let_in = tokens >= min(cost, size)
        BUCKETS[person] = _Bucket(tokens - cost if is_let_in else tokens, at)
        BUCKETS.move_to_end(person)
        if len(BUCKETS) > MOST_PEOPLE:
            BUCKETS.popitem(last=False)
    if not is_let_in:
        seconds = max(1, ceil((min(cost, size) - tokens) / per_second))
        raise TooMany(
            f"over {settings.WORK_RATE} requests and answers a minute; wait {seconds} s",
            code="work-rate",
            limit=settings.WORK_RATE,
            seconds=seconds,
        )


def cost_of_beats(count: int) -> int:
    """Return what so many heartbeats of one request cost beside the request itself.

    Example:
        >>> cost_of_beats(1), cost_of_beats(40), cost_of_beats(500)
        (0, 1, 20)
    """
    return count // BEATS_OF_ONE


def forget_all() -> None:
    """Empty the memory, for tests."""
    with _lock:
        BUCKETS.clear()
