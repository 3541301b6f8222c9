"""Who is in office as an ethics reviewer, who votes in the council, and who may act on a project.

Reads only. Nobody acts as a reviewer of a project that they ask for, mark in or run.
"""

from django.db.models import Q

from canut.core.clock import Ms
from canut.core.ethics.authority import Office
from canut.core.ethics.office import LESSONS_NEEDED
from canut.store.lessons.attempts import passed_lessons
from canut.store.tables.ethics import (
    EthicsNominee,
    EthicsRecall,
    EthicsRecallVoter,
    EthicsReview,
    EthicsTerm,
)
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.projects import Project

MARKING = (Role.REQUESTER, Role.REVIEWER)


def terms_in_office(now_ms: Ms) -> list[EthicsTerm]:
    """List the terms that run now, reviewers before deputies, oldest first."""
    rows = EthicsTerm.objects.filter(ended_ms=None, ends_ms__gt=now_ms)
    return list(rows.select_related("person").order_by("is_deputy", "begins_ms", "id"))


def term_of(person: Person, now_ms: Ms) -> EthicsTerm | None:
    """Return the term a person serves now."""
    return EthicsTerm.objects.filter(person=person, ended_ms=None, ends_ms__gt=now_ms).first()


def count_terms(person: Person) -> int:
    """Count the terms a person was ever elected to."""
    return EthicsTerm.objects.filter(person=person).count()


def last_served_ms(person_id: int) -> Ms | None:
    """Return when a person's last term ended; -1 while one runs, None without any."""
    rows = EthicsTerm.objects.filter(person=person_id).order_by("-id")
    ended = list(rows.values_list("ended_ms", flat=True)[:1])
    if not ended:
        return None
    return -1 if ended[0] is None else ended[0]


def is_involved(person_id: int, project: Project) -> bool:
    """Return whether a person runs the instance, or asks for or marks in this project."""
    roles = Membership.objects.filter(person=person_id, ended_at=None)
    of_project = Q(project=project) | Q(organisation=project.organisation_id)
    own = roles.filter(Q(role=Role.OPERATOR) | (Q(role__in=MARKING) & of_project))
    return project.created_by_id == person_id or own.exists()


def reviewers_for(project: Project, now_ms: Ms) -> list[EthicsTerm]:
    """List who may review a project: reviewers, or deputies where every reviewer is involved."""
    terms = [term for term in terms_in_office(now_ms) if not is_involved(term.person_id, project)]
    return [term for term in terms if not term.is_deputy] or terms


def council_ids() -> frozenset[int]:
    """Return the representatives in office who do not run the instance."""
    current = Membership.objects.filter(ended_at=None)
    operators = current.filter(role=Role.OPERATOR).values("person")
    elected = current.filter(role=Role.REPRESENTATIVE, election__isnull=False)
    return frozenset(elected.exclude(person__in=operators).values_list("person", flat=True))


def is_operator(person: Person) -> bool:
    """Return whether a person runs the instance."""
    return Membership.objects.filter(person=person, role=Role.OPERATOR, ended_at=None).exists()


def offices_of(person: Person, project: Project, now_ms: Ms) -> frozenset[Office]:
    """Return from which positions a person acts on a project."""
    offices: set[Office] = set()
    if any(term.person_id == person.pk for term in reviewers_for(project, now_ms)):
        offices.add(Office.REVIEWER)
    if person.pk in council_ids() and not is_involved(person.pk, project):
        offices.add(Office.COUNCIL)
    current = Membership.objects.filter(person=person, ended_at=None)
    of_project = Q(project=project) | Q(organisation=project.organisation_id)
    if current.filter(of_project, role=Role.REQUESTER).exists():
        offices.add(Office.REQUESTER)
    if current.filter(role=Role.OPERATOR).exists():
        offices.add(Office.OPERATOR)
    if may_assist(person, project, now_ms):
        offices.add(Office.CANDIDATE)
    return frozenset(offices)


def may_assist(person: Person, project: Project, now_ms: Ms) -> bool:
    """Return whether a person may review blind beside the reviewer.

    They mastered the twelve lessons or are proposed from outside, are not in office, and are not
    involved. A review with a trade secret is read by the reviewer alone.
    """
    has_lessons = len(passed_lessons(person.pk)) >= LESSONS_NEEDED
    is_candidate = has_lessons or EthicsNominee.objects.filter(person=person).exists()
    if EthicsReview.objects.filter(project=project).exclude(masked="").exists():
        return False
    is_free = term_of(person, now_ms) is None and not is_involved(person.pk, project)
    return is_candidate and is_free and not person.is_service


def nominee_of(person: Person) -> EthicsNominee | None:
    """Return the proposal of somebody from outside."""
    return EthicsNominee.objects.filter(person=person).first()


def nominees() -> list[EthicsNominee]:
    """List who was proposed from outside, by name."""
    rows = EthicsNominee.objects.select_related("person", "by")
    return sorted(rows, key=lambda row: str(row.person).casefold())


def running_recall() -> EthicsRecall | None:
    """Return the ballot on a recall that is not counted yet, if any."""
    rows = EthicsRecall.objects.filter(counted_ms=None).select_related("term__person")
    return rows.order_by("id").first()


def recall_right(recall: EthicsRecall, person: Person) -> EthicsRecallVoter | None:
    """Return a person's right to vote on a recall."""
    return EthicsRecallVoter.objects.filter(recall=recall, person=person).first()


def counted_recalls(limit: int) -> list[EthicsRecall]:
    """List the newest ballots on recalls that were counted."""
    rows = EthicsRecall.objects.filter(counted_ms__isnull=False).select_related("term__person")
    return list(rows.order_by("-id")[:limit])


def account_named(name: str) -> Person | None:
    """Return somebody who signs in with a name."""
    return Person.objects.filter(username=name, is_active=True, is_service=False).first()
