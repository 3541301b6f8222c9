"""Read bonuses: what was locked for them, and what no closed period has paid. Reads only."""

from django.db.models import QuerySet, Sum

from canut.core.pay.statement_input import BONUS
from canut.store.pay.periods import paid_until_ms
from canut.store.tables.pay import PayAdjustment


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


def _sum(bonuses: "QuerySet[PayAdjustment]") -> int:
    micro: int = bonuses.aggregate(sum=Sum("piece_micro", default=0))["sum"]
    return micro
