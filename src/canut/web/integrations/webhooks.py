"""Webhooks of a project: subscriptions, the log of deliveries, and redelivery."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.integrations.webhooks import (
    WebhookSpec,
    create_webhook,
    pause_webhook,
    remove_webhook,
    renew_secret,
    replay,
    replay_lately,
    resume_webhook,
    try_webhook,
)
from canut.actions.operations.jobs import are_jobs_run
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Forbidden, Missing
from canut.core.outside_text import read_whole
from canut.store.integrations.webhooks import (
    WATCHING,
    is_listening,
    log_of,
    waiting_of,
    webhook_in,
    webhooks_of,
)
from canut.store.models import Delivery, Person, Project, Webhook
from canut.web.integrations.webhook_forms import SINCE, WebhookForm
from canut.web.integrations.webhook_words import ERROR_WORDS
from canut.web.kit.access import get_person, speaks_for_organisation
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now


class WebhookRow(NamedTuple):
    """A webhook as listed, and whether the reader may change it."""

    webhook: Webhook
    waiting: int
    begins: bool
    is_mine: bool


def webhooks(request: HttpRequest, project: Project) -> HttpResponse:
    """List the webhooks, show the deliveries of one, create another."""
    person = get_person(request)
    may_speak_for_all = speaks_for_organisation(person, project)
    form = WebhookForm(request.POST or None, may_speak_for_all=may_speak_for_all)
    created: list[tuple[Webhook, str]] = []

    def make() -> None:
        data = form.cleaned_data
        spec = WebhookSpec(
            data["url"], data["events"], for_organisation=data.get("for_organisation", False)
        )
        created.append(create_webhook(project, spec, by=person, now_ms=now_ms()))

    if request.method == "POST" and attempt(form, make):
        form = WebhookForm(may_speak_for_all=may_speak_for_all)
        return _page(request, project, form, secret=created[0])
    return _page(request, project, form)


def change(request: HttpRequest, project: Project, number: int, act: str) -> HttpResponse:
    """Test, pause, resume, renew, replay or delete a webhook."""
    person = get_person(request)
    webhook = _webhook_of(person, project, number)
    if act == "secret":
        form = WebhookForm(may_speak_for_all=speaks_for_organisation(person, project))
        return _page(request, project, form, secret=(webhook, renew_secret(webhook, now_ms())))
    if act not in ACTS:
        raise Missing(f"nothing is called {act!r} here")
    messages.success(request, ACTS[act](request, webhook, project))
    page = reverse("project_webhooks", args=[project.slug])
    return redirect(page if act == "remove" else f"{page}?of={webhook.pk}#log")


def _webhook_of(person: Person, project: Project, number: int) -> Webhook:
    """Return a webhook this person may change."""
    webhook = webhook_in(project, number)
    if webhook is None:
        raise Missing("no such webhook here")
    if webhook.organisation_id is not None and not speaks_for_organisation(person, project):
        raise Forbidden("this webhook hears of the whole organisation", role=REQUESTERS.name)
    return webhook


def _try(_request: HttpRequest, webhook: Webhook, project: Project) -> str:
    try_webhook(webhook, project, now_ms())
    return message_now("page.webhooks.the_test")


def _pause(_request: HttpRequest, webhook: Webhook, _project: Project) -> str:
    pause_webhook(webhook)
    return message_now("page.webhooks.nothing_more_is_sent")


def _resume(_request: HttpRequest, webhook: Webhook, _project: Project) -> str:
    resume_webhook(webhook, now_ms())
    return message_now("page.webhooks.sending_begins_again")


def _remove(_request: HttpRequest, webhook: Webhook, _project: Project) -> str:
    remove_webhook(webhook)
    return message_now("page.webhooks.the_webhook_is_removed")


def _replay(request: HttpRequest, webhook: Webhook, _project: Project) -> str:
    message_id, lately = _number(request.POST.get("message", "")), request.POST.get("since", "")
    if message_id is not None:
        replay(webhook, message_id, now_ms())
    elif lately in dict(SINCE):
        replay_lately(webhook, int(lately), now_ms())
    else:
        raise BadInput("say which message, or since when", code="bad-request")
    return message_now("page.webhooks.it_is_sent_again")


ACTS: dict[str, Callable[[HttpRequest, Webhook, Project], str]] = {
    "test": _try,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
    "replay": _replay,
}


def _page(
    request: HttpRequest,
    project: Project,
    form: WebhookForm,
    *,
    secret: tuple[Webhook, str] | None = None,
) -> HttpResponse:
    """Render the page; a new secret is shown once."""
    may_speak_for_all = speaks_for_organisation(get_person(request), project)
    listens = is_listening(project.pk)
    rows = [
        WebhookRow(
            webhook,
            waiting_of(webhook),
            not listens and not WATCHING.isdisjoint(webhook.events),
            may_speak_for_all or webhook.organisation_id is None,
        )
        for webhook in webhooks_of(project)
    ]
    number = request.GET.get("of", "")
    opened = next((row for row in rows if str(row.webhook.pk) == number), None)
    before = request.GET.get("before", "")
    context: dict[str, Any] = {
        "project": project,
        "form": form,
        "rows": rows,
        "secret": secret,
        "opened": opened,
        "log": _log(opened.webhook, before) if opened else [],
        "since": SINCE,
        "is_away": bool(rows) and not are_jobs_run(),
    }
    answer = render(
        request, "integrations/webhooks.html", context, status=422 if form.errors else 200
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _log(webhook: Webhook, before: str) -> list[tuple[Delivery, str]]:
    """List deliveries, each with its error."""
    deliveries = log_of(webhook, _number(before))
    return [(delivery, str(ERROR_WORDS.get(delivery.error, ""))) for delivery in deliveries]


def _number(text: str) -> int | None:
    """Parse the number of a message; return None for anything else."""
    return read_whole(text)
