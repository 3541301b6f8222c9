"""Whether a cluster pays: one file of answers, in one process and on workers of this machine.

``python -m bench.quality.cluster [ANSWERS [LABELS [WORKERS]]]``. Both read the same Parquet file
and fit Dawid and Skene; scheduler and workers are processes of this machine, on loopback.

``python -m bench.quality.cluster --grow 1e5 1e6 …`` runs the cluster alone on a folder of Parquet
files of whole numbers, at each size, and prints the seconds of processor and the peaks of memory:
of arrays and the like (anonymous memory), and of files that are mapped.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from distributed import LocalCluster
from pyarrow import parquet

from bench.quality.memory import memory_peaks, watch_memory
from bench.quality.speed import crowd
from canut import infer
from canut.core.quality.estimators.result import Result
from canut.core.quality.tables.coded_answers import COLUMNS
from canut.core.quality.tables.files import read_columns
from canut.scale.cluster import connect
from canut.scale.infer import infer_far

MODEL = "dawid-skene"
FILE_ANSWERS = 4_000_000


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


def write_numbers(folder: Path, n_answers: int, n_labels: int, n_workers: int) -> None:
    """Write a crowd's answers as whole numbers, some millions a file."""
    answers = crowd(min(FILE_ANSWERS, n_answers), n_labels, n_workers)
    for number, first in enumerate(range(0, n_answers, FILE_ANSWERS)):
        if n_answers - first < FILE_ANSWERS:
            answers = crowd(n_answers - first, n_labels, n_workers)
        task = answers.task.astype(np.int64) + first // 5
        columns = {"task": task, "worker": answers.worker, "label": answers.label}
        parquet.write_table(pa.table(columns), folder / f"part-{number:04}.parquet")


def grow(
    sizes: list[int], processes: int, models: list[str], n_labels: int, n_workers: int
) -> None:
    """Print a line of figures for each number of answers and model, each on its own cluster."""
    for n_answers in sizes:
        with tempfile.TemporaryDirectory() as name:
            for folder, size in ((Path(name, "few"), 1_000), (Path(name, "all"), n_answers)):
                folder.mkdir()
                write_numbers(folder, size, n_labels, min(n_workers, size // 10))
            for model in models:
                figures = measure(Path(name), processes, model)
                print(json.dumps({"answers": n_answers} | figures), flush=True)


def measure(folder: Path, processes: int, model: str) -> dict[str, object]:
    """Return the figures of a fit on a cluster, after one to few answers for the compiler."""
    with (
        LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
            memory_limit=0,
        ) as local,
        connect(local.scheduler_address) as client,
    ):
        infer_far(client, folder / "few", COLUMNS, model=model)
        client.run(watch_memory)
        watch_memory()
        peaks: list[list[int]] = []

        def clock() -> float:
            """Note the peaks; return the seconds of processor of all processes together."""
            seconds = [*client.run(time.process_time).values(), time.process_time()]
            peaks.append([most for most, _ in client.run(memory_peaks).values()])
            return float(sum(seconds))

        start = time.perf_counter()
        far = infer_far(client, folder / "all", COLUMNS, model=model, clock=clock)
        n_tasks = len(far.decided[0])
        whole = time.perf_counter() - start
        in_the_end = [*client.run(memory_peaks).values()]
        return {
            "tasks": n_tasks,
            "model": far.model,
            "passes": far.n_iter,
            "read_cpu": round(far.seconds["read"], 2),
            "fit_cpu": round(far.seconds["fit"], 3),
            "whole": round(whole, 1),
            "anon_mib_before_read_fit": peaks,
            "anon_mib": [anonymous for anonymous, _ in in_the_end],
            "file_mib": [mapped for _, mapped in in_the_end],
            "own_anon_mib": memory_peaks()[0],
        }


def describe(where: str, result: Result, whole: float) -> str:
    steps = "  ".join(f"{step} {spent:.2f} s" for step, spent in result.seconds.items())
    each = result.seconds["fit"] / max(result.n_iter, 1)
    return f"{where}: {whole:.2f} s in all ({steps}); {result.n_iter} iterations, {each:.3f} s each"


def main() -> None:
    """Print a line for each, and how far they are apart."""
    parser = argparse.ArgumentParser(prog="bench.quality.cluster")
    parser.add_argument("sizes", nargs="*", type=lambda text: int(float(text)))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--grow", action="store_true", help="the cluster alone, at each size")
    parser.add_argument("--model", default=MODEL, help="one or more, with commas between")
    options = parser.parse_args()
    if options.grow:
        grow(options.sizes, options.processes, options.model.split(","), 5, 10_000)
        return
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
