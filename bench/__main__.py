"""Measure the rows of the speed table: ``python -m bench [ROW …] [--quick] [--json FILE]``.

Each row is one file with ``run(quick=…, postgres=…)``, in a process of its own, once on SQLite and
once on a PostgreSQL server that is started for the run. Rows of one run share the machine and the
hour, so they can be compared; the figures of two runs cannot. A row that fails is told, and leaves
the others their place in the table.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from bench.machine import postgres
from bench.machine.apart import measure
from bench.table import Figures, about, state, table, text

ROWS = (
    *("limit", "pairs", "steps", "served", "fair", "growth", "beats"),
    *("imports", "exports", "turk", "manager", "idle"),
)
NAMED = (
    "millions",
    "period",
    "verify",
    "sequencer",
    "painted",
    "footprint",
    "capacity",
)  # minutes: where asked for


def show(database: str, name: str, loads: list[dict[str, Any]]) -> None:
    """Print what a row found, one line a load."""
    for line in loads:
        fields = "  ".join(f"{key} {value}" for key, value in line.items())
        print(f"{database:<10} {name:<8} {fields}", flush=True)


def measure_all(rows: tuple[str, ...], databases: list[str], *, quick: bool) -> Figures:
    """Measure each row on each database."""
    figures: Figures = {database: {} for database in databases}
    server = postgres.start() if "PostgreSQL" in databases else None
    if server is None and "PostgreSQL" in databases:
        print("PostgreSQL is not on this machine: SQLite alone is measured")
        databases.remove("PostgreSQL")
    try:
        for database in databases:
            for name in rows:
                options: dict[str, Any] = {"quick": quick}
                if server and database == "PostgreSQL":
                    options["postgres"] = postgres.empty_database(server, f"bench_{name}")
                start = time.perf_counter()
                try:
                    loads = measure(name, options)
                except SystemExit as failed:
                    print(f"{database:<10} {name:<8} {failed}", flush=True)
                    continue
                show(database, name, loads)
                took = time.perf_counter() - start
                print(f"{database:<10} {name:<8} took {took:.0f} s", flush=True)
                figures[database][name] = loads
    finally:
        if server:
            server.stop()
    return figures


def main() -> None:
    """Run the rows asked for, print the table, and keep it when asked to."""
    names = ", ".join(ROWS + NAMED)
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument(
        "rows", nargs="*", help=f"which of {names}; the first {len(ROWS)} when left out"
    )
    parser.add_argument("--quick", action="store_true", help="short runs, for a first look")
    parser.add_argument("--json", type=Path, help="keep the table in this file")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), help="one of the two alone")
    options = parser.parse_args()
    unknown = set(options.rows) - {*ROWS, *NAMED}
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {names}")
    before = state()
    databases = [options.database] if options.database else ["SQLite", "PostgreSQL"]
    rows = tuple(options.rows) or ROWS
    figures = measure_all(rows, databases, quick=options.quick)
    run = {"about": about(before, quick=options.quick), **table(figures), "figures": figures}
    print("", run["about"], "", *text(run), sep="\n")
    if options.json:
        options.json.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
    failed = [
        f"{name} on {database}"
        for database in databases
        for name in rows
        if name not in figures[database]
    ]
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}; see above")


if __name__ == "__main__":
    main()
