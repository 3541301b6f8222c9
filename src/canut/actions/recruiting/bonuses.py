"""Pay bonuses besides the price of an answer, one by one or by a file; the person reads why.

A bonus is a pay line of its own, on the day it was granted. It counts toward the floor of its
period alone and changes no closed statement. Its money is locked first.
"""

from typing import NamedTuple

from django.db import transaction

from canut.actions.pay.funds import reserve_funds
from canut.core.clock import Ms
from canut.core.errors import BadInput, Forbidden
from canut.core.money import Money
from canut.core.pay.statement_input import BONUS
from canut.core.recruiting.bonus_file import BonusRefusal, read_bonuses
from canut.store.pay.periods import paid_until_ms
from canut.store.projects.versions import rate_or_none
from canut.store.recruiting.studies import workers_by_name
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.studies import BonusReason
from canut.store.tables.work import Worker


class BonusesPaid(NamedTuple):
    """How many bonuses a file paid, their sum, and the lines that were refused."""

    bonuses: int
    micro: int
    refusals: list[BonusRefusal]


@transaction.atomic
def pay_bonus(
    worker: Worker, micro: int, words: str, *, by: Person | None, now_ms: Ms
) -> PayAdjustment:
    """Pay a worker besides the price, with the words why.

    Raises:
        Forbidden: ``bonus-unpaid``: own staff are paid elsewhere.
        BadInput: ``bonus-amount``: nothing or less, or no price is set.
        Unfunded: the money is missing.
    """
    project = worker.project
    rate = rate_or_none(project.pk)
    if project.is_own_staff or worker.person_id is None:
        raise Forbidden("nothing is paid here", code="bonus-unpaid")
    if micro <= 0 or rate is None:
        raise BadInput(f"a bonus of {micro} micro-units", code="bonus-amount")
    reserve_funds(project, Money(micro, rate.currency), BONUS, now_ms)
    adjustment = PayAdjustment.objects.create(
        worker=worker,
        project=project,
        piece_micro=micro,
        currency=rate.currency,
        reason=BONUS,
        at_ms=max(now_ms, paid_until_ms()),
    )
    BonusReason.objects.create(adjustment=adjustment, words=words.strip()[:200], by=by)
    return adjustment


@transaction.atomic
def pay_bonus_file(project: Project, text: str, *, by: Person, now_ms: Ms) -> BonusesPaid:
    """Pay the bonuses of a file: all usable lines, or none where the money is missing.

    People are named by their pseudonym in the study, or their random id in the project.

    Raises:
        Incomplete, TooMany, BadInput: raised by ``read_bonuses``.
        Unfunded: the money is missing; nothing was paid.
    """
    lines, refusals = read_bonuses(text)
    workers = workers_by_name(project.pk, [line.participant for line in lines])
    count = micro = 0
    for line in lines:
        worker = workers.get(line.participant)
        if worker is None:
            refusals.append(BonusRefusal(line.line, "who", line.participant[:60]))
            continue
        pay_bonus(worker, line.micro, line.words, by=by, now_ms=now_ms)
        count, micro = count + 1, micro + line.micro
    return BonusesPaid(count, micro, sorted(refusals))
