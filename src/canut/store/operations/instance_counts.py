"""Counts of the whole instance for its metrics; fast at any size."""

from django.db.models import Count, Max
from django_tasks_db.models import DBTaskResult

from canut.store.operations.jobs import workers_here
from canut.store.tables.ledger import EntryPending
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease

LENT = 0


def projects_by_state() -> dict[str, int]:
    """Count projects by state."""
    rows = Project.objects.values_list("state").annotate(n=Count("id"))
    return {str(state): count for state, count in rows.order_by("state")}


def tasks_by_state() -> dict[str, int]:
    """Count tasks by state."""
    rows = TaskState.objects.values_list("state").annotate(n=Count("task_id"))
    return {str(state): count for state, count in rows.order_by("state")}


def jobs_by_state() -> dict[str, int]:
    """Count background jobs by state."""
    rows = DBTaskResult.objects.values_list("status").annotate(n=Count("id"))
    return {str(state).lower(): count for state, count in rows.order_by("status")}


def last_numbers() -> dict[str, int]:
    """Return the ids of the last answer and the last entry; ids can have gaps."""
    answer = Answer.objects.aggregate(last=Max("id"))["last"]
    entry = EntryPending.objects.aggregate(last=Max("id"))["last"]
    return {"answer": int(answer or 0), "entry": int(entry or 0)}


def leases_out() -> int:
    """Count the leased tasks."""
    return Lease.objects.filter(state=LENT).count()


def job_runners(now_ms: int) -> int:
    """Count the worker processes."""
    return len(workers_here(now_ms))
