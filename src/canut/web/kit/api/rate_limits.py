"""How often a key may ask: so many requests a minute, over all processes of every server together.

The count stands in the database. A process takes a hundredth of the limit at a time, in one
statement, and lets in that many requests without another; what it took and did not use is lost at
the end of the minute. So the limit is never passed, and close to a limit whole hundredths may be
missing, one for each other process. Once a minute is used up, refusing costs no statement.
"""

import threading
import time
from typing import NamedTuple

from django.conf import settings
from django.http.response import HttpResponseBase

from canut.actions.integrations.api_keys import take_requests
from canut.core.errors import TooMany

WINDOW_SECONDS = 60
PARTS = 100


class RequestsLeft(NamedTuple):
    """How many requests are left, and for how many seconds."""

    limit: int
    requests: int
    seconds: int


class KeyBudget(NamedTuple):
    """What this process has of a key's minute, and what is known to be left for all."""

    minute: int
    have: int
    left: int


HELD: dict[int, KeyBudget] = {}
_door = threading.Lock()


def count(key: int, now_seconds: float | None = None) -> RequestsLeft:
    """Count one request of a key; negative where it was one too many."""
    now = time.time() if now_seconds is None else now_seconds
    minute, limit = int(now) // WINDOW_SECONDS, int(settings.API_RATE)
    seconds = WINDOW_SECONDS - int(now) % WINDOW_SECONDS
    with _door:
        held = HELD.get(key)
        if held is not None and held.minute == minute and (held.have or not held.left):
            return RequestsLeft(limit, _spend(key, held), seconds)
    handed = take_requests(key, minute, limit, max(1, limit // PARTS))
    with _door:
        held = HELD.get(key)
        have = held.have if held is not None and held.minute == minute else 0
        taken = KeyBudget(minute, have + handed.granted, handed.left)
        return RequestsLeft(limit, _spend(key, taken), seconds)


def _spend(key: int, held: KeyBudget) -> int:
    """Use one request of what this process has; return what is left then, or -1 for none."""
    HELD[key] = held._replace(have=max(0, held.have - 1))
    return held.have - 1 + held.left if held.have else -1


def check(left: RequestsLeft) -> None:
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


def say(answer: HttpResponseBase, left: RequestsLeft) -> None:
    """Write into an answer what is left."""
    answer["RateLimit-Policy"] = f'"key";q={left.limit};w={WINDOW_SECONDS}'
    answer["RateLimit"] = f'"key";r={max(0, left.requests)};t={left.seconds}'
    if left.requests < 0:
        answer["Retry-After"] = str(left.seconds)
