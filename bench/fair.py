"""What one hostile worker costs the others: the open load of ``served`` without and beside them.

The hostile worker is one person of the same project with a session of their own, in a process of
its own. They send without pause what a page never would: 200 answers to one lease in a request,
drafts as long as may be kept, heartbeats 500 at a time, leases and skips, and requests whose bodies
come a byte a second. Each kind is measured alone as well, so that one sees which costs what. The
loads come in turn, round after round; what counts are the ratios to the run alone of each round.
"""

import itertools
import multiprocessing
import secrets
import socket
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

from bench.http import Seat, load, quantile
from bench.instance import (
    CHOICES,
    CSRF,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    open_session,
    set_up,
)
from bench.still import Disk, let_settle

TASKS, CLIENTS, PAIRS_PER_S = 1_000, 64, 200
ANSWERS_AT_ONCE, BEATS_AT_ONCE, DRAFT_BYTES = 200, 500, 60_000
SLOW_SOCKETS = 200
ALONE, ALL = "fair: alone", "fair: beside one hostile worker"
ROUNDS, SECONDS = 7, 4


class Hostile(NamedTuple):
    """The hostile worker: their seat, and the session of a page that was given to them."""

    seat: Seat
    page: str


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure the others without and beside the hostile worker.

    Returns:
        One row a load: latencies in ms, their ratios to those alone, what the hostile worker sent.
    """
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        project = make_project(TASKS, overlap=200)
        seats, hostile = make_seats(project, CLIENTS, port), _hostile(project, port)
        server = Server(folder.path, port, is_limited=True)
        try:
            load(seats, CHOICES, seconds=1, rate=1)
            let_settle(folder.path)
            rounds, seconds = (1, 3) if quick else (ROUNDS, SECONDS)
            attacks = {ALL: tuple(ATTACKS)} | {f"fair: {name}": (name,) for name in ATTACKS}
            found: dict[str, list[dict[str, Any]]] = {}
            for _ in range(rounds):  # in turn: what else the machine does comes to all of them
                for name, kinds in {ALONE: (), **attacks}.items():
                    with Beside(hostile, kinds) as beside:
                        row = _measure(folder.path, seats, seconds)
                    found.setdefault(name, []).append(row | beside.sent())
            return _rows(found)
        finally:
            server.stop()
    finally:
        folder.remove()


def _rows(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Take the middle run of each load, and the middle ratio to the run alone of its round."""
    rows = []
    for name, runs in found.items():
        middle = sorted(runs, key=lambda run: float(run["submit_p99_ms"]))[len(runs) // 2]
        ratios = {
            f"{step}_ratio": round(
                statistics.median(
                    run[f"{step}_p99_ms"] / alone[f"{step}_p99_ms"]
                    for run, alone in zip(runs, found[ALONE], strict=True)
                ),
                2,
            )
            for step in ("lease", "submit")
        }
        rows.append({"load": name, "tasks": TASKS, **middle, **ratios})
    return rows


def _measure(folder: Path, seats: list[Seat], seconds: float) -> dict[str, Any]:
    for seat in seats:
        seat.sock, seat.buffer, seat.hand = None, b"", []
    with Disk(folder) as disk:
        seen = load(seats, CHOICES, seconds=seconds, rate=PAIRS_PER_S / CLIENTS, apart=4)
    leases = [ms for measured in seen for ms in measured.lease_ms]
    submits = [ms for measured in seen for ms in measured.submit_ms]
    return {
        "pairs_per_s": round(sum(measured.pairs for measured in seen) / seconds, 1),
        "lease_p50_ms": round(quantile(leases, 0.5), 1),
        "lease_p99_ms": round(quantile(leases, 0.99), 1),
        "submit_p50_ms": round(quantile(submits, 0.5), 1),
        "submit_p99_ms": round(quantile(submits, 0.99), 1),
        "still_ms": disk.still_ms,
    }


def _hostile(project_id: int, port: int) -> Hostile:
    """Make the hostile worker, as ``make_seats`` makes the others."""
    from datetime import timedelta

    from django.utils import timezone

    from canut.actions.people.accounts import accept_invitation, create_invitation, invitation_token
    from canut.actions.time.heartbeats import open_page
    from canut.core.clock import to_ms
    from canut.store.models import Project, Role

    now = timezone.now()
    project = Project.objects.get(id=project_id)
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=project.created_by,
        expires_at=now + timedelta(days=1),
        max_uses=1,
        note="",
        now_ms=to_ms(now),
    )
    person = accept_invitation(invitation_token(invitation), None, "en", to_ms(now))
    seat = Seat(port, project.slug, open_session(person), CSRF)
    return Hostile(seat, open_page(person.pk, project_id, to_ms(now)))


class Beside:
    """A hostile worker at work, from ``with`` to its end; ``sent`` says how much came through.

    Args:
        hostile: who.
        kinds: names of ``ATTACKS``; none is nobody.
    """

    def __init__(self, hostile: Hostile, kinds: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends, self._out = context.Event(), context.Queue()
        self._process = context.Process(
            target=_attack, args=(hostile, kinds, self._ends, self._out)
        )
        self._kinds, self._sent = kinds, 0

    def __enter__(self) -> Self:
        """Begin."""
        if self._kinds:
            self._process.start()
        return self

    def sent(self) -> dict[str, int]:
        """Return how many requests were answered, refusals included."""
        return {"hostile_requests": self._sent}

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ends.set()
        if self._kinds:
            self._sent = self._out.get(timeout=120)
            self._process.join()


def _attack(hostile: Hostile, kinds: tuple[str, ...], ends: Any, out: Any) -> None:
    counts = itertools.count()
    threads = [
        threading.Thread(target=_repeat, args=(ATTACKS[kind], hostile, ends, counts), daemon=True)
        for kind in kinds
    ]
    for thread in threads:
        thread.start()
    ends.wait()
    for thread in threads:
        thread.join(timeout=20)
    out.put(next(counts))


def _repeat(
    attack: Callable[[Seat, str, int], object], hostile: Hostile, ends: Any, counts: Any
) -> None:
    """Send one request after the other on a connection of its own; a refusal stops nothing."""
    seat = Seat(hostile.seat.port, hostile.seat.slug, hostile.seat.session, hostile.seat.csrf)
    number = time.time_ns() // 1_000_000 % 1_000_000_000
    while not ends.is_set():
        number += BEATS_AT_ONCE
        try:
            attack(seat, hostile.page, number)
        except RuntimeError:
            pass
        except OSError:
            seat.sock, seat.buffer = None, b""
            time.sleep(0.01)
        next(counts)


def _answers(seat: Seat, _page: str, _number: int) -> None:
    """Answer one task 200 times: one counts at most, then it is surplus."""
    task = _lent(seat)
    batch = [
        {
            "lease": task["lease"],
            "key": secrets.token_hex(16),
            "values": {"q": CHOICES[0]},
            "question_version": task["question_version"],
        }
        for _ in range(ANSWERS_AT_ONCE)
    ]
    seat.post("answers", {"answers": batch, "beats": []})


def _drafts(seat: Seat, _page: str, number: int) -> None:
    """Keep a draft as long as may be."""
    task = _lent(seat)
    draft = {"q": secrets.token_hex(DRAFT_BYTES // 2)}
    seat.post("begun", {"task": task["task"], "version": 1, "drafts": draft, "at": number})


def _beats(seat: Seat, page: str, number: int) -> None:
    """Send as many heartbeats as one request may hold."""
    beats = [
        {
            "session": page,
            "seq": number + at,
            "mono_ms": number + at,
            "visible": True,
            "focused": True,
            "surface": "instructions",
            "buckets": [[0, 1, 0, 0, 0]],
        }
        for at in range(BEATS_AT_ONCE)
    ]
    seat.post("beats", {"beats": beats})


def _leases(seat: Seat, _page: str, _number: int) -> None:
    """Take a task and skip it."""
    task = _lent(seat)
    seat.post("skip", {"lease": task["lease"], "reason": "other"})


def _slow(seat: Seat, _page: str, _number: int) -> None:
    """Open many connections whose bodies come a byte a second, for five seconds."""
    head = (
        f"POST /work/{seat.slug}/answers HTTP/1.1\r\nHost: 127.0.0.1:{seat.port}\r\n"
        f"Cookie: sessionid={seat.session}; csrftoken={seat.csrf}\r\n"
        f"X-CSRFToken: {seat.csrf}\r\nContent-Type: application/json\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    opened = [socket.create_connection(("127.0.0.1", seat.port)) for _ in range(SLOW_SOCKETS)]
    try:
        for each in opened:
            each.sendall(head.encode())
        for _ in range(5):
            time.sleep(1)
            for each in opened:
                each.sendall(b" ")
    finally:
        for each in opened:
            each.close()


def _lent(seat: Seat) -> dict[str, Any]:
    """Return a task that this worker holds, leased if need be."""
    lent = seat.post("lease", {"count": 1, "have": [], "question_version": 1})
    task: dict[str, Any] = lent["tasks"][0]
    return task


ATTACKS: dict[str, Callable[[Seat, str, int], object]] = {
    "200 answers to one lease": _answers,
    "long drafts": _drafts,
    "floods of heartbeats": _beats,
    "leases and skips": _leases,
    "slow bodies": _slow,
}
