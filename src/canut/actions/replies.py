"""Answer a request that is sent again under the same ``Idempotency-Key`` as it was the first time.

What the request does and what is answered are written in one transaction: either both are kept, or
neither. Only what succeeded is kept: after a refusal the same key may be tried again, mended.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from canut.core.errors import BadInput, Conflict
from canut.store.keys import ApiReply

KEPT = timedelta(hours=24)
KEPT_MS = int(KEPT.total_seconds() * 1000)
NAME_LENGTH = 255
SUCCEEDED = range(200, 300)
type Reply = tuple[int, bytes]


@transaction.atomic
def answer_once(key_id: int, name: str, asked: str, act: Callable[[], Reply], now_ms: int) -> Reply:
    """Do what a request asks, unless it was done before; return what is answered, or was then.

    Args:
        key_id: whose request it is.
        name: the ``Idempotency-Key``.
        asked: a hash of the request.
        act: does it, and returns status and body.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        BadInput: ``idempotency-name``: no name, or a longer one than 255 characters.
        Conflict: ``idempotency-reused``: another request was sent under this name.
    """
    check_name(name)
    kept = _claim(key_id, name, asked, now_ms)
    if kept.status is not None:
        return kept.status, bytes(kept.body)
    status, body = act()
    if status in SUCCEEDED:
        ApiReply.objects.filter(pk=kept.pk).update(status=status, body=body)
    else:
        transaction.set_rollback(True)
    return status, body


def check_name(name: str) -> None:
    """Refuse a name that cannot be kept."""
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise BadInput(
            f"the Idempotency-Key has {len(name)} characters; send 1 to {NAME_LENGTH}",
            code="idempotency-name",
            limit=NAME_LENGTH,
        )


def _claim(key_id: int, name: str, asked: str, now_ms: int) -> ApiReply:
    """Find what is kept under a name, or keep the name; whoever comes second waits here."""
    ApiReply.objects.filter(key_id=key_id, name=name, at_ms__lte=now_ms - KEPT_MS).delete()
    kept, _made = ApiReply.objects.get_or_create(
        key_id=key_id, name=name, defaults={"asked": asked, "at_ms": now_ms}
    )
    if kept.asked != asked:
        raise Conflict(
            "another request was sent under this Idempotency-Key; choose a fresh one",
            code="idempotency-reused",
        )
    return kept


@transaction.atomic
def forget_old_replies(now_ms: int) -> int:
    """Forget what was answered more than a day ago; returns how many."""
    return ApiReply.objects.filter(at_ms__lte=now_ms - KEPT_MS).delete()[0]
