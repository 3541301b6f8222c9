"""Reviews: a second look at one task by a person, what they decided, and the label it leaves.

A ``Review`` is one case of a task; each person who looks at it leaves a ``Verdict``. Once enough
people agree, ``ReviewedLabel`` says which verdict stands, and the task's label is that one whatever
answers come later. Who may look at what is decided in ``actions.quality.reviews``.
"""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from canut.store.tables.people import Invitation, Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.quality import Review, ReviewedLabel, ReviewRule, Verdict
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Answer, Flag

MOST_COUNTED = 1_000


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
