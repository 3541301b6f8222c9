"""What models said of tasks before people did: labels with their score and their source.

They are answers of authors that are ``model``, kept in a table of their own: whatever counts, pays
or shows the answers of people never meets them.
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
    """What a model says of the task of a row, about to be written."""

    author: int
    label: str
    score: float | None
    source: int
    row: int


class OfTask(NamedTuple):
    """What a model says of a task, about to be written."""

    task: int
    author: int
    label: str
    score: float | None


class PrelabelRow(NamedTuple):
    """What a model said of a task, with the task's key and whose it is."""

    row: int
    task: int
    key: str
    model: str
    version: str
    label: str
    score: float | None


def insert_of_rows(said: Sequence[OfRow]) -> None:
    """Write what models say of rows whose tasks have just been written."""
    if said:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_modelanswer (task_id, author_id, label, score)"
                " SELECT t.id, %s, %s, %s FROM store_task t"
                ' WHERE t.source_id = %s AND t."row" = %s',
                said,
            )


def insert_of_tasks(said: Sequence[OfTask]) -> None:
    """Write what models say of tasks; what the same model said before is replaced."""
    if said:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO store_modelanswer (task_id, author_id, label, score)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (task_id, author_id)"
                " DO UPDATE SET label = excluded.label, score = excluded.score",
                said,
            )


def labels_of_source(source_id: int) -> list[tuple[str, int]]:
    """Return each label that models gave the rows of an import, and the first row it stands in."""
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
    """Read the next things models said of an import's published tasks, in the order of its file.

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
        return [(int(found[0]), PrelabelRow(*found[1:])) for found in cursor.fetchall()]


def voice_on(cursor: CursorWrapper, task_id: int) -> str | None:
    """Read the one label that models have a voice for on a task: the surest's; None without any."""
    cursor.execute(READ_VOICE, (task_id,))
    row = cursor.fetchone()
    return None if row is None else str(row[0])


def has_prelabels(project_id: int) -> bool:
    """Say whether a model said something of a project's tasks."""
    return ModelAnswer.objects.filter(author__project=project_id).exists()


def said_of_task(task_id: int) -> list[ModelAnswer]:
    """Return what models said of a task, the surest first."""
    found = ModelAnswer.objects.filter(task=task_id).select_related("author")
    return sorted(found, key=lambda one: (-(one.score or 0.0), one.author.name))
