"""Back up a running instance into one file, and the keys of its people into another.

The database is copied first, as a snapshot. Pictures never change once written, so copying them
later includes all that the snapshot names. Keys are read after the snapshot into a file of their
own, which is complete before the backup is. The manifest has each file's SHA-256. Restoring is in
``restore``.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from canut.actions.operations.backup_keys import (
    has_keys_table,
    keep_apart,
    path_of_keys,
    write_keys,
)
from canut.actions.platform.instance_facts import keep_fact
from canut.core.clock import Ms, from_ms
from canut.core.errors import Conflict, NotReady
from canut.store.operations.connections import LAST_FILE
from canut.store.operations.health import LAST_BACKUP, LAST_FOLDER
from canut.store.platform.database_damage import as_damage, check_content
from canut.store.platform.person_keys import KEYS_TABLE
from canut.store.platform.synced_file import SyncedWriter

MANIFEST = "backup.json"
SQLITE, DUMP = "canut.sqlite3", "canut.dump"
FOLDERS = "media", "places"
INSTANCE_KEYS = "secret.key", "log.key"
FORMAT = 2  # 1: from before keys lay apart
PAGES_AT_ONCE = 2_000
HAS_KEYS = "SELECT 1 FROM sqlite_master WHERE name = 'store_personkey'"
PRIVATE = 0o600


class Copied(NamedTuple):
    """The content of a backup."""

    path: Path
    files: int
    bytes: int
    made_at: str
    migrations: int
    keys: Path | None = None
    deleted: tuple[str, ...] = ()


def make_backup(
    path: Path, now_ms: Ms, *, folders: tuple[str, ...] = FOLDERS, keys: Path | None = None
) -> Copied:
    """Back up database, pictures, places and instance keys, private to their owner.

    Keys of people go into a file of their own; old key files of earlier backups are deleted.

    Args:
        path: the file to write.
        now_ms: when.
        folders: those of the data folder to copy too; a migration leaves pictures as they are.
        keys: the file for the keys of people; else where ``backup_keys`` says.

    Raises:
        Conflict: the file exists.
        NotReady: it cannot be written, the database is damaged, or PostgreSQL's own programs are
            not here.
    """
    apart = path_of_keys(path, keys)
    for file in (path, apart):
        if file.exists() or path == apart:
            raise Conflict(
                f"{file} exists; give another name", code="backup-exists", name=file.name
            )
    unfinished = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
            database = _copy_database(Path(scratch))
            if connection.vendor == "sqlite":
                check_content(database)  # before older keys make way for this backup's
            count = write_keys(apart, now_ms) if has_keys_table() else None
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            with SyncedWriter(descriptor) as out, tarfile.open(fileobj=out, mode="w") as tar:
                copied = _write(tar, database, now_ms, folders, count)
        unfinished.rename(path)
    except OSError as failure:
        for file in (unfinished, apart):  # neither was there before
            file.unlink(missing_ok=True)
        raise NotReady(
            f"the copy cannot be written: {failure.strerror or failure}; look at the space left in"
            f" {path.parent}",
            code="backup-unwritten",
        ) from failure
    except (sqlite3.DatabaseError, DatabaseFault) as failure:
        raise as_damage(failure) or failure from failure
    keep_fact(LAST_BACKUP, from_ms(now_ms).astimezone(UTC).isoformat(timespec="seconds"))
    keep_fact(LAST_FOLDER, str(path.parent))
    keep_fact(LAST_FILE, json.dumps({"path": str(path.resolve()), "bytes": path.stat().st_size}))
    if count is None:
        return Copied(path, *copied)
    return Copied(path, *copied, apart, tuple(keep_apart(apart, now_ms)))


def _copy_database(folder: Path) -> Path:
    """Copy the database as a snapshot, without blocking writers."""
    if connection.vendor == "postgresql":
        target = folder / DUMP
        without = f"--exclude-table-data={KEYS_TABLE}"
        run_postgres("pg_dump", "--format=custom", "--no-owner", without, f"--file={target}")
        return target
    target = folder / SQLITE
    source = Path(str(settings.DATABASES["default"]["NAME"]))
    target.touch()
    with (
        target.open("rb") as synced,
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        original.backup(copy, pages=PAGES_AT_ONCE, progress=lambda *_: os.fsync(synced.fileno()))
        copy.execute("PRAGMA journal_mode=MEMORY")
        copy.execute("PRAGMA secure_delete=ON")
        if copy.execute(HAS_KEYS).fetchone():
            copy.execute("DELETE FROM store_personkey")
            copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def run_postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against the database in use."""
    executable = shutil.which(program)
    if executable is None:
        raise NotReady(
            f"{program} is not installed here; install PostgreSQL's client programs",
            code="postgres-programs",
        )
    database = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {name: str(database[key]) for name, key in names.items() if database[key]}
    base = [executable, "--no-password", f"--dbname={database['NAME']}", *arguments]
    done = subprocess.run(  # noqa: S603 - a program we name, arguments of our own
        base, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotReady(f"{program} failed: {done.stderr.strip()[:300]}", code="postgres-programs")


def _write(
    tar: tarfile.TarFile,
    database: Path,
    now_ms: Ms,
    folders: tuple[str, ...],
    keys: int | None,
) -> tuple[int, int, str, int]:
    """Write the database, then the files beside it, then the manifest."""
    listed: dict[str, dict[str, int | str]] = {}
    for name, path in _files(database, folders):
        member = tar.gettarinfo(path, arcname=name)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        with path.open("rb") as file:
            tar.addfile(member, file)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        listed[name] = {"bytes": member.size, "sha256": digest}
    applied = sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    )
    made_at = from_ms(now_ms).astimezone(UTC).isoformat(timespec="seconds")
    manifest = {
        "format": FORMAT,
        "canut": version("canut"),
        "database": connection.vendor,
        "made_at": made_at,
        "migrations": applied,
        "keys": keys,
        "files": listed,
    }
    text = json.dumps(manifest, indent=1).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size = len(text)
    tar.addfile(member, io.BytesIO(text))
    return len(listed), sum(int(each["bytes"]) for each in listed.values()), made_at, len(applied)


def _files(database: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    folder: Path = settings.DATA
    yield database.name, database
    for name in INSTANCE_KEYS:
        if (folder / name).is_file():
            yield name, folder / name
    for name in folders:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path
