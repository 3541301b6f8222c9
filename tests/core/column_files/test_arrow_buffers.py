"""What an Arrow file takes is measured from the headers of its buffers, before any is inflated."""

import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from canut.core.column_files.arrow_buffers import measure
from canut.core.errors import BadFile, TooLarge
from canut.core.quality.tables.files import read_columns
from tests.core.column_files.making import MIB, arrow_of


def table(rows: int) -> pa.Table:
    return pa.table(
        {
            "task": [f"t{n}" for n in range(rows)],
            "worker": pa.array(["a", "b"] * (rows // 2)).dictionary_encode(),
            "label": np.zeros(rows, np.int64),
        }
    )


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_buffers_are_as_large_as_the_table_they_hold(
    compression: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "a.arrow"
    path.write_bytes(arrow_of(table(6_000), compression=compression))

    growth = measure(path)

    assert growth.rows == 6_000 + 2  # of the dictionary
    assert growth.bytes == pytest.approx(table(6_000).nbytes, rel=0.02)
    assert read_columns(path, ["task", "label"]).num_rows == 6_000


def test_buffers_that_inflate_are_refused_before_they_do(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    path.write_bytes(arrow_of(pa.table({"task": np.zeros(80 * MIB, np.int8)}), compression="zstd"))
    assert path.stat().st_size < MIB // 4
    before = pa.total_allocated_bytes()

    with pytest.raises(TooLarge) as refused:
        read_columns(path, ["task"])

    assert refused.value.case == "table-grows"
    assert pa.total_allocated_bytes() == before


def test_buffer_that_states_another_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    content = arrow_of(pa.table({"task": np.zeros(4_000, np.int64)}), compression="zstd")
    stated = struct.pack("<q", 32_000)
    assert content.count(stated) >= 1
    path.write_bytes(content.replace(stated, struct.pack("<q", 2**60)))

    with pytest.raises(TooLarge):
        read_columns(path, ["task"])


@pytest.mark.parametrize("seed", range(3))
def test_damaged_headers_are_measured_or_refused_in_words(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    whole, chance = arrow_of(table(60), compression="lz4"), np.random.default_rng(seed)
    for _ in range(200):
        content = bytearray(whole)
        for at in chance.integers(8, len(whole), 3):
            content[at] = chance.integers(256)
        path.write_bytes(content[: chance.integers(1, len(whole))] if seed == 0 else content)

        try:
            measure(path)
        except ValueError:
            continue


def test_file_that_is_no_arrow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    for content in (b"ARROW1", b"x" * 100, b"ARROW1\0\0" + bytes(4) + b"ARROW1"):
        path.write_bytes(content)

        with pytest.raises(BadFile):
            read_columns(path, ["task"])
