"""Named reads of background jobs: who runs them, and how the last one of a kind stands.

Jobs stand in the tables of ``django_tasks_db``. Whoever runs them says so every few seconds in a
fact; what is done about those not heard of any more is decided in ``actions.schedule``.
"""

from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from canut.store.instance import Fact

WORKER = "worker-"
STOPPED = "builtins.SystemExit"
GONE_SECONDS = 60.0


def workers_here(now_ms: int) -> set[str]:
    """Name the processes that run jobs and were heard of within the last minute."""
    since = now_ms - int(GONE_SECONDS * 1000)
    said = Fact.objects.filter(name__startswith=WORKER).values_list("name", "value")
    return {name for name, value in said if int(value) > since}


def last_job(task_path: str, number: int) -> TaskResultStatus | None:
    """Say how the last job of a kind about one thing stands; None when there never was one.

    A job in the middle of which its worker was told to end is ready: it is run again.
    """
    jobs = DBTaskResult.objects.filter(task_path=task_path, args_kwargs__args=[number])
    last = jobs.order_by("-enqueued_at").first()
    if last is None:
        return None
    if last.exception_class_path == STOPPED:
        return TaskResultStatus.READY
    return TaskResultStatus(last.status)
