"""Copy a whole instance into one file while it works, and bring it back into an empty folder.

The database is copied first, as it stands at one moment; pictures are never changed once written,
so those taken after it hold at least all it names. Each file's SHA-256 stands in the copy and is
checked before anything is brought back.
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
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from canut.actions.facts import keep_fact
from canut.actions.landmarks import note_brought_back
from canut.core.errors import BadFile, Conflict, NotReady
from canut.store.health import LAST_BACKUP

MANIFEST = "backup.json"
SQLITE, DUMP = "canut.sqlite3", "canut.dump"
FOLDERS = "media", "places"
KEYS = "secret.key", "log.key"
FORMAT = 1
CHUNK = 1 << 20
PAGES_AT_ONCE = 2_000
PRIVATE = 0o600


class Copied(NamedTuple):
    """What a copy holds."""

    path: Path
    files: int
    bytes: int
    made_at: str
    migrations: int


def make_backup(path: Path, now: datetime, *, folders: tuple[str, ...] = FOLDERS) -> Copied:
    """Copy the database, pictures, places and the keys into one file, private to its owner.

    Args:
        path: the file to write.
        now: when.
        folders: those of the data folder to copy too; a migration leaves pictures as they are.

    Raises:
        Conflict: the file exists.
        NotReady: it cannot be written, or PostgreSQL's own programs are not here.
    """
    if path.exists():
        raise Conflict(f"{path} exists; give another name", code="backup-exists", name=path.name)
    unfinished = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as made:
            database = _copy_database(Path(made))
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
                copied = _write(tar, database, now, folders)
                out.flush()
                os.fsync(out.fileno())
        unfinished.rename(path)
    except OSError as failure:
        unfinished.unlink(missing_ok=True)
        raise NotReady(
            f"the copy cannot be written: {failure.strerror or failure}; look at the space left in"
            f" {path.parent}",
            code="backup-unwritten",
        ) from failure
    keep_fact(LAST_BACKUP, now.astimezone(UTC).isoformat(timespec="seconds"))
    return Copied(path, *copied)


def restore_backup(path: Path) -> Copied:
    """Bring a copy back into this data folder, which holds nothing yet.

    Raises:
        BadFile: it is no copy, is damaged, or was made by a newer Canut.
        Conflict: the folder, or the database, holds something.
        NotReady: PostgreSQL's own programs are not here, or the copy is of the other database.
    """
    folder: Path = settings.DATA
    manifest = _read_manifest(path)
    held = [name for name in (SQLITE, *KEYS, *FOLDERS) if (folder / name).exists()]
    if held or (connection.vendor == "postgresql" and connection.introspection.table_names()):
        raise Conflict(
            f"{folder} holds an instance already ({', '.join(held) or 'its database has tables'});"
            " give an empty folder with --data DIR",
            code="restore-not-empty",
        )
    _check_kind(manifest)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        unpacked = Path(made)
        _unpack(path, manifest, unpacked)
        if connection.vendor == "postgresql":
            _run_postgres("pg_restore", "--no-owner", "--exit-on-error", str(unpacked / DUMP))
        for name in (SQLITE, *KEYS, *FOLDERS):
            if (unpacked / name).exists():
                shutil.move(unpacked / name, folder / name)
    note_brought_back(folder, str(manifest["made_at"]))
    files: dict[str, Any] = manifest["files"]
    size = sum(each["bytes"] for each in files.values())
    return Copied(path, len(files), size, manifest["made_at"], len(manifest["migrations"]))


def _copy_database(folder: Path) -> Path:
    """Copy the database as it stands at one moment; writers are not held up."""
    if connection.vendor == "postgresql":
        target = folder / DUMP
        _run_postgres("pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return target
    target = folder / SQLITE
    source = Path(str(settings.DATABASES["default"]["NAME"]))
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        original.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _run_postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs against the database in use."""
    found = shutil.which(program)
    if found is None:
        raise NotReady(
            f"{program} is not installed here; install PostgreSQL's client programs",
            code="postgres-programs",
        )
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {name: str(given[key]) for name, key in names.items() if given[key]}
    base = [found, "--no-password", f"--dbname={given['NAME']}", *arguments]
    done = subprocess.run(  # noqa: S603 - a program we name, arguments of our own
        base, env=os.environ | told, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotReady(f"{program} failed: {done.stderr.strip()[:300]}", code="postgres-programs")


def _write(
    tar: tarfile.TarFile, database: Path, now: datetime, folders: tuple[str, ...]
) -> tuple[int, int, str, int]:
    """Write the database, then the files beside it, then what they are."""
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
    made_at = now.astimezone(UTC).isoformat(timespec="seconds")
    manifest = {
        "format": FORMAT,
        "canut": version("canut"),
        "database": connection.vendor,
        "made_at": made_at,
        "migrations": applied,
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
    for name in KEYS:
        if (folder / name).is_file():
            yield name, folder / name
    for name in folders:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


def _read_manifest(path: Path) -> dict[str, Any]:
    """Read what a copy says it holds."""
    try:
        with tarfile.open(path, "r:") as tar:
            file = tar.extractfile(MANIFEST)
            manifest: dict[str, Any] = json.loads(file.read()) if file else {}
    except (OSError, tarfile.TarError, KeyError, ValueError) as failure:
        raise BadFile(
            f"{path} is no copy made by canut backup, or was cut short", code="backup-unreadable"
        ) from failure
    if manifest.get("format") != FORMAT:
        raise BadFile(
            f"{path} was made by Canut {manifest.get('canut', '?')}; install that version or later",
            code="backup-newer",
        )
    return manifest


def _check_kind(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise NotReady(
            f"the copy is of {manifest['database']}, this instance uses {connection.vendor};"
            " set DATABASE_URL to the same kind",
            code="backup-other-database",
        )


def _unpack(path: Path, manifest: dict[str, Any], folder: Path) -> None:
    """Write every file the copy lists, and refuse one that is not what was listed."""
    listed: dict[str, Any] = manifest["files"]
    missing = set(listed)
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if member.name == MANIFEST:
                continue
            target = (folder / member.name).resolve()
            if not member.isfile() or member.name not in listed or folder not in target.parents:
                raise _damaged(member.name)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest = hashlib.sha256()
            file = tar.extractfile(member)
            with target.open("xb") as out:
                while file and (some := file.read(CHUNK)):
                    digest.update(some)
                    out.write(some)
            target.chmod(PRIVATE)
            if digest.hexdigest() != listed[member.name]["sha256"]:
                raise _damaged(member.name)
            missing.discard(member.name)
    if missing:
        raise _damaged(min(missing))


def _damaged(name: str) -> BadFile:
    return BadFile(
        f"{name} in the copy is not what was copied; take another copy, nothing was brought back",
        code="backup-damaged",
        name=name,
    )
