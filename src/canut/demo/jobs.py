"""Ask for the month of pay as a job, without loading what makes it: a first page waits for this."""

from datetime import timedelta

from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from canut.demo.status import MONTH, demo_flag

AFTER_THE_FIRST_PAGES = timedelta(seconds=20)


@task
def month() -> None:
    """Make the projects to try and the month as a job, while the first pages are looked at."""
    for make in ("canut.demo.sample_projects.make_tries", "canut.demo.paid_month.make_month"):
        import_string(make)(timezone.now())


def schedule_demo_month() -> None:
    """Ask for the month as a job, unless it is there, or was asked for and has not failed."""
    waits = DBTaskResult.objects.filter(task_path=month.module_path)
    if not demo_flag(MONTH) and not waits.exclude(status=TaskResultStatus.FAILED).exists():
        month.using(run_after=timezone.now() + AFTER_THE_FIRST_PAGES).enqueue()
