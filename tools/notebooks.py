"""Run the notebooks of ``examples/notebooks`` against a real server, in their own environment.

Each is run as it is kept, without outputs, in a copy of its folder; the figures it asserts must
hold. Names as arguments choose among them. The environment has what runs a notebook, pinned in
``tools/readers/notebooks.lock``; Canut and what it needs come from this repository.
"""

import importlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.instance import Instance

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
NOTEBOOKS = ROOT / "examples/notebooks"
OWN = ("src", "packages/canut-client/src", "packages/canut-verify/src")
WORKERS = 2


def main() -> int:
    """Return 0 when every notebook ran and its figures held."""
    readers = importlib.import_module("tools.readers")
    python = readers.place("notebooks")
    _add_paths(python.parent.parent)
    instances = importlib.import_module("tests.browser.instance")
    names = sys.argv[1:] or sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    with tempfile.TemporaryDirectory(prefix="canut-notebooks-") as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "examples", folder / "examples")
        command = ["serve", "--with-jobs"]
        server = instances.Instance(folder / "data", instances.free_port(), command)
        server.canut("migrate")
        server.start()
        try:
            keys = [_key(server, "requester"), *(_key(server, "worker") for _ in range(WORKERS))]
            env = {
                **os.environ,
                "CANUT_SERVER": server.url,
                "CANUT_API_KEY": keys[0],
                "CANUT_WORKER_KEYS": " ".join(keys[1:]),
                "IPYTHONDIR": str(folder / "ipython"),
            }
            run = [str(python), str(ROOT / "tools/readers/run_notebooks.py")]
            paths = [str(folder / f"examples/notebooks/{name}.ipynb") for name in names]
            return subprocess.run([*run, *paths], env=env, check=False).returncode
        finally:
            server.stop()


def _key(server: "Instance", role: str) -> str:
    """Make a key on the server; return it."""
    simulated = ["--simulated"] if role == "worker" else []
    said = server.canut("key", "create", "--role", role, "--name", role, *simulated)
    return said.splitlines()[-1]


def _add_paths(home: Path) -> None:
    """Let the environment import Canut from here, after its own packages."""
    (site,) = home.glob("lib/python*/site-packages")
    paths = [*(str(ROOT / part) for part in OWN), sysconfig.get_path("purelib")]
    (site / "canut.pth").write_text("\n".join(paths) + "\n")


if __name__ == "__main__":
    sys.exit(main())
