"""Health of this instance, from the machine and the database. Reads only.

``core.operations`` interprets the facts. Frequent callers, such as a load balancer, call
``readiness``, which is two queries; ``read_readiness`` collects everything and may take a second.
"""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import Error as DatabaseFault
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from msgspec import convert

from canut.core.clock import Ms, from_ms, to_ms
from canut.core.errors import NotReady, Refusal
from canut.core.operations.findings import (
    LEAST_FREE_BYTES,
    ExpiredParameters,
    InstanceFacts,
    Library,
    PayStopFacts,
)
from canut.core.pay.exchange_rates import RateAge, age_of
from canut.core.pay.floor import Exchange
from canut.store.ledger.log_names import projects_with_misnamed_cards
from canut.store.ledger.witness_problems import QUORUM_LACK, witness_problems
from canut.store.operations.connections import (
    copy_facts,
    mail_facts,
    media_facts,
    nearest_folder,
    storage_facts,
)
from canut.store.operations.jobs import WORKER
from canut.store.operations.row_faults import platform_log_problem, recent_faults
from canut.store.pay.periods import policy_now
from canut.store.pay.places import ending_soon, pay_stops
from canut.store.people.email_notices import letters_given_up
from canut.store.platform.database_damage import (
    as_damage,
    check_small_database,
    damage,
    missing_tables,
)
from canut.store.platform.instance import PROXY_SEEN, is_empty, unwritable
from canut.store.tables.platform import Fact
from canut.store.tables.work import Answer

KEYS_FOLDERS = "keys-folders"  # where keys of copies were written, as JSON
LAST_BACKUP, LAST_FOLDER, KEY_CHECK = "last-backup", "last-backup-folder", "key-check"
SCHEDULED_BACKUP, BACKUP_FAILED = "scheduled-backup", "scheduled-backup-failed"
RECENT = timedelta(days=7)
HAPPENED = ("received_ms", "answered_ms", "at_ms", "made_ms", "made_at", "created_at", "closed_at")
"""Columns that say when a row came about."""
COMES_LATER = frozenset({"Terms"})
"""Tables in which ``at_ms`` may be to come."""
DAY_SECONDS = 86_400
OTHERS = stat.S_IRWXG | stat.S_IRWXO
WANTED_EXTRA = 'extra == "server"'


class Readiness(NamedTuple):
    """Whether this process can serve: each check by name."""

    database: bool
    migrations: bool
    space: bool


def readiness() -> Readiness:
    """Check that the database answers, fits this program, and the disk has room."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except (DatabaseFault, OSError):
        return Readiness(database=False, migrations=False, space=_has_space())
    on_disk = known_migrations()
    apps = {app for app, _name in on_disk}
    is_fitting = on_disk <= applied and not {
        migration for migration in applied - on_disk if migration[0] in apps
    }
    return Readiness(database=True, migrations=is_fitting, space=_has_space())


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this program, cached."""
    return frozenset(MigrationLoader(None).disk_migrations)


def read_readiness(now_ms: Ms) -> InstanceFacts:
    """Collect all health facts; a failed read becomes a problem fact."""
    facts = {**_installed(), **_folder(), **_database(now_ms), **_places(now_ms)}
    if not facts["folder_problem"]:
        facts |= storage_facts()
        if "has_work" in facts and not facts["storage_problem"]:
            facts |= media_facts()
    return InstanceFacts(**facts)


def key_check() -> str:
    """Return a digest that identifies the secret key without revealing it."""
    text = f"canut.key-check:{settings.SECRET_KEY}".encode()
    return hashlib.sha256(text).hexdigest()[:16]


def database_bytes() -> int:
    """Return the size of the database; 0 if there is none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(connection.settings_dict["NAME"]))
    beside = [path, path.with_name(f"{path.name}-wal")]
    return sum(path_of_file.stat().st_size for path_of_file in beside if path_of_file.is_file())


def free_bytes() -> int:
    """Return the free space of the data folder."""
    return shutil.disk_usage(nearest_folder(settings.DATA)).free


def last_copy() -> datetime | None:
    """Return the time of the last backup."""
    value = Fact.objects.filter(name=LAST_BACKUP).values_list("value", flat=True).first()
    return datetime.fromisoformat(value) if value else None


def has_copy_programs() -> bool:
    """Return whether backups can run: PostgreSQL needs its own programs."""
    return connection.vendor != "postgresql" or all(map(shutil.which, ("pg_dump", "pg_restore")))


def _has_space() -> bool:
    return free_bytes() >= LEAST_FREE_BYTES // 16


def _installed() -> dict[str, Any]:
    return {
        "libraries": tuple(_libraries()),
        "has_pages": (settings.PACKAGE / "web/static/dist/manifest.json").is_file(),
        "url": settings.URL,
        "trusted_proxies": settings.TRUSTED_PROXIES,
        "has_mail": settings.SENDS_MAIL,
        "key_characters": len(settings.SECRET_KEY),
        "database": connection.vendor,
        "database_least": connection.features.minimum_database_version or (),
        "has_copy_programs": has_copy_programs(),
    }


def _libraries() -> Iterator[Library]:
    """Compare the installed packages with the requirements, including the server extra."""
    for requirement in metadata.requires("canut") or []:
        need, _, marker = requirement.partition(";")
        if marker and WANTED_EXTRA not in marker.replace("'", '"'):
            continue
        name = need.strip()
        for sign in "[<>=!~ ":
            name = name.partition(sign)[0]
        versions = need.strip().removeprefix(name).partition("]")
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = ""
        yield Library(name, installed, versions[2] or versions[0])


def _folder() -> dict[str, Any]:
    folder: Path = settings.DATA
    key = folder / "secret.key"
    reason = unwritable(nearest_folder(folder))
    return {
        "folder": str(folder),
        "folder_problem": os.strerror(reason) if reason else "",
        "is_folder_open": _has_open_files(folder),
        "is_key_open": _is_open(key),
        "free_bytes": free_bytes(),
    }


def _has_open_files(folder: Path) -> bool:
    """Return whether other users can read something in a folder, whose inside is not looked into.

    A folder that they cannot enter protects whatever is in it.
    """
    return _is_open(folder) and os.access(folder, os.R_OK) and any(map(_is_open, folder.iterdir()))


def _is_open(path: Path) -> bool:
    """Return whether other users of the machine can read a path; not if there is none."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except FileNotFoundError:
        return False


def _database(now_ms: Ms) -> dict[str, Any]:
    try:
        if is_empty():
            return {"is_database_new": True}
        check_small_database()
        return _answering(now_ms)
    except (DatabaseFault, OSError, NotReady) as failure:
        described = failure if isinstance(failure, NotReady) else as_damage(failure)
        if described is not None and described.case == "database-damaged":
            return {"database_damage": str(described).partition(";")[0]}
        message = str(failure).partition("\n")[0]
        return {"database_problem": message.removeprefix("the database does not answer: ")}


def _answering(now_ms: Ms) -> dict[str, Any]:
    on_disk, applied = known_migrations(), set(MigrationRecorder(connection).applied_migrations())
    apps = {app for app, _name in on_disk}
    ahead = sorted(f"{app}.{name}" for app, name in applied - on_disk if app in apps)
    facts: dict[str, Any] = {
        "database_version": connection.get_database_version(),
        "database_bytes": database_bytes(),
        "waiting": len(on_disk - applied),
        "ahead": ahead[-1] if ahead else "",
        "clock_seconds": _clock_seconds(now_ms),
    }
    if on_disk - applied or ahead:
        return facts
    if tables := missing_tables():
        raise damage(f"{len(tables)} tables are gone, first {tables[0]}")
    return facts | _working(now_ms)


def _clock_seconds(now_ms: Ms) -> int | None:
    """Return how far our clock is ahead of PostgreSQL's; None for SQLite."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    return round((from_ms(now_ms) - theirs).total_seconds())


def _working(now_ms: Ms) -> dict[str, Any]:
    """Collect the facts that need an up-to-date database."""
    facts = dict(Fact.objects.values_list("name", "value"))
    heard = [int(value) for name, value in facts.items() if name.startswith(WORKER)]
    newest = Answer.objects.order_by("-id").values_list("answered_ms", flat=True).first()
    jobs = DBTaskResult.objects.all()
    failed = jobs.filter(status=TaskResultStatus.FAILED, finished_at__gte=from_ms(now_ms) - RECENT)
    copied, proxy_seen = facts.get(LAST_BACKUP), facts.get(PROXY_SEEN)
    return {
        "is_proxy_seen": proxy_seen is not None
        and from_ms(int(proxy_seen)) > from_ms(now_ms) - RECENT,
        "is_key_another": facts.get(KEY_CHECK, key_check()) != key_check(),
        "jobs_heard_seconds": max(0, (now_ms - max(heard)) // 1000) if heard else None,
        "jobs_waiting": jobs.filter(status=TaskResultStatus.READY).count(),
        "jobs_failed": failed.count(),
        "row_faults": recent_faults(facts, now_ms),
        "platform_log_problem": platform_log_problem(facts),
        "misnamed": tuple(projects_with_misnamed_cards()),
        "witness_problems": witness_problems(facts),
        "quorum_lack": facts.get(QUORUM_LACK, "") if settings.WITNESSES else "",
        "letters_failed": letters_given_up(),
        **_rates(now_ms),
        "future_seconds": None if newest is None else _newest_ms(newest) // 1000 - now_ms // 1000,
        "has_work": newest is not None,
        "backup_days": None if copied is None else _days(copied, now_ms),
        "backup_failure": facts.get(BACKUP_FAILED, "") if settings.BACKUP_FOLDER else "",
        "has_backup_schedule": bool(settings.BACKUP_FOLDER and settings.BACKUP_HOURS),
        **mail_facts(facts),
        **copy_facts(facts),
        **_keys(json.loads(facts.get(KEYS_FOLDERS, "[]")), facts.get(LAST_FOLDER, "")),
    }


def _newest_ms(newest_ms: Ms) -> Ms:
    """Return when the newest row of any table came about, in milliseconds since 1970 UTC.

    Of each table the row with the highest number is looked at, which is quick in a large one.

    Args:
        newest_ms: of the answers.
    """
    for model in apps.get_app_config("store").get_models():
        names = vars(model)
        columns = [name for name in HAPPENED if name in names]
        if not columns or "id" not in names or model.__name__ in COMES_LATER:
            continue
        row = QuerySet(model).order_by("-id").values_list(*columns).first()
        for value in row or ():
            if value is not None:
                newest_ms = max(newest_ms, to_ms(value) if isinstance(value, datetime) else value)
    return newest_ms


def _keys(folders: list[str], copies: str) -> dict[str, Any]:
    """Check who can read the backups' keys, and whether they lie next to the backups."""
    files = [file for folder in folders for file in Path(folder).glob("*.keys")]
    is_open = [file for file in files if file.stat().st_mode & OTHERS]
    return {
        "keys_open": str(is_open[0].parent) if is_open else "",
        "keys_beside": copies if any(str(file.parent) == copies for file in files) else "",
    }


def _rates(now_ms: Ms) -> dict[str, tuple[str, ...]]:
    """List the exchange rates in force that are old, and those too old to close a period."""
    policy = policy_now()
    stored = {} if policy is None else policy.content.get("exchange", {})
    today = from_ms(now_ms).date()
    names: dict[RateAge, list[str]] = {age: [] for age in RateAge}
    for code, fields in sorted(stored.items()):
        names[age_of(convert(fields, Exchange), today)].append(f"{code} ({fields['on']})")
    return {
        "rates_old": tuple(names[RateAge.OLD]),
        "rates_expired": tuple(names[RateAge.EXPIRED]),
    }


def _days(copied: str, now_ms: Ms) -> int:
    return int((from_ms(now_ms) - datetime.fromisoformat(copied)).total_seconds() // DAY_SECONDS)


def _places(now_ms: Ms) -> dict[str, Any]:
    now = from_ms(now_ms)
    try:
        ending, stops = ending_soon(now.date()), pay_stops(now.date())
    except Refusal as refusal:
        return {"places_problem": str(refusal)}
    except (DatabaseFault, OSError):  # named already, by what looks at the database
        return {}
    in_use = {code for stop in stops for code in (stop.place, stop.place.partition("-")[0])}
    unused = [expiring for expiring in ending if expiring.place not in in_use]
    days = sorted({expiring.stops for expiring in unused})
    return {
        "pay_stops": tuple(
            PayStopFacts(
                stop.place,
                stop.stops.isoformat(),
                stop.schemes,
                stop.people,
                is_over=stop.stops <= now.date(),
            )
            for stop in stops
        ),
        "ended": tuple(
            ExpiredParameters(
                tuple(expiring.place for expiring in unused if expiring.stops == day),
                sum(expiring.values for expiring in unused if expiring.stops == day),
                day.isoformat(),
                is_over=day <= now.date(),
            )
            for day in days
        ),
    }
