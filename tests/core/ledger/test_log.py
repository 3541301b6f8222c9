import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, BadProof
from canut.core.ledger.log import (
    Edge,
    Entry,
    append,
    check_tiles,
    checkpoint_entry,
    committed_entry,
    edge_of,
    edge_root,
    open_entry,
    opens,
    read_entry,
)
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.checkpoint import Checkpoint
from canut.core.proofs.merkle import EMPTY_ROOT, CompactRange, grown, leaf_hash, root_of, tree_root
from canut.core.proofs.tiles import Tile, node_reader, tiles_of

NONCE = bytes(range(32))


def entries(first: int, size: int) -> list[bytes]:
    return [f"entry {n}".encode() for n in range(first, first + size)]


def log_of(batches: list[int]) -> tuple[Edge, dict[Tile, bytes]]:
    """Write a log in batches of these sizes; keep every tile it ever had."""
    edge, kept = Edge(), dict[Tile, bytes]()
    for size in batches:
        batch = append(edge, entries(edge.size, size))
        kept.update(batch.tiles)
        edge = batch.edge
    return edge, kept


def naive(size: int) -> bytes:
    return root_of(grown(CompactRange(), (leaf_hash(one) for one in entries(0, size))))


@given(st.lists(st.integers(0, 700), max_size=6))
def test_a_log_is_the_same_in_whatever_batches_it_was_written(batches: list[int]) -> None:
    size = sum(batches)

    edge, kept = log_of(batches)

    at_once = append(Edge(), entries(0, size))
    assert edge == at_once.edge
    assert {tile: kept[tile] for tile in tiles_of(size)} == at_once.tiles
    assert edge_root(edge) == naive(size)
    assert tree_root(node_reader(kept.__getitem__, size), size) == naive(size)
    check_tiles(kept.__getitem__, edge)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=4))
def test_a_log_can_be_continued_from_its_tiles_alone(batches: list[int]) -> None:
    edge, kept = log_of(batches)

    found = edge_of(kept.__getitem__, edge.size)

    assert found == edge


def test_a_batch_numbers_its_entries_in_their_order() -> None:
    edge, _kept = log_of([5])

    batch = append(edge, entries(5, 3))

    assert batch.first == 5
    assert batch.leaves == tuple(leaf_hash(one) for one in entries(5, 3))
    assert list(batch.tiles) == [Tile(0, 0, 8)]


def test_an_empty_batch_changes_nothing() -> None:
    edge, _kept = log_of([300])

    batch = append(edge, [])

    assert (batch.edge, batch.tiles, batch.leaves) == (edge, {}, ())
    assert edge_root(Edge()) == EMPTY_ROOT
    assert append(Edge(), []).edge == Edge()


def test_logs_over_the_third_level_hash_as_the_recursion() -> None:
    edge, kept = log_of([65_536 + 256 + 1])

    assert [len(part) // 32 for part in edge.parts] == [1, 1, 1]
    assert edge_root(edge) == naive(edge.size)
    check_tiles(kept.__getitem__, edge)


@pytest.mark.parametrize("place", [0, 8191])
@pytest.mark.parametrize("tile", [Tile(0, 0), Tile(0, 1), Tile(0, 2, 88), Tile(1, 0, 2)])
def test_an_audit_finds_a_changed_tile(tile: Tile, place: int) -> None:
    edge, kept = log_of([600])
    raw = bytearray(kept[tile])
    raw[min(place, len(raw) - 1)] ^= 1
    kept[tile] = bytes(raw)

    with pytest.raises(BadProof, match=r"does not follow|not where the log ends"):
        check_tiles(kept.__getitem__, edge)


def test_an_edge_that_does_not_fit_is_refused() -> None:
    for edge in (Edge(1, ()), Edge(2, (bytes(32),)), Edge(256, (b"",)), Edge(0, (b"",))):
        with pytest.raises(BadInput, match="do not fit a log of"):
            append(edge, [])
        with pytest.raises(BadInput, match="do not fit a log of"):
            edge_root(edge)


def test_an_entry_about_a_person_shows_a_commitment_alone() -> None:
    payload = canonical({"label": "cat", "worker": "w1"})
    hidden = commitment(payload, NONCE)

    entry = committed_entry("answer", "7", hidden)

    assert entry.decode() == f'{{"c":"{hidden.hex()}","p":"7","t":"answer","v":1}}'
    assert len(entry) <= 200
    assert read_entry(entry) == Entry("answer", "7", hidden, {})


@given(
    st.from_regex(r"[a-z][a-z0-9._-]{0,29}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9._/:-]{0,60}", fullmatch=True),
    st.binary(min_size=32, max_size=32),
)
def test_an_entry_is_canonical_json(kind: str, project: str, hidden: bytes) -> None:
    entry = committed_entry(kind, project, hidden)

    assert entry == canonical({"v": 1, "t": kind, "p": project, "c": hidden.hex()})


def test_an_entry_is_opened_by_its_payload_and_salt_alone() -> None:
    payload = canonical({"label": "cat"})
    entry = committed_entry("answer", "7", commitment(payload, NONCE))

    assert opens(entry, payload, NONCE)
    assert not opens(entry, canonical({"label": "dog"}), NONCE)
    assert not opens(entry, payload, bytes(32))
    assert not opens(open_entry("price.set", "7", {"micro": 1}), payload, NONCE)


def test_an_open_entry_says_its_facts() -> None:
    entry = open_entry("price.set", "7", {"micro": 120_000, "currency": "CAD"})

    assert read_entry(entry) == Entry("price.set", "7", None, {"currency": "CAD", "micro": 120_000})


def test_a_projects_log_stands_in_the_platforms_log() -> None:
    entry = checkpoint_entry("7", Checkpoint("a.example/prj/7", 12, bytes(32)))

    assert read_entry(entry).facts == {"n": 12, "o": "a.example/prj/7", "r": "0" * 64}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"[]", "no entry of a log"),
        (b'{"p":"7","t":"answer","v":1}', "no entry of a log"),
        (b'{"c":"00","p":"7","t":"answer","v":1}', "no entry of a log"),
        (b'{"c":"' + b"A" * 64 + b'","p":"7","t":"answer","v":1}', "no entry of a log"),
        (b'{"c":"' + b"0" * 64 + b'","p":"7","t":"answer"}', "says more"),
        (b'{"c":"' + b"0" * 64 + b'","p":"7","t":"answer","v":2}', "says more"),
        (b'{"c":"' + b"0" * 64 + b'","p":"7","t":"answer","v":true}', "says more"),
        (b'{"c":"' + b"0" * 64 + b'","p":"7","t":"answer","v":1,"w":"me"}', "says more"),
        (b'{"c":"' + b"0" * 64 + b'","f":{"a":1},"p":"7","t":"answer","v":1}', "says more"),
        (b'{"c":"' + b"0" * 64 + b'","p":"7","t":"An answer","v":1}', "no kind of entry"),
        (b'{"c":"' + b"0" * 64 + b'","p":"\xc3\xa9","t":"answer","v":1}', "no project"),
        (b'{"f":{},"p":"7","t":"price.set","v":1}', "needs facts"),
        (b'{"f":{"a":1},"p":"7","t":"price.set", "v":1}', "not written canonically"),
        (b" " * 1025, "1025 bytes"),
    ],
)
def test_what_is_no_entry_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_entry(raw)


def test_what_no_entry_can_say_is_not_written() -> None:
    with pytest.raises(BadInput, match="this one has 31"):
        committed_entry("answer", "7", bytes(31))
    with pytest.raises(BadInput, match="no kind of entry"):
        committed_entry("Answer", "7", bytes(32))
    with pytest.raises(BadInput, match="no project"):
        committed_entry("answer", "7\n", bytes(32))
    with pytest.raises(BadInput, match="log the hash of what is long"):
        open_entry("instructions.set", "7", {"text": "x" * 1000})
