"""Resales of dataset versions, as declared and decided, and what went back to people.

Reads only.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Q, Sum

from canut.core.clock import Ms
from canut.store.pay.periods import paid_until_ms
from canut.store.tables.datasets import Resale, ResaleShare
from canut.store.tables.projects import Project


class ResaleLine(NamedTuple):
    """A resale with what its people got, in micro-units.

    Args:
        resale: the resale.
        people: how many people have a share.
        shared_micro: what goes to people who can be paid.
        unpaid_micro: the shares of people who can no longer be paid.
    """

    resale: Resale
    people: int
    shared_micro: int
    unpaid_micro: int


class ResaleReturn(NamedTuple):
    """What resales in one currency brought back, and what of it is one person's."""

    currency: str
    resales: int
    shared_micro: int
    own_micro: int


class ResaleSum(NamedTuple):
    """The confirmed resales of a dataset in one currency."""

    currency: str
    resales: int
    fee_micro: int
    shared_micro: int
    unpaid_micro: int


def resales_of(project: Project) -> list[ResaleLine]:
    """List the resales of a project's dataset versions, newest first."""
    rows = Resale.objects.filter(card__project=project).order_by("-id")
    return [_line(resale) for resale in rows.select_related("card", "declared_by", "decided_by")]


def resale_sums(project: Project, card: int | None = None) -> list[ResaleSum]:
    """Sum the confirmed resales of a dataset, or of one of its versions, by currency."""
    sums: dict[str, ResaleSum] = {}
    rows = Resale.objects.filter(card__project=project, state=Resale.State.CONFIRMED)
    if card is not None:
        rows = rows.filter(card__number=card)
    for line in (_line(resale) for resale in rows.order_by("id")):
        currency = line.resale.currency
        before = sums.get(currency, ResaleSum(currency, 0, 0, 0, 0))
        sums[currency] = ResaleSum(
            currency,
            before.resales + 1,
            before.fee_micro + line.resale.fee_micro,
            before.shared_micro + line.shared_micro,
            before.unpaid_micro + line.unpaid_micro,
        )
    return [sums[currency] for currency in sorted(sums)]


def resales_with(worker: int, project: int, versions: Iterable[int]) -> list[ResaleReturn]:
    """Sum what the confirmed resales of some versions brought back, in all and to one worker."""
    shares = ResaleShare.objects.filter(
        resale__card__project=project,
        resale__card__number__in=list(versions),
        resale__state=Resale.State.CONFIRMED,
        is_payable=True,
        reverses=None,
        reversal=None,
    )
    sums = shares.values_list("currency").annotate(
        count=Count("resale", distinct=True),
        whole=Sum("micro"),
        own=Sum("micro", filter=Q(worker=worker), default=0),
    )
    return [ResaleReturn(*row) for row in sums.order_by("currency")]


def reserved_for_resales(project_id: int, currency: str) -> int:
    """Return all that was ever locked for shares of a project's resales, in micro-units."""
    rows = Resale.objects.filter(card__project=project_id, currency=currency)
    reserved_micro: int = rows.aggregate(sum=Sum("reserved_micro", default=0))["sum"]
    return reserved_micro


def unpaid_resale_shares(project_id: int, currency: str) -> int:
    """Return the shares of resales that no closed period has paid yet, in micro-units."""
    shares = ResaleShare.objects.filter(
        resale__card__project=project_id,
        currency=currency,
        is_payable=True,
        reverses=None,
        reversal=None,
        at_ms__gte=paid_until_ms(),
    )
    unpaid_micro: int = shares.aggregate(sum=Sum("micro", default=0))["sum"]
    return unpaid_micro


def resale_shares(people: Iterable[int], begin_ms: Ms, end_ms: Ms) -> list[ResaleShare]:
    """List the shares of some people in a window that were not taken back, oldest first."""
    shares = ResaleShare.objects.filter(
        worker__person__in=list(people),
        micro__gt=0,
        reverses=None,
        reversal=None,
        at_ms__gte=begin_ms,
        at_ms__lt=end_ms,
    )
    return list(shares.select_related("worker", "resale__card__project").order_by("id"))


def _line(resale: Resale) -> ResaleLine:
    shares = ResaleShare.objects.filter(resale=resale, reverses=None, reversal=None)
    sums = dict(shares.values_list("is_payable").annotate(micro=Sum("micro")).order_by())
    return ResaleLine(resale, shares.count(), sums.get(True, 0), sums.get(False, 0))
