"""A client that speaks to a real server: keep-alive connections, one worker each, no library.

The load runs in its own process, so the server's CPU seconds can be read apart from ours.
"""

import itertools
import json
import multiprocessing
import random
import re
import socket
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

HELD = 4  # tasks: the one in view and three under lease behind it, as where they are heavy
WARM_SECONDS = 3.0  # of an open loop, not measured
_seeds = itertools.count(1)


class StatusError(RuntimeError):
    """A request was refused.

    Args:
        status: the HTTP status.
        body: the beginning of what the server wrote.
    """

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body!r}")
        self.status = status


class Prefetch(NamedTuple):
    """How a client asks for tasks.

    Args:
        apart: each so many-th client asks for its tasks apart, one at a time; 0 none, 1 all.
        most: tasks that the others hold.
        least: how many must be missing before they ask for more, with an answer.
    """

    apart: int = 0
    most: int = HELD
    least: int = 1


EACH_RECEIPT = Prefetch()
APART = Prefetch(1)
SOME_APART = Prefetch(4)
WORKBENCH = Prefetch(most=20, least=10)  # of light tasks, where there are plenty


@dataclass
class Seat:
    """One worker's way in: who they are and what a request of theirs carries."""

    port: int
    slug: str
    session: str
    csrf: str
    sock: socket.socket | None = None
    buffer: bytes = b""
    hand: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one request to a workbench endpoint and return its JSON."""
        return self.post_bytes(name, json.dumps(body).encode())

    def post_bytes(self, name: str, payload: bytes) -> dict[str, Any]:
        """Send one request with any body at all and return its JSON.

        Raises:
            StatusError: the request was refused.
        """
        head = (
            f"POST /work/{self.slug}/{name} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: sessionid={self.session}; csrftoken={self.csrf}\r\n"
            f"X-CSRFToken: {self.csrf}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n"
        )
        if self.sock is None:
            self.sock = socket.create_connection(("127.0.0.1", self.port))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(head.encode() + payload)
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self.sock
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, body = self.buffer.partition(b"\r\n\r\n")
        length_field = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        length = int(length_field.group(1)) if length_field else 0
        while len(body) < length:
            self.buffer = b""
            self._more()
            body += self.buffer
        self.buffer = body[length:]
        status = int(head.split(b" ", 2)[1])
        if status >= 300:
            raise StatusError(status, body[:300])
        reply: dict[str, Any] = json.loads(body[:length] or b"{}")
        return reply

    def _more(self) -> None:
        assert self.sock
        chunk = self.sock.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.buffer += chunk


@dataclass
class Measured:
    """What one client saw: pairs, milliseconds of leases and submits, what was acknowledged.

    ``first``: pairs before the measure began, while connections open and pages load.
    """

    pairs: int = 0
    first: int = 0
    lease_ms: list[float] = field(default_factory=list)
    submit_ms: list[float] = field(default_factory=list)
    acknowledged: list[tuple[int, str]] = field(default_factory=list)


def pair(
    seat: Seat,
    choices: list[str],
    rng: random.Random,
    result: Measured,
    prefetch: Prefetch,
    *,
    apart: bool,
) -> bool:
    """Answer one task as the workbench does; returns whether there was one.

    It holds some tasks, sends the answer to the first, and is lent more with the receipt once
    enough are missing: one trip. ``apart``: it holds one alone, and asks for the next one by
    itself, as does a program or a page just loaded: two trips.
    """
    if not seat.hand:
        count = 1 if apart else prefetch.most
        start = time.perf_counter()
        reply = seat.post("lease", {"count": count, "have": [], "question_version": 1})
        result.lease_ms.append(1000 * (time.perf_counter() - start))
        seat.hand = reply["tasks"]
        if not seat.hand:
            return False
    task = seat.hand.pop(0)
    key = str(uuid.UUID(int=rng.getrandbits(128)))
    answer = {
        "lease": task["lease"],
        "key": key,
        "values": {"q": rng.choice(choices)},
        "question_version": task["question_version"],
    }
    body: dict[str, Any] = {"answers": [answer], "beats": []}
    if not apart and prefetch.most - len(seat.hand) >= prefetch.least:
        have = [each["lease"] for each in seat.hand]
        body["next"] = {"count": prefetch.most, "have": have, "question_version": 1}
    start = time.perf_counter()
    done = seat.post("answers", body)
    result.submit_ms.append(1000 * (time.perf_counter() - start))
    if "problem" in done["receipts"][0]:
        raise RuntimeError(done["receipts"][0]["problem"])
    result.acknowledged.append((task["task"], key))
    result.pairs += 1
    if "next" in body:
        seat.hand += done["next"]["tasks"]
    return True


def _client(
    seats: list[Seat],
    choices: list[str],
    seconds: float,
    rate: float,
    prefetch: Prefetch,
    seed: int,
    out: Any,
) -> None:
    """Run seats as threads: closed loop, or each at ``rate`` pairs a second."""
    import threading

    results = [Measured() for _ in seats]
    faults: list[str] = []
    begin = time.perf_counter() + (WARM_SECONDS if rate else 0)
    end = begin + seconds

    def run(seat: Seat, result: Measured, number: int) -> None:
        rng = random.Random(seed * 1000 + number)
        due = time.perf_counter() + rng.random() * (1 / rate if rate else 0)
        while time.perf_counter() < end:
            if rate:
                time.sleep(max(0.0, due - time.perf_counter()))
                due += rng.expovariate(rate)
            now = time.perf_counter()
            if now >= end:
                return
            into = result if now >= begin else Measured()
            try:
                apart = bool(prefetch.apart) and number % prefetch.apart == 0
                if not pair(seat, choices, rng, into, prefetch, apart=apart):
                    return
            except (OSError, RuntimeError) as fault:
                faults.append(str(fault))
                return
            if into is not result:
                result.first += into.pairs
                result.acknowledged += into.acknowledged

    threads = [
        threading.Thread(target=run, args=(seat, result, number))
        for number, (seat, result) in enumerate(zip(seats, results, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put(faults[0] if faults else results)


def load(
    seats: list[Seat],
    choices: list[str],
    *,
    seconds: float,
    rate: float = 0.0,
    prefetch: Prefetch = EACH_RECEIPT,
) -> list[Measured]:
    """Put all seats to work from another process; ``rate`` 0 is a closed loop.

    With a rate the first seconds are not measured: nobody's 64 people open their page at once.

    Answers and arrivals have a seed of their own each time: keys that were used before would be
    answered with the receipts of then, and nothing would be written.

    Args:
        seats: one a client.
        choices: the values to answer with.
        seconds: how long.
        rate: pairs a second and seat, offered whatever the server does.
        prefetch: how they ask for tasks.

    Returns:
        What each client saw.
    """
    context = multiprocessing.get_context("spawn")
    out: Any = context.Queue()
    process = context.Process(
        target=_client, args=(seats, choices, seconds, rate, prefetch, next(_seeds), out)
    )
    process.start()
    results: list[Measured] | str = out.get()
    process.join()
    if isinstance(results, str):
        raise SystemExit(f"a client was refused: {results}")
    return results


def quantile(values: list[float], share: float) -> float:
    """Return the value below which ``share`` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
