"""A cluster of two processes on this machine finds what one process finds."""

import gc
import logging
import os
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from dask.sizeof import sizeof
from distributed import Client, KilledWorker, LocalCluster, Worker
from distributed.comm.core import CommClosedError
from pyarrow import csv, parquet

from canut import infer
from canut.__main__ import main
from canut.core.errors import BadInput, NotReady
from canut.core.quality.estimators import sampling, shards
from canut.core.quality.estimators.infer import Options
from canut.core.quality.tables import sharding
from canut.core.quality.tables.answers_by_task import Duplicates
from canut.core.quality.tables.coded_answers import COLUMNS
from canut.core.quality.tables.sharding import find_parts
from canut.scale import cluster as dask
from canut.scale.cluster import connect
from canut.scale.infer import FAR_MODELS, infer_far
from tests.scale.made import LABELS, crowd, differ, written

pytestmark = pytest.mark.slow

CLOSE = 1e-12
NOBODY: Any = None


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Run two workers and their scheduler, on loopback alone."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # no part of what a command says
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with connect(address) as client:
        yield client


@pytest.mark.parametrize("model", FAR_MODELS)
def test_every_model_finds_the_same_as_in_one_process(
    client: Client, tmp_path: Path, model: str
) -> None:
    table = crowd()

    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, model=model)

    near = infer(table, model=model)
    assert differ(far, near) < CLOSE
    np.testing.assert_allclose(far.loglik_trace, near.loglik_trace, rtol=CLOSE)
    np.testing.assert_allclose(far.confusion, near.confusion, atol=CLOSE)
    np.testing.assert_allclose(far.decided[1], near.decided[1], atol=CLOSE)
    for name in ("accuracy", "low", "high"):
        skills = far.skill.column(name).to_numpy(), near.skill.column(name).to_numpy()
        np.testing.assert_allclose(*skills, atol=1e-9)
    assert far.skill.column("answers").equals(near.skill.column("answers"))


def test_a_task_whose_rows_lie_in_two_files_is_one_task(client: Client, tmp_path: Path) -> None:
    table = crowd(seed=1)
    for name, first in (("a", 0), ("b", 5_000), ("c", 6_000)):
        last = {"a": 5_000, "b": 6_000, "c": 12_000}[name]
        written(table.slice(first, last - first), tmp_path / f"{name}.parquet", 3)

    far = infer_far(client, tmp_path, COLUMNS, model="dawid-skene")

    assert differ(far, infer(table, model="dawid-skene")) < CLOSE


@pytest.mark.parametrize("policy", ["last", "first", "all"])
def test_repeated_answers_follow_the_policy(
    client: Client, tmp_path: Path, policy: Duplicates
) -> None:
    table = crowd(seed=2)
    given: Options = {"model": "one-coin", "duplicates": policy}

    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, **given)

    near = infer(table, **given)
    assert (near.duplicates > 0) == (policy != "all")
    assert differ(far, near) < CLOSE


def test_numbers_stay_numbers_and_an_order_of_labels_is_kept(
    client: Client, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    columns = {
        name: rng.integers(0, most, 900) for name, most in zip(COLUMNS, (90, 9, 3), strict=True)
    }
    given: Options = {"model": "dawid-skene", "order": [2, 3, 1, 0]}

    far = infer_far(client, written(pa.table(columns), tmp_path / "a.parquet"), COLUMNS, **given)

    assert far.label_names.to_pylist() == [2, 3, 1, 0]
    assert differ(far, infer(columns, **given)) < CLOSE


def test_names_kept_in_a_dictionary_keep_its_order(client: Client, tmp_path: Path) -> None:
    table = crowd(seed=4)
    names = sorted(set(table.column("task").to_pylist()))
    task = table.column("task").combine_chunks()
    coded = pa.DictionaryArray.from_arrays(places(task, names), pa.array(names))
    table = table.set_column(0, "task", coded)
    path = written(table, tmp_path / "a.parquet")

    far = infer_far(client, path, COLUMNS, model="one-coin")

    assert differ(far, infer(parquet.read_table(path), model="one-coin")) < CLOSE


def places(values: pa.Array, names: list[str]) -> pa.Array:
    place = {name: at for at, name in enumerate(names)}
    return pa.array([place[one] for one in values.to_pylist()], pa.int32())


@pytest.mark.parametrize("known", [30, 400])
@pytest.mark.parametrize("model", ["auto", "mace"])
def test_gold_calibrates_and_chooses_as_in_one_process(
    client: Client, tmp_path: Path, model: str, known: int
) -> None:
    table = crowd(seed=5)
    tasks = [f"picture-{one * 3}" for one in range(known)] + ["elsewhere"]
    gold = {"task": tasks, "label": [LABELS[one % 4] for one in range(len(tasks))]}
    given: Options = {"model": model, "gold": gold}

    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, **given)

    near = infer(table, **given)
    assert far.strange_gold == near.strange_gold > 0
    assert far.temperature == near.temperature
    assert differ(far, near) < CLOSE


@pytest.mark.parametrize("many", [10, 10**6])
def test_what_is_simulated_after_many_answers_is_the_same(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(sampling, "TOO_MANY_NAMES", many)
    monkeypatch.setattr(dask, "TOO_MANY_NAMES", many)
    table = crowd(250_000, 50_000)

    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS)

    near = infer(table, threads=1)
    assert "simulated tasks" in near.why
    assert far.why == near.why
    assert differ(far, near) < CLOSE


@pytest.mark.parametrize("model", ["auto", "weighted"])
def test_answers_in_many_blocks_give_the_same(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    table = crowd(seed=8)
    gold = {"task": [f"picture-{one * 50}" for one in range(40)], "label": LABELS * 10}
    given: Options = {"model": model, "gold": gold}
    usual = sharding.CHUNK_ROWS
    monkeypatch.setattr(sharding, "CHUNK_ROWS", 500)
    client.run(cut_blocks, 1_000, 0)
    try:
        far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, **given)

        assert all(len(summary.n_tasks) > 2 for summary in far.cluster.held)
        assert differ(far, infer(table, **given)) < CLOSE
    finally:
        client.run(cut_blocks, usual, shards.BLOCK_SHARE)


def cut_blocks(n_rows: int, share: int) -> None:
    """Set how many answers a block of this process has, at least."""
    vars(shards).update(CHUNK_ROWS=n_rows, BLOCK_SHARE=share)


def test_workers_hold_answers_in_files_which_go_with_the_result(
    client: Client, tmp_path: Path
) -> None:
    gc.collect()  # what tests before this one left
    assert any(not files_of(client) for _ in range(100))
    table = crowd(40_000, 8_000)
    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, model="majority")

    assert 4 * far.n_answers < sum(files_of(client)) < 5 * 4 * far.n_answers
    assert sum(client.run(count_bytes).values()) < 60 * 8 * far.n_answers / 10

    del far
    gc.collect()
    assert any(not files_of(client) for _ in range(100))


def files_of(client: Client) -> list[int]:
    return [size for sizes in client.run(measure_files).values() for size in sizes]


def measure_files(dask_worker: Worker) -> list[int]:
    return [file.stat().st_size for file in Path(dask_worker.local_directory).glob("canut-*")]


def count_bytes(dask_worker: Worker) -> int:
    """Return the bytes of what a worker holds, pickled but for its files."""
    return sum(map(sizeof, dask_worker.data.values()))


def test_fewer_tasks_than_workers_are_enough(client: Client, tmp_path: Path) -> None:
    table = pa.table({"task": ["t", "t"], "worker": ["a", "b"], "label": ["x", "y"]})

    far = infer_far(client, written(table, tmp_path / "a.parquet", 1), COLUMNS)

    assert differ(far, infer(table)) < CLOSE


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_fit_changes_nothing(
    client: Client, tmp_path: Path
) -> None:
    table = crowd(seed=6)
    killed: list[int] = []

    def kill(iterations: int, _objective: float) -> None:
        if iterations == 2:
            killed.append(kill_a_worker(client))

    path = written(table, tmp_path / "a.parquet")
    far = infer_far(client, path, COLUMNS, model="dawid-skene", pace=kill)

    assert killed
    assert far.n_iter > 2
    assert differ(far, infer(table, model="dawid-skene")) < CLOSE


@pytest.mark.slow
def test_a_worker_killed_while_shards_are_made_changes_nothing(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = crowd(seed=7)
    killed: list[int] = []

    def deal_and_kill(self: dask.Cluster, only: int | None) -> object:
        monkeypatch.undo()
        dealt = self._deal(only)
        killed.append(kill_a_worker(client))
        return dealt

    monkeypatch.setattr(dask.Cluster, "_deal", deal_and_kill)
    far = infer_far(client, written(table, tmp_path / "a.parquet"), COLUMNS, model="mace")

    assert killed
    assert differ(far, infer(table, model="mace")) < CLOSE


def kill_a_worker(client: Client) -> int:
    """End one worker's process as a lost machine would, and return its number."""
    victim: int = next(iter(client.run(os.getpid).values()))
    os.kill(victim, signal.SIGKILL)
    return victim


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ({"label": ["x", "x", ""]}, {}),
        ({"worker": ["v", None, "w"]}, {}),
        ({"label": ["x", "x", "z"]}, {"order": ["x", "y"]}),
        ({"worker": ["v", "v", "v"], "task": ["s", "t", "t"]}, {"duplicates": "error"}),
        ({"task": [], "worker": [], "label": []}, {}),
        ({"who": [1, 2, 3]}, {"model": "nobody"}),
        ({}, {"gold": {"task": ["s"], "label": ["never"]}}),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(
    client: Client, tmp_path: Path, rows: dict[str, Any], options: Options
) -> None:
    good: dict[str, Any] = {"task": ["s", "t", "u"], "worker": ["v", "w", "v"], "label": ["x"] * 3}
    types = [(name, pa.string()) for name in COLUMNS]
    given = {name: (good | rows)[name] for name in COLUMNS}
    table = pa.table(given, schema=pa.schema(types))
    path = tmp_path / "a.parquet"
    parquet.write_table(table, path, row_group_size=2)
    with pytest.raises(BadInput) as here:
        infer(table, **options)

    with pytest.raises(BadInput) as there:
        infer_far(client, path, COLUMNS, **options)

    assert str(there.value) == str(here.value)


def test_a_file_without_a_single_row_group_is_refused(client: Client, tmp_path: Path) -> None:
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    with parquet.ParquetWriter(tmp_path / "a.parquet", schema):
        pass

    with pytest.raises(BadInput, match="there are no answers"):
        infer_far(client, tmp_path, COLUMNS)


def test_glad_is_refused_with_the_models_that_can(client: Client, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"'glad' does not run on a cluster.*auto, majority"):
        infer_far(client, tmp_path, COLUMNS, model="glad")


def test_files_that_cannot_be_dealt_are_refused(client: Client, tmp_path: Path) -> None:
    table = crowd(100)
    csv.write_csv(table, tmp_path / "a.csv")
    (tmp_path / "two").mkdir()
    written(table, tmp_path / "two/a.parquet")
    numbers = table.set_column(0, "task", pa.array(range(len(table))))
    written(numbers, tmp_path / "two/b.parquet")
    bad = {
        "a.csv": "is not Parquet",
        "none.parquet": "no Parquet file",
        "two": "holds int64, but string in the first",
    }

    for name, said in bad.items():
        with pytest.raises(BadInput, match=said):
            infer_far(client, tmp_path / name, COLUMNS)


def test_a_worker_that_cannot_read_the_file_says_so(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(crowd(100), tmp_path / "a.parquet")
    parts = find_parts(path, COLUMNS, 2)
    path.unlink()
    monkeypatch.setattr(dask, "find_parts", lambda *_: parts)

    with pytest.raises(BadInput, match="cannot be read on a machine of the cluster"):
        infer_far(client, path, COLUMNS)


def test_the_command_writes_what_it_writes_without_a_cluster(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(crowd(), tmp_path / "a.parquet")
    far, near = tmp_path / "far.parquet", tmp_path / "near.parquet"
    given = ["infer", str(path), "--posterior", "--model", "dawid-skene", "--workers"]

    done = main([*given, str(tmp_path / "far.csv"), "-o", str(far), "--cluster", address])

    told = capsys.readouterr().err
    assert done == main([*given, str(tmp_path / "near.csv"), "-o", str(near)]) == 0
    assert told == capsys.readouterr().err
    labels, others = parquet.read_table(far), parquet.read_table(near)
    assert labels.column_names == others.column_names
    assert labels.select(["task", "label"]).equals(others.select(["task", "label"]))
    for name in labels.column_names[2:]:
        fractions = labels.column(name).to_numpy(), others.column(name).to_numpy()
        np.testing.assert_allclose(*fractions, atol=CLOSE)


def test_workers_with_another_canut_are_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "__version__", "99")

    with pytest.raises(NotReady, match="here is 99"), connect(address):
        pass


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (CommClosedError("gone"), "stopped answering"),
        (CancelledError(), "stopped answering"),
        (KilledWorker("task", NOBODY, 3), "too little memory"),
    ],
)
def test_a_cluster_that_goes_is_told_in_words(address: str, failure: Exception, said: str) -> None:
    with pytest.raises(NotReady, match=said), connect(address):
        raise failure


def test_a_cluster_that_loses_every_shard_again_and_again_is_refused(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(crowd(100), tmp_path / "a.parquet")
    monkeypatch.setattr(dask.Cluster, "_call", lambda *_: None)

    with pytest.raises(NotReady, match="lost again and again"):
        infer_far(client, path, COLUMNS)


@pytest.mark.parametrize(
    ("failure", "said"), [(TimeoutError, "has no workers"), (OSError, "stopped answering")]
)
def test_a_cluster_without_workers_or_scheduler_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch, failure: type[Exception], said: str
) -> None:
    def wait(_client: Client, _workers: int, timeout: float) -> None:
        raise failure(timeout)

    monkeypatch.setattr(Client, "wait_for_workers", wait)

    with pytest.raises(NotReady, match=said), connect(address):
        pass


@pytest.mark.slow
def test_a_cluster_listens_on_loopback_alone(address: str) -> None:
    psutil: Any = import_module("psutil")
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [
        one.laddr
        for process in ours
        for one in process.net_connections("inet")
        if one.status == psutil.CONN_LISTEN
    ]
    assert int(address.rpartition(":")[2]) in {one.port for one in listening}

    assert {one.ip for one in listening} == {"127.0.0.1"}
