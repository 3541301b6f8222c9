"""What is kept of people's time beside beats: days, claims, intervals that outlive their beats.

Beats are the evidence and go first; what they were worth stays. Who opened somebody's record is
kept for that person to read.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

type Span = tuple[int, int]


class WorkedDay(models.Model):
    """Time of a person on one local day; exact every ten minutes, nearly so after each batch.

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
    """How long tasks of a project usually take, measured; of how many tasks that is known."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    n_items = models.IntegerField()
    median_ms = models.BigIntegerField()
    mean_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()


class Claim(models.Model):
    """Time that needs somebody's word: asked for, held back, or said to be wrong.

    ``accepted`` counts at once; ``pending`` counts when granted, by a human or after seven days.
    Of time held back, ``pending`` is what does not count until then. Both are lists of begin and
    end.
    """

    class Kind(models.TextChoices):
        """Who began it, and about what."""

        ASKED = "asked"
        HELD = "held"
        CONTEST = "contest"

    class Why(models.TextChoices):
        """What happened."""

        PAPER = "paper"
        CRASHED = "crashed"
        OTHER = "other"
        TOO_LONG = "too_long"
        NOT_RIGHT = "not_right"

    class State(models.TextChoices):
        """Where it is."""

        ACCEPTED = "accepted"
        PENDING = "pending"
        GRANTED = "granted"
        REFUSED = "refused"

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    why = models.CharField(max_length=9, choices=Why.choices)
    words = models.TextField(blank=True)
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    accepted = models.JSONField(default=list)
    pending = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices)
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
        """How much of it was accepted at once."""
        return sum(end - begin for begin, end in self.accepted)

    @property
    def pending_ms(self) -> int:
        """How much of it waits, or waited, for a word."""
        return sum(end - begin for begin, end in self.pending)


class Credited(models.Model):
    """One credited interval whose beats are no longer kept."""

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
    """Up to when a person's time is kept as intervals; from then on it is measured from beats."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    until_ms = models.BigIntegerField()


class RecordOpening(models.Model):
    """Somebody opened a page that shows one person's time or pay."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False, related_name="openings")
    opened_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    page = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("person", "at_ms"), name="opening_of_person"),)


class Counted(NamedTuple):
    """Time that counts, or does not, by somebody's word."""

    person: int
    project: int | None
    begin_ms: int
    end_ms: int


def granted(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    """Yield what claims add to people's time between two moments, cut to them."""
    asked = _claims(person_ids, begin_ms, end_ms).exclude(kind=Claim.Kind.HELD)
    for claim in asked:
        spans = [*claim.accepted, *(claim.pending if claim.state == Claim.State.GRANTED else [])]
        yield from _cut(claim, spans, begin_ms, end_ms)


def held(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    """Yield measured time that does not count: held back and not granted, or refused."""
    states = (Claim.State.PENDING, Claim.State.REFUSED)
    found = _claims(person_ids, begin_ms, end_ms).filter(kind=Claim.Kind.HELD, state__in=states)
    for claim in found:
        yield from _cut(claim, claim.pending, begin_ms, end_ms)


def _claims(person_ids: Sequence[int], begin_ms: int, end_ms: int) -> "models.QuerySet[Claim]":
    return Claim.objects.filter(
        person__in=person_ids, begin_ms__lt=end_ms, end_ms__gt=begin_ms
    ).order_by("id")


def _cut(claim: Claim, spans: Sequence[Span], begin_ms: int, end_ms: int) -> Iterator[Counted]:
    for begin, end in spans:
        since, until = max(begin, begin_ms), min(end, end_ms)
        if until > since:
            yield Counted(claim.person_id, claim.project_id, since, until)


def claims_of(person: Person, begin_ms: int, end_ms: int) -> list[Claim]:
    """List what a person claimed, contested or had held back in a stretch of time."""
    found = _claims([person.id], begin_ms, end_ms)
    return list(found.select_related("project", "decision", "decision__made_by"))


def to_review(project_ids: Sequence[int]) -> list[Claim]:
    """List what waits for a human: of these projects, or of none; the first due first."""
    waits = Claim.objects.filter(state=Claim.State.PENDING)
    waits = waits.filter(project__in=project_ids) | waits.filter(project=None)
    return list(waits.select_related("person", "project").order_by("due_ms", "id"))


def claim_numbered(number: int) -> Claim | None:
    """Return a claim by its number."""
    found = Claim.objects.select_related("person", "project", "decision", "decision__made_by")
    return found.filter(id=number).first()


def openings_of(person: Person, most: int = 50) -> list[RecordOpening]:
    """List who opened this person's record, the last first."""
    found = RecordOpening.objects.filter(person=person).select_related("opened_by")
    return list(found.order_by("-at_ms", "-id")[:most])
