"""Topics that programs make, and the addresses that subscribe to them.

They are the part of Amazon SNS that programs of Mechanical Turk use. An address hears of a topic
once the program behind it gave back the token that was sent there, so nobody is written to who did
not ask. Messages are those of webhooks: addresses checked, retried, logged.
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from canut.actions.integrations.http_client import check_url
from canut.actions.integrations.webhooks import remove_webhook, subscribe_address
from canut.actions.turk.notifications import write_message
from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.turk.notifications import (
    TOPIC_NAME,
    sns_error,
    topic_arn,
    topic_in,
    write_confirmation,
)
from canut.store.integrations.webhooks import TEST
from canut.store.models import Organisation, Person, TurkSubscription, TurkTopic
from canut.store.turk.keys import Signer
from canut.store.turk.notifications import topic_named

MOST_TOPICS, MOST_SUBSCRIPTIONS = 100, 10
PENDING = "pending confirmation"
INVALID, NOT_FOUND, LIMIT = "InvalidParameter", "NotFound", "TopicLimitExceeded"
TOKEN_BYTES = 32

type Texts = Mapping[str, str]
type Row = dict[str, str | list[str] | dict[str, str]]


class TopicCall(NamedTuple):
    """One call: who signed it, its parameters, when."""

    signer: Signer
    parameters: Texts
    now_ms: Ms

    def need(self, name: str) -> str:
        """Return a parameter.

        Raises:
            TurkError: it is missing.
        """
        text = self.parameters.get(name, "")
        if not text:
            raise sns_error(INVALID, f"Invalid parameter: {name}: it is missing")
        return text

    def topic(self) -> TurkTopic:
        """Return the topic that the call names.

        Raises:
            TurkError: the organisation of the key has none of this name.
        """
        organisation = self.signer.organisation
        topic = topic_named(organisation, topic_in(self.need("TopicArn"), organisation))
        if topic is None:
            raise sns_error(NOT_FOUND, "Topic does not exist", 404)
        return topic


@transaction.atomic
def create_topic(call: TopicCall) -> Row:
    """Make a topic, or return the one of this name."""
    name, organisation = call.need("Name"), call.signer.organisation
    if not TOPIC_NAME.fullmatch(name):
        raise sns_error(INVALID, "Invalid parameter: Topic Name")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation)
    topics = TurkTopic.objects.filter(organisation=organisation)
    if not topics.filter(name=name).exists() and topics.count() >= MOST_TOPICS:
        raise sns_error(LIMIT, f"There are {MOST_TOPICS} topics already; delete one first", 403)
    topics.get_or_create(
        organisation_id=organisation, name=name, defaults={"created_ms": call.now_ms}
    )
    return {"TopicArn": topic_arn(organisation, name)}


def list_topics(call: TopicCall) -> Row:
    """List the topics of the organisation; all stand on one page."""
    organisation = call.signer.organisation
    names = TurkTopic.objects.filter(organisation=organisation).order_by("id")
    return {
        "Topics": [topic_arn(organisation, name) for name in names.values_list("name", flat=True)]
    }


def delete_topic(call: TopicCall) -> Row:
    """Delete a topic with its subscriptions and notifications; one that is gone is no error."""
    organisation = call.signer.organisation
    topic = topic_named(organisation, topic_in(call.need("TopicArn"), organisation))
    if topic is not None:
        for subscription in topic.subscriptions.select_related("webhook"):
            remove_webhook(subscription.webhook)
        topic.delete()
    return {}


@transaction.atomic
def subscribe(call: TopicCall) -> Row:
    """Subscribe an address to a topic; a token is sent there, to be given back."""
    topic, protocol, endpoint = call.topic(), call.need("Protocol"), call.need("Endpoint")
    if protocol not in {"http", "https"} or not endpoint.startswith(f"{protocol}://"):
        raise sns_error(
            INVALID, "Invalid parameter: Protocol http or https, and an Endpoint that begins so"
        )
    try:
        check_url(endpoint, inside=settings.WEBHOOKS_INSIDE)
    except BadInput as refusal:
        raise sns_error(INVALID, f"Invalid parameter: Endpoint: {refusal}") from refusal
    TurkTopic.objects.select_for_update().get(pk=topic.pk)
    existing = topic.subscriptions.filter(webhook__url=endpoint).first()
    if existing is not None and existing.confirmed_ms is not None:
        return {"SubscriptionArn": _arn(existing)}
    if existing is None and topic.subscriptions.count() >= MOST_SUBSCRIPTIONS:
        raise sns_error(LIMIT, f"The topic has {MOST_SUBSCRIPTIONS} subscriptions already", 403)
    token = secrets.token_hex(TOKEN_BYTES)
    subscription = existing or _new_subscription(call, topic, endpoint)
    subscription.token_hash = _hashed(token)
    subscription.save()
    number = secrets.token_hex(12)
    message = write_confirmation(
        topic_arn(topic.organisation_id, topic.name), number, token, call.now_ms
    )
    write_message(subscription.webhook, message, number, TEST, call.now_ms)
    returns_arn = call.parameters.get("ReturnSubscriptionArn") == "true"
    return {"SubscriptionArn": _arn(subscription) if returns_arn else PENDING}


@transaction.atomic
def confirm_subscription(call: TopicCall) -> Row:
    """Confirm the subscription whose token is given back.

    Raises:
        TurkError: the topic is unknown, or the token is none of it.
    """
    topic, hashed = call.topic(), _hashed(call.need("Token"))
    subscription = next(
        (row for row in topic.subscriptions.all() if hmac.compare_digest(row.token_hash, hashed)),
        None,
    )
    if subscription is None:
        raise sns_error(INVALID, "Invalid parameter: Token")
    if subscription.confirmed_ms is None:
        subscription.confirmed_ms = call.now_ms
        subscription.save(update_fields=["confirmed_ms"])
    return {"SubscriptionArn": _arn(subscription)}


def get_subscription_attributes(call: TopicCall) -> Row:
    """Return what a subscription is, and whether it still waits for its token."""
    public_id = call.need("SubscriptionArn").rpartition(":")[2]
    subscription = (
        TurkSubscription.objects.select_related("topic", "webhook")
        .filter(topic__organisation=call.signer.organisation, public_id=public_id)
        .first()
    )
    if subscription is None:
        raise sns_error(NOT_FOUND, "Subscription does not exist", 404)
    topic = subscription.topic
    return {
        "Attributes": {
            "SubscriptionArn": _arn(subscription),
            "TopicArn": topic_arn(topic.organisation_id, topic.name),
            "Owner": str(topic.organisation_id),
            "Protocol": subscription.webhook.url.partition(":")[0],
            "Endpoint": subscription.webhook.url,
            "PendingConfirmation": "false" if subscription.confirmed_ms else "true",
            "RawMessageDelivery": "false",
        }
    }


ACTIONS: Mapping[str, Callable[[TopicCall], Row]] = {
    "CreateTopic": create_topic,
    "ListTopics": list_topics,
    "DeleteTopic": delete_topic,
    "Subscribe": subscribe,
    "ConfirmSubscription": confirm_subscription,
    "GetSubscriptionAttributes": get_subscription_attributes,
}


def _new_subscription(call: TopicCall, topic: TurkTopic, endpoint: str) -> TurkSubscription:
    organisation = Organisation.objects.get(pk=topic.organisation_id)
    program = Person.objects.get(pk=call.signer.person)
    return TurkSubscription(
        topic=topic,
        public_id=str(uuid.UUID(bytes=secrets.token_bytes(16), version=4)),
        webhook=subscribe_address(
            endpoint, organisation, by=program, now_ms=call.now_ms, is_new=True
        ),
        created_ms=call.now_ms,
    )


def _arn(subscription: TurkSubscription) -> str:
    topic = subscription.topic
    return f"{topic_arn(topic.organisation_id, topic.name)}:{subscription.public_id}"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
