"""Named reads of one person's own work: what a stretch of time brought, the last answers."""

from dataclasses import dataclass

from django.db.models import Count, F, Sum

from canut.core.money import HOUR_MS
from canut.store.tables.pay import PayLine
from canut.store.tables.people import Person


@dataclass(frozen=True)
class Earned:
    """Pay in one currency; hours that are paid count by time elapsed."""

    currency: str
    piece_micro: int


@dataclass(frozen=True)
class WorkSummary:
    """What a stretch of time brought a person; time is elapsed, not yet measured."""

    answers: int
    elapsed_ms: int
    earned: tuple[Earned, ...]


def since(person: Person, begin_ms: int) -> WorkSummary:
    """Sum a person's pay lines from ``begin_ms`` on, in all their projects."""
    sums = list(
        PayLine.objects.filter(worker__person=person, at_ms__gte=begin_ms)
        .values("currency")
        .annotate(
            lines=Count("id"),
            elapsed=Sum("elapsed_ms"),
            piece=Sum("piece_micro"),
            hours=Sum(F("elapsed_ms") * F("rate_version__by_hour_micro")),
        )
        .order_by("currency")
    )
    return WorkSummary(
        answers=sum(s["lines"] for s in sums),
        elapsed_ms=sum(s["elapsed"] for s in sums),
        earned=tuple(Earned(s["currency"], s["piece"] + s["hours"] // HOUR_MS) for s in sums),
    )


def recent_answers(person: Person, most: int = 10) -> list[PayLine]:
    """List a person's last pay lines, newest first, with their answers."""
    found = PayLine.objects.filter(worker__person=person)
    return list(
        found.select_related(
            "project", "rate_version", "answer__task", "answer__question_version"
        ).order_by("-id")[:most]
    )
