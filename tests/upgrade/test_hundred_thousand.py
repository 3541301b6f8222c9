"""An instance with a hundred thousand answers comes to this version and goes back, 0 lost."""

import lzma
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.upgrade.hundred_thousand import ANSWERS, grow, tables_of
from tests.upgrade.made import SECRET_KEY
from tests.upgrade.test_upgrade import DUMPS, FOLDER

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

MOST_SECONDS = 60  # alone on two cores; longer by how many others want one
APPLIED = "SELECT name FROM django_migrations WHERE app = 'store' ORDER BY name"


def canut(*words: str, data: Path) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "canut", *words],
        env=kept | {"CANUT_SECRET_KEY": SECRET_KEY, "CANUT_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        cwd=FOLDER.parents[1],
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def applied(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute(APPLIED)]


def test_a_hundred_thousand_answers_come_here_and_go_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, back = tmp_path / "data", tmp_path / "back"
    data.mkdir()
    path = data / "canut.sqlite3"
    path.write_bytes(lzma.decompress((FOLDER / f"{DUMPS[-1]}.sqlite3.xz").read_bytes()))
    grow(path)
    before = tables_of(path)
    version = applied(path)
    assert before["store_answer"].rows >= ANSWERS

    patience = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    begun = time.monotonic()
    canut("migrate", "--backup", str(tmp_path / "copy.tar"), data=data)
    upgraded = tables_of(path, before)
    canut("restore", str(tmp_path / "copy.tar"), "--data", str(back), data=back)
    seconds = time.monotonic() - begun

    assert set(applied(path)) > set(version)
    assert upgraded == before
    assert applied(back / "canut.sqlite3") == version
    assert tables_of(back / "canut.sqlite3") == before
    assert seconds < MOST_SECONDS * patience
    with capsys.disabled():
        sys.stdout.write(f" {before['store_answer'].rows} answers: {seconds:.0f} s, 0 lost ")
