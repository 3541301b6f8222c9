"""A receiver that works, fails, is slow or comes back gets every message, and can check it."""

import json
from collections.abc import Iterator
from functools import partial

import pytest
from pytest_django import Settings

from canut.actions.integrations import http_client, webhook_delivery
from canut.actions.integrations.outbox import enqueue
from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.integrations.webhooks import (
    WebhookSpec,
    create_webhook,
    pause_webhook,
    remove_webhook,
    renew_secret,
    replay,
    replay_since,
    resume_webhook,
    try_webhook,
)
from canut.actions.projects.setup import close_project, open_project, pause_project
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Missing
from canut.core.proofs.webhooks import MOST_ATTEMPTS
from canut.store.models import Delivery, Project, Webhook
from tests.support.factories import NOW_MS, make_project
from tests.support.webhook_receiver import Receiver, is_genuine, receiver

pytestmark = pytest.mark.django_db


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.ms = NOW_MS

    def __call__(self) -> int:
        """Return the moment."""
        return self.ms


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture(autouse=True)
def _inside(settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = True


def listened(there: Receiver, *events: str) -> tuple[Project, Webhook, str]:
    project = make_project().project
    webhook, secret = create_webhook(
        project,
        WebhookSpec(there.url, events or ["project.paused"]),
        by=project.created_by,
        now_ms=NOW_MS,
    )
    return project, webhook, secret


def only(webhook: Webhook) -> Delivery:
    return Delivery.objects.get(webhook=webhook)


def test_what_happens_arrives_signed(there: Receiver) -> None:
    project, webhook, secret = listened(there)
    enqueue(project, "project.paused", {"state": "paused"}, NOW_MS)

    made = deliver_due(Time())

    ((headers, body),) = there.got
    assert made == 1
    assert is_genuine(headers, body, secret)
    assert not is_genuine(headers, body + b" ", secret)
    assert json.loads(body) == {
        "type": "project.paused",
        "timestamp": "2026-11-25T12:00:00.000Z",
        "data": {"project": project.slug, "state": "paused"},
    }
    kept = only(webhook)
    assert (kept.state, kept.code, kept.response) == ("delivered", 200, "thanks")


def test_nothing_is_sent_of_what_nobody_asked_for_or_of_another_project(there: Receiver) -> None:
    project, _webhook, _secret = listened(there, "project.closed")
    other = make_project().project

    told = enqueue(project, "project.paused", {}, NOW_MS) + enqueue(
        other, "project.closed", {}, NOW_MS
    )

    assert (told, deliver_due(Time())) == (0, 0)


def test_whole_organisation_is_heard_by_one_webhook(there: Receiver) -> None:
    project = make_project().project
    second = make_project(organisation=project.organisation).project
    wanted = WebhookSpec(there.url, ["project.paused"], for_organisation=True)
    create_webhook(project, wanted, by=project.created_by, now_ms=NOW_MS)

    told = enqueue(second, "project.paused", {}, NOW_MS)

    assert told == 1


def test_life_of_a_project_is_told(there: Receiver) -> None:
    project, webhook, _secret = listened(
        there, "project.opened", "project.paused", "project.closed"
    )
    project.is_own_staff = True
    project.save()

    pause_project(project, NOW_MS)
    open_project(project, NOW_MS)
    close_project(project, NOW_MS)

    told = list(webhook.deliveries.order_by("id").values_list("event", flat=True))
    assert told == ["project.paused", "project.opened", "project.closed"]


def test_receiver_that_failed_gets_the_same_message_a_little_later(there: Receiver) -> None:
    there.answers = [500]
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)
    clock = Time()

    deliver_due(clock)
    at_once = deliver_due(clock)
    clock.ms += 7_000
    deliver_due(clock)

    assert at_once == 0
    assert len(there.got) == 2
    assert len(set(there.messages)) == 1
    kept = only(webhook)
    assert (kept.state, kept.attempts, Webhook.objects.get().failures) == ("delivered", 2, 0)


def test_receiver_may_say_how_long_to_wait(there: Receiver) -> None:
    there.answers, there.headers = [429], {"Retry-After": "3600"}
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    deliver_due(Time())

    assert only(webhook).next_ms == NOW_MS + 3_600_000


@pytest.mark.slow
def test_slow_receiver_is_given_up_after_the_time_allowed(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = http_client.HttpLimits(seconds=0.2)
    monkeypatch.setattr(webhook_delivery, "post", partial(http_client.post, limits=brief))
    there.answers = [0]
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    deliver_due(Time())

    kept = only(webhook)
    assert (kept.state, kept.error, kept.code) == ("waiting", "time", 0)


def test_redirect_is_a_failure_and_is_not_followed(there: Receiver) -> None:
    there.answers, there.headers = [302], {"Location": there.url}
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    deliver_due(Time())

    assert (only(webhook).code, len(there.got)) == (302, 1)


def test_only_the_beginning_of_an_answer_is_kept(there: Receiver) -> None:
    there.text = "x" * 100_000
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    deliver_due(Time())

    assert 0 < len(only(webhook).response) <= http_client.KEPT_BYTES


def test_webhook_stops_after_eleven_failures_and_goes_on_when_asked(there: Receiver) -> None:
    there.answers = [500] * MOST_ATTEMPTS
    project, webhook, _secret = listened(there)
    for _ in range(2):
        enqueue(project, "project.paused", {}, NOW_MS)
    clock = Time()
    for _ in range(MOST_ATTEMPTS + 1):
        deliver_due(clock)
        clock.ms += 2 * DAY_MS
    webhook.refresh_from_db()
    stopped = webhook.state, len(there.got)

    resume_webhook(webhook, clock.ms)
    deliver_due(clock)

    assert stopped == ("stopped", MOST_ATTEMPTS)
    assert len(there.got) == MOST_ATTEMPTS + 2
    assert set(webhook.deliveries.values_list("state", flat=True)) == {"delivered"}


def test_address_that_is_gone_stops_its_webhook_at_once(there: Receiver) -> None:
    there.answers = [410]
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    deliver_due(Time())

    webhook.refresh_from_db()
    assert (webhook.state, only(webhook).state) == ("stopped", "waiting")


def test_paused_webhook_misses_nothing(there: Receiver) -> None:
    project, webhook, _secret = listened(there)
    pause_webhook(webhook)
    enqueue(project, "project.paused", {}, NOW_MS)
    meanwhile = deliver_due(Time())

    resume_webhook(webhook, NOW_MS)

    assert (meanwhile, deliver_due(Time())) == (0, 1)


def test_test_message_leaves_also_from_a_stopped_webhook_and_changes_nothing(
    there: Receiver,
) -> None:
    there.answers = [500]
    project, webhook, secret = listened(there)
    Webhook.objects.update(state="stopped", failures=11)

    try_webhook(webhook, project, NOW_MS)
    deliver_due(Time())

    webhook.refresh_from_db()
    ((headers, body),) = there.got
    assert is_genuine(headers, body, secret)
    assert json.loads(body)["type"] == "webhook.test"
    assert (webhook.state, webhook.failures, only(webhook).state) == ("stopped", 11, "failed")


def test_replayed_message_keeps_its_identifier(there: Receiver) -> None:
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)
    deliver_due(Time())

    replay(webhook, only(webhook).pk, NOW_MS)
    deliver_due(Time())

    assert len(there.got) == 2
    assert len(set(there.messages)) == 1


def test_everything_since_a_moment_can_be_replayed(there: Receiver) -> None:
    project, webhook, _secret = listened(there)
    for _ in range(3):
        enqueue(project, "project.paused", {}, NOW_MS)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(created_ms=0)
    deliver_due(Time())

    again = replay_since(webhook, NOW_MS, NOW_MS)
    deliver_due(Time())

    assert (again, len(there.got)) == (2, 5)


def test_message_of_another_webhook_is_not_replayed(there: Receiver) -> None:
    project, webhook, _secret = listened(there)
    _other, second, _key = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    with pytest.raises(Missing):
        replay(second, only(webhook).pk, NOW_MS)


def test_for_a_day_both_secrets_sign(there: Receiver) -> None:
    project, webhook, before = listened(there)
    after = renew_secret(webhook, NOW_MS)
    clock = Time()

    for _ in range(2):
        enqueue(project, "project.paused", {}, NOW_MS)
        deliver_due(clock)
        clock.ms += DAY_MS

    both, late = there.got
    assert [is_genuine(*both, key) for key in (before, after)] == [True, True]
    assert [is_genuine(*late, key) for key in (before, after)] == [False, True]


def test_message_whose_sender_died_is_sent_by_the_next_one(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)
    clock = Time()
    with monkeypatch.context() as patch:
        patch.setattr("canut.actions.integrations.webhook_delivery._note", lambda _tried: None)
        deliver_due(clock)  # sent, and never noted

    soon = deliver_due(clock)
    clock.ms += 121_000
    later = deliver_due(clock)

    assert (soon, later, only(webhook).state) == (0, 1, "delivered")
    assert len(set(there.messages)) == 1


def test_secret_of_another_instance_sends_nothing(there: Receiver, settings: Settings) -> None:
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)
    settings.SECRET_KEY = "another" * 10

    deliver_due(Time())

    assert (there.got, only(webhook).error) == ([], "sealed")


def test_removed_webhook_takes_its_log_along(there: Receiver) -> None:
    project, webhook, _secret = listened(there)
    enqueue(project, "project.paused", {}, NOW_MS)

    remove_webhook(webhook)

    assert not Delivery.objects.exists()


def test_events_must_be_known_and_be_some(there: Receiver) -> None:
    project = make_project().project

    for events in ([], ["task.closed", "worker.paid"]):
        with pytest.raises(BadInput):
            create_webhook(
                project, WebhookSpec(there.url, events), by=project.created_by, now_ms=NOW_MS
            )


def test_twenty_webhooks_are_enough(there: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.actions.integrations.webhooks.MOST_WEBHOOKS", 1)
    project, _webhook, _secret = listened(there)

    with pytest.raises(Conflict):
        create_webhook(
            project,
            WebhookSpec(there.url, ["project.closed"]),
            by=project.created_by,
            now_ms=NOW_MS,
        )
