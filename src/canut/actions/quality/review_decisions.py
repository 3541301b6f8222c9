"""Decide a review: accept the label, choose an answer or correct it; apply the effects.

One transaction stores the verdict, its price, its ledger entry and its effects. If the project asks
for it, a second person reviews without seeing the first decision; if they disagree, a third
decides. The label of a review outweighs every answer, including later ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

from canut.actions.integrations.outbox import enqueue
from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.platform.person_keys import key_for
from canut.actions.protection.exposure import settled_dose
from canut.actions.quality.reviews import LAST_ROUND, lock_review
from canut.actions.tasks.answer_bounds import check_places
from canut.actions.tasks.consensus import Vote, lock_task, running_label
from canut.core.errors import BadAnswer, BadInput, Conflict, Missing
from canut.core.kinds import check_values, label_of_values, questions_of, values_of_label
from canut.core.kinds.shared.fields import canonical_json
from canut.store.integrations.webhooks import REVIEW_DONE
from canut.store.learning.prelabels import voice_on
from canut.store.pay.periods import paid_until_ms
from canut.store.projects.versions import current_question, rate_or_none
from canut.store.quality.results import label_of_answer
from canut.store.quality.reviews import rule_of
from canut.store.sql import common
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.quality import Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease

WORDS_LENGTH = 500


@dataclass(frozen=True, slots=True)
class ReviewInput:
    """A decision as submitted.

    Args:
        kind: accepted, chosen or corrected.
        consensus: the label that was shown, when it is accepted.
        answer: the answer chosen.
        values: the answer written instead, by question.
        words: why, optional.
    """

    kind: str
    consensus: str = ""
    answer: int | None = None
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """The result: ``settled``, or the next review: ``second`` or ``third``."""

    verdict: Verdict
    next: str


def decide_review(
    review_id: int,
    decision: ReviewInput,
    *,
    by: Person,
    now_ms: int,
    new_nonce: Callable[[], bytes] = fresh_nonce,
) -> ReviewOutcome:
    """Store a reviewer's decision of the review they hold, with all its effects.

    Args:
        review_id: a review they hold.
        decision: what they decide.
        by: who.
        now_ms: milliseconds since 1970 UTC.
        new_nonce: gives 32 random bytes.

    Raises:
        LeaseGone: the case is not, or no longer, in their hands.
        Conflict: the label changed since it was shown.
        Missing: the answer chosen is not one to this task.
        BadAnswer: the question does not allow what was written.
        BadInput: another kind of decision, too many words, or no label to accept.
    """
    if len(decision.words) > WORDS_LENGTH:
        raise BadInput(
            f"{len(decision.words)} characters; write at most {WORDS_LENGTH}",
            code="review-words",
            limit=WORDS_LENGTH,
        )
    with transaction.atomic():
        review = _locked(review_id, by)
        state = lock_task(review.holder_id or 0, review.task_id)
        current = consensus_now(state)
        label, values = _decided(review, decision, current[0] if current else None)
        verdict = _keep(review, decision, (label, values, current[0] if current else ""), now_ms)
        _record(review, verdict, now_ms, new_nonce())
        return ReviewOutcome(verdict, _go_on(review, state, verdict, now_ms))


def _locked(review_id: int, by: Person) -> Review:
    """Lock worker, task and review, in the same order everywhere."""
    unlocked = Review.objects.filter(id=review_id, holder__person=by).first()
    if unlocked is not None and unlocked.holder_id is not None:
        lock_task(unlocked.holder_id, unlocked.task_id)
    return lock_review(review_id, by)


def consensus_now(state: TaskState) -> tuple[str, float | None] | None:
    """Return a task's label by its answers, ignoring reviews; None without answers."""
    if state.reviewed_ms is None:
        return None if state.label is None else (state.label, state.confidence)
    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (state.task_id,))
        votes = [Vote(*row) for row in cursor.fetchall()]
        if not votes:
            return None
        voice = voice_on(cursor, state.task_id) if state.project.models_vote else None
    return running_label(current_question(state.project_id).schema, votes, voice)


def _decided(review: Review, decision: ReviewInput, consensus: str | None) -> tuple[str, str]:
    """Return the label decided on, and its values as JSON."""
    schema = current_question(review.project_id).schema
    if decision.kind == Verdict.Kind.ACCEPTED:
        if consensus is None:
            raise BadInput("the task has no label to accept", code="review-no-label")
        if consensus != decision.consensus:
            raise Conflict("the label changed since it was shown", code="review-moved")
        try:
            values = values_of_label(schema, consensus)
        except BadAnswer:  # given to an older version of the question
            values = {str(questions_of(schema)[0]["id"]): consensus}
        return consensus, canonical_json(values)
    if decision.kind == Verdict.Kind.CHOSEN:
        answers = Answer.objects.filter(id=decision.answer or 0, task=review.task_id).exclude(
            counted=False, surplus=False
        )
        answer = answers.select_related("question_version").first()
        if answer is None:
            raise Missing(
                f"answer {decision.answer} is not one to this task", code="review-answer-unknown"
            )
        return label_of_answer(answer), answer.values
    if decision.kind != Verdict.Kind.CORRECTED:
        raise BadInput(
            f"{decision.kind!r} is not accepted, chosen or corrected", code="review-decision"
        )
    checked = check_values(schema, decision.values)
    check_places(review.task_id, schema, decision.values)
    return label_of_values(schema, checked), canonical_json(checked)


def _keep(
    review: Review, decision: ReviewInput, texts: tuple[str, str, str], now_ms: int
) -> Verdict:
    """Write the verdict with its price, and end the lease with its exposure."""
    lease = review.lease
    lent_ms = lease.lent_ms if lease else now_ms
    elapsed_ms = max(0, min(now_ms, review.held_until_ms or now_ms) - lent_ms)
    project = review.project
    rate = rate_or_none(project.id)
    is_paid = rate is not None and is_paid_to_review(project, review.holder_id or 0)
    label, values, consensus = texts
    verdict = Verdict.objects.create(
        review=review,
        task_id=review.task_id,
        project=project,
        worker_id=review.holder_id or 0,
        kind=decision.kind,
        answer_id=decision.answer if decision.kind == Verdict.Kind.CHOSEN else None,
        values=values,
        label=label,
        consensus=consensus,
        words=decision.words.strip(),
        piece_micro=rule_of(project.id).piece_micro if is_paid else 0,
        currency=rate.currency if rate else "",
        elapsed_ms=elapsed_ms,
        at_ms=max(now_ms, paid_until_ms()),
    )
    if lease is not None:
        borne = (lease.severity, project.modality, lease.dose)
        dose = settled_dose(*borne, elapsed_ms, None)
        lease.state, lease.ended_ms = Lease.State.REVIEWED, now_ms
        lease.dose = lease.dose if dose is None else dose
        lease.save(update_fields=["state", "ended_ms", "dose"])
    return verdict


def is_paid_to_review(project: Project, worker_id: int) -> bool:
    """Return whether this worker's reviews are paid: a reviewer, not own staff."""
    roles = Membership.objects.filter(
        person__workers=worker_id, role=Role.REVIEWER, ended_at=None
    ).filter(project=project) | Membership.objects.filter(
        person__workers=worker_id,
        role=Role.REVIEWER,
        ended_at=None,
        organisation=project.organisation_id,
    )
    return not project.is_own_staff and roles.exists()


def _record(review: Review, verdict: Verdict, now_ms: int, nonce: bytes) -> None:
    """Write the pending entry: integers and texts, the reviewer by their random id."""
    payload = {
        "v": 1,
        "t": "review",
        "p": review.project.slug,
        "w": verdict.worker.public_id,
        "task": review.task_id,
        "review": review.id,
        "round": review.round,
        "kind": str(verdict.kind),
        "values": verdict.values,
        "author": verdict.worker.kind,
        "ms": verdict.elapsed_ms,
        "micro": verdict.piece_micro,
        "currency": verdict.currency,
        "at": now_ms,
    }
    person = verdict.worker.person_id
    of = EntrySubject(review.project_id, sealer=None if person is None else key_for(person))
    record_entry(of, "review", payload, now_ms, nonce)


def _go_on(review: Review, state: TaskState, last: Verdict, now_ms: int) -> str:
    """Settle the review, or ask another reviewer; return which."""
    second = rule_of(review.project_id).second
    verdicts = list(review.verdicts.select_related("worker").order_by("id"))
    if review.round == 1:
        is_change = last.label != last.consensus
        if second == ReviewRule.Second.ALWAYS or (second == ReviewRule.Second.CHANGE and is_change):
            return _ask_another(review, 2, "second")
    elif review.round < LAST_ROUND and {verdict.label for verdict in verdicts} != {last.label}:
        return _ask_another(review, LAST_ROUND, "third")
    _settle(review, state, [verdict for verdict in verdicts if verdict.label == last.label], now_ms)
    return "settled"


def _ask_another(review: Review, number: int, who: str) -> str:
    review.round, review.holder, review.held_until_ms = number, None, None
    review.save(update_fields=["round", "holder", "held_until_ms"])
    return who


def _settle(review: Review, state: TaskState, agreeing: Sequence[Verdict], now_ms: int) -> None:
    """Make a verdict the label of its task, and clear the task's flags."""
    stands = agreeing[0]
    ReviewedLabel.objects.update_or_create(
        task_id=review.task_id,
        defaults={
            "project_id": review.project_id,
            "verdict": stands,
            "decided_by": " ".join(verdict.worker.public_id for verdict in agreeing),
            "counted": state.counted,
            "at_ms": now_ms,
        },
    )
    TaskState.objects.filter(task_id=review.task_id).update(
        label=stands.label, confidence=None, reviewed_ms=now_ms, flagged_ms=None
    )
    facts = {
        "review": review.pk,
        "task": review.task_id,
        "key": state.task.key,
        "label": stands.label,
        "before": stands.consensus or None,
        "rounds": review.round,
    }
    enqueue(review.project, REVIEW_DONE, facts, now_ms)
    review.state, review.settled_ms = Review.State.SETTLED, now_ms
    review.holder, review.held_until_ms = None, None
    review.save(update_fields=["state", "settled_ms", "holder", "held_until_ms"])
