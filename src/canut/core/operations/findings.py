"""Decide from facts about an instance what is wrong with it, and how badly.

A finding is a code with figures; its words, in both languages, stand in ``words``. The facts are
gathered in ``store.operations.health`` and by the command ``canut doctor``; nothing is looked at
from here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

GIB = 2**30
LEAST_FREE_BYTES = GIB
LITTLE_FREE_BYTES = 5 * GIB
CLOCK_SECONDS = 5
BACKUP_DAYS = 2
GONE_SECONDS = 60
KEY_CHARACTERS = 50
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:]+\]|[^\s/:@\[\]]+)(?::\d+)?")
SPECIFIER = re.compile(r"(>=|<=|==|<|>)\s*([\d.]+)")


class Level(StrEnum):
    """How much a finding matters: it does not work, it should be looked at, it is good to know."""

    BROKEN = "broken"
    LOOK = "look"
    KNOW = "know"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    level: Level
    facts: dict[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True, slots=True)
class Library:
    """A library: the version that is here, and what Canut asks for, such as ``>=6.1,<6.2``."""

    name: str
    installed: str
    wanted: str


@dataclass(frozen=True, slots=True)
class ExpiredParameters:
    """How many labour parameters end on a day, or have ended, and of which places."""

    places: tuple[str, ...]
    values: int
    day: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What was seen of an instance; None where it could not be seen.

    Args:
        setting_problem: why the settings cannot be read at all.
        folder: the data folder.
        folder_problem: why it cannot be written; empty when it can.
        is_folder_open: others on the machine may look into it.
        is_key_open: others on the machine may read the secret key.
        key_characters: length of the secret key.
        is_key_another: the database was made under another key.
        free_bytes: space left where the data are.
        database_bytes: size of the database.
        database: sqlite or postgresql.
        database_problem: why it does not answer; empty when it does.
        database_version, database_least: as numbers, such as (15, 2).
        is_database_new: there are no tables yet.
        waiting: migrations that are not applied.
        ahead: a migration that this program does not know; empty when there is none.
        has_copy_programs: PostgreSQL's own programs are here.
        url: the address people use.
        has_mail: mail leaves.
        letters_failed: letters that never left, in the last three months.
        jobs_heard_seconds: since a process that runs jobs was last heard of.
        jobs_waiting, jobs_failed: jobs that nobody has begun; that failed in the last week.
        ended: labour parameters that ended or end soon, day by day.
        places_problem: a place's file that cannot be read.
        clock_seconds: how far this clock is ahead of the database server's.
        future_seconds: how far the newest record lies ahead of this clock.
        backup_days: days since a copy was made.
        keys_open: a folder with keys of copies that others on the machine may read.
        keys_beside: a folder in which copies and their keys lie together.
        has_work: somebody has answered something.
        libraries: what is installed.
        has_pages: the browser part was built.
    """

    setting_problem: str = ""
    folder: str = ""
    folder_problem: str = ""
    is_folder_open: bool = False
    is_key_open: bool = False
    key_characters: int = KEY_CHARACTERS
    is_key_another: bool = False
    free_bytes: int | None = None
    database_bytes: int | None = None
    database: str = "sqlite"
    database_problem: str = ""
    database_version: tuple[int, ...] = ()
    database_least: tuple[int, ...] = ()
    is_database_new: bool = False
    waiting: int = 0
    ahead: str = ""
    has_copy_programs: bool = True
    url: str = "http://127.0.0.1:8000"
    has_mail: bool = False
    letters_failed: int = 0
    jobs_heard_seconds: int | None = None
    jobs_waiting: int = 0
    jobs_failed: int = 0
    ended: tuple[ExpiredParameters, ...] = ()
    places_problem: str = ""
    clock_seconds: int | None = None
    future_seconds: int | None = None
    backup_days: int | None = None
    keys_open: str = ""
    keys_beside: str = ""
    has_work: bool = False
    libraries: tuple[Library, ...] = ()
    has_pages: bool = True


def examine(seen: Facts) -> list[Finding]:
    """List what is wrong, what matters most first.

    Example:
        >>> [one.code for one in examine(Facts(has_mail=True, jobs_heard_seconds=3))]
        ['url-local']
    """
    if seen.setting_problem:
        return [Finding("setting-malformed", Level.BROKEN, {"problem": seen.setting_problem})]
    found = [
        *_installed(seen),
        *_folder(seen),
        *_database(seen),
        *_address(seen),
        *_clock(seen),
        *_jobs(seen),
        *_parameters(seen),
        *_copies(seen),
    ]
    return sorted(found, key=lambda one: list(Level).index(one.level))


def worst(findings: list[Finding]) -> Level | None:
    """Return the highest level among findings; None where all is well or good to know."""
    levels = [one.level for one in findings if one.level != Level.KNOW]
    return min(levels, key=list(Level).index, default=None)


def fits(installed: str, wanted: str) -> bool:
    """Say whether a version is within what is asked for.

    Example:
        >>> fits("6.1.3", ">=6.1,<6.2"), fits("6.2", ">=6.1,<6.2"), fits("65.21", ">=65.9")
        (True, False, True)
    """
    here = _numbers(installed)
    for operator, version in SPECIFIER.findall(wanted):
        asked = _numbers(version)
        width = max(len(here), len(asked))
        left, right = _padded(here, width), _padded(asked, width)
        is_met = {
            ">=": left >= right,
            "<=": left <= right,
            "==": left == right,
            "<": left < right,
            ">": left > right,
        }[operator]
        if not is_met:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of a version; what follows them, as in 7rc1, is left out."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _padded(numbers: tuple[int, ...], width: int) -> tuple[int, ...]:
    return numbers + (0,) * (width - len(numbers))


def _installed(seen: Facts) -> Iterator[Finding]:
    for one in seen.libraries:
        if not one.installed:
            yield Finding("library-absent", Level.BROKEN, {"name": one.name})
        elif not fits(one.installed, one.wanted):
            facts: dict[str, str | int] = {
                "name": one.name,
                "installed": one.installed,
                "wanted": one.wanted,
            }
            yield Finding("library-version", Level.BROKEN, facts)
    if not seen.has_pages:
        yield Finding("pages-unbuilt", Level.BROKEN)


def _folder(seen: Facts) -> Iterator[Finding]:
    if seen.folder_problem:
        facts: dict[str, str | int] = {"folder": seen.folder, "problem": seen.folder_problem}
        yield Finding("folder-unwritable", Level.BROKEN, facts)
    if seen.is_key_open:
        yield Finding("key-open", Level.BROKEN, {"folder": seen.folder})
    elif seen.is_folder_open:
        yield Finding("folder-open", Level.LOOK, {"folder": seen.folder})
    if seen.key_characters < KEY_CHARACTERS:
        yield Finding("key-short", Level.LOOK, {"characters": seen.key_characters})
    if seen.is_key_another:
        yield Finding("key-another", Level.BROKEN)
    if seen.free_bytes is None:
        return
    mib = seen.free_bytes // 2**20
    wanted = max(LITTLE_FREE_BYTES, 3 * (seen.database_bytes or 0))
    if seen.free_bytes < LEAST_FREE_BYTES:
        yield Finding("space-none", Level.BROKEN, {"mib": mib})
    elif seen.free_bytes < wanted:
        yield Finding("space-little", Level.LOOK, {"mib": mib, "wanted": wanted // 2**20})


def _database(seen: Facts) -> Iterator[Finding]:
    if seen.database_problem:
        yield Finding("database-silent", Level.BROKEN, {"problem": seen.database_problem})
        return
    if seen.database_version and seen.database_version < seen.database_least:
        facts: dict[str, str | int] = {
            "name": "PostgreSQL" if seen.database == "postgresql" else "SQLite",
            "version": ".".join(map(str, seen.database_version)),
            "least": ".".join(map(str, seen.database_least)),
        }
        yield Finding("database-version", Level.BROKEN, facts)
    if seen.is_database_new:
        yield Finding("database-new", Level.BROKEN)
    elif seen.ahead:
        yield Finding("database-newer", Level.BROKEN, {"migration": seen.ahead})
    elif seen.waiting:
        yield Finding("database-older", Level.BROKEN, {"changes": seen.waiting})


def _address(seen: Facts) -> Iterator[Finding]:
    whole = ADDRESS.fullmatch(seen.url)
    if whole is None:
        yield Finding("url-malformed", Level.BROKEN, {"url": seen.url})
    elif whole["scheme"] == "http" and whole["host"].strip("[]") not in LOOPBACK:
        yield Finding("url-plain", Level.LOOK, {"url": seen.url, "host": whole["host"]})
    elif whole["scheme"] == "http":
        yield Finding("url-local", Level.KNOW, {"url": seen.url})
    if not seen.has_mail:
        yield Finding("mail-none", Level.KNOW)
    elif seen.letters_failed:
        yield Finding("mail-fails", Level.LOOK, {"letters": seen.letters_failed})


def _clock(seen: Facts) -> Iterator[Finding]:
    if seen.clock_seconds is not None and abs(seen.clock_seconds) > CLOCK_SECONDS:
        yield Finding("clock-apart", Level.BROKEN, {"seconds": abs(seen.clock_seconds)})
    if seen.future_seconds is not None and seen.future_seconds > CLOCK_SECONDS:
        yield Finding("clock-behind", Level.BROKEN, {"seconds": seen.future_seconds})


def _jobs(seen: Facts) -> Iterator[Finding]:
    if seen.database_problem or seen.is_database_new:
        return
    heard = seen.jobs_heard_seconds
    if heard is None or heard > GONE_SECONDS:
        level = Level.BROKEN if seen.jobs_waiting else Level.LOOK
        yield Finding("jobs-none", level, {"waiting": seen.jobs_waiting})
    if seen.jobs_failed:
        yield Finding("jobs-failed", Level.LOOK, {"jobs": seen.jobs_failed})


def _parameters(seen: Facts) -> Iterator[Finding]:
    if seen.places_problem:
        yield Finding("places-unreadable", Level.BROKEN, {"problem": seen.places_problem})
    for one in seen.ended:
        facts: dict[str, str | int] = {
            "places": ", ".join(one.places),
            "values": one.values,
            "day": one.day,
        }
        if one.is_over:
            yield Finding("parameters-over", Level.LOOK, facts)
        else:
            yield Finding("parameters-ending", Level.KNOW, facts)


def _copies(seen: Facts) -> Iterator[Finding]:
    if seen.database_problem:
        return
    if not seen.has_copy_programs:
        yield Finding("copy-programs", Level.LOOK)
    if seen.keys_open:
        yield Finding("keys-open", Level.BROKEN, {"folder": seen.keys_open})
    if seen.keys_beside:
        yield Finding("keys-beside", Level.LOOK, {"folder": seen.keys_beside})
    if not seen.has_work:
        return
    if seen.backup_days is None:
        yield Finding("copy-never", Level.LOOK)
    elif seen.backup_days >= BACKUP_DAYS:
        yield Finding("copy-old", Level.LOOK, {"days": seen.backup_days})
