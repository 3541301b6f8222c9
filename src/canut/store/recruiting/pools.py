"""Read an organisation's pool: members, groups, calls; and what a person agreed to."""

from typing import NamedTuple

from django.db.models import Count, Prefetch, QuerySet

from canut.store.tables.people import Organisation, Person
from canut.store.tables.recruiting.crowd import PoolCall, PoolGroup, PoolMember
from canut.store.tables.work import Worker


class PoolChoice(NamedTuple):
    """An organisation a person worked for, and their place in its pool; None if they have none."""

    organisation: Organisation
    member: PoolMember | None


def choices_of(person: Person) -> list[PoolChoice]:
    """List the organisations a person works or worked for, by name, with their place in each."""
    workers = Worker.objects.filter(person=person, project__is_simulated=False)
    organisations = Organisation.objects.filter(
        pk__in=workers.values("project__organisation")
    ).order_by("name", "id")
    groups = Prefetch("groups", queryset=PoolGroup.objects.order_by("name"))
    members = {
        member.organisation_id: member
        for member in PoolMember.objects.filter(person=person).prefetch_related(groups)
    }
    return [PoolChoice(own, members.get(own.pk)) for own in organisations]


def has_worked_for(person: Person, organisation_id: int) -> bool:
    """Return whether a person works or worked in a project of an organisation."""
    return Worker.objects.filter(person=person, project__organisation=organisation_id).exists()


def members_of(organisation_id: int) -> list[PoolMember]:
    """List the members of an organisation's pool, those who joined first first."""
    rows = PoolMember.objects.filter(organisation=organisation_id, person__is_active=True)
    return list(rows.select_related("person").prefetch_related("groups").order_by("since_ms", "id"))


def groups_of(organisation_id: int) -> list[PoolGroup]:
    """List the groups of an organisation's pool by name, with the size of each as ``size``."""
    rows = PoolGroup.objects.filter(organisation=organisation_id)
    return list(rows.annotate(size=Count("members")).order_by("name"))


def uncalled(project_id: int, organisation_id: int, group_id: int | None) -> "QuerySet[PoolMember]":
    """List members, of a group or all, who were not called to a project and do not work there."""
    rows = PoolMember.objects.filter(organisation=organisation_id, person__is_active=True)
    if group_id is not None:
        rows = rows.filter(groups=group_id)
    there = Worker.objects.filter(project=project_id, person__isnull=False)
    called = PoolCall.objects.filter(project=project_id)
    return (
        rows.exclude(person__in=there.values("person"))
        .exclude(pk__in=called.values("member"))
        .order_by("since_ms", "id")
    )


def calls_to(project_id: int) -> list[PoolCall]:
    """List the calls to a project, newest first."""
    rows = PoolCall.objects.filter(project=project_id).select_related(
        "member__person", "invitation"
    )
    return list(rows.order_by("-at_ms", "-id"))


def open_calls(person: Person) -> list[PoolCall]:
    """List the calls that a person can still follow, newest first."""
    rows = PoolCall.objects.filter(
        member__person=person,
        declined_ms=None,
        invitation__uses=0,
        invitation__revoked_at=None,
    ).select_related("project__organisation", "invitation")
    return [call for call in rows.order_by("-at_ms", "-id") if call.project.is_lending]
