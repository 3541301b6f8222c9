"""Forecast what the next answers buy, by a measured learning curve and the project's own plan.

The plan comes first: tasks that lack answers get them, then new tasks get theirs. Answers beyond it
raise the number per task. Money is computed where the prices are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.core.quality.measures.learning_curve import (
    DRAWS,
    OUTER,
    SPREAD_EXPONENT,
    USUAL_EXPONENT,
    LearningCurve,
    at_depth,
    fit_power_law,
)

FLAT = 0.002
"""A gain under which more answers change almost nothing: two labels in a thousand."""
FURTHEST = 4.0
"""How many times the measured answers per task a forecast reaches: beyond it, nothing is told."""
STEPS = 60
FEWEST_POINTS = 3


class Coverage(NamedTuple):
    """What more answers go to.

    Args:
        new_tasks: tasks without an answer that get a label, a mean.
        is_beyond_plan: whether the plan would have to ask for more answers per task.
    """

    new_tasks: float
    is_beyond_plan: bool


class WorkState(NamedTuple):
    """How far the work is.

    Args:
        tasks: tasks that are to have a label.
        answered: those with an answer.
        answers: counted answers to them.
        fresh: open tasks without an answer.
        lacking: answers that the other open tasks lack.
        wanted: answers that the plan asks for of a fresh task, a mean where it is adaptive.
    """

    tasks: int
    answered: int
    answers: int
    fresh: int
    lacking: int
    wanted: float

    @property
    def planned(self) -> int:
        """Answers until every task has those the plan asks for."""
        return self.lacking + round(self.fresh * self.wanted)

    def after(self, answers: int) -> Coverage:
        """Return what more answers go to: tasks that lack some first, then new tasks.

        Args:
            answers: how many more, above 0.
        """
        for_new_tasks = max(answers - self.lacking, 0)
        new_tasks = min(self.fresh, for_new_tasks / self.wanted)
        return Coverage(new_tasks, answers > self.planned)


class Forecast(NamedTuple):
    """What a number of answers brings; shares of right labels are from 0 to 1.

    Args:
        now, then: share of right labels now and after them, of the tasks that have a label.
        low, high: 95 % interval of ``then``.
        gain_low, gain_high: 95 % interval of the difference.
    """

    now: float
    then: float
    low: float
    high: float
    gain_low: float
    gain_high: float

    @property
    def gain(self) -> float:
        """The difference, in shares."""
        return self.then - self.now

    @property
    def is_flat(self) -> bool:
        """Whether more answers change almost nothing."""
        return abs(self.gain) < FLAT


def forecast(curve: LearningCurve, state: WorkState, answers: int) -> Forecast | None:
    """Return what more answers bring; None so far ahead that the curve says nothing.

    A curve of merged answers says nothing of more answers.

    Args:
        curve: as measured.
        state: how far the work is; at least one task is answered.
        answers: how many more, above 0.
    """
    if not len(curve.laws):
        return None
    after = state.after(answers)
    depth = curve.scale * (state.answers + answers) / (state.answered + after.new_tasks)
    if depth > FURTHEST * curve.depth:
        return None
    now = at_depth(curve.laws, curve.scale * state.answers / state.answered, curve.depth)
    then = at_depth(curve.laws, depth, curve.depth)
    low, high = np.percentile(then[1:], OUTER).tolist()
    gain_low, gain_high = np.percentile(then[1:] - now[1:], OUTER).tolist()
    return Forecast(
        float(now[0]),
        float(then[0]),
        low,
        high,
        gain_low,
        gain_high,
    )


def answers_until(curve: LearningCurve, state: WorkState, target: float) -> int | None:
    """Return how many more answers bring a share of right labels; None if it is out of reach.

    The plan is finished first: a share only counts once every task has its label. Zero where
    nothing is planned and the share is reached already.

    Args:
        curve: as measured.
        state: how far the work is; at least one task is answered.
        target: share of right labels, from 0 to 1.
    """
    least = state.planned
    most = round(FURTHEST * curve.depth / curve.scale * state.tasks) - state.answers
    if most <= least:
        return None

    def reaches(answers: int) -> bool:
        ahead = forecast(curve, state, max(answers, 1))
        return ahead is not None and (ahead.then if answers else ahead.now) >= target

    too_few = least - 1
    for step in range(STEPS + 1):
        enough = least + round((most - least) * step / STEPS)
        if reaches(enough):
            break
        too_few = enough
    else:
        return None
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if reaches(middle):
            enough = middle
        else:
            too_few = middle
    return enough


class ModelPoint(NamedTuple):
    """A share of right labels of a model after so many training answers, with its 95 % interval."""

    answers: int
    value: float
    low: float
    high: float


def forecast_model(
    points: Sequence[tuple[int, int, int]], more: int, seed: int = 1
) -> ModelPoint | None:
    """Return how right a model would be after more answers; None below three measured points.

    Args:
        points: answers it learnt from, right ones and all of the tasks held out; fewest first.
        more: answers beyond the last point, above 0.
        seed: of what is drawn by chance.

    Source:
        Figueroa et al. (2012), https://doi.org/10.1186/1472-6947-12-8.
    """
    if len(points) < FEWEST_POINTS or points[-1][0] + more > FURTHEST * points[-1][0]:
        return None
    answers, right, held_out = np.array(points, dtype=np.float64).T
    rng = np.random.default_rng(seed)
    smooth = (right + 1) / (held_out + 2)  # Laplace: no point is certain
    noise = smooth * (1 - smooth) / held_out
    shares = np.vstack([smooth, smooth + rng.standard_normal((DRAWS, len(points))) * noise**0.5])
    usual = np.exp(SPREAD_EXPONENT * np.append(0.0, rng.standard_normal(DRAWS))) * USUAL_EXPONENT
    relative = answers / answers[-1]
    laws = np.column_stack([fit_power_law(relative, shares, noise, usual), np.zeros(1 + DRAWS)])
    then = at_depth(laws, 1 + more / float(answers[-1]), 1.0)
    low, high = np.percentile(then[1:], OUTER).tolist()
    return ModelPoint(points[-1][0] + more, float(then[0]), low, high)
