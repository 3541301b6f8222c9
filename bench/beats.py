"""What keeping a beat costs the server, sent as pages send them: eight at once, or twenty.

Through the real server, session, CSRF check and all; the server's CPU, divided by the beats kept.
"""

import time
from typing import Any

from bench.machine.instance import Folder, Server, free_port, make_project, make_seats, set_up

SIZES = (8, 20)
BEAT_MS = 15_000
PEOPLE = 8


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure both sizes of batches.

    Returns:
        One row a size: CPU ms of the server a beat, beats kept a second.
    """
    folder, port = Folder(), free_port()
    rows: list[dict[str, Any]] = []
    try:
        set_up(folder.path, postgres=postgres)
        project = make_project(100)
        seats = make_seats(project, PEOPLE, port)
        pages = [_open_page(seat.session, project) for seat in seats]
        server = Server(folder.path, port)
        try:
            for size in SIZES:
                _send(seats, pages, size, 5, 0)  # the first requests import and compile
            next_seq = 1_000
            for size in SIZES:
                batches = (2_000 if quick else 4_000) // size // PEOPLE
                before, since = server.cpu_seconds(), time.perf_counter()
                next_seq += _send(seats, pages, size, batches, next_seq)
                took, cpu = time.perf_counter() - since, server.cpu_seconds() - before
                beats = batches * size * PEOPLE
                rows.append(
                    {
                        "load": f"{size} at once",
                        "rows": size,
                        "cpu_ms_per_beat": round(1_000 * cpu / beats, 3),
                        "beats_per_s": round(beats / took, 1),
                    }
                )
        finally:
            server.stop()
    finally:
        folder.remove()
    return rows


def _open_page(session: str, project: int) -> str:
    """Give out the workbench to whoever has this session."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from canut.actions.time.heartbeats import open_page

    return open_page(int(SessionStore(session)[SESSION_KEY]), project, time.time_ns() // 1_000_000)


def _send(seats: list[Any], pages: list[str], size: int, batches: int, first_seq: int) -> int:
    """Let everyone send so many batches, one after the other; returns how many beats of each."""
    for batch in range(batches):
        first = first_seq + batch * size
        for seat, page in zip(seats, pages, strict=True):
            seat.post("beats", {"beats": [_beat(page, first + n) for n in range(size)]})
    return batches * size


def _beat(page: str, number: int) -> dict[str, Any]:
    """Make a beat as the workbench does, with a sign in each of its seconds."""
    end = (number + 1) * BEAT_MS
    return {
        "session": page,
        "seq": number,
        "mono_ms": end,
        "visible": True,
        "focused": True,
        "surface": f"item:{number // 4}",
        "buckets": [[end // 1_000 - n, 1, 2, 0, 0] for n in range(15)],
        "media_ms": 0,
        "previous": "f" * 64,
    }
