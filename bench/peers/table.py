"""The table of Canut beside Label Studio, and what became of each bar.

Label Studio stands left of Canut on each database, as both were measured in one run. What was not
run says so.
"""

import datetime as dt
import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, NamedTuple

from bench.peers.label_studio import LOCK, UWSGI
from bench.table import state
from tests.support.databases import programs

type Found = dict[str, Any]
type Figures = dict[str, list[Found]]

THEIRS, OURS = "Label Studio", "Canut"
BARS = {"SQLite": 100, "PostgreSQL": 45}
BAR_TASKS, BAR_ANNOTATORS = 100_000, 32
HEAD = ("What", "Tasks", *(f"{who}, {where}" for where in BARS for who in (THEIRS, OURS)), "Unit")
LOAD = (
    ("pairs, {annotators}", "pairs_per_s", "pairs/s"),
    ("… half of the pairs below", "pair_p50_ms", "ms"),
    ("… CPU of server and database", "cpu_ms_per_pair", "ms a pair"),
)
IN_ALL = (
    ("answers acknowledged, all loads", "acknowledged"),
    ("… lost", "lost"),
    ("… tasks with more answers than asked for", "over"),
    ("… a person twice on a task", "twice"),
    ("… requests that failed", "errors"),
)
SINGLE = (
    ("import", "per_s", "import", "tasks/s"),
    ("… CPU", "cpu_s", "import", "s"),
    ("first page of the list of tasks", "p50_ms", "list", "ms"),
    ("export, an answer each", "per_s", "export", "answers/s"),
    ("… CPU", "cpu_s", "export", "s"),
    ("a person by keyboard, key to next task, mean", "mean_ms", "person", "ms"),
    ("… 95 % below", "p95_ms", "person", "ms"),
    ("memory after these loads", "mib", "memory", "MiB"),
)


class Cell(NamedTuple):
    """Where a figure stands: a database, and whose it is."""

    database: str
    platform: str


CELLS = tuple(Cell(database, name) for database in BARS for name in (THEIRS, OURS))


def about(before: tuple[float, float], plan: str) -> str:
    """Say when, on what machine, with which versions, and how busy it was before and after."""
    after = state()
    short = {"bars": " The loads of the bars alone.", "quick": " A short run, for a first look."}
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}: {os.cpu_count()} cores, {versions()}; everything on "
        f"one machine, annotators included. Before and after the run: one-minute load average "
        f"{before[0]:.1f} and {after[0]:.1f} (the run itself makes about 2), {before[1]:.1f} and "
        f"{after[1]:.1f} ms until the disk has 4 KiB.{short.get(plan, '')}"
    )


def versions() -> str:
    """Name what was run, with versions."""
    pinned = dict(re.findall(r"^([\w-]+)==([\w.]+)", LOCK.read_text(), re.MULTILINE))
    folder = programs()
    postgres = ""
    if folder:
        command = [str(folder / "postgres"), "--version"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        postgres = f", PostgreSQL {output.split()[2]}"
    label_studio = f"Label Studio {pinned['label-studio']} (Django {pinned['django']}, "
    label_studio += f"uwsgi {pinned['uwsgi']})"
    canut = f"Canut (Django {version('django')}, granian {version('granian')})"
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}{postgres}, "
        f"{label_studio}, {canut}"
    )


def table(figures: Figures) -> dict[str, Any]:
    """Arrange the figures, one line a figure, a size and a crowd."""
    return {"head": list(HEAD), "rows": [list(row) for row in _rows(figures)]}


def verdicts(figures: Figures) -> list[str]:
    """Say what became of each bar, and how the other server of Label Studio would stand."""
    sentences = []
    for database, bar in BARS.items():
        label_studio, canut = (_bar(figures, Cell(database, name)) for name in (THEIRS, OURS))
        if not label_studio or not canut or not label_studio["pairs_per_s"]:
            sentences.append(f"{database}: the bar of {bar} times was not measured.")
            continue
        sentences.append(
            f"{database}: {_times(label_studio, canut)}; the bar is {bar}: "
            f"{_held(canut, label_studio, bar)}."
        )
        other = _bar(figures, Cell(database, THEIRS), is_other=True)
        if other and other["pairs_per_s"]:
            sentences.append(f"{database}, Label Studio served by uwsgi: {_times(other, canut)}.")
    for name in (OURS, THEIRS):
        loads = [row for rows in figures.values() for row in rows if _is_load(row, name)]
        lost, over, twice = (sum(row[key] for row in loads) for key in ("lost", "over", "twice"))
        acknowledged = f"{sum(row['acknowledged'] for row in loads):,} answers acknowledged"
        sentences.append(
            f"{name}: of {acknowledged}, {lost} lost; {over} tasks with more answers than asked "
            f"for; {twice} times one person twice on a task."
        )
    return sentences


def _held(canut: Found, label_studio: Found, bar: int) -> str:
    return "held" if canut["pairs_per_s"] >= bar * label_studio["pairs_per_s"] else "not held"


def _times(label_studio: Found, canut: Found) -> str:
    return (
        f"{canut['pairs_per_s']:.1f} against {label_studio['pairs_per_s']:.1f} pairs/s, "
        f"{canut['pairs_per_s'] / label_studio['pairs_per_s']:.0f} times as many, with "
        f"{canut['annotators']} annotators and {canut['tasks']:,} tasks"
    )


def _bar(figures: Figures, cell: Cell, *, is_other: bool = False) -> Found | None:
    size = {"tasks": BAR_TASKS, "annotators": BAR_ANNOTATORS}
    for row in figures.get(cell.database, []):
        right = _is_load(row, cell.platform) and size.items() <= row.items()
        if right and _is_other(row, cell.database) is is_other:
            return row
    return None


def _is_load(row: Found, name: str) -> bool:
    return bool(row["row"] == "load" and row["platform"] == name)


def _is_other(row: Found, database: str) -> bool:
    """Tell whether Label Studio was served in the way that is not its own for this database."""
    return bool(database == "SQLite" and row["server"] == UWSGI)


def _rows(figures: Figures) -> Iterator[tuple[str, ...]]:
    loads: dict[tuple[bool, int, int], dict[Cell, Found]] = {}
    for cell in CELLS:
        for row in figures.get(cell.database, []):
            if not _is_load(row, cell.platform):
                continue
            key = (_is_other(row, cell.database), row["tasks"], row["annotators"])
            loads.setdefault(key, {})[cell] = row
    for (is_other, tasks, annotators), cells in sorted(loads.items()):
        crowd = f"{annotators} annotator{'s' if annotators > 1 else ''}"
        crowd += ", Label Studio served by uwsgi" if is_other else ""
        for what, field, unit in LOAD:
            yield _line(what.format(annotators=crowd), tasks, cells, field, unit)
    yield from _in_all(figures)
    for what, field, name, unit in SINGLE:
        single = {c: figure for c in CELLS if (figure := _one(figures, c, name))}
        if single:
            yield _line(
                what, max(figure["tasks"] for figure in single.values()), single, field, unit
            )


def _in_all(figures: Figures) -> Iterator[tuple[str, ...]]:
    for what, field in IN_ALL:
        cells = []
        for cell in CELLS:
            rows = [row for row in figures.get(cell.database, []) if _is_load(row, cell.platform)]
            cells.append(f"{sum(row[field] for row in rows):,}" if rows else "not run")
        yield what, "", *cells, ""


def _one(figures: Figures, cell: Cell, name: str) -> Found | None:
    rows = figures.get(cell.database, [])
    chosen = (row for row in rows if (row["row"], row["platform"]) == (name, cell.platform))
    return next(chosen, None)


def _line(
    what: str, tasks: int, row_of: dict[Cell, Found], field: str, unit: str
) -> tuple[str, ...]:
    cells = (_shown(row_of[cell][field]) if cell in row_of else "not run" for cell in CELLS)
    return what, f"{tasks:,}", *cells, unit


def _shown(value: float) -> str:
    if isinstance(value, int) or value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
