"""Tables of tasks and their state, of imports (files, problems, media) and of own pages.

A question of the kind ``page`` names the page of all its tasks, or each task has its own.
"""

import msgspec
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Substr

from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class Import(models.Model):
    """One file or folder being imported; its rows are invisible until published."""

    class State(models.TextChoices):
        """State of the import."""

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
    """A row set aside: line, column and reason."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)


class Media(models.Model):
    """A picture or sound of a project, by content hash; bytes are in ``store.media.files``.

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
        """Return whether it is a sound."""
        return self.duration_ms is not None


class TextIndex(models.Model):
    """How far an import is indexed for search: up to which row, and whether completely.

    The words themselves are in ``store_tasktext``, which the migration makes: an FTS5 table on
    SQLite, a table of ``tsvector`` on PostgreSQL.
    """

    source = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="texts")
    row = models.BigIntegerField(default=0)
    is_whole = models.BooleanField(default=False)


decode_row = msgspec.json.Decoder(dict[str, str]).decode
"""Read the cells of a task by column, from its ``data``."""


LABEL_BEGINS = 100  # what an index keeps of a label: PostgreSQL refuses entries of some kilobytes


class Task(models.Model):
    """One item to judge. ``data`` is JSON text: the row as imported."""

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


class RequesterPage(models.Model):
    """A page that a requester wrote, stored once in a project; the database refuses to change it.

    ``sent``: the document it came in, where ``body`` is a part of that; else empty.

    ``body``: HTML, the address of an outside page, or a QuestionForm as XML, by ``form``.
    ``hosts``: origins it loads from; those in the cells of a layout are not among them.
    """

    class Form(models.TextChoices):
        """What the body is."""

        HTML = "html"
        EXTERNAL = "external"
        FORM = "form"
        LAYOUT = "layout"

    project = models.ForeignKey(Project, models.CASCADE, related_name="own_pages", db_index=False)
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=8, choices=Form.choices)
    body = models.TextField()
    sent = models.TextField(blank=True)
    frame_height = models.PositiveIntegerField(default=0)
    hosts = models.JSONField(default=list)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "sha256"), name="own_page_once"),
            models.CheckConstraint(condition=~Q(body=""), name="own_page_not_empty"),
        )


class TaskPage(models.Model):
    """The page of one task, where its tasks have pages of their own.

    The cells of the task fill in a layout. ``public_id``: the id of the HIT as programs name it;
    empty where no program made the task.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="own_page")
    page = models.ForeignKey(RequesterPage, models.PROTECT, related_name="tasks")
    public_id = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_id",), condition=~Q(public_id=""), name="task_page_id_once"
            ),
        )


class TaskState(models.Model):
    """Task state for queue and lists; ``live`` leases and ``counted`` answers.

    ``severity``: how hard it is to look at, 0 to 4; the project's where it has none of its own.
    ``reviewed_ms``: a person's verdict is the label, which no answer changes from then on.
    ``flagged_ms``: somebody said that something is wrong with it, and nobody has looked yet.
    ``rule``: the project's ``overlap_rule`` that ``overlap`` follows.
    """

    class State(models.TextChoices):
        """Whether answers are still needed.

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
    overlap = models.PositiveIntegerField()
    counted = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(default=0)
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


class SavedView(models.Model):
    """A filter of a project's list of tasks that a person keeps under a name."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="saved_views", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project", "person", "name"), name="saved_view_named_once"
            ),
        )


APART = (TaskState.State.PRACTICE, TaskState.State.GOLD, TaskState.State.AUDIT)


DONE = (TaskState.State.CLOSED, TaskState.State.GOLD, TaskState.State.AUDIT)
