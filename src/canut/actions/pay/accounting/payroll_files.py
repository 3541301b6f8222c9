"""Write a closed period as a file for payroll software.

Reads only.
"""

import json

from canut.actions.pay.pay_rules import policy_in_force, policy_of
from canut.core.errors import Conflict
from canut.core.pay.accounting.payroll_export import payroll_csv
from canut.store.models import Period, Statement


def payroll_file(period: Period) -> bytes:
    """Return a closed period as CSV, one row for each person and kind of amount.

    Raises:
        Conflict: the period is not closed.
    """
    if period.state != Period.State.CLOSED:
        raise Conflict(f"period {period.pk} is {period.state}", code="period-not-closed")
    policy = policy_of(period.policy) if period.policy is not None else policy_in_force()[0]
    rows = Statement.objects.filter(period=period).order_by("person", "id").iterator(200)
    statements = ((json.loads(row.content), row.sha256) for row in rows)
    return payroll_csv(statements, policy.payer.get("holder", ""))
