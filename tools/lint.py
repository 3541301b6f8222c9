"""Run every check that needs no test: format, rules, types, rooms, templates, scripts, pins."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOSTS = re.compile(r"(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|debian\.org)")


def steps() -> list[tuple[str, list[str], Path]]:
    """Name each step, its command and where it runs."""
    node = ROOT / "frontend/node_modules/.bin"
    front = ROOT / "frontend"
    return [
        ("ruff format", [f"{BIN}/ruff", "format", "--check", "-q"], ROOT),
        ("ruff check", [f"{BIN}/ruff", "check", "-q"], ROOT),
        ("mypy", [f"{BIN}/mypy", "src", "tests", "packages"], ROOT),
        ("pyright", [f"{BIN}/pyright"], ROOT),
        ("rooms", [f"{BIN}/lint-imports"], ROOT),
        (
            "migrations",
            [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "store"],
            ROOT,
        ),
        ("templates", [f"{BIN}/djlint", "--lint", "--quiet", "src/canut/web/templates"], ROOT),
        ("protocol", [sys.executable, "tools/protocol.py", "--check"], ROOT),
        ("client", [sys.executable, "tools/sync_client.py", "--check"], ROOT),
        ("tsc", [f"{node}/tsc", "--noEmit"], front),
        ("biome", [f"{node}/biome", "check", "."], front),
    ]


def unlocked() -> list[str]:
    """Name installed packages that requirements.lock does not pin."""
    listed = subprocess.run(
        [f"{ROOT}/.tools/bin/uv", "pip", "list", "--format", "freeze", "--python", sys.executable],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    locked = {
        line.split("==")[0].lower()
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if "==" in line
    }
    names = {line.split("==")[0].lower().replace("_", "-") for line in listed.splitlines() if line}
    return sorted(name for name in names - locked if not name.startswith(("-e ", "canut")))


def hosts() -> list[str]:
    """Name files in git that name a package registry's host."""
    files = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git is wherever it is
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    offenders = []
    for name in files.decode().split("\0"):
        path = ROOT / name
        if name and name != "tools/lint.py" and path.is_file():
            text = path.read_text(errors="ignore")
            if HOSTS.search(text):
                offenders.append(name)
    return offenders


def main() -> int:
    """Run all steps, print only what failed, return 1 when any did."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "canut.settings",
        "CANUT_DATA": tempfile.mkdtemp(prefix="canut-lint-"),
    }
    bad = 0
    for name, command, folder in steps():
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        mark = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:12} {mark:6} {time.perf_counter() - start:5.1f} s", flush=True)
        if done.returncode:
            bad += 1
            print(done.stdout[-6000:], done.stderr[-3000:], sep="\n")
    for name, names in (("not in requirements.lock", unlocked()), ("registry host", hosts())):
        if names:
            bad += 1
            print(f"{name}: {', '.join(names)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
