"""Bring back to now what a clock that was set back left in the future.

A task lent at eleven by a clock that then says ten would be held an hour too long, and a message
that waits for eleven would come an hour late. Servers whose clocks differ by seconds are no such
case: only what lies more than a minute ahead is touched. How the time of an answer is reckoned then
is decided in ``answers``.
"""

from django.db import connection, transaction
from django.db.models import Q

from canut.core.proofs.webhooks import LONGEST_SECONDS
from canut.store.sql import dialect
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.work import Lease

AHEAD_MS = 60_000
AT_ONCE = 200
LONGEST_REST_MS = round(1.2 * LONGEST_SECONDS * 1000)


def repair_future_timestamps(now_ms: int) -> int:
    """Let what begins in the future begin now; return how many leases and messages did.

    Args:
        now_ms: milliseconds since 1970 UTC, by the clock as it is set now.
    """
    ahead_ms = now_ms + AHEAD_MS
    brought = 0
    while leases := _lent_after(ahead_ms):
        brought += _lend_now(leases, ahead_ms, now_ms)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_ms__gt=ahead_ms)
    from_ahead = Q(created_ms__gt=ahead_ms) | Q(tried_ms__gt=ahead_ms)
    brought += waiting.filter(from_ahead).update(next_ms=now_ms, created_ms=now_ms, tried_ms=None)
    Webhook.objects.filter(rest_until_ms__gt=now_ms + LONGEST_REST_MS).update(rest_until_ms=now_ms)
    return brought


def _lent_after(moment_ms: int) -> list[int]:
    """Name some live leases that begin after a moment; who runs out then began before."""
    live = Lease.objects.filter(
        state=Lease.State.LIVE, expires_ms__gt=moment_ms, lent_ms__gt=moment_ms
    )
    return list(live.values_list("id", flat=True)[:AT_ONCE])


@transaction.atomic
def _lend_now(leases: list[int], ahead_ms: int, now_ms: int) -> int:
    """Let leases begin now and last as long as they were to last."""
    with connection.cursor() as cursor:
        dialect().lock_tasks_of(cursor, leases)
    still = Lease.objects.filter(id__in=leases, state=Lease.State.LIVE, lent_ms__gt=ahead_ms)
    spans = list(still.values_list("id", "lent_ms", "expires_ms"))
    for number, lent_ms, expires_ms in spans:
        until_ms = now_ms + expires_ms - lent_ms
        Lease.objects.filter(id=number).update(lent_ms=now_ms, expires_ms=until_ms)
    return len(spans)
