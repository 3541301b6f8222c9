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


class LeaseHolder(NamedTuple):
    """Who holds a lease, in which project, and how long its sound may still play unseen."""

    person: int
    project: int
    unseen_ms: int = 0


class BeatContext(NamedTuple):
    """A person's pages by session, the leases that are there, and the number of the newest."""

    pages: dict[str, OwnPage]
    leases: dict[int, LeaseHolder]
    newest_lease: int = 0


_KEEP = """
INSERT INTO store_beat (person_id, project_id, session, seq, mono_ms, visible, focused, surface,
  buckets, media_ms, previous, received_ms)
VALUES {}
ON CONFLICT (session, seq) DO NOTHING
"""
_ROW = f"({', '.join(['%s'] * 12)})"
_PAGES = """
SELECT 0, p.session, p.opened_ms, p.project_id, 0,
  (SELECT t.zone FROM store_terms t WHERE t.person_id = p.person_id ORDER BY t.number DESC LIMIT 1)
FROM store_openpage p WHERE p.person_id = %s AND p.session IN ({})
"""
_LEASES = """
UNION ALL SELECT l.id, '', coalesce(w.person_id, 0), w.project_id, {unseen}, NULL
FROM store_lease l JOIN store_worker w ON w.id = l.worker_id WHERE l.id IN ({leases})
UNION ALL SELECT 0, '', coalesce(max(l.id), 0), 0, 0, NULL FROM store_lease l
"""
# Twice the length of the task's sounds, less what played unseen since it was lent.
_UNSEEN = """
(SELECT CAST(coalesce(sum(2 * m.duration_ms), 0) AS bigint)
   FROM store_task t CROSS JOIN {cells} c
   JOIN store_media m ON m.project_id = t.project_id AND m.sha256 = c.value
   WHERE t.id = l.task_id)
- (SELECT CAST(coalesce(sum(b.media_ms), 0) AS bigint) FROM store_beat b
   WHERE b.person_id = w.person_id AND b.received_ms >= l.lent_ms
     AND b.surface = 'item:' || l.id AND NOT b.visible)
"""
_CELLS = {"sqlite": "json_each(t.data)", "postgresql": "json_each_text(t.data::json)"}
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
    cursor: CursorWrapper,
    person_id: int,
    sessions: Iterable[str],
    leases: Iterable[int],
    *,
    plays_unseen: bool = False,
) -> BeatContext:
    """Return this person's pages among some, and whose leases are, in one statement.

    Args:
        cursor: an open cursor.
        person_id: whose pages.
        sessions: the pages asked about.
        leases: the leases asked about.
        plays_unseen: whether to tell how long their sounds may still play on a hidden page.
    """
    names, numbers = sorted(set(sessions)), sorted(set(leases))
    sql = _PAGES.format(", ".join(["%s"] * len(names)))
    values: list[Value] = [person_id, *names]
    if numbers:
        unseen = _UNSEEN.format(cells=_CELLS[connection.vendor]) if plays_unseen else "0"
        sql += _LEASES.format(unseen=unseen, leases=", ".join(["%s"] * len(numbers)))
        values += numbers
    cursor.execute(sql, values)
    context = BeatContext({}, {})
    for lease, session, number, project, unseen_ms, zone in cursor.fetchall():
        if session:
            context.pages[session] = OwnPage(number, zone or "", project)
        elif lease:
            context.leases[lease] = LeaseHolder(number, project, max(0, unseen_ms))
        else:
            context = context._replace(newest_lease=number)
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
