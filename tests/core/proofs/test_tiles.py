import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.merkle import inclusion_proof, tree_root, verify_inclusion
from canut.core.proofs.note import open_note, read_key
from canut.core.proofs.tiles import (
    Bundle,
    Tile,
    hashes_of,
    node_reader,
    path_of,
    read_bundle,
    read_path,
    tiles_added,
    tiles_of,
    write_bundle,
)
from tests.core.proofs.vectors import leaves, naive_root, vectors

places = st.integers(0, 10**10)
files = st.builds(Tile, st.integers(0, 63), places, st.integers(1, 256)) | st.builds(
    Bundle, places, st.integers(1, 256)
)


def test_tiles_of_a_published_log_lead_to_its_cosigned_root() -> None:
    log = vectors("c2sp", "tiles_300_leaves.json")
    opened = open_note(log["checkpoint"].encode(), [read_key(log["vkey"])])
    checkpoint = read_checkpoint(opened.text)
    kept = {path: base64.b64decode(text) for path, text in log["tiles_b64"].items()}
    assert set(kept) == {path_of(tile) for tile in tiles_of(checkpoint.size)}

    read = node_reader(lambda tile: kept[path_of(tile)], checkpoint.size)

    assert tree_root(read, checkpoint.size) == checkpoint.root
    part = Tile(0, 1, 44)
    leaf = hashes_of(kept[path_of(part)], part)[43]
    verify_inclusion(leaf, 299, 300, inclusion_proof(read, 299, 300), checkpoint.root)


def test_a_tree_of_70000_has_the_tiles_the_standard_says() -> None:
    tiles = tiles_of(70_000)

    whole = [tile for tile in tiles if tile.width == 256]
    assert [sum(tile.level == n for tile in whole) for n in (0, 1, 2)] == [273, 1, 0]
    assert set(tiles) - set(whole) == {Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)}


def test_a_tree_of_256_has_a_whole_tile_and_one_hash_above() -> None:
    assert tiles_of(256) == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles_of(0) == []


@given(st.integers(0, 200_000), st.integers(0, 3000))
def test_tiles_added_are_those_that_were_not_there(old: int, more: int) -> None:
    added = tiles_added(old, old + more)

    assert set(added) == set(tiles_of(old + more)) - set(tiles_of(old))


@given(files)
def test_paths_read_back(file: Tile | Bundle) -> None:
    assert read_path(path_of(file)) == file


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
        (Bundle(1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_paths_are_those_of_the_standard(file: Tile | Bundle, path: str) -> None:
    assert path_of(file) == path


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/x000/001", "tile/0/001/002",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/999",
        "/tile/0/000", "tile/0/000/", "tile/0/..", "tile/entries/x1/000", "checkpoint",
        "tile/0/000\n", "tile/0/\u0660\u0660\u0660",
    ],
)  # fmt: skip
def test_a_second_path_to_a_tile_is_refused(path: str) -> None:
    with pytest.raises(BadProof, match=r"path of a tile|second spelling"):
        read_path(path)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_of_entries_read_back(entries: list[bytes]) -> None:
    assert read_bundle(write_bundle(entries), len(entries)) == entries


def test_a_bundle_is_each_entry_behind_its_length() -> None:
    assert write_bundle([b"a", b"", b"bcd"]) == b"\0\1a\0\0\0\3bcd"


@pytest.mark.parametrize("raw", [b"\0", b"\0\2a", b"\0\1a\0", b"\0\1a\0\5abcd"])
def test_a_bundle_cut_short_is_refused(raw: bytes) -> None:
    with pytest.raises(BadProof, match="ends within entry"):
        read_bundle(raw, 1)


def test_a_bundle_of_another_number_of_entries_is_refused() -> None:
    with pytest.raises(BadProof, match="holds 2 entries; expected 256"):
        read_bundle(write_bundle([b"a", b"b"]))


def test_what_no_bundle_can_hold_is_refused() -> None:
    for entries in ([], [b""] * 257, [bytes(65536)]):
        with pytest.raises(BadInput, match=r"1 to 256 entries|65536 bytes"):
            write_bundle(entries)


def test_a_tile_of_another_length_is_refused() -> None:
    read = node_reader(lambda _tile: bytes(33), 2)

    with pytest.raises(BadProof, match=r"tile/0/000\.p/2 has 33 bytes; expected 2 hashes"):
        read(0, 0)


@given(st.integers(1, 1200), st.data())
def test_proofs_out_of_tiles_are_those_of_the_recursion(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)

    def tile(one: Tile) -> bytes:
        step = 256**one.level
        begin = one.place * 256
        return b"".join(
            naive_root(hashes[n * step : (n + 1) * step]) for n in range(begin, begin + one.width)
        )

    proof = inclusion_proof(node_reader(tile, size), place, size)

    verify_inclusion(hashes[place], place, size, proof, naive_root(hashes))
