"""What a person or program leaves behind that still gives access.

These are invitation links they created or used, keys they created, webhooks, and the address of an
outside model. What a key's program created counts as its creator's too. Reads only.
"""

from dataclasses import dataclass, field

from django.db.models import F, Q

from canut.core.clock import Ms, from_ms
from canut.store.tables.integrations import ApiKey, Webhook
from canut.store.tables.learning import LoopRule
from canut.store.tables.people import Invitation, InvitationUse, Membership, Role

CREATORS = (Role.REQUESTER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class OpenAccess:
    """What still gives access.

    Args:
        invitations: links that can still be used.
        keys: keys that still work.
        webhooks: addresses that still receive events.
        endpoints: rules that name an outside model, which receives the tasks of their project.
    """

    invitations: list[Invitation] = field(default_factory=list)
    keys: list[ApiKey] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)
    endpoints: list[LoopRule] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing gives access."""
        return not (self.invitations or self.keys or self.webhooks or self.endpoints)


def access_of_key(key: ApiKey, now_ms: Ms) -> OpenAccess:
    """Return what a key's program created that still gives access, wherever it is."""
    return _access_of([key.person_id], Q(), [], Q(), now_ms)


def access_of_member(membership: Membership, now_ms: Ms) -> OpenAccess:
    """Return what gives access where a role is held, and is known to the person who holds it.

    The links they used are included. What they created is left out while another role still allows
    them to create it.
    """
    if membership.project is not None:
        within, of_webhook = Q(project=membership.project_id), Q(project=membership.project_id)
        covering = within | Q(organisation=membership.project.organisation_id)
    else:
        within = Q(project__organisation=membership.organisation_id)
        of_webhook = within | Q(organisation=membership.organisation_id)
        covering = Q(organisation=membership.organisation_id)
    person = membership.person_id
    others = Membership.objects.filter(covering, person=person, role__in=CREATORS, ended_at=None)
    if others.exclude(pk=membership.pk).exists():
        used = Q(pk__in=InvitationUse.objects.filter(person=person).values("invitation"))
        return OpenAccess(invitations=_invitations(within & used, now_ms))
    keys = _keys(of_webhook & Q(made_by=person), now_ms)
    creators = [person, *(key.person_id for key in keys)]
    return _access_of(creators, within, keys, of_webhook, now_ms)


def _access_of(
    creators: list[int], within: Q, keys: list[ApiKey], of_webhook: Q, now_ms: Ms
) -> OpenAccess:
    """Return what these people and programs created or used within some projects."""
    used = Q(pk__in=InvitationUse.objects.filter(person__in=creators).values("invitation"))
    webhooks = Webhook.objects.filter(of_webhook, created_by__in=creators)
    rules = LoopRule.objects.filter(within, endpoint_by__in=creators).exclude(endpoint="")
    return OpenAccess(
        _invitations(within & (Q(created_by__in=creators) | used), now_ms),
        keys,
        list(webhooks.exclude(state=Webhook.State.STOPPED).order_by("id")),
        list(rules.select_related("project").order_by("project")),
    )


def _invitations(which: Q, now_ms: Ms) -> list[Invitation]:
    usable = Invitation.objects.filter(
        which, revoked_at=None, expires_at__gt=from_ms(now_ms), uses__lt=F("max_uses")
    )
    return list(usable.select_related("project").order_by("id"))


def _keys(which: Q, now_ms: Ms) -> list[ApiKey]:
    keys = ApiKey.objects.filter(which, revoked_at=None, expires_at__gt=from_ms(now_ms))
    return list(keys.select_related("project", "organisation").order_by("id"))
