"""Signatures are those of a published client, whatever the path, port and body."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.turk.refusals import TurkError
from canut.core.turk.signatures import (
    Authorization,
    SignedRequest,
    check_scope,
    day_key,
    is_signed,
    read_authorization,
)

SECRET = "s" * 40
ACCESS_ID = "CNT0123456789ABCDEFG"
AT = datetime(2026, 11, 28, 23, 27, 13, tzinfo=UTC)
AT_MS = int(AT.timestamp() * 1000)
URL = "https://canut.example:8443/mturk"
TEXTS = st.text(st.characters(codec="ascii", exclude_characters="\r\n\0#?"), max_size=20)


def sign(url: str, body: bytes, region: str = "us-east-1", **headers: str) -> SignedRequest:
    """Sign a request with the published client."""
    sent: dict[str, str] = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "MTurkRequesterServiceV20170117.GetHIT",
        **headers,
    }
    request = AWSRequest("POST", url, headers=sent, data=body)
    with pytest.MonkeyPatch.context() as patch:
        moment = SimpleNamespace(utcnow=lambda: AT.replace(tzinfo=None))
        if hasattr(auth, "get_current_datetime"):
            patch.setattr(auth, "get_current_datetime", lambda: AT.replace(tzinfo=None))
        else:
            patch.setattr(auth, "datetime", SimpleNamespace(datetime=moment))
        auth.SigV4Auth(Credentials(ACCESS_ID, SECRET), "mturk-requester", region).add_auth(request)
    split = urlsplit(url)
    return SignedRequest(
        host=split.netloc.removesuffix(":443"),
        path=split.path,
        query=split.query,
        headers={name.lower(): str(text) for name, text in request.headers.items()},
        body=body,
    )


def verify(request: SignedRequest, secret: str = SECRET) -> bool:
    """Return whether a request is signed with a secret."""
    header = read_authorization(request.headers["authorization"])
    return is_signed(request, header, day_key(secret, header.day, header.region))


@settings(max_examples=20, deadline=None)
@given(
    path=st.lists(TEXTS, max_size=4).map("/".join),
    query=st.lists(
        st.from_regex(r"[a-z%0-9]{1,4}(=[a-z~%+0-9]{0,4})?", fullmatch=True), max_size=3
    ),
    port=st.sampled_from(["", ":443", ":8000"]),
    body=st.text(max_size=30),
    blanks=st.sampled_from(["a", " a  b ", "a\tb"]),
    region=st.sampled_from(["us-east-1", "eu-west-3"]),
)
def test_signature_of_a_published_client_is_right_and_of_a_changed_request_is_wrong(
    path: str, query: list[str], port: str, body: str, blanks: str, region: str
) -> None:
    url = f"https://canut.example{port}/{path}" + ("?" + "&".join(query) if query else "")

    request = sign(url, body.encode(), region, **{"X-Extra": blanks})

    assert verify(request)
    assert not verify(request, "t" * 40)
    assert not verify(replace(request, body=request.body + b" "))
    assert not verify(replace(request, path=request.path + "x"))
    assert not verify(replace(request, host="other.example"))
    assert not verify(replace(request, headers={**request.headers, "x-extra": "other"}))


def test_two_signatures_within_one_second_are_the_same() -> None:
    first, second = (sign(URL, b"{}") for _ in range(2))

    assert first.headers["authorization"] == second.headers["authorization"]


@pytest.mark.parametrize(("seconds", "passes"), [(299, True), (301, False)])
@pytest.mark.parametrize("direction", [1, -1])
def test_five_minutes_may_lie_between_the_clocks(
    seconds: int, passes: bool, direction: int
) -> None:
    request = sign(URL, b"{}")
    header = read_authorization(request.headers["authorization"])
    now_ms = AT_MS + direction * seconds * 1000

    if passes:
        check_scope(header, request.headers, now_ms)
    else:
        with pytest.raises(TurkError, match="server's time is") as refused:
            check_scope(header, request.headers, now_ms)
        assert refused.value.kind == "RequestExpired"


CHANGES: list[dict[str, Any]] = [
    {"service": "s3"},
    {"end": "aws3_request"},
    {"day": "20261127"},
    {"signed_headers": ("host", "x-amz-date")},
    {"signed_headers": ("x-amz-target", "x-amz-date", "host", "content-type")},
]


@pytest.mark.parametrize("change", CHANGES)
def test_signature_for_something_else_is_refused(change: dict[str, Any]) -> None:
    request = sign(URL, b"{}")
    header = read_authorization(request.headers["authorization"])

    with pytest.raises(TurkError) as refused:
        check_scope(replace(header, **change), request.headers, AT_MS)

    assert refused.value.kind == "InvalidSignatureException"


def test_body_is_hashed_whatever_the_header_says_of_it() -> None:
    request = sign(URL, b"{}")
    header = read_authorization(request.headers["authorization"])
    unsigned = {**request.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    another = {**request.headers, "x-amz-content-sha256": hashlib.sha256(b"else").hexdigest()}

    with pytest.raises(TurkError, match="must be signed"):
        check_scope(header, unsigned, AT_MS)
    assert not verify(replace(request, headers=another))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", "MissingAuthenticationTokenException"),
        ("Bearer canut_x", "IncompleteSignatureException"),
        ("AWS4-ECDSA-P256-SHA256 Credential=A/b, Signature=c", "IncompleteSignatureException"),
    ],
)
def test_other_forms_of_authorization_are_refused(header: str, kind: str) -> None:
    with pytest.raises(TurkError) as refused:
        read_authorization(header)

    assert refused.value.kind == kind


def test_commas_may_stand_with_and_without_a_blank() -> None:
    header = sign(URL, b"{}").headers["authorization"]

    read = read_authorization(header.replace(", ", ","))

    assert isinstance(read, Authorization)
    assert read == read_authorization(header)
