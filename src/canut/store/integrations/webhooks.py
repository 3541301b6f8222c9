"""Webhooks, what is to be delivered to them, and how far their projects were looked at.

A ``Delivery`` is written in the transaction of what it tells of and stays thirty days. ``TaskTold``
names every closed task of a ``Watched`` project that needs telling no more, so that however a task
closes, it is found by not being there (``actions.integrations.task_closed_events``).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from canut.store.tables.integrations import Delivery, TaskTold, Watched, Webhook
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState

TASK_CLOSED = "task.closed"


ANSWERS_ADDED = "answers.added"


LABELS_READY = "labels.ready"


EXPORT_READY = "export.ready"


EXPORT_FAILED = "export.failed"


IMPORT_FAILED = "import.failed"


REVIEW_DONE = "review.done"


GOLD_CORRECTED = "gold.corrected"


DECISION_MADE = "decision.made"


TEST = "webhook.test"


EVENTS = (
    TASK_CLOSED,
    ANSWERS_ADDED,
    LABELS_READY,
    REVIEW_DONE,
    GOLD_CORRECTED,
    DECISION_MADE,
    EXPORT_READY,
    EXPORT_FAILED,
    "import.published",
    IMPORT_FAILED,
    "project.opened",
    "project.paused",
    "project.closed",
)


KEPT_DAYS = 30


WATCHING = frozenset({TASK_CLOSED, ANSWERS_ADDED})


LOG_ROWS = 50


def webhooks_of(project: Project) -> QuerySet[Webhook]:
    """Return the webhooks that hear of a project: its own and its organisation's."""
    ours = Q(project=project) | Q(organisation=project.organisation_id)
    return Webhook.objects.filter(ours).order_by("id")


def webhook_in(project: Project, number: int) -> Webhook | None:
    """Return a webhook that hears of a project; None for any other."""
    return webhooks_of(project).filter(id=number).first()


def listening(project: Project, event: str) -> list[Webhook]:
    """List the webhooks that want to hear of an event, paused and stopped ones too."""
    return [one for one in webhooks_of(project) if event in one.events]


def log_of(webhook: Webhook, before: int | None = None, most: int = LOG_ROWS) -> list[Delivery]:
    """List the newest deliveries of a webhook, or those before one, newest first."""
    found = Delivery.objects.filter(webhook=webhook)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:most])


def waiting_of(webhook: Webhook, most: int = 1_000) -> int:
    """Count what waits for a webhook, up to a limit."""
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    return waiting.order_by()[:most].count()


def is_listening(project_id: int) -> bool:
    """Say whether closing is told by now; while earlier tasks are noted it is not."""
    return Watched.objects.filter(project=project_id, is_ready=True).exists()


def untold(project_id: int) -> QuerySet[TaskState, int]:
    """Return the closed tasks of a project that are not noted, by number."""
    closed = TaskState.objects.filter(project_id=project_id, state=TaskState.State.CLOSED)
    noted = TaskTold.objects.filter(task_id=OuterRef("task_id"))
    return closed.filter(~Exists(noted)).order_by().values_list("task_id", flat=True)


def reopened(project_id: int) -> QuerySet[TaskTold, int]:
    """Return the noted tasks of a project that are not closed any more, by number."""
    closed = TaskState.objects.filter(task_id=OuterRef("task_id"), state=TaskState.State.CLOSED)
    noted = TaskTold.objects.filter(project_id=project_id)
    return noted.filter(~Exists(closed)).order_by().values_list("task_id", flat=True)
