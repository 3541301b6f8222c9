"""Reject an answer: by a named person, for a listed reason, with evidence, within seven days.

The answer leaves the consensus and its task asks for another one; its piece price is deducted. Its
time and the floor under it stay. An answer that nobody rejects in time is accepted automatically.

No client rejects more than ten answers of one person in 24 hours alone: the others wait for a
second person (``waiting_rejections``), and change nothing until then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from canut.actions.decisions.ethics_protection import serves_ethics
from canut.actions.decisions.record import Ruling, appeal_day, day_in_zone, decide, name_of
from canut.actions.tasks.consensus import exclude_answer, lock_task
from canut.core.decisions.deadlines import REJECTION_DAYS, is_rejectable, needs_second
from canut.core.decisions.evidence import LEAST_LENGTH, says_something
from canut.core.decisions.explanations import Sentence, explain
from canut.core.decisions.misconduct import REJECTION, Act, act_in_force
from canut.core.errors import BadInput, Conflict, Missing, TooLate
from canut.store.decisions.waiting_rejections import count_rejected, has_won
from canut.store.pay.pay_lines import piece_micro_of_task
from canut.store.pay.periods import paid_until_ms
from canut.store.quality.results import label_of_answer
from canut.store.tables.decisions import Decision
from canut.store.tables.pay import PayAdjustment, PayLine
from canut.store.tables.people import Person
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer
from canut.store.turk.assignments import is_accepted_early

EVIDENCE_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class RemainingPay:
    """The amount still paid for an answer's piece, including corrections of its task."""

    micro: int
    currency: str


class Rejection(NamedTuple):
    """A rejection that was checked: of which answer, of whom, for which act, shown by what."""

    answer: Answer
    person: Person
    state: TaskState
    act: Act
    evidence: str


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
        Conflict: it is rejected already, was replaced by a correction, or was for practice; the
            person has won an appeal about it; or this rejection needs a second person, as any does
            of somebody who serves as an ethics reviewer, or did within twelve months.
        BadInput: the reason is not on the list in force, or the evidence says nothing or is too
            long.
        Forbidden: a program decides, or somebody about themselves.
    """
    rejection = check_rejection(answer_id, code, evidence, now_ms)
    if serves_ethics(rejection.answer.worker.person_id, now_ms):
        raise Conflict(
            "they serve or served as an ethics reviewer; a second person decides",
            code="rejection-needs-second",
        )
    if needs_second(count_rejected(rejection.answer, now_ms)):
        raise Conflict(
            "the client rejected ten answers of this person in 24 hours; a second person decides",
            code="rejection-needs-second",
        )
    return apply_rejection(rejection, by, now_ms)


def check_rejection(answer_id: int, code: str, evidence: str, now_ms: int) -> Rejection:
    """Lock an answer's task, and check that the answer can be rejected for this.

    Raises:
        Missing: there is no such answer.
        TooLate: it was given more than seven days ago, or a program approved it: it is accepted.
        Conflict: it counts for nothing, or the person has won an appeal about it.
        BadInput: the reason is not on the list in force, or the evidence says nothing or is too
            long.
    """
    answer = (
        Answer.objects.select_related("worker__person", "project", "task")
        .filter(id=answer_id)
        .first()
    )
    person = answer.worker.person if answer else None
    if answer is None or person is None:
        raise Missing(f"there is no answer {answer_id} of somebody who is still here")
    check_evidence(evidence, [answer.task.key])
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
    if is_accepted_early(answer, now_ms):
        raise TooLate("the requester has accepted this answer", code="rejection-accepted")
    if has_won(answer):
        raise Conflict("the person has won an appeal about this answer", code="same-facts")
    act = act_in_force(code, REJECTION, day_in_zone(person.id, now_ms))
    return Rejection(answer, person, state, act, evidence)


def apply_rejection(
    rejection: Rejection, by: Person, now_ms: int, *, second: Person | None = None
) -> Decision:
    """Record a rejection that was checked, exclude the answer and deduct its piece price.

    Args:
        rejection: what ``check_rejection`` returned, in the same transaction.
        by: the person who decided.
        now_ms: milliseconds since 1970 UTC.
        second: the person who confirmed it, where it needed one.

    Raises:
        Forbidden: a program decides, or somebody about themselves.
    """
    answer, person, state, act = rejection[:4]
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
            code=act.code,
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=rejection.evidence,
            worker=answer.worker_id,
            project=answer.project_id,
            answer=answer.id,
            inputs={
                "task": state.task.key,
                "answer": label_of_answer(answer),
                "was": "counted" if answer.counted else "surplus",
                "piece_micro": price.micro,
                "currency": price.currency,
                **({"second": name_of(second)} if second else {}),
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
            reason=act.code,
            at_ms=max(now_ms, paid_until_ms()),
        )
    return decision


def check_evidence(evidence: str, task_keys: Collection[str] = ()) -> None:
    """Refuse evidence that says nothing, or is too long.

    Args:
        evidence: in the words of who decides.
        task_keys: tasks of the person; to name one of them is evidence too.

    Raises:
        BadInput: it has fewer than 20 characters of words, or over 2000 characters.
    """
    length = len(evidence.strip())
    if length > EVIDENCE_LENGTH:
        raise BadInput(
            f"the evidence has {length} characters; write at most {EVIDENCE_LENGTH}",
            code="evidence",
            limit=EVIDENCE_LENGTH,
        )
    if not says_something(evidence, task_keys):
        raise BadInput(
            f"the evidence says nothing; write at least {LEAST_LENGTH} characters of words, or name"
            " a task of this person",
            code="evidence-empty",
            limit=LEAST_LENGTH,
        )
