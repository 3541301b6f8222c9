"""Reviews: a second look at one task by a person, what they decided, and the label it leaves.

A ``Review`` is one case of a task; each person who looks at it leaves a ``Verdict``. Once enough
people agree, ``ReviewedLabel`` says which verdict stands, and the task's label is that one whatever
answers come later. Who may look at what is decided in ``actions.quality.reviews``.
"""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from canut.core.pay.workload import USUAL_SHARE
from canut.store.tables.organisations import Membership, Role
from canut.store.tables.people import Invitation, Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Flag, Lease, Task, TaskState, Worker

SURE_BELOW = 0.8
MOST_COUNTED = 1_000


class ReviewRule(models.Model):
    """How a project is reviewed; a project without a row follows the defaults.

    ``second``: when another person looks too. ``below``: closed tasks less sure than this are
    looked at. ``piece_micro``: what one review pays; 0 pays the measured time alone.
    ``share_per_mille`` of the tasks are expected to be reviewed, each in ``look_ms``, 0 where the
    requester does not say: what money is locked for.
    """

    class Second(models.TextChoices):
        """When a second person decides too."""

        NONE = "none"
        CHANGE = "change"
        ALWAYS = "always"

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    second = models.CharField(max_length=6, choices=Second.choices, default=Second.NONE)
    below = models.FloatField(default=SURE_BELOW)
    piece_micro = models.BigIntegerField(default=0)
    share_per_mille = models.PositiveSmallIntegerField(default=USUAL_SHARE, db_default=USUAL_SHARE)
    look_ms = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(piece_micro__gte=0, below__gte=0, below__lte=1),
                name="review_rule_range",
            ),
        )


class Review(models.Model):
    """One case: why a task is looked at, in which round, and in whose hands it is.

    ``round``: 1, then 2 where a second person is asked for, 3 where the two disagree.
    ``confidence`` of the label when it was asked for; the least sure come first.
    """

    class Why(models.IntegerChoices):
        """What asked for it; the order is that of the queue."""

        ASKED = 0
        FLAGGED = 1
        ANSWERED = 2
        UNSURE = 3

    class State(models.TextChoices):
        """Whether it is over."""

        WAITING = "waiting"
        SETTLED = "settled"
        DROPPED = "dropped"

    task = models.ForeignKey(Task, models.CASCADE, related_name="reviews")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    why = models.SmallIntegerField(choices=Why.choices)
    round = models.SmallIntegerField(default=1)
    confidence = models.FloatField(default=0.0)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_ms = models.BigIntegerField()
    holder = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="+")
    held_until_ms = models.BigIntegerField(null=True)
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=Q(state="waiting"), name="review_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(holder=None, held_until_ms=None)
                | Q(holder__isnull=False, held_until_ms__isnull=False)
                | ~Q(state="waiting"),
                name="review_held_until",
            ),
        )
        indexes = (
            models.Index(
                fields=("project", "why", "confidence", "id"),
                condition=Q(state="waiting"),
                name="review_queue",
            ),
        )

    @property
    def lease(self) -> Lease | None:
        """The loan under which somebody holds the task; a task is lent to one person once."""
        return Lease.objects.filter(
            worker=self.holder_id, task=self.task_id, state=Lease.State.REVIEWING
        ).first()


class Verdict(models.Model):
    """What one person decided in one review, with what it pays; kept for ever, never changed."""

    class Kind(models.TextChoices):
        """How they decided."""

        ACCEPTED = "accepted"
        CHOSEN = "chosen"
        CORRECTED = "corrected"

    review = models.ForeignKey(Review, models.PROTECT, related_name="verdicts")
    task = models.ForeignKey(Task, models.CASCADE, related_name="verdicts")
    project = models.ForeignKey(Project, models.CASCADE)
    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True)
    values = models.TextField()
    label = models.TextField()
    consensus = models.TextField(blank=True)
    words = models.CharField(max_length=500, blank=True)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    elapsed_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "worker"), name="verdict_once"),
            models.CheckConstraint(
                condition=Q(piece_micro__gte=0, elapsed_ms__gte=0), name="verdict_not_negative"
            ),
        )
        indexes = (models.Index(fields=("worker", "at_ms"), name="verdict_of_worker"),)


class ReviewedLabel(models.Model):
    """The verdict that stands for a task, and how many answers counted when it was given.

    ``decided_by``: the random ids of who decided so, apart by a space.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="reviewed")
    project = models.ForeignKey(Project, models.CASCADE)
    verdict = models.ForeignKey(Verdict, models.PROTECT)
    decided_by = models.CharField(max_length=60)
    counted = models.PositiveSmallIntegerField()
    at_ms = models.BigIntegerField()


def rule_of(project_id: int) -> ReviewRule:
    """Return how a project is reviewed; the usual way, not kept, where nobody said."""
    found = ReviewRule.objects.filter(project_id=project_id).first()
    return found or ReviewRule(project_id=project_id)


class Waiting(NamedTuple):
    """What waits to be reviewed in a project, each counted up to a thousand."""

    asked: int
    flagged: int
    unsure: int
    second: int
    in_hand: int

    @property
    def total(self) -> int:
        """Everything that somebody could take now."""
        return self.asked + self.flagged + self.unsure + self.second


def waiting_in(project_id: int) -> Waiting:
    """Count what waits to be reviewed in a project."""
    cases = Review.objects.filter(project=project_id, state="waiting")
    free = cases.filter(holder=None)
    states = TaskState.objects.filter(project=project_id).exclude(
        Exists(cases.filter(task=OuterRef("task")))
    )
    flagged = states.filter(flagged_ms__isnull=False).exclude(state="practice")
    unsure = states.filter(
        state="closed",
        confidence__lt=rule_of(project_id).below,
        reviewed_ms=None,
        flagged_ms=None,
    )
    return Waiting(
        asked=_some(free.filter(round=1)),
        flagged=_some(flagged),
        unsure=_some(unsure),
        second=_some(free.filter(round__gt=1)),
        in_hand=_some(cases.exclude(holder=None)),
    )


def has_reviewers(project: Project) -> bool:
    """Say whether somebody is paid to review in a project, or may still come by a link."""
    where = Q(project=project) | Q(organisation=project.organisation_id)
    held = Membership.objects.filter(where, role=Role.REVIEWER, ended_at=None)
    links = Invitation.objects.filter(
        project=project, role=Role.REVIEWER, revoked_at=None, uses__lt=F("max_uses")
    )
    return not project.is_own_staff and (held.exists() or links.exists())


def looks_known(project_id: int) -> int:
    """Count the reviews of a project that are paid, and the cases that wait for one."""
    made = Verdict.objects.filter(project=project_id).count()
    return made + Review.objects.filter(project=project_id, state="waiting").count()


def looks_made(project_id: int) -> list[int]:
    """Return how long each of the last reviews of a project took, in milliseconds."""
    made = Verdict.objects.filter(project=project_id).order_by("-id")
    return list(made.values_list("elapsed_ms", flat=True)[:MOST_COUNTED])


def held_in(project: Project, person: Person, now_ms: int) -> Review | None:
    """Return the case in somebody's hands in a project, with all that is shown of it."""
    found = Review.objects.filter(
        project=project, state="waiting", holder__person=person, held_until_ms__gt=now_ms
    )
    return found.select_related("task__now", "holder").first()


def answers_to(task: Task) -> list[Answer]:
    """List the answers that count or are surplus, for somebody who reviews them."""
    found = Answer.objects.filter(Q(counted=True) | Q(surplus=True), task=task)
    return list(found.select_related("question_version").order_by("id"))


def flags_of(task: Task) -> list[Flag]:
    """List what people said is wrong with a task, the last first."""
    return list(Flag.objects.filter(task=task).select_related("worker").order_by("-id")[:20])


def verdicts_of(task: Task) -> list[Verdict]:
    """List what reviewers decided about a task, oldest first."""
    found = Verdict.objects.filter(task=task).select_related("worker", "review")
    return list(found.order_by("id"))


def standing_label(task: Task) -> ReviewedLabel | None:
    """Return the verdict that is a task's label; None where its answers decide."""
    found = ReviewedLabel.objects.filter(task=task).select_related("verdict")
    return found.first()


def _some(rows: "models.QuerySet[Any]") -> int:
    return len(rows.values_list("pk").order_by()[:MOST_COUNTED])
