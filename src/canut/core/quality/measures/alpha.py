"""Measure agreement beyond chance with Krippendorff's alpha: any scale, missing answers allowed.

1 is full agreement, 0 is agreement by chance, and less is worse than chance. Only tasks with at
least two answers count. Duplicates of one worker and task all count, so resolve them first. Plain
percentages are in ``agreement``, kappas in ``kappa``, and distances of other kinds in
``merging.distances``.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput, ShapeError

type Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")

MOST_IN_TABLE = 5_000
MOST_CELLS = 1 << 26
SAMPLES = 1_000
LEVEL = 0.95


class Alpha(NamedTuple):
    """Alpha with its interval.

    ``value`` is None where no task has two answers, or where all answers are equal, since chance
    agreement is then 1. ``tasks`` and ``answers`` count what was compared.
    """

    value: float | None
    low: float | None
    high: float | None
    tasks: int
    answers: int


class _Scale(Protocol):
    """Squared distance between labels.

    ``labels`` has the shape (n_tasks, n_answers); ``times`` is how often each label occurs, shape
    (n_labels,). ``within`` returns a sum per task, shape (n_tasks,).
    """

    def within(self, labels: Codes, times: Floats) -> Floats: ...
    def between(self, times: Floats) -> float: ...


class _Nominal:
    """Nominal scale: labels are equal or not."""

    def within(self, labels: Codes, times: Floats) -> Floats:
        """Sum over the ordered pairs of each row."""
        del times
        return _by_pairs(labels, lambda first, second: (first != second).astype(np.float64))

    def between(self, times: Floats) -> float:
        """Sum over the ordered pairs of all answers."""
        return float(times.sum() ** 2 - (times**2).sum())


class _Numbers:
    """Squared difference of numbers, computed from moments instead of pairs."""

    def __init__(self, values: Floats) -> None:
        middle = float(values.mean()) if len(values) else 0.0
        self.values = values - middle

    def within(self, labels: Codes, times: Floats) -> Floats:
        """Sum over the ordered pairs of each row."""
        del times
        return _spread(self.values[labels])

    def between(self, times: Floats) -> float:
        """Sum over the ordered pairs of all answers."""
        total = float(times @ self.values)
        return float(2 * (times.sum() * (times @ self.values**2) - total**2))


class _Ranks:
    """Squared difference of mid-ranks, for ordered labels."""

    def within(self, labels: Codes, times: Floats) -> Floats:
        """Sum over the ordered pairs of each row."""
        return _spread(self._rank(times)[labels])

    def between(self, times: Floats) -> float:
        """Sum over the ordered pairs of all answers."""
        return _Numbers(self._rank(times)).between(times)

    @staticmethod
    def _rank(times: Floats) -> Floats:
        rank: Floats = np.cumsum(times) - times / 2
        return rank - rank.mean()


class _Table:
    """Squared distance from a table of all pairs of labels."""

    def __init__(self, squared: Floats) -> None:
        self.squared = squared

    def within(self, labels: Codes, times: Floats) -> Floats:
        """Sum over the ordered pairs of each row."""
        del times
        return _by_pairs(labels, lambda first, second: self.squared[first, second])

    def between(self, times: Floats) -> float:
        """Sum over the ordered pairs of all answers."""
        return float(times @ self.squared @ times)


def _by_pairs(labels: Codes, apart: Callable[[Codes, Codes], Floats]) -> Floats:
    total = np.zeros(len(labels))
    for step in range(1, labels.shape[1]):
        total += 2 * apart(labels[:, step:], labels[:, :-step]).sum(axis=1)
    return total


def _spread(values: Floats) -> Floats:
    """Sum the squared differences of the ordered pairs of each row."""
    centred = values - values.mean(axis=1, keepdims=True)
    total: Floats = 2 * values.shape[1] * (centred**2).sum(axis=1)
    return total


def krippendorff_alpha(
    answers: Answers, metric: Metric = "nominal", values: Floats | None = None
) -> float | None:
    """Return Krippendorff's alpha, or None where it is undefined.

    Args:
        answers: rows (task, worker, label).
        metric: nominal, or ordinal in the order of label codes, or interval or ratio of ``values``.
        values: number of each label, shape (n_labels,), for interval and ratio.

    Returns:
        At most 1; 0 is agreement by chance. None where no task has two answers, or all are equal.

    Raises:
        BadInput: unknown metric, values missing or not finite, or (ratio) below zero.
        ShapeError: not one value for each label.

    Source:
        Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section E.

    Example:
        >>> from canut.core.answers import code
        >>> named = code("aabbcc", "xyxyxy", ["7", "7", "1", "1", "1", "7"])
        >>> round(krippendorff_alpha(named.answers), 3)
        0.444
    """
    scale = _scale(answers, metric, values)
    if metric == "nominal" and answers.n_tasks * answers.n_labels <= MOST_CELLS:
        return _nominal(answers)
    return _alpha(_units(answers), scale, answers.n_labels)


def alpha_from_distances(answers: Answers, distances: Floats) -> float | None:
    """Return Krippendorff's alpha for a table of distances, which is squared here.

    Args:
        answers: rows (task, worker, label).
        distances: distances of labels, shape (n_labels, n_labels), 0 on the diagonal.

    Returns:
        As ``krippendorff_alpha``.

    Raises:
        BadInput: a distance is negative or not finite, or the diagonal is not 0.
        ShapeError: the table does not fit the labels.
    """
    return _alpha(_units(answers), _Table(_checked(answers, distances)), answers.n_labels)


def alpha_with_interval(
    answers: Answers,
    rng: np.random.Generator,
    scale: Metric | Floats = "nominal",
    values: Floats | None = None,
    samples: int = SAMPLES,
) -> Alpha:
    """Return alpha with its 95 % bootstrap interval over tasks.

    Whole tasks are resampled, since answers to one task depend on each other. The same generator
    state gives the same interval for any order of the answers.

    Args:
        answers: rows (task, worker, label).
        rng: source of random numbers.
        scale: a metric, or a table of distances, shape (n_labels, n_labels).
        values: as ``krippendorff_alpha``.
        samples: number of bootstrap samples, 1 or more.

    Returns:
        Alpha, its interval, and the number of tasks and answers it rests on.

    Raises:
        BadInput: as ``krippendorff_alpha`` and ``alpha_from_distances``; or no sample at all.
    """
    if samples < 1:
        raise BadInput(f"samples is {samples}; draw at least once")
    chosen = (
        _scale(answers, scale, values)
        if isinstance(scale, str)
        else _Table(_checked(answers, scale))
    )
    units = _units(answers)
    n_units = int(sum(times.sum() for _, times in units))
    n_answers = int(sum(labels.shape[1] * times.sum() for labels, times in units))
    alpha = _alpha(units, chosen, answers.n_labels)
    if alpha is None:
        return Alpha(None, None, None, n_units, n_answers)
    share = np.concatenate([times for _, times in units]) / n_units
    cuts = np.cumsum([len(times) for _, times in units])[:-1]
    sampled: list[float] = []
    for _ in range(samples):
        times = np.split(rng.multinomial(n_units, share), cuts)
        resampled = [(labels, n) for (labels, _), n in zip(units, times, strict=True)]
        value = _alpha(resampled, chosen, answers.n_labels)
        if value is not None:
            sampled.append(value)
    if not sampled:
        return Alpha(alpha, None, None, n_units, n_answers)
    low, high = np.quantile(sampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Alpha(alpha, float(low), float(high), n_units, n_answers)


def _nominal(answers: Answers) -> float | None:
    """Return nominal alpha by counting labels, without sorting or pairs."""
    key = answers.task.astype(np.int64)
    key *= answers.n_labels
    key += answers.label
    n_cells = answers.n_tasks * answers.n_labels
    votes = np.bincount(key, minlength=n_cells).reshape(answers.n_tasks, answers.n_labels)
    size = votes.sum(axis=1)
    if not (size > 1).all():
        votes, size = votes[size > 1], size[size > 1]
    if not len(size):
        return None
    same = np.einsum("tk,tk->t", votes, votes) - size
    times = votes.sum(axis=0).astype(np.float64)
    observed = float((size - same / (size - 1)).sum())
    return _ratio(observed, _Nominal().between(times), float(times.sum()))


def _ratio(observed: float, between: float, n: float) -> float | None:
    return 1 - (n - 1) * observed / between if between > 0 else None


type _Units = list[tuple[Codes, Counts]]


def _units(answers: Answers) -> _Units:
    """Return, for each number of answers, the distinct label sets of a task and their counts."""
    order = np.lexsort((answers.label, answers.task))
    label = answers.label[order]
    size = np.bincount(answers.task, minlength=answers.n_tasks)
    start = np.cumsum(size) - size
    units: _Units = []
    for unit_size in np.unique(size[size > 1]).tolist():
        rows = start[size == unit_size][:, None] + np.arange(unit_size)
        labels, times = np.unique(label[rows], axis=0, return_counts=True)
        units.append((labels, times.astype(np.int64)))
    return units


def _alpha(units: _Units, scale: _Scale, n_labels: int) -> float | None:
    times = np.zeros(n_labels)
    for labels, number in units:
        weights = np.repeat(number, labels.shape[1])
        times += np.bincount(labels.reshape(-1), weights, minlength=n_labels)
    n = float(times.sum())
    observed = sum(
        float(scale.within(labels, times) @ number) / (labels.shape[1] - 1)
        for labels, number in units
    )
    return _ratio(observed, scale.between(times), n)


def _scale(answers: Answers, metric: Metric, values: Floats | None) -> _Scale:
    if metric == "nominal":
        return _Nominal()
    if metric == "ordinal":
        return _Ranks()
    if metric not in METRICS:
        raise BadInput(f"metric is {metric!r}; choose one of {', '.join(METRICS)}")
    if values is None:
        raise BadInput(f"{metric} alpha compares numbers; give what each label is worth in values")
    if values.shape != (answers.n_labels,):
        raise ShapeError(
            f"values have shape {values.shape}; give one for each of {answers.n_labels} labels"
        )
    if not np.isfinite(values).all():
        raise BadInput(f"value {_first(~np.isfinite(values))} is not a finite number")
    if metric == "interval":
        return _Numbers(values)
    if (values < 0).any():
        raise BadInput(
            f"value {_first(values < 0)} is below zero; ratios need numbers from 0, "
            "use interval instead"
        )
    if len(values) > MOST_IN_TABLE:
        raise BadInput(
            f"{len(values)} different numbers; ratio alpha compares at most {MOST_IN_TABLE}: "
            "round them, or use interval"
        )
    total = values[:, None] + values
    apart = np.divide(values[:, None] - values, total, out=np.zeros_like(total), where=total > 0)
    return _Table(apart**2)


def _first(bad: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(bad)[0])


def _checked(answers: Answers, distances: Floats) -> Floats:
    """Return the squares of a distance table, or raise if it does not fit."""
    if distances.shape != (answers.n_labels, answers.n_labels):
        raise ShapeError(
            f"distances have shape {distances.shape}; expected {answers.n_labels} labels squared"
        )
    if not (np.isfinite(distances).all() and (distances >= 0).all()):
        raise BadInput("a distance is negative or not finite; give numbers from 0")
    if distances.diagonal().any():
        raise BadInput(f"label {_first(distances.diagonal() != 0)} lies apart from itself; give 0")
    squared: Floats = distances**2
    return squared
