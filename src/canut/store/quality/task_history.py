"""What happened to one task, step by step: lent, answered, flagged, closed, reviewed, exported.

Nothing is kept for it: every step stands in the row of what it did.
"""

from typing import NamedTuple

from canut.store.quality.results import label_of_answer
from canut.store.tables.decisions import Decision
from canut.store.tables.quality import Review, Verdict
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Flag, Lease

LOANS = {
    Lease.State.SKIPPED: "skipped",
    Lease.State.RELEASED: "returned",
    Lease.State.EXPIRED: "expired",
}
MOST_STEPS = 500


class Step(NamedTuple):
    """One thing that happened: when, what, by whom (a random id, or nobody's), and its words."""

    at_ms: int
    what: str
    who: str = ""
    label: str = ""
    words: str = ""


def history_of(task: Task) -> list[Step]:
    """List what happened to a task, oldest first; the last five hundred steps."""
    state: TaskState = task.now
    steps = [*_loans(task), *_answers(task, state), *_reviews(task)]
    steps += [
        Step(flag.flagged_ms, "flagged", flag.worker.public_id, words=flag.text)
        for flag in Flag.objects.filter(task=task).select_related("worker")
    ]
    rejections = Decision.objects.filter(answer__task=task, kind=Decision.Kind.REJECTION)
    for one in rejections.select_related("worker"):
        who = one.worker.public_id if one.worker else ""
        steps.append(Step(one.at_ms, "rejected", who))
        if one.undone_ms is not None:
            steps.append(Step(one.undone_ms, "rejection-undone", who))
    if state.exported_ms is not None:
        steps.append(Step(state.exported_ms, "exported"))
    return sorted(steps, key=lambda step: step.at_ms)[-MOST_STEPS:]


def _loans(task: Task) -> list[Step]:
    found = Lease.objects.filter(task=task).select_related("worker").order_by("id")
    steps: list[Step] = []
    for lease in found:
        state, who = Lease.State(lease.state), lease.worker.public_id
        is_review = state in {
            Lease.State.REVIEWED,
            Lease.State.REVIEWING,
            Lease.State.REVIEW_OVER,
        }
        steps.append(Step(lease.lent_ms, "review-lent" if is_review else "lent", who))
        if state in LOANS and lease.ended_ms is not None:
            steps.append(Step(lease.ended_ms, LOANS[state], who))
        elif state == Lease.State.REVIEW_OVER and lease.reason and lease.ended_ms is not None:
            steps.append(Step(lease.ended_ms, "review-returned", who))
    return steps


def _answers(task: Task, state: TaskState) -> list[Step]:
    found = list(
        Answer.objects.filter(task=task)
        .select_related("worker", "question_version")
        .order_by("answered_ms", "id")
    )
    steps = [
        Step(
            one.answered_ms,
            "answer-corrected" if one.replaces_id else "surplus" if one.surplus else "answered",
            one.worker.public_id,
            label_of_answer(one),
        )
        for one in found
    ]
    counted = [one for one in found if one.counted]
    if state.state == TaskState.State.CLOSED and counted:
        steps.append(Step(counted[-1].answered_ms, "closed"))
    return steps


def _reviews(task: Task) -> list[Step]:
    steps: list[Step] = []
    for case in Review.objects.filter(task=task).order_by("id"):
        if case.why in {Review.Why.ASKED, Review.Why.ANSWERED}:
            what = "review-asked" if case.why == Review.Why.ASKED else "review-again"
            steps.append(Step(case.asked_ms, what))
        if case.settled_ms is not None:
            steps.append(Step(case.settled_ms, "settled"))
    steps += [
        Step(one.at_ms, one.kind, one.worker.public_id, one.label, one.words)
        for one in Verdict.objects.filter(task=task).select_related("worker")
    ]
    return steps
