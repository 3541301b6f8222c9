"""Words for what still gives access after a removal: links, keys, webhooks, outside models."""

from django.http import QueryDict

from canut.store.integrations.open_access import OpenAccess
from canut.store.tables.people import Invitation
from canut.web.kit.messages import message_now

KEEPS = "keep"


def describe_access(access: OpenAccess) -> list[str]:
    """Return one short text for each thing that gives access."""
    return [
        *(_describe_link(invitation) for invitation in access.invitations),
        *(message_now("page.access.key", name=key.name, prefix=key.prefix) for key in access.keys),
        *(message_now("page.access.webhook", url=webhook.url) for webhook in access.webhooks),
        *(
            message_now("page.access.endpoint", url=rule.endpoint, project=rule.project.title)
            for rule in access.endpoints
        ),
    ]


def _describe_link(invitation: Invitation) -> str:
    facts = {"role": invitation.role, "project": invitation.project.title}
    if invitation.note:
        return message_now("page.access.link_with_note", note=invitation.note, **facts)
    return message_now("page.access.link", **facts)


def closes_access(sent: QueryDict) -> bool:
    """Return whether a form asks to close what still gives access; by default it does."""
    return sent.get("access") != KEEPS


def message_of(access: OpenAccess, *, closed: bool) -> str:
    """Return what became of it, for the message after a removal; empty if there was nothing."""
    if access.is_empty:
        return ""
    name = "page.access.was_closed" if closed else "page.access.stays_open"
    return message_now(name, items=", ".join(describe_access(access)))
