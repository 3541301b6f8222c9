"""Footprint: what an answer leaves on the disk, and what a working server takes of the machine.

People answer through a real server with its jobs, until there are enough answers; the log takes
them in. Bytes are those of the database, its write-ahead log emptied, and of a backup, less what
both had before anybody worked: the answer, its lease, pay line, entry and receipt, and all indexes.
Bytes and CPU a pair hardly depend on what else the machine does; pairs a second do, so they stand
in other rows.
"""

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
from bench.peers.processes import memory_mib, until

ANSWERS, ANSWERS_QUICK = 5_000, 1_000
SEATS, OVERLAP = 8, 5
SEQUENCE_SECONDS = 300


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure the bytes an answer leaves, the memory of all processes, and CPU a pair.

    Returns:
        One row: ``tasks``, ``answers``, ``bytes_per_answer``, ``copy_bytes_per_answer`` (a
        backup), ``memory_mib`` while people work, ``cpu_ms_per_pair``.
    """
    folder, port = Folder(), free_port()
    wanted = ANSWERS_QUICK if quick else ANSWERS
    try:
        set_up(folder.path, postgres=postgres)
        tasks = 2 * wanted // OVERLAP
        project = make_project(tasks, overlap=OVERLAP)
        seats = make_seats(project, SEATS, port)
        before, copied = database_bytes(), _copy_bytes(folder.path, "before")
        server = Server(folder.path, port, with_jobs=True)
        try:
            memory = 0
            start = server.cpu_seconds()
            while _answers() < wanted:
                load(seats, CHOICES, seconds=2 if quick else 10)
                memory = max(memory, memory_mib(server.process.pid))
            cpu, answers = server.cpu_seconds() - start, _answers()
            if not until(is_logged, SEQUENCE_SECONDS):
                raise SystemExit("the log did not take in the answers")
        finally:
            server.stop()
        return [
            {
                "tasks": tasks,
                "answers": answers,
                "bytes_per_answer": round((database_bytes() - before) / answers),
                "copy_bytes_per_answer": round(
                    (_copy_bytes(folder.path, "after") - copied) / answers
                ),
                "memory_mib": memory,
                "cpu_ms_per_pair": round(1000 * cpu / answers, 2),
            }
        ]
    finally:
        folder.remove()


def _answers() -> int:
    from canut.store.models import Answer

    return Answer.objects.count()


def is_logged() -> bool:
    """Return whether the log holds every entry that waited for its position."""
    from canut.store.models import EntryPending, LogEntry

    return LogEntry.objects.count() >= EntryPending.objects.count()


def database_bytes() -> int:
    """Return the size of the database, without what waits beside it."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            cursor.execute("SELECT pg_database_size(current_database())")
        row = cursor.fetchone()
    return int(row[0])


def _copy_bytes(folder: Path, name: str) -> int:
    """Return the size of a backup of it all."""
    from canut.__main__ import main

    copy = folder / f"{name}.tar"
    if main(["backup", str(copy)]):
        raise SystemExit("the backup was refused")
    return copy.stat().st_size
