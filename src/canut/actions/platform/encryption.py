"""Encrypt secrets that must be read again, with keys derived from the instance's secret key.

Each kind of secret has its own label and key; each secret is bound to its subject, so that a
ciphertext moved to another row does not decrypt. How bytes are sealed is decided in
``core.proofs.sealed``; these are stored without its first byte, which is the same in all of them.
"""

import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from canut.core.errors import BadProof, NotReady
from canut.core.proofs import sealed as cipher


def seal(text: bytes, label: bytes, bound_to: bytes) -> bytes:
    """Encrypt bytes, bound to their subject."""
    fresh = secrets.token_bytes(cipher.FRESH_BYTES)
    return cipher.seal(_key(label), fresh, text, bound_to).removeprefix(cipher.FIRST_WAY)


def unseal(sealed: bytes, label: bytes, bound_to: bytes) -> bytes:
    """Decrypt bytes.

    Raises:
        NotReady: they were sealed with another secret key, or for something else.
    """
    try:
        return cipher.unseal(_key(label), cipher.FIRST_WAY + sealed, bound_to)
    except BadProof as problem:
        raise NotReady(
            "this was sealed with another secret key; bring back CANUT_SECRET_KEY", code="sealed"
        ) from problem


def _key(label: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=cipher.KEY_BYTES, salt=None, info=label)
    return derived.derive(settings.SECRET_KEY.encode())
