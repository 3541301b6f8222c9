from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from canut.core.quality.estimators.shards import Shard
from canut.core.quality.tables.answers_by_task import Duplicates, arrange, by_activity
from canut.core.quality.tables.coded_answers import COLUMNS, code_table
from canut.core.quality.tables.sharding import Dealing, deal, find_parts, number

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=3)
POLICIES: st.SearchStrategy[Duplicates] = st.sampled_from(["last", "first", "all"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    rows=st.lists(st.tuples(NAMES, NAMES, st.sampled_from("abc")), min_size=1, max_size=40),
    size=st.integers(1, 9),
    n_shards=st.integers(1, 4),
    policy=POLICIES,
)
def test_shards_together_hold_what_one_table_holds(
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    size: int,
    n_shards: int,
    policy: Duplicates,
) -> None:
    table = pa.table([list(column) for column in zip(*rows, strict=True)], names=[*COLUMNS])
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=size)
    coded = code_table(table)
    answers, former = by_activity(coded.answers)
    whole, set_aside = arrange(answers, policy)

    dealing = Dealing(COLUMNS, n_shards, numbered=False)
    dealt = [deal(part, dealing) for part in find_parts(tmp_path, COLUMNS, n_shards)]
    numbering = number([one.workers for one in dealt], [one.labels for one in dealt], "label", [])
    shards = [
        Shard([piece for one in dealt if (piece := one.pieces[at])], numbering, policy)
        for at in range(n_shards)
    ]

    assert numbering.workers.equals(coded.workers.take(former))
    assert numbering.labels.equals(coded.labels)
    assert sum(shard.held().set_aside for shard in shards) == set_aside
    names = pa.concat_arrays([shard.names() for shard in shards])
    order = np.argsort(np.concatenate([shard.held().order for shard in shards]))
    assert names.take(pa.array(order)).equals(coded.tasks)
    cells = [
        cells
        for shard in shards
        for cells in shard.apply(lambda rows: np.split(rows.cell, rows.start[1:-1]))
        if shard.held().n_answers
    ]
    assert [cells[at].tolist() for at in order] == [
        one.tolist() for one in np.split(whole.cell, whole.start[1:-1])
    ]
