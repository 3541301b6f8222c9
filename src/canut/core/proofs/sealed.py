"""Encrypt bytes under a key, bound to their context: a version byte, then AES-256-GCM.

A sealed text that was moved to another row, truncated or changed does not open: its context is
authenticated with it. Keys and nonces come from the caller; two texts under one key must never
share a nonce, or both are lost.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from canut.core.errors import BadProof

KEY_BYTES = 32
FRESH_BYTES = 12
FIRST_WAY = b"\x01"


def seal(key: bytes, fresh: bytes, text: bytes, bound_to: bytes) -> bytes:
    """Encrypt bytes.

    Args:
        key: 32 random bytes.
        fresh: 12 random bytes, used once with this key.
        text: bytes to seal.
        bound_to: context; the same bytes are needed to open it.

    Example:
        >>> len(seal(bytes(32), bytes(12), b"five!", b"row 7"))
        34
    """
    return FIRST_WAY + fresh + AESGCM(key).encrypt(fresh, text, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt bytes.

    Raises:
        BadProof: they were sealed under another key or for something else, or are damaged.
    """
    if sealed[:1] != FIRST_WAY or len(sealed) <= 1 + FRESH_BYTES:
        raise BadProof("what is sealed here was cut short, or sealed in a way not known here")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + FRESH_BYTES], sealed[1 + FRESH_BYTES :], bound_to)
    except InvalidTag as problem:
        raise BadProof("this was sealed under another key, or for something else") from problem
