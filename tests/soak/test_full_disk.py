"""The disk fills up in the middle of work: answers are refused in words, then go on.

A small file system of memory is mounted for it, which only root may; what any user can do, letting
no file grow, is among what ``test_kills`` does.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from tests.soak.checks import check, finish, look
from tests.soak.stage import Stage, plans, stage
from tests.soak.test_kills import OVERLAP, answered, feed, tell, until
from tests.support.factories import make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    pytest.mark.sqlite,
    pytest.mark.usefixtures("loggable"),
]
DISK_MIB = 160  # a balancer is sent away below 64 MiB
CHUNK = 64 * 1024
TIMES = 4


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={DISK_MIB}m,mode=0700"
    subprocess.run(
        [str(shutil.which("mount")), "-t", "tmpfs", "-o", options, "canut", folder], check=True
    )
    yield folder
    subprocess.run([str(shutil.which("umount")), "--lazy", folder], check=True)


@contextmanager
def moved(folder: Path) -> Iterator[None]:
    """Let the database of this test stand in another folder."""
    here = Path(str(connection.settings_dict["NAME"]))
    there = folder / here.name
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(there)])
    connection.close()
    connection.settings_dict["NAME"] = there
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here


def fill(ballast: Path) -> None:
    """Take every byte that is left; a server that writes meanwhile may take some of them."""
    with ballast.open("ab", buffering=0) as file:
        size = CHUNK
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2


def refused(where: Stage) -> int:
    """Count the requests that were refused for want of room."""
    said = [line.get("problem") for line in where.journals() if line["what"] == "again"]
    return said.count("507 no-room")


def doctor(where: Stage) -> set[str]:
    """Return the codes of what the doctor finds."""
    command = [sys.executable, "-m", "canut", "doctor", "--json", "--data", str(where.data)]
    told = subprocess.run(command, env=where.env, capture_output=True, text=True, check=False)
    return {finding["code"] for finding in json.loads(told.stdout)["findings"]}


@pytest.mark.parametrize("seed", range(3), ids="seed-{}".format)
def test_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, disk: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=600, workers=6, overlap=OVERLAP, lease_seconds=5)
    ballast = disk / "ballast"
    with moved(disk):
        with stage(tmp_path, 1, with_jobs=True) as where:
            for number, plan in enumerate(plans(made, where, seed)):
                where.begin(number, plan)
            until(made, where, 10)
            for again in range(TIMES):
                time.sleep(rng.uniform(0.1, 1.0))
                before = refused(where)
                end = time.monotonic() + 120
                while refused(where) < before + 5:  # until then the log's file has room
                    with suppress(DatabaseError), transaction.atomic():
                        feed(made)
                    fill(ballast)
                    assert time.monotonic() < end, "nobody was refused on a full disk"
                    time.sleep(0.05)
                where.done["full disk"] += 1
                assert where.asked("healthz") == 200
                assert where.asked("readyz") == 503
                assert "space-none" in doctor(where)
                if again % 2:
                    where.kill("group", rng)
                    time.sleep(rng.uniform(0.5, 2.0))
                with suppress(FileNotFoundError):
                    ballast.unlink()
                where.wait(where.ports[0])
                until(made, where, answered(made) + 10)
                assert where.asked("readyz") == 200
            where.settle()
            faults = where.faults()
        seen = look(made, where)
        tell(seed, where, f"{seen}")
        check(made, seen)
        finish(made)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
    assert faults == []
