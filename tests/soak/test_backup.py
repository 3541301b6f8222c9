"""A copy taken while people work comes back with every rule kept, and work goes on in it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.soak.checks import finish
from tests.soak.stage import Stage, plans, stage
from tests.soak.test_kills import OVERLAP, answered, feed, servers, until
from tests.support.factories import make_project
from tests.support.invariants import broken

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
]
RESTORED = "restored_under_load"


def canut(
    where: Stage,
    *words: str,
    data: Path,
    meanwhile: Callable[[], None] = lambda: None,
    **env: str,
) -> None:
    """Run a command as an operator does, and see that it goes well."""
    command = [sys.executable, "-m", "canut", *words, "--data", str(data)]
    with subprocess.Popen(command, env=where.env | env, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None:
            meanwhile()
            time.sleep(0.02)
        assert run.returncode == 0, run.stderr and run.stderr.read()


@contextmanager
def restored(where: Stage, copy: Path, folder: Path) -> Iterator[None]:
    """Bring a copy back where nothing is, and look there until the block ends."""
    here = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        canut(where, "restore", str(copy), data=folder, CANUT_DATA=str(folder))
        there: object = folder / "canut.sqlite3"
    else:
        there = RESTORED
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {RESTORED}")
        address = where.env["DATABASE_URL"].replace(f"/{here}?", f"/{RESTORED}?")
        canut(where, "restore", str(copy), data=folder, DATABASE_URL=address)
    connection.close()
    connection.settings_dict["NAME"] = there
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def test_copy_taken_while_people_work_keeps_every_rule_and_can_be_worked_on(
    tmp_path: Path,
) -> None:
    made = make_project(tasks=240, workers=6, overlap=OVERLAP, lease_seconds=5)
    copy = tmp_path / "copy.tar"
    with stage(tmp_path, servers()) as where:
        for number, plan in enumerate(plans(made, where, 0)):
            where.begin(number, plan)
        until(made, where, 30)
        before = answered(made)
        canut(where, "backup", str(copy), data=where.data, meanwhile=lambda: feed(made))
        after = answered(made)
        until(made, where, after + 10)
        where.settle()

    assert before < after, "nobody answered while the copy was made"
    with restored(where, copy, tmp_path / "back"):
        assert before <= answered(made) <= after
        assert broken() == []
        finish(made)
