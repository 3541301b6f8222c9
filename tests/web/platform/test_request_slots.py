"""A body that ends early is not taken for the whole; one that is whole is read as it came."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

import pytest

from canut.web.platform.request_slots import (
    LONG_BYTES,
    REFUSAL_SECONDS,
    Body,
    Slots,
)


def post(content: bytes, length: int) -> tuple[str, bytes]:
    """Send a body through a slot to an application that reads it; return status and answer."""
    statuses: list[str] = []

    def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(length)
        start("200 OK", [])
        return [body]

    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": BytesIO(content)}
    with ThreadPoolExecutor(1) as thread:  # a slot takes the connection of its thread away
        answer = thread.submit(
            Slots(echo), environ, lambda status, _headers: statuses.append(status)
        ).result()
    return statuses[0], b"".join(answer)


def test_short_body_that_ended_early_reaches_no_view() -> None:
    whole, cut = post(b"amount=1000", 11), post(b"amount=10", 11)

    assert whole == ("200 OK", b"amount=1000")
    assert cut[0] == "400 Bad Request"


def test_answer_to_who_sent_too_much_leaves_later_and_takes_no_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    statuses: list[str] = []
    meanwhile: list[Iterable[bytes]] = []

    def refuse(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("429 Too Many Requests", [])
        return [b"wait"]

    monkeypatch.setattr("canut.web.platform.request_slots.MOST_DELAYED", 1)
    slots = Slots(refuse, count=1)
    environ: dict[str, Any] = {"CONTENT_LENGTH": "0", "wsgi.input": BytesIO()}

    def wait(seconds: float) -> None:
        waits.append(seconds)
        with ThreadPoolExecutor(1) as other:  # the only slot is free, and no second answer waits
            meanwhile.append(other.submit(ask).result(5))

    ask = partial(slots, environ, lambda status, _headers: statuses.append(status))
    monkeypatch.setattr("canut.web.platform.request_slots.time.sleep", wait)
    with ThreadPoolExecutor(1) as thread:  # a slot takes the connection of its thread away
        answer = thread.submit(ask).result(5)

    assert [answer, *meanwhile] == [[b"wait"]] * 2
    assert statuses == ["429 Too Many Requests"] * 2
    assert waits == [REFUSAL_SECONDS]


def test_long_body_that_ended_early_is_read_until_there_and_not_taken_for_whole() -> None:
    content = b"x" * (LONG_BYTES + 10)
    body = Body(BytesIO(content), len(content) + 1, {})

    assert post(content, len(content)) == ("200 OK", content)
    assert body.read(LONG_BYTES) + body.read(1000) == content
    with pytest.raises(ConnectionError, match="1 bytes early"):
        body.read(1000)
    with pytest.raises(ConnectionError):
        Body(BytesIO(b"ab"), 3, {}).read()


def test_body_ends_where_it_said_it_would_and_has_lines() -> None:
    body = Body(BytesIO(b"one\ntwo\nthree"), 10, {})

    assert [body.readline(), body.readline(2), body.readline(), body.readline()] == [
        b"one\n",
        b"tw",
        b"o\n",
        b"th",
    ]
    assert body.read() == body.read(5) == b""
