"""The endpoint of the Mechanical Turk interface: signed calls in, JSON out.

No cookie is read and no session is made: the signature proves who calls. What a client signed is
taken as it was received, before anything rewrites it.
"""

import json
import secrets
import uuid
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from canut.actions.integrations.api_keys import note_key_used
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.calls import Call
from canut.actions.turk.operations import run
from canut.core.errors import BadInput, NotReady, TooMany
from canut.core.turk.hosts import SANDBOX_HOST
from canut.core.turk.profile import TurkProfile, read_profile
from canut.core.turk.refusals import FAULT, INVALID, TurkError, body_of, canut_error, invalid
from canut.core.turk.shapes import Operation, check_input, operation_named
from canut.store.platform.transient_errors import as_transient
from canut.web.kit.api import rate_limits
from canut.web.kit.json_body import read_json
from canut.web.turk.verification import signed_place, verify

JSON_11 = "application/x-amz-json-1.1"
LARGEST = 512 * 2**10


def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one call of an operation."""
    moment = now_ms()
    request_id = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    headers: Mapping[str, str] = {}
    quota = None
    try:
        operation, body = _read(request)
        signer = verify(request, body, moment)
        quota = rate_limits.count(signer.key)
        rate_limits.check(quota)
        if not signer.is_noted:
            note_key_used(signer.key, moment)
        profile = read_profile(signer.profile)
        _check_sandbox(request, profile)
        call = Call(
            operation=operation.name,
            members=check_input(operation, _json(body)),
            signer=signer,
            profile=profile,
            now_ms=moment,
            request_id=request_id,
            base_url=f"{request.scheme}://{request.get_host()}",
        )
        reply, headers = run(call, _attempt(request), body)
        response = _respond(reply, 200)
    except TurkError as error:
        response = _respond(body_of(error, moment), error.status)
    except TooMany as refusal:
        throttled = TurkError("ThrottlingException", f"Rate exceeded: {refusal}")
        response = _respond(body_of(throttled, moment), 400)
        response["Retry-After"] = str(refusal.facts.get("seconds", 1))
    except (RequestDataTooBig, UnreadablePostError):
        response = _respond(body_of(_too_large(), moment), 413)
    except (DatabaseFault, NotReady) as failure:
        if isinstance(failure, DatabaseFault) and as_transient(failure) is None:
            raise
        away = TurkError(FAULT, "The service is not ready. Try again.", status=503)
        response = _respond(body_of(away, moment), 503)
    for name, text in headers.items():
        response[name] = text
    response["x-amzn-RequestId"] = request_id
    response["Cache-Control"] = "private, no-store"
    return response


def _respond(content: Mapping[str, object], status: int) -> HttpResponse:
    return HttpResponse(json.dumps(content), content_type=JSON_11, status=status)


def _read(request: HttpRequest) -> tuple[Operation, bytes]:
    """Return the operation a request names, and its body, before anything is verified."""
    operation = operation_named(request.headers.get("X-Amz-Target", ""))
    if operation is None:
        raise TurkError("UnknownOperationException", "X-Amz-Target names no operation")
    if request.content_type != JSON_11:
        raise TurkError(INVALID, f"Content-Type must be {JSON_11}")
    body = request.body
    if len(body) > LARGEST:
        raise _too_large()
    return operation, body


def _too_large() -> TurkError:
    return TurkError(INVALID, f"The body is over {LARGEST} bytes", status=413)


def _check_sandbox(request: HttpRequest, profile: TurkProfile) -> None:
    """Check that a program that asks for the sandbox works where nobody is paid.

    Raises:
        TurkError: its key is for paid work.
    """
    if signed_place(request)[0] == SANDBOX_HOST and not profile.is_own_staff:
        raise canut_error(
            "NotASandbox",
            "This program asks for the sandbox, and its key is for paid work. Use a key whose "
            "profile is for your own staff, or the address without -sandbox.",
        )


def _attempt(request: HttpRequest) -> str:
    """Return what all tries of one call share."""
    return request.headers.get("amz-sdk-invocation-id") or request.headers["Authorization"]


def _json(body: bytes) -> object:
    """Parse the body of a call.

    Raises:
        TurkError: it is not JSON, nested too deep, or holds what cannot be stored.
    """
    try:
        return read_json(body or b"{}", code="bad-json")
    except BadInput as refusal:
        raise invalid(f"The body is not JSON that can be read: {refusal}.") from refusal
