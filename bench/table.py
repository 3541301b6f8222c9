"""The speed table of the documentation, out of what the rows found.

The figures of both databases stand side by side. What is due is what the bars of the design ask of
this stage; what is only measured has none.
"""

import datetime as dt
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from bench.fair import ALL, ALONE
from bench.hostile import MEASURED
from bench.steps import STEPS
from canut.core.kinds import KINDS

type Found = dict[str, Any]
type Figures = dict[str, dict[str, list[Found]]]

DATABASES = ("SQLite", "PostgreSQL")
HEAD = ("What", "Tasks or rows", *DATABASES, "Unit")
LATENCIES = (
    ("lease, half below", "lease_p50_ms"),
    ("lease, 99 % below", "lease_p99_ms"),
    ("submit, half below", "submit_p50_ms"),
    ("submit, 99 % below", "submit_p99_ms"),
)


class Line(NamedTuple):
    """One line of the table: in which row and load its figure stands, how it is read, its unit."""

    what: str
    row: str
    chosen: Callable[[Found], bool]
    read: Callable[[Found, Figures, str], object]
    unit: str


def state() -> tuple[float, float]:
    """Return how busy the machine is: its load average, and the ms until the disk has 4 KiB."""
    took: list[float] = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            took.append(1000 * (time.perf_counter() - start))
    return os.getloadavg()[0], statistics.median(took)


def about(before: tuple[float, float], *, quick: bool) -> str:
    """Say on what machine and how busy it was, before and after."""
    after = state()
    now = dt.datetime.now(dt.UTC)
    short = " A short run, for a first look." if quick else ""
    first = f" Run at raised priority ({os.nice(0)}), as others worked." if os.nice(0) else ""
    return (
        f"{now:%Y-%m-%d}: {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; everything on one machine, clients included. "
        f"Before and after the run: one-minute load average {before[0]:.1f} and {after[0]:.1f} "
        f"(the run itself makes about 2), {before[1]:.1f} and {after[1]:.1f} ms until the disk has "
        f"4 KiB (a pair waits for it twice).{first}{short}"
    )


def table(figures: Figures) -> dict[str, Any]:
    """Arrange the figures by line and size."""
    rows = [row for line in lines() for row in _rows(line, figures)]
    return {"head": list(HEAD), "rows": rows}


def text(run: dict[str, Any]) -> list[str]:
    """Write the table for a terminal."""
    rows = [run["head"], *run["rows"]]
    widths = [max(len(str(row[n])) for row in rows) for n in range(len(run["head"]))]
    return ["  ".join(str(c).ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]


def lines() -> Iterator[Line]:
    """Yield the lines of the table, in its order."""
    per_second = "pairs/s"
    yield Line("raw limit: the statements alone, 8 threads", "limit", _all, _rate, per_second)
    yield Line("the actions, 8 threads", "pairs", _all, _rate, per_second)
    for step in ("a whole lease", "a whole submit", *STEPS):
        yield Line(f"… {step}, alone", "steps", _load(step), _field("cpu_ms"), "ms of CPU")
    yield Line(
        "the server, closed loop, 8 clients", "served", _load("closed, 8"), _rate, per_second
    )
    apart = _load("closed, 8, apart")
    yield Line("… with tasks asked for apart", "served", apart, _rate, per_second)
    yield Line("… as a share of the raw limit", "served", _load("closed, 8"), _share, "")
    yield Line(
        "… CPU of the server",
        "served",
        _load("closed, 8"),
        _field("cpu_ms_per_pair"),
        "ms a pair",
    )
    cpu = _field("cpu_ms_per_pair")
    yield Line("… CPU of it, tasks asked for apart", "served", apart, cpu, "ms a pair")
    opened = _load("open, 64")
    yield Line("the server, 64 clients, 200 pairs/s offered", "served", opened, _rate, per_second)
    for name, field in LATENCIES:
        yield Line(f"… {name}", "served", opened, _field(field), "ms")
    still = _field("still_ms")
    yield Line("… the disk stood still meanwhile, in all", "served", opened, still, "ms")
    yield Line("… answers lost", "served", opened, _field("lost"), "")
    yield Line("… answers counted twice", "served", opened, _field("twice"), "")
    busy = _load("open, 64, busy")
    yield Line("… while a file is imported and jobs run", "served", busy, _rate, per_second)
    for name, field in LATENCIES:
        yield Line(f"… … {name}", "served", busy, _field(field), "ms")
    yield Line("… … the disk stood still meanwhile, in all", "served", busy, still, "ms")
    yield Line("… … rows that come in", "served", busy, _field("rows_per_s"), "rows/s")
    yield from _fair_lines()
    yield from _growth_lines()
    yield from _millions_lines()
    yield Line(
        "keeping a beat, so many at once", "beats", _all, _field("cpu_ms_per_beat"), "ms of CPU"
    )
    yield from _bulk_lines()


def _fair_lines() -> Iterator[Line]:
    for name in (ALONE, ALL):
        chosen = _load(name)
        yield Line(name, "fair", chosen, _rate, "pairs/s")
        for what, field in LATENCIES:
            yield Line(f"… {what}", "fair", chosen, _field(field), "ms")
    for name in (ALL, *(f"fair: {kind}" for kind in MEASURED)):
        chosen = _load(name)
        yield Line(f"{name}: lease, 99 %", "fair", chosen, _field("lease_ratio"), "times")
        yield Line("… submit, 99 %", "fair", chosen, _field("submit_ratio"), "times")


def _idle_lines() -> Iterator[Line]:
    whole = _load("idle")
    yield Line("idle instance, all processes", "idle", whole, _field("cpu_percent"), "% of a core")
    yield Line("… memory", "idle", whole, _field("memory_mib"), "MiB")
    database = _field("database_cpu_percent")
    yield Line("… PostgreSQL's own processes", "idle", whole, database, "% of a core")


def _growth_lines() -> Iterator[Line]:
    for name, chosen in (
        ("", _answered(is_answered=False)),
        (", answered", _answered(is_answered=True)),
    ):
        yield Line(
            f"the demo with so many tasks{name}: CPU of the server",
            "growth",
            chosen,
            _field("cpu_ms_per_pair"),
            "ms a pair",
        )
        yield Line("… to the first of these", "growth", chosen, _field("ratio"), "times")


def _millions_lines() -> Iterator[Line]:
    fields = {
        "CPU of the server": "server_ms_per_pair",
        "CPU of the database": "database_ms_per_pair",
        "CPU of both": "cpu_ms_per_pair",
    }
    for load, way in (
        ("millions", "the next task with the receipt"),
        ("millions, workbench", "ten tasks with each tenth receipt"),
        ("millions, apart", "tasks asked for apart"),
    ):
        chosen = _load(load)
        for name, field in fields.items():
            yield Line(f"{way}: {name}", "millions", chosen, _field(field), "ms a pair")
        yield Line("… to a thousand tasks", "millions", chosen, _field("ratio"), "times")


def _answered(*, is_answered: bool) -> Callable[[Found], bool]:
    return lambda load: bool(load["answers"]) is is_answered


def _bulk_lines() -> Iterator[Line]:
    alone, beside = _beside(is_beside=False), _beside(is_beside=True)
    yield Line("import of a CSV, alone", "imports", alone, _field("rows_per_s"), "rows/s")
    published = _field("with_publishing_per_s")
    yield Line("… published too", "imports", alone, published, "rows/s")
    yield Line("… most memory", "imports", alone, _field("peak_mib"), "MiB")
    yield Line(
        "import while others write every 4 ms", "imports", beside, _field("rows_per_s"), "rows/s"
    )
    yield Line("… a write waits, half below", "imports", beside, _field("writer_p50_ms"), "ms")
    yield Line("… a write waits, 99 % below", "imports", beside, _field("writer_p99_ms"), "ms")
    for form in ("csv", "jsonl", "parquet"):
        left = _left("answers", form)
        yield Line(f"export of answers, {form}", "exports", left, _field("rows_per_s"), "rows/s")
    most = "peak_in_all_mib"
    yield Line("… most memory", "exports", _has(most), _field(most), "MiB")
    labels = _left("labels", "csv")
    yield Line("export of labels, csv", "exports", labels, _field("rows_per_s"), "rows/s")
    created = _load("CreateHIT")
    yield Line("CreateHIT, 8 signed connections", "turk", created, _field("per_s"), "HITs/s")
    yield Line("… CPU of the server", "turk", created, _field("cpu_ms"), "ms a HIT")
    for name in ("first page", "last page"):
        chosen = _load(name)
        yield Line(f"ListAssignmentsForHIT, {name} of 100", "turk", chosen, _field("p50_ms"), "ms")
        yield Line("… CPU of the server", "turk", chosen, _field("cpu_ms"), "ms a page")
    yield Line("closing a pay period, by beats", "period", _all, _field("seconds"), "s")
    yield Line("… most memory", "period", _all, _field("peak_mib"), "MiB")
    for name in ("canut verify", "canut-verify"):
        by = partial(_is_by, name)
        yield Line(f"{name} of a bundle, processor", "verify", by, _field("cpu_s"), "s")
    yield Line("entries given their places", "sequencer", _all, _field("entries_per_s"), "a second")
    yield Line("… CPU of it", "sequencer", _all, _field("cpu_us_per_entry"), "µs an entry")
    beside_rate = _field("beside_entries_per_s")
    yield Line("… while others write every 4 ms", "sequencer", _all, beside_rate, "a second")
    yield Line("… … a write waits, half below", "sequencer", _all, _field("writer_p50_ms"), "ms")
    yield Line("… … a write waits, 99 % below", "sequencer", _all, _field("writer_p99_ms"), "ms")
    yield Line("… … the longest", "sequencer", _all, _field("writer_worst_ms"), "ms")
    for share in ("p50", "p99", "worst"):
        name = {"p50": "half below", "p99": "99 % below"}.get(share, "the slowest")
        field = _field(f"proof_cpu_{share}_ms")
        yield Line(f"inclusion proof, CPU, {name}", "sequencer", _all, field, "ms")
    yield from _manager_lines()
    yield from _idle_lines()
    yield from _painted_lines()
    yield from _footprint_lines()


def _footprint_lines() -> Iterator[Line]:
    kept = _field("bytes_per_answer")
    yield Line("kept of an answer in the database", "footprint", _all, kept, "bytes")
    copied = _field("copy_bytes_per_answer")
    yield Line("… in a backup", "footprint", _all, copied, "bytes")
    yield Line(
        "… CPU of server and jobs", "footprint", _all, _field("cpu_ms_per_pair"), "ms a pair"
    )
    yield Line("… memory of all processes at work", "footprint", _all, _field("memory_mib"), "MiB")


def _is_by(name: str, load: Found) -> bool:
    return bool(load.get("by") == name)


def _painted_lines() -> Iterator[Line]:
    keys = _has("keys")
    what = "key of an answer until the next task is painted, 400 ms and 400 kbit/s"
    yield Line(f"{what}, half below", "painted", keys, _field("p50_ms"), "ms")
    yield Line("… 95 % below", "painted", keys, _field("p95_ms"), "ms")
    for kind in sorted(KINDS):
        chosen = partial(_is_kind, kind)
        yield Line(f"scripts of a {kind} task", "painted", chosen, _field("kib"), "KiB sent")


def _is_kind(kind: str, load: Found) -> bool:
    return bool(load.get("kind") == kind)


def _manager_lines() -> Iterator[Line]:
    plain = _page("none", "task")
    yield Line("all tasks, first page, half below", "manager", plain, _field("p50_ms"), "ms")
    yield Line("… 95 % below", "manager", plain, _field("p95_ms"), "ms")
    slowest = _has("slowest")
    yield Line("… the slowest filter, 95 % below", "manager", slowest, _field("p95_ms"), "ms")
    indexed = _has("rows_per_s")
    yield Line("texts made searchable", "manager", indexed, _field("rows_per_s"), "rows/s")


def _rows(line: Line, figures: Figures) -> list[list[str]]:
    """Write one table row for each size."""
    by_size: dict[int, dict[str, str]] = {}
    for database in DATABASES:
        loads = figures.get(database, {}).get(line.row, [])
        for load in filter(line.chosen, loads):
            size = int(load.get("tasks") or load.get("rows") or load["answers"])
            cell = _shown(line.read(load, figures, database))
            by_size.setdefault(size, {}).setdefault(database, cell)
    return [
        [line.what, f"{size:,}", *(cells.get(name, "not run") for name in DATABASES), line.unit]
        for size, cells in sorted(by_size.items())
    ]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}" if value > 999 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _all(_load: Found) -> bool:
    return True


def _load(name: str) -> Callable[[Found], bool]:
    return lambda load: load["load"] == name


def _beside(*, is_beside: bool) -> Callable[[Found], bool]:
    return lambda load: load["beside_a_writer"] is is_beside


def _page(chosen: str, order: str) -> Callable[[Found], bool]:
    return lambda load: (load["filter"], load.get("order")) == (chosen, order)


def _has(name: str) -> Callable[[Found], bool]:
    return lambda load: name in load


def _left(what: str, form: str) -> Callable[[Found], bool]:
    return lambda load: (load["what"], load["form"]) == (what, form)


def _rate(load: Found, _figures: Figures, _database: str) -> object:
    return load["pairs_per_s"]


def _field(name: str) -> Callable[[Found, Figures, str], object]:
    return lambda load, _figures, _database: load[name]


def _share(load: Found, figures: Figures, database: str) -> object:
    """Divide by the raw limit of the same run, size and database."""
    limits = figures[database].get("limit", [])
    limit = next((row for row in limits if row["tasks"] == load["tasks"]), None)
    return load["pairs_per_s"] / limit["pairs_per_s"] if limit else "not run"
