"""An instance moves from SQLite to PostgreSQL and back with every row, also when cut short."""

import json
import lzma
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.upgrade.made import SECRET_KEY
from tests.upgrade.test_upgrade import DUMPS, FOLDER, recheck

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

ROOT = FOLDER.parents[1]
TABLES = """
SELECT name FROM sqlite_master
WHERE type = 'table' AND name LIKE 'store%' AND name NOT LIKE 'store_tasktext%'
"""


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    return kept | {"CANUT_SECRET_KEY": SECRET_KEY, "LANG": "en_CA.UTF-8"} | more


def canut(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "canut", *words],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the folder of a filled instance on SQLite, whose process ended long ago."""
    packed = (FOLDER / f"{DUMPS[-1]}.sqlite3.xz").read_bytes()
    (tmp_path / "canut.sqlite3").write_bytes(lzma.decompress(packed))
    done = canut("migrate", "--no-backup", CANUT_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.fixture
def empty(postgres: dict[str, Any], request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database on PostgreSQL."""
    name = f"move_{abs(hash(request.node.name))}"
    with psycopg.connect(host=postgres["HOST"], user="canut", dbname="postgres") as held:
        held.autocommit = True
        held.execute(f"DROP DATABASE IF EXISTS {name}")
        held.execute(f"CREATE DATABASE {name}")
    return f"postgresql://canut@/{name}?host={postgres['HOST']}"


def rows_of(held: sqlite3.Connection, ask: str) -> list[str]:
    """Return rows as texts, in one order; PostgreSQL keeps the members of JSON in its own."""
    rows = []
    for row in held.execute(ask):
        cells = list(row)
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and cell[:1] in {"{", "["}:
                with suppress(ValueError):
                    cells[at] = json.dumps(json.loads(cell), sort_keys=True)
        rows.append(repr(cells))
    return sorted(rows)


def people_of(url: str) -> int:
    with psycopg.connect(url) as held:
        row = held.execute("SELECT count(*) FROM store_person").fetchone()
        assert row
        return int(row[0])


def test_moves_there_and_back_with_every_row(data: Path, empty: str, tmp_path: Path) -> None:
    there = canut("move", "--to", empty, CANUT_DATA=str(data))

    assert there.returncode == 0, there.stderr
    assert "Moved and compared" in there.stdout
    found, _ = recheck(DUMPS[-1], CANUT_DATA=str(data), DATABASE_URL=empty)
    assert found == {"lost": [], "broken": []}

    shut = canut("key", "list", CANUT_DATA=str(data))
    assert shut.returncode != 0
    assert "was moved to PostgreSQL" in shut.stderr

    (data / "canut.sqlite3").rename(tmp_path / "old.sqlite3")
    back = canut("move", "--to", "sqlite", CANUT_DATA=str(data), DATABASE_URL=empty)

    assert back.returncode == 0, back.stderr
    found, _ = recheck(DUMPS[-1], CANUT_DATA=str(data))
    assert found == {"lost": [], "broken": []}
    with (
        closing(sqlite3.connect(tmp_path / "old.sqlite3")) as old,
        closing(sqlite3.connect(data / "canut.sqlite3")) as new,
    ):
        assert new.execute("PRAGMA foreign_key_check").fetchone() is None
        tables = [name for (name,) in old.execute(TABLES)]
        assert len(tables) > 90
        for table in set(tables) - {"store_textindex", "store_fact"}:
            columns = ", ".join(f'"{row[1]}"' for row in old.execute(f"PRAGMA table_info({table})"))
            ask = f"SELECT {columns} FROM {table}"  # noqa: S608 - names of our own
            assert rows_of(old, ask) == rows_of(new, ask), table
        given = "SELECT name, seq FROM sqlite_sequence WHERE name LIKE 'store%' AND seq > 0"
        assert dict(old.execute(given)) == dict(new.execute(given))


def test_a_move_that_was_killed_goes_on(data: Path, empty: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "canut", "move", "--to", empty],
        env=environment(CANUT_DATA=str(data)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as moving:
        assert moving.stdout
        for line in moving.stdout:
            if "store_task" in line:
                break
        moving.send_signal(signal.SIGKILL)
    refused = canut("key", "list", CANUT_DATA=str(data), DATABASE_URL=empty)
    assert refused.returncode != 0
    assert "run the same canut move again" in refused.stderr
    assert canut("key", "list", CANUT_DATA=str(data)).returncode == 0  # the old one is open

    again = canut("move", "--to", empty, CANUT_DATA=str(data))

    assert again.returncode == 0, again.stderr
    found, _ = recheck(DUMPS[-1], CANUT_DATA=str(data), DATABASE_URL=empty)
    assert found == {"lost": [], "broken": []}


def test_a_row_that_differs_stops_the_move_and_leaves_the_old_one(data: Path, empty: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "canut", "move", "--to", empty],
        env=environment(CANUT_DATA=str(data)),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as moving:
        assert moving.stdout
        for line in moving.stdout:
            if "store_answer" in line:
                break
        moving.send_signal(signal.SIGKILL)
    with psycopg.connect(empty) as held:
        held.execute("UPDATE store_answer SET values = '{}' WHERE id = 7")

    done = canut("move", "--to", empty, CANUT_DATA=str(data))

    assert done.returncode != 0
    assert "store_answer differs at 7" in done.stderr
    assert canut("key", "list", CANUT_DATA=str(data)).returncode == 0


def test_a_database_in_use_is_not_written_into(data: Path, empty: str) -> None:
    assert canut("operator", "add", "ada", CANUT_DATA=str(data), DATABASE_URL=empty).returncode == 0

    done = canut("move", "--to", empty, CANUT_DATA=str(data))

    assert done.returncode != 0
    assert "the new database is in use" in done.stderr
    assert people_of(empty) == 1


def test_an_address_that_is_none_is_refused(data: Path) -> None:
    for address, words in (
        ("mysql://localhost/canut", "--to is neither"),
        ("sqlite", "the database is SQLite already"),
        ("postgresql://canut@/canut?host=/nowhere", "the new database:"),
    ):
        done = canut("move", "--to", address, CANUT_DATA=str(data))
        assert done.returncode != 0
        assert words in done.stderr
