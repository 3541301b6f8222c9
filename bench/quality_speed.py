"""How fast one pass of Dawid and Skene is, beside the least any such pass must touch.

``python -m bench.quality_speed [ANSWERS [LABELS [WORKERS]]]``. "Touch" reads the same table rows
and adds to the same counts, in the same order and with as many threads, and computes nothing: the
roofline. Crowd-Kit runs beside it where it is installed.
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numba
import numpy as np

from canut.core.answers import Answers
from canut.core.quality import dawid_skene
from canut.core.quality.em import Run, Stop
from canut.core.quality.kernels import Block, Tables, empty_tally, size_of, sweep
from canut.core.quality.rows import Rows, arrange, by_activity

REPEATS = 9


def crowd(n_answers: int, n_labels: int, n_workers: int) -> Answers:
    """Make answers, five a task, by people of very different activity."""
    rng = np.random.default_rng(0)
    activity = 1 / np.arange(1, n_workers + 1)
    task = np.repeat(np.arange(n_answers // 5, dtype=np.int32), 5)
    worker = rng.choice(n_workers, len(task), p=activity / activity.sum()).astype(np.int32)
    skill, truth = rng.beta(6, 2, n_workers), rng.integers(0, n_labels, n_answers // 5)
    guess = rng.integers(0, n_labels, len(task))
    label = np.where(rng.random(len(task)) < skill[worker], truth[task], guess).astype(np.int32)
    return Answers(task, worker, label, n_answers // 5, n_workers, n_labels)


@numba.njit(nogil=True)
def touch(cell: Any, cells: Any, counts: Any, size: Any) -> float:
    found = 0.0
    for row in range(cell.shape[0]):
        at = np.uint32(cell[row])
        for truth in range(len(size)):
            found += cells[at, truth]
            counts[at, truth] += 1.0
    return found


def best(act: Callable[[], object]) -> float:
    """Return the least seconds of several runs."""
    found = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return min(found)


def passes(rows: Rows, threads: int) -> dict[str, float]:
    """Time one pass and one touch with as many threads."""
    n_cells, n_labels = rows.n_workers * rows.n_labels, rows.n_labels
    cells = np.random.default_rng(1).random((n_cells, n_labels))
    if cells.nbytes > 4 << 20:
        cells = cells.astype(np.float32)
    tables, size = Tables(np.full(n_labels, 1 / n_labels), cells), size_of(n_labels)
    edges = np.linspace(0, rows.n_tasks, threads + 1).astype(int)
    shares = [Block(rows.start[a : b + 1], rows.cell) for a, b in pairwise(edges)]
    tallies = [empty_tally(n_cells, n_labels) for _ in shares]
    with ThreadPoolExecutor(threads) as pool:

        def one(at: int) -> object:
            return sweep(shares[at], tables, tallies[at], size)

        def other(at: int) -> object:
            mine = shares[at].cell[shares[at].start[0] : shares[at].start[-1]]
            return touch(mine, cells, tallies[at].cells, size)

        return {
            "pass": best(lambda: list(pool.map(one, range(threads)))),
            "touch": best(lambda: list(pool.map(other, range(threads)))),
        }


def crowd_kit(answers: Answers) -> float | None:
    """Return Crowd-Kit's seconds an iteration, or None where it is not installed."""
    if find_spec("crowdkit") is None or find_spec("pandas") is None:
        return None
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    frame = pd.DataFrame({"task": answers.task, "worker": answers.worker, "label": answers.label})
    begun = time.perf_counter()
    DawidSkene(n_iter=2, tol=0).fit(frame)
    return (time.perf_counter() - begun) / 2


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(prog="bench.quality_speed")
    parser.add_argument("sizes", nargs="*", type=lambda text: int(float(text)))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-crowd-kit", action="store_true")
    given = parser.parse_args()
    n_answers, n_labels, n_workers = given.sizes + [10_000_000, 5, 10_000][len(given.sizes) :]
    answers = crowd(n_answers, n_labels, n_workers)
    rows, _ = arrange(by_activity(answers)[0])
    found = passes(rows, given.threads)
    dawid_skene.fit(rows, Run(given.threads, Stop(iterations=1)))
    begun = time.perf_counter()
    fitted = dawid_skene.fit(rows, Run(given.threads))
    spent = time.perf_counter() - begun
    print(
        f"answers {n_answers:.0e}  labels {n_labels}  workers {n_workers}  "
        f"pass {found['pass']:.4f} s  touch {found['touch']:.4f} s  "
        f"share {found['touch'] / found['pass']:.2f}  "
        f"fit {spent:.2f} s in {len(fitted.trace)} iterations, converged {fitted.converged}"
    )
    theirs = None if given.no_crowd_kit else crowd_kit(answers)
    if theirs is None:
        print("Crowd-Kit is not installed: no ratio")
    else:
        print(f"Crowd-Kit {theirs:.2f} s an iteration: {theirs / found['pass']:.0f} times as long")


if __name__ == "__main__":
    main()
