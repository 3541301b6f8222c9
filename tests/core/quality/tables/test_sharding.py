import tracemalloc
from functools import partial
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from canut.core.arrays import Counts
from canut.core.quality.estimators import shards as shards_of_fits
from canut.core.quality.estimators.shards import ChunkFile, Shard, write_chunk
from canut.core.quality.tables import sharding
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    arrange,
    by_activity,
)
from canut.core.quality.tables.coded_answers import COLUMNS, code_table
from canut.core.quality.tables.sharding import (
    Dealing,
    count_chunks,
    deal,
    find_parts,
    number,
    read_piece,
)

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=3)
POOLS: list[pa.MemoryPool] = []  # must outlive what was made in them
POLICIES: st.SearchStrategy[Duplicates] = st.sampled_from(["last", "first", "all"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    rows=st.lists(st.tuples(NAMES, NAMES, st.sampled_from("abc")), min_size=1, max_size=40),
    size=st.integers(1, 9),
    n_shards=st.integers(1, 4),
    n_chunks=st.integers(1, 3),
    batch=st.integers(1, 9),
    policy=POLICIES,
)
def test_shards_together_hold_what_one_table_holds(
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    size: int,
    n_shards: int,
    n_chunks: int,
    batch: int,
    policy: Duplicates,
) -> None:
    table = pa.table([list(column) for column in zip(*rows, strict=True)], names=[*COLUMNS])
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=size)
    coded = code_table(table)
    answers, former = by_activity(coded.answers)
    whole, set_aside = arrange(answers, policy)

    parts = find_parts(tmp_path / "a.parquet", COLUMNS, n_shards)
    dealing = Dealing(COLUMNS, n_shards, n_chunks, numbered=False)
    with patch.object(sharding, "BATCH_ROWS", batch):
        dealt = [deal(part, dealing, tmp_path / f"part-{part.number}") for part in parts]
    numbering = number([one.workers for one in dealt], [one.labels for one in dealt], "label", [])
    files = [tmp_path / f"chunk-{chunk}" for chunk in range(n_shards * n_chunks)]
    chunks = []
    for chunk, file in enumerate(files):
        pieces = [read_piece(tmp_path / f"part-{one.part}", one, chunk) for one in dealt]
        chunks.append((write_chunk(pieces, numbering, policy, file), file))
    with (
        patch.object(shards_of_fits, "CHUNK_ROWS", 8),
        patch.object(shards_of_fits, "BLOCK_SHARE", 0),
    ):
        shards = [
            Shard(chunks[at : at + n_chunks], len(numbering.workers), len(numbering.labels))
            for at in range(0, len(files), n_chunks)
        ]
    blocks = [(shard, block) for shard in shards for block in range(len(shard.held().n_tasks))]

    assert numbering.workers.equals(coded.workers.take(former))
    assert numbering.labels.equals(coded.labels)
    assert sum(shard.held().set_aside for shard in shards) == set_aside
    names = pa.concat_arrays([shard.names(block) for shard, block in blocks])
    order = np.argsort(np.concatenate([shard.order(block) for shard, block in blocks]))
    assert names.take(pa.array(order)).equals(coded.tasks)
    cells = [
        cells
        for shard, block in blocks
        for cells in shard.apply(block, lambda rows: np.split(rows.cell, rows.start[1:-1]))
        if shard.held().n_tasks[block]
    ]
    assert [cells[at].tolist() for at in order] == [
        one.tolist() for one in np.split(whole.cell, whole.start[1:-1])
    ]
    n_cells = whole.n_workers * whole.n_labels
    counts = [shard.sum(partial(count_cells, n_cells)) for shard in shards]
    assert sum(n_rows for n_rows, _ in counts) == len(whole.cell)
    cells_of_all = np.sum([cells for _, cells in counts], axis=0)
    np.testing.assert_array_equal(cells_of_all, count_cells(n_cells, whole)[1])


def count_cells(n_cells: int, rows: AnswersByTask) -> tuple[int, Counts]:
    return len(rows.cell), np.bincount(rows.cell, minlength=n_cells)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sharding, shards_of_fits):
        monkeypatch.setattr(module, "CHUNK_ROWS", 2_000)
    monkeypatch.setattr(sharding, "BATCH_ROWS", 2_000)
    monkeypatch.setattr(sharding, "PART_ROWS", 8_000)
    measure_a_shard(tmp_path, 4_000)  # what is loaded once

    few, many = (measure_a_shard(tmp_path, n_answers) for n_answers in (20_000, 80_000))

    a_code = 4
    assert many - few < a_code * 60_000


def measure_a_shard(folder: Path, n_answers: int) -> int:
    """Return the most bytes in memory while answers are dealt, arranged and counted."""
    rng = np.random.default_rng(0)
    columns = {
        "task": rng.permutation(n_answers) // 5,
        "worker": rng.integers(0, 20, n_answers),
        "label": rng.integers(0, 3, n_answers),
    }
    path = folder / f"{n_answers}.parquet"
    parquet.write_table(pa.table(columns), path, row_group_size=5_000)
    del columns
    usual, pool = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    POOLS.append(pool)
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        parts = find_parts(path, COLUMNS, 1)
        n_chunks = count_chunks(parts, 1)
        dealing = Dealing(COLUMNS, 1, n_chunks, numbered=False)
        dealt = [deal(part, dealing, folder / f"part-{part.number}") for part in parts]
        names = [one.workers for one in dealt], [one.labels for one in dealt]
        numbering = number(*names, "label", [])
        chunks: list[ChunkFile] = []
        for chunk in range(n_chunks):
            pieces = [read_piece(folder / f"part-{one.part}", one, chunk) for one in dealt]
            file = folder / f"chunk-{chunk}"
            chunks.append((write_chunk(pieces, numbering, "last", file), file))
        shard = Shard(chunks, 20, 3)
        assert len(shard.held().n_tasks) >= n_answers // 4_000
        assert shard.sum(partial(count_cells, 60))[1].sum() == shard.held().n_answers
        return tracemalloc.get_traced_memory()[1] + int(pool.max_memory())
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(usual)
