"""An idle instance: what ``canut serve --with-jobs`` uses while nobody works.

People worked here a moment ago and their labels are estimated; then the server is started again and
left alone. Counted are all its processes, by the kernel's own clock of each thread, which knows
nanoseconds: most of them run for a fraction of a millisecond at a time. On PostgreSQL its own
processes for this database stand beside.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.machine.http import load
from bench.machine.instance import (
    CHOICES,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    set_up,
)
from bench.peers.processes import memory_mib, tree, until

TASKS = 1_000
ESTIMATE_SECONDS = 120
ROLES = (
    ("--keep-time", "clock"),
    ("canut work", "jobs"),
    ("spawn_main", "serving"),
    ("canut serve", "watching"),
)


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure an idle instance.

    Returns:
        Its share of one core in percent, its memory in MiB; then the same of each process.
    """
    folder, port = Folder(), free_port()
    try:
        set_up(folder.path, postgres=postgres)
        project = make_project(TASKS)
        server = Server(folder.path, port, with_jobs=True)
        try:
            load(make_seats(project, 4, port), CHOICES, seconds=2)
            if not until(is_estimated, ESTIMATE_SECONDS):
                raise SystemExit("the labels were not estimated; no idle instance to measure")
        finally:
            server.stop()
        server = Server(folder.path, port, with_jobs=True)
        try:
            time.sleep(15 if quick else 45)  # what begins with it is over
            return _measure(server.process.pid, 15 if quick else 120, postgres)
        finally:
            server.stop()
    finally:
        folder.remove()


def is_estimated() -> bool:
    """Return whether the last estimate knows every answer: else the next process makes one."""
    from django.db.models import Max

    from canut.store.models import Answer, Estimate

    newest = Answer.objects.aggregate(last=Max("id"))["last"]
    return Estimate.objects.filter(last_answer__gte=newest).exists()


def _measure(pid: int, seconds: float, postgres: str | None) -> list[dict[str, Any]]:
    processes, of_database = sorted(tree(pid)), sorted(_backends(postgres))
    before, began = [*map(_cpu_seconds, [*processes, *of_database])], time.perf_counter()
    time.sleep(seconds)
    after, took = [*map(_cpu_seconds, [*processes, *of_database])], time.perf_counter() - began
    shares = [100 * (end - begin) / took for begin, end in zip(before, after, strict=True)]
    own, database = shares[: len(processes)], sum(shares[len(processes) :])
    whole = {
        "load": "idle",
        "tasks": TASKS,
        "cpu_percent": round(sum(own), 3),
        "memory_mib": memory_mib(pid),
        "database_cpu_percent": round(database, 3),
    }
    return [
        whole,
        *(
            {"load": f"idle: {_role(number)}", "tasks": TASKS, "cpu_percent": round(share, 3)}
            for number, share in zip(processes, own, strict=True)
        ),
    ]


def _cpu_seconds(pid: int) -> float:
    """Return what the threads of a process used so far; none if it has ended."""
    return sum(_threads(pid)) / 1e9


def _threads(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            yield int(thread.read_text().split()[0])
        except OSError:
            continue


def _role(pid: int) -> str:
    words = _command(pid)
    return next((name for sign, name in ROLES if sign in words), "tracking")


def _backends(postgres: str | None) -> Iterator[int]:
    """Yield the processes of PostgreSQL that serve this database."""
    if postgres is None:
        return
    name = postgres.split("?")[0].rsplit("/", 1)[1]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            words = _command(int(folder.name))
            if words.startswith("postgres:") and f" {name} " in words:
                yield int(folder.name)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
