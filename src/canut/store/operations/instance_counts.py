"""Named reads of how much there is in the whole instance, for its figures: quick at any size."""

from django.db.models import Count, Max
from django_tasks_db.models import DBTaskResult

from canut.store.operations.jobs import workers_here
from canut.store.tables.ledger import EntryPending
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease

LENT = 0


def projects_by_state() -> dict[str, int]:
    """Count projects by how far they are."""
    rows = Project.objects.values_list("state").annotate(n=Count("id"))
    return {str(state): count for state, count in rows.order_by("state")}


def tasks_by_state() -> dict[str, int]:
    """Count tasks by whether answers are still wanted."""
    rows = TaskState.objects.values_list("state").annotate(n=Count("task_id"))
    return {str(state): count for state, count in rows.order_by("state")}


def jobs_by_state() -> dict[str, int]:
    """Count background jobs by how they stand."""
    rows = DBTaskResult.objects.values_list("status").annotate(n=Count("id"))
    return {str(state).lower(): count for state, count in rows.order_by("status")}


def last_numbers() -> dict[str, int]:
    """Return the number of the last answer and the last entry; numbers may have gaps."""
    answer = Answer.objects.aggregate(last=Max("id"))["last"]
    entry = EntryPending.objects.aggregate(last=Max("id"))["last"]
    return {"answer": int(answer or 0), "entry": int(entry or 0)}


def leases_out() -> int:
    """Count the tasks that are lent."""
    return Lease.objects.filter(state=LENT).count()


def job_runners(now_ms: int) -> int:
    """Count the processes that run jobs."""
    return len(workers_here(now_ms))
