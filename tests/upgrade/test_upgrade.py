"""An instance as it stood at an earlier version comes to this one whole, on both databases.

Its dump is as old as the first migrations, so until the next one there is nothing to apply: the
test then shows that a filled database is taken as it is, with every row and every invariant. From
the first release on, each migration is tested from the dump of that release.
"""

import json
import lzma
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.upgrade import shape
from tests.upgrade.made import SECRET_KEY

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
DUMPS = sorted(path.stem for path in FOLDER.glob("*.json"))
BIG = ("answer", "task", "taskstate", "payline", "entrypending", "lease", "beat")


def recheck(dump: str, **environment: str) -> tuple[dict[str, list[str]], str]:
    """Migrate and ask in a process of its own, as an operator does; returns what it found."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.recheck", str(FOLDER / f"{dump}.json")],
        env=kept | {"CANUT_SECRET_KEY": SECRET_KEY} | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.parents[1],
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stderr)
    return found, done.stdout


def make_fresh(**environment: str) -> None:
    """Make an empty database as an operator does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    subprocess.run(
        [sys.executable, "-m", "canut", "migrate"],
        env=kept | environment,
        capture_output=True,
        check=True,
        cwd=FOLDER.parents[1],
    )


def test_there_is_a_dump_for_each_database() -> None:
    assert DUMPS
    assert all((FOLDER / f"{dump}{kind}").is_file() for dump in DUMPS for kind in KINDS)


KINDS = (".sqlite3.xz", ".sql", ".json")


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("dump", DUMPS)
def test_sqlite_of_before_loses_nothing_and_breaks_nothing(dump: str, tmp_path: Path) -> None:
    packed = (FOLDER / f"{dump}.sqlite3.xz").read_bytes()
    (tmp_path / "canut.sqlite3").write_bytes(lzma.decompress(packed))

    found, _said = recheck(dump, CANUT_DATA=str(tmp_path))

    assert found == {"lost": [], "broken": []}
    with closing(sqlite3.connect(tmp_path / "canut.sqlite3")) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert held.execute("PRAGMA foreign_key_check").fetchone() is None
        upgraded = shape.of_sqlite(held)
    make_fresh(CANUT_DATA=str(tmp_path / "fresh"))
    with closing(sqlite3.connect(tmp_path / "fresh" / "canut.sqlite3")) as held:
        assert shape.apart(shape.of_sqlite(held), upgraded) == shape.SAME


@pytest.mark.postgresql
@pytest.mark.parametrize("dump", DUMPS)
def test_postgresql_of_before_loses_nothing_and_breaks_nothing(
    dump: str, tmp_path: Path, postgres: dict[str, Any]
) -> None:
    host = postgres["HOST"]
    name = f"before_{re.sub('[^a-z0-9]', '_', dump)}"
    fresh = f"fresh_{name}"
    with psycopg.connect(host=host, user="canut", dbname="postgres", autocommit=True) as held:
        held.execute(f"CREATE DATABASE {name}")
        held.execute(f"CREATE DATABASE {fresh}")
    with psycopg.connect(host=host, user="canut", dbname=name, autocommit=True) as held:
        held.execute((FOLDER / f"{dump}.sql").read_bytes())

    found, _said = recheck(
        dump,
        CANUT_DATA=str(tmp_path),
        DATABASE_URL=f"postgresql://canut@/{name}?host={host}",
    )

    assert found == {"lost": [], "broken": []}
    make_fresh(
        CANUT_DATA=str(tmp_path / "fresh"), DATABASE_URL=f"postgresql://canut@/{fresh}?host={host}"
    )
    with (
        psycopg.connect(host=host, user="canut", dbname=name) as upgraded,
        psycopg.connect(host=host, user="canut", dbname=fresh) as made,
    ):
        assert shape.apart(shape.of_postgresql(made), shape.of_postgresql(upgraded)) == shape.SAME
