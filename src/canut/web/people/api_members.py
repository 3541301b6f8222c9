"""Members over the API: who has a role in a project, the links by which others come; the key."""

from datetime import timedelta
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Status
from pydantic import Field

from canut.actions.people.accounts import (
    InvitationFields,
    create_invitation,
    end_membership,
    invitation_token,
    revoke_invitation,
)
from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.reviews import create_reviewer_invitation
from canut.core.clock import to_ms
from canut.core.errors import Missing
from canut.store.integrations.api_keys import key_numbered
from canut.store.models import Invitation, Membership, Role
from canut.store.people.organisations import members_of
from canut.web.kit.access import get_invitation, get_membership, open_invitations
from canut.web.kit.api.gate import actor_of, caller_of, project_of
from canut.web.kit.api.schemas import Into, Named, Number, Out, moment

Id = Annotated[Number, Path()]


class KeyOut(Out):
    """What this key is and may do."""

    id: int
    name: str
    prefix: str
    role: str
    organisation: Named | None
    project: str | None
    simulated: bool
    expires_at: str


class MemberOut(Out):
    """One role of somebody; a program is said to be one."""

    id: int
    name: str
    role: str
    program: bool
    through_organisation: bool = Field(description="So it ends there, not in this project.")
    since: str


class Members(Out):
    """Who has a role in the project."""

    items: list[MemberOut]


class InvitationIn(Into):
    """A link to make."""

    role: Literal["requester", "worker", "reviewer", "auditor"] = "worker"
    max_uses: Annotated[int, Field(ge=1, le=10_000)] = 1
    days: Annotated[int, Field(ge=1, le=365)] = Field(30, description="How long it works.")
    note: Annotated[str, Field(max_length=120)] = ""


class InvitationOut(Out):
    """A link that gives a role in the project to whoever opens it."""

    id: int
    link: str
    role: str
    note: str
    uses: int
    max_uses: int
    expires_at: str
    revoked_at: str | None


class Invitations(Out):
    """Links, newest first."""

    items: list[InvitationOut]


def read_key(request: HttpRequest) -> dict[str, object]:
    """Say what this key is and may do."""
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
    """List who has a role in the project, or in it through its organisation."""
    found = project_of(request)
    own = [_member(one, through=False) for one in members_of(found)]
    return {"items": own + [_member(one, through=True) for one in members_of(found.organisation)]}


def end_member(request: HttpRequest, project: str, member: Id) -> Status[None]:
    """Take a role in this project back; answers and pay stay."""
    end_membership(get_membership(project_of(request), member), now_ms())
    return Status(204, None)


def list_invitations(request: HttpRequest, project: str) -> dict[str, object]:
    """List the links of the project."""
    return {"items": [_invitation(one) for one in open_invitations(project_of(request))]}


def invite(request: HttpRequest, project: str, body: InvitationIn) -> Status[object]:
    """Make a link that gives a role in the project to whoever opens it."""
    now = timezone.now()
    found, role = project_of(request), Role(body.role)
    fields: InvitationFields = {
        "by": actor_of(request),
        "expires_at": now + timedelta(days=body.days),
        "max_uses": body.max_uses,
        "note": body.note,
        "now_ms": to_ms(now),
    }
    if role == Role.REVIEWER:
        made = create_reviewer_invitation(found, **fields)
    else:
        made = create_invitation(found, role, **fields)
    return Status(201, _invitation(made))


def withdraw(request: HttpRequest, project: str, invitation: Id) -> Status[None]:
    """Close a link; who came by it stays."""
    revoke_invitation(get_invitation(project_of(request), invitation), now_ms())
    return Status(204, None)


def _member(one: Membership, *, through: bool) -> dict[str, object]:
    return {
        "id": one.pk,
        "name": str(one.person),
        "role": one.role,
        "program": one.person.is_service,
        "through_organisation": through,
        "since": moment(one.created_at),
    }


def _invitation(one: Invitation) -> dict[str, object]:
    path = reverse("join", args=[invitation_token(one)])
    return {
        "id": one.pk,
        "link": f"{settings.URL.rstrip('/')}{path}",
        "role": one.role,
        "note": one.note,
        "uses": one.uses,
        "max_uses": one.max_uses,
        "expires_at": moment(one.expires_at),
        "revoked_at": moment(one.revoked_at),
    }
