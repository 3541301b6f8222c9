"""Webhooks, what is to be delivered to them, and how far their projects were looked at.

A ``Delivery`` is written in the transaction of what it tells of and stays thirty days. ``TaskTold``
names every closed task of a ``Watched`` project that needs telling no more, so that however a task
closes, it is found by not being there (``actions.integrations.task_closed_events``).
"""

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from canut.store.tables.organisations import Organisation
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import TaskState

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


class Webhook(models.Model):
    """An address that is told what happens in a project, or in all those of an organisation.

    ``sealed``: its secret, bound to ``public_id``; ``sealed_before``: the one that was replaced,
    which signs too until ``before_until_ms``. ``failures``: attempts that failed since the last one
    that did not; until ``rest_until_ms`` nothing is sent.
    """

    class State(models.TextChoices):
        """Whether anything is sent."""

        ACTIVE = "active"
        PAUSED = "paused"
        STOPPED = "stopped"

    public_id = models.CharField(max_length=32, unique=True)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="webhooks")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    url = models.CharField(max_length=500)
    events = models.JSONField()
    sealed = models.BinaryField()
    sealed_before = models.BinaryField(null=True)
    before_until_ms = models.BigIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    failures = models.PositiveIntegerField(default=0)
    rest_until_ms = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(project=None, organisation__isnull=False)
                | Q(project__isnull=False, organisation=None),
                name="webhook_of_one_thing",
            ),
        )


class Delivery(models.Model):
    """One message to one webhook: what is sent, and how the last attempt went.

    ``message``: the identifier the receiver gets, the same at every attempt and in every replay.
    ``code``: the status of the answer, 0 where there was none; ``error`` says in a word why.
    """

    class State(models.TextChoices):
        """Whether it arrived."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40)
    event = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_ms = models.BigIntegerField()
    next_ms = models.BigIntegerField()
    tried_ms = models.BigIntegerField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    code = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=20, blank=True, default="")
    response = models.TextField(blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("webhook", "id"), name="delivery_of_webhook"),
            models.Index(
                fields=("next_ms",), condition=Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=("created_ms",), name="delivery_by_age"),
        )


class Watched(models.Model):
    """A project whose closed tasks and new answers are looked for.

    ``is_ready``: what was closed before somebody listened is noted; from then on closing is told.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    is_ready = models.BooleanField(default=False)
    looked_ms = models.BigIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    last_answer = models.BigIntegerField(default=0)
    answers_ms = models.BigIntegerField(default=0)


class TaskTold(models.Model):
    """A closed task that was told of, or was closed before anybody listened."""

    task_id = models.BigIntegerField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)


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
