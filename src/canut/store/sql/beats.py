"""SQL that stores a batch of heartbeats: three statements for any size."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

type Value = bool | int | str | None


class OwnPage(NamedTuple):
    """A page opened by a person: time, their time zone ("" before terms are set), project."""

    opened_ms: int
    zone: str
    project: int | None


class BeatContext(NamedTuple):
    """A person's pages by session; person and project of each lease that is there."""

    pages: dict[str, OwnPage]
    leases: dict[int, tuple[int, int]]


_KEEP = """
INSERT INTO store_beat (person_id, project_id, session, seq, mono_ms, visible, focused, surface,
  buckets, media_ms, previous, received_ms)
VALUES {}
ON CONFLICT (session, seq) DO NOTHING
"""
_ROW = f"({', '.join(['%s'] * 12)})"
_PAGES = """
SELECT 0, p.session, p.opened_ms, p.project_id,
  (SELECT t.zone FROM store_terms t WHERE t.person_id = p.person_id ORDER BY t.number DESC LIMIT 1)
FROM store_openpage p WHERE p.person_id = %s AND p.session IN ({})
"""
_LEASES = """
UNION ALL SELECT l.id, '', coalesce(w.person_id, 0), w.project_id, NULL
FROM store_lease l JOIN store_worker w ON w.id = l.worker_id WHERE l.id IN ({})
"""
_WORKER = """
SELECT w.id, p.lease_seconds FROM store_worker w JOIN store_project p ON p.id = w.project_id
WHERE w.person_id = %s AND w.project_id = %s
"""
_DAY = """
INSERT INTO store_workedday (person_id, day, ms, at_ms) VALUES {rows}
ON CONFLICT (person_id, day) DO UPDATE SET
  ms = store_workedday.ms
    + {least}(excluded.ms, {greatest}(0, excluded.at_ms - store_workedday.at_ms)),
  at_ms = {greatest}(excluded.at_ms, store_workedday.at_ms)
"""


def context_of(
    cursor: CursorWrapper, person_id: int, sessions: Iterable[str], leases: Iterable[int]
) -> BeatContext:
    """Return this person's pages among some, and whose leases are, in one statement."""
    names, numbers = sorted(set(sessions)), sorted(set(leases))
    sql = _PAGES.format(", ".join(["%s"] * len(names)))
    values: list[Value] = [person_id, *names]
    if numbers:
        sql += _LEASES.format(", ".join(["%s"] * len(numbers)))
        values += numbers
    cursor.execute(sql, values)
    context = BeatContext({}, {})
    for lease, session, number, project, zone in cursor.fetchall():
        if session:
            context.pages[session] = OwnPage(number, zone or "", project)
        else:
            context.leases[lease] = (number, project)
    return context


def insert_beats(cursor: CursorWrapper, rows: Sequence[Sequence[Value]]) -> int:
    """Insert heartbeats, ignoring duplicates; return the number inserted."""
    values = [value for row in rows for value in row]
    cursor.execute(_KEEP.format(", ".join([_ROW] * len(rows))), values)
    return int(cursor.rowcount)


def find_worker(cursor: CursorWrapper, person_id: int, project_id: int) -> tuple[int, int] | None:
    """Return a person's worker in a project, and its lease duration in seconds."""
    cursor.execute(_WORKER, (person_id, project_id))
    row = cursor.fetchone()
    return None if row is None else (int(row[0]), int(row[1]))


def add_worked(
    cursor: CursorWrapper, person_id: int, ms_by_day: Mapping[str, int], now_ms: int
) -> None:
    """Add time to a person's days, at most the time elapsed since the last update."""
    is_sqlite = connection.vendor == "sqlite"
    sql = _DAY.format(
        rows=", ".join(["(%s, %s, %s, %s)"] * len(ms_by_day)),
        least="min" if is_sqlite else "least",
        greatest="max" if is_sqlite else "greatest",
    )
    values: list[Value] = [
        value for day, ms in sorted(ms_by_day.items()) for value in (person_id, day, ms, now_ms)
    ]
    cursor.execute(sql, values)
