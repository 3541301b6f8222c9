"""Appeals against decisions, and the sanctions a decision puts on work in a project.

The database itself refuses an appeal that is answered by who made it or by who took the decision,
that is answered without words, that is upheld too late, or that was lost without anybody reading
it. What spans several rows is decided in ``actions.decisions.appeals``.
"""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import is_rejectable, rejectable_until
from canut.store.tables.decisions import (
    Appeal,
    AppealLook,
    Decision,
    Sanction,
    WaitingRejection,
)
from canut.store.tables.lessons import LessonMark
from canut.store.tables.people import Membership, Organisation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Answer

MOST_COUNTED = 1_000


def looks_of(person_id: int, since_ms: int, now_ms: int) -> QuerySet[AppealLook]:
    """Select a person's appeal readings that ended since a time, or are open."""
    counts = Q(seen_ms__isnull=False) | Q(ended_ms__gt=now_ms)
    return AppealLook.objects.filter(counts, bearer=person_id, ended_ms__gt=since_ms)


def has_uncovered(appeal: Appeal, person: Person) -> bool:
    """Return whether a person has revealed the hard material of an appeal they hold."""
    looks = AppealLook.objects.filter(appeal=appeal, bearer=person)
    return looks.filter(seen_ms__isnull=False).exists()


def may_answer(person: Person, decision: Decision) -> bool:
    """Return whether a person may answer an appeal: independent, and human."""
    return independent_of(decision).filter(pk=person.pk).exists()


def independent_of(decision: Decision) -> QuerySet[Person]:
    """Select the people who may answer an appeal of a decision.

    They review this project or run this instance, and are neither of the client nor the author of
    the decision, nor who confirmed it or marked the case, nor whom it is about; a program never is.
    """
    involved = [decision.person_id, decision.made_by_id or 0]
    people = independent_people(decision.project).exclude(pk__in=involved)
    if decision.kind == Decision.Kind.QUALITY and decision.project is None:
        marks = LessonMark.objects.filter(script__attempt__decision=decision)
        people = people.exclude(pk__in=marks.values("marker"))
    if decision.kind != Decision.Kind.REJECTION:
        return people
    confirmed = WaitingRejection.objects.filter(answer=decision.answer_id, decided_by__isnull=False)
    return people.exclude(pk__in=confirmed.values("decided_by"))


def independent_people(project: Project | None) -> QuerySet[Person]:
    """Select who may hear appeals of a project, or of none, except those involved."""
    current = Q(memberships__ended_at=None)
    runs = current & Q(
        memberships__role=Role.OPERATOR, memberships__organisation__kind=Organisation.Kind.OPERATOR
    )
    people = Person.objects.filter(is_active=True, is_service=False)
    if project is None:
        return people.filter(runs).distinct()
    reviews = current & Q(memberships__role=Role.REVIEWER, memberships__project=project)
    of_client = Membership.objects.filter(ended_at=None).filter(
        Q(organisation=project.organisation_id) | Q(project=project, role=Role.REQUESTER)
    )
    return (
        people.filter(runs | reviews)
        .exclude(pk__in=of_client.exclude(role=Role.WORKER).values("person"))
        .exclude(pk=project.created_by_id)
        .distinct()
    )


def appeals_waiting(person: Person) -> list[Appeal]:
    """List the appeals that wait for this person's answer, by deadline."""
    waiting = Appeal.objects.filter(answered_ms=None).select_related(
        "decision__project", "decision__worker", "decision__made_by", "held_by"
    )
    return [each for each in waiting.order_by("due_ms") if may_answer(person, each.decision)]


def count_appeals_waiting(person: Person, most: int = 20) -> int:
    """Count the appeals that wait for this person's answer, among the most urgent ones."""
    waiting = Appeal.objects.filter(answered_ms=None).select_related("decision__project")
    return sum(may_answer(person, each.decision) for each in waiting.order_by("due_ms")[:most])


def appeals_out_of_reach(project_ids: list[int]) -> list[Appeal]:
    """List waiting appeals of these projects that nobody independent can hear."""
    waiting = Appeal.objects.filter(answered_ms=None, decision__project__in=project_ids)
    appeals = waiting.select_related("decision__project", "decision__made_by").order_by("due_ms")
    return [each for each in appeals if not independent_of(each.decision).exists()]


def decisions_about(person: Person) -> list[Decision]:
    """List the decisions about a person, newest first, with their appeals."""
    decisions = Decision.objects.filter(person=person).select_related(
        *("project", "made_by", "appeal", "appeal__answered_by", "sanction"),
        *("answer__task", "answer__project", "answer__question_version"),
    )
    return list(decisions.order_by("-at_ms", "-id"))


def sanctions_of(worker_id: int, now_ms: int) -> list[Sanction]:
    """List the current and coming sanctions of a worker."""
    sanctions = Sanction.objects.filter(worker_id=worker_id, until_ms__gt=now_ms, lifted_ms=None)
    return list(sanctions.select_related("decision").order_by("from_ms"))


def decisions_in(project: Project, most: int = 100) -> list[Decision]:
    """List the decisions people made in a project, newest first."""
    decisions = Decision.objects.filter(project=project, made_by__isnull=False)
    decisions = decisions.select_related(
        "made_by", "worker__person", "answer__task", "appeal", "sanction"
    )
    return list(decisions.order_by("-id")[:most])


class Window(NamedTuple):
    """The number of answers of a project that may still be rejected, and the first deadline."""

    project: Project
    answers: int
    is_more: bool
    first_until_ms: int


def windows_of(projects: list[Project], now_ms: int) -> list[Window]:
    """Count the answers of each project that may still be rejected, at most a thousand."""
    windows = []
    for project in projects:
        newest = Answer.objects.filter(project=project).order_by("-id")[: MOST_COUNTED + 1]
        moments = [
            moment
            for moment in newest.values_list("answered_ms", flat=True)
            if is_rejectable(moment, now_ms)
        ]
        if moments:
            count = min(len(moments), MOST_COUNTED)
            until_ms = rejectable_until(min(moments))
            windows.append(Window(project, count, len(moments) > MOST_COUNTED, until_ms))
    return windows


def rejections_of(task: Task) -> dict[int, Decision]:
    """Return the standing rejections of answers to a task, by the answer's id."""
    rejections = Decision.objects.filter(
        answer__task=task, kind=Decision.Kind.REJECTION, undone_ms=None
    )
    return {rejection.answer_id: rejection for rejection in rejections if rejection.answer_id}


def appealed(begin_ms: int, end_ms: int) -> list[tuple[int, str, int | None]]:
    """List the appeals between two times: author, outcome, days until the answer."""
    appeals = Appeal.objects.filter(at_ms__gte=begin_ms, at_ms__lt=end_ms).order_by("id")
    return [
        (by, outcome, None if answered_ms is None else -(-(answered_ms - at_ms) // DAY_MS))
        for by, outcome, at_ms, answered_ms in appeals.values_list(
            "by_id", "outcome", "at_ms", "answered_ms"
        )
    ]
