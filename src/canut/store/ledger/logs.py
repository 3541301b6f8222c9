"""Queries of the ledger's logs: pending entries, edges, tiles and entries.

Waiting entries get their numbers from the database when they are written, but come to be seen when
their transactions end. On SQLite, where one writes at a time, that is the same order. PostgreSQL
may show number 7 while number 6 is still being written: 6 is passed over, noted, and looked for
until no transaction that could have drawn it is left.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q

from canut.core.errors import Missing
from canut.core.ledger.log import Edge
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.merkle import HASH_BYTES, inclusion_proof
from canut.core.proofs.note import read_note
from canut.core.proofs.tiles import HEIGHT, WIDTH, Bundle, Tile, node_reader, write_bundle
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from canut.store.sql.raw_cursor import open_reader
from canut.store.tables.ledger import (
    Countersignature,
    Log,
    LogEntry,
    PlatformEntry,
    SequencerPosition,
)
from canut.store.tables.pay import Period, Statement

GRACE_MS = 60_000  # a number is drawn a moment before its transaction has a number itself

READ_WAITING = """
SELECT id, project_id, type, commitment,
  CASE WHEN length(commitment) = 0 OR type IN ('card', 'export') THEN payload ELSE '' END
FROM store_entrypending
WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
READ_ENTRY = "SELECT id, body, pending_id FROM store_logentry WHERE log_id = %s AND place = %s"
READ_TILES = """
SELECT level, place, body FROM store_logtile WHERE log_id = %s AND (level, place) IN ({pairs})
"""
READ_TILE = "SELECT body FROM store_logtile WHERE log_id = %s AND level = %s AND place = %s"
HAS_WAITING = """
SELECT behind,
  EXISTS (SELECT 1 FROM store_entrypending e WHERE e.id > t.until),
  EXISTS (SELECT 1 FROM store_platformentry WHERE place IS NULL)
FROM store_taken t WHERE id = 1
"""
LARGEST = 2**63 - 1

type Range = tuple[int, int, int, int]


class WaitingEntry(NamedTuple):
    """A pending entry; ``facts`` is its JSON if it is public."""

    id: int
    project: int | None
    kind: str
    commitment: bytes
    facts: str = ""


class PendingEntries(NamedTuple):
    """Pending entries, and the sequencer's position after them; ``held_logs`` reads ``held``."""

    waiting: Sequence[WaitingEntry]
    until: int
    behind: Sequence[Range]
    held: Sequence[Range] = ()


def has_waiting() -> bool:
    """Return whether an entry may wait: one short statement, for a process that polls."""
    with connection.cursor() as cursor:
        cursor.execute(HAS_WAITING)
        row = cursor.fetchone()
    if row is None:  # nothing was ever sequenced here
        return True
    behind, *is_waiting = row
    return any(is_waiting) or behind not in ("[]", [])


def read_waiting(sequencer: SequencerPosition, most: int, now_ms: int) -> PendingEntries:
    """Load pending entries in the order of their ids.

    Args:
        sequencer: how far they have theirs.
        most: how many at most.
        now_ms: the moment.
    """
    with connection.cursor() as cursor:
        oldest, newest = 0, 0
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
                " FROM pg_current_snapshot() s"
            )
            oldest, newest = cursor.fetchone()
        late: list[WaitingEntry] = []
        behind: list[Range] = []
        held = [row for row in sequencer.behind if row[0] < 0]
        for first, last, before, noted_ms in sequencer.behind:
            if first < 0:
                continue
            capacity = most - len(late)
            rows = _between(cursor, first - 1, last, capacity)
            late += rows
            if oldest < before or now_ms < noted_ms + GRACE_MS or len(rows) == capacity:
                behind += _gaps(first, last, rows, before, noted_ms)
        new = _between(cursor, sequencer.until, LARGEST, most - len(late))
    until = new[-1].id if new else sequencer.until
    if newest:
        behind += _gaps(sequencer.until + 1, until, new, newest, now_ms)
    return PendingEntries([*late, *new], until, behind, held)


def read_platform(most: int) -> list[WaitingEntry]:
    """Load pending platform entries in the order of their ids.

    Those of a statement whose period is not closed are drafts, as it is.
    """
    closed = Statement.objects.filter(period__state=Period.State.CLOSED, pk=OuterRef("statement"))
    is_final = Q(statement=None) | Exists(closed)
    waiting = PlatformEntry.objects.filter(is_final, place=None).order_by("id")[:most]
    return [
        WaitingEntry(
            entry.pk,
            None,
            entry.type,
            bytes(entry.commitment),
            "" if entry.commitment else entry.payload,
        )
        for entry in waiting
    ]


def _between(cursor: CursorWrapper, after: int, until: int, most: int) -> list[WaitingEntry]:
    cursor.execute(READ_WAITING, (after, until, most))
    return list(map(WaitingEntry._make, cursor.fetchall()))


def _gaps(
    first: int, last: int, entries: Sequence[WaitingEntry], before: int, noted_ms: int
) -> list[Range]:
    """Return the id ranges between ``first`` and ``last`` that are missing."""
    gaps: list[Range] = []
    for entry in entries:
        if entry.id > first:
            gaps.append((first, entry.id - 1, before, noted_ms))
        first = entry.id + 1
    if first <= last:
        gaps.append((first, last, before, noted_ms))
    return gaps


def edge_of(log: Log) -> Edge:
    """Return the edge of a log."""
    parts, begin, size = [], 0, log.size
    body = bytes(log.parts)
    while size:
        end = begin + size % WIDTH * HASH_BYTES
        parts.append(body[begin:end])
        begin, size = end, size // WIDTH
    return Edge(log.size, tuple(parts))


def log_named(project_id: int | None) -> Log:
    """Return the log of a project, or the platform's.

    Raises:
        Missing: nothing came into it yet.
    """
    log = Log.objects.filter(project=project_id).first()
    if log is None:
        raise Missing("there is no such log")
    return log


def read_tile(log: Log, tile: Tile) -> bytes:
    """Read the hashes of a tile; a partial tile is a prefix of the stored one.

    Raises:
        Missing: the log has not come so far.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_TILE, (log.pk, tile.level, tile.place))
        row = cursor.fetchone()
    body = bytes(row[0]) if row else b""
    if len(body) < tile.width * HASH_BYTES:
        raise Missing("the log has not come so far")
    return body[: tile.width * HASH_BYTES]


def read_bundle(log: Log, bundle: Bundle) -> bytes:
    """Read the entries of a bundle.

    Raises:
        Missing: the log has not come so far.
    """
    first = bundle.place * WIDTH
    entries = LogEntry.objects.filter(log=log, place__gte=first, place__lt=first + bundle.width)
    bodies = [bytes(body) for body in entries.order_by("place").values_list("body", flat=True)]
    if len(bodies) < bundle.width:
        raise Missing("the log has not come so far")
    return write_bundle(bodies)


def entries_of(log: Log, before: int, most: int) -> list[LogEntry]:
    """List ``most`` entries of a log before a position, newest first."""
    entries = LogEntry.objects.filter(log=log, place__lt=before, place__gte=before - most)
    return list(entries.order_by("-place"))


def entry_at(log: Log, place: int) -> LogEntry:
    """Return the entry at a position.

    Raises:
        Missing: the log has not come so far.
    """
    with open_reader() as cursor:
        cursor.execute(READ_ENTRY, (log.pk, place))
        row = cursor.fetchone()
    if row is None:
        raise Missing("the log has not come so far")
    number, body, pending = row
    return LogEntry(id=number, log_id=log.pk, place=place, body=body, pending_id=pending)


def proof_of(log: Log, entry: LogEntry, checkpoint: str) -> bytes:
    """Write the proof file of an entry at a checkpoint, with the entry as extra data."""
    size = read_checkpoint(read_note(checkpoint.encode()).text).size
    tiles = _tiles_around(log, entry.place, size)

    def read(tile: Tile) -> bytes:
        body = tiles.get((tile.level, tile.place), b"")
        fits = len(body) >= tile.width * HASH_BYTES
        return body[: tile.width * HASH_BYTES] if fits else read_tile(log, tile)

    hashes = inclusion_proof(node_reader(read, size), entry.place, size)
    body = bytes(entry.body)
    return write_proof(LoggedProof(entry.place, tuple(hashes), checkpoint.encode(), body))


def _tiles_around(log: Log, place: int, size: int) -> dict[tuple[int, int], bytes]:
    """Load the tiles of a proof in one query: over the entry and at the edge, per level."""
    keys, level, hashes = set[tuple[int, int]](), 0, size
    while hashes:
        keys |= {(level, place >> HEIGHT * (level + 1)), (level, (hashes - 1) // WIDTH)}
        level, hashes = level + 1, hashes // WIDTH
    pairs = sorted(keys)
    text = READ_TILES.replace("{pairs}", ", ".join(["(%s, %s)"] * len(pairs)))
    with open_reader() as cursor:
        cursor.execute(text, (log.pk, *chain.from_iterable(pairs)))
        return {(level, at): bytes(body) for level, at, body in cursor.fetchall()}


def was_behind() -> bool:
    """Return whether the platform's log records a rollback to an older state."""
    return PlatformEntry.objects.filter(type="log.behind").exists()


def all_logs() -> list[Log]:
    """List the logs: the platform's first, then the last signed."""
    return sorted(Log.objects.order_by("-signed_ms"), key=lambda log: log.project_id is not None)


def logs_of(projects: Iterable[int | None]) -> dict[int | None, Log]:
    """Return the logs of projects, by project."""
    return {log.project_id: log for log in Log.objects.filter(project__in=projects)}


def log_of_project(project_id: int) -> Log | None:
    """Return the log of a project; None before its first entry."""
    return Log.objects.filter(project=project_id).first()


def signature_of(statement_id: int) -> Countersignature | None:
    """Return the payee's signature of a statement; None if unsigned."""
    return Countersignature.objects.filter(statement=statement_id).first()
