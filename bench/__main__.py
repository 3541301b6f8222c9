"""Measure the rows of the speed table: ``python -m bench [--quick] [--json FILE]``.

Each row is one file with ``run(quick=…)``, in a process of its own. Rows of one run share the
machine and the hour, so they can be compared; the figures of two runs cannot.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from bench.apart import measure

ROWS = ("limit", "pairs", "served", "imports")


def show(name: str, found: Any) -> None:
    """Print what a row found, one line a load."""
    lines = found if isinstance(found, list) else [{"load": k, **v} for k, v in found.items()]
    for line in lines:
        print(f"{name:<8}", "  ".join(f"{key} {value}" for key, value in line.items()), flush=True)


def main() -> None:
    """Run the rows asked for."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("rows", nargs="*", help=f"which of {', '.join(ROWS)}; all when left out")
    parser.add_argument("--quick", action="store_true", help="short runs, for a first look")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--postgres", help="postgresql://… of an empty database, for lease+submit")
    given = parser.parse_args()
    unknown = set(given.rows) - set(ROWS)
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    figures = {}
    for name in given.rows or ROWS:
        options: dict[str, Any] = {"quick": given.quick}
        if given.postgres and name != "imports":
            options["postgres"] = given.postgres
        figures[name] = measure(name, options)
        show(name, figures[name])
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
