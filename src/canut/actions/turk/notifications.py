"""Tell programs what happens to their HITs: to a webhook of the project, or over a topic.

What happened is read from the rows of tasks, leases, answers and decisions a few seconds after it
happened, so that no work waits for it and nothing that commits late is missed. It is delivered as
every message of a webhook is: signed, retried, logged on the page of the project. Queues, topics of
Amazon and e-mail are not offered.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.integrations.webhooks import subscribe_address
from canut.actions.platform.row_faults import attempt_each
from canut.actions.turk.calls import Call, Reply
from canut.actions.turk.hit_types import get_type
from canut.actions.turk.names import name_assignments
from canut.core.clock import SECOND_MS, Ms
from canut.core.turk.notifications import (
    TurkEvent,
    check_specification,
    refuse_ping,
    topic_arn,
    topic_in,
    write_document,
    write_topic_message,
)
from canut.core.turk.refusals import invalid, missing
from canut.store.integrations.webhooks import TEST
from canut.store.models import (
    Delivery,
    Hit,
    HitType,
    TurkNotification,
    TurkTopic,
    Webhook,
)
from canut.store.turk.notifications import (
    HitEvent,
    active_notifications,
    confirmed_subscriptions,
    events_between,
    over_hits,
    topic_named,
)

EVENT = "turk.notification"
LATE_MS = 5 * SECOND_MS
"""How long after something happened it is told: what takes longer to commit would be missed."""
MOST_EVENTS = 100
REVIEWABLE, EXTENDED, EXPIRED = "HITReviewable", "HITExtended", "HITExpired"


class Target(NamedTuple):
    """Where a notification goes: one of both."""

    topic: TurkTopic | None = None
    webhook: Webhook | None = None


@transaction.atomic
def update_settings(call: Call) -> Reply:
    """Set where the events of a HIT type go, or switch them on or off.

    Raises:
        TurkError: there is no such type or topic, neither member was sent, the destination is not
            offered, or nothing was set that could be switched on.
    """
    hit_type = get_type(call)
    specification: Mapping[str, Any] | None = call.members.get("Notification")
    existing = TurkNotification.objects.filter(hit_type=hit_type).first()
    if specification is None:
        if "Active" not in call.members:
            raise invalid("Send Notification, Active, or both")
        if existing is None:
            raise invalid("This HIT type has no Notification to switch on or off")
        _switch(existing, is_active=call.flag("Active"), now_ms=call.now_ms)
        return {}
    check_specification(specification)
    refuse_ping(specification["EventTypes"])
    is_active = bool(call.members.get("Active", True))
    target = _destination(call, str(specification["Destination"]), hit_type)
    TurkNotification.objects.update_or_create(
        hit_type=hit_type,
        defaults={
            "version": specification["Version"],
            "event_types": list(dict.fromkeys(specification["EventTypes"])),
            "is_active": is_active,
            "webhook": target.webhook,
            "topic": target.topic,
            "seen_ms": call.now_ms,
        },
    )
    kept_id = target.webhook.pk if target.webhook is not None else None
    if existing is not None and existing.webhook_id not in {None, kept_id}:
        Webhook.objects.filter(pk=existing.webhook_id).delete()
    over_hits(hit_type, call.now_ms).update(reviewable_ms=call.now_ms)
    return {}


@transaction.atomic
def send_test(call: Call) -> Reply:
    """Send one event of no HIT to a destination at once, to see that it arrives.

    Raises:
        TurkError: the destination is not offered, or there is no such topic.
    """
    specification: Mapping[str, Any] = call.members["Notification"]
    check_specification(specification)
    target = _destination(call, str(specification["Destination"]), None)
    event = TurkEvent(call.text("TestEventType"), call.now_ms, "TEST", "TEST", "TEST")
    number = secrets.token_hex(12)
    document = write_document(specification["Version"], call.organisation, number, [event])
    _send(document, number, target, TEST, call.now_ms)
    return {}


def tell_events(now_ms: Ms) -> int:
    """Tell what happened to HITs since it was last told; return of how many HIT types."""
    rows = {row.pk: row for row in active_notifications()}
    return attempt_each("notifications", list(rows), lambda number: _tell(rows[number], now_ms))


def tell_now(hit: Hit, event_type: str, now_ms: Ms) -> None:
    """Tell at once what a call did to a HIT and no row says afterwards."""
    row = TurkNotification.objects.filter(hit_type=hit.hit_type_id, is_active=True).first()
    if row is not None:
        _write(row, [HitEvent(event_type, now_ms, hit.public_id)], now_ms)


def tell_ended(hit: Hit, now_ms: Ms) -> None:
    """Tell at once that a call ended a HIT at a moment that was told of already."""
    row = TurkNotification.objects.filter(hit_type=hit.hit_type_id, is_active=True).first()
    if row is not None and hit.expires_ms <= row.seen_ms:
        _write(row, [HitEvent(EXPIRED, now_ms, hit.public_id)], now_ms)


@transaction.atomic
def _tell(row: TurkNotification, now_ms: Ms) -> bool:
    end_ms = now_ms - LATE_MS
    if end_ms <= row.seen_ms:
        return False
    events = events_between(row.hit_type, row.seen_ms, end_ms)
    events += _newly_over(row.hit_type, now_ms)
    TurkNotification.objects.filter(pk=row.pk, seen_ms=row.seen_ms).update(seen_ms=end_ms)
    return _write(row, events, now_ms)


def _newly_over(hit_type: HitType, now_ms: Ms) -> list[HitEvent]:
    """Note which HITs are over now and were not before; return their events."""
    over = over_hits(hit_type, now_ms)
    again = Hit.objects.filter(hit_type=hit_type, reviewable_ms__isnull=False)
    again.exclude(pk__in=over.values("pk")).update(reviewable_ms=None)
    fresh = list(over.filter(reviewable_ms=None).order_by("pk"))
    Hit.objects.filter(pk__in=[hit.pk for hit in fresh]).update(reviewable_ms=now_ms)
    return [HitEvent(REVIEWABLE, now_ms, hit.public_id) for hit in fresh]


def _write(row: TurkNotification, events: Sequence[HitEvent], now_ms: Ms) -> bool:
    """Write the events that a notification asks for to the outbox; return whether any are."""
    chosen = [event for event in events if event.type in row.event_types]
    names = name_assignments(event.lease for event in chosen if event.lease is not None)
    told_events = [
        TurkEvent(
            event.type,
            event.at_ms,
            row.hit_type.public_id,
            event.hit,
            names[event.lease].public_id if event.lease is not None else "",
        )
        for event in chosen
    ]
    for begin in range(0, len(told_events), MOST_EVENTS):
        number = secrets.token_hex(12)
        document = write_document(
            row.version,
            row.hit_type.organisation_id,
            number,
            told_events[begin : begin + MOST_EVENTS],
        )
        _send(document, number, Target(row.topic, row.webhook), EVENT, now_ms)
    return bool(chosen)


def _send(document: str, number: str, target: Target, event: str, now_ms: Ms) -> None:
    """Write a document to the outbox of a webhook, or of all who hear of a topic."""
    topic, body = target.topic, document
    webhooks = [target.webhook] if target.webhook is not None else []
    if topic is not None:
        webhooks = [row.webhook for row in confirmed_subscriptions(topic)]
        arn = topic_arn(topic.organisation_id, topic.name)
        body = write_topic_message(arn, number, document, now_ms)
    for each in webhooks:
        write_message(each, body, number, event, now_ms)


def write_message(webhook: Webhook, body: str, number: str, event: str, now_ms: Ms) -> None:
    """Write one message to the outbox of a webhook.

    Args:
        webhook: whose.
        body: as it is sent.
        number: names the message, in every attempt.
        event: what the log of the webhook calls it.
        now_ms: from when it is sent.
    """
    Delivery.objects.create(
        webhook=webhook,
        message=f"msg_{number}",
        event=event,
        body=body,
        created_ms=now_ms,
        next_ms=now_ms,
    )


def _destination(call: Call, destination: str, hit_type: HitType | None) -> Target:
    """Return the topic or webhook of a destination; the webhook is made where there is none.

    Raises:
        TurkError: there is no such topic.
    """
    name = topic_in(destination, call.organisation)
    topic = topic_named(call.organisation, name) if name else None
    if topic is not None:
        return Target(topic)
    if destination.startswith("arn:"):
        raise missing("Topic", destination[:300])
    owner = hit_type.project if hit_type is not None else call.client()
    webhook = subscribe_address(destination, owner, by=call.program(), now_ms=call.now_ms)
    return Target(webhook=webhook)


def _switch(row: TurkNotification, *, is_active: bool, now_ms: Ms) -> None:
    """Switch a notification on or off; what happened while it was off is not told."""
    if is_active and not row.is_active:
        row.seen_ms = now_ms
        over_hits(row.hit_type, now_ms).update(reviewable_ms=now_ms)
    row.is_active = is_active
    row.save(update_fields=["is_active", "seen_ms"])
