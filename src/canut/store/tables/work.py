"""Imports, tasks, leases and answers.

``Task`` is wide and written once. ``TaskState`` is narrow and carries the indexes of queue and
lists; a task without one is not published and nobody sees it. The project of both is that of the
import, whose foreign key keeps it there; a second check of each row would cost PostgreSQL a fifth
of an import. Moments in the hot tables are integer milliseconds since 1970 UTC, so that both SQL
dialects read them alike.
"""

import msgspec
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr

from canut.store.tables.people import Person
from canut.store.tables.projects import Project, QuestionVersion

decode_row = msgspec.json.Decoder(dict[str, str]).decode
"""Read the cells of a task by column, from its ``data``."""
LABEL_BEGINS = 100  # what an index keeps of a label: PostgreSQL refuses entries of some kilobytes


class Worker(models.Model):
    """One author of answers in one project, under a random id; the person stays out of datasets.

    ``is_limited``: some ``Sanction`` was set and not lifted; whether it holds now is read there.
    ``checks_right`` of ``checks_answered`` gold tasks. ``barred``: what of the project's
    ``Eligibility`` they lack; empty where they may work.
    """

    class Kind(models.TextChoices):
        """Who the author is."""

        HUMAN = "human"
        MODEL = "model"
        SIMULATED = "simulated"

    project = models.ForeignKey(Project, models.CASCADE, related_name="workers")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="workers")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.HUMAN)
    public_id = models.CharField(max_length=16)
    cursor_priority = models.IntegerField(default=0)
    cursor_task = models.BigIntegerField(default=0)
    practised_ms = models.BigIntegerField(null=True)
    accuracy = models.FloatField(null=True)
    agreed = models.BigIntegerField(null=True)
    compared = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_limited = models.BooleanField(default=False, db_default=False)
    check_cursor = models.BigIntegerField(default=0, db_default=0)
    checks_answered = models.PositiveIntegerField(default=0, db_default=0)
    checks_right = models.PositiveIntegerField(default=0, db_default=0)
    barred = models.CharField(max_length=13, default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "public_id"), name="worker_id_once"),
            models.UniqueConstraint(fields=("project", "person"), name="worker_once_in_project"),
        )


class Import(models.Model):
    """One file or folder on its way in: its rows are invisible until it is published."""

    class State(models.TextChoices):
        """Where the import is."""

        READING = "reading"
        READY = "ready"
        PUBLISHING = "publishing"
        PUBLISHED = "published"
        DISCARDED = "discarded"
        FAILED = "failed"

    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    name = models.CharField(max_length=200)
    path = models.TextField()
    format = models.CharField(max_length=20)
    reading = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    rows_good = models.BigIntegerField(default=0)
    rows_bad = models.BigIntegerField(default=0)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    failure = models.JSONField(null=True)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)


class ImportProblem(models.Model):
    """A row that was set aside: where, which column, and why."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)


class Media(models.Model):
    """A picture or sound of a project, by the hash of its bytes; ``store.media.files`` has them.

    ``smaller``: the sizes of a picture's smaller copies; None while they are not drawn.
    ``duration_ms`` and what follows are of a sound.
    """

    project = models.ForeignKey(Project, models.CASCADE)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    smaller = models.JSONField(null=True)
    duration_ms = models.BigIntegerField(null=True)
    channels = models.PositiveSmallIntegerField(null=True)
    rate = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "sha256"), name="media_once"),)

    @property
    def is_sound(self) -> bool:
        """Whether it is heard, not seen."""
        return self.duration_ms is not None


class Task(models.Model):
    """One item to judge. ``data`` is JSON text: the row as it was read."""

    project = models.ForeignKey(Project, models.CASCADE, db_constraint=False)
    source = models.ForeignKey(Import, models.CASCADE, db_index=False)  # task_of_import begins so
    row = models.BigIntegerField()
    key = models.CharField(max_length=200)
    data = models.TextField()
    known = models.TextField(null=True)  # noqa: DJ001 - no known answer is not an empty one

    class Meta:
        indexes = (
            models.Index(fields=("source", "row"), name="task_of_import"),
            models.Index(
                fields=("project", "id"), condition=Q(known__isnull=False), name="task_known"
            ),
        )


class TaskState(models.Model):
    """What the queue and the lists need of a task; ``live`` leases and ``counted`` answers.

    ``severity``: how hard it is to look at, 0 to 4; the project's where it has none of its own.
    ``reviewed_ms``: a person's verdict is the label, which no answer changes from then on.
    ``flagged_ms``: somebody said that something is wrong with it, and nobody has looked yet.
    ``rule``: the project's ``overlap_rule`` that ``overlap`` follows.
    """

    class State(models.TextChoices):
        """Whether answers are still wanted.

        Gold and audited tasks are lent, and never counted; ``ASIDE``: withdrawn by hand.
        """

        OPEN = "open"
        CLOSED = "closed"
        PRACTICE = "practice"
        ASIDE = "aside"
        GOLD = "gold"
        AUDIT = "audit"

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="now")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False, db_constraint=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    priority = models.IntegerField(default=0)
    overlap = models.PositiveSmallIntegerField()
    counted = models.PositiveSmallIntegerField(default=0)
    live = models.PositiveSmallIntegerField(default=0)
    label = models.TextField(null=True)  # noqa: DJ001 - no label yet is not an empty label
    confidence = models.FloatField(null=True)
    exported_ms = models.BigIntegerField(null=True)
    severity = models.PositiveSmallIntegerField(null=True)
    reviewed_ms = models.BigIntegerField(null=True)
    flagged_ms = models.BigIntegerField(null=True)
    rule = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="practice")
                | Q(live=0)
                | Q(live__lte=F("overlap") - F("counted")),
                name="task_never_over_overlap",
            ),
        )
        indexes = (
            models.Index(
                fields=("project", "priority", "task"),
                name="task_queue",
                condition=Q(state="open", counted__lt=F("overlap") - F("live")),
            ),
            models.Index(
                fields=("project", "confidence", "task"),
                name="task_by_confidence",
                condition=Q(confidence__isnull=False),
            ),
            models.Index(fields=("project", "state", "task"), name="task_by_state"),
            models.Index(
                F("project"),
                Substr("label", 1, LABEL_BEGINS),
                F("task"),
                condition=Q(label__isnull=False),
                name="task_by_label",
            ),
            models.Index(
                fields=("project", "task"),
                condition=Q(flagged_ms__isnull=False),
                name="task_flagged",
            ),
            models.Index(
                fields=("project", "state", "task"),
                name="task_checks",
                condition=Q(state__in=("gold", "audit")),
            ),
        )


APART = (TaskState.State.PRACTICE, TaskState.State.GOLD, TaskState.State.AUDIT)
DONE = (TaskState.State.CLOSED, TaskState.State.GOLD, TaskState.State.AUDIT)


class Lease(models.Model):
    """A task lent to a worker for a while.

    ``bearer``, ``severity``, ``dose``: in projects with a risk, who bears how much of it, in
    thousandths (``core.protection.exposure``); a task that came back unseen has no dose.
    """

    class State(models.IntegerChoices):
        """How the loan stands; up to SKIPPED the worker does not get the task again.

        The last three are loans to review a task, which ``live`` does not count: in hand, decided,
        and over without a say about whether they may have the task again.
        """

        REVIEWED = -2
        REVIEWING = -1
        LIVE = 0
        ANSWERED = 1
        SKIPPED = 2
        RELEASED = 3
        EXPIRED = 4
        REVIEW_OVER = 5

    task = models.ForeignKey(Task, models.CASCADE, db_index=False)
    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    state = models.SmallIntegerField(choices=State.choices, default=State.LIVE)
    lent_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    bearer = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False)
    severity = models.PositiveSmallIntegerField(null=True)
    dose = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("worker", "task"), condition=Q(state__lte=2), name="lease_taken"
            ),
        )
        indexes = (
            models.Index(fields=("task",), name="lease_of_task"),
            models.Index(
                fields=("project", "expires_ms"), condition=Q(state=0), name="lease_to_expire"
            ),
            models.Index(fields=("worker",), condition=Q(state=0), name="lease_held"),
            models.Index(
                fields=("bearer", "ended_ms"),
                condition=Q(bearer__isnull=False),
                name="lease_of_bearer",
            ),
        )


class Answer(models.Model):
    """One answer of one worker. ``values`` is JSON text ``{question: value}``.

    ``counted``: in the consensus. ``surplus``: came when the task had enough. Neither: replaced by
    a correction, or practice.
    """

    task = models.ForeignKey(Task, models.CASCADE, db_index=False)
    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT)
    lease = models.ForeignKey(Lease, models.SET_NULL, null=True)
    values = models.TextField()
    author_kind = models.CharField(max_length=9, choices=Worker.Kind.choices)
    client_key = models.CharField(max_length=36)
    counted = models.BooleanField()
    surplus = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, db_index=False)
    elapsed_ms = models.BigIntegerField()
    answered_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("worker", "client_key"), name="answer_key_once"),
            models.UniqueConstraint(
                fields=("task", "worker"), condition=Q(counted=True), name="answer_counted_once"
            ),
            models.CheckConstraint(
                condition=~Q(counted=True, surplus=True), name="answer_counted_or_surplus"
            ),
        )
        indexes = (
            models.Index(fields=("project", "id"), name="answer_of_project"),
            models.Index(fields=("task",), name="answer_of_task"),
            models.Index(fields=("worker", "id"), name="answer_of_worker"),
            models.Index(
                fields=("replaces",), condition=Q(replaces__isnull=False), name="answer_replaced"
            ),
        )


class Flag(models.Model):
    """A worker says that something is wrong with a task."""

    task = models.ForeignKey(Task, models.CASCADE)
    worker = models.ForeignKey(Worker, models.CASCADE)
    text = models.CharField(max_length=500)
    flagged_ms = models.BigIntegerField()


def sound_of(project_id: int, sha256: str) -> Media | None:
    """Return a sound of a project; None for a picture, or where there is none."""
    found = Media.objects.filter(project_id=project_id, sha256=sha256, duration_ms__isnull=False)
    return found.first()
