"""Review the answers to HITs by the policies their program sent, and report what came of it.

A score never rejects work. What is in favour of people is done at once: an approval, one more
place. A rejection is a proposal of a program like any other: a named person looks at the answer and
decides, or it lapses when the answer is accepted.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.platform.row_faults import attempt_each
from canut.actions.turk.assignments import fields_of, with_facts
from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.hit_shapes import get_hit, status_of
from canut.actions.turk.lending import lock_more, reopen_hit
from canut.actions.turk.names import name_assignments
from canut.actions.turk.notifications import EXTENDED, tell_now
from canut.actions.turk.paging import page_of_list
from canut.core.clock import SECOND_MS, Ms
from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.core.turk.refusals import TurkError
from canut.core.turk.review_policies import (
    HitAgreement,
    PolicyLevel,
    ReviewPolicy,
    agreement_of,
    fields_compared,
    read_policy,
    score_known,
)
from canut.core.turk.states import AssignmentStatus, HitStatus, assignment_status
from canut.store.models import (
    Answer,
    Assignment,
    Hit,
    TaskState,
    TurkProposal,
    TurkReviewAction,
)
from canut.store.turk.assignments import waiting_proposals
from canut.store.turk.reviews import actions_of, answers_of_hit, hits_to_review

Name = TurkReviewAction.Name
MEMBERS = {PolicyLevel.ASSIGNMENT: "AssignmentReviewPolicy", PolicyLevel.HIT: "HITReviewPolicy"}
REPORTS = {PolicyLevel.ASSIGNMENT: "AssignmentReviewReport", PolicyLevel.HIT: "HITReviewReport"}
OVER = (HitStatus.REVIEWABLE, HitStatus.REVIEWING)
MOST_AT_ONCE = 200
RESULTS, ACTIONS = "ReviewResults", "ReviewActions"


class Line(NamedTuple):
    """One line of a report: of which level, a result or an action, as it is written."""

    level: PolicyLevel
    part: str
    shape: Reply


class Subject(NamedTuple):
    """What a score is of: a HIT, or an assignment of it; and the level of its policy."""

    hit: Hit
    level: PolicyLevel
    assignment: str = ""

    def line(self, key: str, score: str, question: str = "") -> Line:
        """Write one score."""
        digest = hashlib.sha256(f"{self.hit.public_id} {self.level}".encode()).digest()
        shape: Reply = {
            "ActionId": object_id(digest[:RANDOM_BYTES]),
            "SubjectId": self.assignment or self.hit.public_id,
            "SubjectType": "Assignment" if self.assignment else "HIT",
            "Key": key,
            "Value": score,
            **({"QuestionId": question} if question else {}),
        }
        return Line(self.level, RESULTS, shape)


class Review(NamedTuple):
    """A policy that looks at a HIT, and when."""

    hit: Hit
    level: PolicyLevel
    policy: ReviewPolicy
    now_ms: Ms

    def has(self, name: Name, answer: Answer) -> bool:
        """Return whether this followed from a score of an answer before."""
        actions = TurkReviewAction.objects.filter(hit=self.hit, level=self.level, name=name)
        return actions.filter(answer=answer).exists()

    def note(
        self,
        name: Name,
        answer: Answer | None,
        score: int,
        *,
        proposal: TurkProposal | None = None,
        error: str = "",
    ) -> None:
        """Write down what followed from a score."""
        TurkReviewAction.objects.create(
            public_id=object_id(secrets.token_bytes(RANDOM_BYTES)),
            hit=self.hit,
            level=self.level,
            name=name,
            answer=answer,
            proposal=proposal,
            score=score,
            error=error,
            at_ms=self.now_ms,
        )


def read_policies(call: Call) -> dict[str, Any]:
    """Return the review policies of a call by level, as sent; those not sent are left out.

    Raises:
        TurkError: one cannot be read.
    """
    sent = {level: call.members[name] for level, name in MEMBERS.items() if name in call.members}
    for level, policy in sent.items():
        read_policy(level, policy)
    return {level.value: policy for level, policy in sent.items()}


def review_hits(now_ms: Ms) -> int:
    """Review the HITs that have new answers; return how many were reviewed."""
    numbers = hits_to_review(now_ms, MOST_AT_ONCE)
    return attempt_each("reviewed HITs", numbers, lambda number: review_hit(number, now_ms))


@transaction.atomic
def review_hit(number: int, now_ms: Ms) -> bool:
    """Do and propose what follows from the scores of a HIT's answers; each once."""
    Hit.objects.select_for_update(no_key=True).get(pk=number)
    hit = Hit.objects.select_related("hit_type__project", "task__now").get(pk=number)
    answer_count = Answer.objects.filter(task=hit.task_id).count()
    policies = _policies(hit)
    by_answer, together = policies.get(PolicyLevel.ASSIGNMENT), policies.get(PolicyLevel.HIT)
    answers = answers_of_hit(hit)
    known_scores = _known_scores(by_answer, answers)
    hit.scored_answers = answer_count
    if by_answer is not None:
        for answer in answers:
            _follow_known(hit, by_answer, answer, known_scores[answer.pk], now_ms)
    if together is not None and status_of(hit, now_ms) in OVER:
        hit.compared_answers = answer_count
        agreement = _agreement(together, answers, known_scores)
        _follow_agreement(hit, together, answers, agreement, now_ms)
    elif together is None:
        hit.compared_answers = answer_count
    hit.save(update_fields=["scored_answers", "compared_answers"])
    return True


def list_results(call: Call) -> Reply:
    """Return the review policies of a HIT, the scores of its answers, and what followed."""
    hit = get_hit(call)
    levels = [PolicyLevel(each) for each in call.members.get("PolicyLevels", list(PolicyLevel))]
    policies = _policies(hit)
    lines = [
        line
        for line in (*_result_lines(hit, policies), *_action_lines(hit, call.now_ms))
        if line.level in levels
        and bool(call.members.get(f"Retrieve{line.part.removeprefix('Review')}", True))
    ]
    page, token = page_of_list(call, lines)
    reply: Reply = {"HITId": hit.public_id, **({"NextToken": token} if token else {})}
    for level in levels:
        if level not in policies:
            continue
        reply[MEMBERS[level]] = (hit.review_policies or {})[level.value]
        reply[REPORTS[level]] = {
            part: [line.shape for line in page if (line.level, line.part) == (level, part)]
            for part in (RESULTS, ACTIONS)
        }
    return reply


def _policies(hit: Hit) -> dict[PolicyLevel, ReviewPolicy]:
    sent: Mapping[str, Any] = hit.review_policies or {}
    return {
        PolicyLevel(name): read_policy(PolicyLevel(name), policy) for name, policy in sent.items()
    }


def _known_scores(policy: ReviewPolicy | None, answers: Sequence[Answer]) -> dict[int, int]:
    """Return the score of each answer by the known answers; empty without such a policy."""
    if policy is None:
        return {}
    return {
        answer.pk: score_known(policy, fields_compared(fields_of(answer))).score
        for answer in answers
    }


def _agreement(
    policy: ReviewPolicy, answers: Sequence[Answer], known_scores: Mapping[int, int]
) -> HitAgreement:
    """Compare the answers to a HIT, without those that the policy leaves out."""
    ignored = "DisregardAssignmentIfKnownAnswerScoreIsLessThan"
    statuses = {answer.pk: facts.rejected_ms for answer, facts in with_facts(list(answers))}
    compared = {
        answer.pk: fields_compared(fields_of(answer))
        for answer in answers
        if not (policy.ignores_rejected and statuses[answer.pk] is not None)
        and not (answer.pk in known_scores and policy.falls_short(ignored, known_scores[answer.pk]))
    }
    return agreement_of(policy, compared)


def _follow_known(hit: Hit, policy: ReviewPolicy, answer: Answer, score: int, now_ms: Ms) -> None:
    """Do and propose what follows from the known answers that one assignment gave."""
    review = Review(hit, PolicyLevel.ASSIGNMENT, policy, now_ms)
    if policy.reaches("ApproveIfKnownAnswerScoreIsAtLeast", score):
        _approve(review, answer, score)
    if policy.falls_short("RejectIfKnownAnswerScoreIsLessThan", score):
        _propose(review, answer, score)
    if policy.falls_short("ExtendIfKnownAnswerScoreIsLessThan", score):
        _extend(review, answer, score)


def _follow_agreement(
    hit: Hit, policy: ReviewPolicy, answers: Sequence[Answer], agreement: HitAgreement, now_ms: Ms
) -> None:
    """Do and propose what follows from how far the assignments of a HIT agree."""
    review = Review(hit, PolicyLevel.HIT, policy, now_ms)
    for answer in answers:
        score = agreement.workers.get(answer.pk)
        if score is None:
            continue
        if policy.reaches("ApproveIfWorkerAgreementScoreIsAtLeast", score):
            _approve(review, answer, score)
        if policy.falls_short("RejectIfWorkerAgreementScoreIsLessThan", score):
            _propose(review, answer, score)
    if answers and policy.falls_short("ExtendIfHITAgreementScoreIsLessThan", agreement.hit):
        _extend(review, None, agreement.hit)


def _approve(review: Review, answer: Answer, score: int) -> None:
    """Approve an assignment that waits, unless a rejection is proposed."""
    facts = with_facts([answer])[0][1]
    is_open = assignment_status(facts, review.now_ms) == AssignmentStatus.SUBMITTED
    if review.has(Name.APPROVE, answer) or not is_open or waiting_proposals([answer.pk]):
        return
    lease = answer.lease_id or 0
    assignment = name_assignments([lease])[lease]
    Assignment.objects.filter(pk=assignment.pk).update(approved_ms=review.now_ms)
    review.note(Name.APPROVE, answer, score)


def _propose(review: Review, answer: Answer, score: int) -> None:
    """Propose to reject an assignment that waits; nothing follows before a person decides."""
    facts = with_facts([answer])[0][1]
    is_open = assignment_status(facts, review.now_ms) == AssignmentStatus.SUBMITTED
    person = answer.worker.person_id
    if review.has(Name.REJECT, answer) or not is_open or person is None:
        return
    if waiting_proposals([answer.pk]):
        return
    proposal = TurkProposal.objects.create(
        organisation_id=review.hit.organisation_id,
        kind=TurkProposal.Kind.REJECTION,
        person_id=person,
        answer=answer,
        words=review.policy.reject_reason,
        at_ms=review.now_ms,
    )
    review.note(Name.REJECT, answer, score, proposal=proposal)


def _extend(review: Review, answer: Answer | None, score: int) -> None:
    """Ask for one more assignment of a HIT, up to the most that its policy names."""
    hit, numbers = review.hit, review.policy.numbers
    if answer is not None and review.has(Name.EXTEND, answer):
        return
    if hit.places >= numbers["ExtendMaximumAssignments"]:
        return
    error = ""
    try:
        with transaction.atomic():
            state = TaskState.objects.select_for_update().get(task=hit.task_id)
            state.overlap += 1
            state.save(update_fields=["overlap"])
            lock_more(hit.hit_type.project, review.now_ms)
    except TurkError as refusal:
        error = refusal.code
    else:
        longer_ms = numbers.get("ExtendMinimumTimeInSeconds", 0) * SECOND_MS
        hit.places += 1
        hit.expires_ms = max(hit.expires_ms, review.now_ms + longer_ms)
        hit.save(update_fields=["places", "expires_ms"])
        if hit.expires_ms > review.now_ms:
            reopen_hit(hit)
        tell_now(hit, EXTENDED, review.now_ms)
    review.note(Name.EXTEND, answer, score, error=error)


def _result_lines(hit: Hit, policies: Mapping[PolicyLevel, ReviewPolicy]) -> list[Line]:
    """Write the scores of the answers to a HIT, as they are now."""
    answers = answers_of_hit(hit)
    names = name_assignments(answer.lease_id or 0 for answer in answers)
    named = {answer.pk: names[answer.lease_id or 0].public_id for answer in answers}
    lines: list[Line] = []
    by_answer, together = policies.get(PolicyLevel.ASSIGNMENT), policies.get(PolicyLevel.HIT)
    if by_answer is not None:
        for answer in answers:
            known_score = score_known(by_answer, fields_compared(fields_of(answer)))
            of_answer = Subject(hit, PolicyLevel.ASSIGNMENT, named[answer.pk])
            lines += [
                of_answer.line("KnownAnswerCorrect", str(int(is_right)), question)
                for question, is_right in known_score.right.items()
            ]
            lines.append(of_answer.line("KnownAnswerScore", str(known_score.score)))
    if together is not None:
        agreement = _agreement(together, answers, _known_scores(by_answer, answers))
        whole = Subject(hit, PolicyLevel.HIT)
        for question, score in agreement.scores.items():
            lines.append(whole.line("QuestionAgreementScore", str(score), question))
            if question in agreement.agreed:
                lines.append(whole.line("AgreedAnswer", agreement.agreed[question], question))
        lines += [
            Subject(hit, PolicyLevel.HIT, named[number]).line("WorkerAgreementScore", str(score))
            for number, score in agreement.workers.items()
            if score is not None
        ]
        lines.append(whole.line("HITAgreementScore", str(agreement.hit)))
    return lines


def _action_lines(hit: Hit, now_ms: Ms) -> list[Line]:
    """Write what the policies of a HIT did, or what waits for a person."""
    actions = list(actions_of(hit))
    leases = [action.answer.lease_id or 0 for action in actions if action.answer is not None]
    names = name_assignments(leases)
    lines: list[Line] = []
    for action in actions:
        target, is_of_answer = hit.public_id, action.name != Name.EXTEND
        if action.answer is not None and is_of_answer:
            target = names[action.answer.lease_id or 0].public_id
        shape: Reply = {
            "ActionId": action.public_id,
            "ActionName": action.name,
            "TargetId": target,
            "TargetType": "Assignment" if is_of_answer else "HIT",
            "Status": _status(action, now_ms),
            "CompleteTime": seconds(action.at_ms),
            "Result": f"score {action.score}",
        }
        if action.error:
            shape["ErrorCode"] = action.error
        lines.append(Line(PolicyLevel(action.level), ACTIONS, shape))
    return lines


def _status(action: TurkReviewAction, now_ms: Ms) -> str:
    """Return how an action stands; a proposal that nobody confirmed in time is cancelled."""
    if action.name != Name.REJECT:
        return "Failed" if action.error else "Succeeded"
    if action.answer is not None:
        facts = with_facts([action.answer])[0][1]
        status = assignment_status(facts, now_ms)
        if status == AssignmentStatus.REJECTED:
            return "Succeeded"
        is_waiting = action.proposal is not None and not action.proposal.outcome
        if is_waiting and status == AssignmentStatus.SUBMITTED:
            return "Intended"
    return "Cancelled"
