"""Pay lines and beats: what is owed for each answer, and the evidence of time."""

from django.db import models

from canut.store.people import Person
from canut.store.projects import Project, RateVersion
from canut.store.work import Answer, Worker


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


class Beat(models.Model):
    """Fifteen seconds of a Canut page being open: counts only, never content."""

    person = models.ForeignKey(Person, models.CASCADE)
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
