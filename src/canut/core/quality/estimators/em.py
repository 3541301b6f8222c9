"""Fit models by expectation maximisation, in one thread, in several, or over a cluster.

Each model has its own file with a function ``maximise``; here are the passes, the threads and the
stopping rule. Each thread takes whole tasks and counts by itself, and the counts are added in a
fixed order: the same number of threads gives the same bits. Answers may also be distributed over
shards of whole tasks, which an ``Engine`` reaches.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from canut.core.answers import blocks
from canut.core.arrays import Codes, Floats, kernel_or
from canut.core.errors import BadInput
from canut.core.quality.estimators.kernels import (
    Block,
    Tables,
    Tally,
    count_votes,
    e_step,
    empty_tally,
    judge,
    size_of,
    tally_posterior,
    tally_votes,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask

if TYPE_CHECKING:
    from canut.core.quality.tables.coded_answers import Gold

FEW_ROWS = 100_000
MANY_BYTES = 4 << 20
SLACK = 1e-9

NOTHING = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32)

type Maximise = Callable[[Tally, Tables], tuple[float, float]]
type Pace = Callable[[int, float], None]
type FitOf = Callable[[], Fitted]
type Chances = Callable[[AnswersByTask, int, int], Floats]


class Engine(Protocol):
    """Access to answers stored elsewhere; the local rows know only their sizes.

    ``threads`` is the number of threads per shard.
    """

    threads: int

    def each[T](self, job: Callable[[AnswersByTask], T]) -> list[T]:
        """Return the sums of a picklable job's results over each shard, in shard order."""
        ...

    def chances_of(self, fitted: "Fitted", gold: "Gold") -> Floats:
        """Return the class chances of the gold tasks, in their order.

        Returns:
            Chances, shape (n_gold, n_labels).
        """
        ...

    def sample(self, seed: int) -> tuple[AnswersByTask, NDArray[np.uint64]]:
        """Draw whole tasks as ``sampling.sample`` does; return their rows and keys."""
        ...


@dataclass(frozen=True, slots=True)
class Convergence:
    """Stopping rule: gain of the log-likelihood and movement of the tables.

    Args:
        gain: relative gain of the objective in one iteration.
        movement: largest change of a cell of a table.
        iterations: maximum number of iterations.

    Raises:
        BadInput: not even one iteration is allowed.
    """

    gain: float = 1e-7
    movement: float = 1e-4
    iterations: int = 500

    def __post_init__(self) -> None:
        """Raise if the fit has no iteration."""
        if self.iterations < 1:
            raise BadInput(f"iterations is {self.iterations}; allow at least 1")


STOP = Convergence()


@dataclass(frozen=True, slots=True)
class Run:
    """Settings of a fit that do not depend on the model.

    Args:
        threads: number of threads for large data; it changes the last bits of the result.
        stop: when it is done.
        precise: whether small tables have double precision; large ones never do, since they would
            not fit the processor's cache.
        pace: called after each iteration with its number and the objective.
        engine: access to answers that are not in the rows.
    """

    threads: int = 1
    stop: Convergence = STOP
    pace: Pace | None = None
    precise: bool = True
    engine: Engine | None = None


RUN = Run()


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Result of fitting a model to the rows.

    Args:
        model: name of the model.
        rows: the answers it was fitted to.
        tables: chance of each class, shape (n_labels,), and of each cell under each truth, shape
            (n_workers * n_labels, n_labels); None for a vote.
        chances: returns the class chances of tasks first to last - 1, for models without tables.
        trace: log-likelihood and log-prior after each iteration; never falls.
        converged: whether the fit converged; True for models without iterations.
        temperature: divisor of the log-odds of its chances.
        doubt: weight of a uniform guess mixed into its chances, from 0 to 1.
        workers: returns another fit that describes the workers, where this one's chances do not:
            shares of votes are not chances, and tempered chances are too cautious.
        extra: additional arrays of the model, by name.
    """

    model: str
    rows: AnswersByTask
    tables: Tables | None = None
    chances: Chances | None = None
    trace: Floats = field(default_factory=lambda: np.empty(0))
    converged: bool = True
    temperature: float = 1.0
    doubt: float = 0.0
    workers: FitOf | None = None
    extra: dict[str, Floats] = field(default_factory=dict[str, Floats])

    def posterior(self, first: int = 0, last: int | None = None) -> Floats:
        """Return the class chances of tasks first to last - 1.

        Args:
            first: index of the first task.
            last: index after the last task; all remaining tasks by default.

        Returns:
            Chances, shape (last - first, n_labels); each row sums to 1.
        """
        last = self.rows.n_tasks if last is None else last
        chances = tempered(self._own_posterior(first, last), self.temperature)
        return (
            chances * (1 - self.doubt) + self.doubt / self.rows.n_labels if self.doubt else chances
        )

    def _own_posterior(self, first: int, last: int) -> Floats:
        if self.chances is not None:
            return self.chances(self.rows, first, last)
        block = Block(self.rows.start[first : last + 1], self.rows.cell)
        chances = np.empty((last - first, self.rows.n_labels))
        if self.tables is None:
            count_votes(block, self.rows.n_labels, chances)
        else:
            judge(block, self.tables, chances)
        return chances

    def decide(self) -> tuple[Codes, Floats]:
        """Return each task's most probable label and its probability, block by block.

        Returns:
            Label and probability, each of shape (n_tasks,).
        """
        label = np.empty(self.rows.n_tasks, dtype=np.int32)
        confidence = np.empty(self.rows.n_tasks)
        for first, last in blocks(self.rows.start):
            pick(self.posterior(first, last), SLACK, label[first:last], confidence[first:last])
        return label, confidence

    def alone(self) -> "Fitted":
        """Return the fit without its answers, small enough to send to a shard."""
        start, cell = NOTHING
        return replace(self, rows=self.rows._replace(start=start, cell=cell), workers=None)

    def about_workers(self) -> "Fitted":
        """Return the fit that describes the workers, with its chances untempered."""
        return self.workers() if self.workers else replace(self, temperature=1.0, doubt=0.0)

    def confusion(self, run: Run = RUN) -> Floats:
        """Return the chance that worker w says j when the truth is k, at [w, k, j].

        Args:
            run: settings of the fit, with the engine that holds the answers.

        Returns:
            Chances, shape (n_workers, n_labels, n_labels); each row sums to 1.
        """
        if self.workers:
            return self.workers().confusion(run)
        n_workers, n_labels = self.rows.n_workers, self.rows.n_labels
        if self.tables is not None:
            by_said = self.tables.cells.reshape(n_workers, n_labels, n_labels)
            return np.ascontiguousarray(by_said.transpose(0, 2, 1), dtype=np.float64)
        tally = count_by(self, self.rows, run)
        by_truth = tally.cells.reshape(n_workers, n_labels, n_labels).transpose(0, 2, 1) + 1e-9
        return np.asarray(by_truth / by_truth.sum(axis=2, keepdims=True))


def _pick_whole(posterior: Floats, slack: float, label: Codes, confidence: Floats) -> None:
    confidence[:] = posterior.max(axis=1)
    label[:] = (posterior >= confidence[:, None] - slack).argmax(axis=1)


@kernel_or(_pick_whole)
def pick(posterior: Floats, slack: float, label: Codes, confidence: Floats) -> None:
    """Write the most probable label; of labels equal up to rounding, the first.

    Args:
        posterior: class chances, shape (n_tasks, n_classes).
        slack: difference of chances that counts as rounding.
        label: output, shape (n_tasks,).
        confidence: output, probability of the label, shape (n_tasks,).
    """
    for task in range(posterior.shape[0]):
        most = 0.0
        for truth in range(posterior.shape[1]):
            most = max(most, posterior[task, truth])
        confidence[task] = most
        for truth in range(posterior.shape[1]):
            if posterior[task, truth] >= most - slack:
                label[task] = truth
                break


def tempered(posterior: Floats, temperature: float) -> Floats:
    """Return chances whose log-odds are divided by the temperature.

    Args:
        posterior: class chances, shape (n_tasks, n_classes).
        temperature: divisor of the log-odds, above 0.

    Returns:
        Chances, shape (n_tasks, n_classes); each row sums to 1.
    """
    if temperature == 1:
        return posterior
    scaled = np.maximum(posterior, 1e-300) ** (1 / temperature)
    scaled /= np.einsum("tk->t", scaled)[:, None]  # in a third of the time of ``sum``
    return np.asarray(scaled)


def tally_all(rows: AnswersByTask, posterior: Callable[[int, int], Floats]) -> Tally:
    """Count all answers weighted by given class chances, a block of tasks at a time.

    Args:
        rows: the answers, arranged.
        posterior: returns the class chances of tasks first to last - 1, shape
            (last - first, n_labels).

    Returns:
        Counts of classes, shape (n_labels,), and of cells, shape (n_workers * n_labels, n_labels).
    """
    tally = empty_tally(rows.n_workers * rows.n_labels, rows.n_labels)
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        tally_posterior(block, posterior(first, last), tally)
    return tally


def map_shards[T](rows: AnswersByTask, run: Run, job: Callable[[AnswersByTask], T]) -> list[T]:
    """Apply a function to all rows, or shard by shard, and return the results.

    Args:
        rows: the answers, arranged.
        run: settings of the fit, with the engine that holds the shards.
        job: a function of rows that can be pickled.

    Returns:
        One result for all rows, or one per shard, in shard order.
    """
    return run.engine.each(job) if run.engine else [job(rows)]


def count_by(fitted: Fitted, rows: AnswersByTask, run: Run) -> Tally:
    """Count all answers weighted by a fit's chances, locally or over shards.

    Args:
        fitted: the fit whose chances weigh the answers.
        rows: the answers, arranged.
        run: settings of the fit.

    Returns:
        Counts of classes, shape (n_labels,), and of cells, shape (n_workers * n_labels, n_labels).
    """
    total, *others = map_shards(rows, run, partial(_tally_by, fitted.alone()))
    for other in others:
        _add(other, total)
    return total


def _tally_by(fitted: Fitted, rows: AnswersByTask) -> Tally:
    """Count these rows weighted by the fit's chances; in one pass where they are not softened."""
    if fitted.chances is not None or fitted.temperature != 1 or fitted.doubt:
        return tally_all(rows, replace(fitted, rows=rows).posterior)
    tally = empty_tally(rows.n_workers * rows.n_labels, rows.n_labels)
    block, size = Block(rows.start, rows.cell), size_of(rows.n_labels)
    if fitted.tables is None:
        tally_votes(block, size, tally)
    else:
        e_step(block, fitted.tables, tally, size)
    return tally


def count_votes_of(rows: AnswersByTask, run: Run = RUN) -> Tally:
    """Count all answers weighted by the shares of votes, locally or over shards.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.

    Returns:
        Counts of classes, shape (n_labels,), and of cells, shape (n_workers * n_labels, n_labels).
    """
    votes = Fitted("vote", rows)
    return count_by(votes, rows, run) if run.engine else _tally_by(votes, rows)


def fit_tables(
    model: str, rows: AnswersByTask, maximise: Maximise, run: Run = RUN, total: Tally | None = None
) -> Fitted:
    """Estimate tables and truth in turn, starting from shares of votes.

    Args:
        model: its name.
        rows: the answers, arranged.
        maximise: updates the tables from counts; returns their log-prior and the largest change
            of a cell.
        run: settings of the fit.
        total: expected counts to start from, instead of those of the votes; overwritten with those
            under the final tables, from which another fit may start.

    Returns:
        The fit, with tables of shape (n_workers * n_labels, n_labels).
    """
    n_cells, n_classes = rows.n_workers * rows.n_labels, rows.n_labels
    precise = run.precise and n_cells * n_classes * 8 <= MANY_BYTES
    cells = np.zeros((n_cells, n_classes), dtype=np.float64 if precise else np.float32)
    tables = Tables(np.zeros(n_classes), cells)
    total = total or count_votes_of(rows, run)
    trace: list[float] = []
    converged = False
    with _sweeper(rows, run.threads, run.engine) as passes:
        while not converged and len(trace) < run.stop.iterations:
            log_prior, movement = maximise(total, tables)
            trace.append(passes(tables, total) + log_prior)
            if run.pace:
                run.pace(len(trace), trace[-1])
            if len(trace) > 1:
                settled = trace[-1] - trace[-2] <= run.stop.gain * abs(trace[-2])
                converged = bool(settled and movement < run.stop.movement)
    return Fitted(model, rows, tables, trace=np.array(trace), converged=converged)


@contextmanager
def _sweeper(
    rows: AnswersByTask, threads: int, engine: Engine | None = None
) -> Generator[Callable[[Tables, Tally], float]]:
    """Yield a function that makes one pass: in this thread, in several, or over shards."""
    if engine is not None:
        yield partial(_pass_elsewhere, engine)
        return
    with helpers(rows, threads) as pool:
        if pool is None:
            yield partial(_pass_alone, Block(rows.start, rows.cell))
            return
        targets = np.arange(threads + 1) * len(rows.cell) // threads
        edges = np.searchsorted(rows.start, targets)
        edges[0], edges[-1] = 0, rows.n_tasks
        shares = [
            Block(rows.start[first : last + 1], rows.cell)
            for first, last in pairwise(edges.tolist())
        ]
        n_cells, n_classes = rows.n_workers * rows.n_labels, rows.n_labels
        tallies = [empty_tally(n_cells, n_classes) for _ in shares[1:]]
        yield partial(_pass_together, pool, shares, tallies)


@contextmanager
def helpers(rows: AnswersByTask, threads: int) -> Generator[ThreadPoolExecutor | None]:
    """Yield the threads beside this one; None where it works alone, or answers are few.

    Args:
        rows: the answers, arranged.
        threads: number of threads, this one included.
    """
    if threads == 1 or len(rows.cell) < FEW_ROWS:
        yield None
        return
    with ThreadPoolExecutor(threads - 1) as pool:
        yield pool


def side_by_side[T](jobs: Sequence[Callable[[], T]], threads: int) -> list[T]:
    """Run jobs in so many threads; return their results in the order of the jobs.

    Args:
        jobs: none needs what another one does; the longest had better come first.
        threads: number of threads, the calling one included.
    """
    threads = min(threads, len(jobs))
    if threads <= 1:
        return [job() for job in jobs]
    queue = deque(enumerate(jobs))
    results: dict[int, T] = {}
    with ThreadPoolExecutor(threads - 1) as pool:
        helpers = [pool.submit(_take_jobs, queue, results) for _ in range(threads - 1)]
        try:
            _take_jobs(queue, results)
        finally:
            queue.clear()
        for helper in helpers:
            helper.result()
    return [results[number] for number in range(len(jobs))]


def _take_jobs[T](queue: deque[tuple[int, Callable[[], T]]], results: dict[int, T]) -> None:
    """Run jobs until none is left, each by the first thread that is free."""
    while True:
        try:
            number, job = queue.popleft()
        except IndexError:
            return
        results[number] = job()


def _clear(tally: Tally) -> None:
    tally.classes[:] = 0.0
    tally.cells[:] = 0.0


def _add(part: Tally, total: Tally) -> None:
    total.classes[:] += part.classes
    total.cells[:] += part.cells


def _pass_alone(block: Block, tables: Tables, total: Tally) -> float:
    _clear(total)
    return e_step(block, tables, total, size_of(len(tables.classes)))


def _pass_together(
    pool: ThreadPoolExecutor,
    shares: list[Block],
    tallies: list[Tally],
    tables: Tables,
    total: Tally,
) -> float:
    """Make one pass in several threads; add their tallies in a fixed order."""
    jobs = [
        pool.submit(_pass_alone, share, tables, tally)
        for share, tally in zip(shares[1:], tallies, strict=True)
    ]
    log_likelihood = _pass_alone(shares[0], tables, total)
    for job, tally in zip(jobs, tallies, strict=True):
        log_likelihood += job.result()
        _add(tally, total)
    return log_likelihood


def pass_once(tables: Tables, threads: int, rows: AnswersByTask) -> tuple[float, Tally]:
    """Make one pass over these rows; return the log-likelihood and the counts.

    Args:
        tables: the current tables.
        threads: number of threads.
        rows: the answers, arranged.

    Returns:
        The log-likelihood (natural logarithm), and the expected counts.
    """
    tally = empty_tally(len(tables.cells), len(tables.classes))
    with _sweeper(rows, threads) as passes:
        return passes(tables, tally), tally


def _pass_elsewhere(engine: Engine, tables: Tables, total: Tally) -> float:
    """Make one pass over all shards; add their tallies in order."""
    _clear(total)
    sum_log_likelihood = 0.0
    for log_likelihood, tally in engine.each(partial(pass_once, tables, engine.threads)):
        sum_log_likelihood += log_likelihood
        _add(tally, total)
    return sum_log_likelihood
