"""Queries of rejections: how many in a day, lost ones, and those that wait for a second person."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import REJECTION_DAYS
from canut.store.tables.decisions import Appeal, Decision, WaitingRejection
from canut.store.tables.people import Membership, Organisation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer

SECOND = (Role.REQUESTER, Role.REVIEWER, Role.OPERATOR, Role.REPRESENTATIVE)


class WaitingCount(NamedTuple):
    """How many rejections of one person's answers wait in one project."""

    project: Project
    answers: int


def count_rejected(answer: Answer, now_ms: int) -> int:
    """Count the answers of a person that the same client rejected in the last 24 hours."""
    return Decision.objects.filter(
        person=answer.worker.person_id,
        kind=Decision.Kind.REJECTION,
        project__organisation=answer.project.organisation_id,
        undone_ms=None,
        at_ms__gt=now_ms - DAY_MS,
    ).count()


def has_won(answer: Answer) -> bool:
    """Return whether an appeal about the rejection of this answer was won."""
    rejections = Decision.objects.filter(answer=answer, kind=Decision.Kind.REJECTION)
    return rejections.filter(appeal__outcome=Appeal.Outcome.OVERTURNED).exists()


def undecided(now_ms: int) -> QuerySet[WaitingRejection]:
    """Select the rejections that wait and have not lapsed, the oldest answer first."""
    since_ms = now_ms - REJECTION_DAYS * DAY_MS
    waiting = WaitingRejection.objects.filter(
        outcome="", answer__answered_ms__gte=since_ms, answer__worker__person__isnull=False
    )
    return waiting.select_related(
        "by",
        "answer__project",
        "answer__task",
        "answer__worker__person",
        "answer__question_version",
    ).order_by("answer__answered_ms", "id")


def waiting_for(person: Person, now_ms: int) -> list[WaitingRejection]:
    """List the rejections that a person may confirm or refuse as the second one."""
    waiting = undecided(now_ms).exclude(by=person).exclude(answer__worker__person=person)
    if not is_of_instance(person):
        projects = _projects_of(person)
        waiting = waiting.filter(answer__project__in=projects.values("id"))
    return list(waiting)


def asked_by(person: Person, now_ms: int) -> list[WaitingRejection]:
    """List the rejections of a person's own that wait for somebody else."""
    return list(undecided(now_ms).filter(by=person))


def waiting_about(person: Person, now_ms: int) -> list[WaitingCount]:
    """Count the rejections that wait about a person's answers, by project."""
    counts: dict[int, WaitingCount] = {}
    for row in undecided(now_ms).filter(answer__worker__person=person):
        project = row.answer.project
        before = counts.get(project.pk, WaitingCount(project, 0))
        counts[project.pk] = before._replace(answers=before.answers + 1)
    return list(counts.values())


def may_confirm(person: Person, waiting: WaitingRejection) -> bool:
    """Return whether a person may be the second one: another, named, and with a say here."""
    if person.is_service or person.pk in (waiting.by_id, waiting.answer.worker.person_id):
        return False
    if is_of_instance(person):
        return True
    return _projects_of(person).filter(pk=waiting.answer.project_id).exists()


def is_of_instance(person: Person) -> bool:
    """Return whether a person represents the workers of the instance, or runs it."""
    return Membership.objects.filter(
        person=person,
        ended_at=None,
        role__in=(Role.REPRESENTATIVE, Role.OPERATOR),
        organisation__kind=Organisation.Kind.OPERATOR,
    ).exists()


def _projects_of(person: Person) -> QuerySet[Project]:
    """Select the projects in which a person may decide about answers, or speaks for workers."""
    current = Membership.objects.filter(person=person, ended_at=None, role__in=SECOND)
    return Project.objects.filter(
        Q(organisation__in=current.values("organisation")) | Q(pk__in=current.values("project"))
    )
