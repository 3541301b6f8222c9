"""``canut-verify absence proof.json``: what was withdrawn is not in the newer model.

A model's entry in the log says the root of a Merkle tree over what it was trained on. The tree is
sorted, so that the two neighbours of a missing leaf show that it is missing.
"""

import argparse
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import parse_proof, read_entry
from canut_verify.documents import Json, parse
from canut_verify.folder import Line
from canut_verify.notes import Head, parse_head, signers
from canut_verify.policy import Policy, accept
from canut_verify.tree import check_inclusion, leaf, root_of

FORMAT = "canut-absence/1"
COMMITTED = b"canut/commit/v1\0"
LONGEST, HASH, ITEM_BYTES = 64_000_000, 32, 8


@dataclass(frozen=True)
class Version:
    """A version of a model as the log has it: name, and the tree of what it was trained on."""

    name: str
    at_ms: int
    size: int
    root: bytes
    salted: bytes


def arguments_of(words: list[str], languages: tuple[str, ...]) -> argparse.Namespace:
    """Read the command line behind the word ``absence``."""
    parser = argparse.ArgumentParser("canut-verify absence", description=__doc__)
    parser.add_argument("proof", type=Path, help="the proof.json you were given")
    parser.add_argument("--policy", type=Path, help="which logs and witnesses you trust")
    parser.add_argument("--file", type=Path, help="your own copy of what you withdrew")
    parser.add_argument("--lang", choices=languages, help="default: the terminal's language")
    return parser.parse_args(words)


def check_absence(raw: bytes, policy: Policy | None, own: bytes | None) -> list[Line]:
    """Check a proof; RefusedError where it does not show what it claims."""
    if len(raw) > LONGEST:
        raise UnreadableError("the proof is too long")
    proof = parse(raw.strip())
    if proof.get("format") != FORMAT:
        raise UnreadableError(f"not a proof of absence: {str(proof.get('format'))[:40]!a}")
    lines: list[Line] = []
    before, after = _versions(proof, policy, lines)
    _check_whole(proof, after, lines)
    items = proof.get("items")
    if not isinstance(items, list) or not items:
        raise UnreadableError("the proof is about no item")
    salt, grade = _hash(proof, "salt"), "RECOMPUTED" if policy is None else "PROVEN"
    is_own = [_check_item(item, salt, own, (before, after), (grade, lines)) for item in items]
    if own is None:
        lines.append(("ASSERTED", "absence-whose", {}))
    elif not any(is_own):
        raise RefusedError("your file is none of the items of this proof")
    if policy is None:
        lines.append(("ASSERTED", "absence-unlogged", {}))
    return lines


def _versions(
    proof: Json, policy: Policy | None, lines: list[Line]
) -> tuple[Version | None, Version]:
    """Read both versions, which were logged with the same salt, the older first."""
    salt, slug = _hash(proof, "salt"), _text(proof, "project")
    after = _version(_object(proof, "after"), slug, policy, lines)
    before = None
    if proof.get("before") is not None:
        before = _version(_object(proof, "before"), slug, policy, lines)
        if before.at_ms >= after.at_ms:
            raise RefusedError("the version said to be newer is not")
    for version in (before, after):
        if version is not None and sha256(salt).digest() != version.salted:
            raise RefusedError(f"{version.name!a} was logged with another salt")
    return before, after


def _check_item(
    item: object,
    salt: bytes,
    own: bytes | None,
    versions: tuple[Version | None, Version],
    said: tuple[str, list[Line]],
) -> bool:
    """Check one item; return whether it is the reader's own file."""
    if not isinstance(item, dict):
        raise UnreadableError("not an item")
    (before, after), (grade, lines) = versions, said
    number, sought = _number(item, "item"), _hash(item, "leaf")
    member = item.get("member")
    if member is not None:
        if before is None:
            raise RefusedError("a membership is shown, and no version that had it")
        _check_leaf(_object(item, "member"), sought, before)
        facts = {"item": number, "name": before.name, "size": before.size}
        lines.append((grade, "absence-member", facts))
    _check_neighbours(item, sought, after)
    lines.append((grade, "absence-absent", {"item": number, "name": after.name, "n": after.size}))
    if own is None:
        return False
    content = sha256(own).digest()
    return sha256(salt + number.to_bytes(ITEM_BYTES, "big") + content).digest() == sought


def _check_neighbours(item: Json, sought: bytes, after: Version) -> None:
    """Check that two neighbours of the newer tree leave no place between them."""
    places: list[tuple[int, bytes] | None] = []
    for side in ("left", "right"):
        if item.get(side) is None:
            places.append(None)
            continue
        neighbour = _object(item, side)
        stands = _hash(neighbour, "leaf")
        _check_leaf(neighbour, stands, after)
        places.append((_number(neighbour, "index"), stands))
    left, right = places
    first = 0 if left is None else left[0] + 1
    last = after.size if right is None else right[0]
    if first != last:
        raise RefusedError(f"the neighbours are no neighbours: {first} and {last}")
    if (left and not left[1] < sought) or (right and not sought < right[1]):
        raise RefusedError("the neighbours do not stand on both sides of the item")


def _check_leaf(shown: Json, stands: bytes, version: Version) -> None:
    path = shown.get("path")
    if not isinstance(path, list):
        raise UnreadableError("no path")
    hashes = [_bytes(one) for one in path]
    check_inclusion(leaf(stands), _number(shown, "index"), version.size, hashes, version.root)


def _check_whole(proof: Json, after: Version, lines: list[Line]) -> None:
    """Check all leaves of the newer tree, where they are given: in order, each once."""
    listed = proof.get("leaves")
    if listed is None:
        lines.append(("ASSERTED", "absence-order", {}))
        return
    if not isinstance(listed, list):
        raise UnreadableError("the leaves are no list")
    leaves = [_bytes(one) for one in listed]
    if any(left >= right for left, right in pairwise(leaves)):
        raise RefusedError("the tree is not sorted")
    if len(leaves) != after.size or root_of([leaf(one) for one in leaves]) != after.root:
        raise RefusedError("the leaves are not those of the newer version")
    lines.append(("RECOMPUTED", "absence-sorted", {"n": len(leaves)}))


def _version(document: Json, slug: str, policy: Policy | None, lines: list[Line]) -> Version:
    """Read a version out of its entry in the log, and check that it was logged."""
    payload = _text(document, "payload").encode()
    facts = parse(payload)
    if facts.get("t") != "model" or facts.get("p") != slug:
        raise RefusedError("the entry is of no model of this project")
    proof = parse_proof(_text(document, "proof").encode())
    entry = read_entry(proof.extra or b"")
    if entry.get("c") != sha256(COMMITTED + _hash(document, "nonce") + payload).hexdigest():
        raise RefusedError("the entry of the log says something else")
    head = parse_head(signers(proof.note)[0])
    check_inclusion(leaf(proof.extra or b""), proof.index, head.size, proof.path, head.root)
    name = f"{facts.get('model')} {facts.get('version')}"
    if policy is not None:
        _check_logged(_text(document, "log_proof"), str(entry["p"]), head, policy, lines)
    return Version(
        name,
        _number(facts, "at"),
        _number(facts, "items"),
        _hash(facts, "items_root"),
        _hash(facts, "items_salt"),
    )


def _check_logged(raw: str, project: str, head: Head, policy: Policy, lines: list[Line]) -> None:
    """Check that the log of all holds this state of the project's log."""
    proof = parse_proof(raw.encode())
    entry = read_entry(proof.extra or b"")
    facts = entry.get("f")
    content = facts if isinstance(facts, dict) else {}
    end = (entry.get("t"), entry.get("p"), content.get("n"), content.get("r"))
    if end != ("checkpoint", project, head.size, head.root.hex()):
        raise RefusedError("the log of all holds another state of the project’s log")
    accepted = accept(proof.note, policy)
    top = accepted.head
    check_inclusion(leaf(proof.extra or b""), proof.index, top.size, proof.path, top.root)
    if not accepted.is_witnessed and ("ASSERTED", "alone", {}) not in lines:
        lines.append(("ASSERTED", "alone", {}))


def _object(document: Json, name: str) -> Json:
    value = document.get(name)
    if not isinstance(value, dict):
        raise UnreadableError(f"no {name}")
    return value


def _text(document: Json, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise UnreadableError(f"no {name}")
    return value


def _number(document: Json, name: str) -> int:
    value = document.get(name)
    if type(value) is not int or value < 0:
        raise UnreadableError(f"no {name}")
    return value


def _hash(document: Json, name: str) -> bytes:
    return _bytes(document.get(name))


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or len(value) != HASH * 2 or set(value) - set("0123456789abcdef"):
        raise UnreadableError("not a hash")
    return bytes.fromhex(value)
