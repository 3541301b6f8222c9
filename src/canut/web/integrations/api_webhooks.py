"""Webhooks over the API: subscriptions, the log of deliveries, and redelivery."""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.integrations import webhooks as acts
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Forbidden, Missing
from canut.store.integrations.webhooks import KEPT_DAYS, log_of, waiting_of, webhook_in, webhooks_of
from canut.store.models import Delivery, Project, Webhook
from canut.web.kit.api.gate import actor_of, caller_of, project_of
from canut.web.kit.api.schemas import Into, ListQuery, Number, Out, moment, page_of, place_of

Id = Annotated[Number, Path()]
URL_LENGTH = 500
type Address = Annotated[str, Field(min_length=1, max_length=URL_LENGTH)]
type Events = Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1)]


class WebhookIn(Into):
    """The URL of a webhook and its events."""

    url: Address = Field(examples=["https://example.org/canut"])
    events: Events = Field(examples=[["task.closed", "export.ready"]])
    organisation: bool = Field(
        default=False, description="Hear of every project of the organisation."
    )


class WebhookChanges(Into):
    """Changes of a webhook; omitted fields stay as they are."""

    url: Address | None = Field(None, examples=["https://example.org/canut"])
    events: Events | None = None
    state: Literal["active", "paused"] | None = Field(
        None, description="`active` begins again, with what waits."
    )


class Lately(Into):
    """How far back messages are redelivered."""

    seconds: Annotated[int, Field(ge=1, le=KEPT_DAYS * 86_400)] = Field(examples=[3_600])


class WebhookOut(Out):
    """A webhook; `stopped`: it failed eleven times in a row, or answered 410 Gone."""

    id: int
    url: str
    events: list[str]
    state: Literal["active", "paused", "stopped"]
    organisation: bool
    failures: int = Field(description="Attempts that failed since the last that did not.")
    waiting: int = Field(description="Messages still to be sent, up to 1,000.")
    created_at: str


class WebhookMade(WebhookOut):
    """A webhook with its secret, which is shown once."""

    secret: str


class Webhooks(Out):
    """Webhooks of the project and of its organisation."""

    items: list[WebhookOut]


class DeliveryOut(Out):
    """One message and the result of its last attempt."""

    id: int
    message: str = Field(description="The `webhook-id` the receiver gets.")
    type: str
    body: dict[str, Any]
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    code: int | None = Field(description="The status that was answered.")
    error: str | None = Field(description="In a word, why it did not arrive.")
    response: str
    created_at: str
    tried_at: str | None
    next_at: str | None


class DeliveryPage(Out):
    """Messages, newest first."""

    items: list[DeliveryOut]
    next: str | None


class Resent(Out):
    """The number of messages to redeliver."""

    messages: int


def list_webhooks(request: HttpRequest, project: str) -> dict[str, object]:
    """List the webhooks of the project and of its organisation."""
    return {"items": [_told(webhook) for webhook in webhooks_of(project_of(request))]}


def add(request: HttpRequest, project: str, body: WebhookIn) -> Status[object]:
    """Create a webhook; its secret is shown once."""
    target = project_of(request)
    if body.organisation:
        _check_speaks_for_all(request)
    spec = acts.WebhookSpec(body.url, body.events, for_organisation=body.organisation)
    created, secret = acts.create_webhook(target, spec, by=actor_of(request), now_ms=now_ms())
    return Status(201, _told(created) | {"secret": secret})


def read_webhook(request: HttpRequest, project: str, webhook: Id) -> dict[str, object]:
    """Read one webhook, and whether messages wait."""
    return _told(_found(project_of(request), webhook))


def change(
    request: HttpRequest, project: str, webhook: Id, body: WebhookChanges
) -> dict[str, object]:
    """Change a webhook's URL or events; pause or resume it."""
    target, stored = _mine(request, webhook)
    acts.change_webhook(stored, target, url=body.url, events=body.events)
    if body.state == "paused":
        acts.pause_webhook(stored)
    elif body.state == "active":
        acts.resume_webhook(stored, now_ms())
    return _told(_found(target, webhook))


def remove(request: HttpRequest, project: str, webhook: Id) -> Status[None]:
    """Delete a webhook and its deliveries."""
    _project, stored = _mine(request, webhook)
    acts.remove_webhook(stored)
    return Status(204, None)


def renew_secret(request: HttpRequest, project: str, webhook: Id) -> dict[str, object]:
    """Replace a webhook's secret; the old one also signs for one more day."""
    target, stored = _mine(request, webhook)
    secret = acts.renew_secret(stored, now_ms())
    return _told(_found(target, webhook)) | {"secret": secret}


def send_test(request: HttpRequest, project: str, webhook: Id) -> Status[object]:
    """Send a test message, even to a stopped webhook."""
    target, stored = _mine(request, webhook)
    acts.try_webhook(stored, target, now_ms())
    return Status(202, _told(_found(target, webhook)))


def list_deliveries(
    request: HttpRequest, project: str, webhook: Id, page: Query[ListQuery]
) -> dict[str, object]:
    """List the deliveries of the last thirty days, newest first."""
    (before,) = place_of(page.cursor, (0,))
    _project, stored = _mine(request, webhook)
    rows = log_of(stored, before or None, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), _delivery)


def send_again(request: HttpRequest, project: str, webhook: Id, delivery: Id) -> Status[object]:
    """Redeliver one message under the same identifier."""
    _project, stored = _mine(request, webhook)
    acts.replay(stored, delivery, now_ms())
    return Status(202, {"messages": 1})


def send_all_again(request: HttpRequest, project: str, webhook: Id, body: Lately) -> Status[object]:
    """Redeliver all messages of a recent period."""
    _project, stored = _mine(request, webhook)
    return Status(202, {"messages": acts.replay_lately(stored, 1000 * body.seconds, now_ms())})


def _found(project: Project, number: int) -> Webhook:
    webhook = webhook_in(project, number)
    if webhook is None:
        raise Missing("no such webhook of this project")
    return webhook


def _mine(request: HttpRequest, number: int) -> tuple[Project, Webhook]:
    """Return a webhook that this key may change."""
    project = project_of(request)
    webhook = _found(project, number)
    if webhook.organisation_id is not None:
        _check_speaks_for_all(request)
    return project, webhook


def _check_speaks_for_all(request: HttpRequest) -> None:
    if caller_of(request).project is not None:
        raise Forbidden(
            "this webhook is of the whole organisation; this key is of one project",
            code="key-one-project",
        )


def _told(webhook: Webhook) -> dict[str, object]:
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "events": webhook.events,
        "state": webhook.state,
        "organisation": webhook.organisation_id is not None,
        "failures": webhook.failures,
        "waiting": waiting_of(webhook),
        "created_at": moment(webhook.created_at),
    }


def _delivery(delivery: Delivery) -> dict[str, object]:
    is_waiting = delivery.state == Delivery.State.WAITING
    return {
        "id": delivery.pk,
        "message": delivery.message,
        "type": delivery.event,
        "body": json.loads(delivery.body),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "code": delivery.code or None,
        "error": delivery.error or None,
        "response": delivery.response,
        "created_at": moment(delivery.created_ms),
        "tried_at": moment(delivery.tried_ms),
        "next_at": moment(delivery.next_ms) if is_waiting else None,
    }
