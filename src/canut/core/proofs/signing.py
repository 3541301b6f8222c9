"""Sign and verify bytes with Ed25519.

Keys are the 32 bytes of RFC 8032. Whose key it is, and whether to trust it, is decided elsewhere:
``note`` for logs and witnesses, ``did_key`` for people and issuers, ``policy`` for trust.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from canut.core.errors import BadProof

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def public_of(secret: bytes) -> bytes:
    """Return the public key of a secret seed.

    Raises:
        BadProof: the seed is not 32 bytes.
    """
    return _private(secret).public_key().public_bytes_raw()


def sign(secret: bytes, message: bytes) -> bytes:
    """Sign a message; the same seed and message give the same 64 bytes.

    Raises:
        BadProof: the seed is not 32 bytes.

    Source:
        RFC 8032, section 5.1.6.
    """
    return _private(secret).sign(message)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether this key signed this message.

    Raises:
        BadProof: the key is not 32 bytes.

    Source:
        RFC 8032, section 5.1.7.
    """
    check_key(public)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_key(key: bytes) -> None:
    """Raise if a key, secret or public, has the wrong length.

    Raises:
        BadProof: it is not 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise BadProof(f"an Ed25519 key has {KEY_BYTES} bytes; this one has {len(key)}")


@lru_cache(maxsize=16)  # reading a key costs as much as signing with it
def _private(secret: bytes) -> Ed25519PrivateKey:
    check_key(secret)
    return Ed25519PrivateKey.from_private_bytes(secret)
