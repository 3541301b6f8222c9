"""Set the vacation pay of an employee to be paid: before a vacation, or at the end of employment.

What was earned and kept stands in their statements; the next period that closes pays what is set
here. A part that may wait no longer, and what is left when a status ends, is paid without it.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Sum

from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict
from canut.store.models import Period, Person, VacationPay, VacationPayout


@dataclass(frozen=True, slots=True)
class PayoutIn:
    """Vacation pay to be paid, as somebody sets it.

    Args:
        why: a vacation, or the end of the employment, which pays everything.
        on: the first day of the vacation, or the last of the employment.
        micro: how much, in micro-units; None is all.
    """

    why: VacationPayout.Why
    on: date
    micro: int | None = None


def vacation_kept(person_id: int) -> dict[str, int]:
    """Return the vacation pay a person has earned and was not paid, in micro-units by currency."""
    rows = VacationPay.objects.filter(
        statement__person=person_id, statement__period__state=Period.State.CLOSED
    ).values_list("statement__currency")
    sums = rows.annotate(kept=Sum("kept_micro"), paid=Sum("paid_micro"))
    return {currency: kept - paid for currency, kept, paid in sums if kept > paid}


@transaction.atomic
def set_payout(person: Person, payout: PayoutIn, *, by: Person, now_ms: Ms) -> VacationPayout:
    """Set vacation pay to be paid with an employee's next statement.

    Raises:
        Conflict: nothing is kept for a vacation.
        BadInput: the amount is 0 or below, or more than what is kept.
    """
    Person.objects.select_for_update().get(id=person.pk)
    kept = vacation_kept(person.pk)
    if payout.why == VacationPayout.Why.LEAVE and not kept:
        raise Conflict(f"no vacation pay of {person.pk} is kept", code="vacation-none")
    currency = next(iter(sorted(kept)), "")
    most = kept.get(currency, 0)
    micro = None if payout.why == VacationPayout.Why.END else payout.micro
    if micro is not None and not 0 < micro <= most:
        raise BadInput(
            f"vacation pay of {micro} micro-units; {most} are kept",
            code="vacation-amount",
            most=most,
            currency=currency,
        )
    return VacationPayout.objects.create(
        person=person,
        why=payout.why,
        on=payout.on,
        micro=None if payout.why == VacationPayout.Why.END else micro,
        currency=currency,
        by=by,
        at_ms=now_ms,
    )
