"""Bundles with seeded damage: in bytes, in values, in which files there are; often signed anew."""

import json
from collections.abc import Sequence

import numpy as np

from canut.core.datasets.bundle import CARD
from canut.core.datasets.file_tree import File, tree_of
from canut.core.datasets.manifest import MANIFEST, file_of
from canut.core.errors import BadInput
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document
from tests.core.datasets.test_signed_work import TWELVE
from tests.core.ledger.bundles import (
    PARTS,
    WHEN,
    Memory,
    answers_log,
    make_bundle,
    material_entry,
    proofs_of,
    sealed,
)
from tests.core.proofs.vectors import LOG
from tests.support.mutations import Json, below, damage_bytes, damage_json, damage_lines, pick

STRANGE_PATHS = ("data/x", "a/b/c/d/e", "ü", "x" * 101, ".hidden")


def mutated_bundle(seed: int, number: int) -> Memory:
    """Return a bundle with damage that the seed and the number decide."""
    chance = np.random.default_rng([seed, number])
    whole = (make_bundle, _signed, _declared)[below(chance, 3)]()
    files = dict(whole.files)
    path = pick(chance, sorted(files))
    match below(chance, 10):
        case 0 | 1 | 2 | 3 if path.endswith(".json"):
            files[path] = _as_canonical(damage_json(json.loads(files[path]), chance))
        case 0 | 1 | 2 | 3 | 4 | 5 | 6:
            files[path] = damage_bytes(files[path], chance)
        case 7:
            files[path] = damage_lines(files[path], chance)
        case 8:
            files[pick(chance, STRANGE_PATHS)] = b"x"
        case _:
            del files[path]
    if chance.random() < 0.6:
        declared = b'"material":{"grade"' in whole.files[CARD]
        files = carded(files, [material_entry(PARTS)] if declared else [])
    return Memory(listed(files) if chance.random() < 0.7 else files)


def _signed() -> Memory:
    return make_bundle(signed=TWELVE)


def _declared() -> Memory:
    return make_bundle(declared=PARTS)


def _as_canonical(value: Json) -> bytes:
    try:
        return canonical(value)
    except (BadInput, ValueError):
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def carded(files: dict[str, bytes], more: Sequence[bytes] = ()) -> dict[str, bytes]:
    """Let the card name the files as they are, sign it and log it, where it can be read.

    ``more``: what the project's log holds after its answers.
    """
    try:
        card = json.loads(files[CARD])
        card.pop("proof", None)
        for file in card["credentialSubject"]["files"]:
            described = file_of(file["path"], files[file["path"]])
            file |= {"sha256": described.sha256, "size": described.size}
        named = [File(**file) for file in card["credentialSubject"]["files"]]
        card["credentialSubject"]["tree"] = tree_of(named)
        raw = canonical(sign_document(card, LOG.secret, WHEN))
    except (BadInput, LookupError, TypeError, ValueError, AttributeError):
        return files
    return {**files, CARD: raw, **proofs_of(raw, [*answers_log(), *more])}


def listed(files: dict[str, bytes]) -> dict[str, bytes]:
    """List and sign the files, where their paths allow it."""
    try:
        return sealed(files)
    except BadInput:
        return files if MANIFEST in files else {**files, MANIFEST: b"{}"}
