"""Find a lease by the capability that its page posts to. Reads only."""

import hashlib

from canut.store.tables.own_pages import PageSeat
from canut.store.tables.work import Lease

MOST_SECRET = 128


def secret_hash(secret: str) -> str:
    """Return the hash under which a capability is stored."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def seat_by_secret(secret: str) -> PageSeat | None:
    """Return the seat of a capability, with its lease and task; None if there is none."""
    if len(secret) > MOST_SECRET:
        return None
    seats = PageSeat.objects.select_related("lease__task")
    return seats.filter(secret_hash=secret_hash(secret)).first()


def takes_fields(seat: PageSeat) -> bool:
    """Return whether what its page sends now is taken: not after a skip or a release.

    After the lease ran out it is, as any late answer: it is paid, and surplus.
    """
    return seat.lease.state in {Lease.State.LIVE, Lease.State.EXPIRED, Lease.State.ANSWERED}
