"""Rows of exports: labels and answers of a project, in chunks by keyset.

Every chunk is its own short read, so a long export holds neither a snapshot nor memory, and the
write-ahead log of SQLite can be emptied meanwhile.
"""

from typing import NamedTuple

from django.db import connection

from canut.store.tables.learning import ModelAnswer
from canut.store.tables.work import Answer

# The page is taken before anything is joined: else PostgreSQL may join all answers for each page.
PAGE = """ FROM store_answer
  WHERE project_id = %s AND id > %s AND (counted OR %s) ORDER BY id LIMIT %s) AS a"""
PAID = "LEFT JOIN store_payline p ON p.answer_id = a.id"
# It would rather read every pay line there is than look up two thousand.
LOOKED_UP = """LEFT JOIN LATERAL (SELECT l.piece_micro, l.currency FROM store_payline l
  WHERE l.answer_id = a.id OFFSET 0) AS p ON TRUE"""
ANSWERS = """
SELECT a.id, a.task_id, t."key", w.public_id, a.author_kind, a."values", q.number, a.answered_ms,
  a.elapsed_ms, p.piece_micro, p.currency, a.counted, a.surplus, s.state = 'practice',
  s.exported_ms IS NULL AND s.label IS NOT NULL
FROM (SELECT * {page}
JOIN store_task t ON t.id = a.task_id
JOIN store_taskstate s ON s.task_id = a.task_id
JOIN store_worker w ON w.id = a.worker_id
JOIN store_questionversion q ON q.id = a.question_version_id
{paid}
ORDER BY a.id
""".replace("{page}", PAGE)
READ_ANSWERS = {
    "sqlite": ANSWERS.replace("{paid}", PAID),
    "postgresql": ANSWERS.replace("{paid}", LOOKED_UP),
}
STAYING = """
SELECT a.task_id FROM (SELECT task_id {page}
WHERE (SELECT s.exported_ms IS NULL AND s.label IS NOT NULL FROM store_taskstate s
  WHERE s.task_id = a.task_id)
""".replace("{page}", PAGE)


WORK = """
SELECT a.id, a.task_id, t."key", w.public_id, a."values", q.number, a.answered_ms, a.elapsed_ms,
  coalesce(l.lent_ms, a.answered_ms - a.elapsed_ms), p.piece_micro, p.currency, s.overlap, t.data,
  t.known, d.at_ms, d.evidence, s.state = 'practice'
FROM (SELECT * FROM store_answer b WHERE b.project_id = %s AND b.id > %s
  AND NOT EXISTS (SELECT 1 FROM store_withdrawntask x WHERE x.task_id = b.task_id)
  AND (b.counted OR b.surplus
    OR EXISTS (SELECT 1 FROM store_decision r
      WHERE r.answer_id = b.id AND r.kind = 'rejection' AND r.undone_ms IS NULL))
  ORDER BY b.id LIMIT %s) AS a
JOIN store_task t ON t.id = a.task_id
JOIN store_taskstate s ON s.task_id = a.task_id
JOIN store_worker w ON w.id = a.worker_id
JOIN store_questionversion q ON q.id = a.question_version_id
LEFT JOIN store_lease l ON l.id = a.lease_id
LEFT JOIN store_payline p ON p.answer_id = a.id
LEFT JOIN store_decision d ON d.answer_id = a.id AND d.kind = 'rejection' AND d.undone_ms IS NULL
ORDER BY a.id
"""


class WorkRow(NamedTuple):
    """One piece of work as other platforms store it; ``values`` and ``data`` are JSON text.

    ``rejected_ms`` and ``evidence`` say when and why it was not accepted; None where it was.
    """

    answer: int
    task: int
    key: str
    worker: str
    values: str
    question_version: int
    answered_ms: int
    elapsed_ms: int
    lent_ms: int
    piece_micro: int | None
    currency: str | None
    overlap: int
    data: str
    known: str | None
    rejected_ms: int | None
    evidence: str | None


class LabelRow(NamedTuple):
    """One task and its current label; ``data`` is JSON text.

    ``reviewers``: the random ids of the people whose verdict the label is; None where it is the
    consensus of the answers.
    """

    row: int
    task: int
    key: str
    label: str | None
    confidence: float | None
    answers: int
    reviewers: str | None
    data: str


class AnswerRow(NamedTuple):
    """One answer with its pay line; ``values`` is JSON text.

    ``is_staying``: its task has a label and has not left yet. What is true or false is 1 or 0 here
    where SQLite says so.
    """

    answer: int
    task: int
    key: str
    worker: str
    author_kind: str
    values: str
    question_version: int
    answered_ms: int
    elapsed_ms: int
    piece_micro: int | None
    currency: str | None
    counted: bool
    surplus: bool
    is_practice: bool
    is_staying: bool


class GivenRow(NamedTuple):
    """One counted answer to a task, by ids; ``values`` is JSON text."""

    answer: int
    task: int
    worker: int
    values: str
    version: int
    answered_ms: int
    elapsed_ms: int


def labels_of(source_id: int, after_row: int, limit: int) -> list[LabelRow]:
    """Load the next tasks of an import, in the order of its file; none that was withdrawn."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT t."row", t.id, t."key", s.label, s.confidence, s.counted, r.decided_by, t.data '
            "FROM store_task t JOIN store_taskstate s ON s.task_id = t.id "
            "LEFT JOIN store_reviewedlabel r ON r.task_id = t.id "
            "WHERE t.source_id = %s AND t.\"row\" > %s AND s.state <> 'practice' "
            "AND NOT EXISTS (SELECT 1 FROM store_withdrawntask x WHERE x.task_id = t.id) "
            'ORDER BY t."row" LIMIT %s',
            (source_id, after_row, limit),
        )
        return [LabelRow(*row) for row in cursor.fetchall()]


def given_to(tasks: list[int]) -> list[GivenRow]:
    """Load the counted answers to tasks, task by task, oldest first."""
    answers = Answer.objects.filter(task__in=tasks, counted=True).order_by("task", "id")
    fields = "id", "task", "worker", "values", "question_version", "answered_ms", "elapsed_ms"
    return [GivenRow(*row) for row in answers.values_list(*fields)]


def said_of(tasks: list[int]) -> list[ModelAnswer]:
    """Load the pre-labels of tasks, oldest first."""
    answers = ModelAnswer.objects.filter(task__in=tasks).select_related("author")
    return list(answers.order_by("task", "id"))


def answers_of(
    project_id: int, after: int, limit: int, *, everything: bool
) -> tuple[list[AnswerRow], int]:
    """Load the next answers of a project, oldest first, without practice.

    Args:
        project_id: whose answers.
        after: the id of the last answer looked at.
        limit: how many to look at, at most.
        everything: also the surplus ones and those that a correction replaced.

    Returns:
        The answers, and the id of the last one looked at; 0 when there was none.
    """
    with connection.cursor() as cursor:
        values = (project_id, after, everything, limit)
        cursor.execute(READ_ANSWERS[connection.vendor], values)
        fetched = cursor.fetchall()
    rows = list(map(AnswerRow._make, fetched))
    return [row for row in rows if not row.is_practice], rows[-1].answer if rows else 0


def staying_of(project_id: int, after: int, limit: int, *, everything: bool) -> list[int]:
    """Return which tasks of the next answers are labelled and not exported, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(STAYING, (project_id, after, everything, limit))
        return sorted({task for (task,) in cursor.fetchall()})


def work_of(project_id: int, after: int, limit: int) -> tuple[list[WorkRow], int]:
    """Load the next pieces of work of a project: standing and rejected answers, none withdrawn.

    Args:
        project_id: whose work.
        after: the id of the last answer looked at.
        limit: how many to look at, at most.

    Returns:
        The work, practice left out, and the id of the last answer looked at; 0 at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute(WORK, (project_id, after, limit))
        fetched = cursor.fetchall()
    rows = [WorkRow._make(row[:-1]) for row in fetched if not row[-1]]
    return rows, fetched[-1][0] if fetched else 0


MARK = {
    "sqlite": "UPDATE store_taskstate SET exported_ms = %s WHERE exported_ms IS NULL"
    " AND label IS NOT NULL AND task_id IN (SELECT value FROM json_each(%s))",
    "postgresql": "UPDATE store_taskstate SET exported_ms = %s WHERE exported_ms IS NULL"
    " AND label IS NOT NULL AND task_id = ANY(CAST(%s AS bigint[]))",
}


def mark_tasks(tasks: list[int], now_ms: int) -> int:
    """Mark labelled tasks as exported; return the number newly marked."""
    listed = ",".join(map(str, tasks))
    value = f"[{listed}]" if connection.vendor == "sqlite" else f"{{{listed}}}"
    with connection.cursor() as cursor:
        cursor.execute(MARK[connection.vendor], (now_ms, value))
        return int(cursor.rowcount)


def last_values(project_id: int, most: int) -> list[str]:
    """Return the values of a project's newest counted answers, as JSON texts."""
    answers = Answer.objects.filter(project=project_id, counted=True).order_by("-id")
    return list(answers.values_list("values", flat=True)[:most])
