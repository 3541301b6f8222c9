"""What each thing that people do costs, as measured: processor time, response times and bytes.

The figures are read from a file that is written from the kept runs of the benchmarks; none stands
in the code.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

import msgspec

FILE = "costs.json"
DATABASES = ("SQLite", "PostgreSQL")
OPEN = "open, 64"


@dataclass(frozen=True, slots=True)
class ProcessorTime:
    """Processor time in ms that one act takes of the server, the jobs and the database."""

    server: float
    jobs: float
    database: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Measured costs on one database.

    Args:
        database: ``SQLite`` or ``PostgreSQL``.
        measured: the day and the machine of the measurement, in words.
        pair: one task leased and answered.
        beat: one heartbeat, sent with seven others.
        page: one page, the mean of those measured.
        sign_in: one sign-in with a password.
        closing: one heartbeat of a pay period that is closed.
        factor: by which processor times were brought to the speed of the speed table.
        response_p50_ms: half of the answers are acknowledged within this at 200 pairs a second.
        response_p99_ms: 99 of 100 are.
        ceiling: most pairs a second that one instance was measured to take.
        bytes_per_task: in the database, with all indexes.
        bytes_per_answer: with its lease, pay line, entry, receipt and all indexes.
        bytes_per_beat: with all indexes.
        bytes_per_statement: of one person and pay period.
        wal_bytes_per_answer: written to PostgreSQL's write-ahead log; 0 on SQLite.
        memory_mib: of all processes at work.
    """

    database: str
    measured: str
    pair: ProcessorTime
    beat: ProcessorTime
    page: ProcessorTime
    sign_in: ProcessorTime
    closing: ProcessorTime
    factor: float
    response_p50_ms: float
    response_p99_ms: float
    ceiling: float
    bytes_per_task: float
    bytes_per_answer: float
    bytes_per_beat: float
    bytes_per_statement: float
    wal_bytes_per_answer: float
    memory_mib: float


@cache
def measured_costs(database: str) -> Costs:
    """Return the measured costs on a database.

    Raises:
        KeyError: it is neither of ``DATABASES``.
    """
    return parse_costs(resources.files(__package__ or "").joinpath(FILE).read_bytes())[database]


def parse_costs(file: bytes) -> dict[str, Costs]:
    """Read the costs of each database from the bytes of the file.

    Raises:
        msgspec.ValidationError: a figure is missing or no number.
    """
    return msgspec.json.decode(file, type=dict[str, Costs])


def costs_from_runs(
    runs: dict[str, list[dict[str, Any]]],
    served: dict[str, list[dict[str, Any]]],
    memory_mib: float,
    database: str,
    measured: str,
) -> Costs:
    """Gather the costs on one database from kept runs of the benchmarks.

    How fast a processor of a shared machine is changes by the hour; ratios within one run do not.
    So every processor time is brought to the speed of the speed table, by what a pair costs the
    server in both: 64 people who offer 200 pairs a second, of the most tasks.

    Args:
        runs: rows of ``bench.capacity``, by name of the row.
        served: rows of the speed table of the same database, by name of the row.
        memory_mib: of all processes at work.
        database: ``SQLite`` or ``PostgreSQL``.
        measured: the day and the machine, in words.
    """
    rows = {row["load"]: row for row in runs["capacity"]}
    opened = [row for row in served["served"] if row["load"] == OPEN][-1]
    factor = opened["cpu_ms_per_pair"] / rows["offered"]["server_cpu_ms"]
    pages = [
        _without_jobs(_work(row, factor)) for name, row in rows.items() if name.startswith("page: ")
    ]
    closing, disk = rows["pay period, each beat"], rows["disk"]
    closed = [row["pairs_per_s"] for row in served["served"] if row["load"] == "closed, 8"]
    return Costs(
        database=database,
        measured=measured,
        pair=_work(rows["offered"], factor),
        beat=_without_jobs(_work(rows["beat"], factor)),
        page=ProcessorTime(
            *(sum(parts) / len(pages) for parts in zip(*map(_parts, pages), strict=True))
        ),
        sign_in=_without_jobs(_work(rows["sign-in"], factor)),
        closing=_work(closing, factor),
        factor=factor,
        response_p50_ms=opened["submit_p50_ms"],
        response_p99_ms=opened["submit_p99_ms"],
        ceiling=max(closed),
        bytes_per_task=disk["bytes_per_task"],
        bytes_per_answer=disk["bytes_per_answer"],
        bytes_per_beat=disk["bytes_per_beat"],
        bytes_per_statement=closing["bytes_per_statement"],
        wal_bytes_per_answer=disk["wal_bytes_per_answer"],
        memory_mib=memory_mib,
    )


def _work(row: dict[str, Any], factor: float) -> ProcessorTime:
    names = ("server_cpu_ms", "jobs_cpu_ms", "database_cpu_ms")
    return ProcessorTime(*(row[name] * factor for name in names))


def _without_jobs(work: ProcessorTime) -> ProcessorTime:
    """Leave out what the jobs did meanwhile: nothing of it is for a page, a sign-in or a beat."""
    return replace(work, jobs=0.0)


def _parts(work: ProcessorTime) -> tuple[float, float, float]:
    return work.server, work.jobs, work.database
