"""Whether a cluster pays: one file of answers, in one process and on workers of this machine.

``python -m bench.quality.cluster [ANSWERS [LABELS [WORKERS]]]``. Both read the same Parquet file
and fit Dawid and Skene; scheduler and workers are processes of this machine, on loopback.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from distributed import LocalCluster
from pyarrow import parquet

from bench.quality.speed import crowd
from canut import infer
from canut.core.quality.estimators.result import Result
from canut.core.quality.tables.coded_answers import COLUMNS
from canut.core.quality.tables.files import read_columns
from canut.scale.cluster import connect
from canut.scale.infer import infer_far

MODEL = "dawid-skene"


def write(path: Path, n_answers: int, n_labels: int, n_workers: int) -> None:
    """Write a crowd's answers, with names."""
    answers = crowd(n_answers, n_labels, n_workers)
    table = pa.table(
        {
            "task": named("task-", answers.task),
            "worker": named("w", answers.worker),
            "label": named("label ", answers.label),
        }
    )
    parquet.write_table(table, path)


def named(start: str, codes: np.ndarray) -> pa.Array:
    texts = pa.array(codes).cast(pa.string())
    return pc.call_function("binary_join_element_wise", [pa.scalar(start), texts, pa.scalar("")])


def describe(where: str, result: Result, whole: float) -> str:
    steps = "  ".join(f"{step} {spent:.2f} s" for step, spent in result.seconds.items())
    each = result.seconds["fit"] / max(result.n_iter, 1)
    return f"{where}: {whole:.2f} s in all ({steps}); {result.n_iter} iterations, {each:.3f} s each"


def main() -> None:
    """Print a line for each, and how far they are apart."""
    parser = argparse.ArgumentParser(prog="bench.quality.cluster")
    parser.add_argument("sizes", nargs="*", type=lambda text: int(float(text)))
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    n_answers, n_labels, n_workers = options.sizes + [10_000_000, 5, 10_000][len(options.sizes) :]
    print(f"answers {n_answers:.0e}  labels {n_labels}  workers {n_workers}")
    local = LocalCluster(
        n_workers=options.processes,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    )
    with tempfile.TemporaryDirectory() as folder, local, connect(local.scheduler_address) as client:
        path = Path(folder) / "answers.parquet"
        write(path, 1_000, n_labels, 50)
        infer_far(client, path, COLUMNS, model=MODEL)
        infer(read_columns(path, COLUMNS), model=MODEL)
        write(path, n_answers, n_labels, n_workers)
        start = time.perf_counter()
        far = infer_far(client, path, COLUMNS, model=MODEL, clock=time.perf_counter)
        labels = far.labels
        print(describe(f"{options.processes} processes", far, time.perf_counter() - start))
        start = time.perf_counter()
        near = infer(
            read_columns(path, COLUMNS),
            model=MODEL,
            threads=options.processes,
            clock=time.perf_counter,
        )
        others = near.labels
        print(describe(f"{options.processes} threads", near, time.perf_counter() - start))
        apart = labels.column("confidence").to_numpy() - others.column("confidence").to_numpy()
        same = labels.column("label").equals(others.column("label"))
        print(f"labels the same: {same}; confidence apart by {np.abs(apart).max():.1e} at most")


if __name__ == "__main__":
    main()
