"""What a person signs of their pay statement, with a key that never leaves their device.

They say that it is right, or that they contest it. Whose key it is nobody can prove; that the same
key said so of this very text, anybody can check, without asking whoever runs the platform.
"""

from canut.core.errors import BadInput, NotProven
from canut.core.proofs.did_key import public_of_did
from canut.core.proofs.signing import is_signed

HEAD = "canut/statement/v1"
AGREED, CONTESTED = "agreed", "contested"


def text_of_signing(sha256: str, says: str) -> bytes:
    """Return the bytes that are signed.

    Args:
        sha256: the hash of the statement's text, in hexadecimal.
        says: ``agreed`` or ``contested``.

    Raises:
        BadInput: something else is said.

    Example:
        >>> text_of_signing("ab" * 32, "agreed").decode().split()[0::2]
        ['canut/statement/v1', 'agreed']
    """
    if says not in {AGREED, CONTESTED}:
        raise BadInput(f"{says!r} is neither {AGREED} nor {CONTESTED}", code="countersign-says")
    return f"{HEAD}\n{sha256}\n{says}\n".encode()


def check_countersigned(sha256: str, says: str, did: str, signature: bytes) -> None:
    """Check that a key signed a statement.

    Args:
        sha256: the hash of the statement's text, in hexadecimal.
        says: ``agreed`` or ``contested``.
        did: the did:key that signed.
        signature: 64 bytes.

    Raises:
        BadProof: no such key.
        NotProven: the signature is not by it, or of something else.
    """
    if not is_signed(public_of_did(did), signature, text_of_signing(sha256, says)):
        raise NotProven("the signature is not by this key, or of another statement")
