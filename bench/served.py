"""Lease and submit through the real server: session, CSRF, CSP, pay, entry, consensus on.

Two loads: a closed loop of 8 clients, and 64 clients that offer 200 pairs a second in any case; at
the largest size these also while a file of two million rows comes in, as far as it gets, and jobs
run. Clients do as the workbench: the next task comes with the receipt of the last answer. The
closed loop is run with tasks asked for apart as well, and every fourth of the 64 clients does so:
theirs are the times of a lease. What the slowest of a hundred waited is decided by a handful of
moments, in which the disk of a shared machine may stand still: the 64 come three times, the middle
one is told, and how long the disk stood still meanwhile; a disk that stands still for what was
prepared is waited for. After each load, the database is asked whether anything was lost or counted
twice.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench.imports import write_reviews
from bench.machine.busy import Busy
from bench.machine.http import (
    APART,
    EACH_RECEIPT,
    SOME_APART,
    Measured,
    Prefetch,
    Seat,
    load,
    quantile,
)
from bench.machine.instance import (
    CHOICES,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    set_up,
    sizes,
)
from bench.machine.still import Disk, let_settle

TIMES = 3


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure both loads at each size, then the second beside an import and jobs.

    Returns:
        One row a load and size: pairs a second, CPU ms a pair, latencies in ms, lost, twice; of the
        64 also how many ms the disk stood still, beside an import how many rows a second came in.
    """
    folder, port = Folder(), free_port()
    rows: list[dict[str, Any]] = []
    incoming = folder.path / "incoming.csv"
    try:
        set_up(folder.path, postgres=postgres)
        write_reviews(incoming, 1_000_000 if quick else 2_000_000)
        for tasks in sizes(quick=quick):
            project = make_project(tasks, overlap=3 if tasks > 1_000 else 200)
            closed = make_seats(project, 8, port)
            opened = make_seats(project, 64, port)
            server = Server(folder.path, port)
            try:
                load(closed[:2], CHOICES, seconds=1)  # the first requests import and compile
                seconds = 2 if quick else 10
                at = _At(server, tasks, seconds, project, folder.path)
                times = 1 if quick else TIMES
                let_settle(folder.path)
                half = at._replace(seconds=seconds / 2)  # thousands of pairs all the same
                rows.append(_measure("closed, 8", half, closed))
                rows.append(_measure("closed, 8, apart", half, closed, prefetch=APART))
                rows.append(_middle(times, partial(_open, "open, 64", at, opened)))
                if tasks != sizes(quick=quick)[-1]:
                    continue
                with Busy(folder.path, postgres, project, incoming) as busy:
                    rows.append(_middle(times, partial(_busy, busy, at, opened)))
            finally:
                server.stop()
    finally:
        folder.remove()
    return rows


class _At(NamedTuple):
    """What is measured: a server, its project of so many tasks, for how long."""

    server: Server
    tasks: int
    seconds: float
    project: int
    folder: Path


def _middle(times: int, measured: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Measure so many times, and return the one that half of them were slower than."""
    rows = sorted((measured() for _ in range(times)), key=lambda row: float(row["submit_p99_ms"]))
    return rows[len(rows) // 2]


def _open(name: str, at: "_At", seats: list[Seat]) -> dict[str, Any]:
    with Disk(at.folder) as disk:
        row = _measure(name, at, seats, rate=200 / 64, prefetch=SOME_APART)
    return {**row, "still_ms": disk.still_ms}


def _busy(busy: Busy, at: "_At", seats: list[Seat]) -> dict[str, Any]:
    before, start = busy.rows_in(), time.perf_counter()
    row = _open("open, 64, busy", at, seats)
    rows_per_s = (busy.rows_in() - before) / (time.perf_counter() - start)
    return {**row, "rows_per_s": round(rows_per_s)}


def _measure(
    name: str, at: _At, seats: list[Seat], *, rate: float = 0.0, prefetch: Prefetch = EACH_RECEIPT
) -> dict[str, Any]:
    server, tasks, seconds, project, _folder = at
    for seat in seats:
        seat.sock, seat.buffer, seat.hand = None, b"", []
    before = server.cpu_seconds()
    results = load(seats, CHOICES, seconds=seconds, rate=rate, prefetch=prefetch)
    cpu = server.cpu_seconds() - before
    pairs, first = sum(m.pairs for m in results), sum(m.first for m in results)
    lost, twice = _check(project, results)
    leases = [v for m in results for v in m.lease_ms]
    submits = [v for m in results for v in m.submit_ms]
    return {
        "load": name,
        "tasks": tasks,
        "pairs_per_s": round(pairs / seconds, 1),
        "cpu_ms_per_pair": round(1000 * cpu / max(1, pairs + first), 2),
        "lease_p50_ms": round(quantile(leases, 0.5), 1),
        "lease_p99_ms": round(quantile(leases, 0.99), 1),
        "submit_p50_ms": round(quantile(submits, 0.5), 1),
        "submit_p99_ms": round(quantile(submits, 0.99), 1),
        "lost": lost,
        "twice": twice,
    }


def _check(project: int, results: list[Measured]) -> tuple[int, int]:
    """Count acknowledged answers that are no row, and pairs of person and task counted twice."""
    from django.db import connection
    from django.db.models import Count

    from canut.store.models import Answer

    connection.close()
    keys = {key for m in results for _task, key in m.acknowledged}
    stored_keys = set(
        Answer.objects.filter(project_id=project).values_list("client_key", flat=True)
    )
    twice = (
        Answer.objects.filter(project_id=project, counted=True)
        .values("task_id", "worker_id")
        .annotate(n=Count("id"))
        .filter(n__gt=1)
        .count()
    )
    return len(keys - stored_keys), twice
