"""Walk the first hour in a real browser on a real server, and keep what it took.

``make walks`` runs ``tests/browser/walks``, writes the counts into
``docs/en/developers/walks.json`` and the table of ``walks.md``, and prints it. The same tests,
run with the others, refuse a walk that became longer than the kept one or that is stuck.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "docs/en/developers/walks.json"
WALKS = "tests/browser/walks"


def main(arguments: list[str]) -> int:
    """Run the walks, keep their counts, print the table; return 0 when every walk was walked."""
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", WALKS, *arguments],
            cwd=ROOT,
            env=os.environ | {"CANUT_WALKS": folder},
            check=False,
        ).returncode
        results = {path.stem: json.loads(path.read_text()) for path in Path(folder).glob("*.json")}
    if code:
        return code
    stored = json.loads(STORED.read_text()) if STORED.is_file() else {}
    stored = stored | results | {"day": f"{datetime.now(UTC):%Y-%m-%d}"}
    STORED.write_text(json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    page = STORED.with_suffix(".md")
    subprocess.run(
        [*(sys.executable, "-m", "cogapp", "-r", "-I", "tools", "-p", "import tables"), str(page)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "canut.settings"},
        check=True,
    )
    sys.stdout.write(page.read_text().split("]]] -->\n")[1].split("<!-- [[[end")[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
