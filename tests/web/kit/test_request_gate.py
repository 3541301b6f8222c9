import threading
import time
from collections.abc import Iterator
from io import BytesIO
from types import TracebackType

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from canut.store.sql.seats import Seat
from canut.store.tables.platform import Fact
from canut.web.kit import access
from canut.web.kit.audiences import SIGNED_IN
from canut.web.kit.request_gate import SerialGate


def test_one_runs_at_a_time() -> None:
    gate, door, now, most = SerialGate(), threading.Lock(), 0, 0

    def run() -> None:
        nonlocal now, most
        with gate:
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

    assert (now, most) == (0, 1)


def test_gate_is_free_again_after_a_fault() -> None:
    gate = SerialGate()

    with pytest.raises(ValueError, match="so"), gate:
        raise ValueError("so")

    with gate:
        pass


@pytest.fixture
def shared() -> Iterator[SerialGate]:
    gate = SerialGate()
    gate.share()
    yield gate
    with gate:
        connection.close()


def raw() -> object:
    """Return the database's own connection, opened if need be."""
    connection.ensure_connection()
    return connection.connection


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_all_inside_the_gate_use_one_connection(shared: SerialGate) -> None:
    found: list[tuple[object, object]] = []

    def run() -> None:
        own = raw()
        with shared:
            found.append((own, raw()))
        assert raw() is own
        connection.close()

    for _ in range(3):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    assert len({id(own) for own, _ in found}) == 3
    assert len({id(one) for _, one in found}) == 1
    assert not {id(own) for own, _ in found} & {id(one) for _, one in found}


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_what_failed_inside_the_gate_is_undone_before_the_next(shared: SerialGate) -> None:
    with pytest.raises(ValueError, match="so"), shared, transaction.atomic():
        Fact.objects.create(name="began", value="now")
        raise ValueError("so")

    with shared:
        assert not connection.in_atomic_block
        assert not Fact.objects.filter(name="began").exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_connection_closed_inside_the_gate_is_opened_again_for_the_next(shared: SerialGate) -> None:
    with shared:
        before = raw()
        connection.close()

    with shared:
        assert raw() is not before
        connection.cursor().execute("SELECT 1")


class Watched:
    """A gate that says whether somebody is inside."""

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
    """What is sent, noting whether somebody is inside the gate when it is read."""

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
def test_nobody_is_inside_the_gate_while_their_body_comes(
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
    monkeypatch.setattr(access, "workbench_gate", watched)
    monkeypatch.setattr(access, "_seat", lambda *_: Seat(1, 2, 3, "seat"))

    def view(request: HttpRequest, seat: Seat) -> HttpResponse:
        return HttpResponse(f"{watched.held} {request.body!r} {seat.slug}")

    answer = access.at_seat(access.Route("", view, "", SIGNED_IN), request, "a")

    assert isinstance(answer, HttpResponse)
    assert answer.content == b"True b'leases=1' seat"
    assert sent.seen
    assert not any(sent.seen)
