"""See what a human's decision limits for a worker: no task while suspended, so many a day else.

Asked whenever tasks are lent, from the narrow index of limits in force. Tasks in hand may be
finished, and are paid. Who decides on limits, and why, is in ``sanctions``.
"""

from datetime import UTC, datetime

from django.db.backends.utils import CursorWrapper

from canut.core.decisions.deadlines import DAY_MS
from canut.core.errors import Forbidden

READ_LIMITS = """
SELECT s.daily, s.until_ms FROM store_sanction s
WHERE s.worker_id = %s AND s.lifted_ms IS NULL AND s.until_ms > %s AND s.from_ms <= %s
"""
COUNT_LENT = """
SELECT count(*) FROM store_lease
WHERE worker_id = %s AND state IN (0, 1, 2) AND lent_ms > %s AND lent_ms <= %s
"""


def room_under_limits(cursor: CursorWrapper, worker_id: int, now_ms: int) -> int | None:
    """Return how many tasks a worker may still be lent today; None where nothing limits them.

    Raises:
        Forbidden: the worker is suspended in this project.
    """
    cursor.execute(READ_LIMITS, (worker_id, now_ms, now_ms))
    limits = cursor.fetchall()
    if not limits:
        return None
    for daily, until_ms in limits:
        if daily is None:
            until = datetime.fromtimestamp(until_ms / 1000, UTC).date().isoformat()
            raise Forbidden(
                f"worker {worker_id} is suspended in this project until {until}",
                code="worker-suspended",
                until=until,
            )
    cursor.execute(COUNT_LENT, (worker_id, now_ms - DAY_MS, now_ms))
    (lent,) = cursor.fetchone()
    least = min(int(daily) for daily, _until in limits)
    return max(0, least - int(lent))
