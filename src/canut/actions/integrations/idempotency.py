"""Replay the stored reply of a request repeated under the same ``Idempotency-Key``.

A request that creates something runs in the transaction that stores its reply: both are stored, or
neither. A request that takes long, or is safe to repeat, runs between two short transactions: one
reserves the key, one stores the reply. If interrupted between them it runs again, or resumes from
what it recorded.

Only successful replies are stored: after a refusal the same key may be used again. A reply that
holds a secret is stored encrypted.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction

from canut.actions.platform import encryption
from canut.core.errors import BadInput, Conflict
from canut.store.sql.written_once import FixedInsert, FixedUpdate
from canut.store.tables.integrations import ApiReply

KEPT = timedelta(hours=24)
KEPT_MS = int(KEPT.total_seconds() * 1000)
NAME_LENGTH = 255
SUCCEEDED = range(200, 300)
LABEL = b"canut/replies/v1"
REPLIES, REPLIED = FixedInsert(ApiReply), FixedUpdate(ApiReply, "status", "body")
type Reply = tuple[int, bytes]


class _AnsweredError(Exception):
    """The same request, running at the same time, has been answered."""


class IdempotencyKey(NamedTuple):
    """A request with its idempotency key.

    Args:
        key: whose request it is.
        name: the ``Idempotency-Key``.
        asked: a hash of the request.
        at_ms: when, in milliseconds since 1970 UTC.
    """

    key: int
    name: str
    asked: str
    at_ms: int


@transaction.atomic
def answer_once(
    named: IdempotencyKey, act: Callable[[], Reply], *, is_sealed: bool = False
) -> Reply:
    """Run a request unless it ran before; return its reply, new or stored.

    Args:
        named: the request.
        act: does it, and returns status and body.
        is_sealed: whether the body is kept sealed.

    Raises:
        BadInput: ``idempotency-name``: no name, or a longer one than 255 characters.
        Conflict: ``idempotency-reused``: another request was sent under this name.
    """
    stored = _claim(named)
    if stored.status is not None:
        return stored.status, _opened(stored, is_sealed=is_sealed)
    status, body = act()
    if status in SUCCEEDED:
        stored_body = encryption.seal(body, LABEL, named.asked.encode()) if is_sealed else body
        REPLIED.change(stored.pk, status, stored_body)
    else:
        transaction.set_rollback(True)
    return status, body


def answer_again(named: IdempotencyKey, act: Callable[[ApiReply], Reply]) -> Reply:
    """Run a request that is safe to repeat, unless answered before; see ``answer_once``.

    Args:
        named: the request.
        act: does it under the name it is given, where ``begin_under`` notes what was begun.
    """
    with transaction.atomic():
        stored = _claim(named)
    if stored.status is not None:
        return stored.status, bytes(stored.body)
    try:
        status, body = act(stored)
    except _AnsweredError:
        return answer_again(named, act)
    with transaction.atomic():
        at_work = ApiReply.objects.filter(pk=stored.pk, status=None)
        if status in SUCCEEDED:
            at_work.update(status=status, body=body)
        else:
            at_work.filter(body=b"").delete()
    return status, body


def begin_under(reply: ApiReply | None, begin: Callable[[], int]) -> tuple[int, bool]:
    """Begin something under a key in the caller's transaction, or return what was begun.

    Args:
        reply: the name; None where the request has none.
        begin: begins it and returns its number.

    Returns:
        The number, and whether it was begun just now.
    """
    if reply is None:
        return begin(), True
    locked = ApiReply.objects.select_for_update().filter(pk=reply.pk).first()
    if locked is None or locked.status is not None:
        raise _AnsweredError
    if locked.body:
        return int(bytes(locked.body)), False
    number = begin()
    ApiReply.objects.filter(pk=reply.pk).update(body=str(number).encode())
    return number, True


def check_name(name: str) -> None:
    """Refuse a key that cannot be stored."""
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise BadInput(
            f"the Idempotency-Key has {len(name)} characters; send 1 to {NAME_LENGTH}",
            code="idempotency-name",
            limit=NAME_LENGTH,
        )


def _claim(named: IdempotencyKey) -> ApiReply:
    """Find the stored reply of a key, or reserve the key; a second caller waits here."""
    check_name(named.name)
    claimed = ApiReply(key_id=named.key, name=named.name, asked=named.asked, at_ms=named.at_ms)
    if REPLIES.add(claimed, or_ignore=True):
        return claimed
    under = ApiReply.objects.filter(key_id=named.key, name=named.name)
    stored = under.first()
    if stored is None or stored.at_ms <= named.at_ms - KEPT_MS:
        under.filter(at_ms__lte=named.at_ms - KEPT_MS).delete()
        stored, _made = ApiReply.objects.get_or_create(
            key_id=named.key, name=named.name, defaults={"asked": named.asked, "at_ms": named.at_ms}
        )
    if stored.asked != named.asked:
        raise Conflict(
            "another request was sent under this Idempotency-Key; choose a fresh one",
            code="idempotency-reused",
        )
    return stored


def _opened(stored: ApiReply, *, is_sealed: bool) -> bytes:
    body = bytes(stored.body)
    return encryption.unseal(body, LABEL, stored.asked.encode()) if is_sealed else body


@transaction.atomic
def forget_old_replies(now_ms: int) -> int:
    """Delete replies older than a day; return how many."""
    return ApiReply.objects.filter(at_ms__lte=now_ms - KEPT_MS).delete()[0]
