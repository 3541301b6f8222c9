"""Pre-labels of tasks, with their score and model.

They are stored in a table of their own, by authors of kind ``model``: queries that count, pay or
show people's answers never include them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from canut.store.tables.learning import ModelAnswer

READ_VOICE = """
SELECT label FROM store_modelanswer WHERE task_id = %s ORDER BY coalesce(score, -1) DESC, id LIMIT 1
"""


class OfRow(NamedTuple):
    """A pre-label of a row's task, to insert."""

    author: int
    label: str
    score: float | None
    source: int
    row: int


class OfTask(NamedTuple):
    """A pre-label of a task, to insert."""

    task: int
    author: int
    label: str
    score: float | None


class PrelabelRow(NamedTuple):
    """A pre-label with its task's key and its model."""

    row: int
    task: int
    key: str
    model: str
    version: str
    label: str
    score: float | None


def insert_of_rows(prelabels: Sequence[OfRow]) -> None:
    """Insert pre-labels of rows whose tasks have just been inserted."""
    if prelabels:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_modelanswer (task_id, author_id, label, score)"
                " SELECT t.id, %s, %s, %s FROM store_task t"
                ' WHERE t.source_id = %s AND t."row" = %s',
                prelabels,
            )


def insert_of_tasks(prelabels: Sequence[OfTask]) -> None:
    """Upsert pre-labels of tasks, one per model."""
    if prelabels:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_modelanswer (task_id, author_id, label, score)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (task_id, author_id)"
                " DO UPDATE SET label = excluded.label, score = excluded.score",
                prelabels,
            )


def labels_of_source(source_id: int) -> list[tuple[str, int]]:
    """List the distinct pre-labels of an import, each with its first row."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT m.label, min(t."row") FROM store_task t'
            " JOIN store_modelanswer m ON m.task_id = t.id"
            ' WHERE t.source_id = %s GROUP BY m.label ORDER BY min(t."row")',
            (source_id,),
        )
        return [(str(label), int(row)) for label, row in cursor.fetchall()]


def said_of_source(
    source_id: int, after: tuple[int, int], limit: int
) -> list[tuple[int, PrelabelRow]]:
    """Load the next pre-labels of an import's published tasks, in the order of its file.

    Args:
        source_id: the import.
        after: row and number of the last one read; (-1, 0) to begin.
        limit: how many, at most.

    Returns:
        Each with its number.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT m.id, t."row", t.id, t."key", a.name, a.version, m.label, m.score'
            " FROM store_task t JOIN store_modelanswer m ON m.task_id = t.id"
            " JOIN store_modelauthor a ON a.id = m.author_id"
            " JOIN store_taskstate s ON s.task_id = t.id"
            ' WHERE t.source_id = %s AND (t."row" > %s OR (t."row" = %s AND m.id > %s))'
            " AND s.state <> 'practice'"
            ' ORDER BY t."row", m.id LIMIT %s',
            (source_id, after[0], after[0], after[1], limit),
        )
        return [(int(row[0]), PrelabelRow(*row[1:])) for row in cursor.fetchall()]


def voice_on(cursor: CursorWrapper, task_id: int) -> str | None:
    """Return the model vote on a task: the label with the highest score; None if none."""
    cursor.execute(READ_VOICE, (task_id,))
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def has_prelabels(project_id: int) -> bool:
    """Return whether a project's tasks have pre-labels."""
    return ModelAnswer.objects.filter(author__project=project_id).exists()


def said_of_task(task_id: int) -> list[ModelAnswer]:
    """Return the pre-labels of a task, highest score first."""
    prelabels = ModelAnswer.objects.filter(task=task_id).select_related("author")
    return sorted(prelabels, key=lambda prelabel: (-(prelabel.score or 0.0), prelabel.author.name))
