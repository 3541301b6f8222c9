"""Ten million tasks on PostgreSQL: processor time a pair, of the server and of the database.

Bar: at most 1.15 times as much as with a thousand tasks. Two databases of one server, one of each
size, are measured in turn, so that what else the machine does meanwhile is in both. The tasks of
the large one are made by the database itself. Counted are all processes of Canut's server and all
of the database's: its connections, and what it does beside them, as writing to disk.
"""

import shutil
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from bench.growth import Instance, copy_instance
from bench.machine.http import APART, EACH_RECEIPT, WORKBENCH, Prefetch, load
from bench.machine.instance import (
    CHOICES,
    Folder,
    Server,
    free_port,
    make_project,
    make_seats,
    set_up,
)
from bench.peers.processes import cpu_seconds

SMALL, LARGE, LARGE_QUICK = 1_000, 10_000_000, 100_000
OVERLAP = 200  # answers wanted of a task: a thousand tasks last for the whole measure
ROUNDS = 4
PEOPLE = 8  # at once; others each time, for nobody may answer a task twice
BAR = 1.15
CHUNK = 500_000  # tasks a transaction
LOADS = {
    "millions": EACH_RECEIPT,
    "millions, workbench": WORKBENCH,
    "millions, apart": APART,
}
ADD_TASKS = (
    "INSERT INTO store_task (project_id, source_id, row, key, data)"
    " SELECT t.project_id, t.source_id, n, 'm' || n, t.data"
    " FROM store_task t, generate_series(CAST(%s AS bigint), CAST(%s AS bigint)) AS n"
    " WHERE t.id = %s"
)
ADD_STATES = (
    "INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live)"
    " SELECT id, project_id, 'open', 0, %s, 0, 0 FROM store_task WHERE id > %s AND project_id = %s"
)


class Side(NamedTuple):
    """A server, the instance it serves, and how many tasks that has."""

    server: Server
    instance: Instance
    tasks: int


class Spent(NamedTuple):
    """Seconds of processor of the server and of the database's processes, and the pairs."""

    server: float
    database: float
    pairs: int


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure pairs at both sizes: a task with each receipt, as the workbench, asked for apart.

    Returns:
        One row a load and size: ms of processor a pair of server and database, and the ratio of
        their sum to that with a thousand tasks. Nothing on SQLite, whose size ``growth`` measures.
    """
    if postgres is None:
        return []
    folder = Folder()
    try:
        set_up(folder.path, postgres=postgres)
        port = free_port()
        project = make_project(SMALL, overlap=OVERLAP)
        seats = make_seats(project, PEOPLE * len(LOADS) * (ROUNDS + 1), port)
        large = Instance(folder.path, postgres, port, seats)
        small = copy_instance(large)
        size = LARGE_QUICK if quick else LARGE
        started = time.perf_counter()
        mib = _grow(project, size)
        growth = {"made_s": round(time.perf_counter() - started), "database_mib": mib}
        sides = _start(small, SMALL), _start(large, size)
        try:
            seconds = 1.0 if quick else 5.0
            loads = [_beside(name, prefetch, sides, seconds) for name, prefetch in LOADS.items()]
        finally:
            for side in sides:
                side.server.stop()
        shutil.rmtree(small.data)
        return [row | (growth if row["tasks"] == size else {}) for rows in loads for row in rows]
    finally:
        folder.remove()


def _grow(project: int, size: int) -> int:
    """Add tasks like the project's first until there are so many; return the database's MiB."""
    from django.db import connection
    from django.db.models import Max

    from canut.store.imports.bulk_rows import count_anew
    from canut.store.models import Task

    tasks = Task.objects.filter(project=project)
    like = tasks.order_by("id")[0]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # every reference is a copy
        for start in range(tasks.count(), size, CHUNK):
            newest = Task.objects.aggregate(last=Max("id"))["last"]
            cursor.execute(ADD_TASKS, (start, min(start + CHUNK, size) - 1, like.id))
            cursor.execute(ADD_STATES, (OVERLAP, newest, project))
        cursor.execute("SET session_replication_role = origin")
        count_anew()
        cursor.execute("VACUUM (ANALYZE) store_task, store_taskstate")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
        (mib,) = cursor.fetchone()
    connection.close()
    return int(mib)


def _beside(
    name: str, prefetch: Prefetch, sides: tuple[Side, Side], seconds: float
) -> list[dict[str, Any]]:
    """Measure the small and the large instance in turn; return a row of each."""
    rounds = [[_measure(side, prefetch, seconds) for side in sides] for _ in range(ROUNDS)]
    rows = []
    for side, spent in zip(sides, zip(*rounds, strict=True), strict=True):
        pairs = sum(each.pairs for each in spent)
        server = 1000 * sum(each.server for each in spent) / pairs
        database = 1000 * sum(each.database for each in spent) / pairs
        rows.append(
            {
                "load": name,
                "tasks": side.tasks,
                "pairs": pairs,
                "server_ms_per_pair": round(server, 2),
                "database_ms_per_pair": round(database, 2),
                "cpu_ms_per_pair": round(server + database, 2),
                "bar": BAR,
            }
        )
    first = rows[0]["cpu_ms_per_pair"]
    return [row | {"ratio": round(row["cpu_ms_per_pair"] / first, 3)} for row in rows]


def _start(instance: Instance, tasks: int) -> Side:
    """Serve an instance, and let its clients work until all is imported and prepared."""
    server = Server(instance.data, instance.port, postgres=instance.postgres)
    side = Side(server, instance, tasks)
    for prefetch in LOADS.values():
        _measure(side, prefetch, 2)
    return side


def _measure(side: Side, prefetch: Prefetch, seconds: float) -> Spent:
    """Return what a server and the database spent on how many pairs; the other server is idle."""
    server, instance, _tasks = side
    database = _postmaster(instance.postgres or "")
    seats = instance.seats[:PEOPLE]
    instance.seats[:] = instance.seats[PEOPLE:] + seats
    for seat in seats:
        seat.sock, seat.buffer, seat.hand = None, b"", []
    before = server.cpu_seconds(), cpu_seconds(database)
    results = load(seats, CHOICES, seconds=seconds, prefetch=prefetch)
    return Spent(
        server.cpu_seconds() - before[0],
        cpu_seconds(database) - before[1],
        sum(measured.pairs for measured in results),
    )


def _postmaster(address: str) -> int:
    """Return the first process of the database server at an address on this machine."""
    socket_folder = dict(parse_qsl(urlsplit(address).query))["host"]
    pid_file = Path(socket_folder) / "data" / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])
