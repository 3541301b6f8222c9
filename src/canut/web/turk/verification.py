"""Verify who signed a request, over what was received, before anything rewrites it."""

from django.http import HttpRequest

from canut.actions.turk.keys import signing_key
from canut.core.turk.hosts import FIXED_HOSTS, SIGNED_HOST, SIGNED_PATH
from canut.core.turk.refusals import TurkError
from canut.core.turk.signatures import (
    INVALID_SIGNATURE,
    SERVICE,
    UNKNOWN_KEY,
    SignedRequest,
    check_scope,
    is_signed,
    read_authorization,
)
from canut.store.turk.keys import Signer, find_signer


def verify(request: HttpRequest, body: bytes, moment: int, service: str = SERVICE) -> Signer:
    """Return who signed a request.

    Raises:
        TurkError: nobody did, or not this request, or not now.
    """
    headers = {name.lower(): text for name, text in request.headers.items()}
    authorization = read_authorization(headers.get("authorization", ""))
    if "X-Amz-Signature" in request.META.get("QUERY_STRING", ""):
        raise TurkError(INVALID_SIGNATURE, "a presigned address is not taken; sign the headers")
    check_scope(authorization, headers, moment, service)
    host, path = signed_place(request)
    signed = SignedRequest(host, path, request.META.get("QUERY_STRING", ""), headers, body)
    key = signing_key(authorization.access_id, authorization.day, authorization.region, service)
    is_right = is_signed(signed, authorization, key)
    signer = find_signer(authorization.access_id, moment)
    if signer is None:
        raise TurkError(UNKNOWN_KEY, "The security token included in the request is invalid.")
    if not is_right:
        raise TurkError(
            INVALID_SIGNATURE,
            "The request signature we calculated does not match the signature you provided. It "
            f"was verified for the host {host} and the path {path}. Check your secret key, and "
            "that no proxy on the way rewrites Host or path.",
        )
    return signer


def signed_place(request: HttpRequest) -> tuple[str, str]:
    """Return the host and path that a client signed: those of the request, or of a fixed host."""
    host = request.META.get("HTTP_HOST", "")
    path = request.META.get("RAW_URI") or request.META.get("PATH_INFO", "")
    fixed = request.headers.get(SIGNED_HOST, "")
    if fixed in FIXED_HOSTS:
        return fixed, request.headers.get(SIGNED_PATH, "/")
    if host in FIXED_HOSTS:
        return host, "/"
    return host, path.partition("?")[0]
