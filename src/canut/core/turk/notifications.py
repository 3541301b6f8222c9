"""What notifications of HIT types say, and the names of topics.

A notification is one JSON document with the events of a HIT type. To an address of its own it goes
as it is; over a topic it is the ``Message`` of the topic's own document.

Source:
    Amazon Mechanical Turk API Reference, Notifications; Amazon SNS, message formats.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from canut.core.clock import Ms, from_ms
from canut.core.turk.refusals import TurkError, invalid, not_offered

VERSIONS = ("2006-05-05", "2014-08-15")
SNS = "SNS"
ARN = re.compile(
    r"arn:canut:sns:us-east-1:(?P<organisation>[0-9]{1,18}):(?P<name>[A-Za-z0-9_-]{1,256})"
)
TOPIC_NAME = re.compile("[A-Za-z0-9_-]{1,256}")
PING = "Ping"
USE_INSTEAD = (
    "Use the Transport SNS with a Destination that begins with https://, or with the ARN of a "
    "topic made at /mturk/sns of this instance."
)


@dataclass(frozen=True, slots=True)
class TurkEvent:
    """One thing that happened to a HIT, or to an assignment of it."""

    type: str
    at_ms: Ms
    hit_type: str
    hit: str
    assignment: str = ""


def topic_arn(organisation: int, name: str) -> str:
    """Return the ARN of a topic of an organisation.

    Example:
        >>> topic_arn(7, "weather")
        'arn:canut:sns:us-east-1:7:weather'
    """
    return f"arn:canut:sns:us-east-1:{organisation}:{name}"


def topic_in(arn: str, organisation: int) -> str:
    """Return the name of the topic of an organisation that an ARN names; empty for any other."""
    match = ARN.fullmatch(arn)
    return match["name"] if match and int(match["organisation"]) == organisation else ""


def check_specification(specification: Mapping[str, object]) -> None:
    """Check where a notification goes and in which version.

    Raises:
        TurkError: ``Canut.NotOffered``: a queue, an e-mail address or a topic of Amazon; or a
            version that is not known, or no event.
    """
    transport, destination = specification["Transport"], str(specification["Destination"])
    is_own = destination.startswith(("https://", "http://")) or ARN.fullmatch(destination)
    if transport != SNS or not is_own:
        what = "A topic of Amazon" if transport == SNS else f"The Transport {transport}"
        raise not_offered(what, USE_INSTEAD)
    if specification["Version"] not in VERSIONS:
        raise invalid(
            f"Value '{str(specification['Version'])[:20]}' at 'Notification.Version' must be one "
            f"of: {', '.join(VERSIONS)}"
        )
    if not specification["EventTypes"]:
        raise invalid("'Notification.EventTypes' must name an event")


def refuse_ping(event_types: Sequence[str]) -> None:
    """Refuse to subscribe to the event that only a test sends.

    Raises:
        TurkError: it is among them.
    """
    if PING in event_types:
        raise invalid(f"{PING} is sent by SendTestEventNotification alone")


def write_document(
    version: str, organisation: int, number: str, events: Sequence[TurkEvent]
) -> str:
    """Write the document of some events.

    Args:
        version: as the specification has it.
        organisation: of the requester.
        number: names this document; the same in every attempt to deliver it.
        events: in order.
    """
    rows = [
        {
            "EventType": event.type,
            "EventTimestamp": _moment(event.at_ms),
            "HITTypeId": event.hit_type,
            "HITId": event.hit,
            **({"AssignmentId": event.assignment} if event.assignment else {}),
        }
        for event in events
    ]
    document = {
        "EventDocVersion": version,
        "EventDocId": number,
        "CustomerId": str(organisation),
        "Events": rows,
    }
    return _json(document)


def write_topic_message(arn: str, number: str, message: str, now_ms: Ms) -> str:
    """Write what a topic sends to who subscribed and confirmed."""
    return _json(
        {
            "Type": "Notification",
            "MessageId": number,
            "TopicArn": arn,
            "Message": message,
            "Timestamp": _moment(now_ms),
        }
    )


def write_confirmation(arn: str, number: str, token: str, now_ms: Ms) -> str:
    """Write what a topic sends first: a token that the subscriber gives back."""
    return _json(
        {
            "Type": "SubscriptionConfirmation",
            "MessageId": number,
            "Token": token,
            "TopicArn": arn,
            "Message": f"You have chosen to subscribe to the topic {arn}. To confirm the "
            "subscription, call ConfirmSubscription with this token.",
            "Timestamp": _moment(now_ms),
        }
    )


def sns_error(code: str, message: str, status: int = 400) -> TurkError:
    """Return an error of the topics' interface."""
    return TurkError(code, message, status=status)


def _moment(at_ms: Ms) -> str:
    moment: datetime = from_ms(at_ms).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
