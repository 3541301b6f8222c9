"""No migration rewrites answers or tasks in one transaction: with millions, work would stand still.

A new column is nullable or has a database default; what must be filled in is filled in small steps
by a job, or by a migration that is not atomic. Tables as they were first made are left aside.
"""

import re

import pytest
from django.db import connection
from django.db.migrations import Migration, RunPython
from django.db.migrations.executor import MigrationExecutor

LARGE = "answer|beat|entrypending|lease|payline|task|taskstate"
BEFORE = "0003_guards"
REWRITES = re.compile(
    rf'CREATE TABLE "new__store_(?:{LARGE})"'
    rf'|UPDATE "?store_(?:{LARGE})"?\s'
    rf'|ALTER TABLE "store_(?:{LARGE})" ALTER COLUMN "\w+" TYPE',
    re.IGNORECASE,
)
pytestmark = pytest.mark.django_db(transaction=True)


def later() -> list[Migration]:
    """Return our migrations that came after the tables were settled."""
    loader = MigrationExecutor(connection).loader
    return [
        migration
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app == "store" and name > BEFORE
    ]


def statements(migration: Migration) -> list[str]:
    """Return what a migration would run on this database."""
    loader = MigrationExecutor(connection, None).loader
    return [str(line) for line in loader.collect_sql([(migration, False)])]


def test_no_later_migration_rewrites_a_large_table() -> None:
    rewriting = {
        migration.name: [line for line in statements(migration) if REWRITES.search(line)]
        for migration in later()
        if migration.atomic
    }

    assert {name: lines for name, lines in rewriting.items() if lines} == {}


def test_no_later_migration_runs_code_in_one_transaction() -> None:
    running = [
        migration.name
        for migration in later()
        if migration.atomic and any(isinstance(one, RunPython) for one in migration.operations)
    ]

    assert running == []


@pytest.mark.parametrize(
    ("line", "is_rewrite"),
    [
        ('CREATE TABLE "new__store_answer" ("id" integer NOT NULL PRIMARY KEY);', True),
        ('ALTER TABLE "store_task" ALTER COLUMN "key" TYPE varchar(200);', True),
        ("UPDATE store_taskstate SET severity = 0", True),
        ('ALTER TABLE "store_answer" ADD COLUMN "note" text NULL;', False),
        ('CREATE TABLE "new__store_project" ("id" integer);', False),
    ],
    ids=["remade", "retyped", "filled", "added", "small"],
)
def test_a_rewrite_is_recognised(line: str, *, is_rewrite: bool) -> None:
    assert bool(REWRITES.search(line)) == is_rewrite
