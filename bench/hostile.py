"""One hostile worker: a person of a project who sends without pause what a page never would.

They have a session of their own and work from a process of their own, a thread and a connection for
each kind of attack. ``Beside`` runs them during a ``with`` block; ``fair`` measures what they cost
the others, ``tests/soak/test_all_at_once.py`` that nothing is lost while servers are killed too.
"""

import multiprocessing
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from bench.machine.http import Seat, StatusError

ANSWERS_AT_ONCE, BEATS_AT_ONCE, DRAFT_BYTES = 200, 500, 60_000
HUGE_DRAFT_BYTES, DEPTH = 3_000_000, 100_000
SLOW_SOCKETS, SLOW_SECONDS = 200, 5
AWAY_SECONDS = 0.1  # before the next attempt where nobody listens
NO_ANSWER = 0  # as a status: the connection ended first
FOREIGN_PAGE = "00000000-0000-4000-8000-000000000000"
SURFACES = (
    *("item:1", "item:-1", "item:9223372036854775808", "item:0x1", "item:", "practice"),
    *(
        "instructions\0",
        "x" * 60,
        "x" * 61,
        "../../etc/passwd",
        "\ud800",
        "\N{ARABIC-INDIC DIGIT ONE}",
    ),
)


class Hostile(NamedTuple):
    """The hostile worker: their seat, a page that is theirs, and a valid answer to ``q``."""

    seat: Seat
    page: str
    value: str


@dataclass
class Report:
    """What a hostile worker did.

    Args:
        statuses: of all requests, 200 for bodies that were held back to the end; ``NO_ANSWER``
            where the connection ended first.
        reached: the kinds of which at least one came through, be it to be refused.
        keys: of all answers that were sent.
        receipts: of the answers that were acknowledged, as the server wrote them.
    """

    statuses: Counter[int] = field(default_factory=Counter[int])
    reached: set[str] = field(default_factory=set[str])
    keys: list[str] = field(default_factory=list[str])
    receipts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def requests(self) -> int:
        """Return how many requests were sent, refused ones included."""
        return self.statuses.total()


class Beside:
    """A hostile worker at work, from ``with`` to its end; then ``report`` says what came through.

    Args:
        hostile: who.
        kinds: names of ``ATTACKS``; none is nobody.
    """

    def __init__(self, hostile: Hostile, kinds: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends, self._out = context.Event(), context.Queue()
        self._process = context.Process(
            target=_attack, args=(hostile, kinds, self._ends, self._out), daemon=True
        )
        self._kinds, self.report = kinds, Report()

    def __enter__(self) -> Self:
        """Begin."""
        if self._kinds:
            self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._ends.set()
        if self._kinds:
            self.report = self._out.get(timeout=120)
            self._process.join()


def _attack(hostile: Hostile, kinds: tuple[str, ...], ends: Any, out: Any) -> None:
    report = Report()
    threads = [
        threading.Thread(target=_repeat, args=(kind, hostile, ends, report), daemon=True)
        for kind in kinds
    ]
    for thread in threads:
        thread.start()
    ends.wait()
    for thread in threads:
        thread.join(timeout=20)
    out.put(report)


Attack = Callable[[Hostile, int, Report], object]


def _repeat(kind: str, hostile: Hostile, ends: Any, report: Report) -> None:
    """Send one request after the other on a connection of its own; a refusal stops nothing."""
    seat = Seat(hostile.seat.port, hostile.seat.slug, hostile.seat.session, hostile.seat.csrf)
    own = hostile._replace(seat=seat)
    number = time.time_ns() // 1_000_000 % 1_000_000_000
    while not ends.is_set():
        number += BEATS_AT_ONCE
        try:
            ATTACKS[kind](own, number, report)
            status = 200
        except StatusError as refusal:
            status = refusal.status
        except OSError:
            seat.sock, seat.buffer = None, b""
            time.sleep(AWAY_SECONDS)
            status = NO_ANSWER
        report.statuses[status] += 1
        if status != NO_ANSWER:
            report.reached.add(kind)


def _send(hostile: Hostile, leases: list[tuple[int, int]], report: Report) -> None:
    """Answer leases, each given with the version of its question; note keys, then receipts."""
    batch = [
        {
            "lease": lease,
            "key": secrets.token_hex(16),
            "values": {"q": hostile.value},
            "question_version": version,
        }
        for lease, version in leases
    ]
    report.keys += [str(answer["key"]) for answer in batch]
    receipts = hostile.seat.post("answers", {"answers": batch, "beats": []})["receipts"]
    report.receipts += [receipt for receipt in receipts if "problem" not in receipt]


def _answers(hostile: Hostile, _number: int, report: Report) -> None:
    """Answer one task 200 times: one counts at most, then it is surplus."""
    task = _lent(hostile.seat)
    _send(hostile, [(task["lease"], task["question_version"])] * ANSWERS_AT_ONCE, report)


def _foreign_leases(hostile: Hostile, _number: int, report: Report) -> None:
    """Answer the leases before one's own: of others, and ended ones."""
    task = _lent(hostile.seat)
    before = range(task["lease"] - 1, task["lease"] - 20, -1)
    _send(hostile, [(lease, task["question_version"]) for lease in before], report)


def _drafts(hostile: Hostile, number: int, _report: Report) -> None:
    """Keep a draft as long as may be."""
    _draft(hostile.seat, number, DRAFT_BYTES)


def _huge_drafts(hostile: Hostile, number: int, _report: Report) -> None:
    """Send a draft far longer than may be kept."""
    _draft(hostile.seat, number, HUGE_DRAFT_BYTES)


def _draft(seat: Seat, number: int, size: int) -> None:
    task = _lent(seat)
    draft = {"q": secrets.token_hex(size // 2)}
    seat.post("begun", {"task": task["task"], "version": 1, "drafts": draft, "at": number})


def _beats(hostile: Hostile, number: int, _report: Report) -> None:
    """Send as many heartbeats as one request may hold."""
    beats = [_beat(hostile.page, number + at, "instructions") for at in range(BEATS_AT_ONCE)]
    hostile.seat.post("beats", {"beats": beats})


def _forged_beats(hostile: Hostile, number: int, _report: Report) -> None:
    """Send heartbeats of surfaces that are none or not theirs, and of a page of nobody."""
    surface = SURFACES[number // BEATS_AT_ONCE % len(SURFACES)]
    page = FOREIGN_PAGE if number // BEATS_AT_ONCE % 5 == 0 else hostile.page
    beats = [_beat(page, number + at, surface) for at in range(BEATS_AT_ONCE)]
    hostile.seat.post("beats", {"beats": beats})


def _beat(page: str, number: int, surface: str) -> dict[str, Any]:
    return {
        "session": page,
        "seq": number,
        "mono_ms": number,
        "visible": True,
        "focused": True,
        "surface": surface,
        "buckets": [[0, 1, 0, 0, 0]],
    }


def _leases(hostile: Hostile, _number: int, _report: Report) -> None:
    """Take a task and skip it."""
    task = _lent(hostile.seat)
    hostile.seat.post("skip", {"lease": task["lease"], "reason": "other"})


def _deep_json(hostile: Hostile, _number: int, _report: Report) -> None:
    """Send an answer whose values are nested deeper than any parser goes."""
    deep = b"[" * DEPTH + b"]" * DEPTH
    hostile.seat.post_bytes(
        "answers", b'{"answers":[{"lease":1,"key":"k","values":{"q":%b}}]}' % deep
    )


def _slow(hostile: Hostile, _number: int, _report: Report) -> None:
    """Open many connections whose bodies come a byte a second, for some seconds."""
    _open_bodies(hostile.seat, b" ")


def _silent(hostile: Hostile, _number: int, _report: Report) -> None:
    """Open many connections whose bodies never come, for some seconds."""
    _open_bodies(hostile.seat, b"")


def _open_bodies(seat: Seat, each_second: bytes) -> None:
    head = (
        f"POST /work/{seat.slug}/answers HTTP/1.1\r\nHost: 127.0.0.1:{seat.port}\r\n"
        f"Cookie: sessionid={seat.session}; csrftoken={seat.csrf}\r\n"
        f"X-CSRFToken: {seat.csrf}\r\nContent-Type: application/json\r\n"
        "Content-Length: 100000\r\n\r\n"
    )
    opened: list[socket.socket] = []
    try:
        for _ in range(SLOW_SOCKETS):
            opened.append(socket.create_connection(("127.0.0.1", seat.port), timeout=20))
            opened[-1].sendall(head.encode())
        for _ in range(SLOW_SECONDS):
            time.sleep(1)
            for each in opened:
                each.sendall(each_second)
    finally:
        for each in opened:
            each.close()


def _lent(seat: Seat) -> dict[str, Any]:
    """Return a task that this worker holds, leased if need be."""
    reply = seat.post("lease", {"count": 1, "have": [], "question_version": 1})
    if not reply["tasks"]:
        raise ConnectionError("no task is left for the hostile worker")
    task: dict[str, Any] = reply["tasks"][0]
    return task


MEASURED: dict[str, Attack] = {  # by ``fair``, whose figures stay comparable
    "200 answers to one lease": _answers,
    "long drafts": _drafts,
    "floods of heartbeats": _beats,
    "leases and skips": _leases,
    "slow bodies": _slow,
}
ATTACKS: dict[str, Attack] = MEASURED | {
    "foreign leases": _foreign_leases,
    "huge drafts": _huge_drafts,
    "forged heartbeats": _forged_beats,
    "deep JSON": _deep_json,
    "silent bodies": _silent,
}
