"""Lend tasks to review: one reviewer at a time, for a while, within the same limits as any work.

What was asked for or flagged comes first, then what has answers its verdict never saw, then the
least sure. Nobody reviews a task that was in their hands to answer, nor the same case twice. A case
that nobody decides in time is free again. What a decision does is decided in ``verdicts``.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple, Unpack

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from canut.actions.pay.required_funds import lock_again
from canut.actions.people.accounts import InvitationFields, create_invitation
from canut.actions.protection.exposure import choose_within_limits
from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.actions.work.lease_blocks import HOURS, LeaseBlock, explain_block, protects
from canut.core.errors import BadInput, Forbidden, LeaseGone
from canut.core.pay.price import LONGEST_TASK_MS
from canut.core.pay.workload import PER_MILLE, USUAL_SHARE
from canut.store.pay.funds import is_funded
from canut.store.quality.reviews import rule_of
from canut.store.sql import dialect
from canut.store.sql.dialect import Candidate, Reserved, WorkerNow
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.quality import Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease, Worker

HOLD_MS = 30 * 60_000
PASSED = "passed"
RAN_OUT = "ran out"
CANDIDATES = 20
LAST_ROUND = 3
EXPIRE_CHUNK = 200
MOST_PIECE_MICRO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ReviewAssignment:
    """A case in somebody's hands, or why there is none: what protects them, or nothing waits."""

    review: Review | None
    held_back: LeaseBlock | None = None


@dataclass(frozen=True, slots=True)
class RuleIn:
    """How a project is to be reviewed.

    Args:
        second: when a second person decides too: none, change or always.
        below: closed tasks less sure than this are looked at, 0 to 1.
        piece_micro: what one review pays, beside the floor under its time.
        share_per_mille: how many of a thousand tasks are expected to be reviewed.
        look_ms: how long a review takes; 0 where nobody knows yet.
    """

    second: str
    below: float
    piece_micro: int = 0
    share_per_mille: int = USUAL_SHARE
    look_ms: int = 0


class _Near(NamedTuple):
    """A task that could be reviewed next, and its case where it has one."""

    why: int
    confidence: float
    task: int
    severity: int | None
    review: int | None


@transaction.atomic
def set_review_rule(project: Project, wanted: RuleIn, now_ms: int) -> ReviewRule:
    """Say how a project is reviewed, from now on; the money locked for it follows.

    Raises:
        BadInput: a value that cannot be meant.
        Unfunded: people work already and the money for so many reviews is not there.
    """
    if wanted.second not in ReviewRule.Second.values or not 0 <= wanted.below <= 1:
        raise BadInput(
            f"second {wanted.second!r} below {wanted.below}; expected none, change or always, and"
            " 0 to 1",
            code="review-rule",
        )
    if not 0 <= wanted.piece_micro <= MOST_PIECE_MICRO:
        raise BadInput(f"a review pays {wanted.piece_micro} micro-units", code="review-rule")
    if not (0 <= wanted.share_per_mille <= PER_MILLE and 0 <= wanted.look_ms <= LONGEST_TASK_MS):
        raise BadInput(
            f"{wanted.share_per_mille} in a thousand reviewed in {wanted.look_ms} ms each; expected"
            " 0 to 1000, and at most one day",
            code="review-rule",
        )
    rule, _ = ReviewRule.objects.update_or_create(project=project, defaults=asdict(wanted))
    if is_funded(project.id):
        lock_again(project, now_ms)
    return rule


@transaction.atomic
def create_reviewer_invitation(project: Project, **fields: Unpack[InvitationFields]) -> Invitation:
    """Create an invitation for reviewers and lock the money for their reviews.

    Money is locked only where the project holds some already, that is once people work in it.

    Raises:
        BadInput: the invitation has ended already, or has too few or too many uses.
        Unfunded: the money for reviews is not there.
    """
    invitation = create_invitation(project, Role.REVIEWER, **fields)
    if is_funded(project.id):
        lock_again(project, int(fields["now"].timestamp() * 1000))
    return invitation


def lease_review(project: Project, person: Person, now_ms: int) -> ReviewAssignment:
    """Give somebody a task to review: the one they hold, else the next they may look at.

    Args:
        project: whose tasks; that the person may review there is seen to before.
        person: who reviews.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Forbidden: a program; only a person reviews.
    """
    if person.is_service:
        raise Forbidden("a program does not review; ask a person", code="service-actor")
    with transaction.atomic(), connection.cursor() as cursor:
        worker = _lock_reviewer(cursor, project, person, now_ms)
        _return_due(Review.objects.filter(project=project), now_ms)
        held = Review.objects.filter(project=project, state="waiting", holder=worker.worker).first()
        if held is not None:
            return ReviewAssignment(held)
        if worker.rest_until_ms > now_ms and protects("hours"):
            review, why = None, HOURS
        else:
            review, why = _take_one(cursor, worker, project, now_ms)
    if review is not None or not why:
        return ReviewAssignment(review)
    return ReviewAssignment(None, explain_block(worker, why, now_ms))


def _lock_reviewer(
    cursor: CursorWrapper, project: Project, person: Person, now_ms: int
) -> WorkerNow:
    """Lock whom this person is in the project; somebody who only reviews there is lent no tasks."""
    kind = Worker.Kind.SIMULATED if person.is_simulated else Worker.Kind.HUMAN
    moment = project.created_at
    worker, _ = Worker.objects.get_or_create(
        project=project,
        person=person,
        defaults={
            "kind": kind,
            "public_id": secrets.token_hex(6),
            "created_at": moment,
            "ended_at": moment,
        },
    )
    found = dialect().read_worker(cursor, worker.id, now_ms)
    if found is None:
        raise RuntimeError(f"worker {worker.id} was there a moment ago")
    return found


def _take_one(
    cursor: CursorWrapper, worker: WorkerNow, project: Project, now_ms: int
) -> tuple[Review | None, str]:
    """Take the first case this person may look at that is free; say what kept others back."""
    near = _near(worker, project)
    why = ""
    while near:
        chosen: Reserved | None = Reserved(near[0].task, 0, 0)
        if worker.is_risky:
            given = [
                Candidate(one.task, worker.severity if one.severity is None else one.severity)
                for one in near
            ]
            chosen, why = choose_within_limits(cursor, worker, given, now_ms)
            if chosen is None and not protects("exposure"):
                chosen = Reserved(*given[0], 0)
        if chosen is None:
            return None, why
        one = next(one for one in near if one.task == chosen.task)
        review = _claim(one, worker, project, now_ms)
        if review is not None:
            _lend(review, worker, chosen, now_ms)
            return review, ""
        near.remove(one)
    return None, ""


def _near(worker: WorkerNow, project: Project) -> list[_Near]:
    """List what this person could review next, the most pressing first."""
    below = rule_of(project.id).below
    theirs = {"task": OuterRef("task"), "worker": worker.worker}
    in_hand = Q(state__range=(Lease.State.LIVE, Lease.State.EXPIRED)) | Q(
        state=Lease.State.REVIEW_OVER, reason=PASSED
    )
    waiting = (
        Review.objects.filter(project=project, state="waiting", holder=None)
        .exclude(Exists(Verdict.objects.filter(review=OuterRef("pk"), worker=worker.worker)))
        .exclude(Exists(Lease.objects.filter(in_hand, **theirs)))
        .exclude(Exists(Answer.objects.filter(**theirs)))
        .annotate(severity=F("task__now__severity"))
        .order_by("why", "confidence", "id")
    )
    found = [
        _Near(*row)
        for row in waiting.values_list("why", "confidence", "task", "severity", "id")[:CANDIDATES]
    ]
    states = (
        TaskState.objects.filter(project=project)
        .exclude(state=TaskState.State.PRACTICE)
        .exclude(Exists(Review.objects.filter(task=OuterRef("task"), state="waiting")))
        .exclude(Exists(Lease.objects.filter(in_hand, **theirs)))
        .exclude(Exists(Answer.objects.filter(**theirs)))
    )
    flagged = states.filter(flagged_ms__isnull=False).order_by("task")
    unsure = states.filter(
        state=TaskState.State.CLOSED, confidence__lt=below, reviewed_ms=None
    ).order_by("confidence", "task")
    for why, chosen in ((Review.Why.FLAGGED, flagged), (Review.Why.UNSURE, unsure)):
        rows = chosen.values_list("confidence", "task", "severity")[:CANDIDATES]
        found += [_Near(why, sure or 0.0, task, severity, None) for sure, task, severity in rows]
    return sorted(found, key=lambda one: (one.why, one.confidence, one.task))


def _claim(one: _Near, worker: WorkerNow, project: Project, now_ms: int) -> Review | None:
    """Take a case, making it where there is none; None where another was quicker."""
    if one.review is None:
        new = Review(
            task_id=one.task,
            project=project,
            why=one.why,
            confidence=one.confidence,
            asked_ms=now_ms,
        )
        Review.objects.bulk_create([new], ignore_conflicts=True)
    free = Review.objects.filter(task=one.task, state="waiting", holder=None)
    if not free.update(holder=worker.worker, held_until_ms=now_ms + HOLD_MS):
        return None
    return Review.objects.get(task=one.task, state="waiting")


def _lend(review: Review, worker: WorkerNow, chosen: Reserved, now_ms: int) -> None:
    """Keep the loan, with what it weighs; an earlier review of the task by them stands back."""
    Lease.objects.filter(
        worker=worker.worker, task=review.task_id, state=Lease.State.REVIEWED
    ).update(state=Lease.State.REVIEW_OVER)
    Lease.objects.create(
        task_id=review.task_id,
        worker_id=worker.worker,
        project_id=worker.project,
        state=Lease.State.REVIEWING,
        lent_ms=now_ms,
        expires_ms=now_ms + HOLD_MS,
        bearer_id=worker.person if worker.is_risky else None,
        severity=chosen.severity if worker.is_risky else None,
        dose=chosen.dose,
    )


def pass_review(review_id: int, *, by: Person, now_ms: int) -> None:
    """Give a case back undecided: somebody else gets it, this person does not.

    Raises:
        LeaseGone: it is not, or no longer, in this person's hands.
    """
    with transaction.atomic():
        review = lock_review(review_id, by)
        _end_lease(review, PASSED, now_ms)
        _free(Review.objects.filter(id=review.id))


def lock_review(review_id: int, person: Person) -> Review:
    """Lock and return a case that is in somebody's hands.

    Raises:
        LeaseGone: it is not, or no longer, in theirs.
    """
    found = (
        Review.objects.select_for_update(of=("self",))
        .select_related("holder", "project")
        .filter(id=review_id, state="waiting", holder__person=person)
        .first()
    )
    if found is None:
        raise LeaseGone(
            f"review {review_id} is not in your hands; take the next one", code="review-gone"
        )
    return found


def _end_lease(review: Review, reason: str, now_ms: int) -> None:
    Lease.objects.filter(
        worker=review.holder_id, task=review.task_id, state=Lease.State.REVIEWING
    ).update(state=Lease.State.REVIEW_OVER, ended_ms=now_ms, reason=reason)


def _free(reviews: QuerySet[Review]) -> None:
    reviews.update(holder=None, held_until_ms=None)


def return_reviews(now_ms: int) -> int:
    """Take back every case that was not decided in time; return how many."""
    with transaction.atomic():
        return _return_due(Review.objects.all(), now_ms)


def _return_due(among: QuerySet[Review], now_ms: int) -> int:
    due = among.filter(state="waiting", held_until_ms__lte=now_ms)
    found = list(due.select_for_update(skip_locked=True).order_by("id")[:EXPIRE_CHUNK])
    for review in found:
        _end_lease(review, RAN_OUT, now_ms)
    if found:
        _free(Review.objects.filter(id__in=[review.id for review in found]))
    return len(found)


def keep_review_beats(
    person: Person, project: Project, beats: Sequence[BeatIn], now_ms: int
) -> None:
    """Keep the time of a review, and let the case stay in the hands of who was active.

    Raises:
        BadInput: beats out of the format.
        Forbidden: a page that was not given to this person.
    """
    keep_beats(person.id, project.id, beats, now_ms)
    if any(beat.is_active for beat in beats):
        until = now_ms + HOLD_MS
        mine = Review.objects.filter(
            project=project, state="waiting", holder__person=person, held_until_ms__gt=now_ms
        )
        with transaction.atomic():
            held = list(mine.select_for_update())
            mine.update(held_until_ms=until)
            for review in held:
                Lease.objects.filter(
                    worker=review.holder_id, task=review.task_id, state=Lease.State.REVIEWING
                ).update(expires_ms=until)


def ask_reviews(
    project_id: int, tasks: Iterable[int], why: Review.Why, *, by: Person | None, now_ms: int
) -> list[int]:
    """Ask that tasks be looked at; return those for which that was not asked yet.

    The caller is in a transaction.
    """
    wanted = list(tasks)
    waiting = set(
        Review.objects.filter(task__in=wanted, state="waiting").values_list("task", flat=True)
    )
    sure = dict(
        TaskState.objects.filter(task__in=wanted).values_list("task", "confidence").order_by()
    )
    new = [
        Review(
            task_id=task,
            project_id=project_id,
            why=why,
            confidence=sure[task] or 0.0,
            asked_by=by,
            asked_ms=now_ms,
        )
        for task in wanted
        if task not in waiting and task in sure
    ]
    Review.objects.bulk_create(new, ignore_conflicts=True)
    return [review.task_id for review in new]


def ask_again(project_id: int, now_ms: int) -> int:
    """Ask for another look where answers came since a verdict; return at how many tasks.

    The verdict stays the label until somebody decides otherwise.
    """
    moved = (
        ReviewedLabel.objects.filter(project=project_id)
        .exclude(counted=F("task__now__counted"))
        .exclude(Exists(Review.objects.filter(task=OuterRef("task"), state="waiting")))
    )
    tasks = list(moved.order_by("task").values_list("task", flat=True)[:EXPIRE_CHUNK])
    if not tasks:
        return 0
    with transaction.atomic():
        return len(ask_reviews(project_id, tasks, Review.Why.ANSWERED, by=None, now_ms=now_ms))
