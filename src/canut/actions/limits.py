"""See what a human's decision limits for a worker: no task while suspended, so many a day else.

The limit in force is read with the worker, whenever tasks are lent. Tasks in hand may be finished,
and are paid. Who decides on limits, and why, is in ``sanctions``.
"""

from datetime import UTC, datetime

from django.db.backends.utils import CursorWrapper

from canut.core.errors import Forbidden
from canut.core.labour.clocks import DAY_MS
from canut.store.hot.rows import WorkerNow

READ_UNTIL = """
SELECT max(s.until_ms) FROM store_sanction s
WHERE s.worker_id = %s AND s.lifted_ms IS NULL AND s.daily IS NULL AND s.from_ms <= %s
"""
COUNT_LENT = """
SELECT count(*) FROM store_lease
WHERE worker_id = %s AND state IN (0, 1, 2) AND lent_ms > %s AND lent_ms <= %s
"""


def room_under_limits(cursor: CursorWrapper, worker: WorkerNow, now_ms: int) -> int | None:
    """Return how many tasks a worker may still be lent today; None where nothing limits them.

    Raises:
        Forbidden: the worker is suspended in this project.
    """
    if worker.daily_limit is None:
        return None
    if worker.daily_limit < 0:
        cursor.execute(READ_UNTIL, (worker.worker, now_ms))
        (until_ms,) = cursor.fetchone()
        until = datetime.fromtimestamp(until_ms / 1000, UTC).date().isoformat()
        raise Forbidden(
            f"worker {worker.worker} is suspended in this project until {until}",
            code="worker-suspended",
            until=until,
        )
    cursor.execute(COUNT_LENT, (worker.worker, now_ms - DAY_MS, now_ms))
    (lent,) = cursor.fetchone()
    return max(0, worker.daily_limit - int(lent))
