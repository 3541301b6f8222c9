"""The two verifiers, written apart, say the same of the same material, good or bad."""

import ast
import base64
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import canut_verify
import numpy as np
import pytest
from canut_verify import RefusedError, bundle, documents, notes, policy, tree

import canut.core
from canut.core.errors import BadProof, Refusal
from canut.core.ledger.log import committed_entry
from canut.core.ledger.logged_file import file_entry, prove_file
from canut.core.proofs.canonical import canonical
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.data_integrity import sign_document, verify_document
from canut.core.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from canut.core.proofs.note import open_note, sign_note, write_key
from canut.core.proofs.policy import judge, read_policy
from canut.core.proofs.strict import read_base64, read_canonical
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from tests.core.proofs.vectors import (
    LOG,
    POLICY,
    WITNESSES,
    leaves,
    naive_root,
    reader,
    vectors,
    witnessed,
)

type Verify = Callable[[bytes], object]

CARD = b'{"people":12}'
ENTRY = file_entry("card", "7", CARD)
HIDDEN = committed_entry("answer", "7", bytes(range(32)))
OURS, THEIRS = read_policy(POLICY), policy.parse_policy(POLICY)
KEY = notes.parse_key(write_key(LOG.key))
DOCUMENT = sign_document({"@context": ["a"], "n": [1, "é"]}, bytes(32), "2026-01-31T12:00:00Z")
HEAD = b"log.example/one\n5\n" + base64.b64encode(bytes(32)) + b"\nmore\n"
LETTERS = b'0123456789=+/ \t\r\n"{}[],:.-#AZaz\x7f\xe9'


def proof_of(entry: bytes, extra: bytes | None) -> bytes:
    """Log an entry as the sixth of nine, and write its proof."""
    hashes = [*leaves(5), leaf_hash(entry), *leaves(3)]
    shown = inclusion_proof(reader(hashes), 5, 9)
    return write_proof(LoggedProof(5, tuple(shown), witnessed(hashes), extra))


def our_document(raw: bytes) -> None:
    document = read_canonical(raw)
    if not isinstance(document, dict):
        raise BadProof("no object")
    verify_document(document)


MATERIAL: dict[str, tuple[bytes, Verify, Verify]] = {
    "note": (
        sign_note("Two\n\nlines — é.\n", LOG).encode(),
        lambda raw: open_note(raw, [LOG.key]),
        lambda raw: notes.open_note(raw, [KEY]),
    ),
    "checkpoint": (
        HEAD,
        lambda raw: read_checkpoint(raw.decode(errors="replace")),
        lambda raw: notes.parse_head(raw.decode(errors="replace")),
    ),
    "cosigned": (
        witnessed(leaves(9)),
        lambda raw: judge(raw, OURS),
        lambda raw: policy.accept(raw, THEIRS),
    ),
    "policy": (POLICY, read_policy, policy.parse_policy),
    "proof": (
        proof_of(ENTRY, ENTRY),
        lambda raw: prove_file(CARD, raw, OURS),
        lambda raw: bundle.check_file(CARD, raw, THEIRS),
    ),
    "entry": (
        HIDDEN,
        lambda raw: prove_file(raw, proof_of(raw, None), OURS),
        lambda raw: bundle.check_file(raw, proof_of(raw, None), THEIRS),
    ),
    "document": (
        canonical(DOCUMENT),
        our_document,
        lambda raw: documents.check_document(documents.parse(raw)),
    ),
}


def is_believed(verify: Callable[..., object], *arguments: object) -> bool:
    try:
        verify(*arguments)
    except (Refusal, RefusedError):
        return False
    return True


def changed(raw: bytes, rng: np.random.Generator) -> bytes:
    """Change a text as somebody would who means to be believed."""
    lines = raw.split(b"\n")
    here, there = rng.integers(len(lines), size=2)
    place = int(rng.integers(len(raw)))
    letter = LETTERS[(at := int(rng.integers(len(LETTERS)))) : at + 1]
    swapped = lines[:]
    swapped[here], swapped[there] = lines[there], lines[here]
    choices = [
        raw[:place] + letter + raw[place + 1 :],
        raw[:place] + letter + raw[place:],
        raw[:place] + raw[place + 1 :],
        b"\n".join(swapped),
        b"\n".join([*lines[:here], lines[there], *lines[here:]]),
        b"\n".join(lines[:here] + lines[here + 1 :]),
        raw[:place],
        raw.swapcase(),
        raw + letter,
    ]
    return choices[rng.integers(len(choices))]


@pytest.mark.parametrize("name", MATERIAL)
def test_both_say_the_same_of_what_somebody_changed(name: str) -> None:
    raw, ours, theirs = MATERIAL[name]
    assert is_believed(ours, raw)
    assert is_believed(theirs, raw)
    rng = np.random.default_rng(list(name.encode()))

    differ = []
    for _ in range(600):
        material = changed(raw, rng)
        if rng.integers(2) and material:
            material = changed(material, rng)
        if is_believed(ours, material) != is_believed(theirs, material):
            differ.append(material)

    assert not differ


@pytest.mark.parametrize("text", ["AQ", "AR==", "AQ==\n", " AQ==", "A-==", "AQ==AQ==", "=", "é==="])
def test_both_refuse_a_second_spelling_of_base64(text: str) -> None:
    assert read_base64("AQ==", "it") == notes.strict_base64("AQ==") == b"\1"

    believed = [is_believed(read_base64, text, "it"), is_believed(notes.strict_base64, text)]

    assert believed == [False, False]


def test_both_say_the_same_of_policies_put_together_by_chance() -> None:
    keys = [write_key(one.key) for one in (LOG, *WITNESSES)]
    heads = ["log", "witness c", "group g", "group g any", "group g 2", "quorum", "#"]
    words = ["none", "any", "all", "1", "2", "a", "b", "c", "g", *keys]
    rng = np.random.default_rng(5)

    believed = differ = 0
    for _ in range(1500):
        lines = [f"witness a {keys[1]}", f"witness b {keys[2]}", f"log {keys[0]}", "quorum a"]
        head = heads[rng.integers(len(heads))]
        made = " ".join([head, *rng.choice(words, size=rng.integers(1, 4))])
        lines.insert(int(rng.integers(len(lines) + 1)), made)
        raw = "\n".join(lines).encode()
        verdict = is_believed(read_policy, raw)
        believed += verdict
        differ += verdict != is_believed(policy.parse_policy, raw)

    assert not differ
    assert 50 < believed < 1450, believed


def test_both_say_the_same_of_every_published_proof_of_a_tree() -> None:
    believed: dict[str, tuple[bool, bool, bool]] = {}

    for name, case in vectors("rfc6962", "inclusion.json").items():
        leaf, root, *path = (
            base64.b64decode(one or "") for one in [case["leafHash"], case["root"], *_path(case)]
        )
        at = (leaf, case["leafIdx"], case["treeSize"], path, root)
        believed[f"i {name}"] = _verdicts(verify_inclusion, tree.check_inclusion, at, case)
    for name, case in vectors("rfc6962", "consistency.json").items():
        old, new, *path = (
            base64.b64decode(one or "") for one in [case["root1"], case["root2"], *_path(case)]
        )
        of = (case["size1"], case["size2"], path, old, new)
        believed[f"c {name}"] = _verdicts(verify_consistency, tree.check_consistency, of, case)

    assert len(believed) == 196
    assert not {name: said for name, said in believed.items() if len(set(said)) > 1}


def test_both_believe_every_small_tree_and_no_other() -> None:
    for new in range(1, 20):
        after = leaves(new)
        for old in range(1, new + 1):
            path = consistency_proof(reader(after), old, new)
            before = naive_root(after[:old])

            tree.check_consistency(old, new, path, before, naive_root(after))

            wrong = (old, new, [*path, bytes(32)], before, naive_root(after))
            assert not is_believed(tree.check_consistency, *wrong)
            assert not is_believed(verify_consistency, *wrong)


def test_the_second_verifier_knows_nothing_of_the_first() -> None:
    files = list(Path(canut_verify.__file__).parent.glob("*.py"))
    assert len(files) > 5

    imported = {name.partition(".")[0] for file in files for name in _imports(file)}

    assert imported - set(sys.stdlib_module_names) == {"canut_verify", "cryptography", "rfc8785"}


@pytest.mark.slow
def test_the_first_verifier_knows_nothing_of_the_second() -> None:
    files = list((Path(canut.core.__file__).parents[1]).rglob("*.py"))

    knows = [file for file in files if "canut_verify" in {*_imports(file)}]

    assert not knows


def _path(case: dict[str, Any]) -> list[str]:
    return list(case["proof"] or [])


def _verdicts(
    ours: Callable[..., object],
    theirs: Callable[..., object],
    given: tuple[object, ...],
    case: dict[str, Any],
) -> tuple[bool, bool, bool]:
    return is_believed(ours, *given), is_believed(theirs, *given), not case["wantErr"]


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
