"""A fall is confirmed late rather than wrongly; limits grow where there is little to go by."""

import numpy as np
import pytest
from scipy import stats

from canut.core.errors import BadInput, ShapeError
from canut.core.learning.health import (
    CERTAIN,
    answers_needed,
    answers_to_bound_fall,
    calibration_limit,
    chi_square_quantile,
    confirm_fall,
    evidence_of_fall,
    fall_between,
    measure_input_drift,
)
from canut.core.quality.estimators.calibration import calibration_error

BAR = 0.95


def test_good_model_is_confirmed_to_fall_in_fewer_than_two_of_a_hundred_runs() -> None:
    rng = np.random.default_rng(20261130)

    alarms = [confirm_fall(rng.random(1_000) < 0.97, BAR) is not None for _ in range(1_500)]

    assert np.mean(alarms) < 0.02


@pytest.mark.parametrize(("share", "most"), [(0.85, 70), (0.80, 45)])
def test_fall_is_confirmed_soon(share: float, most: int) -> None:
    rng = np.random.default_rng(20261130)

    after = [confirm_fall(rng.random(1_000) < share, BAR) or 1_000 for _ in range(200)]

    assert np.median(after) < most


def test_evidence_begins_anew_after_a_good_stretch() -> None:
    good, bad = np.ones(500, np.bool_), np.zeros(3, np.bool_)

    late = evidence_of_fall(np.concatenate([good, bad]), BAR)[-3:]
    alone = evidence_of_fall(np.concatenate([good[:1], bad]), BAR)[-3:]

    assert late == pytest.approx(alone)
    assert late[-1] < CERTAIN


@pytest.mark.parametrize("bar", [0.0, 1.0])
def test_bar_out_of_range_is_refused(bar: float) -> None:
    with pytest.raises(BadInput):
        evidence_of_fall(np.ones(3, np.bool_), bar)


@pytest.mark.parametrize(
    ("bar", "needed"),
    [(0.90, [29, 46, 61, 76]), (0.93, [42, 66, 88, 109]), (0.95, [59, 93, 124, 153])],
)
def test_answers_that_prove_a_repair(bar: float, needed: list[int]) -> None:
    assert [answers_needed(bar, slips) for slips in range(4)] == needed
    oracle = [stats.beta.ppf(0.05, n - slips, slips + 1) for slips, n in enumerate(needed)]
    before = [stats.beta.ppf(0.05, n - 1 - slips, slips + 1) for slips, n in enumerate(needed)]
    assert min(oracle) >= bar > max(before)


def test_fall_of_the_rest_has_an_interval() -> None:
    fall = fall_between((290, 300), (282, 300))

    assert (round(fall.value, 4), round(fall.low, 3), round(fall.high, 3)) == (
        0.0267,
        -0.002,
        0.057,
    )
    rise = fall_between((282, 300), (290, 300))
    assert (rise.value, rise.low, rise.high) == pytest.approx((-fall.value, -fall.high, -fall.low))


def test_answers_that_bound_a_fall() -> None:
    cases = [(0.97, 0.02), (0.95, 0.02), (0.95, 0.03)]

    assert [answers_to_bound_fall(*case) for case in cases] == [900, 1_469, 653]
    assert 3_590 < answers_to_bound_fall(0.97, 0.01) < 3_610


@pytest.mark.parametrize("freedom", [1, 2, 9, 59])
@pytest.mark.parametrize("chance", [0.5, 0.95, 0.999])
def test_chi_square_quantile_is_scipys(freedom: int, chance: float) -> None:
    assert chi_square_quantile(freedom, chance) == pytest.approx(
        stats.chi2.ppf(chance, freedom), rel=1e-9
    )


@pytest.mark.parametrize(("tasks", "limit"), [(200, 0.169), (1_000, 0.034)])
def test_limit_of_input_drift_shrinks_with_the_number_of_tasks(tasks: int, limit: float) -> None:
    rng = np.random.default_rng(tasks)
    drawn = [np.bincount(rng.integers(0, 10, tasks), minlength=10) for _ in range(2_000)]

    drifts = [measure_input_drift(*pair) for pair in zip(drawn[::2], drawn[1::2], strict=True)]

    assert round(drifts[0].limit, 3) == limit
    assert np.mean([drift.is_flagged for drift in drifts]) < 0.075


def test_input_that_moved_is_flagged() -> None:
    drift = measure_input_drift(np.array([3_000, 4_000, 3_000]), np.array([2_000, 3_000, 5_000]))

    assert round(drift.moved, 3) == 0.171
    assert drift.is_flagged
    with pytest.raises(ShapeError):
        measure_input_drift(np.array([1, 2]), np.array([1, 2, 3]))


@pytest.mark.parametrize(("answers", "limit"), [(100, 0.086), (400, 0.045), (1_000, 0.029)])
def test_calibrated_model_stays_under_the_limit_of_calibration(answers: int, limit: float) -> None:
    rng = np.random.default_rng(answers)

    found = calibration_limit(rng.beta(9, 1, answers), rng)

    assert found == pytest.approx(limit, abs=0.008)


def test_calibration_error_of_twenty_known_answers() -> None:
    confidence = np.tile([0.55, 0.65, 0.75, 0.85, 0.95], 4)
    right = np.array([1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1], np.float64)

    assert calibration_error(confidence, right) == pytest.approx(0.08)
