"""The endpoint of topics: signed calls of the query protocol in, XML out.

It is the part of Amazon SNS that programs of Mechanical Turk use (``actions.turk.topics``), with
the same keys. No cookie is read.
"""

import secrets
import uuid
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from canut.actions.integrations.api_keys import note_key_used
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.topics import ACTIONS, Row, TopicCall
from canut.core.errors import NotReady, Refusal, TooMany
from canut.core.turk.notifications import sns_error
from canut.core.turk.refusals import FAULT, TurkError
from canut.core.turk.signatures import SNS
from canut.store.platform.transient_errors import as_transient
from canut.web.kit.api import rate_limits
from canut.web.turk.verification import verify

NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
FORM, XML = "application/x-www-form-urlencoded", "text/xml"
LARGEST, MOST_PARAMETERS = 64 * 2**10, 100
SENDER, RECEIVER = "Sender", "Receiver"


def topics(request: HttpRequest) -> HttpResponse:
    """Answer one call about topics."""
    moment = now_ms()
    request_id = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    try:
        body, status = _run(request, moment, request_id), 200
    except TurkError as error:
        body, status = _error_xml(error.kind, error.message, request_id), error.status
    except TooMany as refusal:
        body, status = _error_xml("Throttling", f"Rate exceeded: {refusal}", request_id), 400
    except Refusal as refusal:
        body, status = _error_xml("InvalidParameter", str(refusal), request_id), 400
    except (RequestDataTooBig, UnreadablePostError):
        body, status = _error_xml("InvalidParameter", "The body is too large", request_id), 413
    except DatabaseFault as failure:
        if as_transient(failure) is None:
            raise
        body, status = _error_xml(FAULT, "The service is not ready.", request_id, RECEIVER), 503
    response = HttpResponse(body, content_type=XML, status=status)
    response["x-amzn-RequestId"] = request_id
    response["Cache-Control"] = "private, no-store"
    return response


def _run(request: HttpRequest, moment: int, request_id: str) -> str:
    """Verify a call, run it, and return its reply.

    Raises:
        TurkError: it is not signed, or its action refuses.
    """
    if request.content_type != FORM or len(request.body) > LARGEST:
        raise sns_error("InvalidParameter", f"Send {FORM} of at most {LARGEST} bytes")
    signer = verify(request, request.body, moment, SNS)
    rate_limits.check(rate_limits.count(signer.key))
    if not signer.is_noted:
        note_key_used(signer.key, moment)
    parameters = _parameters(request.body)
    action = parameters.get("Action", "")
    if action not in ACTIONS:
        raise sns_error("InvalidAction", f"The action {action[:60]} is not offered here")
    try:
        row = ACTIONS[action](TopicCall(signer, parameters, moment))
    except NotReady as refusal:
        raise TurkError(FAULT, str(refusal), status=503) from refusal
    return _reply_xml(action, row, request_id)


def _parameters(body: bytes) -> dict[str, str]:
    """Return the parameters of a call by name, each once.

    Raises:
        TurkError: they cannot be read, or are too many.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as problem:
        raise sns_error("InvalidParameter", "The parameters cannot be read") from problem
    if any("\0" in name + text for name, text in pairs):
        raise sns_error("InvalidParameter", "A parameter holds a character that no text has")
    return dict(pairs)


def _reply_xml(action: str, row: Row, request_id: str) -> str:
    """Write a reply as SNS writes it: a result by the name of the action, and the request."""
    parts: list[str] = []
    for name, content in row.items():
        if isinstance(content, str):
            parts.append(_element(name, escape(content)))
        elif isinstance(content, dict):
            entries = (
                _element("key", escape(key)) + _element("value", escape(text))
                for key, text in content.items()
            )
            parts.append(_element(name, "".join(_element("entry", entry) for entry in entries)))
        else:
            members = (_element("member", _element("TopicArn", escape(arn))) for arn in content)
            parts.append(_element(name, "".join(members)))
    whole = _element(f"{action}Result", "".join(parts))
    metadata = _element("ResponseMetadata", _element("RequestId", request_id))
    return f'<{action}Response xmlns="{NAMESPACE}">{whole}{metadata}</{action}Response>'


def _error_xml(code: str, message: str, request_id: str, at_fault: str = SENDER) -> str:
    error = (
        _element("Type", at_fault)
        + _element("Code", escape(code))
        + _element("Message", escape(message))
    )
    whole = _element("Error", error) + _element("RequestId", request_id)
    return f'<ErrorResponse xmlns="{NAMESPACE}">{whole}</ErrorResponse>'


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
