"""Name a person or an issuer by their key alone (did:key), without any register.

A did:key is an Ed25519 key in letters; it does not say who holds it. The caller decides which keys
to trust.
"""

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.signing import KEY_BYTES, check_key

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PREFIX = "did:key:"
_ED25519 = b"\xed\x01"
_LONGEST = 200
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def write_base58(raw: bytes) -> str:
    """Write bytes in base 58, preserving leading zeros.

    Example:
        >>> write_base58(b"canut")
        'CDK55Nb'
    """
    number = int.from_bytes(raw)
    letters: list[str] = []
    while number:
        number, value = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[value])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return ALPHABET[0] * zeros + "".join(reversed(letters))


def read_base58(text: str) -> bytes:
    """Read base 58; every byte string has exactly one spelling.

    Raises:
        BadProof: a letter that is not in the alphabet, or more letters than any key needs.
    """
    if len(text) > _LONGEST:
        raise BadProof(f"{len(text)} letters of base 58; at most {_LONGEST} are read")
    number = 0
    for letter in text:
        value = _VALUE.get(letter)
        if value is None:
            raise BadProof(f"{letter!a} is no letter of base 58")
        number = number * len(ALPHABET) + value
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def read_multibase(text: str, name: str) -> bytes:
    """Read base 58 after the letter z, the form of W3C keys and signatures.

    Raises:
        BadProof: another first letter, or no base 58.

    Source:
        W3C Controlled Identifiers 1.0, section 2.4.
    """
    if not text.startswith("z"):
        raise BadProof(f"{name} begins with {text[:1]!a}; expected z, for base 58")
    return read_base58(text[1:])


def did_of(public: bytes) -> str:
    """Return the did:key of an Ed25519 key.

    Raises:
        BadInput: the key is not 32 bytes.

    Source:
        W3C CCG did:key method 0.9.

    Example:
        >>> did_of(bytes(32))
        'did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP'
    """
    if len(public) != KEY_BYTES:
        raise BadInput(f"an Ed25519 key has {KEY_BYTES} bytes; this one has {len(public)}")
    return f"{PREFIX}z{write_base58(_ED25519 + public)}"


def public_of_did(did: str) -> bytes:
    """Return the Ed25519 key that a did:key names.

    Raises:
        BadProof: another kind of name, or another kind of key.
    """
    if not did.startswith(PREFIX):
        raise BadProof(f"{did[:60]!a} is no did:key")
    raw = read_multibase(did.removeprefix(PREFIX), "the key of the did:key")
    if not raw.startswith(_ED25519):
        raise BadProof(f"{did[:60]!a} is no Ed25519 key; no other kind is read here")
    public = raw.removeprefix(_ED25519)
    check_key(public)
    return public


def method_of(public: bytes) -> str:
    """Return the id of a did:key's only key, as signed documents use it."""
    did = did_of(public)
    return f"{did}#{did.removeprefix(PREFIX)}"


def public_of_method(method: str) -> bytes:
    """Return the key of a verification method that is a did:key.

    Raises:
        BadProof: not a did:key with its own key behind the sign #.
    """
    did, _, part = method.partition("#")
    public = public_of_did(did)
    if method != method_of(public):
        raise BadProof(f"{did[:60]!a} has no key named {part[:60]!a}")
    return public
