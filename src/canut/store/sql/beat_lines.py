"""Read millions of heartbeats as lines of text formatted by the database, without objects.

The lines are what ``core.time.beat_columns`` reads. Names that pages chose lose what could end a
field.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

LINE = """b.person_id || {tab} || b.person_id || '/' || {session} || {tab}
  || coalesce(b.project_id, 0) || '/' || {surface} || {tab}
  || b.seq || {tab} || b.mono_ms || {tab} || b.received_ms || {tab} || b.media_ms || {tab}
  || {visible} || {tab} || {buckets} || {end}"""
SQLITE = LINE.format(
    tab="char(9)",
    end="char(10)",
    session="replace(replace(replace(b.session, char(9), ''), char(10), ''), char(13), '')",
    surface="replace(replace(replace(b.surface, char(9), ''), char(10), ''), char(13), '')",
    visible="b.visible",
    buckets="b.buckets",
)
POSTGRES = LINE.format(
    tab="chr(9)",
    end="chr(10)",
    session="translate(b.session, chr(9) || chr(10) || chr(13), '')",
    surface="translate(b.surface, chr(9) || chr(10) || chr(13), '')",
    visible="b.visible::int",
    buckets="b.buckets::text",
)
NUMBERS = {"sqlite": "SELECT value FROM json_each(%s)", "postgresql": "SELECT unnest(%s::bigint[])"}
TEXTS = {"sqlite": "SELECT value FROM json_each(%s)", "postgresql": "SELECT unnest(%s::text[])"}
JOINED = {"sqlite": f"group_concat({SQLITE}, '')", "postgresql": f"string_agg({POSTGRES}, '')"}
BEATS_OF_PEOPLE = """
SELECT {joined} FROM store_beat b
WHERE b.person_id IN ({numbers}) AND b.received_ms >= %s AND b.received_ms < %s
"""
BEATS_OF_PAGES = """
SELECT {joined} FROM store_beat b WHERE b.session IN ({texts}) AND b.received_ms < %s
"""
CELLS = {
    "sqlite": "json_each({data}) c ON TRUE",
    "postgresql": "LATERAL json_each_text(({data})::json) c ON TRUE",
}
DATA = """CASE WHEN EXISTS (SELECT 1 FROM store_media p WHERE p.project_id = t.project_id)
  THEN t.data ELSE '{}' END"""
MEDIA = """
LEFT JOIN {cells}
LEFT JOIN store_media m ON m.project_id = t.project_id AND m.sha256 = c.value
"""
CONTENT = """coalesce(length(t.data), 0), CAST(coalesce(sum(m.duration_ms), 0) AS bigint),
  count(m.id) - count(m.duration_ms), coalesce(t.data LIKE %s, FALSE)"""
TASKS = """
SELECT l.id, {content} FROM store_lease l JOIN store_task t ON t.id = l.task_id {media}
WHERE l.id IN ({numbers}) GROUP BY l.id, t.id
"""
PROJECTS = """
SELECT p.id, {content},
  coalesce((SELECT length(q.instructions) FROM store_questionversion q
    WHERE q.project_id = p.id ORDER BY q.number DESC LIMIT 1), 0),
  EXISTS (SELECT 1 FROM store_questionversion q
    WHERE q.project_id = p.id AND q.instructions LIKE %s)
FROM store_project p LEFT JOIN store_task t ON t.id = p.practice_task_id {media}
WHERE p.id IN ({numbers}) GROUP BY p.id, t.id
"""
ADDRESS = "%://%"
PAGES = """
SELECT p.session, p.opened_ms, p.assistive, coalesce(p.silence_ms, 0)
FROM store_openpage p WHERE p.session IN ({texts})
"""

type Given = list[int] | list[str] | str | int


def lines_of(people: Sequence[int], begin_ms: int, end_ms: int) -> bytes:
    """Return people's heartbeats between two times, one line each."""
    return _text(_rows(BEATS_OF_PEOPLE, _given(people), begin_ms, end_ms))


def lines_before(sessions: Sequence[str], begin_ms: int) -> bytes:
    """Return the heartbeats of some pages before a time, one line each."""
    return _text(_rows(BEATS_OF_PAGES, _given(sessions), begin_ms))


def task_contents(leases: Sequence[int]) -> list[tuple[int, int, int, int, bool]]:
    """Return what the task of each lease holds; deleted leases are left out.

    Returns:
        Lease, letters, milliseconds of sound, pictures, and whether it names a web address.
    """
    return _rows(TASKS, ADDRESS, _given(leases))


def project_contents(
    projects: Sequence[int],
) -> list[tuple[int, int, int, int, bool, int, bool]]:
    """Return what the practice task and the instructions of projects hold.

    Returns:
        Project, then of its practice task as ``task_contents``, then the letters of its
        instructions, and whether any version of them names a web address.
    """
    return _rows(PROJECTS, ADDRESS, ADDRESS, _given(projects))


def pages_of(sessions: Sequence[str]) -> list[tuple[str, int, bool, int]]:
    """Return what holds for each page.

    Returns:
        Its name, when it was opened, whether silence counts twice there, and how much of it counts
        on tasks at least, in milliseconds.
    """
    return _rows(PAGES, _given(sessions))


def _rows(statement: str, *values: Given) -> list[Any]:
    kind = connection.vendor
    parts = {
        "numbers": NUMBERS[kind],
        "texts": TEXTS[kind],
        "joined": JOINED[kind],
        "content": CONTENT,
        "media": MEDIA.format(cells=CELLS[kind].format(data=DATA)),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**parts), values)
        return list(cursor.fetchall())


def _text(rows: list[Any]) -> bytes:
    text: str = rows[0][0] or ""
    return text.encode()


def _given(values: Sequence[int] | Sequence[str]) -> Given:
    if connection.vendor == "sqlite":
        return json.dumps(list(values))
    listed: list[Any] = list(values)
    return listed
