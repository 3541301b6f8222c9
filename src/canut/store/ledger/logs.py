"""Named reads of the ledger's logs: what waits, where a log ends, its tiles and entries.

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
LARGEST = 2**63 - 1

type Range = tuple[int, int, int, int]


class Waiting(NamedTuple):
    """One entry that waits for its place; ``facts`` are its JSON where it tells them openly."""

    id: int
    project: int | None
    kind: str
    commitment: bytes
    facts: str = ""


class PendingEntries(NamedTuple):
    """What waits, and how far things were read: to be kept with the places they get."""

    waiting: Sequence[Waiting]
    until: int
    behind: Sequence[Range]


def read_waiting(taken: SequencerPosition, most: int, now_ms: int) -> PendingEntries:
    """Read entries that wait for their places, in the order of their numbers.

    Args:
        taken: how far they have theirs.
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
        late: list[Waiting] = []
        behind: list[Range] = []
        for first, last, before, noted_ms in taken.behind:
            room = most - len(late)
            found = _between(cursor, first - 1, last, room)
            late += found
            if oldest < before or now_ms < noted_ms + GRACE_MS or len(found) == room:
                behind += _gaps(first, last, found, before, noted_ms)
        new = _between(cursor, taken.until, LARGEST, most - len(late))
    until = new[-1].id if new else taken.until
    if newest:
        behind += _gaps(taken.until + 1, until, new, newest, now_ms)
    return PendingEntries([*late, *new], until, behind)


def read_platform(most: int) -> list[Waiting]:
    """Read entries of no project that wait for their places in the log of all, in their order."""
    waiting = PlatformEntry.objects.filter(place=None).order_by("id")[:most]
    return [
        Waiting(
            one.pk,
            None,
            one.type,
            bytes(one.commitment),
            "" if one.commitment else one.payload,
        )
        for one in waiting
    ]


def _between(cursor: CursorWrapper, after: int, until: int, most: int) -> list[Waiting]:
    cursor.execute(READ_WAITING, (after, until, most))
    return list(map(Waiting._make, cursor.fetchall()))


def _gaps(
    first: int, last: int, found: Sequence[Waiting], before: int, noted_ms: int
) -> list[Range]:
    """Return the ranges of numbers from ``first`` to ``last`` that were not found."""
    gaps: list[Range] = []
    for one in found:
        if one.id > first:
            gaps.append((first, one.id - 1, before, noted_ms))
        first = one.id + 1
    if first <= last:
        gaps.append((first, last, before, noted_ms))
    return gaps


def edge_of(log: Log) -> Edge:
    """Return where a log ends."""
    parts, begin, size = [], 0, log.size
    body = bytes(log.parts)
    while size:
        end = begin + size % WIDTH * HASH_BYTES
        parts.append(body[begin:end])
        begin, size = end, size // WIDTH
    return Edge(log.size, tuple(parts))


def log_named(project_id: int | None) -> Log:
    """Return the log of a project, or the one of all.

    Raises:
        Missing: nothing came into it yet.
    """
    log = Log.objects.filter(project=project_id).first()
    if log is None:
        raise Missing("there is no such log")
    return log


def read_tile(log: Log, tile: Tile) -> bytes:
    """Read the hashes of a tile; a narrower one is the beginning of what is kept.

    Raises:
        Missing: the log has not come so far.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ_TILE, (log.pk, tile.level, tile.place))
        kept = cursor.fetchone()
    body = bytes(kept[0]) if kept else b""
    if len(body) < tile.width * HASH_BYTES:
        raise Missing("the log has not come so far")
    return body[: tile.width * HASH_BYTES]


def read_bundle(log: Log, bundle: Bundle) -> bytes:
    """Read the entries of a bundle.

    Raises:
        Missing: the log has not come so far.
    """
    first = bundle.place * WIDTH
    kept = LogEntry.objects.filter(log=log, place__gte=first, place__lt=first + bundle.width)
    bodies = [bytes(body) for body in kept.order_by("place").values_list("body", flat=True)]
    if len(bodies) < bundle.width:
        raise Missing("the log has not come so far")
    return write_bundle(bodies)


def entries_of(log: Log, before: int, most: int) -> list[LogEntry]:
    """List entries of a log, newest first, ``most`` of those before a place."""
    found = LogEntry.objects.filter(log=log, place__lt=before, place__gte=before - most)
    return list(found.order_by("-place"))


def entry_at(log: Log, place: int) -> LogEntry:
    """Return the entry at a place.

    Raises:
        Missing: the log has not come so far.
    """
    with open_reader() as cursor:
        cursor.execute(READ_ENTRY, (log.pk, place))
        found = cursor.fetchone()
    if found is None:
        raise Missing("the log has not come so far")
    number, body, pending = found
    return LogEntry(id=number, log_id=log.pk, place=place, body=body, pending_id=pending)


def proof_of(log: Log, entry: LogEntry, checkpoint: str) -> bytes:
    """Write the proof file of an entry at a checkpoint of its log, the entry as its extra."""
    size = read_checkpoint(read_note(checkpoint.encode()).text).size
    kept = _tiles_around(log, entry.place, size)

    def read(tile: Tile) -> bytes:
        body = kept.get((tile.level, tile.place), b"")
        fits = len(body) >= tile.width * HASH_BYTES
        return body[: tile.width * HASH_BYTES] if fits else read_tile(log, tile)

    hashes = inclusion_proof(node_reader(read, size), entry.place, size)
    body = bytes(entry.body)
    return write_proof(LoggedProof(entry.place, tuple(hashes), checkpoint.encode(), body))


def _tiles_around(log: Log, place: int, size: int) -> dict[tuple[int, int], bytes]:
    """Read at once the tiles a proof takes: over the entry, and at the end, on every level."""
    wanted, level, hashes = set[tuple[int, int]](), 0, size
    while hashes:
        wanted |= {(level, place >> HEIGHT * (level + 1)), (level, (hashes - 1) // WIDTH)}
        level, hashes = level + 1, hashes // WIDTH
    pairs = sorted(wanted)
    text = READ_TILES.replace("{pairs}", ", ".join(["(%s, %s)"] * len(pairs)))
    with open_reader() as cursor:
        cursor.execute(text, (log.pk, *chain.from_iterable(pairs)))
        return {(level, at): bytes(body) for level, at, body in cursor.fetchall()}


def was_behind() -> bool:
    """Say whether the log of all tells that it was once brought back to an older state."""
    return PlatformEntry.objects.filter(type="log.behind").exists()


def all_logs() -> list[Log]:
    """List the logs, the one of all first, then the last signed."""
    return sorted(Log.objects.order_by("-signed_ms"), key=lambda log: log.project_id is not None)


def logs_of(projects: Iterable[int | None]) -> dict[int | None, Log]:
    """Return the logs of those projects that have one, by project."""
    return {log.project_id: log for log in Log.objects.filter(project__in=projects)}


def log_of_project(project_id: int) -> Log | None:
    """Return the log of a project; none before its first entry."""
    return Log.objects.filter(project=project_id).first()


def signature_of(statement_id: int) -> Countersignature | None:
    """Return what whoever a statement pays has signed of it; none before."""
    return Countersignature.objects.filter(statement=statement_id).first()
