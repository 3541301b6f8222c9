"""Tables of time: heartbeats, worked days, claims, credited time."""

from django.db import models
from django.db.models import Q

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class OpenPage(models.Model):
    """A page opened by a person, which may then send heartbeats.

    ``assistive``: silence counts twice on it. ``silence_ms``: how much of it counts on tasks at
    least, as learnt by then; null before enough is known.
    """

    session = models.CharField(max_length=36, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    opened_ms = models.BigIntegerField()
    assistive = models.BooleanField(default=False)
    silence_ms = models.IntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "opened_ms"), name="page_of_person"),)


class Beat(models.Model):
    """Fifteen seconds of an open page: counts only, never content."""

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


class WorkedDay(models.Model):
    """A person's time on one local day; exact every ten minutes, approximate after each batch.

    ``at_ms`` is up to when it was counted. Limits of hours read it; pay never does.
    """

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    day = models.DateField()
    ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "day"), name="worked_day_once"),
            models.CheckConstraint(condition=Q(ms__gte=0), name="worked_day_not_negative"),
        )


class UsualTime(models.Model):
    """The usual time of a project's tasks, and how many tasks it is based on.

    ``n_people``: how many people's; one person's own time is never the measure, the content of the
    tasks is then. ``silence_ms``: the silence that counts on them at least.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    n_items = models.IntegerField()
    n_people = models.IntegerField(null=True)
    silence_ms = models.IntegerField(null=True)
    median_ms = models.BigIntegerField()
    mean_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()


class Claim(models.Model):
    """Time that needs a decision: claimed, held back or contested.

    ``accepted`` counts at once; ``pending`` counts when granted, by a person or after seven days,
    never if it was withdrawn. For time held back, ``pending`` does not count until then. Both are
    lists of begin and end.
    """

    class Kind(models.TextChoices):
        """Who started the claim, and about what."""

        ASKED = "asked"
        HELD = "held"
        CONTEST = "contest"

    class Why(models.TextChoices):
        """Reason of the claim."""

        PAPER = "paper"
        CRASHED = "crashed"
        OTHER = "other"
        TOO_LONG = "too_long"
        NOT_RIGHT = "not_right"
        UNSEEN = "unseen"
        HOURS = "hours"
        STUDY = "study"

    class State(models.TextChoices):
        """State of the claim."""

        ACCEPTED = "accepted"
        PENDING = "pending"
        GRANTED = "granted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    why = models.CharField(max_length=9, choices=Why.choices)
    words = models.TextField(blank=True)
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    accepted = models.JSONField(default=list)
    pending = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices)
    made_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    settled_ms = models.BigIntegerField(null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(begin_ms__lte=models.F("end_ms")), name="claim_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(decision__isnull=False),
                name="claim_refused_by_decision",
            ),
        )
        indexes = (
            models.Index(fields=("person", "begin_ms"), name="claim_of_person"),
            models.Index(fields=("due_ms",), condition=Q(state="pending"), name="claim_to_decide"),
        )

    @property
    def accepted_ms(self) -> int:
        """The time accepted at once."""
        return sum(end - begin for begin, end in self.accepted)

    @property
    def pending_ms(self) -> int:
        """The time that waits, or waited, for a decision."""
        return sum(end - begin for begin, end in self.pending)


class Credited(models.Model):
    """One credited interval whose heartbeats were deleted."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    surface = models.CharField(max_length=60)
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    why = models.CharField(max_length=9)
    allowance_ms = models.IntegerField()

    class Meta:
        indexes = (models.Index(fields=("person", "begin_ms"), name="credited_of_person"),)


class CreditedUntil(models.Model):
    """Up to when a person's time is stored as intervals instead of heartbeats."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    until_ms = models.BigIntegerField()


class RecordOpening(models.Model):
    """Who opened a page about one person's time or pay."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="openings")
    opened_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    page = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("person", "at_ms"), name="opening_of_person"),)
