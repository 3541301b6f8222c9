"""Verify requests signed with AWS Signature Version 4.

A signature covers method, path, query, some headers and the whole body. It proves who holds the
secret of a key, and that nothing of it was changed on the way. The clock comes in as an argument,
the secret from ``actions.turk.keys``.

Source: "Signature Version 4 signing process", AWS documentation; tests compare it with the signer
of a published client.
"""

import hashlib
import hmac
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from canut.core.turk.refusals import TurkError

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "mturk-requester"
END = "aws4_request"
MOST_SKEW_S = 300
SNS = "sns"
SIGNED_AT_LEAST = frozenset({"content-type", "host", "x-amz-date"})
TARGETED = frozenset({"x-amz-target"})
"""What the calls of Mechanical Turk sign besides; those of topics have no such header."""
UNQUOTED = frozenset(string.ascii_letters + string.digits + "/-._~")
STAMP = "%Y%m%dT%H%M%SZ"
STAMP_FORM = re.compile("[0-9]{8}T[0-9]{6}Z")
AUTHORIZATION = re.compile(
    ALGORITHM + " Credential=(?P<access_id>[A-Z0-9]{16,32})/(?P<day>[0-9]{8})/"
    "(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/(?P<end>[a-z0-9_]+), ?"
    "SignedHeaders=(?P<headers>[a-z0-9;-]+), ?"
    "Signature=(?P<signature>[0-9a-f]{64})"
)
INCOMPLETE, TOKEN_MISSING = "IncompleteSignatureException", "MissingAuthenticationTokenException"
INVALID_SIGNATURE, EXPIRED = "InvalidSignatureException", "RequestExpired"
UNKNOWN_KEY = "UnrecognizedClientException"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was signed.

    Args:
        host: with its port where that is not the scheme's own.
        path: as in the request line, before any decoding.
        query: as in the request line, without the question mark.
        headers: by lower-case name, as they were received.
        body: the raw bytes.
    """

    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the header ``Authorization`` says: whose key, of which day and region, over what."""

    access_id: str
    day: str
    region: str
    service: str
    end: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """Return what the key of the day is good for."""
        return f"{self.day}/{self.region}/{self.service}/{self.end}"


def read_authorization(header: str) -> Authorization:
    """Parse the header ``Authorization``.

    Raises:
        TurkError: it is missing, or of another form.
    """
    if not header.strip():
        raise TurkError(TOKEN_MISSING, "Missing Authentication Token", status=403)
    match = AUTHORIZATION.fullmatch(header.strip())
    if match is None:
        raise TurkError(
            INCOMPLETE,
            f"Authorization header is not of the form {ALGORITHM} Credential=ID/DAY/REGION/"
            f"{SERVICE}/{END}, SignedHeaders=…, Signature=…",
        )
    parts = match.groupdict()
    return Authorization(
        access_id=parts["access_id"],
        day=parts["day"],
        region=parts["region"],
        service=parts["service"],
        end=parts["end"],
        signed_headers=tuple(parts["headers"].split(";")),
        signature=parts["signature"],
    )


def check_scope(
    authorization: Authorization, headers: Mapping[str, str], now_ms: int, service: str = SERVICE
) -> None:
    """Check what a signature is for, and that it was made less than five minutes ago.

    Args:
        authorization: as ``read_authorization`` returns it.
        headers: by lower-case name.
        now_ms: the server's clock, in milliseconds since 1970 UTC.
        service: what the key is used for.

    Raises:
        TurkError: it is for another service or day, leaves out a header, or is too old.
    """
    stamp = headers.get("x-amz-date", "")
    if not STAMP_FORM.fullmatch(stamp):
        raise TurkError(INCOMPLETE, "X-Amz-Date must be of the form 20261128T232713Z")
    wrong = {
        f"Date in Credential scope does not match YYYYMMDD from X-Amz-Date: {stamp[:8]}": (
            authorization.day != stamp[:8]
        ),
        f"Credential should be scoped to the service: '{service}'": (
            authorization.service != service
        ),
        f"Credential should be scoped with a valid terminator: '{END}'": authorization.end != END,
    }
    for message, is_wrong in wrong.items():
        if is_wrong:
            raise TurkError(INVALID_SIGNATURE, message)
    needed = SIGNED_AT_LEAST | (TARGETED if service == SERVICE else frozenset())
    left_out = needed - set(authorization.signed_headers)
    if left_out:
        raise TurkError(INVALID_SIGNATURE, f"not signed: {', '.join(sorted(left_out))}")
    if list(authorization.signed_headers) != sorted(set(authorization.signed_headers)):
        raise TurkError(INVALID_SIGNATURE, "SignedHeaders must be sorted, each once")
    body_hash = headers.get("x-amz-content-sha256")
    if body_hash is not None and not re.fullmatch("[0-9a-f]{64}", body_hash):
        raise TurkError(INVALID_SIGNATURE, "the body must be signed: send its SHA-256")
    try:
        signed_at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()
    except ValueError as problem:
        raise TurkError(INCOMPLETE, f"X-Amz-Date {stamp} is no moment") from problem
    if abs(now_ms / 1000 - signed_at) > MOST_SKEW_S:
        server = datetime.fromtimestamp(now_ms / 1000, UTC).strftime(STAMP)
        raise TurkError(
            EXPIRED,
            f"Request has expired. It was signed at {stamp}; the server's time is {server}; at "
            f"most {MOST_SKEW_S} seconds may lie between them. Set your clock.",
        )


def day_key(secret: str, day: str, region: str, service: str = SERVICE) -> bytes:
    """Return the key that signs all requests of a day in a region.

    Args:
        secret: of the key.
        day: eight digits, UTC.
        region: any; a client must name one.
        service: what the key is for.
    """
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, END):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def signature_of(request: SignedRequest, authorization: Authorization, key: bytes) -> str:
    """Return the signature a request should have.

    Args:
        request: as it was received.
        authorization: which headers were signed, and for what.
        key: of the day, as ``day_key`` returns it.
    """
    hashed = hashlib.sha256(canonical_request(request, authorization).encode()).hexdigest()
    stamp = request.headers.get("x-amz-date", "")
    to_sign = f"{ALGORITHM}\n{stamp}\n{authorization.scope}\n{hashed}"
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def is_signed(request: SignedRequest, authorization: Authorization, key: bytes) -> bool:
    """Return whether a signature is right, in a time that does not depend on where it differs."""
    body_hash = request.headers.get("x-amz-content-sha256")
    if body_hash is not None and body_hash != hashlib.sha256(request.body).hexdigest():
        return False
    expected = signature_of(request, authorization, key)
    return hmac.compare_digest(expected, authorization.signature)


def canonical_request(request: SignedRequest, authorization: Authorization) -> str:
    """Return a request in the one form that is hashed and signed."""
    headers = {**request.headers, "host": request.host}
    lines = [f"{name}:{_trim(headers.get(name, ''))}" for name in authorization.signed_headers]
    return "\n".join(
        (
            "POST",
            canonical_path(request.path),
            canonical_query(request.query),
            *lines,
            "",
            ";".join(authorization.signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )


def canonical_path(path: str) -> str:
    """Return a path with its dots resolved and each character quoted once more.

    Example:
        >>> canonical_path("/a/./b/../c%20d/")
        '/a/c%2520d/'
    """
    if not path:
        return "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part and part != ".":
            parts.append(part)
    first = "/" if path.startswith("/") else ""
    last = "/" if path.endswith("/") and parts else ""
    return _quote(first + "/".join(parts) + last) or "/"


def canonical_query(query: str) -> str:
    """Return the parameters of a query, sorted as they were sent."""
    if not query:
        return ""
    pairs = [part.partition("=") for part in query.split("&")]
    return "&".join(f"{name}={text}" for name, _sign, text in sorted(pairs))


def _quote(path: str) -> str:
    """Write each byte of a path that is no letter, digit, slash or one of ``-._~`` as ``%XX``."""
    return "".join(chr(byte) if chr(byte) in UNQUOTED else f"%{byte:02X}" for byte in path.encode())


def _trim(text: str) -> str:
    """Collapse each run of blanks in the value of a header."""
    return " ".join(text.split())
