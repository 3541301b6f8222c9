"""Clients in one process that each do one pair of lease and submit after the other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.machine.http import quantile

CLIENTS = 8

type Pair = Callable[[], tuple[float, float]]


def now_ms() -> int:
    """Return the moment in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def make_workers(project: int) -> list[int]:
    """Make one worker a client."""
    from django.utils import timezone

    from canut.store.models import Worker

    now = timezone.now()
    return [
        Worker.objects.create(project_id=project, public_id=f"bench{n}", created_at=now).pk
        for n in range(CLIENTS)
    ]


def closed_loop(
    workers: list[int], seconds: float, make_pair: Callable[[int], Pair]
) -> dict[str, Any]:
    """Let each worker do pairs until the time is over.

    Args:
        workers: one a thread.
        seconds: how long.
        make_pair: called in each thread; what it returns does one pair, and returns the seconds of
            its lease and of its submit.

    Returns:
        Pairs, pairs a second, CPU ms a pair, latencies in ms.
    """
    leases: list[float] = []
    submits: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()

    def work(worker: int) -> None:
        from django.db import connection

        try:
            pair = make_pair(worker)
            while time.perf_counter() - began < seconds:
                lease, submit = pair()
                leases.append(1000 * lease)
                submits.append(1000 * submit)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(workers)) as threads:
        for done in [threads.submit(work, worker) for worker in workers]:
            done.result()  # raises what the thread raised
    took, used = time.perf_counter() - began, time.process_time() - cpu
    return {
        "pairs": len(submits),
        "pairs_per_s": round(len(submits) / took, 1),
        "cpu_ms_per_pair": round(1000 * used / max(1, len(submits)), 2),
        "lease_p50_ms": round(quantile(leases, 0.5), 1),
        "lease_p99_ms": round(quantile(leases, 0.99), 1),
        "submit_p50_ms": round(quantile(submits, 0.5), 1),
        "submit_p99_ms": round(quantile(submits, 0.99), 1),
    }
