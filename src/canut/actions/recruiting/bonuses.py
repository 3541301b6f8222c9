"""Grant the bonuses of a file: each usable line, or none where the money is missing."""

from typing import NamedTuple

from django.db import transaction

from canut.actions.pay.adjustments.bonuses import BonusIn, grant_bonus
from canut.core.clock import Ms
from canut.core.recruiting.bonus_file import BonusRefusal, read_bonuses
from canut.store.recruiting.studies import workers_by_name
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class BonusesGranted(NamedTuple):
    """How many bonuses a file granted, their sum, and the lines that were refused."""

    bonuses: int
    micro: int
    refusals: list[BonusRefusal]


@transaction.atomic
def grant_bonus_file(project: Project, text: str, *, by: Person, now_ms: Ms) -> BonusesGranted:
    """Grant the bonuses of a file: all usable lines, or none where the money is missing.

    People are named by their pseudonym in the study, or their random id in the project.

    Raises:
        Incomplete, TooMany, BadInput: raised by ``read_bonuses``.
        Forbidden, BadInput, Unfunded: raised by ``grant_bonus``; nothing was granted.
    """
    lines, refusals = read_bonuses(text)
    workers = workers_by_name(project.pk, [line.participant for line in lines])
    count = micro = 0
    for line in lines:
        worker = workers.get(line.participant)
        if worker is None:
            refusals.append(BonusRefusal(line.line, "who", line.participant[:60]))
            continue
        grant_bonus(worker, BonusIn(line.micro, line.words, by=by), now_ms)
        count, micro = count + 1, micro + line.micro
    return BonusesGranted(count, micro, sorted(refusals))
