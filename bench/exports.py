"""Export: answers and labels a second out of a project, in each format.

Bars (DESIGN §7): at least 50 k answers/s, peak memory at most 300 MiB. The first export of a task
also marks it as left; the second does not, so both are measured.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.imports import in_child
from bench.instance import make_project

ANSWERS_A_TASK = 3
BAR = 50_000


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure what leaves.

    Returns:
        One row for each of what (labels, answers), format, and time (first, again).
    """
    found = in_child(measure_exports, postgres, tasks=3_000 if quick else 300_000)
    rows: list[dict[str, Any]] = found["rows"]
    return rows


def measure_exports(_folder: Path, _postgres: str | None, *, tasks: int) -> dict[str, Any]:
    """Export everything, into nothing."""
    from canut.actions.exports import export_answers, export_labels

    project = make_project(tasks)
    answer_every_task(project, ANSWERS_A_TASK)
    rows: list[dict[str, Any]] = []
    for what, export, count in (
        ("answers", export_answers, tasks * ANSWERS_A_TASK),
        ("labels", export_labels, tasks),
    ):
        for form in ("csv", "csv", "jsonl", "parquet"):
            start, cpu = time.perf_counter(), time.process_time()
            size = sum(map(len, export(project, form)))
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            rows.append(
                {
                    "what": what,
                    "form": form,
                    "rows": count,
                    "rows_per_s": round(count / seconds),
                    "cpu_us_per_row": round(cpu / count * 1e6, 2),
                    "mib": round(size / 2**20, 1),
                    "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                    "bar": BAR,
                }
            )
    return {"rows": rows}


def answer_every_task(project: int, answers: int) -> None:
    """Give every task so many answers and a label, as they would be after the work."""
    from django.db import connection, transaction
    from django.utils import timezone

    from canut.store.models import Project, Worker

    found = Project.objects.get(id=project)
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(answers):
            worker = Worker.objects.create(
                project=found, public_id=f"w{number}", kind="simulated", created_at=now
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


if __name__ == "__main__":
    for row in run(quick="--quick" in sys.argv):
        print(json.dumps(row))
