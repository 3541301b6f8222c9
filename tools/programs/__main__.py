"""Run the programs of others against what Canut writes and serves: ``python -m tools.programs``.

Each has an environment of its own with pinned versions (``tools/programs/environments.py``).
``--quick`` runs what the build server runs; names as arguments choose among the steps; ``--write``
keeps what came of each for the page ``docs/en/developers/tools.md``. A step that failed runs once
more after the others, as what it downloads or waits for may have been slow; then it is told as
unsteady.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from shutil import which

from tools.programs.environments import python_named
from tools.programs.table import KEPT, ROOT, ROWS, STEPS, Step, kept, version_of


def main() -> int:
    """Return 0 when no step failed; one that this machine cannot run is said and left out."""
    options = {word for word in sys.argv[1:] if word.startswith("-")}
    names = [word for word in sys.argv[1:] if word not in options] or [
        name for name, step in STEPS.items() if step.is_quick or "--quick" not in options
    ]
    outcomes = {name: _run(name, STEPS[name]) for name in names}
    for name in [name for name, outcome in outcomes.items() if outcome == "failed"]:
        outcomes[name] = _run(name, STEPS[name])
        if outcomes[name] != "failed":
            print(f"Unsteady: {name} failed once, and worked alone.", flush=True)
    for row in ROWS:
        if row.step in outcomes:
            print(f"{row.program:30} {version_of(row):12} {outcomes[row.step]}")
    if "--write" in options:
        _keep(outcomes)
    return 1 if "failed" in outcomes.values() else 0


def _run(name: str, step: Step) -> str:
    """Run a step; return what came of it."""
    if step.needs and not _is_here(step.needs):
        return f"not run: {step.missing}"
    began = time.perf_counter()
    done = subprocess.run(step.command, cwd=ROOT, check=False)
    print(f"{name}: exit {done.returncode}, {time.perf_counter() - began:.0f} s", flush=True)
    return "failed" if done.returncode else "worked"


def _is_here(needs: str) -> bool:
    """Return whether this machine has a program that runs, or this repository a path."""
    if needs.startswith("python"):
        return python_named(needs.removeprefix("python")) is not None
    return which(needs) is not None or Path(ROOT, needs).exists()


def _keep(outcomes: dict[str, str]) -> None:
    """Keep version and outcome of each row that was run now; the others stay."""
    rows = kept()
    for row in ROWS:
        if row.step in outcomes:
            rows[row.program] = {"version": version_of(row), "outcome": outcomes[row.step]}
    ordered = {row.program: rows[row.program] for row in ROWS if row.program in rows}
    KEPT.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
