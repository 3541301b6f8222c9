"""Make a release: ``python -m tools.release [set VERSION | notes [--write]]``.

Without words it builds what ``HEAD`` holds into ``dist/``: wheel and source archive of the three
packages, a bill of materials for each, the locked requirements, the notes, and the SHA-256 of all.
Everything is built twice, in two folders, time zones and umasks; one byte that differs stops it.
``set`` writes a version where it stands, ``notes`` shows the notes, ``notes --write`` moves the
news into the changelog.
"""

import argparse
import datetime as dt
import email
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.release import notes, sbom

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "canut": ".",
    "canut-client": "packages/canut-client",
    "canut-verify": "packages/canut-verify",
}
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
PLACES = {
    "src/canut/__init__.py": '__version__ = "{}"',
    "packages/canut-client/src/canut_client/__init__.py": '__version__ = "{}"',
    "packages/canut-verify/src/canut_verify/__init__.py": '__version__ = "{}"',
    "CITATION.cff": "version: {}",
}
"""Where a version stands; the first is the source, the others are written from it."""


class Surroundings(NamedTuple):
    """What differs between the two builds, and must not show in them."""

    zone: str
    umask: int
    language: str


TWICE = (
    Surroundings("UTC", 0o022, "C.UTF-8"),
    Surroundings("Asia/Kathmandu", 0o077, "fr_CA.UTF-8"),
)


def version_in(path: str, root: Path = ROOT) -> str:
    """Read the version one of ``PLACES`` holds.

    Raises:
        SystemExit: it holds none.
    """
    before, after = PLACES[path].split("{}")
    pattern = re.compile(f"^{re.escape(before)}(.+?){re.escape(after)}$", re.MULTILINE)
    match = pattern.search((root / path).read_text())
    if match is None:
        raise SystemExit(f"{path} has no line {PLACES[path].format('VERSION')}")
    return match[1]


def set_version(version: str, root: Path = ROOT) -> None:
    """Write a version into every one of ``PLACES``.

    Raises:
        SystemExit: it is not written as 1.2.3 or 1.2.3rc1.
    """
    if not VERSION.fullmatch(version):
        raise SystemExit(f"{version} is no version; write 1.2.3, or 1.2.3rc1 before it")
    for path, line in PLACES.items():
        text = (root / path).read_text()
        old = line.format(version_in(path, root))
        (root / path).write_text(text.replace(old, line.format(version), 1))


def agreed_version(root: Path) -> str:
    """Return the version that all places agree on; stop where they differ."""
    versions = {path: version_in(path, root) for path in PLACES}
    if len(set(versions.values())) != 1:
        raise SystemExit(f"versions differ: {versions}; python -m tools.release set VERSION")
    return next(iter(versions.values()))


def git(*words: str) -> bytes:
    """Run git at the root; return what it printed."""
    return subprocess.run(
        [str(shutil.which("git")), *words], cwd=ROOT, check=True, capture_output=True
    ).stdout


def build(tree: Path, out: Path, epoch: int, surroundings: Surroundings) -> None:
    """Build wheels and source archives of the three packages from a tree without git."""
    pins = tomllib.loads((tree / "pyproject.toml").read_text())["tool"]["uv"]
    constraints = tree.parent / "build-constraints.txt"
    constraints.write_text("\n".join(pins["build-constraint-dependencies"]) + "\n")
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "VIRTUAL_ENV", "MAKE"))
    }
    env |= {"SOURCE_DATE_EPOCH": str(epoch), "TZ": surroundings.zone}
    env |= {"LC_ALL": surroundings.language, "PYTHONHASHSEED": str(surroundings.umask)}
    for folder in PACKAGES.values():
        words: list[str | Path] = [
            ROOT / ".tools/bin/uv",
            "build",
            "--quiet",
            "--python",
            sys.executable,
        ]
        words += ["--build-constraint", constraints, "--out-dir", out, tree / folder]
        done = subprocess.run(
            words,
            env=env,
            cwd=tree,
            umask=surroundings.umask,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{folder} was not built:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    (out / ".gitignore").unlink(missing_ok=True)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file, by name."""
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def build_twice(folder: Path, epoch: int) -> Path:
    """Build in two trees at once; return the folder of the first, whose bytes the second repeated.

    Raises:
        SystemExit: a file differs.
    """
    archive = git("archive", "--format=tar", "HEAD")
    outs: list[Path] = []
    with ThreadPoolExecutor(len(TWICE)) as both:
        builds = []
        for number, surroundings in enumerate(TWICE):
            tree = folder / f"{'a' * (1 + 9 * number)}/canut"  # a longer path in the second
            tree.mkdir(parents=True)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(tree, filter="data")
            outs.append(folder / f"out-{number}")
            builds.append(both.submit(build, tree, outs[-1], epoch, surroundings))
        for building in builds:
            building.result()
    first, second = map(digests, outs)
    differing = sorted(name for name in first | second if first.get(name) != second.get(name))
    if differing:
        comparison = ROOT / "build/differs"
        shutil.rmtree(comparison, ignore_errors=True)
        shutil.copytree(folder, comparison, ignore=shutil.ignore_patterns("canut"))
        raise SystemExit(f"not the same twice: {', '.join(differing)}; both are in {comparison}")
    return outs[0]


def bills(out: Path, root: Path, epoch: int) -> None:
    """Write a bill of materials beside each wheel."""
    for wheel in sorted(out.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            metadata = email.message_from_bytes(archive.read(name))
        package = {
            "name": metadata["Name"],
            "version": metadata["Version"],
            "requires": metadata.get_all("Requires-Dist") or [],
            "extras": metadata.get_all("Provides-Extra") or [],
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        }
        bill = sbom.write(package, root, epoch)
        target = out / f"{package['name']}-{package['version']}.cdx.json"
        target.write_text(json.dumps(bill, indent=1) + "\n")


def make(destination: Path) -> None:
    """Make all files of a release from ``HEAD`` and say their SHA-256."""
    if git("status", "--porcelain", "--untracked-files=no").strip():
        print("What is not committed is not in this release.", file=sys.stderr)
    epoch = int(git("log", "-1", "--format=%ct"))
    day = dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat()
    with tempfile.TemporaryDirectory(prefix="canut-release-") as name:
        folder = Path(name)
        out = build_twice(folder, epoch)
        tree = folder / "a/canut"
        version = agreed_version(tree)
        bills(out, tree, epoch)
        shutil.copyfile(tree / "requirements.lock", out / f"canut-{version}.requirements.lock")
        (out / f"canut-{version}.notes.md").write_text(notes_of(tree, version, day))
        sums = "".join(f"{digest}  {file}\n" for file, digest in digests(out).items())
        (out / "SHA256SUMS").write_text(sums)
        shutil.rmtree(destination, ignore_errors=True)
        shutil.copytree(out, destination)
    print(f"Canut {version}, built twice with the same bytes:\n{sums}", end="")


def notes_of(root: Path, version: str, day: str) -> str:
    """Return the notes of a version: those of the changelog, joined by the news that wait."""
    there = notes.read_section((root / "CHANGELOG.md").read_text(), version)
    lines = [*there.lines, *notes.read_news(root / "news")]
    if not lines:
        raise SystemExit(f"neither news/ nor CHANGELOG.md says what is new in {version}")
    return notes.render(lines, version, day, there.opening)


def main() -> None:
    """Do what the words ask for."""
    parser = argparse.ArgumentParser(prog="tools.release", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the files go")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("set").add_argument("version")
    commands.add_parser("notes").add_argument("--write", action="store_true")
    words = parser.parse_args()
    day = dt.datetime.now(dt.UTC).date().isoformat()
    if words.command == "set":
        set_version(words.version)
    elif words.command == "notes" and words.write:
        moved = notes.write_changelog(ROOT, agreed_version(ROOT), day)
        print(f"{moved} lines moved from news/ to CHANGELOG.md")
    elif words.command == "notes":
        print(notes_of(ROOT, agreed_version(ROOT), day))
    else:
        make(words.out.resolve())


if __name__ == "__main__":
    main()
