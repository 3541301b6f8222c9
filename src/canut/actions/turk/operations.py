"""Run an operation: find its function, run it once, and give a repeated call its reply again.

A client sends a call again when no reply came, within the same second even with the same signature.
A call that changes something runs in the transaction that keeps its reply, under the name the
client gives all tries of one call. So a lost reply makes no second HIT and no second bonus.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from canut.actions.integrations.idempotency import IdempotencyKey, answer_once
from canut.actions.turk import (
    assignments,
    hit_types,
    hits,
    money,
    notifications,
    people,
    qualifications,
    reviews,
)
from canut.actions.turk.calls import Call, Reply
from canut.core.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Incomplete,
    Missing,
    Refusal,
    TooLate,
    Unfunded,
)
from canut.core.turk.notices import HEADER
from canut.core.turk.refusals import REQUEST, TurkError, not_offered

OK = 200
type Run = Callable[[Call], Reply]


class Outcome(NamedTuple):
    """What a call returns: the members of the reply, and headers by name."""

    reply: Reply
    headers: Mapping[str, str]


def _upload_url(call: Call) -> Reply:
    assignments.get_answer(call, "Submitted", "Approved", "Rejected")
    raise not_offered(
        "A file upload",
        "Let your own page send the file to a server of yours, and submit its address.",
    )


READS: Mapping[str, Run] = {
    "GetAccountBalance": money.get_balance,
    "GetAssignment": assignments.get_assignment,
    "GetFileUploadURL": _upload_url,
    "GetHIT": hits.get_one_hit,
    "GetQualificationScore": qualifications.get_score,
    "GetQualificationType": qualifications.get_type,
    "ListAssignmentsForHIT": assignments.list_assignments,
    "ListBonusPayments": money.list_bonuses,
    "ListHITs": hits.list_hits,
    "ListHITsForQualificationType": hits.list_hits_for_qualification,
    "ListQualificationRequests": qualifications.list_requests,
    "ListQualificationTypes": qualifications.list_types,
    "ListReviewPolicyResultsForHIT": reviews.list_results,
    "ListReviewableHITs": hits.list_reviewable_hits,
    "ListWorkerBlocks": people.list_blocks,
    "ListWorkersWithQualificationType": qualifications.list_workers,
}
CHANGES: Mapping[str, Run] = {
    "AcceptQualificationRequest": qualifications.accept_request,
    "ApproveAssignment": assignments.approve_assignment,
    "AssociateQualificationWithWorker": qualifications.associate,
    "CreateAdditionalAssignmentsForHIT": hits.create_additional,
    "CreateHIT": hits.create_hit,
    "CreateHITType": hit_types.create_hit_type,
    "CreateHITWithHITType": hits.create_hit_with_type,
    "CreateQualificationType": qualifications.create_type,
    "CreateWorkerBlock": people.create_block,
    "DeleteHIT": hits.delete_hit,
    "DeleteQualificationType": qualifications.delete_type,
    "DeleteWorkerBlock": people.delete_block,
    "DisassociateQualificationFromWorker": qualifications.disassociate,
    "NotifyWorkers": people.notify_workers,
    "RejectAssignment": assignments.reject_assignment,
    "RejectQualificationRequest": qualifications.reject_request,
    "SendBonus": money.send_bonus,
    "SendTestEventNotification": notifications.send_test,
    "UpdateExpirationForHIT": hits.update_expiration,
    "UpdateHITReviewStatus": hits.update_review_status,
    "UpdateHITTypeOfHIT": hits.update_type,
    "UpdateNotificationSettings": notifications.update_settings,
    "UpdateQualificationType": qualifications.update_type,
}


def run(call: Call, attempt: str, body: bytes) -> Outcome:
    """Run a call, or return the reply that an earlier try of it got.

    Args:
        call: checked.
        attempt: what all tries of one call share: the client's name for it, else its signature.
        body: as it was sent; another body under the same name is another call.

    Raises:
        TurkError: the operation refuses.
    """
    reads = READS.get(call.operation)
    if reads is not None:
        return _as_outcome(call, _guarded(reads, call))
    hashed = hashlib.sha256(b"\0".join((call.operation.encode(), attempt.encode(), body)))
    named = IdempotencyKey(
        call.signer.key, f"turk-{hashed.hexdigest()}", hashed.hexdigest(), call.now_ms
    )

    def act() -> tuple[int, bytes]:
        outcome = _as_outcome(call, _guarded(CHANGES[call.operation], call))
        return OK, json.dumps([outcome.reply, dict(outcome.headers)]).encode()

    _status, stored = answer_once(named, act)
    reply, headers = json.loads(stored)
    return Outcome(reply, headers)


def _as_outcome(call: Call, reply: Reply) -> Outcome:
    notice = call.notices.header()
    return Outcome(reply, {**call.links, **({HEADER: notice} if notice else {})})


def _guarded(run_operation: Run, call: Call) -> Reply:
    """Run an operation; a refusal of Canut's own becomes an error with its code."""
    try:
        return run_operation(call)
    except (BadInput, Conflict, Forbidden, Incomplete, Missing, TooLate, Unfunded) as refusal:
        raise as_error(refusal) from refusal


def as_error(refusal: Refusal) -> TurkError:
    """Return a refusal of Canut as an error of the interface: its code in words without dashes."""
    words = "".join(part.capitalize() for part in refusal.case.replace(".", "-").split("-"))
    text = str(refusal).strip()
    return TurkError(REQUEST, text[:1].upper() + text[1:] + ".", f"Canut.{words}")
