"""Undo what a decision changed, when it is taken back, overturned, or won by waiting.

Each kind of decision that changes something has its way back here, by name; the others have only
their moment of undoing. What is undone once is not undone again. Scores follow with the project's
next estimate.
"""

from collections.abc import Callable

from canut.actions.tasks.consensus import include_answer, lock_task
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.people import Membership, Role
from canut.store.tables.quality import Habits
from canut.store.tables.time import Claim
from canut.store.tables.work import Answer, Worker

type Effect = Callable[[Decision, int], None]


def undo(decision: Decision, now_ms: int) -> bool:
    """Undo a decision inside the caller's transaction; return whether it was still standing."""
    held = Decision.objects.select_for_update().filter(pk=decision.pk, undone_ms=None).first()
    if held is None:
        return False
    way_back = WAYS_BACK.get(held.kind)
    if way_back is not None:
        way_back(held, now_ms)
    Decision.objects.filter(pk=held.pk).update(undone_ms=now_ms)
    decision.undone_ms = now_ms
    return True


def give_back(decision: Decision, now_ms: int) -> None:
    """Give a rejected answer its piece price and its place in the consensus again."""
    answer = Answer.objects.get(decision=decision)
    state = lock_task(answer.worker_id, answer.task_id)
    for taken in PayAdjustment.objects.filter(decision=decision, piece_micro__lt=0):
        PayAdjustment.objects.create(
            worker_id=taken.worker_id,
            project_id=taken.project_id,
            answer_id=taken.answer_id,
            decision=decision,
            piece_micro=-taken.piece_micro,
            currency=taken.currency,
            reason="given-back",
            at_ms=now_ms,
        )
    own = Answer.objects.filter(worker=answer.worker_id, task=answer.task_id)
    latest = own.order_by("-id").values_list("id", flat=True)[0]
    include_answer(latest, state, was_counted=decision.inputs.get("was") == "counted")


def lift(decision: Decision, now_ms: int) -> None:
    """End a restriction or a suspension."""
    Sanction.objects.filter(decision=decision, lifted_ms=None).update(lifted_ms=now_ms)
    others = Sanction.objects.filter(worker=decision.worker_id, lifted_ms=None)
    Worker.objects.filter(decision=decision).update(is_limited=others.exists())


def restore_membership(decision: Decision, _now_ms: int) -> None:
    """Give somebody their place in a project again."""
    Worker.objects.filter(decision=decision).update(ended_at=None)
    ended = Membership.objects.filter(
        person=decision.person_id, project=decision.project_id, role=Role.WORKER
    )
    last = ended.order_by("-id").first()
    if last is not None:
        Membership.objects.filter(id=last.pk).update(ended_at=None)


def forget_evidence(decision: Decision, _now_ms: int) -> None:
    """Take the evidence of careless work away from reviewers' eyes."""
    Habits.objects.filter(worker=decision.worker_id).update(evidence=None)


def restore_time(decision: Decision, now_ms: int) -> None:
    """Let time count that was held back or refused."""
    found = Claim.objects.filter(
        decision=decision, state__in=(Claim.State.PENDING, Claim.State.REFUSED)
    )
    found.update(state=Claim.State.GRANTED, settled_ms=now_ms)


WAYS_BACK: dict[str, Effect] = {
    Decision.Kind.REJECTION: give_back,
    Decision.Kind.RESTRICTION: lift,
    Decision.Kind.SUSPENSION: lift,
    Decision.Kind.CLOSURE: restore_membership,
    Decision.Kind.QUALITY: forget_evidence,
    Decision.Kind.TIME_HELD: restore_time,
    Decision.Kind.TIME_REFUSED: restore_time,
}
