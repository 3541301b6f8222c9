"""Read and approve assignments; propose to reject them.

A program may decide in favour of a person. Against one it only proposes: a named person of the
organisation rejects the answer on its page, for a listed act and with evidence, or the proposal
lapses when the answer is accepted.
"""

import json
from collections.abc import Sequence

from django.db import transaction

from canut.actions.decisions.undo import undo
from canut.actions.people.worker_aliases import name_people
from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.hit_shapes import get_hit, write_hits
from canut.actions.turk.hit_types import PAGE
from canut.actions.turk.names import name_assignments, name_worker
from canut.actions.turk.paging import page_of
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.decisions.deadlines import rejectable_until
from canut.core.turk.answer_xml import write_answers
from canut.core.turk.refusals import missing, request_error, wrong_assignment_state
from canut.core.turk.states import (
    ACCEPTED_MS,
    AssignmentFacts,
    AssignmentStatus,
    approval_ms,
    assignment_status,
)
from canut.store.models import Answer, Assignment, Decision, TurkProposal
from canut.store.turk.assignments import waiting_proposals
from canut.store.turk.hits import (
    answer_of,
    is_assignment,
    rejections_of,
    submitted_answers,
    whole_hits,
    with_status,
)

Status = AssignmentStatus
OVERRIDE_DAYS = 30


def list_assignments(call: Call) -> Reply:
    """List the submitted assignments of a HIT, oldest first."""
    hit = get_hit(call)
    answers = submitted_answers(call.organisation).filter(task=hit.task_id)
    wanted = {Status(status) for status in call.members.get("AssignmentStatuses", [])}
    if wanted and wanted != set(Status):
        delay_ms = min(hit.hit_type.approval_s * 1000, ACCEPTED_MS)
        answers = with_status(answers, wanted, call.now_ms - delay_ms)
    return page_of(
        call, answers, "Assignments", lambda page: _write(call, page), is_newest_first=False
    )


def get_assignment(call: Call) -> Reply:
    """Return a submitted assignment with its HIT."""
    answer = get_answer(call, "Reviewable", Status.APPROVED, Status.REJECTED)
    call.notices.add("measured-ms", {"elapsed": str(answer.elapsed_ms)})
    return {
        "Assignment": _write(call, [answer])[0],
        "HIT": write_hits(call, [whole_hits(call.organisation).get(task=answer.task_id)])[0],
    }


@transaction.atomic
def approve_assignment(call: Call) -> Reply:
    """Accept an answer now; with an override, undo its rejection or drop a proposed one.

    Raises:
        TurkError: it is approved, or rejected and no override was asked for.
    """
    answer = get_answer(call, Status.SUBMITTED)
    facts = _facts_of(answer)
    status = assignment_status(facts, call.now_ms)
    if status == Status.REJECTED and call.flag("OverrideRejection"):
        _undo_rejection(answer, call.now_ms)
    elif status != Status.SUBMITTED:
        raise wrong_assignment_state(Status.SUBMITTED)
    TurkProposal.objects.filter(answer=answer, outcome="").update(
        outcome=TurkProposal.Outcome.WITHDRAWN, settled_ms=call.now_ms
    )
    assignment = _assignment_of(answer)
    Assignment.objects.filter(pk=assignment.pk).update(
        approved_ms=call.now_ms, feedback=call.text("RequesterFeedback")
    )
    return {}


@transaction.atomic
def reject_assignment(call: Call) -> Reply:
    """Propose to reject an answer; nothing follows before a named person decides.

    Raises:
        TurkError: it is approved or rejected already.
    """
    answer = get_answer(call, Status.SUBMITTED)
    if assignment_status(_facts_of(answer), call.now_ms) != Status.SUBMITTED:
        raise wrong_assignment_state(Status.SUBMITTED)
    person = answer.worker.person_id
    if person is None:
        raise request_error("InvalidAssignmentState", "The worker's account was erased.")
    if not waiting_proposals([answer.pk]):
        TurkProposal.objects.create(
            organisation_id=call.organisation,
            kind=TurkProposal.Kind.REJECTION,
            person_id=person,
            answer=answer,
            words=call.text("RequesterFeedback"),
            key_id=call.signer.key,
            at_ms=call.now_ms,
        )
    until = from_ms(rejectable_until(answer.answered_ms)).date()
    call.notices.add("rejection-proposed", {"until": until.isoformat()})
    return {}


def get_answer(call: Call, *allowed: str) -> Answer:
    """Return the answer of the assignment a call names.

    Args:
        call: with its ``AssignmentId``.
        allowed: the states the operation takes, for the error before anything was submitted.

    Raises:
        TurkError: there is no such assignment, or nothing was submitted yet.
    """
    public_id = call.text("AssignmentId")
    answer = answer_of(call.organisation, public_id)
    if answer is None and is_assignment(call.organisation, public_id):
        raise wrong_assignment_state(*allowed)
    if answer is None:
        raise missing("Assignment", public_id)
    return answer


def _undo_rejection(answer: Answer, now_ms: Ms) -> None:
    """Undo the rejection of an answer, at most thirty days after it.

    Raises:
        TurkError: it is older.
    """
    decision = Decision.objects.get(answer=answer, kind=Decision.Kind.REJECTION, undone_ms=None)
    if decision.at_ms < now_ms - OVERRIDE_DAYS * DAY_MS:
        raise request_error(
            "InvalidAssignmentState",
            f"The rejection is more than {OVERRIDE_DAYS} days old. "
            "This operation can be called with a status of: Submitted",
        )
    undo(decision, now_ms)


def _assignment_of(answer: Answer) -> Assignment:
    lease = answer.lease_id or 0
    return name_assignments([lease])[lease]


def _facts_of(answer: Answer) -> AssignmentFacts:
    return with_facts([answer])[0][1]


def with_facts(answers: Sequence[Answer]) -> list[tuple[Answer, AssignmentFacts]]:
    """Return answers with what their state follows from."""
    assignments = name_assignments(answer.lease_id or 0 for answer in answers)
    rejections = rejections_of(answer.pk for answer in answers)
    facts: list[tuple[Answer, AssignmentFacts]] = []
    for answer in answers:
        rejection = rejections.get(answer.pk)
        facts.append(
            (
                answer,
                AssignmentFacts(
                    submitted_ms=answer.answered_ms,
                    delay_s=answer.task.hit.hit_type.approval_s,
                    approved_ms=assignments[answer.lease_id or 0].approved_ms,
                    rejected_ms=rejection.at_ms if rejection else None,
                ),
            )
        )
    return facts


def _write(call: Call, answers: Sequence[Answer]) -> list[Reply]:
    """Return the shapes of assignments."""
    people = [answer.worker.person_id for answer in answers if answer.worker.person_id is not None]
    names = name_people(call.organisation, people)
    assignments = name_assignments(answer.lease_id or 0 for answer in answers)
    shapes: list[Reply] = []
    for answer, facts in with_facts(answers):
        assignment = assignments[answer.lease_id or 0]
        lease, hit = answer.lease, answer.task.hit
        begun_ms = lease.lent_ms if lease else answer.answered_ms
        shape: Reply = {
            "AssignmentId": assignment.public_id,
            "WorkerId": name_worker(names, answer),
            "HITId": hit.public_id,
            "AssignmentStatus": assignment_status(facts, call.now_ms).value,
            "AutoApprovalTime": seconds(facts.auto_approval_ms),
            "AcceptTime": seconds(begun_ms),
            "SubmitTime": seconds(answer.answered_ms),
            "Deadline": seconds(lease.expires_ms if lease else answer.answered_ms),
            "Answer": write_answers(fields_of(answer)),
        }
        approved_ms = approval_ms(facts, call.now_ms)
        if approved_ms is not None:
            shape["ApprovalTime"] = seconds(approved_ms)
        if facts.rejected_ms is not None:
            shape["RejectionTime"] = seconds(facts.rejected_ms)
        if assignment.feedback:
            shape["RequesterFeedback"] = assignment.feedback
        shapes.append(shape)
    return shapes


def fields_of(answer: Answer) -> dict[str, list[str]]:
    """Return the fields of a page as they were submitted."""
    values = json.loads(answer.values).get(PAGE)
    return values if isinstance(values, dict) else {}
