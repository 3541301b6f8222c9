"""How fast one pass of Dawid and Skene is, beside the least any such pass must touch.

``python -m bench.quality.speed [ANSWERS …]``. "Touch" reads the same table rows and adds to the
same counts, in the same order and with as many threads, and computes nothing: the roofline.
Crowd-Kit runs beside it where it is installed. With ``--auto`` the default is timed beside its
slowest member instead, which that bar is about.
"""

import argparse
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from threading import get_ident
from typing import Any

import numba
import numpy as np

from bench.quality.fits import apart, measured
from canut.core.answers import Answers
from canut.core.quality.estimators import auto, dawid_skene
from canut.core.quality.estimators.em import Convergence, Run, side_by_side
from canut.core.quality.estimators.kernels import Block, Tables, e_step, empty_tally, size_of
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.sampling import NameKeys
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange, by_activity

SIZES = 100_000, 1_000_000, 10_000_000
SHAPES = (2, 10_000), (2, 100_000), (5, 100_000), (10, 10_000), (10, 100_000)  # labels, workers
REPEATS, SECONDS, LARGE, REPEATS_OF_LARGE = 9, 8.0, 5_000_000, 3
SHARED_OUT_BY = side_by_side.__name__
ITERATIONS = 200  # of which the least is told


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
    total = 0.0
    for row in range(cell.shape[0]):
        at = np.uint32(cell[row])
        for truth in range(len(size)):
            total += cells[at, truth]
            counts[at, truth] += 1.0
    return total


def best(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least seconds of each act, taken in turn so that all meet the same machine."""
    seconds: dict[str, list[float]] = {name: [] for name in acts}
    ends = time.perf_counter() + SECONDS
    while time.perf_counter() < ends or any(len(each) < REPEATS for each in seconds.values()):
        for name, act in acts.items():
            start = time.perf_counter()
            act()
            seconds[name].append(time.perf_counter() - start)
    return {name: min(each) for name, each in seconds.items()}


def passes(rows: AnswersByTask, threads: int) -> dict[str, float]:
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

        def run_pass(at: int) -> object:
            return e_step(shares[at], tables, tallies[at], size)

        def run_touch(at: int) -> object:
            own_cells = shares[at].cell[shares[at].start[0] : shares[at].start[-1]]
            return touch(own_cells, cells, tallies[at].cells, size)

        numbers = range(threads)
        return best(
            {
                "pass": lambda: list(pool.map(run_pass, numbers)),
                "touch": lambda: list(pool.map(run_touch, numbers)),
            }
        )


def iteration(fit_of: Callable[[int], Callable[[], object]], most: int, repeats: int) -> float:
    """Return the seconds of processor that one more iteration of a fit takes, all threads summed.

    Args:
        fit_of: returns a fit of so many iterations.
        most: iterations of the longer fit; the shorter has one.
        repeats: how often each is run; the least counts.
    """
    spent: dict[int, list[float]] = {1: [], most: []}
    for _ in range(repeats):
        for iterations, seconds in spent.items():
            fit = fit_of(iterations)
            start = time.process_time()
            fit()
            seconds.append(time.process_time() - start)
    return round((min(spent[most]) - min(spent[1])) / (most - 1), 6)


def busiest(rows: AnswersByTask, threads: int) -> dict[str, float]:
    """Return the least seconds of an iteration: by the clock, and of the thread with most work.

    That thread makes its share of the pass, adds the others' counts and estimates its share of the
    tables. Its seconds of processor are what the clock shows where as many processors are free.
    """
    marks: list[tuple[float, float]] = []
    run = Run(
        threads,
        Convergence(-1.0, iterations=ITERATIONS),
        pace=lambda _number, _objective: marks.append((time.perf_counter(), time.thread_time())),
    )
    dawid_skene.fit(rows, run)
    clock, own = np.diff(np.array(marks), axis=0).min(axis=0)
    return {"iteration_clock": round(float(clock), 6), "iteration_busiest": round(float(own), 6)}


def crowd_kit(answers: Answers, iterations: int) -> Callable[[], object]:
    """Make ready a fit of Crowd-Kit with as many iterations."""
    warnings.simplefilter("ignore")  # what pandas says to Crowd-Kit is not for whoever measures
    import pandas as pd
    from crowdkit.aggregation import DawidSkene

    frame = pd.DataFrame({"task": answers.task, "worker": answers.worker, "label": answers.label})
    DawidSkene(n_iter=1).fit(frame.head(100))
    return lambda: DawidSkene(n_iter=iterations, tol=-np.inf).fit(frame)


def measure_ours(pipe: Any, n_answers: int, n_labels: int, n_workers: int, threads: int) -> None:
    """Time one pass, the touch and a whole fit, in a process of its own."""
    rows, _ = arrange(by_activity(crowd(n_answers, n_labels, n_workers))[0])
    dawid_skene.fit(rows, Run(threads, Convergence(iterations=1)))
    pipe.send("ready")
    seconds = passes(rows, threads)
    fitted, figures = measured(lambda: dawid_skene.fit(rows, Run(threads)))
    figures_of_fit = {"fit": figures["seconds"], "fit_cpu": figures["cpu"], "mib": figures["mib"]}
    figures_of_fit["iteration_cpu"] = iteration(
        lambda count: partial(dawid_skene.fit, rows, Run(1, Convergence(-1.0, iterations=count))),
        11,
        REPEATS,
    )
    figures_of_fit |= busiest(rows, threads)
    figures_of_fit |= {"iterations": len(fitted.trace), "converged": fitted.converged}
    pipe.send({name: round(spent, 6) for name, spent in seconds.items()} | figures_of_fit)


def measure_theirs(pipe: Any, n_answers: int, n_labels: int, n_workers: int) -> None:
    """Time Crowd-Kit's iteration, its first steps taken off, in a process of its own."""
    answers = crowd(n_answers, n_labels, n_workers)
    single, triple = (crowd_kit(answers, iterations) for iterations in (1, 3))
    single()
    pipe.send("ready")
    repeats = REPEATS if n_answers < LARGE else REPEATS_OF_LARGE
    first = min(measured(single)[1]["seconds"] for _ in range(repeats))
    figures = [measured(triple)[1] for _ in range(repeats)]
    pass_ = (min(figure["seconds"] for figure in figures) - first) / 2
    work = iteration(partial(crowd_kit, answers), 3, repeats)
    pipe.send({"pass": round(pass_, 6), "iteration_cpu": work, "mib": figures[0]["mib"]})


def default_beside_slowest(n_answers: int, n_labels: int, n_workers: int) -> dict[str, float]:
    """Return seconds of processor of the default and of its slowest member; the least of each.

    ``busiest`` is what a default takes that runs in two threads, where as many processors are free:
    what the calling thread does alone, or as much of as its helpers, and the longest share of the
    jobs that threads take side by side.
    """
    rows, _ = arrange(by_activity(crowd(n_answers, n_labels, n_workers))[0], "last")
    keys = NameKeys(np.arange(rows.n_tasks, dtype=np.uint64), np.arange(n_workers, dtype=np.uint64))
    spent: dict[int, float] = defaultdict(float)

    def noting(job: Callable[[], Any]) -> Any:
        start = time.thread_time()
        outcome = job()
        spent[get_ident()] += time.thread_time() - start
        return outcome

    def seconds(fit: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> float:
        spent.clear()
        start = clock()
        fit().decide()
        return clock() - start

    def default(threads: int) -> Callable[[], Any]:
        return lambda: auto.choose(rows, Run(threads), keys, None, 0)[0]

    def noted(jobs: Sequence[Callable[[], Any]], threads: int) -> list[Any]:
        return side_by_side([partial(noting, job) for job in jobs], threads)

    setattr(auto, SHARED_OUT_BY, noted)
    times_of: dict[str, list[float]] = defaultdict(list)
    for _ in range(REPEATS + 1):
        for model in auto.MEMBERS:
            times_of[model].append(seconds(partial(estimate, model, rows, Run(1))))
        times_of["auto"].append(seconds(default(1)))
        calling_thread = seconds(default(2), time.thread_time)
        alone = calling_thread - spent[get_ident()]
        times_of["busiest"].append(alone + max(spent.values()))
    setattr(auto, SHARED_OUT_BY, side_by_side)
    least = {name: round(min(times[1:]), 6) for name, times in times_of.items()}
    slowest = max(least[model] for model in auto.MEMBERS)
    shares = {f"{name}_times": round(least[name] / slowest, 2) for name in ("auto", "busiest")}
    return least | shares


def run(sizes: tuple[int, ...], threads: int = 2, limit: float = 300) -> list[dict[str, Any]]:
    """Measure both at each size, five labels and ten thousand workers."""
    lines = []
    for n_answers in sizes:
        shape = (n_answers, 5, 10_000)
        line = {"answers": n_answers, "ours": apart(measure_ours, (*shape, threads), limit)}
        if find_spec("crowdkit"):
            line["theirs"] = apart(measure_theirs, shape, limit)
        lines.append(line)
    return lines


def run_shapes(n_answers: int, threads: int = 2, limit: float = 300) -> list[dict[str, Any]]:
    """Measure our pass and the touch alone with other numbers of labels and workers."""
    return [
        {"labels": labels, "workers": workers}
        | {"ours": apart(measure_ours, (n_answers, labels, workers, threads), limit)}
        for labels, workers in SHAPES
    ]


def exponent(lines: list[dict[str, Any]], who: str) -> float | None:
    """Return the power of the number of answers by which a pass grows, first to last size."""
    first, last = lines[0], lines[-1]
    if first is last or not ("pass" in first.get(who, {}) and "pass" in last.get(who, {})):
        return None
    grown = np.log(last[who]["pass"] / first[who]["pass"])
    return round(float(grown / np.log(last["answers"] / first["answers"])), 3)


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(prog="bench.quality.speed")
    parser.add_argument("sizes", nargs="*", type=lambda text: int(float(text)))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--auto", action="store_true", help="time the default")
    parser.add_argument("--labels", type=int, default=5, help="number of labels, with --auto")
    options = parser.parse_args()
    if options.auto:
        for n_answers in options.sizes or (10_000,):
            for workers in (200, 1_000, 10_000):
                figures = default_beside_slowest(n_answers, options.labels, workers)
                print({"answers": n_answers, "workers": workers} | figures)
        return
    lines = run(tuple(options.sizes) or SIZES, options.threads)
    for line in lines:
        print(line)
    print("grows with the power", {who: exponent(lines, who) for who in ("ours", "theirs")})


if __name__ == "__main__":
    main()
