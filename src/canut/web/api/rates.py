"""How often a key may ask: so many requests a minute, counted by each server process for itself.

The counts are the one thing the API keeps in memory, since nothing hangs on them: a process that
ends forgets them, and several processes let through as many times more. They cost no statement.
"""

import threading
import time
from typing import NamedTuple

from django.conf import settings
from django.http.response import HttpResponseBase

from canut.core.errors import TooMany

WINDOW_SECONDS = 60


class Left(NamedTuple):
    """How many requests are left, and for how many seconds."""

    limit: int
    requests: int
    seconds: int


COUNTS: dict[int, tuple[int, int]] = {}
_door = threading.Lock()


def count(key: int, now_seconds: float | None = None) -> Left:
    """Count one request of a key; negative where it was one too many."""
    now = time.monotonic() if now_seconds is None else now_seconds
    window = int(now) // WINDOW_SECONDS
    limit = int(settings.API_RATE)
    with _door:
        seen, used = COUNTS.get(key, (window, 0))
        used = used + 1 if seen == window else 1
        COUNTS[key] = (window, used)
    return Left(limit, limit - used, WINDOW_SECONDS - int(now) % WINDOW_SECONDS)


def check(left: Left) -> None:
    """Refuse a request that is one too many.

    Raises:
        TooMany: with the seconds to wait.
    """
    if left.requests < 0:
        raise TooMany(
            f"over {left.limit} requests a minute; wait {left.seconds} s",
            code="rate-limit",
            limit=left.limit,
            seconds=left.seconds,
        )


def say(answer: HttpResponseBase, left: Left) -> None:
    """Write into an answer what is left."""
    answer["RateLimit-Policy"] = f'"key";q={left.limit};w={WINDOW_SECONDS}'
    answer["RateLimit"] = f'"key";r={max(0, left.requests)};t={left.seconds}'
    if left.requests < 0:
        answer["Retry-After"] = str(left.seconds)
