"""Read deposits and their figures. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from canut.core.portrait.deposits.grades import DepositGrade
from canut.core.portrait.deposits.observations import (
    CodeScheme,
    Concept,
    Measure,
    Observation,
    ObservationState,
    PlaceKind,
    Sex,
    WorkStatus,
)
from canut.store.tables.portrait import Deposit, PortraitRelease
from canut.store.tables.portrait import Observation as ObservationRow

MICRO = 1_000_000


class DepositedFigures(NamedTuple):
    """A deposit and its figures."""

    row: Deposit
    grade: DepositGrade
    figures: tuple[Observation, ...]


def deposit_numbered(number: int) -> Deposit | None:
    """Return a deposit; None if there is none."""
    return Deposit.objects.select_related("replaces", "by", "accepted_by").filter(pk=number).first()


def deposits_waiting() -> list[Deposit]:
    """List the deposits that wait for somebody's word, oldest first."""
    return list(Deposit.objects.filter(state=Deposit.State.WAITING).order_by("pk"))


def deposits_public() -> list[Deposit]:
    """List every deposit that was accepted once, newest first."""
    return list(
        Deposit.objects.filter(accepted_ms__isnull=False)
        .defer("descriptor")
        .order_by("-accepted_ms", "-pk")
    )


def replacement_of(deposit: Deposit) -> Deposit | None:
    """Return the accepted deposit that stands in for one; None without one."""
    return (
        Deposit.objects.filter(replaces=deposit, accepted_ms__isnull=False)
        .defer("descriptor")
        .order_by("-pk")
        .first()
    )


def deposits_in() -> list[Deposit]:
    """List the deposits in force, without their descriptions."""
    rows = Deposit.objects.filter(state=Deposit.State.IN)
    return list(rows.defer("descriptor").order_by("accepted_ms", "pk"))


def deposits_beside(release: PortraitRelease) -> list[Deposit]:
    """List the deposits that stood beside an edition while it was the newest one.

    What was withdrawn or replaced later is still among them: an old edition stays readable.
    """
    later = (
        PortraitRelease.objects.filter(made_ms__gt=release.made_ms)
        .order_by("made_ms")
        .values_list("made_ms", flat=True)
        .first()
    )
    rows = Deposit.objects.filter(accepted_ms__isnull=False).filter(
        Q(ended_ms__isnull=True) | Q(ended_ms__gt=release.made_ms)
    )
    if later is not None:
        rows = rows.filter(accepted_ms__lt=later)
    return list(rows.defer("descriptor").order_by("accepted_ms", "pk"))


def with_figures(numbers: Iterable[int]) -> list[DepositedFigures]:
    """Return deposits with their figures of all people: no sex, age or status alone."""
    deposits = list(Deposit.objects.filter(pk__in=list(numbers)).order_by("accepted_ms", "pk"))
    figures: defaultdict[int, list[Observation]] = defaultdict(list)
    of_all = ObservationRow.objects.filter(
        deposit__in=deposits, sex=Sex.ALL, age="all", status=WorkStatus.ALL
    )
    for row in of_all.order_by("pk"):
        figures[row.deposit_id].append(observation_of(row))
    return [
        DepositedFigures(deposit, DepositGrade(deposit.grade), tuple(figures[deposit.pk]))
        for deposit in deposits
    ]


def figures_of(deposit: Deposit, most: int | None = None) -> tuple[Observation, ...]:
    """Return the figures of a deposit, in the order of its file; the first ones where bounded."""
    rows = ObservationRow.objects.filter(deposit=deposit).order_by("pk")[:most]
    return tuple(observation_of(row) for row in rows)


def count_figures(deposit: Deposit) -> int:
    """Return how many figures a deposit has."""
    return ObservationRow.objects.filter(deposit=deposit).count()


def observation_of(row: ObservationRow) -> Observation:
    """Return a stored figure as the core knows it."""
    return Observation(
        line=row.line,
        concept=Concept(row.concept),
        place=row.place,
        place_kind=PlaceKind(row.place_kind),
        begin=row.begin,
        end=row.end,
        measure=Measure(row.measure),
        unit=row.unit,
        value=_decimal(row.value_micro),
        occupation=row.occupation,
        scheme=CodeScheme(row.scheme),
        sex=Sex(row.sex),
        age=row.age,
        status=WorkStatus(row.status),
        currency=row.currency,
        low=_decimal(row.low_micro),
        high=_decimal(row.high_micro),
        level=_decimal(row.level_micro),
        n=row.n,
        is_weighted=row.is_weighted,
        flag=row.flag,
        state=ObservationState(row.state),
        note_en=row.note_en,
        note_fr=row.note_fr,
        share_of=row.share_of,
    )


def _decimal(micro: int | None) -> Decimal | None:
    """Return a stored number without the zeros at its end."""
    if micro is None:
        return None
    number = (Decimal(micro) / MICRO).normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
