"""Reject an answer: by a named person, for a listed reason, with evidence, within seven days.

The answer leaves the consensus and its task asks for another one; its piece price is deducted. Its
time and the floor under it stay. An answer that nobody rejects in time is accepted automatically.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from canut.actions.decisions.record import Ruling, appeal_day, day_in_zone, decide, name_of
from canut.actions.tasks.consensus import exclude_answer, lock_task
from canut.core.decisions.deadlines import REJECTION_DAYS, is_rejectable
from canut.core.decisions.explanations import Sentence, explain
from canut.core.decisions.misconduct import REJECTION, act_in_force
from canut.core.errors import BadInput, Conflict, Missing, TooLate
from canut.store.pay.pay_lines import piece_micro_of_task
from canut.store.pay.periods import paid_until_ms
from canut.store.quality.results import label_of_answer
from canut.store.tables.decisions import Decision
from canut.store.tables.pay import PayAdjustment, PayLine
from canut.store.tables.people import Person
from canut.store.tables.work import Answer

EVIDENCE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class RemainingPay:
    """The amount still paid for an answer's piece, including corrections of its task."""

    micro: int
    currency: str


def piece_of(answer: Answer) -> RemainingPay:
    """Return the piece price that a rejection would deduct."""
    lines = PayLine.objects.filter(worker=answer.worker_id, answer__task=answer.task_id)
    changes = PayAdjustment.objects.filter(worker=answer.worker_id, answer__task=answer.task_id)
    paid = piece_micro_of_task(answer.worker_id, answer.task_id)
    changed = changes.aggregate(sum=Sum("piece_micro"))["sum"] or 0
    first = lines.order_by("id").first()
    return RemainingPay(max(0, paid + changed), first.currency if first else "")


@transaction.atomic
def reject_answer(answer_id: int, *, by: Person, code: str, evidence: str, now_ms: int) -> Decision:
    """Exclude an answer from the consensus, and deduct its piece price.

    Args:
        answer_id: an answer that counts, or is surplus.
        by: the person who decides; permission is checked by the caller.
        code: an act of the list in force.
        evidence: what shows it, in words, for the person to read.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        Missing: there is no such answer.
        TooLate: it was given more than seven days ago, and so is accepted.
        Conflict: it is rejected already, was replaced by a correction, or was for practice.
        BadInput: the reason is not on the list in force, or the evidence is empty or too long.
        Forbidden: a program decides, or somebody about themselves.
    """
    check_evidence(evidence)
    answer = Answer.objects.select_related("worker__person", "project").filter(id=answer_id).first()
    person = answer and answer.worker.person
    if answer is None or person is None:
        raise Missing(f"there is no answer {answer_id} of somebody who is still here")
    state = lock_task(answer.worker_id, answer.task_id)
    answer.refresh_from_db(fields=["counted", "surplus"])
    if not (answer.counted or answer.surplus):
        raise Conflict(
            "this answer counts for nothing: it was rejected, replaced or for practice",
            code="answer-not-counted",
        )
    if not is_rejectable(answer.answered_ms, now_ms):
        raise TooLate(
            f"the answer was given more than {REJECTION_DAYS} days ago; it is accepted",
            code="rejection-too-late",
            limit=REJECTION_DAYS,
        )
    act = act_in_force(code, REJECTION, day_in_zone(person.id, now_ms))
    price = piece_of(answer)
    explanation = explain(
        "rejection" if price.micro else "rejection-unpaid",
        {
            "who": name_of(by),
            "task": state.task.key,
            "project": answer.project.title,
            "reason": Sentence(act.en, act.fr),
            "piece_micro": price.micro,
            "currency": price.currency,
            "appeal_day": appeal_day(person.id, now_ms),
        },
    )
    decision = decide(
        Ruling(
            person=person.id,
            kind=Decision.Kind.REJECTION,
            code=code,
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=evidence,
            worker=answer.worker_id,
            project=answer.project_id,
            answer=answer.id,
            inputs={
                "task": state.task.key,
                "answer": label_of_answer(answer),
                "was": "counted" if answer.counted else "surplus",
                "piece_micro": price.micro,
                "currency": price.currency,
            },
        ),
        now_ms,
    )
    exclude_answer(answer.id, state)
    if price.micro:
        PayAdjustment.objects.create(
            worker_id=answer.worker_id,
            project_id=answer.project_id,
            answer=answer,
            decision=decision,
            piece_micro=-price.micro,
            currency=price.currency,
            reason=code,
            at_ms=max(now_ms, paid_until_ms()),
        )
    return decision


def check_evidence(evidence: str) -> None:
    """Refuse evidence that is empty or too long.

    Raises:
        BadInput: it is empty or over 2000 characters.
    """
    if not 0 < len(evidence.strip()) <= EVIDENCE_LENGTH:
        raise BadInput(
            f"the evidence has {len(evidence.strip())} characters; write 1 to {EVIDENCE_LENGTH}",
            code="evidence",
            limit=EVIDENCE_LENGTH,
        )
