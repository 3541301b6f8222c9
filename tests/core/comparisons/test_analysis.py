"""The numbers of a comparison, against SciPy and to the digits printed in the guide."""

import math

import numpy as np
import pytest
from scipy import stats

from canut.core.comparisons.assignment import Arm, arm_of
from canut.core.comparisons.permutation import permutation_test
from canut.core.comparisons.welch import compare_means, people_needed, t_quantile, t_tail
from canut.core.errors import BadInput

A = np.array([0.82, 0.88, 0.91, 0.79, 0.85, 0.90, 0.87, 0.84])
B = np.array([0.90, 0.93, 0.88, 0.91, 0.95, 0.89, 0.92, 0.86])


def test_worked_example_comes_out_to_the_printed_digits() -> None:
    means = compare_means(A, B)

    assert means is not None
    assert round(means.difference, 4) == 0.0475
    assert (round(means.t, 2), round(means.freedom, 1)) == (2.70, 12.6)
    assert round(means.chance, 4) == 0.0186
    assert (round(means.low, 4), round(means.high, 4)) == (0.0094, 0.0856)


def test_worked_example_counts_every_division() -> None:
    test = permutation_test(A, B, np.random.default_rng(1))

    assert (test.as_far, test.divisions, round(test.chance, 4)) == (272, 12_870, 0.0211)
    assert test.is_exact


def test_drawn_divisions_are_near_the_exact_share() -> None:
    rng = np.random.default_rng(20261130)
    a, b = rng.normal(0.8, 0.1, 30), rng.normal(0.86, 0.1, 30)

    test = permutation_test(a, b, rng)

    assert not test.is_exact
    assert test.chance == pytest.approx(float(stats.ttest_ind(a, b).pvalue), abs=0.01)


def test_welch_agrees_with_scipy_on_unequal_groups() -> None:
    rng = np.random.default_rng(3)
    for n_a, n_b, spread in ((5, 9, 0.3), (40, 12, 2.0), (2, 2, 1.0)):
        a, b = rng.normal(0, 1, n_a), rng.normal(0.4, spread, n_b)
        theirs = stats.ttest_ind(b, a, equal_var=False)
        interval = theirs.confidence_interval()

        ours = compare_means(a, b)

        assert ours is not None
        assert ours[3:] == pytest.approx(
            (
                theirs.statistic, theirs.df, theirs.pvalue,
                stats.ttest_ind(b, a, equal_var=False, alternative="greater").pvalue,
                interval.low, interval.high,
            ),
            rel=1e-9,
        )  # fmt: skip


@pytest.mark.parametrize("freedom", [1, 2.5, 12.6, 400])
def test_student_agrees_with_scipy(freedom: float) -> None:
    for t in (0.0, 0.3, 2.0, 9.0):
        assert t_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-10)
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)


def test_groups_that_nobody_differs_in_have_no_test() -> None:
    assert compare_means(np.ones(4), np.ones(4)) is None
    assert compare_means(np.ones(1), np.array([1.0, 2.0])) is None


@pytest.mark.parametrize(("spread", "people"), [(0.08, 41), (0.10, 63), (0.12, 91)])
def test_people_needed_for_five_points(spread: float, people: int) -> None:
    assert people_needed(spread, 0.05) == people


def test_margin_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        people_needed(0.1, 0.0)


def test_groups_never_differ_by_more_than_two_and_seeds_differ() -> None:
    rng = np.random.default_rng(7)
    firsts = set[str]()
    for _ in range(50):
        seed = rng.bytes(32)
        arms = [arm_of(seed, position) for position in range(40)]
        ahead = np.cumsum([1 if arm is Arm.A else -1 for arm in arms])
        assert np.abs(ahead).max() <= 2
        assert ahead[-1] == 0
        firsts.add("".join(arms[:8]))
    assert len(firsts) > 20


def test_either_presentation_is_as_likely_at_each_place() -> None:
    rng = np.random.default_rng(11)
    seeds = [rng.bytes(32) for _ in range(2_000)]
    for position in range(4):
        share = np.mean([arm_of(seed, position) is Arm.A for seed in seeds])
        assert math.isclose(share, 0.5, abs_tol=0.04)
