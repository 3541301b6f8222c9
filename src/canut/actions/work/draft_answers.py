"""Store draft answers of leased tasks until they are submitted."""

import msgspec

from canut.core.errors import BadInput, LeaseGone
from canut.store.tables.work import Begun, Lease

DRAFTS_LIMIT = 65_536


def keep_begun(
    worker_id: int,
    task_id: int,
    version: int,
    drafts: dict[str, object] | None,
    at_ms: tuple[int, int],
) -> None:
    """Store the draft of a task; delete it if ``drafts`` is None.

    Args:
        worker_id: who holds the task.
        task_id: the task.
        version: of the question it was begun under.
        drafts: what was entered, by the page's own names.
        at_ms: the device's clock, which tells two devices apart, and the server's.

    Raises:
        BadInput: over 64 KiB.
        LeaseGone: the task is not in this worker's hands.
    """
    if drafts is None:
        Begun.objects.filter(worker_id=worker_id, task_id=task_id).delete()
        return
    text = msgspec.json.encode(drafts).decode()
    if len(text) > DRAFTS_LIMIT:
        raise BadInput(
            f"what was begun has {len(text)} characters; at most {DRAFTS_LIMIT} are kept",
            code="begun-too-long",
            limit=DRAFTS_LIMIT,
        )
    leases = Lease.objects.filter(worker_id=worker_id, task_id=task_id, state=Lease.State.LIVE)
    if not leases.exists():
        raise LeaseGone(f"task {task_id} is not in your hands; ask for tasks again", lease=0)
    begun_ms, now_ms = at_ms
    Begun.objects.update_or_create(
        worker_id=worker_id,
        task_id=task_id,
        defaults={
            "question_version": version,
            "drafts": text,
            "begun_ms": begun_ms,
            "kept_ms": now_ms,
        },
    )
