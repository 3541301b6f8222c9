"""Let a second person decide where a client rejects many answers of one person.

Up to ten answers of a person in 24 hours a client rejects alone. Each further rejection waits until
another person who may decide in the project, somebody who runs the instance or a representative
confirms or refuses it. Until then nothing follows from it: the answer counts, its pay is untouched.
Nobody confirms it within the seven days in which an answer can be rejected: the answer is accepted.
"""

from django.db import transaction

from canut.actions.decisions.rejections import apply_rejection, check_rejection
from canut.core.decisions.deadlines import needs_second
from canut.core.errors import Conflict, Forbidden, Missing
from canut.store.decisions.waiting_rejections import count_rejected, may_confirm
from canut.store.tables.decisions import Decision, WaitingRejection
from canut.store.tables.people import Person


@transaction.atomic
def propose_rejection(
    answer_id: int, *, by: Person, code: str, evidence: str, now_ms: int
) -> Decision | WaitingRejection:
    """Reject an answer, or let the rejection wait for a second person.

    Args:
        answer_id: an answer that counts, or is surplus.
        by: the person who decides; permission is checked by the caller.
        code: an act of the list in force.
        evidence: what shows it, in words, for the person to read.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        The decision; or what waits, from which nothing follows yet.

    Raises:
        Missing: there is no such answer.
        TooLate: it was given more than seven days ago, and so is accepted.
        Conflict: it counts for nothing, the person has won an appeal about it, or a rejection of it
            waits or was refused.
        BadInput: the reason is not on the list in force, or the evidence says nothing or is too
            long.
        Forbidden: a program decides, or somebody about themselves.
    """
    rejection = check_rejection(answer_id, code, evidence, now_ms)
    _check_first_time(answer_id)
    if not needs_second(count_rejected(rejection.answer, now_ms)):
        return apply_rejection(rejection, by, now_ms)
    if by.is_service or by.pk == rejection.person.pk:
        raise Forbidden("a rejection is decided by another, named person", code="service-actor")
    return WaitingRejection.objects.create(
        answer=rejection.answer,
        code=code,
        evidence=evidence.strip(),
        by=by,
        at_ms=now_ms,
    )


@transaction.atomic
def confirm_rejection(waiting_id: int, *, by: Person, now_ms: int) -> Decision:
    """Confirm a rejection as the second person; only now it takes effect.

    Raises:
        Missing: there is no such rejection.
        Forbidden: they asked for it, it is about them, or they have no say here.
        Conflict: it is decided already, or the answer counts for nothing by now.
        TooLate: the seven days are over; the answer is accepted.
    """
    waiting = _lock(waiting_id, by)
    rejection = check_rejection(waiting.answer_id, waiting.code, waiting.evidence, now_ms)
    decision = apply_rejection(rejection, waiting.by, now_ms, second=by)
    _settle(waiting, by, WaitingRejection.Outcome.CONFIRMED, now_ms)
    return decision


@transaction.atomic
def refuse_rejection(waiting_id: int, *, by: Person, now_ms: int) -> WaitingRejection:
    """Refuse a rejection as the second person: the answer stays as it is, for good.

    Raises:
        Missing: there is no such rejection.
        Forbidden: they asked for it, it is about them, or they have no say here.
        Conflict: it is decided already.
    """
    waiting = _lock(waiting_id, by)
    return _settle(waiting, by, WaitingRejection.Outcome.REFUSED, now_ms)


def _check_first_time(answer_id: int) -> None:
    """Raise if a rejection of an answer waits, or a second person has decided one."""
    earlier = WaitingRejection.objects.filter(answer=answer_id).first()
    if earlier is None:
        return
    if not earlier.outcome:
        raise Conflict("a rejection of this answer waits already", code="rejection-waits")
    if earlier.outcome == WaitingRejection.Outcome.REFUSED:
        raise Conflict("a second person refused to reject this answer", code="rejection-refused")
    raise Conflict("a second person decided about this answer", code="rejection-decided")


def _lock(waiting_id: int, by: Person) -> WaitingRejection:
    """Lock a rejection that waits and that this person may decide."""
    waiting = (
        WaitingRejection.objects.select_for_update(of=("self",))
        .select_related("answer__worker", "by")
        .filter(pk=waiting_id)
        .first()
    )
    if waiting is None:
        raise Missing(f"no rejection {waiting_id} waits")
    if not may_confirm(by, waiting):
        raise Forbidden(
            "a rejection is confirmed by a second person, who neither asked for it nor gave the"
            " answer",
            code="second-person",
        )
    if waiting.outcome:
        raise Conflict("somebody decided this already", code="rejection-decided")
    return waiting


def _settle(waiting: WaitingRejection, by: Person, outcome: str, now_ms: int) -> WaitingRejection:
    waiting.outcome, waiting.decided_by, waiting.decided_ms = outcome, by, now_ms
    waiting.save(update_fields=["outcome", "decided_by", "decided_ms"])
    return waiting
