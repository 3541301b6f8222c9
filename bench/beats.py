"""What keeping a beat costs the server, sent as pages send them: eight at once, or twenty.

Through the real server, session, CSRF check and all; the server's CPU, divided by the beats kept.
"""

import time
from typing import Any, NamedTuple

from bench.machine.http import HELD, Seat
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
        server = Server(folder.path, port)
        try:
            pages = [open_page_of(seat, project) for seat in seats]
            for size in SIZES:
                send_beats(seats, pages, size, 5, 0)  # the first requests import and compile
            next_seq = 1_000
            for size in SIZES:
                batches = (2_000 if quick else 4_000) // size // PEOPLE
                before, since = server.cpu_seconds(), time.perf_counter()
                next_seq += send_beats(seats, pages, size, batches, next_seq)
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


class Page(NamedTuple):
    """A workbench that is open: its session of beats, and the leases of the tasks on it."""

    session: str
    leases: list[int]


def open_page_of(seat: Seat, project: int) -> Page:
    """Open the workbench of somebody, and lease them tasks: beats name the lease in view."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from canut.actions.time.heartbeats import open_page

    tasks = seat.post("lease", {"count": HELD, "have": [], "question_version": 1})["tasks"]
    person = int(SessionStore(seat.session)[SESSION_KEY])
    page = open_page(person, project, time.time_ns() // 1_000_000)
    return Page(page, [int(task["lease"]) for task in tasks])


def send_beats(
    seats: list[Seat], pages: list[Page], size: int, batches: int, first_seq: int
) -> int:
    """Let everyone send so many batches, one after the other; returns how many beats of each."""
    for batch in range(batches):
        first = first_seq + batch * size
        for seat, page in zip(seats, pages, strict=True):
            seat.post("beats", {"beats": [_beat(page, first + n) for n in range(size)]})
    return batches * size


def _beat(page: Page, number: int) -> dict[str, Any]:
    """Make a beat as the workbench does, with a sign in each of its seconds."""
    end = (number + 1) * BEAT_MS
    return {
        "session": page.session,
        "seq": number,
        "mono_ms": end,
        "visible": True,
        "focused": True,
        "surface": f"item:{page.leases[number // 4 % len(page.leases)]}",
        "buckets": [[end // 1_000 - n, 1, 2, 0, 0] for n in range(15)],
        "media_ms": 0,
        "previous": "f" * 64,
    }
