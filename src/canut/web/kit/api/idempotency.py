"""Replay the first response to requests with the same ``Idempotency-Key``.

``actions.integrations.idempotency`` decides how a response is stored; this module hashes the
request, spools its stream to a file, and converts responses to bytes and back.
"""

import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from canut.actions.integrations.idempotency import (
    IdempotencyKey,
    answer_again,
    answer_once,
    check_name,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import TooLarge
from canut.store.tables.integrations import ApiReply

CHUNK = 2**18
SPOOLED_BYTES = 2**21


class Repeats(StrEnum):
    """How a request with an ``Idempotency-Key`` is replayed.

    ``ONCE``: run and stored in one transaction. ``AGAIN``: safe to run twice, and run
    again if it was interrupted. ``SEALED``: once, with its response stored encrypted.
    """

    NO = ""
    ONCE = "once"
    AGAIN = "again"
    SEALED = "sealed"


class RepeatRule(NamedTuple):
    """How a request may be replayed, and whether its body is a stream."""

    repeats: Repeats
    is_stream: bool


class IdempotentRequest(HttpRequest):
    """A request with a key: its stored reply, and its stream as a temporary file."""

    under: ApiReply | None = None
    body_kept: IO[bytes] | None = None


def name_under(request: HttpRequest) -> ApiReply | None:
    """Return the stored reply of the request's idempotency key."""
    return getattr(request, "under", None)


def chunks_of(request: HttpRequest) -> Iterator[bytes]:
    """Read a body in chunks."""
    spool: IO[bytes] | None = getattr(request, "body_kept", None)
    while chunk := (spool or request).read(CHUNK):
        yield chunk


def answered(
    request: HttpRequest, key: int, run: Callable[[], HttpResponseBase], again: RepeatRule
) -> HttpResponseBase:
    """Answer a request or replay its first response; see ``actions.integrations.idempotency``."""
    name = request.headers.get("Idempotency-Key")
    if name is not None:
        check_name(name)
    if name is None or not again.repeats:
        return run()
    with SpooledTemporaryFile(SPOOLED_BYTES, "w+b", dir=str(settings.DATA)) as body:
        digest = _hash_of(request, cast("IO[bytes]", body), is_stream=again.is_stream)
        named = IdempotencyKey(key, name, digest, now_ms())
        return _replied(request, named, run, again.repeats)


def _replied(
    request: HttpRequest,
    named: IdempotencyKey,
    run: Callable[[], HttpResponseBase],
    repeats: Repeats,
) -> HttpResponseBase:
    fresh: list[HttpResponseBase] = []

    def act() -> tuple[int, bytes]:
        answer = run()
        fresh.append(answer)
        return answer.status_code, cast("HttpResponse", answer).content

    def act_under(reply: ApiReply) -> tuple[int, bytes]:
        cast("IdempotentRequest", request).under = reply
        body: IO[bytes] | None = getattr(request, "body_kept", None)
        if body is not None:
            body.seek(0)
        return act()

    if repeats == Repeats.AGAIN:
        status, content = answer_again(named, act_under)
    else:
        status, content = answer_once(named, act, is_sealed=repeats == Repeats.SEALED)
    if fresh:
        return fresh[0]
    answer = HttpResponse(content, status=status, content_type="application/json; charset=utf-8")
    answer["Idempotency-Replayed"] = "true"
    return answer


def _hash_of(request: HttpRequest, spool: IO[bytes], *, is_stream: bool) -> str:
    """Hash a request; a stream is copied to a temporary file at the same time."""
    whole = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not is_stream:
        whole.update(request.body)
        return whole.hexdigest()
    for chunk in chunks_of(request):
        if spool.tell() + len(chunk) > settings.UPLOAD_LIMIT_BYTES:
            raise TooLarge(
                f"the rows are over {settings.UPLOAD_LIMIT_BYTES} bytes; send several",
                code="upload-too-large",
                limit=settings.UPLOAD_LIMIT_BYTES,
            )
        whole.update(chunk)
        spool.write(chunk)
    spool.seek(0)
    cast("IdempotentRequest", request).body_kept = spool
    return whole.hexdigest()
