"""Schedule the demo's paid month as a job, without importing the code that creates it."""

from datetime import timedelta

from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from canut.actions.platform.system_clock import now_ms
from canut.demo.status import MONTH, demo_flag

AFTER_THE_FIRST_PAGES = timedelta(seconds=20)


@task
def month() -> None:
    """Create the sample projects and the month in a job, while first pages are viewed."""
    for make in ("canut.demo.sample_projects.make_tries", "canut.demo.paid_month.make_month"):
        import_string(make)(now_ms())


def schedule_demo_month() -> None:
    """Schedule the month, unless it exists or is scheduled and has not failed."""
    waits = DBTaskResult.objects.filter(task_path=month.module_path)
    if not demo_flag(MONTH) and not waits.exclude(status=TaskResultStatus.FAILED).exists():
        month.using(run_after=timezone.now() + AFTER_THE_FIRST_PAGES).enqueue()
