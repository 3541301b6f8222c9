"""This instance: its origin, the version of its database, its data folder.

A server refuses a database that is newer or older than itself: it says so in words and names the
command that mends it, instead of failing later on a missing column.
"""

import errno
import json
import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from canut.core.errors import NotReady
from canut.store.platform.database_damage import as_damage, check_file, damage, missing_tables
from canut.store.tables.platform import Fact

PROXY_SEEN = "proxy-seen"  # the fact that says when a proxy was last seen that is not trusted
MOVING = "moving"  # the fact of a database into which another one is not wholly copied yet
MOVED = "moved"  # the fact of a database that was copied into another one, which took its place
RESTORING = "restoring"  # a note in the data folder: bringing a copy back is not done


def is_demo() -> bool:
    """Return whether the demo created this database, which enables its one-click sign-in."""
    return Fact.objects.filter(name="made_by_demo", value="1").exists()


def make_data_folder() -> Path:
    """Create the private data folder and secret key; keep existing ones.

    Raises:
        NotReady: the folder cannot be made or written, or a copy is half brought back into it.
    """
    folder: Path = settings.DATA
    if (folder / RESTORING).exists():
        raise NotReady(
            f"bringing a copy back into {folder} was cut short; run the same canut restore again",
            code="restore-unfinished",
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_unwritable(folder)
        key = folder / "secret.key"
        if not key.exists() and not os.environ.get("CANUT_SECRET_KEY"):
            descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(settings.SECRET_KEY)
    except OSError as failure:
        raise NotReady(
            f"cannot write in the data folder {folder}: {failure.strerror}; "
            "choose another with --data DIR",
            code="data-folder",
        ) from failure
    return folder


def _refuse_unwritable(folder: Path) -> None:
    if reason := unwritable(folder):
        raise OSError(reason, os.strerror(reason))


def unwritable(folder: Path) -> int:
    """Return why a folder cannot be written, as an error number of the system; 0 if it can."""
    if os.access(folder, os.W_OK | os.X_OK):
        return 0
    is_read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
    return errno.EROFS if is_read_only else errno.EACCES


def is_empty() -> bool:
    """Return whether no migration was applied yet.

    Raises:
        NotReady: the database does not answer.
    """
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return True
    check_file()
    try:
        # Noted changes alone count: a first start may have been cut short before any.
        return not MigrationRecorder(connection).applied_migrations()
    except DatabaseError as failure:
        silent = NotReady(f"the database does not answer: {failure}", code="no-database")
        raise as_damage(failure) or silent from failure


def is_unused() -> bool:
    """Return whether the instance is unused: no tables, or an unfinished first migration.

    Raises:
        NotReady: the database does not answer.
    """
    if is_empty():
        return True
    with connection.cursor() as cursor:
        if "store_person" not in connection.introspection.table_names(cursor):
            return True
        cursor.execute("SELECT 1 FROM store_person LIMIT 1")
        return cursor.fetchone() is None


def _database_place() -> str:
    """Return the data folder on SQLite, else the name of the database."""
    name = str(connection.settings_dict["NAME"])
    return str(settings.DATA) if connection.vendor == "sqlite" else name


def check_database() -> None:
    """Refuse a database that is absent, older or newer than this program.

    Raises:
        NotReady: which of the three, or that it is damaged, and the command that mends it.
    """
    if is_empty():
        raise NotReady(
            f"there is no Canut database in {_database_place()} yet; if yours lies elsewhere, name"
            " its data folder with --data DIR, else begin one: canut migrate",
            code="no-database",
        )
    executor = MigrationExecutor(connection)
    on_disk = set(executor.loader.disk_migrations)
    applied = set(executor.loader.applied_migrations)
    apps = {app for app, _name in on_disk}
    ahead = sorted(f"{app}.{name}" for app, name in applied - on_disk if app in apps)
    if ahead:
        raise NotReady(
            f"this database was made by a newer Canut (it has {ahead[-1]}); "
            "install that version, or restore a backup made before it",
            code="database-newer",
        )
    behind = sorted(f"{app}.{name}" for app, name in on_disk - applied)
    if behind:
        raise NotReady(
            f"this database is older than this Canut ({len(behind)} changes wait, "
            f"first {behind[0]}); run: canut migrate",
            code="database-older",
        )
    if tables := missing_tables():
        raise damage(f"{len(tables)} tables are gone, first {tables[0]}")
    _refuse_moved()


def _refuse_moved() -> None:
    """Refuse a database that another one has replaced, or that is half copied."""
    facts = dict(Fact.objects.filter(name__in=(MOVING, MOVED)).values_list("name", "value"))
    if MOVING in facts:
        raise NotReady(
            "copying another database into this one was cut short; run the same canut move again",
            code="move-unfinished",
        )
    if MOVED in facts:
        kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[json.loads(facts[MOVED])["to"]]
        raise NotReady(
            f"this database was moved to {kind}, which has all that came since; serve that one:"
            " set DATABASE_URL to it, or unset it for SQLite",
            code="database-moved",
        )
