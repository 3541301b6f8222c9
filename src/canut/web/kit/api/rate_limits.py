"""Rate limit of a key: requests per minute, over all processes and servers.

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
    """The number of requests left, and for how many seconds."""

    limit: int
    requests: int
    seconds: int


class KeyBudget(NamedTuple):
    """What this process has reserved of a key's minute, and what is left for all."""

    minute: int
    have: int
    left: int


HELD: dict[int, KeyBudget] = {}
_door = threading.Lock()


def count(key: int, now_seconds: float | None = None) -> RequestsLeft:
    """Count one request of a key; negative if it exceeds the limit."""
    now = time.time() if now_seconds is None else now_seconds
    minute, limit = int(now) // WINDOW_SECONDS, int(settings.API_RATE)
    seconds = WINDOW_SECONDS - int(now) % WINDOW_SECONDS
    with _door:
        budget = HELD.get(key)
        if budget is not None and budget.minute == minute and (budget.have or not budget.left):
            return RequestsLeft(limit, _spend(key, budget), seconds)
    handed = take_requests(key, minute, limit, max(1, limit // PARTS))
    with _door:
        budget = HELD.get(key)
        have = budget.have if budget is not None and budget.minute == minute else 0
        renewed = KeyBudget(minute, have + handed.granted, handed.left)
        return RequestsLeft(limit, _spend(key, renewed), seconds)


def _spend(key: int, budget: KeyBudget) -> int:
    """Use one request reserved by this process; return the number left, or -1 for none."""
    HELD[key] = budget._replace(have=max(0, budget.have - 1))
    return budget.have - 1 + budget.left if budget.have else -1


def check(quota: RequestsLeft) -> None:
    """Refuse a request over the limit.

    Raises:
        TooMany: with the seconds to wait.
    """
    if quota.requests < 0:
        raise TooMany(
            f"over {quota.limit} requests a minute; wait {quota.seconds} s",
            code="rate-limit",
            limit=quota.limit,
            seconds=quota.seconds,
        )


def say(answer: HttpResponseBase, quota: RequestsLeft) -> None:
    """Write the rate limit headers of a response."""
    answer["RateLimit-Policy"] = f'"key";q={quota.limit};w={WINDOW_SECONDS}'
    answer["RateLimit"] = f'"key";r={max(0, quota.requests)};t={quota.seconds}'
    if quota.requests < 0:
        answer["Retry-After"] = str(quota.seconds)
