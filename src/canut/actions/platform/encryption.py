"""Seal secrets that must be read again, with keys derived from the instance's secret key.

Each sort of secret has a label of its own, hence a key of its own; each secret is bound to what it
is of, so that a sealed text moved to another row does not open.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from canut.core.errors import NotReady

NONCE_BYTES = 12


def seal(text: bytes, label: bytes, bound_to: bytes) -> bytes:
    """Encrypt bytes, bound to what they are of."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(label)).encrypt(nonce, text, bound_to)


def unseal(sealed: bytes, label: bytes, bound_to: bytes) -> bytes:
    """Decrypt bytes.

    Raises:
        NotReady: they were sealed with another secret key, or for something else.
    """
    try:
        return AESGCM(_key(label)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except InvalidTag as problem:
        raise NotReady(
            "this was sealed with another secret key; bring back CANUT_SECRET_KEY", code="sealed"
        ) from problem


def _key(label: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=label)
    return derived.derive(settings.SECRET_KEY.encode())
