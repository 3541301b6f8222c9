"""What columns take is measured from the headers of pages, and no lie of a footer hides it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canut.core.column_files.parquet_pages import measure
from canut.core.errors import TooLarge
from canut.core.formats import read, sniff
from canut.core.formats.training import huggingface
from canut.core.quality.tables.files import read_columns
from tests.core.column_files.making import (
    DELTA_BYTE_ARRAY,
    MIB,
    REPEATED,
    RLE_DICTIONARY,
    UNCOMPRESSED,
    Page,
    long_text,
    parquet_of,
    zstd,
)

GIB = 2**30
ALL = {"n", "text", "tags", "box", "kind"}


def table(rows: int) -> pa.Table:
    chance = np.random.default_rng(1)
    return pa.table(
        {
            "n": chance.integers(0, 2**62, rows),
            "text": [f"avis {n}" for n in range(rows)],
            "tags": [["é"] * (n % 4) for n in range(rows)],
            "box": [{"x": n, "of": {"y": str(n)}} for n in range(rows)],
            "kind": pa.array(["a", "b", "c", "d"] * (rows // 4)).dictionary_encode(),
        }
    )


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip", "brotli", "lz4"])
def test_pages_are_as_large_as_an_honest_footer_says(
    version: str, compression: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(
        table(8_000), path, compression=compression, data_page_version=version,
        row_group_size=3_000, data_page_size=2_000,
    )  # fmt: skip
    metadata = pq.read_metadata(path)
    groups = [metadata.row_group(number) for number in range(3)]
    chunks = [group.column(at) for group in groups for at in range(metadata.num_columns)]

    growth = measure(path, ALL, {"text", "tags.list.element", "box.of.y", "kind"})

    stated = sum(chunk.total_uncompressed_size for chunk in chunks)
    assert 0.7 * stated < growth.bytes <= stated  # the footer counts headers too
    assert growth.rows == 8_000
    assert growth.values == max(
        group.column(at).num_values
        for group in groups
        for at in range(metadata.num_columns)
        if group.column(at).path_in_schema.startswith("tags")
    )
    assert 0 < growth.at_once < growth.bytes
    assert growth.row_bytes <= len("avis 7999") + 4
    assert growth.dictionaries >= {"tags.list.element", "kind"}


def test_columns_that_are_not_read_count_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(4_000), path)

    one, two, all_of_them = (measure(path, names) for names in ({"n"}, {"n", "box"}, ALL))

    assert 0 < one.bytes < two.bytes < all_of_them.bytes
    assert measure(path, set()).bytes == 0


def test_text_that_stands_once_for_many_rows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array(["x" * 5_000] * 40)
    pq.write_table(pa.table({"a": texts}), path)

    assert measure(path, {"a"}, {"a"}).row_bytes == 0
    assert measure(path, {"a"}, {"a"}).dictionaries == {"a"}
    assert measure(path, {"a"}).row_bytes == 5_000
    pq.write_table(
        pa.table({"a": texts}), path, use_dictionary=False,
        column_encoding={"a": "DELTA_BYTE_ARRAY"},
    )  # fmt: skip
    assert measure(path, {"a"}, {"a"}).row_bytes > 5_000


def inflating(rows: int = 1) -> bytes:
    page = Page(zstd(long_text(GIB)), GIB + 4)
    return parquet_of([page] * rows, rows=rows)


def inflating_dictionary() -> bytes:
    dictionary = Page(zstd(long_text(GIB)), GIB + 4, is_dictionary=True)
    one_bit = zstd(iter([b"\x01\x02\x00"]))
    return parquet_of([dictionary, Page(one_bit, 3, encoding=RLE_DICTIONARY)])


def many_empty_texts() -> bytes:
    count = 12 * MIB
    blocks = (bytes(MIB) for _ in range(4 * count // MIB))
    dictionary = Page(zstd(blocks), 4 * count, values=count, is_dictionary=True)
    one_bit = zstd(iter([b"\x01\x02\x00"]))
    return parquet_of([dictionary, Page(one_bit, 3, encoding=RLE_DICTIONARY)])


def forged_header() -> bytes:
    return parquet_of([Page(zstd(iter([b"\x01\0\0\0x"])), 2**31 - 1)])


def small_pages() -> bytes:
    page = Page(zstd(long_text(8 * MIB)), 8 * MIB + 4)
    return parquet_of([page] * 100, rows=100)


def long_list() -> bytes:
    values = pa.array(np.zeros(2**25, np.int8))
    lists = pa.ListArray.from_arrays(pa.array([0, 2**25], pa.int32()), values)
    out = pa.BufferOutputStream()
    pq.write_table(pa.table({"a": lists}), out, compression="zstd", write_statistics=False)
    return bytes(out.getvalue())


def more_rows_than_stated() -> bytes:
    return parquet_of([Page(b"", 0, values=2**31 - 1)] * 2, rows=1, codec=UNCOMPRESSED)


def prefixes_of_lists() -> bytes:
    page = Page(zstd(iter([bytes(MIB)])), MIB, values=900, encoding=DELTA_BYTE_ARRAY)
    return parquet_of([page], repetition=REPEATED)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a page": inflating,
    "a dictionary": inflating_dictionary,
    "a dictionary of nothing": many_empty_texts,
    "a header": forged_header,
    "many pages": small_pages,
    "a list": long_list,
    "rows": more_rows_than_stated,
    "prefixes in a list": prefixes_of_lists,
}
PROBE = """
import json, resource, sys
from pathlib import Path
from canut.core.errors import Refusal
from canut.core.formats import read, sniff
path, rows, code = Path(sys.argv[1]), 0, ""
sniff(Path(sys.argv[2])), list(read(Path(sys.argv[2]), sniff(Path(sys.argv[2]))))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for batch in read(path, sniff(path)):
        rows += len(batch.rows)
except Refusal as refusal:
    code = refusal.case
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([code, rows, (after - before) // 1024]))
"""


def probe(path: Path) -> tuple[str, int, int]:
    """Read a file in a process of its own; return its refusal, its rows and the MiB it took."""
    plain = path.with_name("plain.parquet")
    pq.write_table(pa.table({"a": ["x"]}), plain)
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path), str(plain)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-900:]
    code, rows, mib = json.loads(done.stdout)
    return code, rows, mib


@pytest.mark.process
@pytest.mark.parametrize("name", BOMBS)
def test_file_that_inflates_is_refused_before_it_does(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(BOMBS[name]())
    assert path.stat().st_size < MIB

    code, rows, mib = probe(path)

    assert (code, rows) == ("parquet-grows", 0)
    assert mib < 24


def test_file_that_was_inflating_after_it_was_looked_at_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": ["x"]}), path)
    reading = sniff(path)
    path.write_bytes(inflating())

    with pytest.raises(TooLarge) as refused:
        list(read(path, reading))

    assert refused.value.case == "parquet-grows"
    with pytest.raises(TooLarge):
        huggingface.questions_in(path)


@pytest.mark.process
def test_prefixes_that_repeat_a_long_text_are_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array(["x" * 2**16] * 4_000)
    pq.write_table(
        pa.table({"a": texts}), path, use_dictionary=False,
        column_encoding={"a": "DELTA_BYTE_ARRAY"}, compression="zstd", store_schema=False,
    )  # fmt: skip
    assert path.stat().st_size < MIB

    code, rows, mib = probe(path)

    assert (code, rows) == ("", 4_000)
    assert mib < 200


def test_rows_that_are_too_large_end_the_file_once_they_are_many(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), ["x" * 2 * MIB])
    pq.write_table(pa.table({"a": texts}), path, compression="zstd", store_schema=False)
    problems = list[str]()

    with pytest.raises(TooLarge) as refused:
        for batch in read(path, sniff(path)):
            problems += [problem.code for problem in batch.problems]

    assert refused.value.case == "parquet-grows"
    assert 16 <= len(problems) <= 40


@pytest.mark.parametrize("seed", range(3))
def test_damaged_headers_are_measured_or_refused_in_words(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(table(400), path, data_page_size=500)
    whole, chance = path.read_bytes(), np.random.default_rng(seed)
    for _ in range(60):
        content = bytearray(whole)
        for at in chance.integers(4, len(whole), 4):
            content[at] = chance.integers(256)
        path.write_bytes(content)

        try:
            measure(path, ALL)
        except ValueError:
            continue


@pytest.mark.process
def test_long_text_among_many_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array([*(str(n) for n in range(4_000)), "x" * (MIB - 9)])
    rows = pa.array([4_000] * 200 + list(range(4_000)), pa.int32())
    column = pa.DictionaryArray.from_arrays(rows, texts)
    pq.write_table(
        pa.table({"a": column}), path, compression="zstd", store_schema=False,
        dictionary_pagesize_limit=4 * MIB,
    )  # fmt: skip
    assert path.stat().st_size < MIB
    assert measure(path, {"a"}, {"a"}).row_bytes == MIB - 9

    code, count, mib = probe(path)

    assert (code, count) == ("", 4_200)
    assert mib < 200


@pytest.mark.parametrize("encoding", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_stored_as_differences_are_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = [f"avis {n}" for n in range(5_000)]
    pq.write_table(
        pa.table({"a": texts, "b": ["x"] * 5_000}), path, use_dictionary=["b"],
        column_encoding={"a": encoding}, store_schema=False,
    )  # fmt: skip

    rows = [row for batch in read(path, sniff(path)) for row in batch.rows]

    assert [row["a"] for row in rows] == texts
    assert read_columns(path, ["a", "b"]).column("a").to_pylist() == texts


def test_page_beyond_its_chunk_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_of([Page(b"\x01\0\0\0x", 5)], codec=UNCOMPRESSED))
    assert pq.read_table(path).to_pylist() == [{"a": "x"}]
    assert measure(path, {"a"}).bytes == 5
    beyond = Page(b"\x01\0\0\0x", 5, stated=9_000)
    path.write_bytes(parquet_of([beyond], codec=UNCOMPRESSED))

    with pytest.raises(ValueError, match="states sizes"):
        measure(path, {"a"})
