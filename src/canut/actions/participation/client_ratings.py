"""Let workers rate the client of a project; once a project, and changed at will.

People who left, or whose work was ended, may rate for another ninety days.
"""

from datetime import timedelta

from django.db import transaction

from canut.core.errors import Forbidden
from canut.core.participation.client_ratings import RATE_DAYS, Rating
from canut.core.participation.message_deadlines import plain_text
from canut.store.models import Answer, Worker
from canut.store.tables.participation import ClientRating

LONGEST_TEXT = 1_000


@transaction.atomic
def rate_client(worker: Worker, rating: Rating, text: str, now_ms: int) -> ClientRating:
    """Store a worker's rating of their project, replacing an earlier one.

    Raises:
        Forbidden: they have not answered there, or left more than ninety days ago.
        TooLarge: the text is too long.
    """
    if not Answer.objects.filter(worker=worker).exists():
        raise Forbidden("answer a task here first", code="not-answered")
    last = worker.ended_at and worker.ended_at + timedelta(days=RATE_DAYS)
    if last and now_ms > last.timestamp() * 1000:
        raise Forbidden(
            f"work here ended more than {RATE_DAYS} days ago", code="rating-over", limit=RATE_DAYS
        )
    stored, _ = ClientRating.objects.update_or_create(
        worker=worker,
        defaults={
            "project_id": worker.project_id,
            "tos_violation": rating.tos_violation,
            "broken": rating.broken,
            "reward_micro": rating.reward_micro,
            "currency": rating.currency,
            "time_seconds": rating.time_seconds,
            "pending_days": rating.pending_days,
            "comm": rating.comm.value,
            "rejected": rating.rejected.value,
            "recommend": rating.recommend.value,
            "text": plain_text(text, LONGEST_TEXT) if text.strip() else "",
            "at_ms": now_ms,
        },
    )
    return stored
