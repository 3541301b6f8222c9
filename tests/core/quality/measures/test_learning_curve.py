"""The forecast of a learning curve: near the truth of made crowds, and never falling."""

import numpy as np
import pytest

from bench.quality.foresight import foresee
from bench.quality.habits import HABITS
from canut.core.quality.measures.answer_forecast import (
    WorkState,
    answers_until,
    forecast,
    forecast_model,
)
from canut.core.quality.measures.learning_curve import (
    DRAWS,
    Lack,
    LearningCurve,
    as_json,
    from_json,
    lack_of,
)

LAW = np.tile([0.95, 0.2, 1.0, 0.0], (1 + DRAWS, 1))
CURVE = LearningCurve([], [], LAW, depth=3.0, answers=900, tasks=300, checked=0)


@pytest.mark.slow
def test_forecast_at_half_holds_at_all_answers() -> None:
    outcomes = [
        foresee(*HABITS[habit](2_000), known, 0)
        for habit in ("independent", "misled", "rare")
        for known in (0, 50)
    ]

    measured = [outcome for outcome in outcomes if outcome]
    assert len(measured) == len(outcomes)
    assert np.mean([abs(outcome.error) for outcome in measured]) < 0.09
    assert np.mean([abs(outcome.error_of_gain) for outcome in measured]) < 0.05
    assert np.mean([outcome.is_covered for outcome in measured]) >= 0.8


def test_plan_is_finished_before_tasks_get_more() -> None:
    state = WorkState(tasks=300, answered=100, answers=250, wanted=3.0)

    some, whole, beyond = (forecast(CURVE, state, count) for count in (110, 650, 950))

    assert state.planned == 650
    assert some
    assert (some.new_tasks, some.is_beyond_plan) == (20, False)
    assert whole
    assert (whole.new_tasks, whole.is_beyond_plan) == (200, False)
    assert whole.then == pytest.approx(0.95 - 0.2 / 3)
    assert beyond
    assert beyond.is_beyond_plan
    assert beyond.then == pytest.approx(0.95 - 0.2 / 4)
    assert forecast(CURVE, state, 10_000) is None


def test_target_is_reached_by_the_fewest_answers_or_not() -> None:
    state = WorkState(tasks=300, answered=300, answers=900, wanted=3.0)

    needed = answers_until(CURVE, state, 0.92)

    assert needed
    assert 0.2 / ((900 + needed) / 300) == pytest.approx(0.03, abs=0.002)
    assert answers_until(CURVE, state, 0.96) is None


def test_flat_curve_says_so() -> None:
    state = WorkState(tasks=300, answered=300, answers=900, wanted=3.0)
    flat = CURVE._replace(laws=np.tile([0.9, 0.0, 1.0, 0.0], (1 + DRAWS, 1)))

    ahead = forecast(flat, state, 1_000)

    assert ahead
    assert ahead.is_flat
    ahead = forecast(CURVE, state, 1_000)
    assert ahead
    assert not ahead.is_flat


def test_curve_is_stored_and_read_again() -> None:
    again = from_json(as_json(CURVE))

    assert again._replace(laws=LAW) == CURVE._replace(laws=LAW)
    assert np.array_equal(again.laws, LAW)


def test_what_is_missing_is_counted() -> None:
    assert lack_of(np.ones(200, dtype=np.int64)) == Lack(answers=0, tasks=30)


def test_model_is_forecast_from_three_points_on() -> None:
    points = [(100, 60, 100), (200, 70, 100), (400, 76, 100)]

    ahead = forecast_model(points, 400)

    assert forecast_model(points[:2], 400) is None
    assert forecast_model(points, 4_000) is None
    assert ahead
    assert ahead.low < 0.76 < ahead.value < ahead.high
