"""Verify a person's signature of their pay statement; the key never leaves their device.

A signature states that the person agrees, or that they contest it. Nobody can prove whose key it
is; anyone can check that the same key signed this text, without asking the platform's operator.
"""

from canut.core.errors import BadInput, NotProven
from canut.core.proofs.did_key import public_of_did
from canut.core.proofs.signing import is_signed

HEAD = "canut/statement/v1"
AGREED, CONTESTED = "agreed", "contested"


def text_of_signing(sha256: str, says: str) -> bytes:
    """Return the bytes to sign.

    Args:
        sha256: SHA-256 of the statement's text, in hexadecimal.
        says: ``agreed`` or ``contested``.

    Raises:
        BadInput: ``says`` has another value.

    Example:
        >>> text_of_signing("ab" * 32, "agreed").decode().split()[0::2]
        ['canut/statement/v1', 'agreed']
    """
    if says not in {AGREED, CONTESTED}:
        raise BadInput(f"{says!r} is neither {AGREED} nor {CONTESTED}", code="countersign-says")
    return f"{HEAD}\n{sha256}\n{says}\n".encode()


def check_countersigned(sha256: str, says: str, did: str, signature: bytes) -> None:
    """Raise unless this key signed the statement.

    Args:
        sha256: SHA-256 of the statement's text, in hexadecimal.
        says: ``agreed`` or ``contested``.
        did: the did:key that signed.
        signature: 64 bytes.

    Raises:
        BadProof: the key is malformed.
        NotProven: the signature is of another key or another text.
    """
    if not is_signed(public_of_did(did), signature, text_of_signing(sha256, says)):
        raise NotProven("the signature is not by this key, or of another statement")
