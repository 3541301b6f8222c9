"""What can happen to a webhook: made, tried, paused, begun again, given another secret, removed.

Its secret is shown once, when it is made; it is kept sealed, under a label of its own.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from canut.actions.integrations.http_client import check_url
from canut.actions.integrations.outbox import enqueue_for
from canut.actions.integrations.task_closed_events import watch
from canut.actions.platform import encryption
from canut.core.errors import BadInput, Conflict, Missing
from canut.core.proofs.webhooks import encode_secret
from canut.store.integrations.webhooks import EVENTS, TEST, WATCHING, webhooks_of
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

LABEL = b"canut/webhooks/v1"
SECRET_BYTES = 32
MOST_WEBHOOKS = 20
OVERLAP_MS = 86_400_000  # how long the secret before signs too


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    """What somebody asks of a new webhook.

    Args:
        url: the address that is told.
        events: of what.
        for_organisation: of every project of the organisation, not of one alone.
    """

    url: str
    events: Iterable[str]
    for_organisation: bool = False


@transaction.atomic
def create_webhook(
    project: Project, wanted: WebhookSpec, *, by: Person, now: datetime
) -> tuple[Webhook, str]:
    """Have an address hear of a project, or of every project of its organisation.

    Returns:
        The webhook, and its secret, which is not shown again.

    Raises:
        BadInput: the address cannot be called, or an event is not known.
        Conflict: there are twenty already.
    """
    check_url(wanted.url, inside=settings.WEBHOOKS_INSIDE)
    chosen = _checked(wanted.events)
    Project.objects.select_for_update().get(id=project.pk)
    if webhooks_of(project).count() >= MOST_WEBHOOKS:
        raise Conflict(
            f"{MOST_WEBHOOKS} webhooks hear of this project already; remove one first",
            code="webhook-many",
            limit=MOST_WEBHOOKS,
        )
    public_id = secrets.token_hex(12)
    secret = encode_secret(secrets.token_bytes(SECRET_BYTES))
    webhook = Webhook.objects.create(
        public_id=public_id,
        project=None if wanted.for_organisation else project,
        organisation=project.organisation if wanted.for_organisation else None,
        url=wanted.url,
        events=chosen,
        sealed=encryption.seal(secret.encode(), LABEL, public_id.encode()),
        created_by=by,
        created_at=now,
    )
    if not WATCHING.isdisjoint(chosen):
        watch(project, webhook)
    return webhook, secret


@transaction.atomic
def change_webhook(
    webhook: Webhook,
    project: Project,
    *,
    url: str | None = None,
    events: Iterable[str] | None = None,
) -> Webhook:
    """Have a webhook called elsewhere, or told of something else; None leaves it as it is.

    Raises:
        BadInput: the address cannot be called, or an event is not known.
    """
    held = _held(webhook)
    if url is not None:
        check_url(url, inside=settings.WEBHOOKS_INSIDE)
        held.url = url
    chosen = held.events if events is None else _checked(events)
    begins = not WATCHING.isdisjoint(chosen) and WATCHING.isdisjoint(held.events)
    held.events = chosen
    held.save(update_fields=["url", "events"])
    if begins:
        watch(project, held)
    return held


@transaction.atomic
def renew_secret(webhook: Webhook, now_ms: int) -> str:
    """Give a webhook another secret; for a day the one before signs as well. Return the new one."""
    held = _held(webhook)
    secret = encode_secret(secrets.token_bytes(SECRET_BYTES))
    held.sealed_before, held.before_until_ms = held.sealed, now_ms + OVERLAP_MS
    held.sealed = encryption.seal(secret.encode(), LABEL, held.public_id.encode())
    held.save(update_fields=["sealed", "sealed_before", "before_until_ms"])
    return secret


def secrets_of(webhook: Webhook, now_ms: int) -> list[str]:
    """Open the secrets that sign now, the newest first.

    Raises:
        NotReady: they were sealed with another secret key.
    """
    sealed = [webhook.sealed]
    if webhook.sealed_before is not None and now_ms < webhook.before_until_ms:
        sealed.append(webhook.sealed_before)
    bound = webhook.public_id.encode()
    return [encryption.unseal(bytes(one), LABEL, bound).decode() for one in sealed]


@transaction.atomic
def pause_webhook(webhook: Webhook) -> None:
    """Send nothing more for now; what happens meanwhile waits."""
    Webhook.objects.filter(pk=webhook.pk).update(state=Webhook.State.PAUSED)


@transaction.atomic
def resume_webhook(webhook: Webhook, now_ms: int) -> None:
    """Send again, beginning with what waits."""
    Webhook.objects.filter(pk=webhook.pk).update(
        state=Webhook.State.ACTIVE, failures=0, rest_until_ms=0
    )
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    waiting.update(attempts=0, next_ms=now_ms)


@transaction.atomic
def remove_webhook(webhook: Webhook) -> None:
    """Forget a webhook and what was sent to it."""
    webhook.delete()


@transaction.atomic
def try_webhook(webhook: Webhook, project: Project, now: datetime) -> None:
    """Have a message sent that says nothing but that it is a test, even to one that stopped."""
    enqueue_for([webhook], project, TEST, {"test": True}, now)


@transaction.atomic
def replay(webhook: Webhook, delivery: int, now_ms: int) -> None:
    """Send one message again, under the same identifier.

    Raises:
        Missing: it was never written for this webhook, or is older than thirty days.
    """
    if not _again(webhook, now_ms, id=delivery):
        raise Missing(f"this webhook has no message {delivery}", code="delivery-missing")


@transaction.atomic
def replay_since(webhook: Webhook, since_ms: int, now_ms: int) -> int:
    """Send every message written since a moment again; return how many."""
    return _again(webhook, now_ms, created_ms__gte=since_ms)


def replay_lately(webhook: Webhook, lately_ms: int, now_ms: int) -> int:
    """Send every message of the last so many milliseconds again; return how many."""
    return replay_since(webhook, now_ms - lately_ms, now_ms)


def _again(webhook: Webhook, now_ms: int, **which: int) -> int:
    Webhook.objects.filter(pk=webhook.pk).update(rest_until_ms=0)
    found = Delivery.objects.filter(webhook=webhook, **which)
    return found.update(state=Delivery.State.WAITING, attempts=0, next_ms=now_ms)


def _checked(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    unknown = sorted(wanted - {*EVENTS})
    if unknown or not wanted:
        raise BadInput(
            f"unknown events {', '.join(unknown)}" if unknown else "no event is chosen",
            code="webhook-events",
        )
    return [event for event in EVENTS if event in wanted]


def _held(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update().get(pk=webhook.pk)
