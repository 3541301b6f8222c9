"""Keep tasks in hand a while longer: a program says now and then that it is still at work on them.

Who stops saying so loses them when they run out, as ever. A task is held for a day at most, so that
a program in a loop cannot keep it from others.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from canut.actions.work.leases import RELEASE_LIMIT
from canut.core.errors import BadInput
from canut.store.sql import dialect
from canut.store.tables.work import Lease, Worker

HELD_AT_MOST_MS = 24 * 3_600_000


@transaction.atomic
def renew_leases(worker_id: int, lease_ids: Sequence[int], now_ms: int) -> dict[int, int]:
    """Lend tasks in a worker's hands anew, as long as they were lent first.

    Args:
        worker_id: who holds them.
        lease_ids: the leases; those that ended, or are somebody else's, are left as they are.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        When each lease that goes on ends now.

    Raises:
        BadInput: more than 200 leases.
    """
    if len(lease_ids) > RELEASE_LIMIT:
        raise BadInput(
            f"{len(lease_ids)} leases at once; at most {RELEASE_LIMIT}",
            code="release-count",
            limit=RELEASE_LIMIT,
        )
    worker = Worker.objects.select_related("project").get(id=worker_id)
    if lease_ids:
        with connection.cursor() as cursor:
            dialect().lock_tasks_of(cursor, list(lease_ids))
    live = Lease.objects.filter(
        worker_id=worker_id, id__in=lease_ids, state=Lease.State.LIVE, expires_ms__gt=now_ms
    )
    until_ms = now_ms + worker.project.lease_seconds * 1000
    held_long = live.filter(lent_ms__lt=until_ms - HELD_AT_MOST_MS)
    held_long.update(expires_ms=F("lent_ms") + HELD_AT_MOST_MS)
    live.filter(lent_ms__gte=until_ms - HELD_AT_MOST_MS).update(expires_ms=until_ms)
    return dict(live.values_list("id", "expires_ms"))
