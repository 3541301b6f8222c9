"""Files and the proofs beside them: what was logged, where, and who saw it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from canut_verify import RefusedError, UnreadableError
from canut_verify.documents import parse
from canut_verify.notes import signers, strict_base64, strict_number
from canut_verify.policy import Accepted, Policy, accept
from canut_verify.tree import check_inclusion, leaf

FIRST = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
LONGEST, MOST, HASH = 2_000_000, 63, 32
LONGEST_ENTRY = 1024
KIND = re.compile(r"[a-z][a-z0-9._-]{0,29}")
PROJECT = re.compile(r"[A-Za-z0-9._/:-]{0,60}")


@dataclass(frozen=True)
class Proof:
    """What a proof file holds."""

    index: int
    path: list[bytes]
    note: bytes
    extra: bytes | None


@dataclass(frozen=True)
class Found:
    """A file that was logged: its entry, its place, and who says so."""

    entry: dict[str, object]
    index: int
    accepted: Accepted


def parse_proof(raw: bytes) -> Proof:
    """Read a proof file."""
    if len(raw) > LONGEST:
        raise UnreadableError("the proof is too long")
    head, _, note = raw.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as why:
        raise UnreadableError(f"the head of the proof is not ASCII: {why}") from why
    if first != FIRST or not note:
        raise UnreadableError(f"not a proof file: {first[:60]!a}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = strict_base64(lines.pop(0)[len("extra ") :])
    if not lines or not lines[0].startswith("index "):
        raise UnreadableError("the proof has no index")
    index = strict_number(lines.pop(0)[len("index ") :])
    path = [strict_base64(line) for line in lines]
    if len(path) > MOST or any(len(one) != HASH for one in path):
        raise UnreadableError("the proof has other lines than hashes, or too many")
    return Proof(index, path, note, extra)


def check_entry(entry: bytes, proof: Proof, policy: Policy) -> Accepted:
    """Check that these bytes were logged."""
    accepted = accept(proof.note, policy)
    head = accepted.head
    check_inclusion(leaf(entry), proof.index, head.size, proof.path, head.root)
    return accepted


def check_file(file: bytes, raw_proof: bytes, policy: Policy) -> Found:
    """Check that this file was logged: as an entry, or by the entry that says its hash."""
    proof = parse_proof(raw_proof)
    raw_entry = file if proof.extra is None else proof.extra
    entry = read_entry(raw_entry)
    if proof.extra is not None:
        facts = entry.get("f")
        said = facts.get("sha256") if isinstance(facts, dict) else None
        if not isinstance(said, str):
            raise UnreadableError("the entry says no hash of a file")
        if said != sha256(file).hexdigest():
            raise RefusedError("the file is not the one that was logged: its hash is another")
    return Found(entry, proof.index, check_entry(raw_entry, proof, policy))


def pairs(place: Path) -> list[tuple[Path, Path]]:
    """List the files of a folder that have a proof beside them, with it."""
    proofs = sorted(place.glob(f"*{SUFFIX}")) if place.is_dir() else [place]
    found = []
    for proof in proofs:
        stem = proof.with_name(proof.name.removesuffix(SUFFIX))
        named = [one for one in (stem, stem.with_name(f"{stem.name}.json")) if one.is_file()]
        if len(named) != 1 or proof.suffix != SUFFIX:
            raise UnreadableError(f"{proof.name!a} has not one file beside it that it proves")
        found.append((named[0], proof))
    if not found:
        raise UnreadableError(f"{place.name!a} holds no {SUFFIX} file")
    return found


def names(raw_proof: bytes) -> list[str]:
    """List who signed a proof's checkpoint by their own word: name and number, unchecked."""
    _text, lines = signers(parse_proof(raw_proof).note)
    return [f"{name}+{raw[:4].hex()}" for name, raw in lines]


def read_entry(raw: bytes) -> dict[str, object]:
    """Read an entry of a log."""
    if len(raw) > LONGEST_ENTRY:
        raise UnreadableError("too long for an entry of a log")
    entry = parse(raw)
    content = entry.get("c") if "c" in entry else entry.get("f")
    is_hidden = "c" in entry and isinstance(content, str) and _is_hex(content)
    is_open = "f" in entry and isinstance(content, dict) and bool(content)
    fields = {"c" if is_hidden else "f", "p", "t", "v"}
    is_named = PROJECT.fullmatch(str(entry.get("p"))) and KIND.fullmatch(str(entry.get("t")))
    texts = isinstance(entry.get("p"), str) and isinstance(entry.get("t"), str)
    if not (is_hidden or is_open) or set(entry) != fields or not texts or not is_named:
        raise UnreadableError("not an entry of a log")
    if entry["v"] is True or entry["v"] != 1:
        raise UnreadableError("an entry of another version")
    return entry


def _is_hex(text: str) -> bool:
    return len(text) == HASH * 2 and set(text) <= set("0123456789abcdef")
