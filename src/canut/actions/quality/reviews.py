"""Lease tasks for review: one reviewer at a time, within the same limits as other work.

Requested and flagged tasks come first, then those with answers newer than their verdict, then the
least certain. Nobody reviews a task that was leased to them to answer, nor the same review twice. A
review not decided in time is released. The effects of a decision are in ``review_decisions``.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple, Unpack

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, F, OuterRef, QuerySet

from canut.actions.pay.required_funds import lock_again
from canut.actions.people.accounts import InvitationFields, create_invitation
from canut.actions.protection.exposure import choose_within_limits
from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.actions.work.lease_blocks import HOURS, LeaseBlock, explain_block, protects
from canut.core.errors import BadInput, Forbidden, LeaseGone, NotOpen
from canut.core.pay.price import LONGEST_TASK_MS
from canut.core.pay.workload import PER_MILLE, USUAL_SHARE
from canut.store.pay.funds import is_funded
from canut.store.quality.reviews import LOOKED_AT, rule_of
from canut.store.sql import dialect
from canut.store.sql.dialect import LeaseCandidate, Reserved, WorkerNow
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import HELD, Project
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
    """A review leased to a person, or why there is none: a limit, or none waiting."""

    review: Review | None
    held_back: LeaseBlock | None = None


@dataclass(frozen=True, slots=True)
class ReviewRuleIn:
    """The review rule wanted for a project.

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
    """A task that could be reviewed next, and its review if it has one."""

    why: int
    confidence: float
    task: int
    severity: int | None
    review: int | None


@transaction.atomic
def set_review_rule(project: Project, fields: ReviewRuleIn, now_ms: int) -> ReviewRule:
    """Set how a project is reviewed from now on; locked funds follow.

    Raises:
        BadInput: a value that cannot be meant.
        Unfunded: people work already and the funds for these reviews are missing.
    """
    if fields.second not in ReviewRule.Second.values or not 0 <= fields.below <= 1:
        raise BadInput(
            f"second {fields.second!r} below {fields.below}; expected none, change or always, and"
            " 0 to 1",
            code="review-rule",
        )
    if not 0 <= fields.piece_micro <= MOST_PIECE_MICRO:
        raise BadInput(f"a review pays {fields.piece_micro} micro-units", code="review-rule")
    if not (0 <= fields.share_per_mille <= PER_MILLE and 0 <= fields.look_ms <= LONGEST_TASK_MS):
        raise BadInput(
            f"{fields.share_per_mille} in a thousand reviewed in {fields.look_ms} ms each; expected"
            " 0 to 1000, and at most one day",
            code="review-rule",
        )
    rule, _ = ReviewRule.objects.update_or_create(project=project, defaults=asdict(fields))
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
        lock_again(project, fields["now_ms"])
    return invitation


def lease_review(
    project: Project, person: Person, now_ms: int, task_id: int | None = None
) -> ReviewAssignment:
    """Lease a task for review: the one the person holds, else the next allowed.

    Args:
        project: whose tasks; permission to review is checked by the caller.
        person: who reviews.
        now_ms: the moment, in milliseconds since 1970 UTC.
        task_id: this task alone; what the person holds besides goes back to the queue.

    Raises:
        Forbidden: a program; only a person reviews.
        NotOpen: a hold stops the project; a review begun before may be finished.
    """
    if person.is_service:
        raise Forbidden("a program does not review; ask a person", code="service-actor")
    with transaction.atomic(), connection.cursor() as cursor:
        worker = _lock_reviewer(cursor, project, person, now_ms)
        _return_due(Review.objects.filter(project=project), now_ms)
        current = Review.objects.filter(
            project=project, state="waiting", holder=worker.worker
        ).first()
        if current is not None and task_id in {None, current.task_id}:
            return ReviewAssignment(current)
        if current is not None:
            _end_lease(current, RAN_OUT, now_ms)
            _free(Review.objects.filter(id=current.id))
        if worker.project_state == HELD:
            raise NotOpen(
                "a hold of an ethics reviewer stops the project", code="project-held", state=HELD
            )
        if worker.rest_until_ms > now_ms and protects("hours"):
            review, blocked_by = None, HOURS
        else:
            near = _near(worker, project) if task_id is None else _this(worker, project, task_id)
            review, blocked_by = _take_one(cursor, worker, project, near, now_ms)
    if review is not None or not blocked_by:
        return ReviewAssignment(review)
    return ReviewAssignment(None, explain_block(worker, blocked_by, now_ms))


def _lock_reviewer(
    cursor: CursorWrapper, project: Project, person: Person, now_ms: int
) -> WorkerNow:
    """Lock the person's worker row; somebody who only reviews is leased no tasks."""
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
    locked = dialect().read_worker(cursor, worker.id, now_ms)
    if locked is None:
        raise RuntimeError(f"worker {worker.id} was there a moment ago")
    return locked


def _take_one(
    cursor: CursorWrapper, worker: WorkerNow, project: Project, near: list[_Near], now_ms: int
) -> tuple[Review | None, str]:
    """Claim the first free review this person may do; return what blocked others."""
    blocked_by = ""
    while near:
        chosen: Reserved | None = Reserved(near[0].task, 0, 0)
        if worker.is_risky:
            candidates = [
                LeaseCandidate(
                    item.task, worker.severity if item.severity is None else item.severity
                )
                for item in near
            ]
            chosen, blocked_by = choose_within_limits(cursor, worker, candidates, now_ms)
            if chosen is None and not protects("exposure"):
                chosen = Reserved(*candidates[0], 0)
        if chosen is None:
            return None, blocked_by
        item = next(item for item in near if item.task == chosen.task)
        review = _claim(item, worker, project, now_ms)
        if review is not None:
            _lend(review, worker, chosen, now_ms)
            return review, ""
        near.remove(item)
    return None, ""


def _this(worker: WorkerNow, project: Project, task_id: int) -> list[_Near]:
    """Return one task as what this person could review; nothing where they may not."""
    own = {"task": task_id, "worker": worker.worker}
    if Lease.objects.filter(LOOKED_AT, **own).exists() or Answer.objects.filter(**own).exists():
        return []
    state = TaskState.objects.filter(project=project, task=task_id)
    free = state.exclude(state=TaskState.State.PRACTICE).first()
    if free is None:
        return []
    waiting = Review.objects.filter(project=project, task=task_id, state="waiting").first()
    if waiting is None:
        return [_Near(Review.Why.ASKED, free.confidence or 0.0, task_id, free.severity, None)]
    if Verdict.objects.filter(review=waiting, worker=worker.worker).exists():
        return []
    return [_Near(waiting.why, waiting.confidence, task_id, free.severity, waiting.pk)]


def _near(worker: WorkerNow, project: Project) -> list[_Near]:
    """List what this person could review next, most urgent first."""
    below = rule_of(project.id).below
    theirs = {"task": OuterRef("task"), "worker": worker.worker}
    in_hand = LOOKED_AT
    waiting = (
        Review.objects.filter(project=project, state="waiting", holder=None)
        .exclude(Exists(Verdict.objects.filter(review=OuterRef("pk"), worker=worker.worker)))
        .exclude(Exists(Lease.objects.filter(in_hand, **theirs)))
        .exclude(Exists(Answer.objects.filter(**theirs)))
        .annotate(severity=F("task__now__severity"))
        .order_by("why", "confidence", "id")
    )
    items = [
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
    for reason, chosen in ((Review.Why.FLAGGED, flagged), (Review.Why.UNSURE, unsure)):
        rows = chosen.values_list("confidence", "task", "severity")[:CANDIDATES]
        items += [_Near(reason, sure or 0.0, task, severity, None) for sure, task, severity in rows]
    return sorted(items, key=lambda item: (item.why, item.confidence, item.task))


def _claim(item: _Near, worker: WorkerNow, project: Project, now_ms: int) -> Review | None:
    """Claim a review, creating it if needed; None if somebody else was faster."""
    if item.review is None:
        new = Review(
            task_id=item.task,
            project=project,
            why=item.why,
            confidence=item.confidence,
            asked_ms=now_ms,
        )
        Review.objects.bulk_create([new], ignore_conflicts=True)
    free = Review.objects.filter(task=item.task, state="waiting", holder=None)
    if not free.update(holder=worker.worker, held_until_ms=now_ms + HOLD_MS):
        return None
    return Review.objects.get(task=item.task, state="waiting")


def _lend(review: Review, worker: WorkerNow, chosen: Reserved, now_ms: int) -> None:
    """Store the lease with its exposure; their earlier review of the task is replaced."""
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
    """Return a review undecided: somebody else gets it, this person does not.

    Raises:
        LeaseGone: it is not, or no longer, in this person's hands.
    """
    with transaction.atomic():
        review = lock_review(review_id, by)
        _end_lease(review, PASSED, now_ms)
        _free(Review.objects.filter(id=review.id))


def lock_review(review_id: int, person: Person) -> Review:
    """Lock and return the review this person holds.

    Raises:
        LeaseGone: it is not, or no longer, in theirs.
    """
    review = (
        Review.objects.select_for_update(of=("self",))
        .select_related("holder", "project")
        .filter(id=review_id, state="waiting", holder__person=person)
        .first()
    )
    if review is None:
        raise LeaseGone(
            f"review {review_id} is not in your hands; take the next one", code="review-gone"
        )
    return review


def _end_lease(review: Review, reason: str, now_ms: int) -> None:
    _end_leases([review], reason, now_ms)


def _end_leases(reviews: Sequence[Review], reason: str, now_ms: int) -> None:
    pairs = {(review.holder_id, review.task_id) for review in reviews}
    among = Lease.objects.filter(
        worker__in={worker for worker, _ in pairs},
        task__in={task for _, task in pairs},
        state=Lease.State.REVIEWING,
    )
    rows = among.values_list("id", "worker_id", "task_id")
    leases = [lease for lease, worker, task in rows if (worker, task) in pairs]
    Lease.objects.filter(id__in=leases).update(
        state=Lease.State.REVIEW_OVER, ended_ms=now_ms, reason=reason
    )


def _free(reviews: QuerySet[Review]) -> None:
    reviews.update(holder=None, held_until_ms=None)


def return_reviews(now_ms: int) -> int:
    """Release every review that was not decided in time; return how many."""
    with transaction.atomic():
        return _return_due(Review.objects.all(), now_ms)


def _return_due(among: QuerySet[Review], now_ms: int) -> int:
    due = among.filter(state="waiting", held_until_ms__lte=now_ms)
    expired = list(due.select_for_update(skip_locked=True).order_by("id")[:EXPIRE_CHUNK])
    if expired:
        _end_leases(expired, RAN_OUT, now_ms)
        _free(Review.objects.filter(id__in=[review.id for review in expired]))
    return len(expired)


def keep_review_beats(
    person: Person, project: Project, beats: Sequence[BeatIn], now_ms: int
) -> None:
    """Store the time of a review; extend the lease of an active reviewer.

    Raises:
        BadInput: beats out of the format.
        Forbidden: a page that was not given to this person.
    """
    keep_beats(person.id, beats, now_ms)
    if any(beat.is_active for beat in beats):
        until = now_ms + HOLD_MS
        own_reviews = Review.objects.filter(
            project=project, state="waiting", holder__person=person, held_until_ms__gt=now_ms
        )
        with transaction.atomic():
            locked = list(own_reviews.select_for_update())
            own_reviews.update(held_until_ms=until)
            for review in locked:
                Lease.objects.filter(
                    worker=review.holder_id, task=review.task_id, state=Lease.State.REVIEWING
                ).update(expires_ms=until)


def ask_reviews(
    project_id: int, tasks: Iterable[int], reason: Review.Why, *, by: Person | None, now_ms: int
) -> list[int]:
    """Request reviews of tasks; return the tasks not requested before.

    The caller is in a transaction.
    """
    task_ids = list(tasks)
    waiting = set(
        Review.objects.filter(task__in=task_ids, state="waiting").values_list("task", flat=True)
    )
    sure = dict(
        TaskState.objects.filter(task__in=task_ids).values_list("task", "confidence").order_by()
    )
    new = [
        Review(
            task_id=task,
            project_id=project_id,
            why=reason,
            confidence=sure[task] or 0.0,
            asked_by=by,
            asked_ms=now_ms,
        )
        for task in task_ids
        if task not in waiting and task in sure
    ]
    Review.objects.bulk_create(new, ignore_conflicts=True)
    return [review.task_id for review in new]


def ask_again(project_id: int, now_ms: int) -> int:
    """Request a new review where answers came since a verdict; return the tasks' count.

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
