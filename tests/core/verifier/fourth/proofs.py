"""Notes, checkpoints, policies, trees and proofs, as C2SP and RFC 6962 have them (3 and 4)."""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.core.verifier.fourth.shapes import (
    Json,
    RefusedError,
    UnreadableError,
    check_shape,
    parse,
)


class Key(NamedTuple):
    """A key of a policy: name, kind (1 log, 4 witness) and public bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


class Policy(NamedTuple):
    """Logs, witnesses by name, groups by name, and the quorum."""

    logs: list[Key]
    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, list[str]]]
    quorum: str


class Head(NamedTuple):
    """An accepted checkpoint: the log's key, origin, size, root, and who cosigned."""

    log: Key
    origin: str
    size: int
    root: bytes
    seen: frozenset[str]


def from_base64(text: str) -> bytes:
    """Decode base64 that has one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as why:
        raise UnreadableError(f"not base64: {why}") from why
    if base64.b64encode(raw).decode() != text:
        raise UnreadableError("another spelling of base64")
    return raw


def from_decimal(text: str) -> int:
    """Read a number below 2^63 in its one spelling."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII) or int(text) >= 2**63:
        raise UnreadableError(f"not a number: {text[:30]!a}")
    return int(text)


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    """Check an Ed25519 signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_key(text: str, kind: int) -> Key:
    """Read ``NAME+ID+BASE64`` of a kind."""
    name, plus, rest = text.partition("+")
    number, plus, material = rest.partition("+")
    if not plus or not name or re.search(r"[\s\x00-\x1f]", name):
        raise UnreadableError("not a key")
    raw = from_base64(material)
    key = Key(name, raw[0] if raw else 0, raw[1:])
    if len(raw) != 33 or key.kind != kind or key.id.hex() != number:
        raise UnreadableError("a key of another kind, or with another number")
    return key


def read_policy(raw: bytes) -> Policy:
    """Read a tlog-policy (3.3)."""
    logs: list[Key] = []
    witnesses: dict[str, Key] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    quorum, grouped = "", set[str]()
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line):
            raise UnreadableError("control characters in the policy")
        if not words or words[0].startswith("#"):
            continue
        taken = {key.public for key in (*logs, *witnesses.values())}
        names = {"none", *witnesses, *groups}
        match words:
            case ["log", text, *rest] if len(rest) <= 1 and read_key(text, 1).public not in taken:
                logs.append(read_key(text, 1))
            case ["witness", name, text, *rest] if (
                len(rest) <= 1 and name not in names and read_key(text, 4).public not in taken
            ):
                witnesses[name] = read_key(text, 4)
            case ["group", name, least, *members] if members and name not in names:
                count = {"any": 1, "all": len(members)}.get(least)
                count = from_decimal(least) if count is None else count
                is_known = set(members) <= {*witnesses, *groups}
                is_once = len(set(members)) == len(members) and not grouped & set(members)
                if not (1 <= count <= len(members) and is_known and is_once):
                    raise UnreadableError("a group that cannot be")
                grouped |= set(members)
                groups[name] = (count, members)
            case ["quorum", name] if not quorum and name in names:
                quorum = name
            case _:
                raise UnreadableError(f"policy: {line[:40]!a} is not understood")
    if not quorum:
        raise UnreadableError("the policy has no quorum")
    return Policy(logs, witnesses, groups, quorum)


def has_quorum(policy: Policy, name: str, seen: Iterable[str]) -> bool:
    """Return whether a witness signed, or enough members of a group."""
    signed = set(seen)
    if name == "none" or name in signed:
        return True
    least, members = policy.groups.get(name, (1, []))
    return sum(has_quorum(policy, member, signed) for member in members) >= least


def read_note(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Split a signed note into text and signature lines (3.1)."""
    try:
        text, blank, lines = note.decode().rpartition("\n\n")
    except UnicodeDecodeError as why:
        raise UnreadableError(f"a note that is not UTF-8: {why}") from why
    if not blank or not lines.endswith("\n") or len(note) > 1_000_000:
        raise UnreadableError("a note without signatures, or too long")
    if any(letter < " " and letter != "\n" for letter in text + lines):
        raise UnreadableError("control characters in a note")
    found: list[tuple[str, bytes]] = []
    for line in lines[:-1].split("\n"):
        parts = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        raw = from_base64(parts[2]) if parts else b""
        if not parts or len(raw) <= 4 or len(found) == 100:
            raise UnreadableError("a signature line that cannot be read, or too many")
        found.append((parts[1], raw))
    return text + "\n", found


def accept(note: bytes, policy: Policy) -> Head:
    """Judge a checkpoint by a policy (3.2)."""
    text, lines = read_note(note)
    keys = {(key.name, key.id): key for key in (*policy.logs, *policy.witnesses.values())}
    signers: set[Key] = set()
    for name, raw in lines:
        key = keys.get((name, raw[:4]))
        if key is None:
            continue
        message, signature = text.encode(), raw[4:]
        if key.kind == 4:
            time_s, signature = int.from_bytes(signature[:8]), signature[8:]
            message = f"cosignature/v1\ntime {time_s}\n".encode() + message
        if not is_signed(key.public, signature, message):
            raise RefusedError(f"a false signature in the name of {name!a}")
        signers.add(key)
    if not signers:
        raise RefusedError("no trusted key signed")
    rows = text.split("\n")
    if len(rows) < 4 or rows[-1] or "" in rows[:-1]:
        raise UnreadableError("not a checkpoint")
    size, root = from_decimal(rows[1]), from_base64(rows[2])
    if len(root) != 32 or (size == 0 and root != sha256().digest()):
        raise UnreadableError("not the root of a checkpoint")
    logs = [key for key in signers if key.kind == 1 and key.name == rows[0]]
    if not logs:
        raise RefusedError("the log did not sign its checkpoint")
    seen = frozenset(name for name, key in policy.witnesses.items() if key in signers)
    if not has_quorum(policy, policy.quorum, seen):
        raise RefusedError("too few witnesses")
    return Head(logs[0], rows[0], size, root, seen)


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """Hash leaves as RFC 6962, section 2.1."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01" + tree_hash(hashes[:half]) + tree_hash(hashes[half:])).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one leaf."""
    return sha256(b"\x00" + entry).digest()


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Compute the root from a leaf and its path; None where the path has not its length."""
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    half = 1 << ((size - 1).bit_length() - 1)
    if index < half:
        below = root_of_path(leaf, index, half, path[:-1])
        return None if below is None else sha256(b"\x01" + below + path[-1]).digest()
    below = root_of_path(leaf, index - half, size - half, path[:-1])
    return None if below is None else sha256(b"\x01" + path[-1] + below).digest()


def read_proof(raw: bytes) -> tuple[bytes | None, int, list[bytes], bytes]:
    """Read a .tlog-proof: entry, index, path and checkpoint (4.1)."""
    head, blank, note = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as why:
        raise UnreadableError(f"not a proof: {why}") from why
    if not blank or not note or lines[0] != "c2sp.org/tlog-proof@v1" or len(raw) > 2_000_000:
        raise UnreadableError("not a proof")
    rest = lines[1:]
    extra = None
    if rest and rest[0].startswith("extra "):
        extra = from_base64(rest.pop(0).removeprefix("extra "))
    if not rest or not rest[0].startswith("index "):
        raise UnreadableError("a proof without an index")
    index = from_decimal(rest.pop(0).removeprefix("index "))
    path = [from_base64(line) for line in rest]
    if len(path) > 63 or any(len(node) != 32 for node in path):
        raise UnreadableError("a proof with other lines than hashes")
    return extra, index, path, note


def read_entry(raw: bytes) -> Json:
    """Read one entry of a log (4.2)."""
    if len(raw) > 1024:
        raise UnreadableError("an entry over 1,024 bytes")
    entry = parse(raw)
    check_shape(entry, "log-entry")
    return entry


def logged_entry(raw: bytes, policy: Policy) -> tuple[Json, Head]:
    """Check that the entry of a proof is in the accepted log; return it and the checkpoint."""
    extra, index, path, note = read_proof(raw)
    if extra is None:
        raise UnreadableError("a proof without its entry")
    entry = read_entry(extra)
    head = accept(note, policy)
    if index >= head.size or root_of_path(leaf_hash(extra), index, head.size, path) != head.root:
        raise RefusedError("the entry is not in the log")
    return entry, head
