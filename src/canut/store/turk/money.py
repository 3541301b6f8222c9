"""The money of an organisation: all its projects together, in one currency. Reads only."""

from canut.core.pay.required_funds import Balance
from canut.store.pay.funds import balance_of_lines
from canut.store.tables.pay import FundsLine


def balance_of_organisation(organisation: int, currency: str) -> Balance:
    """Compute the balance of all projects of an organisation in one currency."""
    lines = FundsLine.objects.filter(project__organisation=organisation)
    return balance_of_lines(lines, currency)
