"""Alternate between weighing answers and estimating who gave them, until nothing moves.

What a model believes of its workers is decided in its own file, by ``maximise``; here are the
passes, the threads and the stopping. Each thread takes whole tasks and counts apart, and the counts
are added in one order: the same number of threads gives the same bits. Answers may also lie
elsewhere, in shards of whole tasks: how work reaches them is the matter of an ``Engine``.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from canut.core.answers import blocks
from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.estimators.kernels import (
    Block,
    Tables,
    Tally,
    count_votes,
    e_step,
    empty_tally,
    judge,
    pick,
    size_of,
    tally_posterior,
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
    """Reaches answers that lie elsewhere; the rows beside it know their sizes alone.

    ``threads`` is how many work at once on one shard.
    """

    threads: int

    def each[T](self, job: Callable[[AnswersByTask], T]) -> list[T]:
        """Return what the job finds in each shard, in their order; jobs can be pickled."""
        ...

    def chances_of(self, fitted: "Fitted", gold: "Gold") -> Floats:
        """Return the chance of each class of the gold tasks, in their order."""
        ...

    def sample(self, seed: int) -> tuple[AnswersByTask, NDArray[np.uint64]]:
        """Draw whole tasks, as ``held_out.sample`` does; return their rows and keys."""
        ...


@dataclass(frozen=True, slots=True)
class Convergence:
    """When the fit has settled: no more gain to speak of, and no table moves.

    Args:
        gain: relative gain of the objective in one iteration.
        movement: largest change of a cell of a table.
        iterations: give up after as many, and say so.

    Raises:
        BadInput: not even one iteration is allowed.
    """

    gain: float = 1e-7
    movement: float = 1e-4
    iterations: int = 500

    def __post_init__(self) -> None:
        """Refuse to fit without a single iteration."""
        if self.iterations < 1:
            raise BadInput(f"iterations is {self.iterations}; allow at least 1")


STOP = Convergence()


@dataclass(frozen=True, slots=True)
class Run:
    """How a fit is carried out, whatever the model.

    Args:
        threads: how many work at once where there are enough answers; part of the result's bits.
        stop: when it is done.
        precise: whether tables are kept in double precision where they are small; large ones are
            not: they would not fit the processor's cache.
        pace: told after each iteration how many there were, and the objective.
        engine: where the answers are, if not in the rows.
    """

    threads: int = 1
    stop: Convergence = STOP
    pace: Pace | None = None
    precise: bool = True
    engine: Engine | None = None


RUN = Run()


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What a model makes of the rows.

    Args:
        model: its name.
        rows: what it was fitted to.
        tables: chance of each class, and of each cell under each truth; None for a vote.
        chances: gives the chance of each class of the rows' tasks from a first to before a last,
            where the model has no tables to compute them from.
        trace: log-likelihood and log-prior after each iteration; never falls.
        converged: whether it settled; what takes no iterations always has.
        temperature: by which the log-odds of its chances are divided.
        doubt: share of an even guess mixed into its chances.
        workers: gives the fit that speaks of the workers, where this one's chances do not: shares
            of votes are not chances, and softened ones too timid.
        extra: figures of the model's own, by name.
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
        """Return the chance of each class of the tasks from the first to before the last."""
        last = self.rows.n_tasks if last is None else last
        found = tempered(self._own_posterior(first, last), self.temperature)
        return found * (1 - self.doubt) + self.doubt / self.rows.n_labels if self.doubt else found

    def _own_posterior(self, first: int, last: int) -> Floats:
        if self.chances is not None:
            return self.chances(self.rows, first, last)
        block = Block(self.rows.start[first : last + 1], self.rows.cell)
        found = np.empty((last - first, self.rows.n_labels))
        if self.tables is None:
            count_votes(block, self.rows.n_labels, found)
        else:
            judge(block, self.tables, found)
        return found

    def decide(self) -> tuple[Codes, Floats]:
        """Return each task's most probable label and its probability, in little memory."""
        label = np.empty(self.rows.n_tasks, dtype=np.int32)
        confidence = np.empty(self.rows.n_tasks)
        for first, last in blocks(self.rows.start):
            pick(self.posterior(first, last), SLACK, label[first:last], confidence[first:last])
        return label, confidence

    def alone(self) -> "Fitted":
        """Return what weighs answers, without them, to be sent to where they are."""
        start, cell = NOTHING
        return replace(self, rows=self.rows._replace(start=start, cell=cell), workers=None)

    def about_workers(self) -> "Fitted":
        """Return the fit that speaks of the workers, its chances not softened."""
        return self.workers() if self.workers else replace(self, temperature=1.0, doubt=0.0)

    def confusion(self, run: Run = RUN) -> Floats:
        """Return the chance that worker w says j when the truth is k, at [w, k, j]."""
        if self.workers:
            return self.workers().confusion(run)
        n_workers, n_labels = self.rows.n_workers, self.rows.n_labels
        if self.tables is not None:
            by_said = self.tables.cells.reshape(n_workers, n_labels, n_labels)
            return np.ascontiguousarray(by_said.transpose(0, 2, 1), dtype=np.float64)
        tally = count_by(self, self.rows, run)
        by_truth = tally.cells.reshape(n_workers, n_labels, n_labels).transpose(0, 2, 1) + 1e-9
        return np.asarray(by_truth / by_truth.sum(axis=2, keepdims=True))


def tempered(posterior: Floats, temperature: float) -> Floats:
    """Return chances whose log-odds are divided by the temperature."""
    if temperature == 1:
        return posterior
    scaled = np.maximum(posterior, 1e-300) ** (1 / temperature)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def tally_all(rows: AnswersByTask, posterior: Callable[[int, int], Floats]) -> Tally:
    """Count all answers by given chances of the truth, a block of tasks at a time."""
    tally = empty_tally(rows.n_workers * rows.n_labels, rows.n_labels)
    for first, last in blocks(rows.start):
        block = Block(rows.start[first : last + 1], rows.cell)
        tally_posterior(block, posterior(first, last), tally)
    return tally


def map_shards[T](rows: AnswersByTask, run: Run, job: Callable[[AnswersByTask], T]) -> list[T]:
    """Return what a job finds in the rows, or in each shard of them."""
    return run.engine.each(job) if run.engine else [job(rows)]


def count_by(fitted: Fitted, rows: AnswersByTask, run: Run) -> Tally:
    """Count all answers by a fit's chances, wherever they are."""
    total, *others = map_shards(rows, run, partial(_tally_by, fitted.alone()))
    for other in others:
        _add(other, total)
    return total


def _tally_by(fitted: Fitted, rows: AnswersByTask) -> Tally:
    return tally_all(rows, replace(fitted, rows=rows).posterior)


def fit_tables(
    model: str, rows: AnswersByTask, maximise: Maximise, run: Run = RUN, begin: Fitted | None = None
) -> Fitted:
    """Estimate tables and truth in turn, from the shares of votes on.

    Args:
        model: its name.
        rows: the answers, arranged.
        maximise: writes the tables that counts make most probable; returns their log-prior and the
            largest change of a cell.
        run: threads and stopping.
        begin: whose posterior to start from, in place of the votes'.
    """
    n_cells, n_classes = rows.n_workers * rows.n_labels, rows.n_labels
    precise = run.precise and n_cells * n_classes * 8 <= MANY_BYTES
    cells = np.zeros((n_cells, n_classes), dtype=np.float64 if precise else np.float32)
    tables = Tables(np.zeros(n_classes), cells)
    total = count_by(begin or Fitted("vote", rows), rows, run)
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
    """Give a function that makes one pass: in this thread, in several, or elsewhere."""
    if engine is not None:
        yield partial(_pass_elsewhere, engine)
        return
    if threads == 1 or len(rows.cell) < FEW_ROWS:
        yield partial(_pass_alone, Block(rows.start, rows.cell))
        return
    wanted = np.arange(threads + 1) * len(rows.cell) // threads
    edges = np.searchsorted(rows.start, wanted)
    edges[0], edges[-1] = 0, rows.n_tasks
    shares = [
        Block(rows.start[first : last + 1], rows.cell) for first, last in pairwise(edges.tolist())
    ]
    n_cells, n_classes = rows.n_workers * rows.n_labels, rows.n_labels
    tallies = [empty_tally(n_cells, n_classes) for _ in shares[1:]]
    with ThreadPoolExecutor(threads - 1) as pool:
        yield partial(_pass_together, pool, shares, tallies)


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
    """Give each thread its tasks; the caller's takes the first. Add up in order."""
    jobs = [
        pool.submit(_pass_alone, share, tables, tally)
        for share, tally in zip(shares[1:], tallies, strict=True)
    ]
    found = _pass_alone(shares[0], tables, total)
    for job, tally in zip(jobs, tallies, strict=True):
        found += job.result()
        _add(tally, total)
    return found


def pass_once(tables: Tables, threads: int, rows: AnswersByTask) -> tuple[float, Tally]:
    """Make one pass over these rows; return the log-likelihood and the counts."""
    tally = empty_tally(len(tables.cells), len(tables.classes))
    with _sweeper(rows, threads) as passes:
        return passes(tables, tally), tally


def _pass_elsewhere(engine: Engine, tables: Tables, total: Tally) -> float:
    """Let every shard make its pass; add up in order."""
    _clear(total)
    found = 0.0
    for log_likelihood, tally in engine.each(partial(pass_once, tables, engine.threads)):
        found += log_likelihood
        _add(tally, total)
    return found
