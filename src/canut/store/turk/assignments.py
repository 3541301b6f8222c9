"""Which assignments of a HIT are not decided, and which proposals wait. Reads only."""

from typing import NamedTuple

from django.db.models import Q

from canut.core.clock import Ms
from canut.core.turk.states import ACCEPTED_MS
from canut.store.tables.tasks import Task
from canut.store.tables.turk.hits import Hit
from canut.store.tables.turk.people import TurkProposal
from canut.store.tables.work import Answer
from canut.store.turk.hits import submitted_answers


class Undecided(NamedTuple):
    """How many submitted assignments wait for a word, and on how many a rejection is proposed."""

    waiting: int
    proposed: int


def undecided(hit: Hit, now_ms: Ms) -> Undecided:
    """Count the assignments of a HIT that are neither approved nor rejected."""
    delay_ms = min(hit.hit_type.approval_s * 1000, ACCEPTED_MS)
    waiting = (
        submitted_answers(hit.organisation_id)
        .filter(task=hit.task_id, answered_ms__gt=now_ms - delay_ms)
        .exclude(lease__assignment__approved_ms__isnull=False)
        .exclude(Q(decision__kind="rejection") & Q(decision__undone_ms=None))
    )
    proposed = TurkProposal.objects.filter(answer__in=waiting.values("pk"), outcome="")
    return Undecided(waiting.count(), proposed.count())


def is_accepted_early(answer: Answer, now_ms: Ms) -> bool:
    """Return whether a program's requester approved an answer, or set a time that has passed."""
    task = Task.objects.filter(pk=answer.task_id, hit__isnull=False)
    row = task.values_list("hit__hit_type__approval_s", flat=True).first()
    if row is None:
        return False
    if answer.answered_ms + min(row * 1000, ACCEPTED_MS) <= now_ms:
        return True
    named = Answer.objects.filter(pk=answer.pk, lease__assignment__approved_ms__isnull=False)
    return named.exists()


def waiting_proposals(answers: list[int]) -> dict[int, TurkProposal]:
    """Return the open proposal to reject of each answer that has one."""
    rows = TurkProposal.objects.filter(answer__in=answers, outcome="", kind="rejection")
    return {row.answer_id or 0: row for row in rows}
