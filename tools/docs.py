"""Check generated tables, build the pages of both languages, run their examples.

``--write`` first brings the tables up to date.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FRESH = "A table is stale: .venv/bin/python tools/docs.py --write"


def main() -> int:
    """Return 0 when tables are fresh and every page builds without a warning."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "canut.settings",
        "CANUT_DATA": tempfile.mkdtemp(prefix="canut-docs-"),
    }
    pages = sorted(
        str(p)
        for p in ROOT.glob("docs/**/*.md")
        if "[[[cog" in p.read_text() and "_build" not in str(p)
    )
    described = [
        [sys.executable, f"tools/{name}.py", *sys.argv[1:]]
        for name in ("openapi", "questions", "learnt", "pages/capacity")
    ]
    options = ["-r"] if "--write" in sys.argv else ["--check", f"--check-fail-msg={FRESH}"]
    commands = [
        *described,
        [
            f"{BIN}/cog",
            "-I",
            "tools",
            "-p",
            "import tables; from pages import capacity",
            "--verbosity=1",
            *options,
            *pages,
        ],
    ]
    for language in ("en", "fr"):
        out = ROOT / "docs/_build" / language
        # -E: a page that has not changed since a failed build would not be warned of again.
        build = [f"{BIN}/sphinx-build", "-qWE", "-c", "docs", "-D", f"language={language}"]
        commands.append([*build, "-b", "html", f"docs/{language}", str(out)])
        commands.append([*build, "-b", "doctest", f"docs/{language}", f"{out}-doctest"])
    bad = 0
    for command in commands:
        bad += subprocess.run(command, cwd=ROOT, env=env, check=False).returncode != 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
