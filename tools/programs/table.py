"""Programs of others that were run against Canut: which version, what was done, what came of it.

The rows stand in ``rows.yaml``; what came of each is kept in ``docs/en/developers/tools.json`` by
``python -m tools.programs --write``, and the page shows both.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
READERS = ROOT / "tools/readers"
KEPT = ROOT / "docs/en/developers/tools.json"
HEADS = ("Program", "Version", "What was done", "Outcome")
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


class Step(NamedTuple):
    """One command, whose exit code is the outcome of its rows.

    Args:
        command: run in the root of this repository.
        is_quick: whether the build server runs it.
        needs: a program of the machine, or a path of this repository, without which it is left out.
        missing: why it is then left out, and how to get it.
    """

    command: list[str]
    is_quick: bool = True
    needs: str = ""
    missing: str = ""


class Row(NamedTuple):
    """One program.

    Args:
        program: its name.
        version: where its version stands: ``lock:FILE:PACKAGE``, ``npm:FOLDER:PACKAGE``,
            ``peer:PACKAGE``, ``here:PACKAGE`` of our own lock, or ``run:COMMAND``.
        does: what was done with it.
        step: by which step.
    """

    program: str
    version: str
    does: str
    step: str


def _reader(name: str) -> Step:
    return Step([sys.executable, "-m", "tools.readers", name])


def _live(*names: str) -> Step:
    return Step([sys.executable, "-m", "tools.programs.live", *names])


STEPS = {
    **{
        name: _reader(name)
        for name in (
            *("tables", "datasets", "hub", "mlcroissant", "frictionless", "spacy", "pycocotools"),
            *("supervision", "label_studio", "openapi", "openbadgeslib", "webhooks"),
        )
    },
    **{name: _live(name) for name in ("notebooks", "prometheus", "oidc")},
    "turk": _live("awscli", "psiturk", "otree", "dallinger"),
    "mephisto": _live("mephisto")._replace(
        is_quick=False,
        needs="python3.10",
        missing="it cannot be imported in a Python after 3.10, and there is none of 3.10 here",
    ),
    "boto3-types": Step([sys.executable, "-m", "tools.programs.turk.acts"]),
    "go": _live("go")._replace(
        is_quick=False,
        needs="go",
        missing="no Go here (Debian: golang-go, golang-golang-x-mod-dev,"
        " golang-github-transparency-dev-formats-dev)",
    ),
    "ultralytics": _reader("ultralytics")._replace(
        is_quick=False,
        needs="python3.11",
        missing="PyTorch stands in Python 3.11, which is not here",
    ),
    "label-studio": Step(
        [sys.executable, "tools/label_studio_live.py"],
        is_quick=False,
        needs=".peers/label-studio/.installed",
        missing="make bench-peers installs it",
    ),
    "s3": Step([*PYTEST, "tests/commands/test_s3_stored.py"], is_quick=False),
    "crowd": Step([*PYTEST, "tests/core/quality/test_crowd_kit.py"], is_quick=False),
    "sepa": Step([*PYTEST, "tests/core/pay/test_sepa.py"], is_quick=False),
    "browsers": Step(
        [sys.executable, "-m", "tools.programs.browsers"],
        is_quick=False,
        needs="firefox-esr",
        missing="no Firefox here (Debian: firefox-esr, webkit2gtk-driver, xvfb, xauth)",
    ),
    "image": Step(
        ["podman", "info"],
        is_quick=False,
        needs="podman",
        missing="no podman here",
    ),
}

ROWS = tuple(Row(**row) for row in yaml.safe_load((HERE / "rows.yaml").read_bytes()))


def version_of(row: Row) -> str:
    """Return the version of a program, as pinned or as it tells; a dash where it is not here."""
    where, _, address = row.version.partition(":")
    name, _, package = address.partition(":")
    if where == "lock":
        return _pinned(READERS / f"{name}.lock", package)
    if where == "text":
        return _pinned(READERS / f"{name}.txt", package)
    if where == "peer":
        return _pinned(ROOT / "bench/peers/label-studio.lock", name)
    if where == "npm":
        packages = json.loads((READERS / name / "package-lock.json").read_bytes())["packages"]
        return str(packages[f"node_modules/{package}"]["version"])
    if where == "here":
        return importlib.metadata.version(name)
    return _told(address.split())


def _pinned(file: Path, package: str) -> str:
    """Return the version that a file pins a package to."""
    pattern = rf"^{re.escape(package)}(?:\[[^\]]*\])?==([^\s;\\]+)"
    pinned = re.search(pattern, file.read_text(), re.MULTILINE | re.IGNORECASE)
    if pinned is None:
        raise LookupError(f"{file.name} does not pin {package}")
    return pinned[1]


def _told(command: list[str]) -> str:
    """Return the number in what a program prints of its version."""
    if shutil.which(command[0]) is None:
        return "–"
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+(\.\d+)+", said)
    return number[0] if number else "–"


def kept() -> dict[str, dict[str, str]]:
    """Return what came of each row when it was last run: version and outcome."""
    return json.loads(KEPT.read_bytes()) if KEPT.exists() else {}


def table_of() -> str:
    """Return the table of the page."""
    last = kept()
    lines = [f"| {' | '.join(HEADS)} |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        found = last.get(row.program, {"version": "–", "outcome": "not run"})
        cells = (row.program, found["version"], row.does, found["outcome"])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
