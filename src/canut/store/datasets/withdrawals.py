"""Requests to withdraw an item: which wait, what they match, and what was withdrawn. Reads only."""

import json
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from canut.store.decisions.appeals import independent_people
from canut.store.tables.datasets import Card, WithdrawalRequest, WithdrawnTask
from canut.store.tables.people import Membership, Organisation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task

State = WithdrawalRequest.State
MOST_MATCHES = 200
SHORTEST_TEXT = 3


def withdrawn_count(project_id: int, until_ms: int | None = None) -> int:
    """Count the withdrawn items of a project.

    Args:
        project_id: whose items.
        until_ms: the moment a version of its dataset was made; None for now.
    """
    rows = WithdrawnTask.objects.filter(project=project_id)
    return (rows if until_ms is None else rows.filter(at_ms__lte=until_ms)).count()


def withdrawn_since(card: Card) -> int:
    """Count the items that were withdrawn after a version of a dataset was made."""
    return WithdrawnTask.objects.filter(project=card.project_id, at_ms__gt=card.made_ms).count()


def withdrawn_tasks(project_id: int) -> set[int]:
    """Return the withdrawn tasks of a project."""
    return set(WithdrawnTask.objects.filter(project=project_id).values_list("pk", flat=True))


def is_withdrawn(task_id: int) -> bool:
    """Return whether the item of a task was withdrawn."""
    return WithdrawnTask.objects.filter(pk=task_id).exists()


def project_of_form(slug: str) -> Project | None:
    """Return the project whose form is public; None for a draft."""
    projects = Project.objects.filter(slug=slug).exclude(state=Project.State.DRAFT)
    return projects.select_related("organisation").first()


def request_numbered(number: int) -> WithdrawalRequest | None:
    """Return a request; None if there is none."""
    rows = WithdrawalRequest.objects.select_related("project__organisation", "decided_by")
    return rows.filter(pk=number).first()


def waiting_of(project_id: int) -> int:
    """Count the requests of a project that wait for an answer."""
    return WithdrawalRequest.objects.filter(project=project_id, state=State.WAITING).count()


def requests_in(projects: Iterable[Project], most: int = 200) -> list[WithdrawalRequest]:
    """List the requests of projects: those that wait first, the most urgent before the others."""
    rows = WithdrawalRequest.objects.filter(project__in=list(projects))
    rows = rows.select_related("project", "decided_by")
    waiting = list(rows.filter(state=State.WAITING).order_by("due_ms", "id")[:most])
    answered = rows.exclude(state=State.WAITING).order_by("-decided_ms", "-id")[:most]
    return waiting + list(answered)


def appeals_for(person: Person, most: int = 50) -> list[WithdrawalRequest]:
    """List the appeals of refusals that this person may answer, by deadline."""
    rows = WithdrawalRequest.objects.filter(appeal_ms__isnull=False, appeal_answered_ms=None)
    rows = rows.select_related("project__organisation", "decided_by").order_by("appeal_due_ms")
    return [row for row in rows[:most] if may_answer_appeal(person, row)]


def may_answer_appeal(person: Person, request: WithdrawalRequest) -> bool:
    """Return whether a person may answer the appeal of a refusal: independent, and another."""
    people = independent_people(request.project).exclude(pk=request.decided_by_id or 0)
    return people.filter(pk=person.pk).exists()


def count_to_answer(projects: QuerySet[Project], person: Person, now_ms: int) -> int:
    """Count what waits for a person.

    That is requests of their projects, appeals they may answer, and, for who runs the instance,
    what is overdue in the projects of others.
    """
    waiting = WithdrawalRequest.objects.filter(state=State.WAITING, project__in=projects)
    elsewhere = overdue_elsewhere(projects, person, now_ms)
    return waiting.count() + len(appeals_for(person)) + len(elsewhere)


def overdue_elsewhere(
    projects: QuerySet[Project], person: Person, now_ms: int, most: int = 100
) -> list[WithdrawalRequest]:
    """List overdue requests of others' projects for who runs the instance; none for others."""
    runs = Membership.objects.filter(
        person=person,
        ended_at=None,
        role=Role.OPERATOR,
        organisation__kind=Organisation.Kind.OPERATOR,
    )
    if not runs.exists():
        return []
    waiting = WithdrawalRequest.objects.filter(state=State.WAITING, due_ms__lt=now_ms)
    rows = waiting.exclude(project__in=projects).select_related("project__organisation")
    return list(rows.order_by("due_ms")[:most])


def count_overdue(projects: QuerySet[Project], person: Person, now_ms: int) -> int:
    """Count the requests whose thirty days are over, in projects and for who runs the instance."""
    waiting = WithdrawalRequest.objects.filter(state=State.WAITING, due_ms__lt=now_ms)
    own = waiting.filter(project__in=projects).count()
    return own + len(overdue_elsewhere(projects, person, now_ms))


def matches_of(request: WithdrawalRequest) -> list[Task]:
    """Find the tasks that hold what a request names, oldest first, at most 200.

    A hash is sought among pictures and sounds, an address and words in all cells and identifiers.
    """
    sought = Q(pk=None)
    if request.sha256:
        sought |= Q(data__contains=request.sha256)
    for text in filter(None, (request.address.strip(), request.words.strip())):
        sought |= Q(key=text)
        if len(text) >= SHORTEST_TEXT:
            sought |= Q(data__contains=json.dumps(text, ensure_ascii=False)[1:-1])
    tasks = Task.objects.filter(sought, project=request.project_id, withdrawn=None)
    return list(tasks.order_by("id")[:MOST_MATCHES])


def sharing_media(project_id: int, sha256: str) -> list[int]:
    """Return the tasks of a project that show a picture or sound."""
    tasks = Task.objects.filter(project=project_id, withdrawn=None, data__contains=sha256)
    return list(tasks.values_list("pk", flat=True))


def tasks_of(request: WithdrawalRequest) -> list[WithdrawnTask]:
    """List what a request withdrew."""
    return list(WithdrawnTask.objects.filter(request=request).order_by("pk"))


def undeleted_files(limit: int) -> Sequence[WithdrawnTask]:
    """List withdrawn tasks with media that are still to delete."""
    return list(WithdrawnTask.objects.exclude(files=[]).order_by("pk")[:limit])
