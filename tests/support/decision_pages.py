"""A decision about the house's worker, and their appeal, for tests of pages."""

from django.utils import timezone

from canut.actions.decisions.appeals import appeal
from canut.actions.decisions.rejections import reject_answer
from canut.store.models import Answer, Appeal, Decision, WaitingRejection
from tests.support.factories import answer_next
from tests.support.instance import House

EVIDENCE = "La première ligne dit le contraire."


def now_ms() -> int:
    """Return the moment, as pages take it."""
    return int(timezone.now().timestamp() * 1000)


def answered(house: House) -> Answer:
    """Let the worker answer their next task just now."""
    return Answer.objects.get(pk=answer_next(house.worker, now_ms=now_ms() - 60_000).answer)


def decided(house: House) -> Decision:
    """Reject an answer of the worker, the first time it is asked for."""
    return Decision.objects.filter(project=house.project).first() or reject_answer(
        answered(house).pk,
        by=house.people["requester"],
        code="off-instructions",
        evidence=EVIDENCE,
        now_ms=now_ms(),
    )


def waiting(house: House) -> WaitingRejection:
    """Let the rejection of an answer of the worker wait, the first time it is asked for."""
    own = WaitingRejection.objects.filter(answer__project=house.project)
    return own.first() or WaitingRejection.objects.create(
        answer=Answer.objects.filter(project=house.project).first() or answered(house),
        code="off-instructions",
        evidence=EVIDENCE,
        by=house.people["requester"],
        at_ms=now_ms(),
    )


def appealed(house: House) -> Appeal:
    """Let the worker appeal against that, the first time it is asked for."""
    return Appeal.objects.first() or appeal(
        decided(house).pk,
        by=house.people["worker"],
        words="C’était de l’ironie.",
        now_ms=now_ms(),
    )
