"""Select who decides on time that waits: the project's client, or whoever runs the instance.

The client decides on time in its projects, the operator on time on Canut's own pages. Where one of
them says nothing for five days, or where nobody there can decide, the other may as well. Nobody
decides on their own time.

Reads only.
"""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from canut.core.clock import DAY_MS, Ms
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.time import Claim
from canut.store.tables.work import Worker

SILENT_MS = 5 * DAY_MS
CLIENTS = (Role.REQUESTER, Role.OPERATOR)


class Decider(NamedTuple):
    """What a person may decide on: projects of theirs, and whether they run the instance."""

    projects: QuerySet[Project]
    is_operator: bool


def decider_of(person: Person) -> Decider:
    """Return the projects a person decides in as client, and whether they run the instance."""
    own = Membership.objects.filter(person=person, role__in=CLIENTS, ended_at=None)
    projects = Project.objects.filter(
        Q(id__in=own.filter(project__isnull=False).values("project"))
        | Q(organisation__in=own.filter(organisation__isnull=False).values("organisation"))
    )
    return Decider(projects, own.filter(role=Role.OPERATOR).exists())


def claims_to_decide(person: Person, now_ms: Ms) -> list[Claim]:
    """List the claims that wait and that this person may decide, by deadline."""
    claims = _decidable(person, now_ms).select_related("person", "project__organisation")
    return list(claims.order_by("due_ms", "id"))


def count_to_decide(person: Person, now_ms: Ms) -> int:
    """Return how many claims wait for this person."""
    if not Claim.objects.filter(state=Claim.State.PENDING).exists():  # as on most pages
        return 0
    return _decidable(person, now_ms).count()


def count_pending() -> int:
    """Return how many claims wait, whoever decides on them."""
    return Claim.objects.filter(state=Claim.State.PENDING).count()


def claim_in_reach(person: Person, number: int, now_ms: Ms) -> Claim | None:
    """Return a claim that this person may decide, or has decided; None for any other."""
    claims = Claim.objects.select_related(
        "person", "project__organisation", "decision", "decision__made_by"
    )
    reach = Q(id__in=_decidable(person, now_ms).values("id"))
    reach |= ~Q(state=Claim.State.PENDING) & Q(decision__made_by=person)
    return claims.filter(reach, id=number).first()


def count_with_others(person: Person, now_ms: Ms) -> int:
    """Return how many claims wait for somebody else, for who runs the instance to know."""
    if not decider_of(person).is_operator:
        return 0
    waiting = Claim.objects.filter(state=Claim.State.PENDING).exclude(person=person)
    return waiting.count() - count_to_decide(person, now_ms)


def _decidable(person: Person, now_ms: Ms) -> QuerySet[Claim]:
    projects, is_operator = decider_of(person)
    same_place = Q(project=OuterRef("project")) | Q(organisation=OuterRef("project__organisation"))
    claims = (
        Claim.objects.filter(state=Claim.State.PENDING)
        .exclude(person=person)
        .alias(
            has_client=Exists(_others(same_place)),
            has_operator=Exists(_others(Q(role=Role.OPERATOR))),
        )
    )
    is_silent = Q(made_ms__lte=now_ms - SILENT_MS)
    reach = Q(project__in=projects)
    if is_operator:
        return claims.filter(reach | Q(project=None) | is_silent | Q(has_client=False))
    workers = Worker.objects.filter(project__in=projects).values("person")
    members = Membership.objects.filter(project__in=projects).values("person")
    of_people = Q(person__in=workers) | Q(person__in=members)
    late = Q(project=None) & (is_silent | Q(has_operator=False)) & of_people
    return claims.filter(reach | late)


def _others(memberships: Q) -> QuerySet[Membership]:
    """Select who may decide on a claim, but for the person whose time it is."""
    return Membership.objects.filter(
        memberships,
        role__in=CLIENTS,
        ended_at=None,
        person__is_active=True,
        person__is_service=False,
    ).exclude(person=OuterRef("person"))


def claims_without_decider() -> QuerySet[Claim]:
    """Select the time that waits and that nobody here can decide on."""
    here = Q(project=OuterRef("project")) | Q(organisation=OuterRef("project__organisation"))
    return Claim.objects.filter(state=Claim.State.PENDING).exclude(
        Exists(_others(here | Q(role=Role.OPERATOR)))
    )
