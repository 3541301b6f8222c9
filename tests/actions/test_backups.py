"""A copy of PostgreSQL comes back in an empty database; SQLite's is tested by its commands."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from canut.actions.backups import make_backup
from tests.databases import environment
from tests.factories import make_project

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_a_copy_comes_back_in_an_empty_database(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    made = make_project(tasks=3)
    make_backup(tmp_path / "copy.tar", datetime(2026, 11, 25, tzinfo=UTC))
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE restored")
    env = environment()
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
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
