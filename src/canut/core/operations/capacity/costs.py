"""What each thing that people do costs, as measured: processor time, response times and bytes.

The figures are read from a file that is written from the kept runs of the benchmarks; none stands
in the code.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import msgspec

FILE = "costs.json"
DATABASES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class Work:
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
        response_p50_ms: half of the answers are acknowledged within this, while one person works.
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
    pair: Work
    beat: Work
    page: Work
    sign_in: Work
    closing: Work
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

    Args:
        runs: rows of ``bench.capacity``, by name of the row.
        served: rows of the speed table of the same database, by name of the row.
        memory_mib: of all processes at work.
        database: ``SQLite`` or ``PostgreSQL``.
        measured: the day and the machine, in words.
    """
    rows = {row["load"]: row for row in runs["capacity"]}
    pages = [_work(row) for name, row in rows.items() if name.startswith("page: ")]
    closing, disk, alone = rows["pay period, each beat"], rows["disk"], rows["alone"]
    closed = [row["pairs_per_s"] for row in served["served"] if row["load"] == "closed, 8"]
    return Costs(
        database=database,
        measured=measured,
        pair=_work(rows["offered"]),
        beat=_work(rows["beat"]),
        page=Work(*(sum(parts) / len(pages) for parts in zip(*map(_parts, pages), strict=True))),
        sign_in=_work(rows["sign-in"]),
        closing=_work(closing),
        response_p50_ms=alone["p50_ms"],
        response_p99_ms=alone["p99_ms"],
        ceiling=max(closed),
        bytes_per_task=disk["bytes_per_task"],
        bytes_per_answer=disk["bytes_per_answer"],
        bytes_per_beat=disk["bytes_per_beat"],
        bytes_per_statement=closing["bytes_per_statement"],
        wal_bytes_per_answer=disk["wal_bytes_per_answer"],
        memory_mib=memory_mib,
    )


def _work(row: dict[str, Any]) -> Work:
    return Work(row["server_cpu_ms"], row["jobs_cpu_ms"], row["database_cpu_ms"])


def _parts(work: Work) -> tuple[float, float, float]:
    return work.server, work.jobs, work.database
