"""Upgrade the database: estimate time and space, back up first, resume an interrupted run.

Each migration is one transaction and is recorded when applied, so that a second run resumes where
the first one stopped. A note beside the data names the backup made before the first change, so that
a half-upgraded database is not backed up again.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from canut.actions.decisions.automated_systems import note_versions
from canut.actions.operations.backups import make_backup
from canut.actions.people.erasure import replay_erasures
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import Ms, from_ms
from canut.core.errors import NotReady
from canut.store.operations.health import KEY_CHECK, database_bytes, free_bytes, key_check

NOTE, COPIES, LOCK = "migrating.json", "backups", "migrate.lock"
ADVISORY = 0x63616E7574  # "canut"
TRIED_BYTES = 8 * 2**20


class Needs(NamedTuple):
    """The migrations, time and disk space of an upgrade.

    Args:
        changes: migrations that wait.
        bytes: size of the database.
        space: bytes that the upgrade may need on the disk.
        free: what is there.
        seconds: how long copying and changing may take on this disk.
        copy: the copy made before an upgrade that was cut short.
        is_resumed: an upgrade was cut short here.
    """

    changes: int
    bytes: int
    space: int
    free: int
    seconds: float
    copy: Path | None
    is_resumed: bool


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Wait until no other process upgrades this database, on any machine."""
    with (settings.DATA / LOCK).open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (ADVISORY,))
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (ADVISORY,))


def needs(*, with_copy: bool) -> Needs:
    """Return how many changes wait, and the time and space they may take.

    Copying writes the database twice (a moment of it, then the file); changing it may write as much
    again. The disk is tried with a few megabytes.
    """
    executor = MigrationExecutor(connection)
    changes = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    size = database_bytes()
    note = _note()
    copies = 2 if with_copy and note is None else 0
    name = note.get("copy") if note else None
    return Needs(
        changes=changes,
        bytes=size,
        space=(copies + 1) * size,
        free=free_bytes(),
        seconds=(copies + 1) * size / _bytes_a_second(),
        copy=Path(name) if name else None,
        is_resumed=note is not None,
    )


def copy_before(path: Path | None, needed: Needs, now_ms: Ms) -> Path:
    """Back up the database before an upgrade, and record that it began.

    Pictures are not copied: no migration touches them.

    Raises:
        NotReady: there is not enough room; nothing was done.
        Conflict: the file exists.
    """
    check_room(needed)
    if path is None:
        folder: Path = settings.DATA / COPIES
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"before-{from_ms(now_ms):%Y-%m-%d-%H%M%S}.tar"
    backup = make_backup(path, now_ms, folders=("places",)).path
    begin(backup, now_ms)
    return backup


def check_room(needed: Needs) -> None:
    """Refuse an upgrade for which the disk has no space.

    Raises:
        NotReady: with what is free and what is needed.
    """
    if needed.free < needed.space:
        raise NotReady(
            f"{needed.free // 2**20} MiB are free and {needed.space // 2**20} MiB may be needed;"
            " free some space, or copy to another disk with --backup FILE, or not at all with"
            " --no-backup",
            code="no-space",
        )


def begin(copy: Path | None, now_ms: Ms) -> None:
    """Record in the data folder that an upgrade began, and its backup."""
    note = {
        "begun": from_ms(now_ms).isoformat(timespec="seconds"),
        "copy": str(copy) if copy else None,
    }
    unfinished: Path = settings.DATA / f"{NOTE}.part"
    with unfinished.open("w") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(settings.DATA / NOTE)


def apply_changes() -> None:
    """Apply waiting migrations, then clear the record of the upgrade."""
    call_command("migrate", verbosity=0, interactive=False)
    keep_fact(KEY_CHECK, key_check())
    note_versions(now_ms())
    replay_erasures(now_ms())
    (settings.DATA / NOTE).unlink(missing_ok=True)


def _note() -> dict[str, str | None] | None:
    path: Path = settings.DATA / NOTE
    if not path.is_file():
        return None
    stored: dict[str, str | None] = json.loads(path.read_text("utf-8"))
    return stored


def _bytes_a_second() -> float:
    """Measure the write speed of the data folder with a few megabytes."""
    path: Path = settings.DATA / f"{NOTE}.try"
    started = time.perf_counter()
    try:
        with path.open("wb") as file:
            file.write(os.urandom(2**20) * (TRIED_BYTES // 2**20))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)
    return TRIED_BYTES / max(time.perf_counter() - started, 1e-6)
