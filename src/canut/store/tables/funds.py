"""A project's money and who shares it: lines of funds, and the chain from client to worker.

Lines are only ever added. None takes anything from a worker: there is no such kind, and no line
names one.
"""

from django.db import models
from django.db.models import Max, Q, Sum

from canut.core.money import Money
from canut.core.pay.intermediaries import Chain, Party, PartyRole
from canut.core.pay.required_funds import Balance, FundsKind, balance_of
from canut.store.tables.people import Person
from canut.store.tables.periods import Period
from canut.store.tables.projects import Project


class FundsLine(models.Model):
    """Money that came in for a project, was locked for pay, freed again, or spent."""

    class Kind(models.TextChoices):
        """What happens to the money."""

        DEPOSIT = FundsKind.DEPOSIT.value
        RESERVE = FundsKind.RESERVE.value
        RELEASE = FundsKind.RELEASE.value
        CHARGE = FundsKind.CHARGE.value

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True)
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="charges")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(micro__gt=0), name="funds_above_nothing"),
            models.UniqueConstraint(
                fields=("period", "project", "currency"), name="period_charged_once"
            ),
        )


class ChainVersion(models.Model):
    """Who pays and how much for one answer; never changed, only followed by another version."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="chains")
    number = models.PositiveIntegerField()
    client = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    price_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="chain_version_once"),
        )


class ChainParty(models.Model):
    """One party of a version, in its place, with what it keeps of the price of one answer."""

    chain = models.ForeignKey(ChainVersion, models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in PartyRole])
    name = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    share_micro = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chain", "position"), name="chain_position_once"),
            models.CheckConstraint(condition=Q(share_micro__gte=0), name="chain_share_at_least_0"),
        )


def balance(project_id: int, currency: str) -> Balance:
    """Add up a project's funds in one currency."""
    sums = (
        FundsLine.objects.filter(project_id=project_id, currency=currency)
        .values("kind")
        .annotate(micro=Sum("micro"))
        .order_by("kind")
    )
    lines = [(FundsKind(one["kind"]), Money(one["micro"], currency)) for one in sums]
    return balance_of(lines, currency)


def is_funded(project_id: int) -> bool:
    """Say whether money was ever locked for a project's pay."""
    return FundsLine.objects.filter(project_id=project_id, kind=FundsLine.Kind.RESERVE).exists()


def funds_lines(project_id: int, most: int) -> list[FundsLine]:
    """List the last lines of a project's funds, newest first."""
    found = FundsLine.objects.filter(project_id=project_id).select_related("by", "period")
    return list(found.order_by("-id")[:most])


def chain_of(project_id: int) -> Chain | None:
    """Return the chain now declared; nothing while nobody declared one."""
    version = ChainVersion.objects.filter(project_id=project_id).order_by("-number").first()
    if version is None:
        return None
    currency = version.currency
    parties = tuple(
        Party(PartyRole(one.role), Money(one.share_micro, currency), one.name, one.country)
        for one in version.parties.order_by("position")
    )
    price = Money(version.price_micro, currency)
    return Chain(version.client, version.country, price, parties)


def last_chain_number(project_id: int) -> int:
    """Return the number of the last version of a project's chain; 0 before the first."""
    found = ChainVersion.objects.filter(project_id=project_id)
    return found.aggregate(last=Max("number"))["last"] or 0
