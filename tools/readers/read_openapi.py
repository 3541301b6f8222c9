"""Check the API's OpenAPI file, and generate a client with openapi-python-client, unwarned."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from openapi_spec_validator import validate

THEIRS = Path(sys.argv[2])
ROOT = Path(__file__).resolve().parent.parent.parent
DESCRIBED = ROOT / "docs/en/developers/openapi.json"
BIN = Path(sys.executable).parent
MADE = THEIRS / "client"
validate(json.loads(DESCRIBED.read_bytes()))

command = [str(BIN / "openapi-python-client"), "generate", "--meta", "none"]
command += ["--path", str(DESCRIBED), "--output-path", str(MADE)]
env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
said = done.stdout + done.stderr
if done.returncode or "WARNING" in said:
    sys.exit(f"openapi-python-client warns:\n{said}")
sys.path.insert(0, str(THEIRS))
generated = [
    import_module(f"client.api.tasks.tasks_{name}") for name in ("add_tasks", "send_piece")
]
if not all(callable(module.sync) for module in generated):
    sys.exit("openapi-python-client left out the rows of tasks")
