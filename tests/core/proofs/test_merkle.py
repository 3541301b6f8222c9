import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, NotProven
from canut.core.proofs.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    grown,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.core.proofs.vectors import leaves, naive_root, reader, vectors

type Case = dict[str, object]

sizes = st.integers(1, 300)


def raw(text: object) -> bytes:
    return base64.b64decode(str(text or ""))


def hashes(case: Case) -> list[bytes]:
    proof = case["proof"] or []
    assert isinstance(proof, list)
    return [raw(one) for one in proof]


def number(case: Case, name: str) -> int:
    value = case[name]
    assert isinstance(value, int)
    return value


def inclusion(case: Case) -> None:
    verify_inclusion(
        raw(case["leafHash"]), number(case, "leafIdx"), number(case, "treeSize"),
        hashes(case), raw(case["root"]),
    )  # fmt: skip


def consistency(case: Case) -> None:
    verify_consistency(
        number(case, "size1"), number(case, "size2"), hashes(case),
        raw(case["root1"]), raw(case["root2"]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "verify", "how_many"),
    [
        ("inclusion", inclusion, 98),
        ("consistency", consistency, 98),
    ],
)
def test_published_proofs_are_accepted_and_refused_as_published(
    name: str, verify: object, how_many: int
) -> None:
    assert callable(verify)
    cases = vectors("rfc6962", f"{name}.json")
    assert len(cases) == how_many

    wrong = []
    for title, case in cases.items():
        try:
            verify(case)
        except NotProven:
            wrong += [] if case["wantErr"] else [title]
        else:
            wrong += [title] if case["wantErr"] else []

    assert not wrong


def test_published_tree_of_eight_leaves() -> None:
    tree = vectors("rfc6962", "reference_tree.json")
    entries = [bytes.fromhex(one) for one in tree["leaves_hex"]]

    grew = [CompactRange()]
    for entry in entries:
        grew.append(grown(grew[-1], [leaf_hash(entry)]))

    assert [root_of(one).hex() for one in grew] == tree["roots_hex_by_size"]
    assert leaf_hash(b"").hex() == tree["empty_leaf_hash"]
    assert leaf_hash(b"L123456").hex() == tree["leaf_L123456"]
    assert node_hash(b"N123", b"N456").hex() == tree["node_N123_N456"]


def test_a_leaf_never_hashes_like_a_node() -> None:
    left, right = leaves(2)

    assert leaf_hash(left + right) != node_hash(left, right)


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root_of(CompactRange()) == EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert tree_root(reader([]), 0) == EMPTY_ROOT


@given(sizes, st.data())
def test_roots_are_those_of_the_recursion_however_a_tree_grew(
    size: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, size))
    all_leaves = leaves(size)

    grew = grown(grown(CompactRange(), all_leaves[:cut]), all_leaves[cut:])

    assert root_of(grew) == tree_root(reader(all_leaves), size) == naive_root(all_leaves)


@given(sizes, st.data())
def test_every_leaf_can_be_shown(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    all_leaves = leaves(size)

    proof = inclusion_proof(reader(all_leaves), place, size)

    verify_inclusion(all_leaves[place], place, size, proof, naive_root(all_leaves))


@given(sizes, st.data())
def test_every_tree_is_shown_to_continue_its_beginnings(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    all_leaves = leaves(size)

    proof = consistency_proof(reader(all_leaves), old, size)

    old_root, new_root = naive_root(all_leaves[:old]), naive_root(all_leaves)
    verify_consistency(old, size, proof, old_root, new_root)


@given(st.integers(2, 80), st.data())
def test_a_proof_shows_no_other_place_leaf_or_size(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda other: other != place))
    all_leaves = leaves(size)
    root, proof = naive_root(all_leaves), inclusion_proof(reader(all_leaves), place, size)

    for leaf, at, of in ((place, other, size), (other, place, size), (place, place + size, size)):
        with pytest.raises(NotProven):
            verify_inclusion(all_leaves[leaf], at, of, proof, root)


@given(st.integers(2, 80), st.data())
def test_history_that_was_changed_cannot_be_shown(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    before, after = leaves(size), leaves(size)
    after[changed] = leaf_hash(b"another entry")

    proof = consistency_proof(reader(after), old, size)

    with pytest.raises(NotProven, match="does not continue"):
        verify_consistency(old, size, proof, naive_root(before[:old]), naive_root(after))


@given(st.integers(2, 60), st.data())
def test_a_proof_with_a_flipped_bit_a_hash_more_or_less_shows_nothing(
    size: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, size - 1))
    all_leaves = leaves(size)
    root, proof = naive_root(all_leaves), inclusion_proof(reader(all_leaves), place, size)
    row, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[row]) ^ 1 << bit).to_bytes(32)

    changed = [*proof[:row], flipped, *proof[row + 1 :]]

    for wrong in (changed, proof[1:], [*proof, proof[0]], proof[::-1] if proof[1:] else []):
        with pytest.raises(NotProven):
            verify_inclusion(all_leaves[place], place, size, wrong, root)


def test_nothing_is_shown_to_continue_an_empty_tree() -> None:
    with pytest.raises(NotProven, match="cannot be shown to continue"):
        verify_consistency(0, 3, [], EMPTY_ROOT, naive_root(leaves(3)))


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(NotProven, match="31 bytes"):
        verify_inclusion(bytes(32), 0, 2, [bytes(31)], bytes(32))


def test_what_is_not_there_is_not_proved() -> None:
    read = reader(leaves(3))

    with pytest.raises(BadInput, match="leaf 3 is not in a tree of 3"):
        inclusion_proof(read, 3, 3)
    with pytest.raises(BadInput, match="does not continue"):
        consistency_proof(read, 0, 3)
    with pytest.raises(BadInput, match="is not 1 hashes"):
        root_of(CompactRange(3, (bytes(32),)))
