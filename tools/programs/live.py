"""Let programs of others work against a real server: notebooks, Prometheus, sign-in, the log.

One server is started on a folder of its own. Names as arguments choose among the programs:

- ``notebooks``: each of ``examples/notebooks`` is run as it is kept, without outputs, in a copy of
  its folder; the figures it asserts must hold.
- ``prometheus``: the parser of Prometheus's own Python client reads ``/metrics``.
- ``oidc``: somebody signs in through ``oidc-provider-mock``.
- ``go``: ``read_log.go`` checks the log with Go's sumdb and transparency-dev's formats.
- ``awscli``, ``psiturk``, ``otree``, ``dallinger``, ``mephisto``: programs written for Mechanical
  Turk (``tools/programs/turk``).

The environments are those of ``tools/programs/environments.py``; for notebooks, Canut and what it
needs come from this repository.
"""

import importlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tools.programs.turk import acts as turk

if TYPE_CHECKING:
    from tests.browser.instance import Instance

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "tools/readers"
CROWDS = ROOT.parent / "shared/data/crowd"  # real crowds, kept out of the repository
OWN = ("src", "packages/canut-client/src", "packages/canut-verify/src")
WORKERS = 2
SUBJECT = "ada-17"


def main() -> int:
    """Return 0 when every program did what it should."""
    sys.path.insert(0, str(ROOT))
    names = sys.argv[1:] or list(ACTS)
    with tempfile.TemporaryDirectory(prefix="canut-live-") as temporary:
        folder = Path(temporary)
        with _provider(folder) if "oidc" in names else _nobody() as sign_in:
            return _served(folder, names, sign_in)


def _served(folder: Path, names: list[str], sign_in: str) -> int:
    instances = importlib.import_module("tests.browser.instance")
    os.environ["CANUT_OIDC_URL"] = sign_in
    server = instances.Instance(folder / "data", instances.free_port(), ["serve", "--with-jobs"])
    server.canut("migrate")
    server.start()
    bad = 0
    try:
        for name in names:
            problem = ACTS[name](server, folder)
            bad += bool(problem)
            print(f"{name}: {problem or 'did what it should'}", flush=True)
    finally:
        server.stop()
    return 1 if bad else 0


def notebooks(server: "Instance", folder: Path) -> str:
    """Run the notebooks; return what went wrong, empty if nothing did."""
    python = _environment("notebooks")
    _add_paths(python.parent.parent)
    shutil.copytree(ROOT / "examples", folder / "examples")
    keys = [_key(server, "requester"), *(_key(server, "worker") for _ in range(WORKERS))]
    env = {
        **os.environ,
        "CANUT_SERVER": server.url,
        "CANUT_API_KEY": keys[0],
        "CANUT_WORKER_KEYS": " ".join(keys[1:]),
        "CANUT_CROWDS": str(CROWDS),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    paths = sorted(str(path) for path in (folder / "examples/notebooks").glob("*.ipynb"))
    done = subprocess.run(
        [str(python), str(SCRIPTS / "run_notebooks.py"), *paths], env=env, check=False
    )
    return "a notebook FAILED" if done.returncode else ""


def prometheus(server: "Instance", _folder: Path) -> str:
    """Read the metrics of the server with Prometheus's own parser."""
    python = _environment("prometheus")
    script = [str(python), str(SCRIPTS / "read_prometheus.py")]
    text = httpx.get(f"{server.url}/metrics").content
    done = subprocess.run(script, check=False, input=text)
    return "FAILED" if done.returncode else ""


def oidc(server: "Instance", _folder: Path) -> str:
    """Connect an account to the provider, then sign in with it in another browser."""
    browsers = importlib.import_module("tests.commands.test_oidc")
    added = [sys.executable, "-m", "canut", "operator", "add", "ines", "--password-stdin"]
    added += ["--data", str(server.data)]
    password = f"{browsers.SIGN_IN['password']}\n".encode()
    subprocess.run(added, env=server.env, check=True, capture_output=True, input=password)
    owner, back = browsers.Browser(server.url), browsers.Browser(server.url)
    owner.send("/accounts/login/", "/accounts/login/", **browsers.SIGN_IN)
    for browser, on, path in (
        (owner, "/accounts/3rdparty/", f"{browsers.LOGIN}?process=connect"),
        (back, "/accounts/login/", browsers.LOGIN),
    ):
        there, _page = browser.follow(on, path)
        browser.post(there, sub=SUBJECT)
    return "" if browsers.is_in(back) else "FAILED: nobody was signed in"


def go(_server: "Instance", folder: Path) -> str:
    """Check the log of a demo, which has entries, with programs of the transparency-log world."""
    instances = importlib.import_module("tests.browser.instance")
    demo = instances.Instance(folder / "demo", instances.free_port(), ["demo", "--no-browser"])
    demo.start()
    try:
        policy = demo.canut("policy").splitlines()
        key = next(line.split()[1] for line in policy if line.startswith("log "))
        env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
        program = shutil.which("go") or "go"
        command = [program, "run", str(SCRIPTS / "read_log.go"), f"{demo.url}/log", key]
        done = subprocess.run(command, env=env, check=False)
    finally:
        demo.stop()
    return "FAILED" if done.returncode else ""


ACTS: dict[str, Callable[["Instance", Path], str]] = {
    "notebooks": notebooks,
    "prometheus": prometheus,
    "oidc": oidc,
    "go": go,
    **turk.ACTS,
}


@contextmanager
def _provider(folder: Path) -> Iterator[str]:
    """Run the mock of a sign-in service; yield the setting that names it."""
    running = importlib.import_module("tests.commands.running")
    port, program = running.free_port(), _environment("oidc").parent / "oidc-provider-mock"
    with (folder / "oidc.log").open("wb") as log:
        process = subprocess.Popen([str(program), "--port", str(port)], stdout=log, stderr=log)
        try:
            yield f"http://canut:secret@127.0.0.1:{port}?name=Mock"
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _nobody() -> Iterator[str]:
    yield ""


def _environment(name: str) -> Path:
    """Return the Python of an environment of its own, installed where its lock changed."""
    python: Path = importlib.import_module("tools.programs.environments").place(name)
    return python


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
