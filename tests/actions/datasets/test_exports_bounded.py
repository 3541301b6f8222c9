"""What leaves takes neither memory nor statements by the size of the project, only by the chunk."""

import tracemalloc
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.datasets import label_exports, mturk_toloka_exports
from canut.actions.datasets.label_exports import export_answers, export_labels
from canut.actions.datasets.mturk_toloka_exports import export_mturk, export_toloka
from canut.actions.learning import prelabels
from canut.actions.learning.prelabels import export_prelabels
from canut.core.formats.tables import writing
from canut.store.models import ModelAuthor, Task, TaskState, Worker
from tests.support.factories import NOW, Made, make_project

pytestmark = pytest.mark.django_db
type Export = Callable[[int, str], Iterator[bytes]]

CHUNK = 100
FEW, MANY = 4 * CHUNK, 24 * CHUNK
EXPORTS: list[tuple[Export, str]] = [
    (export_labels, "csv"),
    (export_answers, "csv"),
    (export_answers, "jsonl"),
    (export_answers, "parquet"),
    (export_labels, "parquet"),
    (export_prelabels, "csv"),
    (export_mturk, "csv"),
    (export_toloka, "tsv"),
]


def filled(rows: int) -> Made:
    """Make a project with so many answered tasks, by statements that no export uses."""
    made = make_project(tasks=1)
    project, source = made.project, made.tasks[0].source
    source.state = "published"
    source.save()
    Task.objects.bulk_create(
        Task(project=project, source=source, row=n, key=str(n), data='{"text":"un avis"}')
        for n in range(10, rows + 9)
    )
    tasks = Task.objects.filter(project=project, row__gte=10)
    TaskState.objects.bulk_create(
        TaskState(task=task, project=project, overlap=1, counted=1, state="closed", exported_ms=1)
        for task in tasks
    )
    author = ModelAuthor.objects.create(project=project, name="m")
    worker = Worker.objects.create(project=project, public_id="w", created_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_modelanswer (task_id, author_id, label, score)"
            " SELECT id, %s, 'oui', 0.5 FROM store_task WHERE project_id = %s",
            (author.pk, project.pk),
        )
        cursor.execute(
            "INSERT INTO store_answer (task_id, worker_id, project_id, question_version_id,"
            ' "values", author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)'
            " SELECT id, %s, %s, %s, %s, 'human', 'k' || id, %s, %s, 4000, 1764072000000"
            " FROM store_task WHERE project_id = %s",
            (worker.pk, project.pk, made.question.pk, '{"q":"oui"}', True, False, project.pk),
        )
    return made


def spent(export: Export, form: str, project: int) -> tuple[int, int, int]:
    """Take everything out; return the lines, the statements and the highest memory in between.

    Memory is Python's, and beside it what Arrow holds whenever a part leaves.
    """
    lines, held, before = 0, 0, pa.total_allocated_bytes()
    with CaptureQueriesContext(connection) as asked:
        tracemalloc.start()
        for chunk in export(project, form):
            lines += chunk.count(b"\n")
            held = max(held, pa.total_allocated_bytes() - before)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return lines, len(asked), peak + held


@pytest.mark.slow
def test_memory_and_statements_follow_the_chunk_and_not_the_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module, name in (
        (label_exports, "CHUNK_ROWS"),
        (mturk_toloka_exports, "CHUNK_ROWS"),
        (prelabels, "AT_ONCE"),
        (writing, "PARQUET_GROUP_ROWS"),
    ):
        monkeypatch.setattr(module, name, CHUNK)
    small, large = filled(FEW), filled(MANY)

    few = {e: spent(*e, small.project.pk) for e in EXPORTS}
    many = {e: spent(*e, large.project.pk) for e in EXPORTS}

    for export in EXPORTS:
        lines, statements, peak = many[export]
        assert lines >= MANY - 1 or export[1] == "parquet", export
        assert statements - few[export][1] <= 9 * (MANY - FEW) // CHUNK, export
        assert peak < few[export][2] + 2**18, export
