"""Reviews of tasks: the queue, the verdicts, and the label they leave.

A ``Review`` is one case of a task; each person who looks at it leaves a ``Verdict``. Once enough
people agree, ``ReviewedLabel`` says which verdict stands, and the task's label is that one whatever
answers come later. Who may look at what is decided in ``actions.quality.reviews``.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from canut.store.tables.people import Invitation, Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.quality import SURE_BELOW, Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Flag, Lease

MOST_COUNTED = 1_000


def rule_of(project_id: int) -> ReviewRule:
    """Return a project's review rule; unsaved defaults if nobody set it."""
    stored = ReviewRule.objects.filter(project_id=project_id).first()
    return stored or ReviewRule(project_id=project_id)


class ReviewBacklog(NamedTuple):
    """The reviews waiting in a project, each count up to a thousand."""

    asked: int
    flagged: int
    unsure: int
    second: int
    in_hand: int

    @property
    def total(self) -> int:
        """The number of reviews that can be taken now."""
        return self.asked + self.flagged + self.unsure + self.second


def waiting_in(project_id: int) -> ReviewBacklog:
    """Count the waiting reviews of a project."""
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
    return ReviewBacklog(
        asked=_some(free.filter(round=1)),
        flagged=_some(flagged),
        unsure=_some(unsure),
        second=_some(free.filter(round__gt=1)),
        in_hand=_some(cases.exclude(holder=None)),
    )


def projects_to_review(projects: Iterable[Project], most: int) -> list[Project]:
    """Return the first of some projects in which a review waits to be taken."""
    cases = Review.objects.filter(state="waiting")
    states = TaskState.objects.filter(project=OuterRef("pk")).exclude(
        Exists(cases.filter(task=OuterRef("task")))
    )
    flagged = states.filter(flagged_ms__isnull=False).exclude(state="practice")
    unsure = states.filter(
        state="closed",
        confidence__lt=OuterRef("below"),
        reviewed_ms=None,
        flagged_ms=None,
    )
    rule = ReviewRule.objects.filter(project=OuterRef("pk")).values("below")
    usual = Value(SURE_BELOW, output_field=models.FloatField())
    waiting = (
        Project.objects.filter(pk__in=[project.pk for project in projects])
        .annotate(below=Coalesce(Subquery(rule), usual))
        .filter(
            Exists(cases.filter(project=OuterRef("pk"), holder=None))
            | Exists(flagged)
            | Exists(unsure)
        )
    )
    return list(waiting.order_by("-created_at")[:most])


def has_reviewers(project: Project) -> bool:
    """Return whether a project has paid reviewers or an open invitation for one."""
    where = Q(project=project) | Q(organisation=project.organisation_id)
    memberships = Membership.objects.filter(where, role=Role.REVIEWER, ended_at=None)
    links = Invitation.objects.filter(
        project=project, role=Role.REVIEWER, revoked_at=None, uses__lt=F("max_uses")
    )
    return not project.is_own_staff and (memberships.exists() or links.exists())


def looks_known(project_id: int) -> int:
    """Count the paid and the waiting reviews of a project."""
    verdicts = Verdict.objects.filter(project=project_id).count()
    return verdicts + Review.objects.filter(project=project_id, state="waiting").count()


def looks_made(project_id: int) -> list[int]:
    """Return the durations of a project's last reviews, in milliseconds."""
    verdicts = Verdict.objects.filter(project=project_id).order_by("-id")
    return list(verdicts.values_list("elapsed_ms", flat=True)[:MOST_COUNTED])


def decided_since(project: Project, person: Person, since_ms: int) -> int:
    """Count the reviews a person decided in a project since a moment."""
    verdicts = Verdict.objects.filter(project=project, worker__person=person, at_ms__gte=since_ms)
    return _some(verdicts)


def held_in(project: Project, person: Person, now_ms: int) -> Review | None:
    """Return the review a person holds in a project, with what is shown of it."""
    reviews = Review.objects.filter(
        project=project, state="waiting", holder__person=person, held_until_ms__gt=now_ms
    )
    return reviews.select_related("task__now", "holder").first()


def answers_to(task: Task) -> list[Answer]:
    """List the counted and surplus answers to a task, for reviewers."""
    answers = Answer.objects.filter(Q(counted=True) | Q(surplus=True), task=task)
    return list(answers.select_related("question_version").order_by("id"))


def flags_of(task: Task) -> list[Flag]:
    """List the flags of a task, newest first."""
    return list(Flag.objects.filter(task=task).select_related("worker").order_by("-id")[:20])


LOOKED_AT = Q(state__range=(Lease.State.LIVE, Lease.State.EXPIRED)) | Q(
    state=Lease.State.REVIEW_OVER, reason="passed"
)
"""The leases after which a person does not review a task: to answer it, or passed on undecided."""


def is_reviewable_by(task: Task, person: Person) -> bool:
    """Return whether a person may review a task: nobody reviews what they were lent to answer."""
    if task.now.state == TaskState.State.PRACTICE:
        return False
    own = {"task": task, "worker__person": person}
    leased = Lease.objects.filter(LOOKED_AT, **own)
    return not (leased.exists() or Answer.objects.filter(**own).exists())


def verdicts_of(task: Task) -> list[Verdict]:
    """List the verdicts on a task, oldest first."""
    verdicts = Verdict.objects.filter(task=task).select_related("worker", "review")
    return list(verdicts.order_by("id"))


def standing_label(task: Task) -> ReviewedLabel | None:
    """Return the verdict that sets a task's label; None if its answers do."""
    labels = ReviewedLabel.objects.filter(task=task).select_related("verdict")
    return labels.first()


def _some(rows: "models.QuerySet[Any]") -> int:
    return len(rows.values_list("pk").order_by()[:MOST_COUNTED])
