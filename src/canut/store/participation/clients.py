"""What workers say of who asks, and what their work there is measured to bring."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from canut.core.participation import client_ratings
from canut.store.tables.participation import ClientMeasure, ClientRating
from canut.store.tables.people import Organisation, Person
from canut.store.tables.work import Answer, Worker

FEWEST_RATINGS = 3


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
