"""Repair timestamps left in the future after the system clock was set back.

A task leased at eleven by a clock that is then set to ten would be held an hour too long, and a
message due at eleven would be an hour late. Whoever typed a wrong password, or used up the requests
of a minute, by the clock that ran ahead would be refused until it is that late again. Differences
of seconds between servers are ignored: only times more than a minute ahead are repaired. The time
of answers is handled in ``work.submission``.
"""

from django.db import connection, transaction
from django.db.models import Q

from canut.core.clock import HOUR_MS, MINUTE_MS, from_ms
from canut.core.proofs.webhooks import LONGEST_SECONDS
from canut.store.sql import dialect
from canut.store.tables.integrations import ApiRate, Delivery, Webhook
from canut.store.tables.people import Letter
from canut.store.tables.work import Lease

AHEAD_MS = 60_000
AT_ONCE = 200
LONGEST_REST_MS = round(1.2 * LONGEST_SECONDS * 1000)
LONGEST_LIMIT_MS = HOUR_MS  # a limit of tries at signing in counts some minutes, and locks seconds
COUNT_AHEAD = "SELECT count(*) FROM store_remembered WHERE expires > %s"
FORGET_AHEAD = "DELETE FROM store_remembered WHERE expires > %s"


def repair_future_timestamps(now_ms: int) -> int:
    """Move future starts of leases, messages and limits to now; return how many.

    Args:
        now_ms: milliseconds since 1970 UTC, by the clock as it is set now.
    """
    ahead_ms = now_ms + AHEAD_MS
    repaired = 0
    while leases := _lent_after(ahead_ms):
        repaired += _lend_now(leases, ahead_ms, now_ms)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_ms__gt=ahead_ms)
    from_ahead = Q(created_ms__gt=ahead_ms) | Q(tried_ms__gt=ahead_ms)
    repaired += waiting.filter(from_ahead).update(next_ms=now_ms, created_ms=now_ms, tried_ms=None)
    letters = Letter.objects.filter(made_ms__gt=ahead_ms, due_ms__isnull=False)
    if letters.exists():  # nothing is written where the clock is right
        repaired += letters.update(made_ms=now_ms, due_ms=now_ms)
    Webhook.objects.filter(rest_until_ms__gt=now_ms + LONGEST_REST_MS).update(rest_until_ms=now_ms)
    return repaired + _forget_limits(now_ms)


def _forget_limits(now_ms: int) -> int:
    """Forget the tries and requests that were counted by a clock that ran ahead."""
    expires = connection.ops.adapt_datetimefield_value(from_ms(now_ms + LONGEST_LIMIT_MS))
    forgotten = 0
    with connection.cursor() as cursor:
        cursor.execute(COUNT_AHEAD, (expires,))
        if cursor.fetchone()[0]:
            cursor.execute(FORGET_AHEAD, (expires,))
            forgotten = cursor.rowcount
    ahead = ApiRate.objects.filter(minute__gt=(now_ms + AHEAD_MS) // MINUTE_MS)
    return forgotten + (ahead.delete()[0] if ahead.exists() else 0)


def _lent_after(moment_ms: int) -> list[int]:
    """List some live leases that begin after a moment, with an earlier release possible."""
    live = Lease.objects.filter(
        state=Lease.State.LIVE, expires_ms__gt=moment_ms, lent_ms__gt=moment_ms
    )
    return list(live.values_list("id", flat=True)[:AT_ONCE])


@transaction.atomic
def _lend_now(leases: list[int], ahead_ms: int, now_ms: int) -> int:
    """Restart leases now, with their original duration."""
    with connection.cursor() as cursor:
        dialect().lock_tasks_of(cursor, leases)
    still = Lease.objects.filter(id__in=leases, state=Lease.State.LIVE, lent_ms__gt=ahead_ms)
    spans = list(still.values_list("id", "lent_ms", "expires_ms"))
    for number, lent_ms, expires_ms in spans:
        until_ms = now_ms + expires_ms - lent_ms
        Lease.objects.filter(id=number).update(lent_ms=now_ms, expires_ms=until_ms)
    return len(spans)
