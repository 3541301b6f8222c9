"""History of one task: leased, answered, flagged, closed, reviewed, exported.

The history has no table of its own: each step is derived from the row it wrote.
"""

from typing import NamedTuple

from canut.store.quality.results import label_of_answer
from canut.store.tables.decisions import Decision
from canut.store.tables.quality import Review, Verdict
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Flag, Lease, Worker

LOANS = {
    Lease.State.SKIPPED: "skipped",
    Lease.State.RELEASED: "returned",
    Lease.State.EXPIRED: "expired",
}
MOST_STEPS = 500


class Step(NamedTuple):
    """One step: time, name, worker or none, text."""

    at_ms: int
    what: str
    worker: Worker | None = None
    label: str = ""
    words: str = ""


def history_of(task: Task) -> list[Step]:
    """List the history of a task, oldest first; the last five hundred steps."""
    state: TaskState = task.now
    steps = [*_loans(task), *_answers(task, state), *_reviews(task)]
    steps += [
        Step(flag.flagged_ms, "flagged", flag.worker, words=flag.text)
        for flag in Flag.objects.filter(task=task).select_related("worker__person")
    ]
    rejections = Decision.objects.filter(answer__task=task, kind=Decision.Kind.REJECTION)
    for rejection in rejections.select_related("worker__person"):
        worker = rejection.worker
        steps.append(Step(rejection.at_ms, "rejected", worker))
        if rejection.undone_ms is not None:
            steps.append(Step(rejection.undone_ms, "rejection-undone", worker))
    if state.exported_ms is not None:
        steps.append(Step(state.exported_ms, "exported"))
    return sorted(steps, key=lambda step: step.at_ms)[-MOST_STEPS:]


def _loans(task: Task) -> list[Step]:
    leases = Lease.objects.filter(task=task).select_related("worker__person").order_by("id")
    steps: list[Step] = []
    for lease in leases:
        state, worker = Lease.State(lease.state), lease.worker
        is_review = state in {
            Lease.State.REVIEWED,
            Lease.State.REVIEWING,
            Lease.State.REVIEW_OVER,
        }
        steps.append(Step(lease.lent_ms, "review-lent" if is_review else "lent", worker))
        if state in LOANS and lease.ended_ms is not None:
            steps.append(Step(lease.ended_ms, LOANS[state], worker))
        elif state == Lease.State.REVIEW_OVER and lease.reason and lease.ended_ms is not None:
            steps.append(Step(lease.ended_ms, "review-returned", worker))
    return steps


def _answers(task: Task, state: TaskState) -> list[Step]:
    answers = list(
        Answer.objects.filter(task=task)
        .select_related("worker__person", "question_version")
        .order_by("answered_ms", "id")
    )
    steps = [
        Step(
            answer.answered_ms,
            "answer-corrected"
            if answer.replaces_id
            else "surplus"
            if answer.surplus
            else "answered",
            answer.worker,
            label_of_answer(answer),
        )
        for answer in answers
    ]
    counted = [answer for answer in answers if answer.counted]
    if state.state == TaskState.State.CLOSED and counted:
        steps.append(Step(counted[-1].answered_ms, "closed"))
    return steps


def _reviews(task: Task) -> list[Step]:
    steps: list[Step] = []
    for review in Review.objects.filter(task=task).order_by("id"):
        if review.why in {Review.Why.ASKED, Review.Why.ANSWERED}:
            name = "review-asked" if review.why == Review.Why.ASKED else "review-again"
            steps.append(Step(review.asked_ms, name))
        if review.settled_ms is not None:
            steps.append(Step(review.settled_ms, "settled"))
    steps += [
        Step(verdict.at_ms, verdict.kind, verdict.worker, verdict.label, verdict.words)
        for verdict in Verdict.objects.filter(task=task).select_related("worker__person")
    ]
    return steps
