"""Bulk statements of imports and exports, for both databases.

SQLite takes hundreds in one statement (one step, so that other threads run meanwhile), PostgreSQL
takes them by ``COPY``. Who calls decides how many at a time, inside which transaction.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

from django.db import connection, transaction

from canut.store.tables.projects import Project


class NewTask(NamedTuple):
    """A task to insert."""

    project: int
    source: int
    row: int
    key: str
    data: str
    known: str | None


class NewProblem(NamedTuple):
    """A row set aside, to insert; ``facts`` is JSON text."""

    source: int
    line: int
    column: str
    code: str
    facts: str


class NewMedia(NamedTuple):
    """A picture or sound to insert; see ``store.media.files.Picture``."""

    project: int
    sha256: str
    content_type: str
    width: int
    height: int
    size_bytes: int
    duration_ms: int | None = None
    channels: int | None = None
    rate: int | None = None


class _Statements(NamedTuple):
    """Insert statements of one table: SQLite's, PostgreSQL's, and SQLite's values clause."""

    insert: str
    copy: str
    next_row: str


TASK = _Statements(
    'INSERT INTO store_task (project_id, source_id, "row", "key", data, known)'
    " VALUES (?, ?, ?, ?, ?, ?)",
    'COPY store_task (project_id, source_id, "row", "key", data, known) FROM STDIN',
    "(?, ?, ?, ?, ?, ?)",
)
PROBLEM = _Statements(
    'INSERT INTO store_importproblem (source_id, line, "column", code, facts)'
    " VALUES (?, ?, ?, ?, ?)",
    'COPY store_importproblem (source_id, line, "column", code, facts) FROM STDIN',
    "(?, ?, ?, ?, ?)",
)
ROWS_A_STATEMENT = 200
TOLD_OTHERWISE = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}  # by COPY


def insert_tasks(tasks: Sequence[NewTask]) -> None:
    """Insert tasks, which stay invisible until they have a state."""
    _insert(TASK, tasks)


def insert_problems(problems: Sequence[NewProblem]) -> None:
    """Insert rows that were set aside."""
    _insert(PROBLEM, problems)


def insert_media(media: Sequence[NewMedia]) -> None:
    """Insert the pictures that the project does not have yet."""
    if media:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_media"
                " (project_id, sha256, content_type, width, height, size_bytes,"
                " duration_ms, channels, rate)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                media,
            )


def _insert(table: _Statements, rows: Sequence[tuple[str | int | None, ...]]) -> None:
    if not rows:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(table.copy) as copy:
            copy.write(_copied(rows))
        return
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    whole = len(rows) - len(rows) % ROWS_A_STATEMENT
    many = ",".join([table.insert, *[table.next_row] * (ROWS_A_STATEMENT - 1)])
    for start in range(0, whole, ROWS_A_STATEMENT):
        cursor.execute(many, list(chain.from_iterable(rows[start : start + ROWS_A_STATEMENT])))
    cursor.executemany(table.insert, rows[whole:])
    cursor.close()


def _copied(rows: Sequence[tuple[str | int | None, ...]]) -> str:
    """Format rows for PostgreSQL's COPY, column by column, which is twice as fast as by cell."""
    columns = [_column(cells) for cells in zip(*rows, strict=True)]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _column(cells: Sequence[str | int | None]) -> Sequence[str]:
    """Format the cells of one column; most columns need no escaping."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells):
        return [
            r"\N" if cell is None else _escaped(cell) if isinstance(cell, str) else str(cell)
            for cell in cells
        ]
    joined = "".join(texts)
    return list(map(_escaped, texts)) if any(map(joined.count, TOLD_OTHERWISE)) else texts


def _escaped(cell: str) -> str:
    for character, escape in TOLD_OTHERWISE.items():
        if character in cell:
            cell = cell.replace(character, escape)
    return cell


def move_counts(source_id: int, before: tuple[int, int], after: tuple[int, int, int]) -> bool:
    """Update an import's counts if they are still as this reader left them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_import SET rows_good = %s, rows_bad = %s, bytes_read = %s "
            "WHERE id = %s AND state = 'reading' AND rows_good = %s AND rows_bad = %s",
            (*after, source_id, *before),
        )
        return bool(cursor.rowcount)


NEXT = """
SELECT count(*), coalesce(max("row"), %s) FROM (
  SELECT "row" FROM store_task WHERE source_id = %s AND "row" > %s ORDER BY "row" LIMIT %s) AS n
"""
REST = """
INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live, rule)
SELECT t.id, %s, 'open', 0, %s, 0, 0, %s FROM store_task t
WHERE t.source_id = %s AND t."row" > %s AND t."row" <= %s{unless} ORDER BY t."row"{there}
"""
# SQLite reads an index only. PostgreSQL pays for both ways by the row, so it looks first.
PUBLISH_REST = {
    "sqlite": REST.format(unless="", there=" ON CONFLICT (task_id) DO NOTHING"),
    "postgresql": REST.format(
        unless=" AND NOT EXISTS (SELECT 1 FROM store_taskstate s WHERE s.task_id = t.id)", there=""
    ),
}
# PostgreSQL reads the next rows once, for counting and for publishing. Whether some of them may be
# visible already is one look at an index for all of them. As ``EXISTS`` of a range it would be a
# look through the whole table, in the hope of an early row.
PUBLISH_NEXT = """
WITH next AS MATERIALIZED (
  SELECT "row", id FROM store_task WHERE source_id = %s AND "row" > %s ORDER BY "row" LIMIT %s
), ends AS MATERIALIZED (
  SELECT count(*) AS many, max("row") AS last_row, min(id) AS first_id, max(id) AS last_id FROM next
), begun AS MATERIALIZED (
  SELECT e.last_id >= (SELECT s.task_id FROM store_taskstate s
    WHERE s.task_id >= e.first_id ORDER BY s.task_id LIMIT 1) IS TRUE AS is_so FROM ends e
), added AS (
  INSERT INTO store_taskstate (task_id, project_id, state, priority, overlap, counted, live, rule)
  SELECT n.id, %s, 'open', 0, %s, 0, 0, %s FROM next n
  WHERE NOT (SELECT is_so FROM begun)
)
SELECT e.many, coalesce(e.last_row, %s), b.is_so FROM ends e, begun b
"""


def hold_project(project_id: int) -> Project:
    """Lock a project until the end of the transaction; return its task settings.

    Loading its other sixty columns would cost a millisecond per chunk, under the database's lock.
    """
    projects = Project.objects.only("overlap", "overlap_first", "overlap_rule", "severity_column")
    return projects.select_for_update(no_key=True).get(pk=project_id)


def publish_tasks(source_id: int, project: Project, after_row: int, limit: int) -> tuple[int, int]:
    """Publish the next tasks of an import, with the project's current overlap.

    Args:
        source_id: the import.
        project: its project, locked by the caller.
        after_row: the last row that is visible.
        limit: how many at most.

    Returns:
        How many, and the row of the last.
    """
    state = (project.pk, project.overlap_first or project.overlap, project.overlap_rule)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(NEXT, (after_row, source_id, after_row, limit))
            (count, last), are_left = cursor.fetchone(), True
        else:
            cursor.execute(PUBLISH_NEXT, (source_id, after_row, limit, *state, after_row))
            count, last, are_left = cursor.fetchone()
        if count and are_left:
            cursor.execute(PUBLISH_REST[connection.vendor], (*state, source_id, after_row, last))
    return int(count), int(last)


@contextmanager
def known_tasks() -> Iterator[None]:
    """Skip SQLite's foreign key check of task states: each comes from its own task.

    The look-up takes a quarter of the time of a published row. PostgreSQL looks once for all rows
    of a statement. Inside a transaction this changes nothing.
    """
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = ON")


LABEL = {
    "sqlite": "UPDATE store_taskstate SET severity = (SELECT CAST(t.data ->> %s AS integer)"
    " FROM store_task t WHERE t.id = store_taskstate.task_id AND t.data ->> %s IN"
    " ('0', '1', '2', '3', '4')) WHERE task_id IN (SELECT id FROM store_task"
    ' WHERE source_id = %s AND "row" > %s AND "row" <= %s)',
    "postgresql": "UPDATE store_taskstate SET severity = (SELECT"
    " CAST(CAST(t.data AS json) ->> %s AS integer) FROM store_task t"
    " WHERE t.id = store_taskstate.task_id AND CAST(t.data AS json) ->> %s IN"
    " ('0', '1', '2', '3', '4')) WHERE task_id IN (SELECT id FROM store_task"
    ' WHERE source_id = %s AND "row" > %s AND "row" <= %s)',
}


def label_tasks(source_id: int, column: str, after_row: int, last_row: int) -> None:
    """Set the severity of tasks from a column of their rows, between two rows.

    Where the column says nothing from 0 to 4 a task has none of its own.
    """
    with connection.cursor() as cursor:
        values = (column, column, source_id, after_row, last_row)
        cursor.execute(LABEL[connection.vendor], values)


def count_anew() -> None:
    """Refresh PostgreSQL's statistics and cached plans after a bulk insert.

    It does so by itself within a minute; until then a plan made for an empty table would read a
    full one from end to end. SQLite's plans here do not hang on its statistics.
    """
    _analyze("ANALYZE store_task, store_taskstate")


def count_new_tasks() -> None:
    """Refresh PostgreSQL's statistics of tasks to publish; see ``count_anew``.

    Not at what they hold, and at a tenth of the rows it would look at: it need only know that they
    are many. As some columns are left out, it still looks at the whole table by itself.
    """
    _analyze(
        "SET LOCAL default_statistics_target = 10",
        'ANALYZE store_task (id, project_id, source_id, "row", known)',
    )


def count_states() -> None:
    """Refresh PostgreSQL's statistics of task states; see ``count_anew``."""
    _analyze("ANALYZE store_taskstate")


def count_proposals() -> None:
    """Refresh PostgreSQL's statistics of proposals; see ``count_anew``."""
    _analyze("ANALYZE store_proposal")


def _analyze(*orders: str) -> None:
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            for order in orders:
                cursor.execute(order)


def last_published_row(source_id: int) -> int:
    """Return the row of the last published task of an import; 0 if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT coalesce(max(t."row"), 0) FROM store_task t '
            "JOIN store_taskstate s ON s.task_id = t.id "
            "WHERE t.source_id = %s AND s.state <> 'practice'",
            (source_id,),
        )
        return int(cursor.fetchone()[0])


def unpublished_tasks(source_id: int, limit: int) -> list[tuple[int, str]]:
    """List the row and the data of an import's first unpublished tasks."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT t."row", t.data FROM store_task t '
            "LEFT JOIN store_taskstate s ON s.task_id = t.id "
            'WHERE t.source_id = %s AND s.task_id IS NULL ORDER BY t."row" LIMIT %s',
            (source_id, limit),
        )
        return [(row, data) for row, data in cursor.fetchall()]


def delete_tasks(source_id: int, last: int) -> None:
    """Delete the unpublished tasks of an import up to a row, and what a model said of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM store_modelanswer WHERE task_id IN (SELECT t.id FROM store_task t "
            "LEFT JOIN store_taskstate s ON s.task_id = t.id "
            'WHERE t.source_id = %s AND s.task_id IS NULL AND t."row" <= %s)',
            (source_id, last),
        )
        cursor.execute(
            "DELETE FROM store_task WHERE id IN (SELECT t.id FROM store_task t "
            "LEFT JOIN store_taskstate s ON s.task_id = t.id "
            'WHERE t.source_id = %s AND s.task_id IS NULL AND t."row" <= %s)',
            (source_id, last),
        )
