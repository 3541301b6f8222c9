"""Find a lease by the capability that its page posts to. Reads only."""

import hashlib

from canut.core.clock import HOUR_MS, Ms
from canut.store.tables.tasks import TaskPage
from canut.store.tables.work import Lease, PageSeat

MOST_SECRET = 128
LATE_MS = HOUR_MS
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


def takes_fields(lease: Lease, now_ms: Ms) -> bool:
    """Return whether a page may still be filled in under a lease: never after a skip.

    A page that loads again releases what it held and goes on with it, and the answer to a lease
    that ran out is paid, as any late one: for an hour after its end.
    """
    if lease.state in {Lease.State.LIVE, Lease.State.ANSWERED}:
        return True
    ended_ms = lease.expires_ms if lease.ended_ms is None else lease.ended_ms
    is_late = lease.state in {Lease.State.RELEASED, Lease.State.EXPIRED}
    return is_late and now_ms - ended_ms < LATE_MS


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
