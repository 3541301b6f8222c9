"""``canut-verify absence``: one item of 1,487 withdrawn, and every way in which a proof may lie."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from canut_verify.__main__ import main

from canut.core.learning.training_manifest import (
    TreeLeaf,
    item_leaf,
    manifest_root,
    prove_absence,
    prove_membership,
)
from canut.core.ledger.log import checkpoint_entry, committed_entry
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.note import read_note
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from tests.core.proofs.vectors import POLICY, leaves, reader, witnessed

ITEMS, WITHDRAWN = 1_487, 700
SALT, NONCE = bytes(range(32)), bytes(32)
type Json = dict[str, Any]


def content(item: int) -> bytes:
    """Return the bytes of an item."""
    return b"picture %d" % item


def leaf_of(item: int) -> bytes:
    """Return an item's leaf."""
    return item_leaf(SALT, item, sha256(content(item)).digest())


def logged(entry: bytes, end: Checkpoint | None = None) -> tuple[str, Checkpoint]:
    """Prove an entry in a small log; return the proof and the end of the log."""
    del end
    hashes = [*leaves(5), leaf_hash(entry), *leaves(3)]
    note = witnessed(hashes)
    proof = LoggedProof(5, tuple(inclusion_proof(reader(hashes), 5, 9)), note, entry)
    return write_proof(proof).decode(), read_checkpoint(read_note(note).text)


def version(number: int, tree: list[bytes], **more: object) -> Json:
    """Return a version's entry as a proof holds it."""
    facts: Json = {
        "v": 1, "t": "model", "p": "birds", "model": "canut-image", "version": str(number),
        "items": len(tree), "items_root": manifest_root(tree).hex(),
        "items_salt": sha256(SALT).hexdigest(), "at": number,
    }  # fmt: skip
    payload = canonical(facts | more)
    proof, end = logged(committed_entry("model", "7", commitment(payload, NONCE)))
    log_proof, _top = logged(checkpoint_entry("7", end))
    return {
        "payload": payload.decode(), "nonce": NONCE.hex(), "proof": proof, "log_proof": log_proof,
    }  # fmt: skip


def shown(proven: TreeLeaf | None) -> Json | None:
    """Return a leaf with its path as a proof holds it."""
    if proven is None:
        return None
    path = [one.hex() for one in proven.path]
    return {"index": proven.place, "leaf": proven.leaf.hex(), "path": path}


BEFORE = sorted(map(leaf_of, range(ITEMS)))
AFTER = [leaf for leaf in BEFORE if leaf != leaf_of(WITHDRAWN)]


@pytest.fixture(scope="module")
def honest() -> Json:
    """Return an honest proof, as a document."""
    absence = prove_absence(AFTER, leaf_of(WITHDRAWN))
    return {
        "format": "canut-absence/1", "project": "birds", "request": 1, "salt": SALT.hex(),
        "before": version(1, BEFORE), "after": version(2, AFTER),
        "leaves": [leaf.hex() for leaf in AFTER],
        "items": [{
            "item": WITHDRAWN, "leaf": leaf_of(WITHDRAWN).hex(),
            "member": shown(prove_membership(BEFORE, leaf_of(WITHDRAWN))),
            "left": shown(absence.left), "right": shown(absence.right),
        }],
    }  # fmt: skip


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Return what runs the command on a document."""
    (tmp_path / "policy.txt").write_bytes(POLICY)
    (tmp_path / "own").write_bytes(content(WITHDRAWN))
    (tmp_path / "other").write_bytes(content(3))

    def run(document: Json, *words: str, language: str = "en") -> tuple[int, str]:
        (tmp_path / "proof.json").write_bytes(canonical(document))
        names = [
            str(tmp_path / word) if word in {"policy.txt", "own", "other"} else word
            for word in words
        ]
        code = main(["absence", str(tmp_path / "proof.json"), *names, "--lang", language])
        return code, capsys.readouterr().out

    return run


def copy_of(document: Json) -> Json:
    """Copy a document, to be forged."""
    copied: Json = json.loads(json.dumps(document))
    return copied


def test_v1_membership_and_v2_absence_verify(
    honest: Json, check: Callable[..., tuple[int, str]]
) -> None:
    code, text = check(honest, "--policy", "policy.txt", "--file", "own")
    assert code == 0
    assert text.splitlines() == [
        "RECOMPUTED  All 1,486 leaves of the newer version are in order, each once",
        "PROVEN      Item 700 was in canut-image 1, one of 1,487 items",
        "PROVEN      Item 700 is not in canut-image 2, which has 1,486 items",
        (
            "NOT PROVEN  models that left before, a base model trained elsewhere, copies with the"
            " client, the same content under another number"
        ),
    ]


def test_without_policy_file_or_leaves_it_says_what_was_not_checked(
    honest: Json, check: Callable[..., tuple[int, str]]
) -> None:
    short = copy_of(honest)
    del short["leaves"]
    short["before"] = None
    short["items"][0]["member"] = None
    code, text = check(short)
    assert code == 0
    assert "PROVEN      Item" not in text
    assert text.count("ASSERTED    Not checked") == 3
    code, text = check(honest, language="fr")
    assert "RECALCULÉ   L’élément 700 n’est pas dans canut-image 2" in text


def test_another_file_is_refused(honest: Json, check: Callable[..., tuple[int, str]]) -> None:
    code, text = check(honest, "--file", "other")
    assert (code, "your file is none" in text) == (1, True)
    assert "votre fichier" in check(honest, "--file", "other", language="fr")[1]


def swap(document: Json) -> None:
    item = document["items"][0]
    item["left"], item["right"] = item["right"], item["left"]


def take_far_neighbour(document: Json) -> None:
    document["items"][0]["left"] = shown(prove_membership(AFTER, AFTER[0]))


def take_other_pair(document: Json) -> None:
    item = document["items"][0]
    item["left"], item["right"] = (shown(prove_membership(AFTER, AFTER[n])) for n in (3, 4))


def hide_both(document: Json) -> None:
    document["items"][0] |= {"left": None, "right": None}


def change_path(document: Json) -> None:
    path = document["items"][0]["right"]["path"]
    path[2] = ("0" if path[2][0] != "0" else "1") + path[2][1:]


def change_member(document: Json) -> None:
    document["items"][0]["member"]["index"] += 1


def mix_leaves(document: Json) -> None:
    listed = document["leaves"]
    listed[0], listed[1] = listed[1], listed[0]


def drop_leaf(document: Json) -> None:
    del document["leaves"][-1]


def use_tree_out_of_order(document: Json) -> None:
    document["leaves"] = [leaf.hex() for leaf in reversed(AFTER)]


def change_payload(document: Json) -> None:
    document["after"]["payload"] = document["after"]["payload"].replace("1486", "1485")


def change_salt(document: Json) -> None:
    document["salt"] = bytes(32).hex()


def turn_versions(document: Json) -> None:
    document["before"], document["after"] = document["after"], document["before"]


def use_other_project(document: Json) -> None:
    document["project"] = "fish"


def use_other_nonce(document: Json) -> None:
    document["after"]["nonce"] = SALT.hex()


def use_salt_of_its_own(document: Json) -> None:
    document["after"] = version(2, AFTER, items_salt=sha256(NONCE).hexdigest())


FORGERIES = {
    "neighbours": (swap, take_far_neighbour, take_other_pair, hide_both),
    "bytes": (change_path, change_member, change_payload, use_other_nonce),
    "tree": (mix_leaves, drop_leaf, use_tree_out_of_order),
    "versions": (change_salt, turn_versions, use_other_project, use_salt_of_its_own),
}


@pytest.mark.parametrize("forge", [one for forged in FORGERIES.values() for one in forged])
def test_a_forged_proof_is_refused_in_both_languages(
    honest: Json, check: Callable[..., tuple[int, str]], forge: Callable[[Json], None]
) -> None:
    forged = copy_of(honest)
    forge(forged)
    code, text = check(forged)
    assert (code, text.startswith("REFUSED")) == (1, True), text
    code, french = check(forged, language="fr")
    assert (
        french.splitlines()[-1].split(maxsplit=1)[1] != text.splitlines()[-1].split(maxsplit=1)[1]
    )


def test_a_log_that_tells_something_else_is_refused(
    honest: Json, check: Callable[..., tuple[int, str]]
) -> None:
    forged = copy_of(honest)
    other, _end = logged(checkpoint_entry("8", Checkpoint("log.example/one", 9, bytes(32))))
    forged["after"]["log_proof"] = other
    assert check(forged)[0] == 0
    code, text = check(forged, "--policy", "policy.txt")
    assert (code, "another state of the project’s log" in text) == (1, True)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"}, {"items": []}, {"items": [1]}, {"salt": "ab"}, {"after": None},
        {"leaves": 3}, {"project": 3},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(
    honest: Json, check: Callable[..., tuple[int, str]], change: Json
) -> None:
    code, text = check(copy_of(honest) | change)
    assert (code, text.startswith("UNREADABLE")) == (2, True), text
