import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from canut.core.formats.tables.row_hashes import RowHashes, hashes_of


@given(st.lists(st.lists(st.integers(0, 30), max_size=20), max_size=8))
def test_the_first_line_of_each_content_is_remembered(batches: list[list[int]]) -> None:
    seen, known, line = RowHashes(), dict[int, int](), 1
    for batch in batches:
        if not batch:
            continue
        lines = list(range(line, line + len(batch)))
        line += len(batch)

        first, same = seen.first_lines(hashes_of([b"%d" % n for n in batch]), lines)

        expected = [
            known[n] if n in known else known.setdefault(n, at) * 0
            for n, at in zip(batch, lines, strict=True)
        ]
        assert first.tolist() == expected
        assert same.all()


def test_the_same_id_with_other_content_is_told_apart() -> None:
    seen = RowHashes()
    ids, contents = hashes_of([b"1", b"2", b"1", b"2"]), hashes_of([b"a", b"b", b"a", b"c"])

    first, same = seen.first_lines(ids, [2, 3, 4, 5], contents)
    later, again = seen.first_lines(ids[:1], [9], contents[3:])

    assert first.tolist() == [0, 0, 2, 3]
    assert same.tolist() == [True, True, True, False]
    assert (later.tolist(), again.tolist()) == ([2], [False])


def test_a_million_rows_take_little_memory_and_lose_none() -> None:
    seen = RowHashes()
    keys = np.random.default_rng(7).integers(1, 2**63, 1_000_000).astype(np.uint64)
    for start in range(0, keys.size, 50_000):
        part = keys[start : start + 50_000]
        first, _ = seen.first_lines(part, range(start + 1, start + part.size + 1))
        assert not first.any()

    found, _ = seen.first_lines(keys[::1000], range(2_000_001, 2_001_001))

    assert found.tolist() == list(range(1, 1_000_001, 1000))
    assert seen.size_bytes < 60_000_000


def test_the_empty_slots_hash_is_never_given() -> None:
    assert (hashes_of([b"a", b"b"]) != 0).all()
