"""Find a lease by the capability that its page posts to. Reads only."""

import hashlib

from canut.store.tables.tasks import TaskPage
from canut.store.tables.work import Lease, PageSeat

MOST_SECRET = 128
PUBLIC_ID_LENGTH = 30


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


def task_of_lease(lease_id: int) -> int:
    """Return the task that a lease lends."""
    return Lease.objects.values_list("task_id", flat=True).get(pk=lease_id)


def hit_id_of(task_id: int) -> str:
    """Return the id of a task as its page knows it: a program's own, else made of its number."""
    own = TaskPage.objects.filter(task_id=task_id).exclude(public_id="").first()
    if own is not None:
        return own.public_id
    digest = hashlib.sha256(f"task {task_id}".encode()).hexdigest().upper()
    return f"3{digest[: PUBLIC_ID_LENGTH - 1]}"
