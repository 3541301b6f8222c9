"""Measure how the share of right labels grows with answers, and where it goes from here.

The project's own estimator is fitted again to nested parts of the answers: to the first, second, …
answer of each task, and to those that arrived first. Every label such a part gives is scored by the
confidence that all answers have in it; known labels correct that score. What lies ahead is tried on
a simulated crowd of the same people and tasks, given more answers. An inverse power law of the
answers per task is fitted to both. A question with several choices is one question a choice, and
their shares are averaged. What the next answers are used for, and what they cost, is decided in
``answer_forecast``; answers that are merged by kind are measured in ``merged_curve``.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.quality.estimators.sampling import NameKeys, take_tasks, take_workers
from canut.core.quality.estimators.simulation import LEVELS, Habits, learn_habits, simulate
from canut.core.quality.tables.answers_by_task import AnswersByTask

MOST_ANSWERS = 20_000
"""Answers a curve is measured on; of more, whole tasks are drawn."""
FEWEST_TASKS, FEWEST_ANSWERS = 30, 100
"""Tasks with two answers or more, and answers, from which a curve is measured."""
FEWEST_IN_ALL, USUAL_TIMES = 3, 3.0
"""Answers that any task keeps, and the multiple of the mean that others keep at most."""
MOST_DEPTHS = 7
ARRIVALS = (0.125, 0.25, 0.5, 0.75)
DRAWS = 200
EXPONENTS = np.exp(np.linspace(np.log(0.2), np.log(4.0), 31))
USUAL_EXPONENT, SPREAD_EXPONENT = 0.8, 0.5
MISFIT = 0.02
"""Standard deviation of a point about any power law, beside that of its tasks."""
BIAS, BIAS_OF_GAIN = 0.085, 0.04
"""Standard deviations of what a curve without known labels is wrong by: in its height, and in what
twice the answers add. Measured on public crowds with known truth, see the documentation."""
AHEAD, CROWDS = (1.5, 2.25), 3
STRENGTH = 5.0  # between the two beliefs of the default, which weighs models by them
DOUBT_AHEAD = 0.03
"""Standard deviation of what a simulated crowd says of twice the answers."""
DIGITS = 5
TINY = 1e-12
OUTER = (2.5, 97.5)
FEWEST_OF_EACH = 2_000
"""Answers that a question with many choices is measured on, however many choices it has."""

type Scorer = Callable[[AnswersByTask], Floats]


class CurveMeasure(StrEnum):
    """What share a curve shows."""

    LABELS = "labels"
    """Labels that are right, of all tasks with answers."""
    CHOICES = "choices"
    """Decisions that are right, of all choices of all tasks: each is chosen or is not."""
    MERGED = "merged"
    """How alike the answer merged from some people is to the one merged from all."""


class Judged(NamedTuple):
    """Answers with one label each, and how they are judged.

    Args:
        rows: the answers, arranged; every task has one.
        chances_of: fits some answers as the project does and returns the chance of each label,
            shape (n_tasks, n_labels); also for tasks without answers.
        known_labels: known label of each task, -1 where there is none, shape (n_tasks,).
    """

    rows: AnswersByTask
    chances_of: Scorer
    known_labels: Codes


class CurvePoint(NamedTuple):
    """The share of right labels after some of the answers, with its 95 % interval.

    ``depth`` is the mean number of answers per answered task, ``share`` the part of all answers.
    """

    depth: float
    share: float
    value: float
    low: float
    high: float


class LearningCurve(NamedTuple):
    """A measured curve: its points, and the laws that are likely behind them.

    Args:
        by_depth: points of the first, second, … answer of each task, fewest first.
        by_arrival: points of the answers in the order they came; the last one is of all.
        laws: ceiling a, size b and exponent c of ``a - b * depth ** -c``, and what each doubling
            of ``depth`` adds beside that; the best fit first, then those of resampled tasks; shape
            (1 + DRAWS, 4). At ``depth`` they give the last measured point. Empty where nothing can
            be said of more answers.
        depth: answers per task that the curve was measured with, where doublings count from.
        answers, tasks: what was measured on.
        checked: number of tasks with a known label among them.
        measure: what share it is.
        project_answers, project_tasks: answers and answered tasks of the project at that time; 0 if
            not stored. Their ratio may differ from ``depth``, which hidden checks are part of.
    """

    by_depth: list[CurvePoint]
    by_arrival: list[CurvePoint]
    laws: Floats
    depth: float
    answers: int
    tasks: int
    checked: int
    measure: CurveMeasure = CurveMeasure.LABELS
    project_answers: int = 0
    project_tasks: int = 0

    @property
    def scale(self) -> float:
        """What answers per task of the project are multiplied by to be on this curve."""
        if not self.project_answers:
            return 1.0
        return self.depth * self.project_tasks / self.project_answers


class Lack(NamedTuple):
    """What is missing before a curve can be measured; both are counts still wanted."""

    answers: int
    tasks: int


def lack_of(counts: Counts) -> Lack | None:
    """Return what is missing to measure a curve; None if nothing is.

    Args:
        counts: number of counted answers of each answered task, shape (n_tasks,).

    Example:
        >>> lack_of(np.array([2, 2, 1]))
        Lack(answers=95, tasks=28)
        >>> lack_of(np.full(50, 3)) is None
        True
    """
    answers = max(FEWEST_ANSWERS - int(counts.sum()), 0)
    tasks = max(FEWEST_TASKS - int((counts > 1).sum()), 0)
    return Lack(answers, tasks) if answers or tasks else None


def measure_curve(
    rows: AnswersByTask, arrival: Counts, chances_of: Scorer, known_labels: Codes, seed: int = 1
) -> LearningCurve:
    """Measure the curve of one question with one label per task; see ``measure_curves``.

    Args:
        rows: the answers, arranged, see ``Judged``.
        arrival: order in which each answer of ``rows`` came, shape (n_answers,).
        chances_of: fits some answers, see ``Judged``.
        known_labels: shape (n_tasks,), see ``Judged``.
        seed: of what is drawn by chance.
    """
    return measure_curves([Judged(rows, chances_of, known_labels)], arrival, seed)


def measure_curves(choices: Sequence[Judged], arrival: Counts, seed: int = 1) -> LearningCurve:
    """Measure a learning curve by fitting nested parts of the answers; average it over choices.

    Args:
        choices: the same answers, judged for each choice; a single one for a question with one
            label per task. ``lack_of`` finds nothing missing.
        arrival: order in which each answer came, shape (n_answers,).
        seed: of what is drawn by chance.

    Source:
        Nested subsamples and an inverse power law fitted by weighted least squares: Figueroa et
        al. (2012), https://doi.org/10.1186/1472-6947-12-8; the bootstrap over tasks: Efron (1979),
        https://doi.org/10.1214/aos/1176344552.
    """
    rng = np.random.default_rng(seed)
    choices, arrival = _bounded(choices, arrival, rng)
    rows = choices[0].rows
    n_tasks, total = rows.n_tasks, len(rows.cell)
    full = [choice.chances_of(choice.rows) for choice in choices]
    trust = float(
        np.mean(
            [
                _trust(chances, choice.known_labels)
                for chances, choice in zip(full, choices, strict=True)
            ]
        )
    )
    resampled = np.ones((1 + DRAWS, n_tasks))
    for draw in range(1, 1 + DRAWS):
        resampled[draw] = np.bincount(rng.integers(0, n_tasks, n_tasks), minlength=n_tasks)
    error = np.vstack([np.zeros(2), rng.standard_normal((DRAWS, 2))])
    scoring = _Scoring(choices, full, trust, resampled, error[:, 0] * (1 - trust) * BIAS)

    rank, stops = _ranks(rows, rng), _depths(np.diff(rows.start))
    parts = [_score(scoring, rank < depth) for depth in stops]
    by_depth = [
        _point(part, float((rank < depth).mean())) for part, depth in zip(parts, stops, strict=True)
    ]
    place = np.empty(total, dtype=np.int64)
    place[np.argsort(arrival, kind="stable")] = np.arange(total)
    by_arrival = [
        _point(_score(scoring, place < round(fraction * total)), fraction) for fraction in ARRIVALS
    ]
    laws = _fit_laws(parts, _try_ahead(choices, full, rng), rng)
    known_labels = choices[0].known_labels
    return LearningCurve(
        by_depth,
        [*by_arrival, by_depth[-1]],
        np.column_stack([laws, error[:, 1] * BIAS_OF_GAIN]),
        total / n_tasks,
        total,
        n_tasks,
        int(np.count_nonzero(known_labels >= 0)),
        CurveMeasure.LABELS if len(choices) == 1 else CurveMeasure.CHOICES,
    )


def _fit_laws(
    parts: list["_Part"], ahead: list[tuple[float, float]], rng: np.random.Generator
) -> Floats:
    """Fit the laws to what was measured and to what lies ahead, and lead them through the last.

    A law is fitted to all points and passes beside the last one, of all answers. It is moved there,
    so that the share of now is the measured one and the law says what is added; where its ceiling
    would be above 1, it is 1, and the law adds a part of what is wrong.
    """
    last = parts[-1]
    doublings = np.log2([depth / last.depth for depth, _gain in ahead])
    doubt = DOUBT_AHEAD * np.outer(np.append(0.0, rng.standard_normal(DRAWS)), doublings)
    gains = np.array([gain for _depth, gain in ahead]) + doubt
    usual = np.exp(SPREAD_EXPONENT * np.append(0.0, rng.standard_normal(DRAWS))) * USUAL_EXPONENT
    laws = fit_power_law(
        np.array([part.depth for part in parts] + [depth for depth, _gain in ahead]),
        np.column_stack([*(part.shares for part in parts), last.shares[:, None] + gains]),
        np.append(
            np.array([part.noise for part in parts]) + MISFIT**2, (DOUBT_AHEAD * doublings) ** 2
        ),
        usual,
    )
    share, scale = np.minimum(last.shares, 1.0), last.depth ** laws[:, 2]
    laws[:, 0] = np.minimum(share + laws[:, 1] / scale, 1.0)
    laws[:, 1] = (laws[:, 0] - share) * scale
    return laws


class _Scoring(NamedTuple):
    """What parts of the answers are scored by.

    Args:
        choices: all answers, judged for each choice.
        full: chance of each label by all answers, for each choice, shape (n_tasks, n_labels).
        trust: weight of the known labels against confidence, from 0 to 1.
        resampled: how often each task is in each resample, shape (1 + DRAWS, n_tasks).
        error: what confidence may be wrong by in each resample, shape (1 + DRAWS,).
    """

    choices: Sequence[Judged]
    full: list[Floats]
    trust: float
    resampled: Floats
    error: Floats


class _Part(NamedTuple):
    """A scored part: answers per task, shares of right labels by resample, and their variance."""

    depth: float
    shares: Floats
    noise: float


def _score(scoring: _Scoring, selected: Bools) -> _Part:
    """Fit a part of the answers, and score the labels it gives the tasks answered in it."""
    n_tasks = scoring.choices[0].rows.n_tasks
    counts = np.diff(take_answers(scoring.choices[0].rows, selected).start)
    answered = counts > 0
    confidence, missed, checked = np.zeros(n_tasks), np.zeros(n_tasks), answered
    for choice, full in zip(scoring.choices, scoring.full, strict=True):
        label = choice.chances_of(take_answers(choice.rows, selected)).argmax(axis=1)
        own_confidence = full[np.arange(n_tasks), label]
        confidence += own_confidence / len(scoring.choices)
        checked = answered & (choice.known_labels >= 0)
        is_right = label == choice.known_labels
        missed += np.where(checked, is_right - own_confidence, 0.0) / len(scoring.choices)
    times = scoring.resampled * answered
    shares = times @ confidence / np.maximum(times.sum(axis=1), 1)
    shares += scoring.trust * (times @ missed) / np.maximum((times * checked).sum(axis=1), 1)
    noise = float(confidence[answered].var()) / max(int(answered.sum()), 1)
    return _Part(float(counts[answered].mean()), shares + scoring.error, noise)


def _try_ahead(
    choices: Sequence[Judged], full: list[Floats], rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Return more answers per task, and what they add on simulated crowds of these people.

    Nothing where more answers cannot come: every person has answered every task.
    """
    rows = choices[0].rows
    more, place = _with_more(rows, max(AHEAD), rng)
    counts = np.diff(rows.start)
    stops = [np.round(counts * times) for times in AHEAD]
    shares = np.zeros((CROWDS, 1 + len(AHEAD)))
    depths = np.zeros(1 + len(AHEAD))
    for number, (choice, chances) in enumerate(zip(choices, full, strict=True)):
        habits = _calibrated(learn_habits(choice.rows, STRENGTH), chances)
        first = number * rows.n_workers
        keys = NameKeys(
            np.arange(rows.n_tasks, dtype=np.uint64),
            np.arange(first, first + rows.n_workers, dtype=np.uint64),
        )
        for crowd in range(CROWDS):
            simulated = simulate(more, habits, keys, crowd)
            for column, stop in enumerate([counts, *stops]):
                part = take_answers(simulated.rows, place < stop[more.task])
                label = choice.chances_of(part).argmax(axis=1)
                shares[crowd, column] += (label == simulated.truth).mean() / len(choices)
                depths[column] = len(part.cell) / rows.n_tasks
    gains = shares.mean(axis=0) - shares[:, 0].mean()
    return [
        (float(depth), float(gain))
        for depth, gain in zip(depths[1:], gains[1:], strict=True)
        if depth > depths[0]
    ]


def _calibrated(habits: Habits, full: Floats) -> Habits:
    """Return the habits with each task's chances of labels as the project's estimator has them."""
    states = habits.states.reshape(*full.shape, LEVELS)
    labels = np.maximum(states.sum(axis=2, keepdims=True), TINY)
    states = (states / labels * full[:, :, None]).reshape(len(full), -1)
    return habits._replace(
        states=np.ascontiguousarray(states / np.maximum(states.sum(axis=1, keepdims=True), TINY))
    )


def _with_more(
    rows: AnswersByTask, times: float, rng: np.random.Generator
) -> tuple[AnswersByTask, Counts]:
    """Return the answers with others after them, up to so many times as many in each task.

    Who gives them is drawn by how much each person answered; nobody answers a task twice.

    Returns:
        The rows, whose added labels mean nothing, and the place of each answer within its task.
    """
    counts, n_workers = np.diff(rows.start), rows.n_workers
    extra = np.round(counts * times).astype(np.int64) - counts
    activity = np.bincount(rows.worker, minlength=n_workers) / len(rows.cell)
    candidates = np.repeat(np.arange(rows.n_tasks), 2 * extra) * n_workers
    candidates += rng.choice(n_workers, len(candidates), p=activity)
    pairs = rows.task.astype(np.int64) * n_workers + rows.worker
    fresh = rng.permutation(np.setdiff1d(candidates, pairs))
    fresh = fresh[np.argsort(fresh // n_workers, kind="stable")]
    task = fresh // n_workers
    nth = np.arange(len(task)) - np.searchsorted(task, task)
    fresh = fresh[nth < extra[task]]
    task = np.concatenate([rows.task.astype(np.int64), fresh // n_workers])
    cell = np.concatenate([rows.cell, (fresh % n_workers * rows.n_labels).astype(np.int32)])
    order = np.argsort(task, kind="stable")
    start = np.searchsorted(task[order], np.arange(rows.n_tasks + 1)).astype(np.int64)
    place = np.arange(len(order)) - start[task[order]]
    return rows._replace(start=start, cell=cell[order]), place


def take_answers(rows: AnswersByTask, selected: Bools) -> AnswersByTask:
    """Return some of the answers of every task; tasks may be left without any.

    Args:
        rows: the answers, arranged.
        selected: which of them, shape (n_answers,).
    """
    before = np.concatenate([[0], np.cumsum(selected)])
    return rows._replace(start=before[rows.start], cell=rows.cell[selected])


def _trust(full: Floats, known_labels: Codes) -> float:
    """Return the weight of known labels: their precision against that of confidence."""
    checked = np.flatnonzero(known_labels >= 0)
    if not len(checked):
        return 0.0
    confidence = full[checked].max(axis=1)
    variance = max(float((confidence * (1 - confidence)).mean()), 0.01)
    return float(len(checked) / (len(checked) + variance / BIAS**2))


def as_json(curve: LearningCurve) -> dict[str, Any]:
    """Return a curve as JSON, rounded to what is shown; ``from_json`` reads it."""
    rounded = {
        name: [[round(number, DIGITS) for number in point] for point in getattr(curve, name)]
        for name in ("by_depth", "by_arrival")
    }
    return curve._asdict() | rounded | {"laws": curve.laws.round(DIGITS).tolist()}


def from_json(stored: Mapping[str, Any]) -> LearningCurve:
    """Read a curve that ``as_json`` wrote."""
    return LearningCurve(
        by_depth=[CurvePoint(*point) for point in stored["by_depth"]],
        by_arrival=[CurvePoint(*point) for point in stored["by_arrival"]],
        laws=np.array(stored["laws"]).reshape(-1, 4),
        depth=stored["depth"],
        answers=stored["answers"],
        tasks=stored["tasks"],
        checked=stored["checked"],
        measure=CurveMeasure(stored.get("measure", CurveMeasure.LABELS)),
        project_answers=stored.get("project_answers", 0),
        project_tasks=stored.get("project_tasks", 0),
    )


def fit_power_law(depths: Floats, shares: Floats, noise: Floats, usual: Floats) -> Floats:
    """Fit ``a - b * depth ** -c`` by weighted least squares, with a belief in the exponent.

    The ceiling a is at most 1 and the size b at least 0, so that no law falls. With few points the
    exponent stays near the usual one.

    Args:
        depths: answers per task of each point, shape (n_points,).
        shares: share of right labels of each point in each resample, shape (n_draws, n_points).
        noise: variance of each point, shape (n_points,).
        usual: expected exponent in each resample, shape (n_draws,).

    Returns:
        a, b and c of each resample, shape (n_draws, 3).

    Example:
        >>> depths = np.array([1.0, 2.0, 4.0, 8.0])
        >>> law = fit_power_law(depths, 0.9 - 0.2 / depths[None], np.full(4, 1e-6), np.ones(1))
        >>> law.round(1).tolist()
        [[0.9, 0.2, 1.0]]
    """
    weight = 1 / noise
    best = np.full(len(shares), np.inf)
    laws = np.zeros((len(shares), 3))
    for exponent in EXPONENTS:
        power = depths**-exponent
        mean_power = (weight @ power) / weight.sum()
        mean_share = shares @ weight / weight.sum()
        spread = weight @ (power - mean_power) ** 2
        size = np.zeros(len(shares))
        if spread > 0:
            size = np.maximum(-(shares @ (weight * (power - mean_power))) / spread, 0.0)
        ceiling = mean_share + size * mean_power
        too_high = ceiling > 1
        size = np.where(too_high, (1 - shares) @ (weight * power) / (weight @ power**2), size)
        ceiling = np.minimum(ceiling, 1.0)
        missed = shares - (ceiling[:, None] - size[:, None] * power)
        loss = missed**2 @ weight + (np.log(exponent / usual) / SPREAD_EXPONENT) ** 2
        better = loss < best
        best = np.where(better, loss, best)
        laws[better] = np.stack([ceiling, size, np.full(len(size), exponent)], axis=1)[better]
    return laws


def at_depth(laws: Floats, depth: float, measured: float) -> Floats:
    """Return the share of right labels that each law gives a mean number of answers per task.

    Args:
        laws: shape (n_draws, 4), as ``LearningCurve`` has them.
        depth: answers per task, above 0.
        measured: answers per task that the curve was measured with, above 0.

    Returns:
        Shares, shape (n_draws,), from 0 to 1.

    Example:
        >>> at_depth(np.array([[0.9, 0.2, 1.0, 0.0]]), 4.0, 2.0).round(2).tolist()
        [0.85]
    """
    law = laws[:, 0] - laws[:, 1] * depth ** -laws[:, 2]
    shares: Floats = np.clip(law + laws[:, 3] * np.log2(depth / measured), 0.0, 1.0)
    return shares


def _bounded(
    choices: Sequence[Judged], arrival: Counts, rng: np.random.Generator
) -> tuple[Sequence[Judged], Counts]:
    """Return whole tasks with at most ``MOST_ANSWERS`` answers, and the workers among them.

    A task that far more people answered than usual, as hidden checks, keeps its first answers only.
    """
    rows = choices[0].rows
    counts = np.diff(rows.start)
    place = np.arange(len(rows.cell)) - np.repeat(rows.start[:-1], counts)
    usual_part = place < max(USUAL_TIMES * float(counts.mean()), FEWEST_IN_ALL)
    choices = [choice._replace(rows=take_answers(choice.rows, usual_part)) for choice in choices]
    arrival = arrival[usual_part]
    counts = np.diff(choices[0].rows.start)
    most = max(MOST_ANSWERS // len(choices), FEWEST_OF_EACH)
    if len(arrival) > most:
        order = rng.permutation(rows.n_tasks)
        is_drawn = np.zeros(rows.n_tasks, dtype=np.bool_)
        is_drawn[order[np.cumsum(counts[order]) <= most]] = True
        arrival = arrival[np.repeat(is_drawn, counts)]
        choices = [
            choice._replace(
                rows=take_workers(take_tasks(choice.rows, is_drawn))[0],
                known_labels=choice.known_labels[is_drawn],
            )
            for choice in choices
        ]
    return choices, arrival


def _ranks(rows: AnswersByTask, rng: np.random.Generator) -> Counts:
    """Return the place of each answer among those of its task, in an order drawn by chance."""
    task = rows.task
    order = np.lexsort((rng.random(len(task)), task))
    rank = np.empty(len(task), dtype=np.int64)
    rank[order] = np.arange(len(task)) - rows.start[task[order]]
    return rank


def _depths(counts: Counts) -> list[int]:
    """Return the numbers of answers per task to measure at; the last one leaves none out."""
    most = int(counts.max())
    return sorted({round(depth) for depth in np.geomspace(1, most, MOST_DEPTHS)} | {1, most})


def _point(part: _Part, fraction: float) -> CurvePoint:
    shares = np.clip(part.shares, 0.0, 1.0)
    low, high = np.percentile(shares[1:], OUTER).tolist()
    return CurvePoint(part.depth, fraction, float(shares[0]), low, high)
