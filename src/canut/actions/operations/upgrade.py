"""Bring a database to this version: say what it takes, copy it first, go on where it was cut short.

Each migration is one transaction and is noted when it is applied, so a second run goes on where the
first one ended. A note beside the data remembers the copy that was made before the first change:
what was cut short is not copied again, half changed.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
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
from canut.core.errors import NotReady
from canut.store.operations.health import KEY_CHECK, database_bytes, free_bytes, key_check

NOTE, COPIES, LOCK = "migrating.json", "backups", "migrate.lock"
ADVISORY = 0x63616E7574  # "canut"
TRIED_BYTES = 8 * 2**20


class Needs(NamedTuple):
    """What an upgrade takes.

    Args:
        changes: migrations that wait.
        bytes: size of the database.
        space: what may be needed on the disk meanwhile.
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
    """Wait until no other process brings this database up to date, on any machine."""
    with (settings.DATA / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
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
    """Say how many changes wait, and what time and space they may take.

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


def copy_before(path: Path | None, wanted: Needs, now: datetime) -> Path:
    """Copy the database before it is changed, and note that an upgrade began.

    Pictures are not copied: no migration touches them.

    Raises:
        NotReady: there is not enough room; nothing was done.
        Conflict: the file exists.
    """
    check_room(wanted)
    if path is None:
        folder: Path = settings.DATA / COPIES
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"before-{now:%Y-%m-%d-%H%M%S}.tar"
    made = make_backup(path, now, folders=("places",)).path
    begin(made, now)
    return made


def check_room(wanted: Needs) -> None:
    """Refuse to begin what the disk has no room for.

    Raises:
        NotReady: with what is free and what is needed.
    """
    if wanted.free < wanted.space:
        raise NotReady(
            f"{wanted.free // 2**20} MiB are free and {wanted.space // 2**20} MiB may be needed;"
            " free some space, or copy to another disk with --backup FILE, or not at all with"
            " --no-backup",
            code="no-space",
        )


def begin(copy: Path | None, now: datetime) -> None:
    """Note beside the data that an upgrade began, and which copy is from before it."""
    note = {"begun": now.isoformat(timespec="seconds"), "copy": str(copy) if copy else None}
    unfinished: Path = settings.DATA / f"{NOTE}.part"
    with unfinished.open("w") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(settings.DATA / NOTE)


def apply_changes() -> None:
    """Apply what waits, then forget that an upgrade had begun."""
    call_command("migrate", verbosity=0, interactive=False)
    keep_fact(KEY_CHECK, key_check())
    note_versions(now_ms())
    replay_erasures(now_ms())
    (settings.DATA / NOTE).unlink(missing_ok=True)


def _note() -> dict[str, str | None] | None:
    path: Path = settings.DATA / NOTE
    if not path.is_file():
        return None
    kept: dict[str, str | None] = json.loads(path.read_text())
    return kept


def _bytes_a_second() -> float:
    """Write a few megabytes where the data are, and take the time."""
    path: Path = settings.DATA / f"{NOTE}.try"
    begun = time.perf_counter()
    try:
        with path.open("wb") as file:
            file.write(os.urandom(2**20) * (TRIED_BYTES // 2**20))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)
    return TRIED_BYTES / max(time.perf_counter() - begun, 1e-6)
