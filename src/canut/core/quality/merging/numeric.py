"""Estimate numbers from several answers, some biased and some careless.

Each worker has a bias and a spread, and a single wild answer has little weight. Values, biases and
spreads are estimated together; with few answers, a worker's bias and spread stay near the average.
For labels without distances use ``dawid_skene``.
"""

from dataclasses import dataclass

import numpy as np

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError

ROBUST, PLAIN = 4.0, 1_000.0
BELIEVED = 10.0
BIAS_BELIEVED = 20.0
SURE = 1.6448536269514722  # of a normal quantity, 90 % lie within as many standard deviations
ALONE = 1 - 1e-9
LEAST_MOVE = 1e-5
MOST_ROUNDS = 300
NORMAL_MAD = 1.4826  # median distance from the median to standard deviation


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Rows (task, worker, number).

    Args:
        task: code of the task, shape (n_answers,).
        worker: code of the worker, shape (n_answers,).
        value: the answered number, shape (n_answers,).
        n_tasks: number of tasks.
        n_workers: number of workers.

    Raises:
        BadInput: a value is not a finite number.
        ShapeError: the columns do not fit together.
    """

    task: Codes
    worker: Codes
    value: Floats
    n_tasks: int
    n_workers: int

    def __post_init__(self) -> None:
        """Raise if the columns do not fit together."""
        n = len(self.task)
        for name, column, size in (
            ("task", self.task, self.n_tasks),
            ("worker", self.worker, self.n_workers),
        ):
            if column.shape != (n,) or (n and not (column.min() >= 0 and column.max() < size)):
                raise ShapeError(f"{name} does not hold {n} codes from 0 to {size - 1}")
        if self.value.shape != (n,):
            raise ShapeError(f"value has shape {self.value.shape}; give one for each of {n}")
        if not np.isfinite(self.value).all():
            row = int(np.flatnonzero(~np.isfinite(self.value))[0])
            raise BadInput(f"answer {row} is {self.value[row]}; expected a finite number")

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self.task)


@dataclass(frozen=True, slots=True, eq=False)
class NumericFit:
    """Values, and the estimates of workers.

    Args:
        value: of each task, shape (n_tasks,); NaN where nobody answered.
        low: lower end of its 90 % interval, shape (n_tasks,).
        high: upper end of its 90 % interval, shape (n_tasks,).
        bias: mean difference of each worker's answers from the values, shape (n_workers,).
        spread: standard deviation of their answers from value plus bias, shape (n_workers,).
        held_out: mean squared error of an answer predicted from the others of its task.
        freedom: degrees of freedom of the errors: few where wild answers are discounted.
        iterations: number of rounds.
        converged: whether the values stopped moving.
    """

    value: Floats
    low: Floats
    high: Floats
    bias: Floats
    spread: Floats
    held_out: float
    freedom: float
    iterations: int
    converged: bool


def medians(numbers: Numbers) -> Floats:
    """Return the median of each task's answers, NaN where there are none.

    Returns:
        Medians, shape (n_tasks,), in the unit of the answers.
    """
    order = np.lexsort((numbers.value, numbers.task))
    value = numbers.value[order]
    size = np.bincount(numbers.task, minlength=numbers.n_tasks)
    start = np.cumsum(size) - size
    median = np.full(numbers.n_tasks, np.nan)
    has_answers = size > 0
    below, above = (start + (size - 1) // 2)[has_answers], (start + size // 2)[has_answers]
    median[has_answers] = (value[below] + value[above]) / 2
    return median


def estimate_numbers(numbers: Numbers, freedom: float | None = None) -> NumericFit:
    """Estimate each task's value, weighting careful workers more.

    Args:
        numbers: at least one answer.
        freedom: degrees of freedom of errors. Few (4): wild answers hardly count, and where most
            say 0 the value is near 0. Many (1,000): a weighted mean. When left out, the one of both
            that predicts answers better from the others of the same task.

    Returns:
        Values of shape (n_tasks,) and biases of shape (n_workers,), in the unit of the answers.

    Raises:
        BadInput: there are no answers, or the freedom is not positive.

    Source:
        Errors with Student's distribution: Lange, Little and Taylor (1989),
        https://doi.org/10.1080/01621459.1989.10478852; weights by worker as in CATD, Li et al.
        (2014), https://doi.org/10.14778/2735496.2735505.

    Example:
        >>> task, worker = (np.array(c, np.int32) for c in ([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2))
        >>> said = Numbers(task, worker, np.array([4.0, 4.1, 9, 7, 7.1, 1]), 2, 3)
        >>> estimate_numbers(said, freedom=4).value.round().tolist()
        [4.0, 7.0]
    """
    if not len(numbers):
        raise BadInput("there are no answers; give at least one number", code="no-answers")
    if freedom is not None and not freedom > 0:
        raise BadInput(f"freedom is {freedom}; give a number above 0")
    fits = [_fit(numbers, each) for each in ((ROBUST, PLAIN) if freedom is None else (freedom,))]
    return min(fits, key=lambda fit: fit.held_out)


def _fit(numbers: Numbers, freedom: float) -> NumericFit:
    """Weigh answers, then workers, until no value moves."""
    task, worker = numbers.task, numbers.worker
    n_tasks, n_workers = numbers.n_tasks, numbers.n_workers
    of_worker = np.bincount(worker, minlength=n_workers)
    value = medians(numbers)
    common = _common_spread(numbers, value)
    bias, spread = np.zeros(n_workers), np.full(n_workers, common)
    trust, step, moved = np.ones(len(numbers)), 0, np.inf
    while step < MOST_ROUNDS and moved >= LEAST_MOVE * common:
        step += 1
        error = numbers.value - value[task] - bias[worker]
        wild = (freedom + 1) / (freedom + (error / spread[worker]) ** 2)
        squares = np.bincount(worker, wild * error**2, minlength=n_workers)
        own = _own_share(numbers, wild / spread[worker] ** 2)
        free = np.maximum(of_worker - np.bincount(worker, own, minlength=n_workers), 0)
        spread = np.sqrt((squares + BELIEVED * common**2) / (free + BELIEVED))
        pulled = np.bincount(worker, wild * (numbers.value - value[task]), n_workers)
        bias = pulled / (np.bincount(worker, wild, n_workers) + BIAS_BELIEVED)
        trust = wild / spread[worker] ** 2
        before, value = value, _weighted(numbers, trust, bias)
        moved = float(np.nanmax(np.abs(value - before)))
    information = np.bincount(task, trust, minlength=n_tasks) * (freedom + 1) / (freedom + 3)
    wide = np.full(n_tasks, np.nan)
    np.divide(SURE, np.sqrt(information), out=wide, where=information > 0)
    held_out = _held_out(numbers, trust, value, bias)
    low, high, settled = value - wide, value + wide, step < MOST_ROUNDS
    return NumericFit(value, low, high, bias, spread, held_out, freedom, step, settled)


def _weighted(numbers: Numbers, trust: Floats, bias: Floats) -> Floats:
    total = np.bincount(numbers.task, trust, minlength=numbers.n_tasks)
    weighted_values = trust * (numbers.value - bias[numbers.worker])
    value = np.full(numbers.n_tasks, np.nan)
    sums = np.bincount(numbers.task, weighted_values, numbers.n_tasks)
    np.divide(sums, total, out=value, where=total > 0)
    return value


def _held_out(numbers: Numbers, trust: Floats, value: Floats, bias: Floats) -> float:
    """Return the mean squared error of each answer from the others', at fixed trust."""
    error = numbers.value - bias[numbers.worker] - value[numbers.task]
    own = _own_share(numbers, trust)
    several = own < ALONE
    if not several.any():
        return 0.0
    return float(((error[several] / (1 - own[several])) ** 2).mean())


def _common_spread(numbers: Numbers, value: Floats) -> float:
    """Return the distance of answers from medians; above 0 even in full agreement."""
    apart = np.abs(numbers.value - value[numbers.task])
    spread = NORMAL_MAD * float(np.median(apart)) or float(apart.mean())
    size = float(np.abs(numbers.value).max())
    return max(spread, 1e-9 * size, np.finfo(np.float64).tiny ** 0.25)


def _own_share(numbers: Numbers, trust: Floats) -> Floats:
    """Return each answer's share of its task's value, which its own error hides."""
    total = np.bincount(numbers.task, trust, minlength=numbers.n_tasks)
    share: Floats = trust / total[numbers.task]
    return share
