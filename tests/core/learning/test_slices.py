"""A slice is found where a model errs more than on the rest, seldom where it does not."""

import numpy as np
import pytest
from scipy import stats

from canut.core.errors import BadInput, ShapeError
from canut.core.learning.slices import (
    MOST_SLICES,
    compare_counts,
    false_discoveries,
    find_slices,
    slices_of_column,
    slices_of_number,
)

KNOWN = {
    "region=Nord": (60, 12),
    "agreement<2/3": (50, 8),
    "length>200": (80, 9),
    "prelabel": (200, 16),
    "class=7": (30, 3),
    "week=47": (90, 7),
    "lang=en": (120, 9),
    "source=B": (100, 6),
    "evening": (110, 6),
    "length<40": (80, 4),
}


def test_known_slices_have_their_chances() -> None:
    compared = compare_counts(KNOWN, 400, 28)

    assert [each.name for each in compared] == list(KNOWN)
    chances = [
        0.00020,
        0.01466,
        0.08235,
        0.27866,
        0.35147,
        0.44790,
        0.47307,
        0.74517,
        0.83243,
        0.84934,
    ]
    assert [each.chance for each in compared] == pytest.approx(chances, abs=5e-6)
    first, second, third = compared[:3]
    assert round(first.rest_rate, 4) == 0.0471
    assert [round(each.excess, 2) for each in compared[:3]] == [9.18, 5.14, 4.25]
    rates = [(first, 0.0020, 0.0059), (second, 0.0733, 0.2147)]
    for each, rate, any_rate in rates:
        assert round(each.false_discovery, 4) == rate
        assert round(each.false_discovery_any, 4) == any_rate
    assert round(third.false_discovery, 4) == 0.2745
    assert [each.name for each in compared if each.is_found] == ["region=Nord", "agreement<2/3"]


def test_chance_is_that_of_the_exact_test() -> None:
    for tasks, errors in KNOWN.values():
        [found] = compare_counts({"it": (tasks, errors)}, 400, 28)
        oracle = stats.hypergeom.sf(errors - 1, 400, 28, tasks)
        assert found.chance == pytest.approx(oracle, rel=1e-9)


def test_false_discovery_rates_are_scipys() -> None:
    chances = np.random.default_rng(3).random(25) ** 2

    rates, any_rates = false_discoveries(chances)

    assert rates == pytest.approx(stats.false_discovery_control(chances))
    assert any_rates == pytest.approx(stats.false_discovery_control(chances, method="by"))


def test_data_without_a_fault_raises_a_flag_in_at_most_one_run_of_ten() -> None:
    rng = np.random.default_rng(20261130)
    slices = {
        f"column = {at}": rng.random(400) < share for at, share in enumerate([0.1] * 6 + [0.3] * 6)
    }

    flagged = [
        any(each.is_found for each in find_slices(slices, rng.permutation(400) < 28))
        for _ in range(1_000)
    ]

    assert np.mean(flagged) <= 0.10


def test_swapped_classes_of_one_source_are_found_among_three_hundred_answers() -> None:
    rng = np.random.default_rng(20261130)
    found = 0
    for _ in range(200):
        source = rng.choice(["a", "b", "c", "d"], 300, p=[0.3, 0.3, 0.3, 0.1])
        is_wrong = np.where(source == "d", rng.random(300) < 0.3, rng.random(300) < 0.03)
        compared = find_slices(slices_of_column("source", source.tolist()), is_wrong)
        found += compared[0].name == "source = d" and compared[0].is_found

    assert found >= 160


def test_slices_too_small_are_left_out_and_too_many_refused() -> None:
    wrong = np.zeros(100, np.bool_)
    few, many = np.arange(100) < 19, np.arange(100) < 81

    assert find_slices({"few": few, "many": many}, wrong) == []
    with pytest.raises(BadInput):
        find_slices({str(at): few for at in range(MOST_SLICES + 1)}, wrong)
    with pytest.raises(ShapeError):
        find_slices({"other": few[:50]}, wrong)


def test_columns_with_a_few_values_and_numbers_that_vary_make_slices() -> None:
    values = ["x", "y", None, "x"]

    by_value = slices_of_column("region", values)

    assert {name: members.tolist() for name, members in by_value.items()} == {
        "region = x": [True, False, False, True],
        "region = y": [False, True, False, False],
    }
    assert slices_of_column("region", ["x"] * 4) == {}
    assert slices_of_column("id", [str(at) for at in range(21)]) == {}
    assert list(slices_of_number("length", np.arange(11.0))) == ["length ≤ 2", "length ≥ 8"]
    assert slices_of_number("length", np.ones(11)) == {}
