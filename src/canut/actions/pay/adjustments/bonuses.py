"""Grant a bonus besides the price of an answer; the person reads why.

A bonus is a pay line of its own, on the day it was granted. It counts toward the floor of its
period alone and changes no closed statement. Its money is locked first.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.pay.funds import reserve_funds
from canut.core.clock import Ms
from canut.core.errors import BadInput, Forbidden
from canut.core.money import MICRO, Money
from canut.core.pay.statement_input import BONUS
from canut.store.pay.periods import paid_until_ms
from canut.store.projects.versions import rate_or_none
from canut.store.tables.pay import Bonus, PayAdjustment
from canut.store.tables.people import Person
from canut.store.tables.work import Answer, Worker

MOST_BONUS_MICRO = 10_000 * MICRO


@dataclass(frozen=True, slots=True)
class BonusIn:
    """A bonus as it is granted.

    Args:
        micro: micro-units of the project's currency.
        reason: the words why.
        by: who grants it, a program too; None for the fixed sum of a study.
        key: the key of the program; None for a person.
        answer: the answer it is for; None for none.
    """

    micro: int
    reason: str
    by: Person | None = None
    key: int | None = None
    answer: Answer | None = None


@transaction.atomic
def grant_bonus(worker: Worker, bonus_in: BonusIn, now_ms: Ms) -> Bonus:
    """Grant a worker a bonus, and lock its money.

    Raises:
        Forbidden: ``bonus-unpaid``: own staff are paid elsewhere.
        BadInput: ``bonus-amount``: nothing or less, more than 10,000, no price or no reason.
        Unfunded: the money is missing.
    """
    project, reason = worker.project, bonus_in.reason.strip()
    rate = rate_or_none(project.pk)
    if project.is_own_staff or worker.person_id is None:
        raise Forbidden("nothing is paid here", code="bonus-unpaid")
    if not 0 < bonus_in.micro <= MOST_BONUS_MICRO or rate is None or not reason:
        raise BadInput(
            f"a bonus of {bonus_in.micro} micro-units, reason {reason[:40]!r}; set a price first, "
            f"and grant 1 to {MOST_BONUS_MICRO} with a reason",
            code="bonus-amount",
        )
    reserve_funds(project, Money(bonus_in.micro, rate.currency), BONUS, now_ms)
    adjustment = PayAdjustment.objects.create(
        worker=worker,
        project=project,
        piece_micro=bonus_in.micro,
        currency=rate.currency,
        reason=BONUS,
        at_ms=max(now_ms, paid_until_ms()),
    )
    return Bonus.objects.create(
        adjustment=adjustment,
        answer=bonus_in.answer,
        reason=reason,
        by=bonus_in.by,
        key_id=bonus_in.key,
        at_ms=now_ms,
    )
