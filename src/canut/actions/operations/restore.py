"""Restore a backup into an empty data folder, with people's keys, and repeat erasures.

Nothing is put in place before every file is verified. A marker file is written first and deleted
last: after an interruption no command works on the folder, and restoring the same backup again
completes it. People erased since the backup are erased again, by the lists beside the backup and
its keys; for a backup of an older Canut, ``canut migrate`` does it.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from canut.actions.ledger.rollback_detection import note_brought_back
from canut.actions.operations.backup_keys import (
    Keys,
    bring_keys,
    erased_beside,
    has_keys_table,
    missing,
    path_of_keys,
    read_keys,
)
from canut.actions.operations.backups import (
    DUMP,
    FOLDERS,
    FORMAT,
    INSTANCE_KEYS,
    MANIFEST,
    PRIVATE,
    SQLITE,
    Copied,
    run_postgres,
)
from canut.actions.people.erasure import replay_erasures
from canut.actions.people.erasure_register import FILE as LIST
from canut.actions.people.erasure_register import add_to_list
from canut.core.errors import BadFile, Conflict, NotReady
from canut.core.json_depth import load_json
from canut.store.platform.instance import RESTORING, check_database
from canut.store.platform.person_keys import shut

READ = range(1, FORMAT + 1)
CHUNK = 1 << 20
IN_PLACE = *INSTANCE_KEYS, *FOLDERS, SQLITE  # the database last


class Restored(NamedTuple):
    """The result of a restore: files, keys, repeated erasures.

    Args:
        copied: the copy.
        keys: how many keys of people; None where the copy is from before there were any.
        erased: how many people were erased again; None where ``canut migrate`` will do it.
        shut: how many entries and accounts cannot be read, for their keys are not here.
    """

    copied: Copied
    keys: int | None
    erased: int | None
    shut: tuple[int, int]


class BackupContents(NamedTuple):
    """The files and options of a restore.

    Args:
        keys: the file of its people's keys; else it is looked for where a backup writes it.
        without_keys: bring it back without any.
        lists: further lists of those erased.
    """

    keys: Path | None = None
    without_keys: bool = False
    lists: tuple[Path, ...] = ()


def restore_backup(path: Path, contents: BackupContents, now_ms: int) -> Restored:
    """Restore a backup into this data folder, which must be empty.

    Raises:
        BadFile: it or its keys file is none, is damaged, or was made by a newer Canut.
        Conflict: the folder, or the database, holds something.
        NotReady: PostgreSQL's own programs are not here, the copy is of the other database, or
            its keys are not here and nobody said to go on without them.
    """
    folder: Path = settings.DATA
    manifest = _read_manifest(path)
    is_resumed = _is_resumed(folder, manifest)
    if not is_resumed:
        _check_empty(folder)
    _check_kind(manifest)
    keys, near = _find_keys(path, manifest, contents)
    lines = [*erased_beside(path, near, contents.lists), *(keys.erased if keys else ())]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        unpacked = Path(scratch)
        _unpack(path, manifest, unpacked)
        _note(folder, manifest)
        _put(unpacked, folder)
    note_brought_back(folder, str(manifest["made_at"]))
    add_to_list(folder / LIST, lines)
    if not os.environ.get("CANUT_SECRET_KEY") and (folder / "secret.key").is_file():
        settings.SECRET_KEY = (folder / "secret.key").read_text("utf-8").strip()
    count = bring_keys(keys) if keys and has_keys_table() else None
    erased, unopened = _settle(now_ms)
    (folder / RESTORING).unlink()
    files: dict[str, Any] = manifest["files"]
    size = sum(each["bytes"] for each in files.values())
    copied = Copied(path, len(files), size, manifest["made_at"], len(manifest["migrations"]), near)
    return Restored(copied, count, erased, unopened)


def _check_empty(folder: Path) -> None:
    names = [name for name in IN_PLACE if (folder / name).exists()]
    if names or (connection.vendor == "postgresql" and connection.introspection.table_names()):
        raise Conflict(
            f"{folder} holds an instance already ({', '.join(names) or 'its database has tables'});"
            " give an empty folder with --data DIR",
            code="restore-not-empty",
        )


def _is_resumed(folder: Path, manifest: dict[str, Any]) -> bool:
    """Return whether an earlier restore of this backup was interrupted here."""
    note = folder / RESTORING
    return note.is_file() and note.read_text("utf-8") == _name_of(manifest)


def _note(folder: Path, manifest: dict[str, Any]) -> None:
    with (folder / RESTORING).open("w") as file:
        file.write(_name_of(manifest))
        file.flush()
        os.fsync(file.fileno())


def _name_of(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _find_keys(
    path: Path, manifest: dict[str, Any], contents: BackupContents
) -> tuple[Keys | None, Path | None]:
    """Read the keys file before anything is put in place."""
    count = int(manifest.get("keys") or 0)
    keys_path = path_of_keys(path, contents.keys)
    if contents.without_keys or (contents.keys is None and not count and not keys_path.is_file()):
        return None, None
    if contents.keys is None and not keys_path.is_file():
        raise missing(count, keys_path)
    return read_keys(keys_path), keys_path


def _put(unpacked: Path, folder: Path) -> None:
    """Move everything to its place, over the files of an earlier attempt."""
    if connection.vendor == "postgresql" and not connection.introspection.table_names():
        run_postgres(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            str(unpacked / DUMP),
        )
    for end in ("-wal", "-shm", "-journal"):  # of another file of this name: it would be read
        (folder / f"{SQLITE}{end}").unlink(missing_ok=True)
    for name in IN_PLACE:
        if not (unpacked / name).exists():
            continue
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        (unpacked / name).replace(folder / name)


def _settle(now_ms: int) -> tuple[int | None, tuple[int, int]]:
    """Repeat erasures, and count sealed rows without a key; None before migrations."""
    try:
        check_database()
    except NotReady as refusal:
        if refusal.case != "database-older":
            raise
        return None, (0, 0)
    return replay_erasures(now_ms), shut()


def _read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a backup."""
    try:
        with tarfile.open(path, "r:") as tar:
            file = tar.extractfile(MANIFEST)
            manifest: dict[str, Any] = load_json(file.read()) if file else {}
    except (OSError, tarfile.TarError, KeyError, ValueError, RecursionError) as failure:
        raise BadFile(
            f"{path} is no copy made by canut backup, or was cut short", code="backup-unreadable"
        ) from failure
    if manifest.get("format") not in READ:
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
    """Write every file the backup lists, and refuse one that differs from the list."""
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
