"""What workers say of who asks, and what their work there is measured to bring."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef

from canut.core.participation import client_ratings
from canut.store.tables.organisations import Organisation
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

FEWEST_RATINGS = 3


class ClientRating(models.Model):
    """What one worker says of one project; they may change it, and only the last one counts."""

    worker = models.OneToOneField(Worker, models.CASCADE)
    project = models.ForeignKey(Project, models.CASCADE)
    tos_violation = models.BooleanField()
    broken = models.BooleanField()
    reward_micro = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    time_seconds = models.PositiveIntegerField(null=True)
    pending_days = models.PositiveIntegerField(null=True)
    comm = models.CharField(
        max_length=12, choices=[(one.value, one.name) for one in client_ratings.Comm]
    )
    rejected = models.CharField(
        max_length=8, choices=[(one.value, one.name) for one in client_ratings.Rejected]
    )
    recommend = models.CharField(
        max_length=9, choices=[(one.value, one.name) for one in client_ratings.Recommend]
    )
    text = models.TextField(blank=True)
    at_ms = models.BigIntegerField()

    def rating(self) -> client_ratings.Rating:
        """Return it as the core counts it."""
        return client_ratings.Rating(
            tos_violation=self.tos_violation,
            broken=self.broken,
            reward_micro=self.reward_micro,
            currency=self.currency,
            time_seconds=self.time_seconds,
            pending_days=self.pending_days,
            comm=client_ratings.Comm(self.comm),
            rejected=client_ratings.Rejected(self.rejected),
            recommend=client_ratings.Recommend(self.recommend),
        )


class ClientMeasure(models.Model):
    """What an hour of work for an organisation brought people, before any top-up; measured daily.

    Over the ninety days before ``made_ms``. Figures of fewer than ten people are null: they were
    never kept. ``by_elapsed``: for how many people no beat measured the time, so that the time from
    loan to answer stands in for it.
    """

    organisation = models.OneToOneField(Organisation, models.CASCADE)
    currency = models.CharField(max_length=3, blank=True)
    people = models.PositiveIntegerField(null=True)
    middle_micro = models.BigIntegerField(null=True)
    lowest_micro = models.BigIntegerField(null=True)
    by_elapsed = models.PositiveIntegerField(null=True)
    answers = models.PositiveIntegerField(null=True)
    rejected_per_mille = models.PositiveIntegerField(null=True)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(people__gte=10)
                | models.Q(people=None, middle_micro=None, lowest_micro=None, answers=None),
                name="client_measure_of_ten",
            ),
        )


@dataclass(frozen=True)
class Client:
    """What is known of who asks; ``summary`` and ``texts`` are empty under three ratings."""

    organisation: Organisation
    count: int
    summary: client_ratings.Summary | None
    texts: list[str]
    measure: ClientMeasure | None

    @property
    def yes(self) -> int:
        """How many would tell others to work there, with care or without."""
        said = self.summary.recommend if self.summary else {}
        return sum(many for word, many in said.items() if word is not client_ratings.Recommend.NO)

    @property
    def badly(self) -> int:
        """How many were answered badly."""
        return self.summary.comm[client_ratings.Comm.UNACCEPTABLE] if self.summary else 0


def client(organisation: Organisation, most: int = 20) -> Client:
    """Gather what workers say of an organisation and what it is measured to pay."""
    rated = list(
        ClientRating.objects.filter(project__organisation=organisation).order_by("recommend", "id")
    )
    enough = len(rated) >= FEWEST_RATINGS
    return Client(
        organisation=organisation,
        count=len(rated),
        summary=client_ratings.summary(one.rating() for one in rated) if enough else None,
        texts=[one.text for one in rated if one.text][:most] if enough else [],
        measure=ClientMeasure.objects.filter(organisation=organisation).first(),
    )


def left_lately(person: Person, since: datetime) -> list[Worker]:
    """List where a person answered and whose work there ended since a moment, newest first."""
    held = Worker.objects.filter(person=person)
    now_there = held.filter(ended_at=None).values("project")
    gone = held.filter(ended_at__gte=since).exclude(project__in=now_there)
    answered = gone.filter(Exists(Answer.objects.filter(worker=OuterRef("pk"))))
    return list(answered.select_related("project__organisation").order_by("-ended_at"))


def rating_of(worker: Worker) -> ClientRating | None:
    """Return what this worker said of their project, if they did."""
    return ClientRating.objects.filter(worker=worker).first()
