"""The money of an organisation: all its projects together, in one currency. Reads only."""

from django.db.models import QuerySet, Sum

from canut.core.money import Money
from canut.core.pay.required_funds import Balance, FundsKind, balance_of
from canut.core.pay.statement_input import BONUS
from canut.store.pay.periods import paid_until_ms
from canut.store.tables.pay import FundsLine, PayAdjustment


def balance_of_organisation(organisation: int, currency: str) -> Balance:
    """Compute the balance of all projects of an organisation in one currency."""
    sums = (
        FundsLine.objects.filter(project__organisation=organisation, currency=currency)
        .values("kind")
        .annotate(micro=Sum("micro"))
        .order_by("kind")
    )
    lines = [(FundsKind(row["kind"]), Money(row["micro"], currency)) for row in sums]
    return balance_of(lines, currency)


def reserved_for_bonuses(project: int, currency: str) -> int:
    """Return all that was ever locked for bonuses of a project, in micro-units."""
    return _sum(PayAdjustment.objects.filter(project=project, currency=currency, reason=BONUS))


def unpaid_bonuses(project: int, currency: str) -> int:
    """Return the bonuses of a project that no closed period has paid, in micro-units."""
    return _sum(
        PayAdjustment.objects.filter(
            project=project, currency=currency, reason=BONUS, at_ms__gte=paid_until_ms()
        )
    )


def _sum(bonuses: QuerySet[PayAdjustment]) -> int:
    micro: int = bonuses.aggregate(sum=Sum("piece_micro", default=0))["sum"]
    return micro
