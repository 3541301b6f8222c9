"""A person's own work: sums of an interval, last answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from canut.store.pay.pay_lines import earned_by_currency
from canut.store.tables.decisions import Decision
from canut.store.tables.pay import PayAdjustment, PayLine
from canut.store.tables.people import Person


@dataclass(frozen=True)
class Earned:
    """Pay in one currency; paid hours count by elapsed time."""

    currency: str
    piece_micro: int


@dataclass(frozen=True)
class WorkSummary:
    """A person's totals of an interval; time is elapsed, not yet measured."""

    answers: int
    elapsed_ms: int
    earned: tuple[Earned, ...]


def since(person: Person, begin_ms: int) -> WorkSummary:
    """Sum a person's pay lines since ``begin_ms``, in all their projects."""
    sums = earned_by_currency(person.pk, begin_ms)
    return WorkSummary(
        answers=sum(each.answers for each in sums),
        elapsed_ms=sum(each.elapsed_ms for each in sums),
        earned=tuple(Earned(each.currency, each.micro) for each in sums),
    )


def recent_answers(person: Person, most: int = 10) -> list[PayLine]:
    """List a person's last pay lines with their answers, newest first."""
    lines = PayLine.objects.filter(worker__person=person)
    return list(
        lines.select_related(
            "project", "rate_version", "answer__task", "answer__question_version"
        ).order_by("-id")[:most]
    )


def taken_since(person: Person, begin_ms: int) -> dict[str, int]:
    """Sum what decisions took from answers given since a time, by currency, in micro-units."""
    rows = PayAdjustment.objects.filter(
        worker__person=person, answer__payline__at_ms__gte=begin_ms
    ).values_list("currency")
    sums = rows.annotate(micro=Sum("piece_micro")).order_by("currency")
    return {currency: -micro for currency, micro in sums if micro}


def rejected_among(answers: Iterable[int]) -> frozenset[int]:
    """Return which of some answers are rejected."""
    decisions = Decision.objects.filter(
        kind=Decision.Kind.REJECTION, undone_ms=None, answer__in=list(answers)
    )
    return frozenset(number for number in decisions.values_list("answer", flat=True) if number)
