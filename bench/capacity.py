"""What each thing that people do costs the server, the jobs, the database and the disk.

``canut capacity`` and the page of operators reckon with these figures. The server and the jobs are
two processes here, so that their processor time stands apart; PostgreSQL is a third. Times of one
person at a time say how long a request takes when nobody else asks; the closed loop says where the
machine is full, which the prediction of the model is held against.
"""

import http.client
import itertools
import os
import re
import resource
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from bench.beats import open_page_of, send_beats
from bench.footprint import database_bytes, is_logged
from bench.idle import is_estimated
from bench.imports import in_child
from bench.machine.http import Seat, load, quantile
from bench.machine.instance import (
    CHOICES,
    CSRF,
    SLUG,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    set_up,
)
from bench.peers.processes import cpu_seconds, until
from bench.period import measure_closing

TASKS, SEATS, OVERLAP = 10_000, 16, 5
OFFERED = 60
LOGGED_SECONDS = 300
PAGES = {"list of projects": "/work/", "workbench": f"/work/{SLUG}/", "own pay": "/pay/"}
BEATS_AT_ONCE = 8
READ_SECONDS = 1 / 3


@dataclass(frozen=True)
class _Processes:
    """The processes whose time is counted, and the port of the server."""

    server: int
    jobs: int
    database: int | None
    port: int

    def cpu(self) -> tuple[float, float, float]:
        """Return processor seconds so far of the server, the jobs and the database."""
        database = cpu_seconds(self.database) if self.database else 0.0
        return cpu_seconds(self.server), cpu_seconds(self.jobs), database


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure pairs, beats, pages, sign-ins, bytes and the closing of a pay period.

    Returns:
        One row a kind of work: CPU ms each of the server, the jobs and the database, and times in
        ms; then bytes; then CPU ms and bytes a person of a pay period.
    """
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        before = database_bytes()
        project = make_project(TASKS, overlap=OVERLAP)
        task_bytes = (database_bytes() - before) / TASKS
        seats = make_seats(project, SEATS, port)
        server = Server(folder.path, port)
        jobs = subprocess.Popen(
            [sys.executable, "-m", "canut", "work", "--data", str(folder.path)],
            stdout=subprocess.DEVNULL,
        )
        try:
            processes = _Processes(server.process.pid, jobs.pid, _postmaster(), port)
            rows = _measure(processes, seats, project, 4 if quick else 20)
        finally:
            jobs.terminate()
            jobs.wait(timeout=20)
            server.stop()
        rows[-1]["bytes_per_task"] = round(task_bytes)
    finally:
        folder.remove()
    closed = in_child(_close, _other(postgres), workers=100 if quick else 1_000)
    return [*rows, closed]


def _measure(
    processes: _Processes, seats: list[Seat], project: int, seconds: int
) -> list[dict[str, Any]]:
    beat, beat_bytes = _beats(processes, seats, project, 10 * seconds)
    load(seats[:2], CHOICES, seconds=1)  # the first requests import and compile
    # the first estimate compiles its kernels, which no later one does
    if not until(lambda: is_logged() and is_estimated(), LOGGED_SECONDS):
        raise SystemExit("the labels were not estimated; the jobs would be measured as they begin")
    empty, wal = database_bytes(), _wal()
    rate = OFFERED / SEATS
    alone = _pairs("alone", processes, seats[:1], seconds=seconds / 2, rate=20)
    steady = _pairs("offered", processes, seats, seconds=seconds, rate=rate)
    full = _pairs("closed, 8", processes, seats[:8], seconds=seconds / 2, rate=0)
    with _Reader(processes.port, seats[0]) as reader:
        mixed = _pairs("offered, beside pages", processes, seats[1:], seconds=seconds, rate=rate)
    mixed["pages_per_s"] = round(reader.pages / reader.seconds, 2)
    wal_bytes = _wal() - wal
    answered = database_bytes()
    answers = sum(row["pairs"] for row in (alone, steady, full, mixed))
    return [
        alone,
        steady,
        full,
        mixed,
        beat,
        *_pages(processes, seats[0], 3 * seconds),
        _sign_ins(processes, seats[0], seconds),
        {
            "load": "disk",
            "tasks": TASKS,
            "answers": answers,
            "bytes_per_answer": round((answered - empty) / answers),
            "wal_bytes_per_answer": round(wal_bytes / answers),
            "bytes_per_beat": round(beat_bytes),
        },
    ]


class _Reader:
    """Somebody who opens pages, one every third of a second, while others answer."""

    def __init__(self, port: int, seat: Seat) -> None:
        self.pages, self.seconds = 0, 0.0
        self._port, self._seat, self._is_over = port, seat, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self.seconds = -time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.seconds += time.perf_counter()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        addresses = itertools.cycle(PAGES.values())
        while not self._is_over.wait(READ_SECONDS):
            _get(connection, next(addresses), _cookie(self._seat))
            self.pages += 1
        connection.close()


def _cookie(seat: Seat) -> dict[str, str]:
    return {"Cookie": f"sessionid={seat.session}; csrftoken={CSRF}"}


def _beats(
    processes: _Processes, seats: list[Seat], project: int, batches: int
) -> tuple[dict[str, Any], float]:
    """Send beats, before anybody holds a task; return their cost, and bytes of each."""
    pages = [open_page_of(seat, project) for seat in seats]
    send_beats(seats, pages, BEATS_AT_ONCE, 2, 0)
    before, empty = processes.cpu(), database_bytes()
    send_beats(seats, pages, BEATS_AT_ONCE, batches, 1_000)
    beats = batches * BEATS_AT_ONCE * SEATS
    row = {"load": "beat", "rows": beats, **_apart(before, processes.cpu(), beats)}
    return row, (database_bytes() - empty) / beats


def _pairs(
    name: str, processes: _Processes, seats: list[Seat], *, seconds: float, rate: float
) -> dict[str, Any]:
    """Let people answer, wait until the log has it all, and share the time out."""
    for seat in seats:
        seat.sock, seat.buffer, seat.hand = None, b"", []
    before, clients = processes.cpu(), _clients()
    served = load(seats, CHOICES, seconds=seconds, rate=rate)
    own = _clients() - clients
    at_once = processes.cpu()
    if not until(is_logged, LOGGED_SECONDS):
        raise SystemExit("the log did not take in the answers")
    pairs = sum(each.pairs + each.first for each in served)
    submits = [ms for each in served for ms in each.submit_ms]
    return {
        "load": name,
        "tasks": TASKS,
        "pairs": pairs,
        "pairs_per_s": round(sum(each.pairs for each in served) / seconds, 1),
        **_apart(before, processes.cpu(), pairs),
        "cpu_ms_meanwhile": round(1000 * (sum(at_once) - sum(before)) / pairs, 3),
        "client_cpu_ms": round(1000 * own / pairs, 3),
        **_times(submits),
    }


def _apart(
    before: tuple[float, float, float], after: tuple[float, float, float], count: int
) -> dict[str, float]:
    names = ("server_cpu_ms", "jobs_cpu_ms", "database_cpu_ms")
    return {
        name: round(1000 * (end - begin) / count, 3)
        for name, begin, end in zip(names, before, after, strict=True)
    }


def _times(times_ms: list[float]) -> dict[str, float]:
    return {
        "mean_ms": round(statistics.fmean(times_ms), 2),
        "sd_ms": round(statistics.pstdev(times_ms), 2),
        "p50_ms": round(quantile(times_ms, 0.5), 2),
        "p99_ms": round(quantile(times_ms, 0.99), 2),
    }


def _pages(processes: _Processes, seat: Seat, count: int) -> Iterator[dict[str, Any]]:
    """Ask for each page so many times, one after the other."""
    cookie = _cookie(seat)
    for name, address in PAGES.items():
        connection = http.client.HTTPConnection("127.0.0.1", processes.port)
        _get(connection, address, cookie)  # the first one compiles the templates
        act = partial(_get, connection, address, cookie)
        yield _repeat(f"page: {name}", processes, count, act)
        connection.close()


def _get(connection: http.client.HTTPConnection, address: str, head: dict[str, str]) -> str:
    connection.request("GET", address, headers=head)
    reply = connection.getresponse()
    body = reply.read().decode()
    if reply.status != http.client.OK:
        raise SystemExit(f"{address} answered {reply.status}; a page to be measured is 200")
    return body


def _sign_ins(processes: _Processes, seat: Seat, count: int) -> dict[str, Any]:
    """Sign one person in with a password, so many times: the form, its answer, no page after it."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from canut.store.models import Person

    person = Person.objects.get(pk=SessionStore(seat.session)[SESSION_KEY])
    password = secrets.token_urlsafe()
    person.set_password(password)
    person.save()

    def sign_in() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", processes.port)
        head = {"Cookie": f"csrftoken={CSRF}"}
        form = _get(connection, "/accounts/login/", head)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        fields = {
            "login": person.username,
            "password": password,
            "csrfmiddlewaretoken": token.group(1),
        }
        head |= {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/accounts/login/", urlencode(fields), head)
        reply = connection.getresponse()
        reply.read()
        connection.close()
        if reply.status != http.client.FOUND:
            raise SystemExit(f"signing in answered {reply.status}; it is to lead to a page")

    sign_in()
    return _repeat("sign-in", processes, count, sign_in)


def _repeat(
    name: str, processes: _Processes, count: int, act: Callable[[], object]
) -> dict[str, Any]:
    before, times = processes.cpu(), list[float]()
    for _ in range(count):
        start = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - start))
    return {
        "load": name,
        "rows": count,
        **_apart(before, processes.cpu(), count),
        **_times(times),
    }


def _clients() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _postmaster() -> int | None:
    """Return the process that all of PostgreSQL's descend from; None on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    return int(Path(f"/proc/{row[0]}/stat").read_text().rsplit(")", 1)[1].split()[1])


def _wal() -> int:
    """Return how many bytes went through the write-ahead log so far; 0 on SQLite, which keeps none.

    SQLite's log is written over after each move, and no counter is kept.
    """
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
        row = cursor.fetchone()
    return int(row[0])


def _other(postgres: str | None) -> str | None:
    """Return an empty database beside the one that was measured."""
    if postgres is None:
        return None
    import psycopg

    name = f"period_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    whole, _, query = postgres.partition("?")
    return f"{whole.rsplit('/', 1)[0]}/{name}?{query}"


def _close(folder: Path, postgres: str | None, *, workers: int) -> dict[str, Any]:
    """Close a pay period of so many people; what prepares it is not counted."""
    postmaster = _postmaster()
    figures = measure_closing(
        folder,
        postgres,
        workers=workers,
        database_cpu=lambda: cpu_seconds(postmaster) if postmaster else 0.0,
    )
    beats = figures["rows"]
    return {
        "load": "pay period, each beat",
        "rows": beats,
        "workers": workers,
        "server_cpu_ms": 0.0,
        "jobs_cpu_ms": round(1000 * figures["cpu_seconds"] / beats, 5),
        "database_cpu_ms": round(1000 * figures["database_cpu_seconds"] / beats, 5),
        "bytes_per_statement": figures["bytes_per_statement"],
    }
