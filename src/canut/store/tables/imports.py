"""Tables of imports: files, problems, media."""

from django.db import models

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
