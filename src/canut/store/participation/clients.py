"""Client ratings by workers, and measured pay."""

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
    """What is known of a client; ``summary`` and ``texts`` are empty under three ratings."""

    organisation: Organisation
    count: int
    summary: client_ratings.Summary | None
    texts: list[str]
    measure: ClientMeasure | None

    @property
    def yes(self) -> int:
        """How many recommend working there, with or without reservation."""
        counts = self.summary.recommend if self.summary else {}
        return sum(many for word, many in counts.items() if word is not client_ratings.Recommend.NO)

    @property
    def badly(self) -> int:
        """How many got bad answers from the client."""
        return self.summary.comm[client_ratings.Comm.UNACCEPTABLE] if self.summary else 0


def client(organisation: Organisation, most: int = 20) -> Client:
    """Load the ratings and the measured pay of an organisation."""
    rated = list(
        ClientRating.objects.filter(project__organisation=organisation).order_by("recommend", "id")
    )
    enough = len(rated) >= FEWEST_RATINGS
    return Client(
        organisation=organisation,
        count=len(rated),
        summary=client_ratings.summary(rating.rating() for rating in rated) if enough else None,
        texts=[rating.text for rating in rated if rating.text][:most] if enough else [],
        measure=ClientMeasure.objects.filter(organisation=organisation).first(),
    )


def left_lately(person: Person, since: datetime) -> list[Worker]:
    """List the ended projects a person answered in since a time, newest first."""
    workers = Worker.objects.filter(person=person)
    now_there = workers.filter(ended_at=None).values("project")
    ended = workers.filter(ended_at__gte=since).exclude(project__in=now_there)
    answered = ended.filter(Exists(Answer.objects.filter(worker=OuterRef("pk"))))
    return list(answered.select_related("project__organisation").order_by("-ended_at"))


def rating_of(worker: Worker) -> ClientRating | None:
    """Return this worker's rating of their project's client, if any."""
    return ClientRating.objects.filter(worker=worker).first()
