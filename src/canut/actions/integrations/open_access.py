"""Remove members and revoke keys, with what they leave behind that still gives access.

An invitation link, a key, a webhook or the address of an outside model works on after the person or
program that created it has lost its role. By default it is closed in the same transaction; what is
open is in ``store.integrations.open_access``.
"""

from django.db import transaction

from canut.actions.integrations.api_keys import revoke_key
from canut.actions.people.accounts import end_membership, revoke_invitation
from canut.core.clock import Ms
from canut.store.integrations.open_access import OpenAccess, access_of_key, access_of_member
from canut.store.tables.integrations import ApiKey, Webhook
from canut.store.tables.learning import LoopRule
from canut.store.tables.people import Membership, Person


@transaction.atomic
def remove_member(
    membership: Membership, now_ms: Ms, *, by: Person | None, closes_access: bool = True
) -> OpenAccess:
    """End a role; return what still gave access, which is closed unless it is to stay.

    Args:
        membership: the role.
        now_ms: the moment, in milliseconds since 1970 UTC.
        by: who ends it, or the person themselves if they wish to leave.
        closes_access: whether to close what the person created or used that still gives access.

    Raises:
        Forbidden: as ``end_membership``.
    """
    access = access_of_member(membership, now_ms)
    end_membership(membership, now_ms, by=by)
    if closes_access:
        close_access(access, now_ms)
    return access


@transaction.atomic
def revoke_key_and_access(key: ApiKey, now_ms: Ms, *, closes_access: bool = True) -> OpenAccess:
    """Revoke a key; return what still gave access, which is closed unless it is to stay.

    Args:
        key: the key.
        now_ms: the moment, in milliseconds since 1970 UTC.
        closes_access: whether to close what its program created that still gives access.
    """
    access = access_of_key(key, now_ms)
    revoke_key(key, now_ms)
    if closes_access:
        close_access(access, now_ms)
    return access


@transaction.atomic
def close_access(access: OpenAccess, now_ms: Ms) -> None:
    """Revoke links and keys, stop webhooks, disconnect outside models."""
    for invitation in access.invitations:
        revoke_invitation(invitation, now_ms)
    for key in access.keys:
        revoke_key(key, now_ms)
    Webhook.objects.filter(pk__in=[webhook.pk for webhook in access.webhooks]).update(
        state=Webhook.State.STOPPED
    )
    LoopRule.objects.filter(pk__in=[rule.pk for rule in access.endpoints]).update(
        endpoint="", endpoint_by=None
    )
