"""Append a batch to the logs: entries, tiles and new edges, in few statements.

All is written in the caller's transaction, for which others wait on SQLite: statements there hold
hundreds of rows, for each is also a wait for the interpreter, and what was written is moved from
the write-ahead log to the database after it, with the lock given back. PostgreSQL is handed its
rows as they are, neither quoted nor read again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import batched, chain
from typing import NamedTuple

from django.db import connection

from canut.core.ledger.log import Edge
from canut.core.proofs.tiles import Tile
from canut.store.sql.raw_cursor import open_cursor
from canut.store.sqlite.wal import checkpoint_passive
from canut.store.tables.ledger import Log

AT_ONCE = {"sqlite": 4_000, "postgresql": 10_000}  # on SQLite others wait meanwhile: some 15 ms
ROWS_A_STATEMENT = 500
FEW = 1_000  # so many entries are moved from the write-ahead log whenever anybody's are
MOVE_LOG = """
UPDATE store_log SET size = %s, parts = %s, checkpoint = %s, signed_ms = %s
WHERE id = %s AND size = %s
"""
KEEP_ENTRIES = "INSERT INTO store_logentry (log_id, place, body, pending_id) VALUES "
COPY_ENTRIES = "COPY store_logentry (log_id, place, body, pending_id) FROM STDIN (FORMAT BINARY)"
ENTRY_TYPES = ("int8", "int8", "bytea", "int8")
KEEP_TILES = "INSERT INTO store_logtile (log_id, level, place, body) VALUES "
WIDER = " ON CONFLICT (log_id, level, place) DO UPDATE SET body = excluded.body"
PLACE_PLATFORM = "UPDATE store_platformentry SET place = %s WHERE id = %s AND place IS NULL"

type Row = tuple[int | bytes | None, ...]


class Gain(NamedTuple):
    """What a batch adds to a log: entries from ``first``, tiles, edge, signed checkpoint.

    ``pending`` are the waiting entries these commit to, None where they are open.
    """

    log: Log
    first: int
    bodies: Sequence[bytes]
    pending: Sequence[int | None]
    tiles: Mapping[Tile, bytes]
    edge: Edge
    checkpoint: str


def at_once() -> int:
    """Return how many entries this database appends in one transaction."""
    return AT_ONCE[connection.vendor]


def move_logs(gains: Sequence[Gain], now_ms: int) -> bool:
    """Update the edges of logs; return False if another process moved one since."""
    values = [
        (
            gain.edge.size,
            b"".join(gain.edge.parts),
            gain.checkpoint,
            now_ms,
            gain.log.pk,
            gain.log.size,
        )
        for gain in gains
    ]
    with connection.cursor() as cursor:
        cursor.executemany(MOVE_LOG, values)
        return not values or bool(cursor.rowcount == len(values))


def keep_batch(gains: Sequence[Gain]) -> None:
    """Insert a batch's entries and tiles; ``move_logs`` updates the logs."""
    entries: list[Row] = [
        (gain.log.pk, position, body, pending)
        for gain in gains
        for position, (body, pending) in enumerate(
            zip(gain.bodies, gain.pending, strict=True), gain.first
        )
    ]
    tiles: list[Row] = [
        (gain.log.pk, tile.level, tile.place, body)
        for gain in gains
        for tile, body in gain.tiles.items()
    ]
    if connection.vendor == "postgresql":
        _copy(entries)
    else:
        _write(KEEP_ENTRIES, entries)
    _write(KEEP_TILES, tiles, WIDER)


def place_platform(places: Sequence[tuple[int, int]]) -> None:
    """Set the positions of platform entries: pairs of position and id."""
    if places:
        with connection.cursor() as cursor:
            cursor.executemany(PLACE_PLATFORM, places)


@contextmanager
def emptied_after(entries: int) -> Iterator[None]:
    """Delay SQLite's checkpoint until after a large batch."""
    if connection.vendor != "sqlite" or entries < FEW or connection.in_atomic_block:
        yield
        return
    yield
    checkpoint_passive()


def _copy(rows: Sequence[Row]) -> None:
    errors = connection.wrap_database_errors
    with connection.cursor() as cursor, errors, cursor.copy(COPY_ENTRIES) as out:
        out.set_types(ENTRY_TYPES)
        for row in rows:
            out.write_row(row)


def _write(sql: str, rows: Sequence[Row], end: str = "") -> None:
    with open_cursor() as cursor:
        for some in batched(rows, ROWS_A_STATEMENT, strict=False):
            text = _of_rows(sql, len(some), end)
            cursor.execute(text, list(chain.from_iterable(some)))


@lru_cache(maxsize=8)
def _of_rows(sql: str, rows: int, end: str) -> str:
    """Return a statement for a number of rows; full batches share one prepared statement."""
    return sql + ", ".join(["(%s, %s, %s, %s)"] * rows) + end
