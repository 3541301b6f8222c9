"""Make the dumps under ``tests/upgrade/``: a small instance as it stands, one file a database.

``.venv/bin/python tools/upgrade_dump.py NAME`` before tables change, NAME being that of the last
migration. The instance is made by the actions themselves: answers, refused and corrected ones,
leases that are out, a closed pay period with statements, a pilot, appeals, decisions of rules, the
logs. Its people are invented. With it goes how many rows each table had: none may get lost on the
way.
"""

import importlib
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
databases = importlib.import_module("tests.support.databases")
made = importlib.import_module("tests.upgrade.made")
FOLDER = ROOT / "tests/upgrade"


def main(name: str) -> int:
    """Write NAME.sqlite3.xz, NAME.sql and NAME.json."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        counts = fill({"CANUT_DATA": str(data)})
        copy = data / "copy.sqlite3"
        with closing(sqlite3.connect(data / "canut.sqlite3")) as database:
            database.execute("VACUUM INTO ?", (str(copy),))
        (FOLDER / f"{name}.sqlite3.xz").write_bytes(lzma.compress(copy.read_bytes(), preset=9))
        (FOLDER / f"{name}.json").write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n")
        server = databases.Postgres.start()
        if server is None:
            print("PostgreSQL is not here; its dump was not made", file=sys.stderr)
            return 1
        try:
            url = f"postgresql://canut@/postgres?host={server.folder}"
            fill({"CANUT_DATA": str(data / "pg"), "DATABASE_URL": url})
            dump = [
                f"{databases.programs()}/pg_dump",
                "-h",
                str(server.folder),
                "-U",
                "canut",
                "postgres",
            ]
            options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200"]
            result = subprocess.run([*dump, *options], check=True, capture_output=True, text=True)
        finally:
            server.stop()
    lines = [line for line in result.stdout.splitlines() if line[:1] not in {"\\", "-"} and line]
    (FOLDER / f"{name}.sql").write_text("\n".join(lines) + "\n")
    return 0


def fill(environment: dict[str, str]) -> dict[str, int]:
    """Make the instance in a process of its own; returns how many rows each table has."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    env |= environment | {"DJANGO_SETTINGS_MODULE": "canut.settings"}
    env["CANUT_SECRET_KEY"] = made.SECRET_KEY
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.made"],
        env=env, check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
