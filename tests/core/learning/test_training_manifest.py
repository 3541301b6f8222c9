"""The manifest of a training: membership, absence, and every way in which a proof may lie."""

import hashlib
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, Conflict, Missing, NotProven
from canut.core.learning.training_manifest import (
    Absence,
    TreeLeaf,
    item_leaf,
    join_leaves,
    manifest_root,
    prove_absence,
    prove_membership,
    split_leaves,
    verify_absence,
    verify_membership,
)

SALT = bytes(range(32))
ITEMS = 1_487
LEAVES = st.sets(st.binary(min_size=32, max_size=32), max_size=40).map(sorted)


@dataclass(frozen=True)
class Versions:
    """The manifests of two versions: all items, and all but the withdrawn one."""

    withdrawn: bytes
    before: list[bytes]
    after: list[bytes]


def leaf(item: int) -> bytes:
    """Return the leaf of the item of a number."""
    return item_leaf(SALT, item, hashlib.sha256(b"picture %d" % item).digest())


@pytest.fixture(scope="module")
def versions() -> Versions:
    """Withdraw one of 1,487 items."""
    withdrawn = leaf(700)
    leaves = sorted(leaf(item) for item in range(ITEMS))
    return Versions(withdrawn, leaves, [one for one in leaves if one != withdrawn])


def test_one_of_1487_is_in_the_first_version_and_absent_from_the_next(versions: Versions) -> None:
    member = prove_membership(versions.before, versions.withdrawn)
    verify_membership(versions.withdrawn, member, ITEMS, manifest_root(versions.before))
    absence = prove_absence(versions.after, versions.withdrawn)
    assert absence.left is not None
    assert absence.right is not None
    assert absence.left.leaf < versions.withdrawn < absence.right.leaf
    verify_absence(versions.withdrawn, absence, ITEMS - 1, manifest_root(versions.after))


def test_a_swapped_neighbour_is_refused(versions: Versions) -> None:
    absence, root = prove_absence(versions.after, versions.withdrawn), manifest_root(versions.after)
    swapped = Absence(absence.right, absence.left)
    with pytest.raises(NotProven, match="no neighbours"):
        verify_absence(versions.withdrawn, swapped, ITEMS - 1, root)
    far = prove_membership(versions.after, versions.after[0])
    with pytest.raises(NotProven, match="no neighbours"):
        verify_absence(versions.withdrawn, Absence(far, absence.right), ITEMS - 1, root)
    for hidden in (Absence(None, absence.right), Absence(absence.left, None), Absence(None, None)):
        with pytest.raises(NotProven):
            verify_absence(versions.withdrawn, hidden, ITEMS - 1, root)


def test_a_tree_out_of_order_is_refused(versions: Versions) -> None:
    mixed = [versions.after[1], versions.after[0], *versions.after[2:]]
    for refused in (
        lambda: manifest_root(mixed),
        lambda: prove_absence(mixed, versions.withdrawn),
        lambda: prove_membership(mixed, mixed[0]),
        lambda: split_leaves(b"".join(mixed)),
        lambda: manifest_root([versions.after[0]] * 2),
        lambda: split_leaves(b"short"),
        lambda: manifest_root([b"short"]),
    ):
        with pytest.raises(BadInput):
            refused()


def test_what_is_in_it_is_not_shown_absent_nor_what_is_not_a_member(versions: Versions) -> None:
    with pytest.raises(Conflict, match="is in this manifest"):
        prove_absence(versions.before, versions.withdrawn)
    with pytest.raises(Missing, match="not in this manifest"):
        prove_membership(versions.after, versions.withdrawn)
    member = prove_membership(versions.after, versions.after[0])
    with pytest.raises(NotProven, match="another item"):
        verify_membership(versions.withdrawn, member, ITEMS - 1, manifest_root(versions.after))


def test_neighbours_that_do_not_bracket_are_refused(versions: Versions) -> None:
    root = manifest_root(versions.before)
    pair = Absence(
        prove_membership(versions.before, versions.before[3]),
        prove_membership(versions.before, versions.before[4]),
    )
    with pytest.raises(NotProven, match="does not stand after"):
        verify_absence(versions.before[9], pair, ITEMS, root)
    with pytest.raises(NotProven, match="does not stand before"):
        verify_absence(versions.before[1], pair, ITEMS, root)


@given(LEAVES, st.binary(min_size=32, max_size=32))
def test_every_leaf_is_in_or_out(leaves: list[bytes], sought: bytes) -> None:
    root = manifest_root(leaves)
    assert split_leaves(join_leaves(leaves[::-1])) == leaves
    if sought in leaves:
        verify_membership(sought, prove_membership(leaves, sought), len(leaves), root)
    else:
        verify_absence(sought, prove_absence(leaves, sought), len(leaves), root)


@given(LEAVES.filter(bool), st.data())
def test_a_member_has_no_absence_however_the_proof_is_put_together(
    leaves: list[bytes], data: st.DataObject
) -> None:
    sought = data.draw(st.sampled_from(leaves))
    root = manifest_root(leaves)
    sides: list[TreeLeaf | None] = [None, *(prove_membership(leaves, leaf) for leaf in leaves)]
    left, right = data.draw(st.sampled_from(sides)), data.draw(st.sampled_from(sides))
    with pytest.raises(NotProven):
        verify_absence(sought, Absence(left, right), len(leaves), root)


@given(LEAVES.filter(lambda leaves: len(leaves) > 1), st.data())
def test_any_changed_byte_of_a_path_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    proof = prove_membership(leaves, data.draw(st.sampled_from(leaves)))
    at = data.draw(st.integers(0, len(proof.path) * 32 - 1))
    joined = bytearray(b"".join(proof.path))
    joined[at] ^= data.draw(st.integers(1, 255))
    path = tuple(bytes(joined[one : one + 32]) for one in range(0, len(joined), 32))
    with pytest.raises(NotProven):
        verify_membership(proof.leaf, proof._replace(path=path), len(leaves), manifest_root(leaves))


def test_a_leaf_depends_on_salt_number_and_content() -> None:
    content = hashlib.sha256(b"a").digest()
    leaves = {
        item_leaf(SALT, 1, content),
        item_leaf(SALT, 2, content),
        item_leaf(bytes(32), 1, content),
        item_leaf(SALT, 1, SALT),
    }
    assert len(leaves) == 4
    for salt, item, digest in ((b"", 1, content), (SALT, -1, content), (SALT, 1, b"")):
        with pytest.raises(BadInput):
            item_leaf(salt, item, digest)
