"""The money of an organisation: all its projects together, in one currency. Reads only."""

from django.db.models import QuerySet, Sum

from canut.core.pay.required_funds import Balance
from canut.core.pay.statement_input import BONUS
from canut.store.pay.funds import balance_of_lines
from canut.store.pay.periods import paid_until_ms
from canut.store.tables.pay import FundsLine, PayAdjustment


def balance_of_organisation(organisation: int, currency: str) -> Balance:
    """Compute the balance of all projects of an organisation in one currency."""
    lines = FundsLine.objects.filter(project__organisation=organisation)
    return balance_of_lines(lines, currency)


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
