"""Schedule what the demo makes after its first pages, without importing the code for it."""

from collections.abc import Iterator
from datetime import timedelta

from django.tasks import TaskResultStatus, task
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.system_clock import now_ms
from canut.demo.status import WHOLE, demo_flag

AFTER_THE_FIRST_PAGES = timedelta(seconds=20)
STEPS = (
    "canut.demo.sample_projects.make_tries",
    "canut.demo.moderation.make_moderation",
    "canut.demo.paid_month.make_month",
    "canut.demo.model_and_card.teach_model",
    "canut.demo.model_and_card.publish_cards",
    "canut.demo.lessons.make_lessons",
)
"""In this order: the cards tell of the month's pay and of the model."""


def make_remaining(*, has_jobs: bool = True) -> bool:
    """Create all that a demo shows beside its first project; return whether something was missing.

    Each step goes on where an interrupted one stopped, and does nothing where it is done.

    Args:
        has_jobs: the instance runs jobs, which write the dataset; otherwise it is written here.
    """
    has_changed = any(list(_steps()))
    if not has_jobs:
        import_string("canut.demo.model_and_card.write_datasets")()
    keep_fact(WHOLE, "1")
    return has_changed


def _steps() -> Iterator[bool]:
    for step in STEPS:
        yield import_string(step)(now_ms())


@task
def month() -> None:
    """Create the sample projects, the month, the model and the card, while pages are viewed."""
    make_remaining()


def schedule_demo_month() -> None:
    """Schedule the month, unless all is there or it is scheduled and has not failed."""
    waits = DBTaskResult.objects.filter(task_path=month.module_path)
    if not demo_flag(WHOLE) and not waits.exclude(status=TaskResultStatus.FAILED).exists():
        month.using(run_after=timezone.now() + AFTER_THE_FIRST_PAGES).enqueue()
