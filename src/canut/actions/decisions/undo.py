"""Undo the effects of a decision that is taken back, overturned, or won by waiting.

Each kind of decision with effects has its own function to undo them; the others only get the time
of their undoing. A decision is undone once. Scores follow with the project's next estimate.
"""

from collections.abc import Callable

from canut.actions.tasks.consensus import include_answer, lock_task, restore_estimate
from canut.store.pay.periods import paid_until_ms
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.pathways import Opening
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.people import Membership, Role
from canut.store.tables.portrait import WorkerWords
from canut.store.tables.quality import Habits
from canut.store.tables.tasks import TaskState
from canut.store.tables.time import Claim
from canut.store.tables.work import Answer, Worker

type Effect = Callable[[Decision, int], None]


def undo(decision: Decision, now_ms: int) -> bool:
    """Undo a decision in the caller's transaction; return whether it was still in force."""
    locked = Decision.objects.select_for_update().filter(pk=decision.pk, undone_ms=None).first()
    if locked is None:
        return False
    way_back = WAYS_BACK.get(locked.kind)
    if way_back is not None:
        way_back(locked, now_ms)
    Decision.objects.filter(pk=locked.pk).update(undone_ms=now_ms)
    decision.undone_ms = now_ms
    if locked.kind == Decision.Kind.REJECTION:
        restore_estimate(TaskState.objects.get(task__answer__decision=locked))
    return True


def give_back(decision: Decision, now_ms: int) -> None:
    """Pay a rejected answer again, and include it in the consensus."""
    answer = Answer.objects.get(decision=decision)
    state = lock_task(answer.worker_id, answer.task_id)
    for deduction in PayAdjustment.objects.filter(decision=decision, piece_micro__lt=0):
        PayAdjustment.objects.create(
            worker_id=deduction.worker_id,
            project_id=deduction.project_id,
            answer_id=deduction.answer_id,
            decision=decision,
            piece_micro=-deduction.piece_micro,
            currency=deduction.currency,
            reason="given-back",
            at_ms=max(now_ms, paid_until_ms()),
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
    """Restore a person's membership of a project."""
    Worker.objects.filter(decision=decision).update(ended_at=None)
    ended = Membership.objects.filter(
        person=decision.person_id, project=decision.project_id, role=Role.WORKER
    )
    last = ended.order_by("-id").first()
    if last is not None:
        Membership.objects.filter(id=last.pk).update(ended_at=None, ended_by=None)


def forget_evidence(decision: Decision, _now_ms: int) -> None:
    """Delete the evidence of careless work displayed to reviewers."""
    Habits.objects.filter(worker=decision.worker_id).update(evidence=None)


def restore_time(decision: Decision, now_ms: int) -> None:
    """Grant time that was held or refused."""
    claims = Claim.objects.filter(
        decision=decision, state__in=(Claim.State.PENDING, Claim.State.REFUSED)
    )
    claims.update(state=Claim.State.GRANTED, settled_ms=now_ms)


def accept_words(decision: Decision, _now_ms: int) -> None:
    """Accept a text that was refused, or show an opening again that was taken down.

    A text comes out with the next release of the Portrait; an opening is shown until its last day.
    """
    WorkerWords.objects.filter(decision=decision).update(state=WorkerWords.State.ACCEPTED)
    Opening.objects.filter(decision=decision).update(ended_ms=None)


WAYS_BACK: dict[str, Effect] = {
    Decision.Kind.REJECTION: give_back,
    Decision.Kind.RESTRICTION: lift,
    Decision.Kind.SUSPENSION: lift,
    Decision.Kind.CLOSURE: restore_membership,
    Decision.Kind.QUALITY: forget_evidence,
    Decision.Kind.TIME_HELD: restore_time,
    Decision.Kind.TIME_REFUSED: restore_time,
    Decision.Kind.WORDS: accept_words,
}
