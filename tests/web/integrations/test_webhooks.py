"""The page of webhooks: made, shown once, tried, paused, replayed, removed; by whom it may be."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.integrations.outbox import enqueue
from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.store.models import Delivery, Webhook
from tests.support.factories import NOW_MS
from tests.support.instance import House

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"


def page_of(house: House) -> str:
    return reverse("project_webhooks", args=[house.project.slug])


def act_on(house: House, webhook: Webhook, act: str) -> str:
    return reverse("project_webhook", args=[house.project.slug, webhook.pk, act])


def made(house: House, *, for_organisation: bool = False) -> Webhook:
    wanted = WebhookSpec(URL, ["project.closed"], for_organisation=for_organisation)
    return create_webhook(house.project, wanted, by=house.people["requester"], now_ms=NOW_MS)[0]


def requester(house: House) -> Client:
    return house.client("requester")


def test_secret_is_shown_once_when_a_webhook_is_made(house: House) -> None:
    given = {"url": URL, "events": ["task.closed", "project.closed"]}

    first = requester(house).post(page_of(house), given)
    later = requester(house).get(page_of(house))

    assert re.search(r'value="whsec_[A-Za-z0-9+/]{43}="', first.text)
    assert "whsec_" not in later.text
    assert URL in later.text
    assert Webhook.objects.get().events == ["task.closed", "project.closed"]


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://example.org/", "events": ["task.closed"]},
        {"url": "https://10.0.0.1/", "events": ["task.closed"]},
        {"url": URL},
        {"url": URL, "events": ["worker.paid"]},
    ],
)
def test_what_cannot_be_is_refused_in_words(house: House, given: dict[str, object]) -> None:
    answer = requester(house).post(page_of(house), given)

    assert answer.status_code == 422
    assert re.search(r"class=\"(msg|note) err", answer.text)
    assert not Webhook.objects.exists()


def test_each_button_does_what_it_says(house: House) -> None:
    webhook = made(house)
    browser = requester(house)

    states = []
    for act in ("pause", "resume"):
        browser.post(act_on(house, webhook, act))
        webhook.refresh_from_db()
        states.append(webhook.state)
    browser.post(act_on(house, webhook, "test"))
    tests = Delivery.objects.filter(event="webhook.test").count()
    renewed = browser.post(act_on(house, webhook, "secret"))
    gone = browser.post(act_on(house, webhook, "remove"))

    assert (states, tests) == (["paused", "active"], 1)
    assert "whsec_" in renewed.text
    assert gone["Location"] == page_of(house)
    assert not Webhook.objects.exists()


def test_log_shows_the_message_and_why_it_did_not_arrive(house: House) -> None:
    webhook = made(house)
    enqueue(house.project, "project.closed", {"state": "closed<b>"}, NOW_MS)
    Delivery.objects.update(attempts=1, error="refused", tried_ms=1, response="<i>no</i>")

    shown = requester(house).get(
        f"{page_of(house)}?of={webhook.pk}", headers={"accept-language": "en"}
    )

    assert "nobody listens there" in shown.text
    assert "closed&lt;b&gt;" in shown.text
    assert "&lt;i&gt;no&lt;/i&gt;" in shown.text


def test_one_message_or_all_since_are_sent_again(house: House) -> None:
    webhook = made(house)
    enqueue(house.project, "project.closed", {}, NOW_MS)
    Delivery.objects.update(state="delivered", created_ms=9_999_999_999_999)
    one = {"message": Delivery.objects.get().pk}

    waiting = []
    for given in (one, {"since": "3600000"}):
        Delivery.objects.update(state="delivered")
        requester(house).post(act_on(house, webhook, "replay"), given)
        waiting.append(Delivery.objects.get().state)
    unknown = requester(house).post(act_on(house, webhook, "replay"), {"since": "1"})

    assert (waiting, unknown.status_code) == (["waiting", "waiting"], 422)


def test_unknown_act_and_webhook_of_another_project_are_missing(house: House) -> None:
    webhook = made(house)
    elsewhere = reverse("project_webhook", args=[house.draft.slug, webhook.pk, "pause"])

    unknown = requester(house).post(act_on(house, webhook, "burn"))
    other = requester(house).post(elsewhere)

    assert (unknown.status_code, other.status_code) == (404, 404)


def test_webhook_of_the_organisation_is_changed_by_its_people_alone(house: House) -> None:
    webhook = made(house, for_organisation=True)
    house.people["requester"].memberships.update(organisation=None, project=house.project)

    changed = requester(house).post(act_on(house, webhook, "pause"))
    shown = requester(house).get(page_of(house))
    by_operator = house.client("operator").post(act_on(house, webhook, "pause"))

    assert (changed.status_code, by_operator.status_code) == (403, 302)
    assert URL in shown.text
    assert 'name="for_organisation"' not in shown.text


def test_page_says_that_nothing_is_sent_without_background_work(house: House) -> None:
    made(house)

    shown = requester(house).get(page_of(house))

    assert "canut work" in shown.text
    assert deliver_due() == 0
