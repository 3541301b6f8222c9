"""Write, read and verify signed notes: a text with signatures (C2SP signed-note).

Names, key ids and the two kinds of signature used here, Ed25519 and a witness's dated one, follow
C2SP. Trusted keys are an argument and never come from the note; the meaning of the text is defined
in ``checkpoint`` and elsewhere.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.signing import KEY_BYTES, SIGNATURE_BYTES, is_signed, public_of, sign
from canut.core.proofs.strict import LARGEST, read_base64, write_base64

ED25519 = 1
COSIGNATURE = 4
KINDS = {ED25519: "Ed25519", COSIGNATURE: "cosignature/v1"}
LONGEST_NOTE = 1_000_000
MOST_LINES = 100
_ID_BYTES = 4
_DATE_BYTES = 8
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # a new line is none
_DASH = "\N{EM DASH} "


class Verifier(NamedTuple):
    """A verification key: its name, signature type, and 32 public bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that distinguish keys with the same name."""
        return _key_id(self.name, self.kind, self.public)


class Signer(NamedTuple):
    """A signing key: its name, signature type, and 32 secret bytes."""

    name: str
    kind: int
    secret: bytes

    @property
    def key(self) -> Verifier:
        """Return the verification key, to be published."""
        return Verifier(self.name, self.kind, public_of(self.secret))


class NoteSignature(NamedTuple):
    """One signature of a note, not yet verified."""

    name: str
    id: bytes
    signature: bytes


class UnverifiedNote(NamedTuple):
    """A note as read; its signatures are not verified."""

    text: str
    lines: tuple[NoteSignature, ...]


class VerifiedSignature(NamedTuple):
    """A verified signature; ``at_s`` is a witness's time in seconds since 1970, else 0."""

    key: Verifier
    at_s: int


class VerifiedNote(NamedTuple):
    """A note signed by a known key: its text, signatures, and unknown signers' names."""

    text: str
    signed: tuple[VerifiedSignature, ...]
    unknown: tuple[str, ...]


def write_key(key: Verifier) -> str:
    """Write a verification key as one line, the form used in policies and on websites.

    Source:
        C2SP signed-note, section "Verifier keys".

    Example:
        >>> write_key(Verifier("a.example", 1, bytes(32)))
        'a.example+76599a8f+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    """
    _check_name(key.name)
    material = write_base64(bytes([key.kind]) + key.public)
    return f"{key.name}+{key.id.hex()}+{material}"


def read_key(text: str) -> Verifier:
    """Read a verification key.

    Raises:
        BadProof: not ``name+id+key``, an identity that is not this key's, or another kind of key.
    """
    name, identity, material = _parts(text)
    if not material:
        raise BadProof(f"{text[:60]!a} is no key; expected name+identity+key")
    kind, public = _material(name, material)
    key = Verifier(name, kind, public)
    if identity != key.id.hex():
        raise BadProof(f"the key of {name!a} has the identity {key.id.hex()}, not {identity!a}")
    return key


def write_signer(signer: Signer) -> str:
    """Write a signing key as one line, to be stored secretly."""
    material = write_base64(bytes([signer.kind]) + signer.secret)
    return f"PRIVATE+KEY+{signer.name}+{signer.key.id.hex()}+{material}"


def read_signer(text: str) -> Signer:
    """Read a signing key; errors never reveal it.

    Raises:
        BadProof: not ``PRIVATE+KEY+name+id+key``, or an identity that is not this key's.
    """
    begin, _, fields = text.partition("PRIVATE+KEY+")
    name, identity, material = _parts(fields)
    if begin or not material:
        raise BadProof("this is no secret key; expected PRIVATE+KEY+name+identity+key")
    try:
        kind, secret = _material(name, material)
    except BadProof:
        raise BadProof(f"the secret key of {name!a} cannot be read") from None
    signer = Signer(name, kind, secret)
    if identity != signer.key.id.hex():
        raise BadProof(f"the secret key of {name!a} has the identity {signer.key.id.hex()}")
    return signer


def sign_note(text: str, *signers: Signer) -> str:
    """Write a note: its text, an empty line, a line for each signature.

    Args:
        text: ends with a new line; no other control character.
        signers: Ed25519 keys; witnesses sign with ``signature_line`` and a time.

    Raises:
        BadInput: no signer, or a text that no note can have.
    """
    if not signers:
        raise BadInput("a note needs at least one signature")
    return f"{text}\n" + "".join(signature_line(text, signer) for signer in signers)


def signature_line(text: str, signer: Signer, at_s: int = 0) -> str:
    """Sign the text of a note; return one line to append to it.

    Args:
        text: the note's text.
        signer: the signing key.
        at_s: the witness's time, in seconds since 1970, for a cosignature; else left out.

    Raises:
        BadInput: a text that no note can have, a time out of range, or a time for a signature
            that has none.

    Source:
        C2SP signed-note, section "Signatures"; tlog-cosignature, section "Format".
    """
    begin, identity = _begin_of(signer)
    problem = _problem_of(text)
    if problem:
        raise BadInput(f"this cannot be the text of a note: {problem}")
    if not 0 <= at_s <= LARGEST or (at_s == 0) == (signer.kind == COSIGNATURE):
        raise BadInput(f"{KINDS[signer.kind]} signed at {at_s}; only cosignatures have a time")
    date = at_s.to_bytes(_DATE_BYTES) if signer.kind == COSIGNATURE else b""
    signature = sign(signer.secret, _message(text, signer.kind, at_s))
    return f"{begin}{write_base64(identity + date + signature)}\n"


def read_note(raw: bytes) -> UnverifiedNote:
    """Read a note without verifying its signatures; nothing in it may be trusted yet.

    Raises:
        BadProof: too long, not UTF-8, control characters, no signature, or a line that is none.

    Source:
        C2SP signed-note, section "Format".
    """
    if len(raw) > LONGEST_NOTE:
        raise BadProof(f"the note has {len(raw)} bytes; at most {LONGEST_NOTE} are read")
    try:
        whole = raw.decode()
    except UnicodeDecodeError as problem:
        raise BadProof(f"the note is not UTF-8 ({problem})") from problem
    text, split, below = whole.rpartition("\n\n")
    text += "\n"
    if not split or not below.endswith("\n"):
        raise BadProof("the note has no empty line with whole signature lines below it")
    odd = _problem_of(text)
    if odd:
        raise BadProof(f"the text of the note is no note's: {odd}")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise BadProof(f"the note has {len(lines)} signatures; at most {MOST_LINES} are read")
    return UnverifiedNote(text, tuple(_read_line(line) for line in lines))


def open_note(raw: bytes, keys: Sequence[Verifier]) -> VerifiedNote:
    """Verify the signatures of a note, and return its text.

    Args:
        raw: the note.
        keys: the keys that are trusted; signatures of others are named and not counted.

    Raises:
        BadProof: no note at all.
        NotProven: no trusted key signed it, or a signature in a trusted key's name is not its own.

    Source:
        C2SP signed-note, section "Signatures".
    """
    note = read_note(raw)
    key_of_signer = {(key.name, key.id): key for key in keys}
    signed: list[VerifiedSignature] = []
    unknown: list[str] = []
    for line in note.lines:
        key = key_of_signer.get((line.name, line.id))
        if key is None:
            unknown.append(line.name)
        else:
            signed.append(_checked(note.text, line, key))
    if not signed:
        raise NotProven(f"no trusted key signed this note; it names {_named(unknown)}")
    return VerifiedNote(note.text, tuple(signed), tuple(unknown))


def _checked(text: str, line: NoteSignature, key: Verifier) -> VerifiedSignature:
    dated = _DATE_BYTES if key.kind == COSIGNATURE else 0
    at_s = int.from_bytes(line.signature[:dated])
    signature = line.signature[dated:]
    fits = len(line.signature) == dated + SIGNATURE_BYTES and at_s <= LARGEST
    if not fits or not is_signed(key.public, signature, _message(text, key.kind, at_s)):
        raise NotProven(f"the signature in the name of {key.name!a} is not by its key")
    return VerifiedSignature(key, at_s)


def _message(text: str, kind: int, at_s: int) -> bytes:
    head = f"cosignature/v1\ntime {at_s}\n" if kind == COSIGNATURE else ""
    return (head + text).encode()


def _read_line(line: str) -> NoteSignature:
    name, split, signature = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not split or not _is_name(name):
        raise BadProof(f"{line[:60]!a} is no signature line; expected a dash, a name, a signature")
    raw = read_base64(signature, f"the signature of {name!a}")
    if len(raw) <= _ID_BYTES:
        raise BadProof(f"the signature of {name!a} has {len(raw)} bytes; expected more")
    return NoteSignature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def _problem_of(text: str) -> str:
    if not text.endswith("\n"):
        return "it does not end with a new line"
    odd = _CONTROL.search(text)
    return f"it holds the control character {odd[0]!a}" if odd else ""


def _parts(text: str) -> tuple[str, str, str]:
    name, _, fields = text.partition("+")
    identity, _, material = fields.partition("+")
    return name, identity, material


def _material(name: str, material: str) -> tuple[int, bytes]:
    if not _is_name(name):
        raise BadProof(f"{name!a} is no name of a key; expected one without spaces and plus signs")
    raw = read_base64(material, f"the key of {name!a}")
    if not raw or raw[0] not in KINDS or len(raw) != 1 + KEY_BYTES:
        kind = raw[0] if raw else "none"
        raise BadProof(
            f"the key of {name!a} is of kind {kind} with {max(0, len(raw) - 1)} bytes; read here: "
            f"1 (Ed25519) and 4 (cosignature/v1), {KEY_BYTES} bytes"
        )
    return raw[0], raw[1:]


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + bytes([kind]) + public).digest()[:_ID_BYTES]


@lru_cache(maxsize=16)  # a log signs with one key, answer after answer
def _begin_of(signer: Signer) -> tuple[str, bytes]:
    """Return the prefix of a signer's lines, and the id of its key."""
    _check_name(signer.name)
    return f"{_DASH}{signer.name} ", signer.key.id


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise BadInput(f"{name!a} is no name of a key; expected one without spaces and plus signs")


def _is_name(name: str) -> bool:
    is_plain = not any(char.isspace() or char == "+" or char < " " for char in name)
    return bool(name) and is_plain and not any("\ud800" <= char <= "\udfff" for char in name)


def _named(names: Sequence[str]) -> str:
    most = 5
    listed = ", ".join(ascii(name) for name in names[:most])
    return listed + (f" and {len(names) - most} more" if len(names) > most else "")
