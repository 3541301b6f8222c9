"""Decide from facts about an instance what is wrong with it, and how badly.

A finding is a code with figures; its texts are in ``finding_texts``.
``store.operations.health`` and the command ``canut doctor`` gather the facts; this module observes
nothing itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

GIB = 2**30
LEAST_FREE_BYTES = GIB
LITTLE_FREE_BYTES = 5 * GIB
CLOCK_SECONDS = 5
MOST_NAMED = 10
BACKUP_DAYS = 2
GONE_SECONDS = 60
KEY_CHARACTERS = 50
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:]+\]|[^\s/:@\[\]]+)(?::\d+)?")
SPECIFIER = re.compile(r"(>=|<=|==|<|>)\s*([\d.]+)")


class Level(StrEnum):
    """The severity of a finding: broken, worth a look, or good to know."""

    BROKEN = "broken"
    LOOK = "look"
    KNOW = "know"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of an instance."""

    code: str
    level: Level
    facts: dict[str, str | int] = field(default_factory=dict[str, str | int])


@dataclass(frozen=True, slots=True)
class Library:
    """A library: the installed version, and the required one, such as ``>=6.1,<6.2``."""

    name: str
    installed: str
    wanted: str


@dataclass(frozen=True, slots=True)
class ExpiredParameters:
    """The number of labour parameters that end on a day, or ended, and their jurisdictions."""

    places: tuple[str, ...]
    values: int
    day: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class PayStopFacts:
    """From which day people of a place cannot be paid, for want of the values of which schemes."""

    place: str
    day: str
    schemes: tuple[str, ...]
    people: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """Observations of an instance; None where one was not possible.

    Args:
        setting_problem: why the settings cannot be read.
        folder: the data folder.
        folder_problem: why the data folder is not writable; empty if it is.
        is_folder_open: whether other users of the machine can read what is in it.
        is_key_open: whether other users of the machine can read the secret key.
        key_characters: length of the secret key.
        is_key_another: whether the database was created under another key.
        free_bytes: free space on the disk of the data.
        database_bytes: size of the database.
        database: sqlite or postgresql.
        database_problem: why the database does not answer; empty if it does.
        database_damage: what is damaged in the database; empty if nothing was noticed.
        media_lost, media_first: newest media that are gone or changed, and one of them.
        database_version, database_least: as numbers, such as (15, 2).
        is_database_new: whether the database has no tables yet.
        waiting: migrations that are not applied.
        ahead: a migration unknown to this program; empty if there is none.
        has_copy_programs: whether PostgreSQL's backup programs are installed.
        url: the address people use.
        trusted_proxies: how many proxies the settings trust.
        is_proxy_seen: whether a proxy that is not trusted passed requests on lately.
        has_mail: whether e-mail is configured.
        letters_failed: number of e-mails that failed in the last three months.
        jobs_heard_seconds: seconds since the last heartbeat of a worker process.
        jobs_waiting, jobs_failed: number of jobs not started, and failed in the last week.
        row_faults: rows that scheduled work left out within a day, each with its error.
        platform_log_problem: why the platform log takes no entries; empty if it does.
        misnamed: projects whose labour card names a log of another address; readers refuse it.
        witness_problems: witnesses that did not sign the platform log when last asked, and why.
        quorum_lack: what the quorum of witnesses lacks for the platform log; empty if it is met.
        ended: labour parameters that ended or end soon, day by day.
        places_problem: a jurisdiction's file that cannot be read.
        rates_old: exchange rates in force that are over 5 business days old, by currency and day.
        rates_expired: those over 10, with which no period closes.
        clock_seconds: offset of this clock from the database server's, in seconds.
        future_seconds: offset of the newest record from this clock, in seconds.
        backup_days: days since the last backup.
        backup_failure: why the last copy of the schedule was not made; empty if it was.
        storage: where pictures and sounds are stored: a folder or a bucket.
        storage_problem: why nothing can be written there; empty if it can.
        mail_server: host and port of the mail server; empty where none is spoken to.
        mail_problem: why it does not answer; empty if it does.
        mail_written_to: the setting by which e-mails stay on this machine; empty if they leave.
        mail_failed_at, mail_failure: when the last message did not leave, and why, until one does.
        backup_folder: into which the instance is copied by itself; empty for none.
        backup_folder_problem: why no copy can be written there; empty if it can.
        copy_gone: the last copy, if it is no longer where it was written.
        copy_damaged: the last copy, if it is not as long as it was.
        has_backup_schedule: whether copies are made by themselves.
        keys_open: a folder with backup keys that other users of the machine can read.
        keys_beside: a folder that contains both backups and their keys.
        has_work: whether anybody has answered anything.
        libraries: installed libraries.
        has_pages: whether the front end was built.
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
    database_damage: str = ""
    media_lost: int = 0
    media_first: str = ""
    database_version: tuple[int, ...] = ()
    database_least: tuple[int, ...] = ()
    is_database_new: bool = False
    waiting: int = 0
    ahead: str = ""
    has_copy_programs: bool = True
    url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    is_proxy_seen: bool = False
    has_mail: bool = False
    letters_failed: int = 0
    jobs_heard_seconds: int | None = None
    jobs_waiting: int = 0
    jobs_failed: int = 0
    row_faults: tuple[str, ...] = ()
    platform_log_problem: str = ""
    misnamed: tuple[str, ...] = ()
    witness_problems: tuple[str, ...] = ()
    quorum_lack: str = ""
    ended: tuple[ExpiredParameters, ...] = ()
    pay_stops: tuple[PayStopFacts, ...] = ()
    places_problem: str = ""
    rates_old: tuple[str, ...] = ()
    rates_expired: tuple[str, ...] = ()
    clock_seconds: int | None = None
    future_seconds: int | None = None
    backup_days: int | None = None
    backup_failure: str = ""
    storage: str = ""
    storage_problem: str = ""
    mail_server: str = ""
    mail_problem: str = ""
    mail_written_to: str = ""
    mail_failed_at: str = ""
    mail_failure: str = ""
    backup_folder: str = ""
    backup_folder_problem: str = ""
    copy_gone: str = ""
    copy_damaged: str = ""
    has_backup_schedule: bool = False
    keys_open: str = ""
    keys_beside: str = ""
    has_work: bool = False
    libraries: tuple[Library, ...] = ()
    has_pages: bool = True


def examine(observed: InstanceFacts) -> list[Finding]:
    """List the problems, most severe first.

    Example:
        >>> [one.code for one in examine(InstanceFacts(has_mail=True, jobs_heard_seconds=3))]
        ['url-local', 'copy-unplanned']
    """
    if observed.setting_problem:
        return [Finding("setting-malformed", Level.BROKEN, {"problem": observed.setting_problem})]
    findings = [
        *_installed(observed),
        *_folder(observed),
        *_database(observed),
        *_media(observed),
        *_address(observed),
        *_clock(observed),
        *_jobs(observed),
        *_parameters(observed),
        *_copies(observed),
    ]
    return sorted(findings, key=lambda finding: list(Level).index(finding.level))


def worst(findings: list[Finding]) -> Level | None:
    """Return the highest level among findings; None if all are good to know."""
    levels = [finding.level for finding in findings if finding.level != Level.KNOW]
    return min(levels, key=list(Level).index, default=None)


def fits(installed: str, specifier: str) -> bool:
    """Return whether a version satisfies a specifier.

    Example:
        >>> fits("6.1.3", ">=6.1,<6.2"), fits("6.2", ">=6.1,<6.2"), fits("65.21", ">=65.9")
        (True, False, True)
    """
    here = _numbers(installed)
    for operator, version in SPECIFIER.findall(specifier):
        bound = _numbers(version)
        width = max(len(here), len(bound))
        own, right = _padded(here, width), _padded(bound, width)
        is_met = {
            ">=": own >= right,
            "<=": own <= right,
            "==": own == right,
            "<": own < right,
            ">": own > right,
        }[operator]
        if not is_met:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """Parse the leading numbers of a version; a suffix, as in 7rc1, is dropped."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(number) for number in match.group().split(".")) if match else ()


def _padded(numbers: tuple[int, ...], width: int) -> tuple[int, ...]:
    return numbers + (0,) * (width - len(numbers))


def _installed(observed: InstanceFacts) -> Iterator[Finding]:
    for library in observed.libraries:
        if not library.installed:
            yield Finding("library-absent", Level.BROKEN, {"name": library.name})
        elif not fits(library.installed, library.wanted):
            facts: dict[str, str | int] = {
                "name": library.name,
                "installed": library.installed,
                "wanted": library.wanted,
            }
            yield Finding("library-version", Level.BROKEN, facts)
    if not observed.has_pages:
        yield Finding("pages-unbuilt", Level.BROKEN)


def _folder(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.folder_problem:
        facts: dict[str, str | int] = {
            "folder": observed.folder,
            "problem": observed.folder_problem,
        }
        yield Finding("folder-unwritable", Level.BROKEN, facts)
    if observed.is_key_open:
        yield Finding("key-open", Level.BROKEN, {"folder": observed.folder})
    elif observed.is_folder_open:
        yield Finding("folder-open", Level.LOOK, {"folder": observed.folder})
    if observed.key_characters < KEY_CHARACTERS:
        yield Finding("key-short", Level.LOOK, {"characters": observed.key_characters})
    if observed.is_key_another:
        yield Finding("key-another", Level.BROKEN)
    if observed.free_bytes is None:
        return
    mib = observed.free_bytes // 2**20
    expected = max(LITTLE_FREE_BYTES, 3 * (observed.database_bytes or 0))
    if observed.free_bytes < LEAST_FREE_BYTES:
        yield Finding("space-none", Level.BROKEN, {"mib": mib})
    elif observed.free_bytes < expected:
        yield Finding("space-little", Level.LOOK, {"mib": mib, "wanted": expected // 2**20})


def _database(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.database_damage:
        yield Finding("database-damaged", Level.BROKEN, {"problem": observed.database_damage})
        return
    if observed.database_problem:
        yield Finding("database-silent", Level.BROKEN, {"problem": observed.database_problem})
        return
    if observed.database_version and observed.database_version < observed.database_least:
        facts: dict[str, str | int] = {
            "name": "PostgreSQL" if observed.database == "postgresql" else "SQLite",
            "version": ".".join(map(str, observed.database_version)),
            "least": ".".join(map(str, observed.database_least)),
        }
        yield Finding("database-version", Level.BROKEN, facts)
    if observed.is_database_new:
        yield Finding("database-new", Level.BROKEN)
    elif observed.ahead:
        yield Finding("database-newer", Level.BROKEN, {"migration": observed.ahead})
    elif observed.waiting:
        yield Finding("database-older", Level.BROKEN, {"changes": observed.waiting})


def _media(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.storage_problem:
        problem: dict[str, str | int] = {
            "storage": observed.storage,
            "problem": observed.storage_problem,
        }
        yield Finding("storage-unwritable", Level.BROKEN, problem)
    if observed.media_lost:
        facts: dict[str, str | int] = {"files": observed.media_lost, "first": observed.media_first}
        code = "objects-lost" if observed.storage.startswith("s3://") else "media-lost"
        yield Finding(code, Level.BROKEN, facts | {"storage": observed.storage})


def _address(observed: InstanceFacts) -> Iterator[Finding]:
    whole = ADDRESS.fullmatch(observed.url)
    if whole is None:
        yield Finding("url-malformed", Level.BROKEN, {"url": observed.url})
    elif whole["scheme"] == "http" and whole["host"].strip("[]") not in LOOPBACK:
        yield Finding("url-plain", Level.LOOK, {"url": observed.url, "host": whole["host"]})
    elif whole["scheme"] == "http":
        yield Finding("url-local", Level.KNOW, {"url": observed.url})
    is_behind_proxy = observed.is_proxy_seen or (whole and whole["scheme"] == "https")
    if is_behind_proxy and not observed.trusted_proxies:
        yield Finding("proxy-untrusted", Level.LOOK)
    if not observed.has_mail:
        yield Finding("mail-none", Level.KNOW)
        return
    if observed.mail_written_to:
        yield Finding("mail-stays", Level.KNOW, {"setting": observed.mail_written_to})
    if observed.mail_problem:
        server: dict[str, str | int] = {
            "server": observed.mail_server,
            "problem": observed.mail_problem,
        }
        yield Finding("mail-silent", Level.LOOK, server)
    if observed.mail_failed_at:
        failure: dict[str, str | int] = {
            "when": observed.mail_failed_at,
            "problem": observed.mail_failure,
        }
        yield Finding("mail-failed", Level.LOOK, failure)
    if observed.letters_failed:
        yield Finding("mail-fails", Level.LOOK, {"letters": observed.letters_failed})


def _clock(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.clock_seconds is not None and abs(observed.clock_seconds) > CLOCK_SECONDS:
        yield Finding("clock-apart", Level.BROKEN, {"seconds": abs(observed.clock_seconds)})
    if observed.future_seconds is not None and observed.future_seconds > CLOCK_SECONDS:
        yield Finding("clock-behind", Level.BROKEN, {"seconds": observed.future_seconds})


def _jobs(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.database_problem or observed.database_damage or observed.is_database_new:
        return
    heard = observed.jobs_heard_seconds
    if heard is None or heard > GONE_SECONDS:
        level = Level.BROKEN if observed.jobs_waiting else Level.LOOK
        yield Finding("jobs-none", level, {"waiting": observed.jobs_waiting})
    if observed.jobs_failed:
        yield Finding("jobs-failed", Level.LOOK, {"jobs": observed.jobs_failed})
    if observed.row_faults:
        facts: dict[str, str | int] = {
            "count": len(observed.row_faults),
            "rows": "; ".join(observed.row_faults[:MOST_NAMED]),
        }
        yield Finding("row-faults", Level.LOOK, facts)
    if observed.platform_log_problem:
        yield Finding("platform-log-held", Level.BROKEN, {"problem": observed.platform_log_problem})
    if observed.misnamed:
        projects = ", ".join(observed.misnamed[:MOST_NAMED])
        yield Finding("logs-misnamed", Level.LOOK, {"projects": projects})
    if observed.witness_problems:
        named = "; ".join(observed.witness_problems[:MOST_NAMED])
        yield Finding("witness-refuses", Level.LOOK, {"witnesses": named})
    if observed.quorum_lack:
        yield Finding("quorum-unmet", Level.BROKEN, {"lack": observed.quorum_lack})


def _parameters(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.places_problem:
        yield Finding("places-unreadable", Level.BROKEN, {"problem": observed.places_problem})
    if observed.rates_expired:
        yield Finding("rates-expired", Level.LOOK, {"rates": ", ".join(observed.rates_expired)})
    if observed.rates_old:
        yield Finding("rates-old", Level.LOOK, {"rates": ", ".join(observed.rates_old)})
    for stop in observed.pay_stops:
        named: dict[str, str | int] = {
            "place": stop.place,
            "day": stop.day,
            "schemes": ",".join(stop.schemes),
            "people": stop.people,
        }
        yield Finding("pay-stopped" if stop.is_over else "pay-stops", Level.LOOK, named)
    for parameters in observed.ended:
        facts: dict[str, str | int] = {
            "places": ", ".join(parameters.places),
            "values": parameters.values,
            "day": parameters.day,
        }
        if parameters.is_over:
            yield Finding("parameters-over", Level.LOOK, facts)
        else:
            yield Finding("parameters-ending", Level.KNOW, facts)


def _copies(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.database_problem or observed.database_damage:
        return
    if not observed.has_copy_programs:
        yield Finding("copy-programs", Level.LOOK)
    if observed.keys_open:
        yield Finding("keys-open", Level.BROKEN, {"folder": observed.keys_open})
    if observed.keys_beside:
        yield Finding("keys-beside", Level.LOOK, {"folder": observed.keys_beside})
    if observed.backup_failure:
        yield Finding("copy-failed", Level.BROKEN, {"problem": observed.backup_failure})
    yield from _copies_at_their_place(observed)
    if not observed.has_work:
        if observed.backup_days is None and not observed.has_backup_schedule:
            yield Finding("copy-unplanned", Level.KNOW)
        return
    if observed.backup_days is None and not observed.has_backup_schedule:
        yield Finding("copy-never", Level.LOOK)
    elif observed.backup_days is not None and observed.backup_days >= BACKUP_DAYS:
        yield Finding("copy-old", Level.LOOK, {"days": observed.backup_days})


def _copies_at_their_place(observed: InstanceFacts) -> Iterator[Finding]:
    if observed.backup_folder_problem:
        target: dict[str, str | int] = {
            "folder": observed.backup_folder,
            "problem": observed.backup_folder_problem,
        }
        yield Finding("copy-folder", Level.BROKEN, target)
    if observed.copy_damaged:
        yield Finding("copy-damaged", Level.BROKEN, {"file": observed.copy_damaged})
    if observed.copy_gone:
        yield Finding("copy-gone", Level.KNOW, {"file": observed.copy_gone})
