"""Signed notes, cosignatures, checkpoints and keys, as C2SP writes them."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from canut_verify import RefusedError, UnreadableError

PLAIN, COSIGNED = 1, 4
NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
LINE = re.compile(r"\u2014 (?P<name>[^\s+\x00-\x1f]+) (?P<signature>\S+)")
NUMBER = re.compile(r"(?:0|[1-9][0-9]*)", re.ASCII)
EMPTY = sha256().digest()
MAXIMUM = (1 << 63) - 1
LONGEST, MOST, NAMED = 1_000_000, 100, 5
NUMBER_BYTES, DATE_BYTES, KEY_BYTES = 4, 8, 32


@dataclass(frozen=True)
class Key:
    """A public key: name, kind, bytes."""

    name: str
    kind: int
    raw: bytes

    @property
    def number(self) -> bytes:
        """The four bytes that stand in signature lines."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[
            :NUMBER_BYTES
        ]


@dataclass(frozen=True)
class Opened:
    """A note some of the keys signed: who, when (seconds, 0 without), and who else."""

    text: str
    by: dict[Key, int]
    strangers: list[str]


@dataclass(frozen=True)
class Head:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def strict_base64(text: str) -> bytes:
    """Decode the only base64 spelling of some bytes."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as why:
        raise UnreadableError(f"not base64: {text[:40]!a} ({why})") from why
    if base64.b64encode(raw).decode() != text:
        raise UnreadableError(f"not the plain spelling of this base64: {text[:40]!a}")
    return raw


def strict_number(text: str) -> int:
    """Read digits without leading zeros, below 2^63."""
    if not NUMBER.fullmatch(text) or len(text) > len(str(MAXIMUM)) or int(text) > MAXIMUM:
        raise UnreadableError(f"not a plain number: {text[:40]!a}")
    return int(text)


def parse_key(text: str) -> Key:
    """Read ``name+number+key``."""
    name, _, rest = text.partition("+")
    number, _, material = rest.partition("+")
    if not NAME.fullmatch(name):
        raise UnreadableError(f"not a key: {text[:60]!a}")
    raw = strict_base64(material)
    if len(raw) != KEY_BYTES + 1 or raw[0] not in {PLAIN, COSIGNED}:
        raise UnreadableError(f"not an Ed25519 key: {text[:60]!a}")
    key = Key(name, raw[0], raw[1:])
    if key.number.hex() != number:
        raise UnreadableError(f"the number of this key is {key.number.hex()}: {text[:60]!a}")
    return key


def signers(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a note into its text and its signatures by name, unchecked."""
    if len(note) > LONGEST:
        raise UnreadableError("the note is too long")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as why:
        raise UnreadableError(f"the note is not UTF-8: {why}") from why
    cut = whole.rfind("\n\n")
    if cut < 0 or not whole.endswith("\n") or cut + 2 >= len(whole):
        raise UnreadableError("the note has no signatures below an empty line")
    if any(char < " " and char != "\n" for char in whole):
        raise UnreadableError("the note holds control characters")
    found: list[tuple[str, bytes]] = []
    for line in whole[cut + 2 : -1].split("\n"):
        seen = LINE.fullmatch(line)
        raw = strict_base64(seen["signature"]) if seen else b""
        if not seen or len(raw) <= NUMBER_BYTES:
            raise UnreadableError(f"not a signature line: {line[:60]!a}")
        found.append((seen["name"], raw))
    if len(found) > MOST:
        raise UnreadableError("the note has too many signatures")
    return whole[: cut + 1], found


def open_note(note: bytes, keys: Iterable[Key]) -> Opened:
    """Check a note; RefusedError unless a key signed it and no key's signature is false."""
    text, lines = signers(note)
    trusted = {(key.name, key.number): key for key in keys}
    opened = Opened(text, {}, [])
    for name, raw in lines:
        key = trusted.get((name, raw[:NUMBER_BYTES]))
        if key is None:
            opened.strangers.append(name)
            continue
        when, signature, message = 0, raw[NUMBER_BYTES:], text.encode()
        if key.kind == COSIGNED:
            when, signature = int.from_bytes(signature[:DATE_BYTES]), signature[DATE_BYTES:]
            message = b"cosignature/v1\ntime %d\n" % when + message
        if when > MAXIMUM or not is_by(key.raw, signature, message):
            raise RefusedError(f"the signature in the name of {name!a} is not by its key")
        opened.by[key] = max(when, opened.by.get(key, 0))
    if not opened.by:
        raise RefusedError(f"no trusted key signed this note; it names {_some(opened.strangers)}")
    return opened


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    shown = ", ".join(ascii(name) for name in names[:NAMED])
    return shown + (f" and {more} more" if more > 0 else "")


def is_by(key: bytes, signature: bytes, message: bytes) -> bool:
    """Check one Ed25519 signature."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse_head(text: str) -> Head:
    """Read the text of a checkpoint."""
    *rows, end = text.split("\n")
    if end or "" in rows or not rows[2:]:
        raise UnreadableError("not the lines of a checkpoint")
    size, root = strict_number(rows[1]), strict_base64(rows[2])
    if len(root) != len(EMPTY) or (not size and root != EMPTY):
        raise UnreadableError("not the root hash of a checkpoint")
    return Head(rows[0], size, root)
