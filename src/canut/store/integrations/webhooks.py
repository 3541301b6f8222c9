"""Webhooks, their pending deliveries, and the progress of event detection.

A ``Delivery`` is written in the transaction of what it tells of and stays thirty days. ``TaskTold``
names every closed task of a ``Watched`` project that needs telling no more, so that however a task
closes, it is found by not being there (``actions.integrations.task_closed_events``).
"""

from django.db import connection
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


INCIDENT_OPENED = "incident.opened"


DECISION_MADE = "decision.made"


TEST = "webhook.test"


EVENTS = (
    TASK_CLOSED,
    ANSWERS_ADDED,
    LABELS_READY,
    REVIEW_DONE,
    GOLD_CORRECTED,
    INCIDENT_OPENED,
    DECISION_MADE,
    EXPORT_READY,
    EXPORT_FAILED,
    "import.published",
    IMPORT_FAILED,
    "project.opened",
    "project.paused",
    "project.closed",
    TEST,
)


KEPT_DAYS = 30


WATCHING = frozenset({TASK_CLOSED, ANSWERS_ADDED})


LOG_ROWS = 50


DELIVERY_DUE = """
SELECT 1 FROM store_delivery WHERE state = 'waiting' AND next_ms <= %s LIMIT 1
"""


def is_delivery_due(now_ms: int) -> bool:
    """Return whether a message may be due: one short statement, for a process that polls."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERY_DUE, (now_ms,))
        return cursor.fetchone() is not None


def webhooks_of(project: Project) -> QuerySet[Webhook]:
    """Select the webhooks of a project and of its organisation."""
    condition = Q(project=project) | Q(organisation=project.organisation_id)
    return Webhook.objects.filter(condition).order_by("id")


def webhook_in(project: Project, number: int) -> Webhook | None:
    """Return a webhook of a project or of its organisation; None for any other."""
    return webhooks_of(project).filter(id=number).first()


def listening(project: Project, event: str) -> list[Webhook]:
    """List the webhooks subscribed to an event, including paused and stopped ones."""
    return [webhook for webhook in webhooks_of(project) if event in webhook.events]


def log_of(webhook: Webhook, before: int | None = None, most: int = LOG_ROWS) -> list[Delivery]:
    """List the newest deliveries of a webhook, or those before one, newest first."""
    deliveries = Delivery.objects.filter(webhook=webhook)
    if before is not None:
        deliveries = deliveries.filter(id__lt=before)
    return list(deliveries.order_by("-id")[:most])


def waiting_of(webhook: Webhook, most: int = 1_000) -> int:
    """Count the waiting deliveries of a webhook, up to a limit."""
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    return waiting.order_by()[:most].count()


def is_listening(project_id: int) -> bool:
    """Return whether task closings are reported yet; not while old tasks are recorded."""
    return Watched.objects.filter(project=project_id, is_ready=True).exists()


def untold(project_id: int) -> QuerySet[TaskState, int]:
    """Return the closed tasks of a project that are not recorded, by id."""
    closed = TaskState.objects.filter(project_id=project_id, state=TaskState.State.CLOSED)
    noted = TaskTold.objects.filter(task_id=OuterRef("task_id"))
    return closed.filter(~Exists(noted)).order_by().values_list("task_id", flat=True)


def reopened(project_id: int) -> QuerySet[TaskTold, int]:
    """Return the recorded tasks of a project that are open again, by id."""
    closed = TaskState.objects.filter(task_id=OuterRef("task_id"), state=TaskState.State.CLOSED)
    noted = TaskTold.objects.filter(project_id=project_id)
    return noted.filter(~Exists(closed)).order_by().values_list("task_id", flat=True)
