"""A copy of PostgreSQL comes back in an empty database; SQLite's is tested by its commands."""

import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from canut.actions.operations.backups import make_backup
from canut.actions.people.erasure import erase_entries
from canut.core.clock import to_ms
from canut.store.models import Person, PersonKey
from tests.support.databases import environment
from tests.support.factories import NOW_MS, answer_next, make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql, pytest.mark.dialect]


def test_a_copy_comes_back_in_an_empty_database(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    made = make_project(tasks=3, workers=2, overlap=2)
    gone, stays = [worker.person_id for worker in made.workers]
    for worker in made.workers:
        answer_next(worker)
    wrapped = [bytes(one.wrapped) for one in PersonKey.objects.all()]
    copied = make_backup(tmp_path / "copy.tar", to_ms(datetime(2026, 11, 25, tzinfo=UTC)))
    with tarfile.open(copied.path) as tar:
        tar.extractall(tmp_path / "open", filter="data")
    dumped = subprocess.run(
        [shutil.which("pg_restore") or "", "--file=-", str(tmp_path / "open/canut.dump")],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert b"store_personkey" in dumped
    assert not any(one.hex().encode() in dumped for one in wrapped)
    erase_entries(Person.objects.get(pk=gone or 0), NOW_MS)
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE restored")
    env = environment() | {"CANUT_SECRET_KEY": settings.SECRET_KEY}
    env["DATABASE_URL"] = env["DATABASE_URL"].replace(
        str(connection.settings_dict["NAME"]), "restored"
    )
    command = [sys.executable, "-m", "canut", "restore", str(tmp_path / "copy.tar")]
    try:
        done = subprocess.run(
            [*command, "--data", str(tmp_path / "back")],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.returncode == 0, done.stderr
        host = connection.settings_dict["HOST"]
        with psycopg.connect(host=host, user="canut", dbname="restored") as held:
            kept = held.execute("SELECT slug FROM store_project").fetchall()
            assert kept == [(made.project.slug,)]
            assert held.execute("SELECT count(*) FROM store_task").fetchone() == (3,)
            keys = held.execute("SELECT person FROM store_personkey").fetchall()
            assert keys == [(stays,)]
            sealed = held.execute("SELECT sealed IS NULL FROM store_entrypending ORDER BY id")
            assert sealed.fetchall() == [(True,), (False,)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
