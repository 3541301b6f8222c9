"""Answer a request that is sent again under the same ``Idempotency-Key`` as it was the first time.

What makes something is done within the transaction that keeps its answer: either both are kept, or
neither. What takes long, or is the same when it is done twice, is done between two short
transactions: one that takes the name, one that keeps the answer. Cut short between them, it is done
again, or gone on with where it noted what it had begun.

Only what succeeded is kept: after a refusal the same name may be tried again, mended. An answer
that holds a secret is kept sealed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction

from canut.actions.platform import encryption
from canut.core.errors import BadInput, Conflict
from canut.store.tables.integrations import ApiReply

KEPT = timedelta(hours=24)
KEPT_MS = int(KEPT.total_seconds() * 1000)
NAME_LENGTH = 255
SUCCEEDED = range(200, 300)
LABEL = b"canut/replies/v1"
type Reply = tuple[int, bytes]


class _AnsweredError(Exception):
    """The same request, at work at the same time, has been answered meanwhile."""


class IdempotencyKey(NamedTuple):
    """A request under a name.

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
    """Do what a request asks, unless it was done before; return what is answered, or was then.

    Args:
        named: the request.
        act: does it, and returns status and body.
        is_sealed: whether the body is kept sealed.

    Raises:
        BadInput: ``idempotency-name``: no name, or a longer one than 255 characters.
        Conflict: ``idempotency-reused``: another request was sent under this name.
    """
    kept = _claim(named)
    if kept.status is not None:
        return kept.status, _opened(kept, is_sealed=is_sealed)
    status, body = act()
    if status in SUCCEEDED:
        held = encryption.seal(body, LABEL, named.asked.encode()) if is_sealed else body
        ApiReply.objects.filter(pk=kept.pk).update(status=status, body=held)
    else:
        transaction.set_rollback(True)
    return status, body


def answer_again(named: IdempotencyKey, act: Callable[[ApiReply], Reply]) -> Reply:
    """Do what is the same when done twice, unless it was answered before; see ``answer_once``.

    Args:
        named: the request.
        act: does it under the name it is given, where ``begin_under`` notes what was begun.
    """
    with transaction.atomic():
        kept = _claim(named)
    if kept.status is not None:
        return kept.status, bytes(kept.body)
    try:
        status, body = act(kept)
    except _AnsweredError:
        return answer_again(named, act)
    with transaction.atomic():
        at_work = ApiReply.objects.filter(pk=kept.pk, status=None)
        if status in SUCCEEDED:
            at_work.update(status=status, body=body)
        else:
            at_work.filter(body=b"").delete()
    return status, body


def begin_under(reply: ApiReply | None, begin: Callable[[], int]) -> tuple[int, bool]:
    """Begin something under a name, within the caller's transaction, or find it begun.

    Args:
        reply: the name; None where the request has none.
        begin: begins it and returns its number.

    Returns:
        The number, and whether it was begun just now.
    """
    if reply is None:
        return begin(), True
    held = ApiReply.objects.select_for_update().filter(pk=reply.pk).first()
    if held is None or held.status is not None:
        raise _AnsweredError
    if held.body:
        return int(bytes(held.body)), False
    number = begin()
    ApiReply.objects.filter(pk=reply.pk).update(body=str(number).encode())
    return number, True


def check_name(name: str) -> None:
    """Refuse a name that cannot be kept."""
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise BadInput(
            f"the Idempotency-Key has {len(name)} characters; send 1 to {NAME_LENGTH}",
            code="idempotency-name",
            limit=NAME_LENGTH,
        )


def _claim(named: IdempotencyKey) -> ApiReply:
    """Find what is kept under a name, or keep the name; whoever comes second waits here."""
    check_name(named.name)
    under = ApiReply.objects.filter(key_id=named.key, name=named.name)
    under.filter(at_ms__lte=named.at_ms - KEPT_MS).delete()
    kept, _made = ApiReply.objects.get_or_create(
        key_id=named.key, name=named.name, defaults={"asked": named.asked, "at_ms": named.at_ms}
    )
    if kept.asked != named.asked:
        raise Conflict(
            "another request was sent under this Idempotency-Key; choose a fresh one",
            code="idempotency-reused",
        )
    return kept


def _opened(kept: ApiReply, *, is_sealed: bool) -> bytes:
    body = bytes(kept.body)
    return encryption.unseal(body, LABEL, kept.asked.encode()) if is_sealed else body


@transaction.atomic
def forget_old_replies(now_ms: int) -> int:
    """Forget what was answered more than a day ago; returns how many."""
    return ApiReply.objects.filter(at_ms__lte=now_ms - KEPT_MS).delete()[0]
