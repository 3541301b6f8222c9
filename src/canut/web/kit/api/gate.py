"""The only entry to the API: authentication, permission, rate limit, body checks.

No cookie is read and no session is created: the key in ``Authorization: Bearer KEY`` is enough.
One query loads it with the project and the program's role in it.
"""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase

from canut.actions.integrations import api_keys
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Forbidden, Missing, Refusal
from canut.store.integrations.api_keys import Caller, find_caller, person_numbered, project_numbered
from canut.store.models import Person, Project
from canut.web.kit.api import rate_limits
from canut.web.kit.api.idempotency import RepeatRule, Repeats, answered
from canut.web.kit.api.problems import no, too_large
from canut.web.kit.audiences import Audience

JSON = "application/json"
NDJSON = "application/x-ndjson"
BYTES = "application/octet-stream"
type Run = Callable[..., HttpResponseBase]


class ApiRequest(HttpRequest):
    """An authenticated request."""

    caller: Caller


def gate(
    audience: Audience, takes: tuple[str, ...], *, repeats: Repeats, may_be_bare: bool = False
) -> Callable[[Run], Run]:
    """Restrict an operation to an audience; turn all refusals into problem details.

    Args:
        audience: the same as that of pages.
        takes: media types of the body; none where there is no body.
        repeats: how the same ``Idempotency-Key`` gets the same answer.
        may_be_bare: whether the body may be left out.
    """

    def around(run: Run) -> Run:
        @wraps(run)
        def gated(request: HttpRequest, **parts: object) -> HttpResponseBase:
            quota = None
            try:
                caller = _who(request, str(parts.get("project", "")))
                quota = rate_limits.count(caller.key)
                rate_limits.check(quota)
                _check_may(caller, audience, parts)
                if not (may_be_bare and not request.body):
                    _check_body(request, takes)
                cast("ApiRequest", request).caller = caller
                again = RepeatRule(repeats, is_stream=request.content_type in {NDJSON, BYTES})
                answer = answered(request, caller.key, lambda: run(request, **parts), again)
            except Refusal as refusal:
                answer = no(request, refusal)
            except (RequestDataTooBig, UnreadablePostError):
                answer = too_large(request)
            if quota is not None:
                rate_limits.say(answer, quota)
            answer["Cache-Control"] = "private, no-store"
            return answer

        return gated

    return around


def caller_of(request: HttpRequest) -> Caller:
    """Return the calling program."""
    return cast("ApiRequest", request).caller


def project_of(request: HttpRequest) -> Project:
    """Return the project of the address, which is within the key's scope."""
    return project_numbered(caller_of(request).found or 0)


def project_id_of(request: HttpRequest) -> int:
    """Return the id of the project of the address."""
    return caller_of(request).found or 0


def actor_of(request: HttpRequest) -> Person:
    """Return the calling program as a person."""
    return person_numbered(caller_of(request).person)


def seat_of(request: HttpRequest) -> int:
    """Return the program's worker in the project of the address."""
    return api_keys.seat_of(caller_of(request), now_ms())


def _who(request: HttpRequest, slug: str) -> Caller:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Forbidden("send Authorization: Bearer KEY", code="key-needed")
    now_ms = system_clock.now_ms()
    caller = find_caller(api_keys.hash_of(token.strip()), slug, now_ms)
    if caller is None:
        raise Forbidden("this key is not one of this instance, or was revoked", code="key-unknown")
    if caller.is_over:
        raise Forbidden("this key has ended; make another", code="key-over")
    if not caller.is_noted:
        api_keys.note_key_used(caller.key, now_ms)
    return caller


def _check_may(caller: Caller, audience: Audience, parts: dict[str, object]) -> None:
    if "project" in parts and not caller.reaches:
        raise Missing(f"no project {parts['project']!r} that this key reaches")
    if audience.roles and caller.role not in audience.roles:
        raise Forbidden(
            f"this key is a {caller.role}'s; this is for: {', '.join(sorted(audience.roles))}",
            code="key-role",
            role=caller.role,
            wanted=", ".join(sorted(audience.roles)),
        )


def _check_body(request: HttpRequest, takes: tuple[str, ...]) -> None:
    if takes and request.content_type not in takes:
        raise BadInput(
            f"the body is {request.content_type or 'of no type'}; send {' or '.join(takes)}",
            code="media-type",
            seen=(request.content_type or "")[:80],
            wanted=" or ".join(takes),
        )
