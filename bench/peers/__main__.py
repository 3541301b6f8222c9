"""Measure Canut and Label Studio side by side: ``python -m bench.peers [--quick | --bars]``.

``make bench-peers`` installs Label Studio first. ``--json FILE`` keeps the table; ``tools/docs.py
--write`` puts it into the page.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.machine import postgres
from bench.machine.apart import measure
from bench.peers.measure import Postgres
from bench.peers.processes import end_tidily
from bench.peers.table import about, table, verdicts
from bench.table import state, text

DATABASES = ("SQLite", "PostgreSQL")


def measure_all(databases: list[str], plan: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Measure each database in turn, each in a process of its own; yields its name and rows."""
    for database in databases:
        print(f"\n{database}", flush=True)
        if database == "SQLite":
            yield database, measure("peers.measure", {"plan": plan})
            continue
        server = postgres.start()
        if server is None:
            print("PostgreSQL is not on this machine: SQLite alone is measured")
            continue
        try:
            canut_url = postgres.empty_database(server, "canut")
            postgres.empty_database(server, "label_studio")
            place = Postgres(server.process.pid, str(server.folder), canut_url, "label_studio")
            yield database, measure("peers.measure", {"plan": plan, "postgres": place})
        finally:
            server.stop()


def main() -> None:
    """Measure, print the table and what became of the bars, and keep it when asked to."""
    parser = argparse.ArgumentParser(prog="bench.peers")
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--quick", action="store_true", help="small projects, for a first look")
    some.add_argument("--bars", action="store_true", help="the two loads that have a bar, alone")
    parser.add_argument("--database", choices=DATABASES, help="one of the two alone")
    parser.add_argument("--json", type=Path, help="keep the table in this file")
    options = parser.parse_args()
    plan = "quick" if options.quick else "bars" if options.bars else "full"
    end_tidily()
    before = state()
    figures: dict[str, list[dict[str, Any]]] = {}
    databases = [options.database] if options.database else list(DATABASES)
    for database, rows in measure_all(databases, plan):
        figures[database] = rows
        run = {"about": about(before, plan), **table(figures)}
        run |= {"verdicts": verdicts(figures), "figures": figures}
        if options.json:  # after each, so that a fault of the second loses nothing of the first
            options.json.write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
        print("", run["about"], "", *text(run), "", *run["verdicts"], sep="\n")


if __name__ == "__main__":
    main()
