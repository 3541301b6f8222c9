"""Programs written for Mechanical Turk, each as its authors release it, against a real server.

Each gets an organisation and a key pair of its own. Those that hold the two addresses of Mechanical
Turk in their code run through ``canut turk``. What people do meanwhile is done by ``work.py``.
"""

import atexit
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.instance import Instance

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
TESTED = ROOT / "tests/commands/turk"
REGION = {"AWS_DEFAULT_REGION": "us-east-1"}
PEOPLE = (
    "import runpy, sys, django; django.setup(); runpy.run_path(sys.argv[2], run_name='__main__')"
)
UNTYPED = ("_ClientErrorResponseTypeDef", "Element[str] | None")
PROFILE = {
    "currency": "CAD",
    "aim_business": "To run the programs of others.",
    "aim_social": "Nobody else is touched.",
    "aim_ethical": "A fault misleads a requester.",
    "origin_whose": "Ours.",
    "origin_consent": "Ours to give.",
    "origin_paid": "By us.",
    "client_country": "CA",
}


def awscli(server: "Instance", folder: Path) -> str:
    """Call with the command line of AWS; return what went wrong, empty if nothing did."""
    env = _requester(server, folder, "awscli", is_own_staff=True)
    addressed = {**env, "AWS_ENDPOINT_URL_MTURK": f"{server.url}/mturk"}
    done = _run([_python("awscli"), HERE / "run_awscli.py", server.url], addressed, folder)
    return "FAILED" if done else ""


def psiturk(server: "Instance", folder: Path) -> str:
    """Run psiTurk's services of Mechanical Turk, on paid work."""
    env = _requester(server, folder, "psiturk", client="psiTurk")
    return _behind_proxy(server, folder, env, "psiturk")


def otree(server: "Instance", folder: Path) -> str:
    """Run an oTree server with its pages for Mechanical Turk, on paid work."""
    env = _requester(server, folder, "otree", client="oTree")
    return _behind_proxy(server, folder, env, "otree")


def dallinger(server: "Instance", folder: Path) -> str:
    """Run Dallinger's module of Mechanical Turk, on paid work."""
    env = _requester(server, folder, "dallinger", client="Dallinger")
    return _behind_proxy(server, folder, env, "dallinger")


def mephisto(server: "Instance", folder: Path) -> str:
    """Run the functions of Mephisto's module of Mechanical Turk, on paid work."""
    env = _requester(server, folder, "mephisto", client="Mephisto", passes_over_place=True)
    return _behind_proxy(server, folder, env, "mephisto")


def boto3_types() -> int:
    """Check the calls of the scripts that the tests run against the types of the interface.

    What the types do not know of an error, and an element of XML without text, is passed over.

    Returns:
        How many faults were found.
    """
    python = _python("boto3_types")
    place = python.parent.parent / "scripts"
    place.mkdir(exist_ok=True)
    for name in ("publish", "collect", "decide"):
        copy(TESTED / f"{name}.txt", place / f"{name}.py")
    command = [str(python), "-m", "mypy", "--check-untyped-defs", "--config-file", os.devnull]
    scripts = sorted(map(str, place.glob("*.py")))
    done = subprocess.run([*command, *scripts], check=False, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if ": error: " in line]
    faults = [line for line in lines if not any(words in line for words in UNTYPED)]
    print(*faults, f"{len(scripts)} scripts, {len(faults)} faults", sep="\n")
    return len(faults) + (not lines)  # the lines passed over show that it looked


ACTS: dict[str, Callable[["Instance", Path], str]] = {
    "awscli": awscli,
    "psiturk": psiturk,
    "otree": otree,
    "dallinger": dallinger,
    "mephisto": mephisto,
}


def _requester(server: "Instance", folder: Path, name: str, **profile: object) -> dict[str, str]:
    """Make an organisation and its key pair; return the environment of its program."""
    people = _people(server, folder)
    env = {**os.environ, **REGION, "HOME": str(folder), "CANUT_PEOPLE": people}
    env["CANUT_ORGANISATION"] = name
    command = [sys.executable, "-c", "from people import work; work('organisation')"]
    subprocess.run(command, env=env, check=True, cwd=HERE)
    written = folder / f"{name}.json"
    written.write_text(json.dumps({**PROFILE, **profile}))
    words = ("--name", name, "--organisation", name, "--profile", str(written))
    lines = server.canut("key", "create", "--mturk", *words).splitlines()
    (access,) = [line.partition("=")[2] for line in lines if line.startswith("AWS_ACCESS_KEY_ID")]
    return {**env, "AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": lines[-1]}


def _people(server: "Instance", folder: Path) -> str:
    """Return the socket at which the people of the instance are asked, once somebody listens."""
    address = folder / "people"
    if not address.exists():
        own = {"DJANGO_SETTINGS_MODULE": "canut.settings", "CANUT_DATA": str(server.data)}
        command = [sys.executable, "-c", PEOPLE, str(address), str(HERE / "work.py")]
        process = subprocess.Popen(command, env={**server.env, **own}, cwd=ROOT)
        atexit.register(process.terminate)
        while not address.exists():
            if process.poll() is not None:
                raise RuntimeError("nobody can be asked: work.py ended")
            time.sleep(0.05)
    return str(address)


def _behind_proxy(server: "Instance", folder: Path, env: dict[str, str], name: str) -> str:
    """Run the script of a program through ``canut turk``."""
    canut = [sys.executable, "-m", "canut", "--server", server.url, "turk", "--"]
    done = _run([*canut, _python(name), HERE / f"run_{name}.py"], env, folder)
    return "FAILED" if done else ""


def _run(words: list[str | Path], env: dict[str, str], folder: Path) -> int:
    command = [str(word) for word in words]
    return subprocess.run(command, env=env, cwd=folder, check=False).returncode


def _python(name: str) -> Path:
    """Return the Python of an environment, installed where its lock changed."""
    python: Path = importlib.import_module("tools.programs.environments").place(name)
    return python


if __name__ == "__main__":
    sys.exit(boto3_types())
