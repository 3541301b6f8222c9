"""Who signs credentials: the instance, by a key of its own that is derived from the log's.

Deriving it leaves one secret to keep and to bring back from a backup; from the derived key nobody
learns the other. Its name is a did:web below the instance's address, and the key is in the name's
fragment, so that a credential says which key signed it whatever the address becomes.
"""

from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from canut.actions.ledger.log_keys import signer_of
from canut.core.passport.credentials import Issuer
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import KEY_BYTES, public_of
from canut.store.portrait.drawings import operator_name

INFO = b"canut/passport/v1"
PATH = "passport"


def issuer_now() -> Issuer:
    """Return the instance as an issuer: its did:web, its name and its address."""
    url = str(settings.URL).rstrip("/")
    return Issuer(did_web(url), operator_name() or urlsplit(url).netloc, url)


def did_web(url: str) -> str:
    """Return the did:web of an address, with the path of the passport.

    Source:
        W3C CCG did:web method, section 3.1.

    Example:
        >>> did_web("http://127.0.0.1:8000")
        'did:web:127.0.0.1%3A8000:passport'
    """
    parts = urlsplit(url)
    path = [quote(part, safe="") for part in parts.path.split("/") if part]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path, PATH])


def passport_secret() -> bytes:
    """Return the 32 secret bytes that sign credentials.

    Raises:
        NotReady: the log's key cannot be read or made.
    """
    return _derived(signer_of("canut").secret)


def method_now() -> str:
    """Return the name of the key: the issuer's, and the key itself as fragment."""
    return f"{issuer_now().did}#{_multibase()}"


def did_document() -> dict[str, Any]:
    """Return the document of the issuer's did:web: its one key, for assertions.

    Source:
        W3C Controlled Identifiers 1.0, section 2.
    """
    did, method = issuer_now().did, method_now()
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": _multibase(),
            }
        ],
        "assertionMethod": [method],
    }


def _multibase() -> str:
    return did_of(public_of(passport_secret())).removeprefix("did:key:")


@cache
def _derived(secret: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INFO).derive(secret)
