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
    *("imports", "exports", "manager", "idle"),
)
NAMED = ("period", "verify", "sequencer", "painted")  # minutes: where asked for


def show(database: str, name: str, found: list[dict[str, Any]]) -> None:
    """Print what a row found, one line a load."""
    for line in found:
        said = "  ".join(f"{key} {value}" for key, value in line.items())
        print(f"{database:<10} {name:<8} {said}", flush=True)


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
                begun = time.perf_counter()
                try:
                    found = measure(name, options)
                except SystemExit as failed:
                    print(f"{database:<10} {name:<8} {failed}", flush=True)
                    continue
                show(database, name, found)
                took = time.perf_counter() - begun
                print(f"{database:<10} {name:<8} took {took:.0f} s", flush=True)
                figures[database][name] = found
    finally:
        if server:
            server.stop()
    return figures


def main() -> None:
    """Run the rows asked for, print the table, and keep it when asked to."""
    known = ", ".join(ROWS + NAMED)
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument(
        "rows", nargs="*", help=f"which of {known}; the first {len(ROWS)} when left out"
    )
    parser.add_argument("--quick", action="store_true", help="short runs, for a first look")
    parser.add_argument("--json", type=Path, help="keep the table in this file")
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"), help="one of the two alone")
    given = parser.parse_args()
    unknown = set(given.rows) - {*ROWS, *NAMED}
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {known}")
    before = state()
    databases = [given.database] if given.database else ["SQLite", "PostgreSQL"]
    rows = tuple(given.rows) or ROWS
    figures = measure_all(rows, databases, quick=given.quick)
    kept = {"about": about(before, quick=given.quick), **table(figures), "figures": figures}
    print("", kept["about"], "", *text(kept), sep="\n")
    if given.json:
        given.json.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    failed = [f"{name} on {one}" for one in databases for name in rows if name not in figures[one]]
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}; see above")


if __name__ == "__main__":
    main()
