import threading
import time
from io import BytesIO
from types import TracebackType

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse

from canut.web import access
from canut.web.audiences import SIGNED_IN
from canut.web.few import Turns


def test_no_more_run_at_once_than_there_are_turns() -> None:
    turns, door, now, most = Turns(2), threading.Lock(), 0, 0

    def run() -> None:
        nonlocal now, most
        with turns:
            with door:
                now += 1
                most = max(most, now)
            time.sleep(0.005)
            with door:
                now -= 1

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (now, most) == (0, 2)


def test_turn_is_given_back_after_a_fault() -> None:
    turns = Turns(1)

    with pytest.raises(ValueError, match="so"), turns:
        raise ValueError("so")

    with turns:
        pass


class Watched:
    """A turn that says whether somebody has it."""

    held = False

    def __enter__(self) -> None:
        """Take it."""
        self.held = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it back."""
        self.held = False


class Slow(BytesIO):
    """What is sent, noting whether a turn is held when it is read."""

    def __init__(self, sent: bytes, watched: Watched) -> None:
        super().__init__(sent)
        self.watched = watched
        self.seen: list[bool] = []

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and note."""
        self.seen.append(self.watched.held)
        return super().read(size)


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
def test_nobody_holds_a_turn_while_their_body_comes(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    watched = Watched()
    sent = Slow(b"leases=1", watched)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": "8",
            "wsgi.input": sent,
        }
    )
    monkeypatch.setattr(access, "turns", watched)
    monkeypatch.setattr(access, "_seat", lambda *_: "seat")

    def view(request: HttpRequest, seat: str) -> HttpResponse:
        return HttpResponse(f"{watched.held} {request.body!r} {seat}")

    answer = access.at_seat(access.Page("", view, "", SIGNED_IN), request, "a")

    assert isinstance(answer, HttpResponse)
    assert answer.content == b"True b'leases=1' seat"
    assert sent.seen
    assert not any(sent.seen)
