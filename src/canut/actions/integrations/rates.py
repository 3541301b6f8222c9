"""Hand out the requests a key may make in a minute, among all processes of every server."""

from typing import NamedTuple

from django.db import transaction

from canut.store.tables import keys


class Handed(NamedTuple):
    """How many requests a process may let in by itself, and how many are left for all."""

    granted: int
    left: int


def hand_out(key: int, minute: int, limit: int, count: int) -> Handed:
    """Take some of the requests of a minute, as far as there are any.

    Args:
        key: whose.
        minute: since 1970 UTC; a clock that is behind takes from the newest minute known.
        limit: how many a minute has.
        count: how many are wanted.
    """
    with transaction.atomic():
        used = keys.take_requests(key, minute, count)
    before = used - count
    return Handed(max(0, min(count, limit - before)), max(0, limit - used))
