"""Badges that programs of others verified, with the statements they read: see tools/readers.py."""

import json
from pathlib import Path

import pytest

from canut.core.proofs.credential_quads import canonical_credential
from canut.core.proofs.data_integrity import verify_document

BADGES = sorted((Path(__file__).parent / "readers").glob("*.json"))


@pytest.mark.parametrize("path", BADGES, ids=lambda path: path.stem)
def test_statements_are_those_that_others_read_by_the_published_vocabularies(path: Path) -> None:
    document = json.loads(path.read_text())
    bare = {name: value for name, value in document.items() if name != "proof"}
    theirs = path.with_suffix(".nq").read_text().splitlines()
    ours = canonical_credential(document).splitlines()

    assert sorted(ours) == sorted(theirs)
    assert len(canonical_credential(bare).splitlines()) < len(ours)
    assert len(verify_document(document).signatures) == 2


def test_each_kind_of_badge_was_read() -> None:
    kinds = ["by-lessons", "course", "lesson", "no-esco", "record", "role", "skill", "work"]
    assert [path.stem for path in BADGES] == kinds
