"""The forecast of a learning curve: near the truth of made crowds, and never falling."""

import numpy as np
import pytest

from bench.quality.foresight import (
    choice_estimator,
    foresee,
    foresee_choices,
    ordinal_estimator,
)
from bench.quality.habits import HABITS, several_choices
from canut.actions.quality.curves import OF_CHOICES, fitting
from canut.core.arrays import Counts
from canut.core.quality.measures.answer_forecast import (
    WorkState,
    answers_until,
    forecast,
    forecast_model,
)
from canut.core.quality.measures.learning_curve import (
    DRAWS,
    OUTER,
    Lack,
    LearningCurve,
    as_json,
    at_depth,
    from_json,
    lack_of,
    measure_curve,
)
from canut.core.quality.measures.merged_curve import measure_merged
from canut.core.quality.tables.answers_by_task import arrange

LAW = np.tile([0.95, 0.2, 1.0, 0.0], (1 + DRAWS, 1))
CURVE = LearningCurve([], [], LAW, depth=3.0, answers=900, tasks=300, checked=0)


def test_several_choices_and_scales_are_forecast() -> None:
    outcomes = [
        foresee_choices(several_choices(2_100, has_hard_tasks=True), 0, 0, choice_estimator),
        foresee(*HABITS["graded"](2_101), 50, 0, ordinal_estimator),
    ]

    for outcome in outcomes:
        assert outcome
        assert outcome.is_covered
        assert outcome.is_gain_covered
        assert abs(outcome.error_of_gain) < 0.08


def test_curve_passes_through_its_last_point_and_never_over_one() -> None:
    crowd = HABITS["independent"](3)
    rows, _ = arrange(crowd.answers)
    known = np.where(np.arange(rows.n_tasks) < 200, crowd.truth, -1)
    curve = measure_curve(rows, np.arange(len(rows.cell)), fitting(OF_CHOICES), known)

    here = at_depth(curve.laws, curve.depth, curve.depth)

    assert here[0] == pytest.approx(curve.by_depth[-1].value)
    assert np.percentile(here[1:], OUTER).tolist() == pytest.approx(curve.by_depth[-1][3:])
    assert curve.laws[:, 0].max() <= 1
    assert curve.laws[:, 1].min() >= 0


def test_merged_answers_settle_as_people_agree() -> None:
    rng = np.random.default_rng(1)
    said = rng.normal(size=(60, 5))
    tasks = [np.arange(5) + 5 * task for task in range(60)]

    def mean_of(rows: Counts) -> float:
        return float(said.ravel()[rows].mean())

    curve = measure_merged(tasks, mean_of, lambda mine, whole: 1 - min(abs(mine - whole), 1.0))

    values = [point.value for point in curve.by_depth]
    assert [point.depth for point in curve.by_depth] == [1, 2, 3, 4]
    assert values == sorted(values)
    assert [point.share for point in curve.by_depth] == [0.2, 0.4, 0.6, 0.8]
    # of k of 5 equal people, the mean is off by a normal error of variance 1/k - 1/5
    expected = [(2 / np.pi * (1 / k - 1 / 5)) ** 0.5 for k in range(2, 5)]
    assert values[1:] == pytest.approx([1 - each for each in expected], abs=0.06)
    assert len(curve.laws) == 0
    assert forecast(curve, WorkState(60, 60, 300, 0, 0, 5.0), 60) is None
    assert from_json(as_json(curve)).measure == curve.measure


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
    state = WorkState(300, 100, 250, fresh=200, lacking=50, wanted=3.0)

    some, whole, beyond = (state.after(count) for count in (110, 650, 950))
    at_plan, later = (forecast(CURVE, state, count) for count in (650, 950))

    assert state.planned == 650
    assert some == (20, False)
    assert whole == (200, False)
    assert beyond.is_beyond_plan
    assert at_plan
    assert at_plan.then == pytest.approx(0.95 - 0.2 / 3)
    assert later
    assert later.then == pytest.approx(0.95 - 0.2 / 4)
    assert forecast(CURVE, state, 10_000) is None


def test_answers_beyond_the_plan_of_some_tasks_do_not_finish_others() -> None:
    state = WorkState(300, 200, 800, fresh=100, lacking=10, wanted=3.0)

    assert state.planned == 310
    assert state.after(310) == (100, False)


def test_target_is_reached_by_the_fewest_answers_or_not() -> None:
    state = WorkState(300, 300, 900, fresh=0, lacking=0, wanted=3.0)

    needed = answers_until(CURVE, state, 0.9199)

    assert needed == 1_094  # .2 / .0301 answers a task, of which 3 came
    assert answers_until(CURVE, state, 0.96) is None


def test_target_that_is_reached_needs_no_answer_beyond_the_plan() -> None:
    finished = WorkState(300, 300, 900, fresh=0, lacking=0, wanted=3.0)
    begun = WorkState(300, 200, 600, fresh=100, lacking=0, wanted=3.0)

    assert answers_until(CURVE, finished, 0.88) == 0
    assert answers_until(CURVE, begun, 0.88) == begun.planned


def test_flat_curve_says_so() -> None:
    state = WorkState(300, 300, 900, fresh=0, lacking=0, wanted=3.0)
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
