"""Logs that could not go on, whose entries wait while those of the others get their positions.

A held log is stored among the ranges of ``SequencerPosition.behind``, as ``[-project, 0, its first
entry without a position, when it is tried again in ms]``. The platform log has the number
``PLATFORM`` there, and since when it has not taken the ends of project logs. Reads only.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from canut.store.ledger.logs import PendingEntries, WaitingEntry

SHARE = 4  # part of a batch that a log takes to catch up
PLATFORM = 2**53 - 1  # stands for the platform log: no project has this number
READ_HELD = """
SELECT e.id, e.project_id, e.type, e.commitment,
  CASE WHEN length(e.commitment) = 0 OR e.type IN ('card', 'export') THEN e.payload ELSE '' END
FROM store_entrypending e
WHERE e.project_id = %s AND e.id >= %s AND e.id <= %s
  AND NOT EXISTS (SELECT 1 FROM store_logentry l WHERE l.pending_id = e.id)
ORDER BY e.id LIMIT %s
"""

READ_OWED = """
SELECT e.id, e.project_id, e.type, e.commitment, e.payload
FROM store_entrypending e
WHERE e.type IN ('card', 'export') AND e.id >= %s AND e.id <= %s
  AND NOT EXISTS (SELECT 1 FROM store_logentry l WHERE l.pending_id = e.id)
ORDER BY e.id LIMIT %s
"""

type Position = tuple[int, int, int, int]


class HeldLog(NamedTuple):
    """A project whose log could not go on.

    Args:
        project: whose log.
        first: the first of its entries that has no position.
        retry_ms: when it is tried again.
    """

    project: int
    first: int
    retry_ms: int


class HeldPlatform(NamedTuple):
    """The platform log where it could not go on, and what it owes.

    Args:
        since_ms: project logs signed since then have an end that it does not hold.
        first: entries for all to read, from this id on, may have no position in it.
        retry_ms: when it is tried again.
    """

    since_ms: int
    first: int
    retry_ms: int


class Batch(NamedTuple):
    """The entries to append now, the logs still held, and whether one of them is tried again."""

    entries: Sequence[WaitingEntry]
    held: dict[int, HeldLog]
    is_retry: bool


def batch_of(pending: PendingEntries, most: int, now_ms: int) -> Batch:
    """Leave out the entries of held logs; add those of the first that is due again.

    Args:
        pending: what waits, of all logs.
        most: how many entries a batch has.
        now_ms: the moment.
    """
    held = {-row[0]: HeldLog(-row[0], *row[2:]) for row in pending.held if row[0] != -PLATFORM}
    if not held:
        return Batch(pending.waiting, held, is_retry=False)
    entries: list[WaitingEntry] = []
    for entry in pending.waiting:
        log = held.get(entry.project or 0)
        if log is None:
            entries.append(entry)
        elif entry.id < log.first:
            held[log.project] = log._replace(first=entry.id)
    due = next((log for log in held.values() if log.retry_ms <= now_ms), None)
    if due is not None:
        del held[due.project]
        most = max(1, most // SHARE)
        rows = _entries_of(due, pending.until, most)
        entries += rows
        if len(rows) == most:
            held[due.project] = HeldLog(due.project, rows[-1].id + 1, now_ms)
    return Batch(entries, held, is_retry=due is not None)


def positions_of(held: Iterable[HeldLog]) -> list[Position]:
    """Return held logs as they are stored."""
    return [(-log.project, 0, log.first, log.retry_ms) for log in held]


def held_platform(behind: Iterable[Sequence[int]]) -> HeldPlatform | None:
    """Return the platform log if it is held, from the stored ranges; None if it goes on."""
    rows = (HeldPlatform(*row[1:]) for row in behind if row[0] == -PLATFORM)
    return next(rows, None)


def position_of(platform: HeldPlatform | None) -> list[Position]:
    """Return the held platform log as it is stored; nothing if it goes on."""
    return [] if platform is None else [(-PLATFORM, *platform)]


def read_owed(
    platform: HeldPlatform, until: int, most: int
) -> tuple[list[WaitingEntry], HeldPlatform | None]:
    """Load public entries that the platform log could not take.

    Args:
        platform: what it owes.
        until: the last id that an earlier batch read.
        most: how many are loaded at most.

    Returns:
        The entries, and what it owes after them; None if nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_OWED, (platform.first, until, most))
        rows = list(map(WaitingEntry._make, cursor.fetchall()))
    left = platform._replace(first=rows[-1].id + 1) if len(rows) == most else None
    return rows, left


def with_owed(batch: Batch, owed: Sequence[WaitingEntry]) -> Batch:
    """Add public entries to a batch; those of logs that are held wait with them."""
    known, entries = {entry.id for entry in batch.entries}, list(batch.entries)
    held = dict(batch.held)
    for entry in owed:
        log = held.get(entry.project or 0)
        if log is not None:
            held[log.project] = log._replace(first=min(log.first, entry.id))
        elif entry.id not in known:
            entries.append(entry)
    return batch._replace(entries=entries, held=held)


def _entries_of(log: HeldLog, until: int, most: int) -> list[WaitingEntry]:
    with connection.cursor() as cursor:
        cursor.execute(READ_HELD, (log.project, log.first, until, most))
        return list(map(WaitingEntry._make, cursor.fetchall()))
