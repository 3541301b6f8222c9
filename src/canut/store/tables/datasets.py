"""Tables of datasets: material and its origin, cards, credits, exports."""

from django.db import models

from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker


class MaterialVersion(models.Model):
    """What a project's material was made by, and from which datasets; immutable, newest counts.

    ``parts`` and ``sources`` as ``core.datasets.material`` writes them.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="materials", db_index=False)
    number = models.PositiveIntegerField()
    parts = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="material_version_once"),
        )


class Card(models.Model):
    """One signed and logged labour card of a project; ``people`` are counted in its figures.

    ``is_public``: anyone finds it under ``/cards/``.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    people = models.PositiveIntegerField()
    is_simulated = models.BooleanField()
    is_public = models.BooleanField(default=False)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "number"), name="card_once"),)


class Credit(models.Model):
    """The name a worker chose for one dataset; deleted when withdrawn."""

    worker = models.OneToOneField(Worker, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=60)
    at_ms = models.BigIntegerField()


class ExportFile(models.Model):
    """One export, written to a file in the data folder and stored for a week."""

    class State(models.TextChoices):
        """State of the export."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        GONE = "gone"

    project = models.ForeignKey(Project, models.CASCADE)
    what = models.CharField(max_length=20)
    form = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    token = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(Person, models.PROTECT)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
