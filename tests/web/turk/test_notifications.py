"""Events of HITs reach a webhook of the project, or who subscribed to a topic and confirmed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pytest_django import Settings

from canut.actions.integrations.webhook_delivery import deliver_due
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.notifications import LATE_MS, tell_events
from canut.actions.work.leases import lease_tasks
from canut.store.models import Delivery, TurkNotification, TurkSubscription, TurkTopic, Webhook
from tests.support.turk import (
    HOST,
    Requester,
    answer_hit,
    connect,
    hire,
    make_hit,
    make_requester,
    project_of,
)
from tests.support.webhook_receiver import Receiver, receiver

pytestmark = pytest.mark.django_db
ADDRESS = "https://hears.example/turk"
EVERY = [
    *("AssignmentAccepted", "AssignmentSubmitted", "AssignmentApproved", "AssignmentReturned"),
    *("HITCreated", "HITExtended", "HITExpired", "HITReviewable", "HITDisposed"),
]


def specified(destination: str, *events: str, **changes: str) -> dict[str, Any]:
    """Return where a notification goes, as a program sends it."""
    made = {"Destination": destination, "Transport": "SNS", "Version": "2014-08-15"}
    return {**made, **changes, "EventTypes": list(events or EVERY)}


def told(after: int = 0) -> list[tuple[str, str]]:
    """Return the events and assignments in the outbox, in order."""
    return [
        (event["EventType"], event.get("AssignmentId", ""))
        for delivery in Delivery.objects.order_by("pk")[after:]
        for event in json.loads(delivery.body)["Events"]
    ]


@pytest.fixture
def heard(settings: Settings) -> Iterator[Receiver]:
    """Return an address on this machine that keeps what it is sent."""
    settings.WEBHOOKS_INSIDE = True
    with receiver() as address:
        yield address


def test_what_happens_to_a_hit_is_told_once_to_a_webhook_of_its_project() -> None:
    requester = make_requester()
    turk = requester.turk
    hit = make_hit(turk, MaxAssignments=1)
    turk.update_notification_settings(
        HITTypeId=hit["HITTypeId"], Notification=specified(ADDRESS), Active=True
    )
    worker, moment = hire(project_of(hit)), now_ms()

    assert tell_events(moment) == 0
    answer_hit(worker)
    turk.create_additional_assignments_for_hit(HITId=hit["HITId"], NumberOfAdditionalAssignments=1)
    turk.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)
    (row,) = turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    turk.approve_assignment(AssignmentId=row["AssignmentId"])
    assert tell_events(moment + LATE_MS + 60_000) == 1
    assert tell_events(moment + LATE_MS + 120_000) == 0

    webhook = Webhook.objects.get()
    assert (webhook.url, webhook.project_id) == (ADDRESS, project_of(hit).pk)
    name = row["AssignmentId"]
    assert told() == [
        ("HITExtended", ""),
        ("HITExpired", ""),
        ("AssignmentAccepted", name),
        ("AssignmentSubmitted", name),
        ("AssignmentApproved", name),
        ("HITReviewable", ""),
    ]
    document = json.loads(Delivery.objects.order_by("pk")[0].body)
    assert document["EventDocVersion"] == "2014-08-15"
    (event,) = document["Events"]
    assert (event["HITId"], event["HITTypeId"]) == (hit["HITId"], hit["HITTypeId"])
    assert event["EventTimestamp"].endswith("Z")


def test_switched_off_is_silent_and_another_address_takes_the_place_of_the_first() -> None:
    requester = make_requester()
    turk = requester.turk
    hit = make_hit(turk)
    kind = {"HITTypeId": hit["HITTypeId"]}
    moment = now_ms()
    turk.update_notification_settings(**kind, Notification=specified(ADDRESS, "HITCreated"))
    turk.update_notification_settings(**kind, Active=False)
    make_hit(turk)
    assert tell_events(moment + LATE_MS + 60_000) == 0
    turk.update_notification_settings(**kind, Active=True)
    worker = hire(project_of(hit))
    assert tell_events(moment + LATE_MS + 120_000) == 0  # not what happened meanwhile
    turk.update_notification_settings(
        **kind,
        Notification=specified(f"{ADDRESS}/new", "AssignmentAbandoned", "AssignmentReturned"),
    )
    lease_tasks(worker.pk, 1, moment)
    TurkNotification.objects.update(seen_ms=moment)
    project = project_of(hit)
    project.lease_set.update(state=4, ended_ms=moment + 1)

    assert tell_events(moment + LATE_MS + 120_000) == 1
    assert [event for event, _name in told()] == ["AssignmentAbandoned"]
    assert [webhook.url for webhook in Webhook.objects.all()] == [f"{ADDRESS}/new"]


def test_topic_hears_after_its_token_came_back_and_ends_with_the_topic(heard: Receiver) -> None:
    requester, rival = make_requester(), make_requester("Autre")
    topics = topics_of(requester)
    arn = topics.create_topic(Name="exp-7")["TopicArn"]
    assert topics.create_topic(Name="exp-7")["TopicArn"] == arn
    made = topics.subscribe(
        TopicArn=arn, Protocol="http", Endpoint=heard.url, ReturnSubscriptionArn=True
    )
    number = made["SubscriptionArn"]
    hit = make_hit(requester.turk)
    requester.turk.update_notification_settings(
        HITTypeId=hit["HITTypeId"], Notification=specified(arn, Version="2006-05-05")
    )
    requester.turk.send_test_event_notification(Notification=specified(arn), TestEventType="Ping")
    assert deliver_due() == 1  # the token; no event before it came back
    ((headers, body),) = heard.got
    asked = json.loads(body)

    assert asked["Type"] == "SubscriptionConfirmation"
    assert "webhook-signature" in headers
    assert attributes(topics, number)["PendingConfirmation"] == "true"
    with pytest.raises(ClientError, match="Invalid parameter: Token"):
        topics.confirm_subscription(TopicArn=arn, Token="0" * 64)
    with pytest.raises(ClientError, match="Topic does not exist"):
        topics_of(rival).confirm_subscription(TopicArn=arn, Token=asked["Token"])
    confirmed = topics.confirm_subscription(TopicArn=asked["TopicArn"], Token=asked["Token"])
    assert confirmed["SubscriptionArn"] == number
    assert attributes(topics, number)["PendingConfirmation"] == "false"
    requester.turk.send_test_event_notification(Notification=specified(arn), TestEventType="Ping")
    assert deliver_due() == 1
    message = json.loads(heard.got[1][1])
    assert (message["Type"], message["TopicArn"]) == ("Notification", arn)
    assert json.loads(message["Message"])["Events"][0]["EventType"] == "Ping"
    assert topics.list_topics()["Topics"] == [{"TopicArn": arn}]
    assert topics_of(rival).list_topics()["Topics"] == []
    topics.delete_topic(TopicArn=arn)
    topics.delete_topic(TopicArn=arn)
    for table in (TurkTopic, TurkSubscription, TurkNotification, Webhook):
        assert not table.objects.exists()


def test_what_is_not_offered_says_what_to_use_and_a_key_of_another_use_is_refused() -> None:
    requester = make_requester()
    turk, hit = requester.turk, make_hit(requester.turk)
    refused = turk.exceptions.RequestError
    for changed in (
        specified("queue", Transport="SQS"),
        specified("ana@example.org", Transport="Email"),
        specified("arn:aws:sns:us-east-1:123456789012:exp"),
    ):
        with pytest.raises(refused, match=r"not offered here.*Transport SNS.*https://") as seen:
            turk.update_notification_settings(HITTypeId=hit["HITTypeId"], Notification=changed)
        assert seen.value.response["TurkErrorCode"] == "Canut.NotOffered"
        with pytest.raises(refused, match="not offered here"):
            turk.send_test_event_notification(Notification=changed, TestEventType="Ping")
    with pytest.raises(refused, match="address inside a network"):
        turk.send_test_event_notification(
            Notification=specified("https://127.0.0.1/x"), TestEventType="Ping"
        )
    with pytest.raises(refused, match="does not exist"):
        turk.update_notification_settings(
            HITTypeId=hit["HITTypeId"], Notification=specified("arn:canut:sns:us-east-1:1:none")
        )
    with pytest.raises(ClientError, match="SendTestEventNotification alone"):
        turk.update_notification_settings(
            HITTypeId=hit["HITTypeId"], Notification=specified(ADDRESS, "Ping")
        )
    with pytest.raises(ClientError, match="signature"):
        connect(requester.access_id, "x" * 40, f"http://{HOST}/mturk/sns").list_topics()
    with pytest.raises(ClientError, match="not offered here"):
        topics_of(requester).list_subscriptions()
    assert not Webhook.objects.exists()


def topics_of(requester: Requester) -> Any:
    """Return a client of the topics of a requester."""
    return connect(requester.access_id, requester.secret, f"http://{HOST}/mturk/sns")


def attributes(topics: Any, number: str) -> dict[str, str]:
    """Return the attributes of a subscription."""
    found: dict[str, str] = topics.get_subscription_attributes(SubscriptionArn=number)["Attributes"]
    return found
