"""Queries of background jobs and worker processes.

Jobs stand in the tables of ``django_tasks_db``. Whoever runs them says so every few seconds in a
fact; what is done about those not heard of any more is decided in ``actions.operations.scheduler``.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from canut.store.tables.platform import Fact

WORKER, CLOCK = "worker-", "clock-"  # how the names begin of those that run jobs, and keep time
WEB = "canut web"  # what PostgreSQL knows the connections of a serving process by
STOPPED = "builtins.SystemExit"
LOST = frozenset(
    {f"django.db.utils.{name}" for name in ("OperationalError", "InterfaceError")}
    | {"builtins.OSError"}
)
GONE_SECONDS = 60.0
MOST_ATTEMPTS = 5
LOST_MINUTES = 4  # to the power of the attempts before: 1, 4, 16, 64
READY_JOB = "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'READY' LIMIT 1"
NEWEST_ROWS = "SELECT (SELECT MAX(id) FROM store_answer), (SELECT MAX(id) FROM store_task)"
OVERDUE_PROJECTS = """
SELECT DISTINCT project_id FROM store_lease WHERE state = 0 AND expires_ms <= %s
"""  # 0: live


def is_job_ready() -> bool:
    """Return whether a job waits: one short statement, for a process that polls."""
    with connection.cursor() as cursor:
        cursor.execute(READY_JOB)
        return cursor.fetchone() is not None


def newest_rows() -> tuple[int, int]:
    """Return the newest answer and the newest task of all projects, 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_ROWS)
        answer, task = cursor.fetchone()
    return answer or 0, task or 0


def overdue_projects(now_ms: int) -> list[int]:
    """List the projects where a lease is overdue."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE_PROJECTS, (now_ms,))
        return [project for (project,) in cursor.fetchall()]


def workers_here(now_ms: int) -> set[str]:
    """Name the worker processes with a heartbeat within the last minute."""
    return heard_of(WORKER, now_ms)


def heard_of(kind: str, now_ms: int) -> set[str]:
    """Name the processes with a prefix and a heartbeat within the last minute.

    One heard of in the future spoke before a clock was set back; if it lives, it speaks again soon.
    """
    gone_ms = int(GONE_SECONDS * 1000)
    facts = Fact.objects.filter(name__startswith=kind).values_list("name", "value")
    return {name for name, value in facts if abs(now_ms - int(value)) < gone_ms}


def last_job(task_path: str, number: int) -> TaskResultStatus | None:
    """Return the state of the last job of a kind about one object; None if there is none.

    A job in the middle of which its worker was told to end, or lost the database, is ready: it is
    run again.
    """
    jobs = DBTaskResult.objects.filter(task_path=task_path, args_kwargs__args=[number])
    last = jobs.order_by("-enqueued_at").first()
    if last is None:
        return None
    if begins_again(last) is not None:
        return TaskResultStatus.READY
    return TaskResultStatus(last.status)


def begins_again(job: DBTaskResult[..., Any]) -> datetime | None:
    """Return when a failed job is retried; None if it is not.

    One whose worker was told to end goes on at once. One that lost the database or found the disk
    full waits, ever longer. A job that was begun five times is left as it is.
    """
    attempts = len(job.worker_ids)
    failed_at: datetime | None = job.finished_at
    if job.status != TaskResultStatus.FAILED or attempts >= MOST_ATTEMPTS or failed_at is None:
        return None
    if job.exception_class_path == STOPPED:
        return failed_at
    if job.exception_class_path in LOST:
        return failed_at + timedelta(minutes=LOST_MINUTES ** (attempts - 1))
    return None
