"""Lease and submit by calling the actions: 8 threads, every step on, no HTTP."""

import secrets
import time
from typing import Any

from bench.loop import Pair, closed_loop, make_workers, now_ms
from bench.machine.instance import CHOICES, Folder, make_project, set_up, sizes


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure at 1 k and 100 k tasks; see that nothing was lost or given twice.

    Returns:
        One row a size.
    """
    folder = Folder()
    rows: list[dict[str, Any]] = []
    try:
        set_up(folder.path, postgres=postgres)
        for tasks in sizes(quick=quick)[:2]:
            project = make_project(tasks, overlap=3 if tasks > 1_000 else 200)
            figures = closed_loop(make_workers(project), 1 if quick else 4, _make_pair)
            rows.append(
                {"load": "actions alone, 8", "tasks": tasks, **figures, **_check(project, figures)}
            )
    finally:
        folder.remove()
    return rows


def _make_pair(worker: int) -> Pair:
    from canut.actions.work.leases import lease_tasks
    from canut.actions.work.submission import Submission, submit

    def pair() -> tuple[float, float]:
        began = time.perf_counter()
        (task,) = lease_tasks(worker, 1, now_ms()).tasks
        leased = time.perf_counter()
        submission = Submission(task.lease, secrets.token_hex(16), {"q": CHOICES[0]}, 1)
        submit(worker, submission, now_ms())
        return leased - began, time.perf_counter() - leased

    return pair


def _check(project: int, figures: dict[str, Any]) -> dict[str, int]:
    """Count answers that are no row, pay line or entry, and those given twice."""
    from django.db.models import Count

    from canut.store.models import Answer, EntryPending, PayLine

    counts = [
        table.objects.filter(project=project).count() for table in (Answer, PayLine, EntryPending)
    ]
    twice = Answer.objects.filter(project=project).values("worker", "task")
    return {
        "lost": max(abs(figures["pairs"] - rows) for rows in counts),
        "twice": twice.annotate(n=Count("id")).filter(n__gt=1).count(),
    }
