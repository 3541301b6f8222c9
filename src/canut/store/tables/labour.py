"""Pay lines, what changes them, and beats: what is owed, and the evidence of time."""

from django.db import models

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.work import Answer, Worker


class PayLine(models.Model):
    """What one answer adds to a person's pay; kept for ever, never changed."""

    class TimeBasis(models.TextChoices):
        """How the time was had."""

        ELAPSED = "elapsed"

    answer = models.OneToOneField(Answer, models.PROTECT)
    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False)
    project = models.ForeignKey(Project, models.PROTECT)
    rate_version = models.ForeignKey(RateVersion, models.PROTECT)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    elapsed_ms = models.BigIntegerField()
    time_basis = models.CharField(max_length=8, choices=TimeBasis.choices)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(piece_micro__gte=0, elapsed_ms__gte=0), name="pay_not_negative"
            ),
        )
        indexes = (models.Index(fields=("worker", "at_ms"), name="pay_of_worker"),)


class PayAdjustment(models.Model):
    """What a decision takes from a person's pieces, or gives back; kept for ever, never changed."""

    worker = models.ForeignKey(Worker, models.PROTECT)
    project = models.ForeignKey(Project, models.PROTECT)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True)
    decision = models.ForeignKey(Decision, models.PROTECT)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()


class OpenPage(models.Model):
    """A page of Canut that was given to a person: from then on it may send beats."""

    session = models.CharField(max_length=36, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    opened_ms = models.BigIntegerField()
    assistive = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("person", "opened_ms"), name="page_of_person"),)


class Beat(models.Model):
    """Fifteen seconds of a Canut page being open: counts only, never content."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    session = models.CharField(max_length=36)
    seq = models.IntegerField()
    mono_ms = models.BigIntegerField()
    visible = models.BooleanField()
    focused = models.BooleanField()
    surface = models.CharField(max_length=60)
    buckets = models.JSONField()
    media_ms = models.IntegerField(default=0)
    previous = models.CharField(max_length=64)
    received_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("session", "seq"), name="beat_once"),)
        indexes = (models.Index(fields=("person", "received_ms"), name="beat_of_person"),)
