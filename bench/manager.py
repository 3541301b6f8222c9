"""The page over all tasks: how long its reads take, filter by filter, at so many tasks.

Bar: the first page under 100 ms at a million tasks, by whatever filter and in whatever order. What
is measured is all that the page asks of the database: the page, its tasks, and the capped count.
"""

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.imports import in_child
from bench.machine.instance import make_project

BAR_MS = 100
TURNS = 20
# What makes a million tasks unlike each other: states, labels, confidence, flags, known answers.
SPREAD = """
UPDATE store_taskstate SET
  state = CASE WHEN task_id % 10 = 0 THEN 'aside' WHEN task_id % 3 = 0 THEN 'closed'
    ELSE 'open' END,
  label = CASE WHEN task_id % 7 = 0 THEN 'neutral' WHEN task_id % 2 = 0 THEN 'positive' END,
  confidence = CASE WHEN task_id % 2 = 0 THEN (task_id % 9973) / 9973.0 END,
  flagged_ms = CASE WHEN task_id % 1000 = 0 THEN 1 END
WHERE project_id = {project}
"""
KNOWN = "UPDATE store_task SET known = 'neutral' WHERE id % 100 = 0 AND project_id = {project}"
ANSWERED = 5_000


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure the first page of each filter and order.

    Returns:
        How fast texts are indexed; then one row a filter and order with p50 and p95 in ms; then the
        slowest of them again.
    """
    tasks = 20_000 if quick else 1_000_000
    figures = in_child(measure_pages, postgres, tasks=tasks)
    rows: list[dict[str, Any]] = figures["rows"]
    return rows


def measure_pages(_folder: Path, _postgres: str | None, *, tasks: int) -> dict[str, Any]:
    """Make the tasks, index their texts, then ask for each page some times."""
    from django.db import connection, transaction

    from canut.actions.tasks.search_index import index_texts
    from canut.store.models import Import
    from canut.store.tasks.filter_sql import Filter

    project = make_project(tasks)
    start = time.perf_counter()
    index_texts(Import.objects.get(project=project).id)
    indexed = time.perf_counter() - start
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SPREAD.format(project=project))
        cursor.execute(KNOWN.format(project=project))
    worker = _answer_some(project)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            tables = "store_task, store_taskstate, store_tasktext, store_lease, store_answer"
            cursor.execute(f"VACUUM ANALYZE {tables}")
    rows: list[dict[str, Any]] = [
        {
            "filter": "indexing texts, after publishing",
            "tasks": tasks,
            "rows_per_s": round(tasks / indexed),
        }
    ]
    filters: dict[str, dict[str, Any]] = {
        "none": {},
        "state": {"state": "closed"},
        "confidence": {"low": 0.5, "high": 0.8},
        "label": {"label": "neutral"},
        "worker": {"worker": worker},
        "flagged": {"flagged": True},
        "known": {"known": True},
        "text, rare": {"text": f"reviews {tasks - 2}"},
        "text, in every task": {"text": "characters"},
    }
    gc.collect()
    gc.freeze()  # as the serving process does with what it has loaded
    for name, chosen in filters.items():
        for order in ("task", "sure", "last"):
            took = [_page_ms(Filter(project, **chosen), order) for _ in range(TURNS)]
            took.sort()
            rows.append(
                {
                    "filter": name,
                    "order": order,
                    "tasks": tasks,
                    "p50_ms": round(took[len(took) // 2], 1),
                    "p95_ms": round(took[len(took) * 95 // 100], 1),
                    "bar_ms": BAR_MS,
                }
            )
    slowest = max((row for row in rows if "p95_ms" in row), key=lambda row: row["p95_ms"])
    return {"rows": [*rows, {**slowest, "slowest": f"{slowest['filter']}, {slowest['order']}"}]}


def _page_ms(chosen: object, order: str) -> float:
    from canut.store.tasks.filter_sql import Filter
    from canut.store.tasks.task_list import page_of, tasks_in

    if not isinstance(chosen, Filter):
        raise TypeError(f"{chosen!r} is not a filter")
    start = time.perf_counter()
    page = page_of(chosen, order)
    tasks_in(page.places)
    return 1000 * (time.perf_counter() - start)


def _answer_some(project: int) -> str:
    """Let one worker answer some thousands of tasks; return their random id."""
    from django.utils import timezone

    from canut.store.models import Answer, Lease, Project, TaskState, Worker

    now = timezone.now()
    of = Project.objects.get(id=project)
    worker = Worker.objects.create(project=of, public_id="bench", created_at=now)
    question = of.questions.latest("number")
    states = TaskState.objects.filter(project=project).order_by("-task")
    numbers = list(states.values_list("task", flat=True)[: ANSWERED * 20 : 20])
    Lease.objects.bulk_create(
        Lease(task_id=n, worker=worker, project=of, state=1, lent_ms=1, expires_ms=2)
        for n in numbers
    )
    Answer.objects.bulk_create(
        Answer(
            task_id=n,
            worker=worker,
            project=of,
            question_version=question,
            values='{"q":"neutral"}',
            author_kind="human",
            client_key=str(n),
            counted=True,
            elapsed_ms=1,
            answered_ms=n,
        )
        for n in numbers
    )
    return worker.public_id


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
