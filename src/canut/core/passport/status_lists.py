"""Tell which credentials were revoked, without telling anybody which one is asked for.

A list has one bit for each credential, in an order drawn at random. Whoever verifies fetches the
whole list, so the instance does not learn which credential is looked at.
"""

import base64
import gzip
import io
import json
from datetime import UTC, datetime

from canut.core.clock import DAY_MS
from canut.core.errors import BadProof
from canut.core.proofs.credential_terms import CREDENTIALS
from canut.core.proofs.signing import SIGNATURE_BYTES, is_signed, sign

ENTRIES = 131_072  # the least of the standard, so that one bit hides among many
VALID_DAYS = 7
LARGEST_LIST = 2**20


def encode_bits(bits: bytes) -> str:
    """Return a list's bits as the standard writes them: gzip, then base64url after the letter u.

    Source:
        W3C Bitstring Status List 1.0, section 3.3.
    """
    packed = gzip.compress(bits, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_bits(encoded: str) -> bytes:
    """Return the bits of a list.

    Raises:
        BadProof: it is not written so, or longer than any list.
    """
    try:
        packed = _unbase64(encoded.removeprefix("u"))
        bits = _unpacked(packed)
    except (ValueError, EOFError, OSError) as problem:
        raise BadProof(f"this is no list of a status ({problem})") from problem
    if not encoded.startswith("u") or 8 * len(bits) < ENTRIES:
        raise BadProof("this is no list of a status")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Return a list's bit; the first is the leftmost of the first byte.

    Raises:
        BadProof: the list has no such bit.
    """
    if not 0 <= index < 8 * len(bits):
        raise BadProof(f"the list has {8 * len(bits)} entries; there is no entry {index}")
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def set_bit(bits: bytes, index: int) -> bytes:
    """Return the list with one bit set."""
    changed = bytearray(bits)
    changed[index // 8] |= 1 << (7 - index % 8)
    return bytes(changed)


def status_list_jwt(bits: bytes, address: str, key: tuple[str, bytes], now_ms: int) -> str:
    """Return a status list as a signed JWT, valid for a week.

    Args:
        bits: the list.
        address: where it is served.
        key: the name of the signer's key, ``DID#fragment``, and its 32 secret bytes.
        now_ms: when, milliseconds since 1970 UTC.

    Source:
        W3C Securing Verifiable Credentials using JOSE and COSE, section 3.1; RFC 8037.
    """
    until_ms = now_ms + VALID_DAYS * DAY_MS
    method, secret = key
    issuer = method.partition("#")[0]
    claims = {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": _moment(now_ms),
        "validUntil": _moment(until_ms),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(bits),
        },
        "iss": issuer,
        "jti": f"{address}@{now_ms}",
        "iat": now_ms // 1000,
        "nbf": now_ms // 1000,
        "exp": until_ms // 1000,
    }
    head = {"alg": "EdDSA", "kid": method, "typ": "vc+jwt", "cty": "vc"}
    signed = f"{_base64(_json(head))}.{_base64(_json(claims))}"
    return f"{signed}.{_base64(sign(secret, signed.encode()))}"


def read_status_jwt(text: str, public: bytes, now_ms: int) -> bytes:
    """Return the bits of a signed list.

    Raises:
        BadProof: it is no such list, not by this key, or past its week.
    """
    try:
        head, claims, signature = text.strip().split(".")
        algorithm = json.loads(_unbase64(head)).get("alg")
        stated = json.loads(_unbase64(claims))
        value = _unbase64(signature)
        until = int(stated["exp"])
        encoded = str(stated["credentialSubject"]["encodedList"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadProof(f"this is no signed status list ({problem})") from problem
    is_whole = algorithm == "EdDSA" and len(value) == SIGNATURE_BYTES
    if not is_whole or not is_signed(public, value, f"{head}.{claims}".encode()):
        raise BadProof("the status list is not signed by the issuer")
    if until * 1000 < now_ms:
        raise BadProof("the status list is out of date; fetch it again")
    return decode_bits(encoded)


def _unpacked(packed: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
        bits = file.read(LARGEST_LIST + 1)
    if len(bits) > LARGEST_LIST:
        raise ValueError("it is longer than any list")
    return bits


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _moment(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
