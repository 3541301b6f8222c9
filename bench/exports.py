"""Export: answers and labels a second out of a project, in each format.

Bars (DESIGN §7): at least 50 k answers/s, peak memory at most 300 MiB at five million answers,
which SQLite is given. The first export also marks the tasks as left: that of answers as CSV. It is
taken to the end; of the others half a million rows are enough for a rate.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bench.imports import in_child
from bench.machine.instance import make_project

ANSWERS_A_TASK = 5
FORMS = ("csv", "jsonl", "parquet")
BAR = 50_000
ENOUGH = 500_000
ROWS_A_PART = {"csv": 2_000, "jsonl": 2_000, "parquet": 20_000}  # of what a stream yields
UNREAD = ("answer_of_task", "answer_of_worker", "answer_counted_once", "pay_of_worker")
type Export = Callable[[int, str], Iterator[bytes]]


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure what leaves.

    Returns:
        One row for each format of the answers and one for the labels; then the highest memory of
        the process that did it all, in MiB.
    """
    tasks = 3_000 if quick else 100_000 if postgres else 1_000_000
    figures = in_child(measure_exports, postgres, tasks=tasks)
    rows: list[dict[str, Any]] = figures["rows"]
    return rows


def measure_exports(_folder: Path, _postgres: str | None, *, tasks: int) -> dict[str, Any]:
    """Export everything, into nothing."""
    from canut.actions.datasets.label_exports import export_answers, export_labels
    from canut.core.formats import FileColumn, stream_rows

    project = make_project(tasks)
    answer_every_task(project, ANSWERS_A_TASK, without=UNREAD)
    answers = tasks * ANSWERS_A_TASK
    for form in FORMS:  # what a first file of its kind loads is no part of a rate
        b"".join(stream_rows(form, [FileColumn("a")], [[("a",)]]))
    rows = [
        *(_measure("answers", export_answers, project, form, answers) for form in FORMS),
        _measure("labels", export_labels, project, "csv", tasks),
    ]
    whole = {"what": "all", "form": "", "rows": answers, "peak_in_all_mib": _peak()}
    return {"rows": [*rows, whole]}


def _measure(what: str, export: Export, project: int, form: str, count: int) -> dict[str, Any]:
    start, cpu = time.perf_counter(), time.process_time()
    parts = None if form == "csv" or count <= ENOUGH else ENOUGH // ROWS_A_PART[form]
    size = sum(map(len, islice(export(project, form), parts)))
    count = count if parts is None else ENOUGH
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {
        "what": what,
        "form": form,
        "rows": count,
        "rows_per_s": round(count / seconds),
        "cpu_us_per_row": round(cpu / count * 1e6, 2),
        "mib": round(size / 2**20, 1),
        "peak_mib": _peak(),
        "bar": BAR,
    }


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def answer_every_task(project: int, answers: int, *, without: Sequence[str] = ()) -> None:
    """Give every task so many answers and a label, as they would be after the work.

    Args:
        project: which.
        answers: how many each task gets.
        without: indexes to drop first, where nothing reads them: with them millions of answers
            take minutes to write.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from canut.store.models import Project, Worker

    project_row = Project.objects.get(id=project)
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        for index in without:
            cursor.execute(f"DROP INDEX {index}")
        for number in range(answers):
            worker = Worker.objects.create(
                project=project_row, public_id=f"w{number}", kind="simulated", created_at=now
            )
            cursor.execute(
                "INSERT INTO store_answer (task_id, worker_id, project_id, question_version_id,"
                ' "values", author_kind, client_key, counted, surplus, elapsed_ms, answered_ms)'
                " SELECT t.id, %s, t.project_id, q.id, %s, 'simulated', 'k' || t.id, %s, %s, 4000,"
                " 1764072000000 FROM store_task t"
                " JOIN store_questionversion q ON q.project_id = t.project_id"
                " WHERE t.project_id = %s",
                (worker.id, json.dumps({"q": "positive"}), True, False, project),
            )
        cursor.execute(
            "INSERT INTO store_payline (answer_id, worker_id, project_id, rate_version_id,"
            " piece_micro, currency, elapsed_ms, time_basis, at_ms)"
            " SELECT a.id, a.worker_id, a.project_id, r.id, r.piece_micro, r.currency, 4000,"
            " 'elapsed', 1764072000000 FROM store_answer a"
            " JOIN store_rateversion r ON r.project_id = a.project_id WHERE a.project_id = %s",
            (project,),
        )
        cursor.execute(
            "UPDATE store_taskstate SET counted = %s, label = 'positive', confidence = 0.9"
            " WHERE project_id = %s",
            (answers, project),
        )
    if connection.vendor == "postgresql":  # which does so by itself within a minute
        with connection.cursor() as cursor:
            cursor.execute(
                "VACUUM ANALYZE store_task, store_taskstate, store_answer, store_payline"
            )


if __name__ == "__main__":
    for row in run(quick="--quick" in sys.argv):
        print(json.dumps(row))
