"""The money of an organisation: all its projects together, in one currency. Reads only."""

from django.db.models import Sum

from canut.core.money import Money
from canut.core.pay.required_funds import Balance, FundsKind, balance_of
from canut.store.tables.pay import FundsLine


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
