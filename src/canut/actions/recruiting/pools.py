"""Keep an organisation's pool: people who worked for it and agreed to be asked again.

A person joins by their own yes and leaves at once, by one click; their groups and open calls go
with them. No other organisation is shown that they are there. Being in a pool, leaving it or
declining a call is no criterion of anything.
"""

from django.db import transaction

from canut.actions.people.accounts import create_invitation
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.store.recruiting.pools import has_worked_for, uncalled
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.crowd import PoolCall, PoolGroup, PoolMember

LONGEST_NAME = 60
MOST_GROUPS = 50
MOST_CALLED = 1_000
CALL_DAYS = 30


@transaction.atomic
def join_pool(person: Person, organisation_id: int, now_ms: Ms) -> PoolMember:
    """Put a person into the pool of an organisation they worked for; twice is once.

    Raises:
        Forbidden: ``pool-no-work``: they never worked for it.
    """
    if person.is_service or not has_worked_for(person, organisation_id):
        raise Forbidden("you never worked for this organisation", code="pool-no-work")
    member, _is_new = PoolMember.objects.get_or_create(
        organisation_id=organisation_id, person=person, defaults={"since_ms": now_ms}
    )
    return member


@transaction.atomic
def leave_pool(person: Person, organisation_id: int, now_ms: Ms) -> None:
    """Take a person out of a pool at once, with their groups; open calls end."""
    member = PoolMember.objects.filter(person=person, organisation=organisation_id).first()
    if member is None:
        return
    Invitation.objects.filter(pool_call__member=member, uses=0, revoked_at=None).update(
        revoked_at=from_ms(now_ms)
    )
    member.delete()


@transaction.atomic
def make_group(organisation_id: int, name: str, *, by: Person, now_ms: Ms) -> PoolGroup:
    """Make a group of a pool.

    Raises:
        Incomplete: ``group-name``.
        Conflict: ``group-exists``, or ``group-many``.
    """
    plain = name.strip()[:LONGEST_NAME]
    if not plain:
        raise Incomplete("give the group a name", code="group-name", field="name")
    existing = PoolGroup.objects.filter(organisation=organisation_id)
    if existing.filter(name__iexact=plain).exists():
        raise Conflict(f"there is a group {plain!r} already", code="group-exists")
    if existing.count() >= MOST_GROUPS:
        raise Conflict(f"a pool has {MOST_GROUPS} groups at most", code="group-many")
    return PoolGroup.objects.create(
        organisation_id=organisation_id, name=plain, by=by, at_ms=now_ms
    )


@transaction.atomic
def delete_group(organisation_id: int, group_id: int) -> None:
    """Delete a group; its members stay in the pool."""
    PoolGroup.objects.filter(organisation=organisation_id, pk=group_id).delete()


@transaction.atomic
def set_groups(organisation_id: int, member_id: int, group_ids: list[int]) -> None:
    """Set the groups of a member.

    Raises:
        Missing: ``pool-member``: they left, or belong to another organisation.
        BadInput: ``group-unknown``.
    """
    member = PoolMember.objects.filter(organisation=organisation_id, pk=member_id).first()
    if member is None:
        raise Missing("this person is not in your pool", code="pool-member")
    groups = list(PoolGroup.objects.filter(organisation=organisation_id, pk__in=group_ids))
    if len(groups) != len(set(group_ids)):
        raise BadInput("a group of another organisation", code="group-unknown")
    member.groups.set(groups)


@transaction.atomic
def call_pool(project: Project, group_id: int | None, *, by: Person, now_ms: Ms) -> int:
    """Offer a project to a group, or the whole pool; return to how many people.

    Each gets a link of their own for thirty days, shown on their pages. Who was called before or
    works there is not called again.

    Raises:
        BadInput: ``group-unknown``.
        Missing: ``pool-nobody``: nobody is left to call.
    """
    groups = PoolGroup.objects.filter(organisation=project.organisation_id)
    if group_id is not None and not groups.filter(pk=group_id).exists():
        raise BadInput("a group of another organisation", code="group-unknown")
    members = list(uncalled(project.pk, project.organisation_id, group_id)[:MOST_CALLED])
    if not members:
        raise Missing("everybody there was called, or works here", code="pool-nobody")
    for member in members:
        invitation = create_invitation(
            project,
            Role.WORKER,
            by=by,
            expires_at=from_ms(now_ms + CALL_DAYS * DAY_MS),
            max_uses=1,
            note=str(member.person),
            now_ms=now_ms,
        )
        PoolCall.objects.create(
            project=project, member=member, invitation=invitation, by=by, at_ms=now_ms
        )
    return len(members)


@transaction.atomic
def decline_call(person: Person, call_id: int, now_ms: Ms) -> None:
    """Decline a call; nothing follows from it.

    Raises:
        Missing: ``call-gone``.
    """
    call = PoolCall.objects.filter(pk=call_id, member__person=person).first()
    if call is None:
        raise Missing("there is no such call to you", code="call-gone")
    PoolCall.objects.filter(pk=call.pk, declined_ms=None).update(declined_ms=now_ms)
