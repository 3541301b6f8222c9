"""Create, test, pause, resume and remove webhooks, and renew their secrets.

The secret is displayed once, when it is created, and stored encrypted.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from canut.actions.integrations.http_client import check_url
from canut.actions.integrations.outbox import enqueue_for
from canut.actions.integrations.task_closed_events import watch
from canut.actions.platform import encryption
from canut.actions.platform.bulk_pacing import in_chunks
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import BadInput, Conflict, Missing
from canut.core.proofs.webhooks import encode_secret
from canut.store.integrations.webhooks import EVENTS, TEST, WATCHING, webhooks_of
from canut.store.tables.integrations import Delivery, Webhook
from canut.store.tables.people import Organisation, Person
from canut.store.tables.projects import Project

LABEL = b"canut/webhooks/v1"
SECRET_BYTES = 32
MOST_WEBHOOKS = 20
OVERLAP_MS = DAY_MS  # how long the secret before signs too


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    """A new webhook as requested.

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
    project: Project, spec: WebhookSpec, *, by: Person, now_ms: Ms
) -> tuple[Webhook, str]:
    """Subscribe an address to a project, or to every project of its organisation.

    Returns:
        The webhook, and its secret, which is not shown again.

    Raises:
        BadInput: the address cannot be called, or an event is not known.
        Conflict: there are twenty already.
    """
    check_url(spec.url, inside=settings.WEBHOOKS_INSIDE)
    chosen = _checked(spec.events)
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
        project=None if spec.for_organisation else project,
        organisation=project.organisation if spec.for_organisation else None,
        url=spec.url,
        events=chosen,
        sealed=encryption.seal(secret.encode(), LABEL, public_id.encode()),
        created_by=by,
        created_at=from_ms(now_ms),
    )
    if not WATCHING.isdisjoint(chosen):
        watch(project, webhook)
    return webhook, secret


@transaction.atomic
def subscribe_address(
    url: str, owner: Organisation | Project, *, by: Person, now_ms: Ms, is_new: bool = False
) -> Webhook:
    """Return the webhook of an address that hears of no event, only of what is written to it.

    One that had stopped begins again.

    Args:
        url: the address.
        owner: the project it belongs to, or the whole organisation.
        by: who subscribes it.
        now_ms: the moment.
        is_new: whether another one is made though the address has one.

    Raises:
        BadInput: the address cannot be called.
        Conflict: ``webhook-many``: there are twenty already.
    """
    check_url(url, inside=settings.WEBHOOKS_INSIDE)
    project = owner if isinstance(owner, Project) else None
    organisation = owner if isinstance(owner, Organisation) else None
    number = project.organisation_id if project is not None else owner.pk
    Organisation.objects.select_for_update(no_key=True).get(pk=number)
    own = Webhook.objects.filter(project=project, organisation=organisation)
    existing = own.filter(url=url, events=[]).order_by("id").first()
    if existing is not None and not is_new:
        if existing.state == Webhook.State.STOPPED:
            resume_webhook(existing, now_ms)
        return existing
    if own.filter(events=[]).count() >= MOST_WEBHOOKS:
        raise Conflict(
            f"{MOST_WEBHOOKS} addresses are told already; remove one first",
            code="webhook-many",
            limit=MOST_WEBHOOKS,
        )
    public_id = secrets.token_hex(12)
    secret = encode_secret(secrets.token_bytes(SECRET_BYTES))
    return Webhook.objects.create(
        public_id=public_id,
        project=project,
        organisation=organisation,
        url=url,
        events=[],
        sealed=encryption.seal(secret.encode(), LABEL, public_id.encode()),
        created_by=by,
        created_at=from_ms(now_ms),
    )


@transaction.atomic
def change_webhook(
    webhook: Webhook,
    project: Project,
    *,
    url: str | None = None,
    events: Iterable[str] | None = None,
) -> Webhook:
    """Change a webhook's address or events; None leaves a field as it is.

    Raises:
        BadInput: the address cannot be called, or an event is not known.
    """
    locked = _held(webhook)
    if url is not None:
        check_url(url, inside=settings.WEBHOOKS_INSIDE)
        locked.url = url
    chosen = locked.events if events is None else _checked(events)
    begins = not WATCHING.isdisjoint(chosen) and WATCHING.isdisjoint(locked.events)
    locked.events = chosen
    locked.save(update_fields=["url", "events"])
    if begins:
        watch(project, locked)
    return locked


@transaction.atomic
def renew_secret(webhook: Webhook, now_ms: int) -> str:
    """Replace a webhook's secret; the old one also signs for a day. Return the new one."""
    locked = _held(webhook)
    secret = encode_secret(secrets.token_bytes(SECRET_BYTES))
    locked.sealed_before, locked.before_until_ms = locked.sealed, now_ms + OVERLAP_MS
    locked.sealed = encryption.seal(secret.encode(), LABEL, locked.public_id.encode())
    locked.save(update_fields=["sealed", "sealed_before", "before_until_ms"])
    return secret


def secrets_of(webhook: Webhook, now_ms: int) -> list[str]:
    """Decrypt the secrets that sign now, newest first.

    Raises:
        NotReady: they were sealed with another secret key.
    """
    sealed = [webhook.sealed]
    if webhook.sealed_before is not None and now_ms < webhook.before_until_ms:
        sealed.append(webhook.sealed_before)
    bound = webhook.public_id.encode()
    return [encryption.unseal(bytes(secret), LABEL, bound).decode() for secret in sealed]


@transaction.atomic
def pause_webhook(webhook: Webhook) -> None:
    """Pause a webhook; new messages wait."""
    Webhook.objects.filter(pk=webhook.pk).update(state=Webhook.State.PAUSED)


def resume_webhook(webhook: Webhook, now_ms: int) -> None:
    """Resume a webhook, beginning with the waiting messages."""
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    in_chunks(waiting, lambda some: some.update(attempts=0, next_ms=now_ms))
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(
            state=Webhook.State.ACTIVE, failures=0, rest_until_ms=0
        )


def remove_webhook(webhook: Webhook) -> None:
    """Stop a webhook, then delete its messages and itself."""
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(state=Webhook.State.STOPPED)
    in_chunks(Delivery.objects.filter(webhook=webhook), lambda some: some.delete())
    with transaction.atomic():
        webhook.delete()


@transaction.atomic
def try_webhook(webhook: Webhook, project: Project, now_ms: Ms) -> None:
    """Send a test message, even to a stopped webhook."""
    enqueue_for([webhook], project, TEST, {"test": True}, now_ms)


def replay(webhook: Webhook, delivery: int, now_ms: int) -> None:
    """Send one message again, under the same identifier.

    Raises:
        Missing: it was never written for this webhook, or is older than thirty days.
    """
    if not _again(webhook, now_ms, id=delivery):
        raise Missing(f"this webhook has no message {delivery}", code="delivery-missing")


def replay_since(webhook: Webhook, since_ms: int, now_ms: int) -> int:
    """Send every message written since a moment again; return how many."""
    return _again(webhook, now_ms, created_ms__gte=since_ms)


def replay_lately(webhook: Webhook, lately_ms: int, now_ms: int) -> int:
    """Send every message of the last given milliseconds again; return how many."""
    return replay_since(webhook, now_ms - lately_ms, now_ms)


def _again(webhook: Webhook, now_ms: int, **which: int) -> int:
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(rest_until_ms=0)
    deliveries = Delivery.objects.filter(webhook=webhook, **which)
    again = {"state": Delivery.State.WAITING, "attempts": 0, "next_ms": now_ms}
    return in_chunks(deliveries, lambda some: some.update(**again))


def _checked(events: Iterable[str]) -> list[str]:
    requested = set(events)
    unknown = sorted(requested - {*EVENTS})
    if unknown or not requested:
        raise BadInput(
            f"unknown events {', '.join(unknown)}" if unknown else "no event is chosen",
            code="webhook-events",
        )
    return [event for event in EVENTS if event in requested]


def _held(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update().get(pk=webhook.pk)
