"""Members over the API: roles in a project, invitation links, and the calling key."""

from datetime import timedelta
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.integrations.open_access import remove_member
from canut.actions.people.accounts import (
    InvitationFields,
    create_invitation,
    invitation_token,
    revoke_invitation,
)
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.reviews import create_reviewer_invitation
from canut.core.clock import from_ms
from canut.core.errors import Missing
from canut.store.integrations.api_keys import key_numbered
from canut.store.integrations.open_access import OpenAccess, access_of_member
from canut.store.models import Invitation, Membership, Role
from canut.store.people.organisations import members_of
from canut.web.kit.access import get_invitation, get_membership, open_invitations
from canut.web.kit.api.gate import actor_of, caller_of, project_of
from canut.web.kit.api.schemas import Into, Named, Number, Out, Sought, moment

Id = Annotated[Number, Path()]


class KeyOut(Out):
    """What this key is and what it may do."""

    id: int
    name: str
    prefix: str
    role: str
    organisation: Named | None
    project: str | None
    simulated: bool
    expires_at: str


class MemberOut(Out):
    """One role of one person or program."""

    id: int
    name: str
    role: str
    program: bool
    through_organisation: bool = Field(description="So it ends there, not in this project.")
    since: str


class Members(Out):
    """Who has a role in the project."""

    items: list[MemberOut]


class AccessOut(Out):
    """What still gives access after its creator's role ends."""

    invitations: list[int] = Field(description="Links that can still be used.")
    keys: list[int] = Field(description="Keys that still work.")
    webhooks: list[str] = Field(description="Webhooks that still receive events.")
    endpoints: list[str] = Field(description="Addresses of outside models.")


class MemberAccessOut(MemberOut):
    """One role, and what its holder knows or created that gives access in the project."""

    access: AccessOut


class RemovalIn(Sought):
    """How to end a role."""

    access: Literal["close", "keep"] = Field(
        "close", description="What becomes of the links, keys, webhooks and outside models."
    )


class RemovalOut(Out):
    """What was closed with a role, and what was left open."""

    closed: AccessOut
    open: AccessOut


class InvitationIn(Into):
    """An invitation to create."""

    role: Literal["requester", "worker", "reviewer", "auditor"] = "worker"
    max_uses: Annotated[int, Field(ge=1, le=10_000)] = 1
    days: Annotated[int, Field(ge=1, le=365)] = Field(30, description="How long it works.")
    note: Annotated[str, Field(max_length=120)] = ""


class InvitationOut(Out):
    """An invitation link that gives a role in the project."""

    id: int
    link: str
    role: str
    note: str
    uses: int
    max_uses: int
    expires_at: str
    revoked_at: str | None


class Invitations(Out):
    """Invitations, newest first."""

    items: list[InvitationOut]


def read_key(request: HttpRequest) -> dict[str, object]:
    """Return what this key is and what it may do."""
    key = key_numbered(caller_of(request).key)
    if key is None:
        raise Missing("this key is gone")
    return {
        "id": key.pk,
        "name": key.name,
        "prefix": key.prefix,
        "role": key.role,
        "organisation": key.organisation,
        "project": key.project and key.project.slug,
        "simulated": key.person.is_simulated,
        "expires_at": moment(key.expires_at),
    }


def list_members(request: HttpRequest, project: str) -> dict[str, object]:
    """List who has a role in the project, or one through its organisation."""
    target = project_of(request)
    own = [_member(membership, through=False) for membership in members_of(target)]
    return {
        "items": own
        + [_member(membership, through=True) for membership in members_of(target.organisation)]
    }


def read_member(request: HttpRequest, project: str, member: Id) -> dict[str, object]:
    """Return a role of a person, and what they know or created that gives access here."""
    membership = get_membership(project_of(request), member)
    access = access_of_member(membership, now_ms())
    return {**_member(membership, through=False), "access": _access(access)}


def end_member(
    request: HttpRequest, project: str, member: Id, query: Query[RemovalIn]
) -> dict[str, object]:
    """End a role in this project; answers and pay stay.

    Links, keys, webhooks and outside models that the person knows or created are closed with it,
    unless `access` is `keep`.
    """
    membership, closes = get_membership(project_of(request), member), query.access == "close"
    access = remove_member(membership, now_ms(), by=None, closes_access=closes)
    listed, none = _access(access), _access(OpenAccess())
    return {"closed": listed if closes else none, "open": none if closes else listed}


def list_invitations(request: HttpRequest, project: str) -> dict[str, object]:
    """List the invitations of the project."""
    return {
        "items": [_invitation(invitation) for invitation in open_invitations(project_of(request))]
    }


def invite(request: HttpRequest, project: str, body: InvitationIn) -> Status[object]:
    """Create a link that gives a role in the project to anyone who opens it."""
    now_ms = system_clock.now_ms()
    target, role = project_of(request), Role(body.role)
    fields: InvitationFields = {
        "by": actor_of(request),
        "expires_at": from_ms(now_ms) + timedelta(days=body.days),
        "max_uses": body.max_uses,
        "note": body.note,
        "now_ms": now_ms,
    }
    if role == Role.REVIEWER:
        invitation = create_reviewer_invitation(target, **fields)
    else:
        invitation = create_invitation(target, role, **fields)
    return Status(201, _invitation(invitation))


def withdraw(request: HttpRequest, project: str, invitation: Id) -> Status[None]:
    """Withdraw an invitation; people who used it stay."""
    revoke_invitation(get_invitation(project_of(request), invitation), now_ms())
    return Status(204, None)


def _member(membership: Membership, *, through: bool) -> dict[str, object]:
    return {
        "id": membership.pk,
        "name": str(membership.person),
        "role": membership.role,
        "program": membership.person.is_service,
        "through_organisation": through,
        "since": moment(membership.created_at),
    }


def _access(access: OpenAccess) -> dict[str, object]:
    return {
        "invitations": [invitation.pk for invitation in access.invitations],
        "keys": [key.pk for key in access.keys],
        "webhooks": [webhook.public_id for webhook in access.webhooks],
        "endpoints": [rule.endpoint for rule in access.endpoints],
    }


def _invitation(invitation: Invitation) -> dict[str, object]:
    path = reverse("join", args=[invitation_token(invitation)])
    return {
        "id": invitation.pk,
        "link": f"{settings.URL.rstrip('/')}{path}",
        "role": invitation.role,
        "note": invitation.note,
        "uses": invitation.uses,
        "max_uses": invitation.max_uses,
        "expires_at": moment(invitation.expires_at),
        "revoked_at": moment(invitation.revoked_at),
    }
