"""A release: built twice alike, whole, and each package works where it alone is installed.

``make release`` downloads what it builds with, so these tests run on a build server alone.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from canut import __version__
from tests.browser.instance import ROOT, free_port
from tests.clone.test_fresh_clone import first_page

pytestmark = pytest.mark.skipif(not os.environ.get("CI"), reason="a build server's test")
UV = ROOT / ".tools/bin/uv"


def run(*words: object, **env: str) -> str:
    own = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "PYTHON", "COV"))}
    done = subprocess.run(
        [str(word) for word in words],
        env=own | env,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def dist() -> Path:
    """Return the folder of a release of ``HEAD``, which stays for the image that is made of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.release"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "built twice with the same bytes" in done.stdout
    return ROOT / "dist"


def install(folder: Path, *wanted: str) -> Path:
    """Make an environment with what is wanted, at the versions of the lock; return its programs."""
    run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    into = ("--python", folder / "bin/python", "--constraints", ROOT / "requirements.lock")
    run(UV, "pip", "install", "--quiet", *into, *wanted)
    return folder / "bin"


def wheel(dist: Path, name: str) -> str:
    (found,) = dist.glob(f"{name}-*.whl")
    return str(found)


def test_release_is_whole_and_its_sums_are_right(dist: Path) -> None:
    lines = (dist / "SHA256SUMS").read_text().splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}

    assert set(named) == {path.name for path in dist.glob("*") if path.suffix != ".tar"} - {
        "SHA256SUMS"
    }
    for name, digest in named.items():
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
    assert len([name for name in named if name.endswith(".whl")]) == 3
    assert len([name for name in named if name.endswith(".tar.gz")]) == 3
    assert len([name for name in named if name.endswith(".cdx.json")]) == 3
    assert all(__version__ in name for name in named)


def test_three_packages_install_together_and_serve_the_first_page(
    dist: Path, tmp_path: Path
) -> None:
    names = ("canut", "canut_client", "canut_verify")
    wheels = [f"{wheel(dist, name)}{'[server]' if name == 'canut' else ''}" for name in names]
    programs = install(tmp_path / "env", *wheels)
    data = str(tmp_path / "data")

    assert run(programs / "canut", "--version") == f"canut {__version__}\n"
    assert run(programs / "canut-verify", "--version") == f"canut-verify {__version__}\n"
    said = run(programs / "python", "-c", "import canut_client as c; print(c.__version__)")
    assert said == f"{__version__}\n"
    run(programs / "canut", "migrate", "--data", data)
    port = free_port()
    server = subprocess.Popen(
        [programs / "canut", "serve", "--port", str(port), "--data", data],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
    )
    try:
        assert "Canut" in first_page(server, f"http://127.0.0.1:{port}/")
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


def test_client_and_verifier_install_alone(dist: Path, tmp_path: Path) -> None:
    for name in ("canut_client", "canut_verify"):
        programs = install(tmp_path / name, wheel(dist, name))

        said = run(
            programs / "python",
            "-c",
            f"import {name}, importlib.util as u; print({name}.__version__, u.find_spec('canut'))",
        )

        assert said == f"{__version__} None\n"


def test_bills_name_what_is_installed(dist: Path, tmp_path: Path) -> None:
    bill = json.loads((dist / f"canut-verify-{__version__}.cdx.json").read_text())
    install(tmp_path / "env", wheel(dist, "canut_verify"))
    listed = run(UV, "pip", "list", "--format", "json", "--python", tmp_path / "env/bin/python")
    installed = {one["name"]: one["version"] for one in json.loads(listed)}
    installed.pop("canut-verify")

    assert {one["name"]: one["version"] for one in bill["components"]} == installed
