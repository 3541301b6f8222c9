"""Webhooks over the API: an address is told what happens; what was sent is read and sent again."""

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
    """An address to tell, and of what."""

    url: Address = Field(examples=["https://example.org/canut"])
    events: Events = Field(examples=[["task.closed", "export.ready"]])
    organisation: bool = Field(
        default=False, description="Hear of every project of the organisation."
    )


class WebhookChanges(Into):
    """What changes of a webhook; what is left out stays."""

    url: Address | None = Field(None, examples=["https://example.org/canut"])
    events: Events | None = None
    state: Literal["active", "paused"] | None = Field(
        None, description="`active` begins again, with what waits."
    )


class Lately(Into):
    """How far back messages are sent again."""

    seconds: Annotated[int, Field(ge=1, le=KEPT_DAYS * 86_400)] = Field(examples=[3_600])


class WebhookOut(Out):
    """An address that is told; `stopped`: it failed eleven times in a row, or said it is gone."""

    id: int
    url: str
    events: list[str]
    state: Literal["active", "paused", "stopped"]
    organisation: bool
    failures: int = Field(description="Attempts that failed since the last that did not.")
    waiting: int = Field(description="Messages still to be sent, up to 1,000.")
    created_at: str


class WebhookMade(WebhookOut):
    """A webhook with its secret, which is not shown again."""

    secret: str


class Webhooks(Out):
    """Webhooks that hear of the project, the organisation's too."""

    items: list[WebhookOut]


class DeliveryOut(Out):
    """One message, and how the last attempt to send it went."""

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
    """How many messages are sent again."""

    messages: int


def list_webhooks(request: HttpRequest, project: str) -> dict[str, object]:
    """List the webhooks that hear of the project, its own and its organisation's."""
    return {"items": [_told(one) for one in webhooks_of(project_of(request))]}


def add(request: HttpRequest, project: str, body: WebhookIn) -> Status[object]:
    """Have an address told what happens; the secret is shown this once."""
    found = project_of(request)
    if body.organisation:
        _check_speaks_for_all(request)
    wanted = acts.WebhookSpec(body.url, body.events, for_organisation=body.organisation)
    made, secret = acts.create_webhook(found, wanted, by=actor_of(request), now_ms=now_ms())
    return Status(201, _told(made) | {"secret": secret})


def read_webhook(request: HttpRequest, project: str, webhook: Id) -> dict[str, object]:
    """Read one webhook, and whether messages wait."""
    return _told(_found(project_of(request), webhook))


def change(
    request: HttpRequest, project: str, webhook: Id, body: WebhookChanges
) -> dict[str, object]:
    """Change where a webhook is called and of what it is told; pause it, or begin again."""
    found, mine = _mine(request, webhook)
    acts.change_webhook(mine, found, url=body.url, events=body.events)
    if body.state == "paused":
        acts.pause_webhook(mine)
    elif body.state == "active":
        acts.resume_webhook(mine, now_ms())
    return _told(_found(found, webhook))


def remove(request: HttpRequest, project: str, webhook: Id) -> Status[None]:
    """Forget a webhook and what was sent to it."""
    _project, mine = _mine(request, webhook)
    acts.remove_webhook(mine)
    return Status(204, None)


def renew_secret(request: HttpRequest, project: str, webhook: Id) -> dict[str, object]:
    """Give a webhook another secret; for a day the one before signs as well."""
    found, mine = _mine(request, webhook)
    secret = acts.renew_secret(mine, now_ms())
    return _told(_found(found, webhook)) | {"secret": secret}


def send_test(request: HttpRequest, project: str, webhook: Id) -> Status[object]:
    """Send a message that says only that it is a test; also to a webhook that stopped."""
    found, mine = _mine(request, webhook)
    acts.try_webhook(mine, found, now_ms())
    return Status(202, _told(_found(found, webhook)))


def list_deliveries(
    request: HttpRequest, project: str, webhook: Id, page: Query[ListQuery]
) -> dict[str, object]:
    """List what was sent in the last thirty days and how it went, newest first."""
    (before,) = place_of(page.cursor, (0,))
    _project, mine = _mine(request, webhook)
    found = log_of(mine, before or None, page.limit)
    return page_of(found, page.limit, lambda one: (one.pk,), _delivery)


def send_again(request: HttpRequest, project: str, webhook: Id, delivery: Id) -> Status[object]:
    """Send one message again, under the same identifier."""
    _project, mine = _mine(request, webhook)
    acts.replay(mine, delivery, now_ms())
    return Status(202, {"messages": 1})


def send_all_again(request: HttpRequest, project: str, webhook: Id, body: Lately) -> Status[object]:
    """Send every message of the last so many seconds again."""
    _project, mine = _mine(request, webhook)
    return Status(202, {"messages": acts.replay_lately(mine, 1000 * body.seconds, now_ms())})


def _found(project: Project, number: int) -> Webhook:
    found = webhook_in(project, number)
    if found is None:
        raise Missing("no such webhook of this project")
    return found


def _mine(request: HttpRequest, number: int) -> tuple[Project, Webhook]:
    """Return a webhook that this key may change, and read all that was sent to."""
    project = project_of(request)
    found = _found(project, number)
    if found.organisation_id is not None:
        _check_speaks_for_all(request)
    return project, found


def _check_speaks_for_all(request: HttpRequest) -> None:
    if caller_of(request).project is not None:
        raise Forbidden(
            "this webhook is of the whole organisation; this key is of one project",
            code="key-one-project",
        )


def _told(one: Webhook) -> dict[str, object]:
    return {
        "id": one.pk,
        "url": one.url,
        "events": one.events,
        "state": one.state,
        "organisation": one.organisation_id is not None,
        "failures": one.failures,
        "waiting": waiting_of(one),
        "created_at": moment(one.created_at),
    }


def _delivery(one: Delivery) -> dict[str, object]:
    is_waiting = one.state == Delivery.State.WAITING
    return {
        "id": one.pk,
        "message": one.message,
        "type": one.event,
        "body": json.loads(one.body),
        "state": one.state,
        "attempts": one.attempts,
        "code": one.code or None,
        "error": one.error or None,
        "response": one.response,
        "created_at": moment(one.created_ms),
        "tried_at": moment(one.tried_ms),
        "next_at": moment(one.next_ms) if is_waiting else None,
    }
