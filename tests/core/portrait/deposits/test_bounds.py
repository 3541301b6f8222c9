"""Bounds of a number of people, to the digits of the reference; every assumption is named."""

from decimal import Decimal

import pytest

from canut.core.errors import BadInput
from canut.core.portrait.deposits.bounds import (
    LowerSource,
    ShareRange,
    TwoLists,
    UpperSource,
    bound_people,
    bound_three_lists,
    bound_two_lists,
    bound_union,
)

TWO = TwoLists(both=50, first=150, second=200)
THREE = {"A": 30, "B": 25, "C": 20, "AB": 15, "AC": 10, "BC": 5, "ABC": 5}
WIDE = UpperSource(
    "platform work",
    468_000,
    (
        ShareRange("Québec", Decimal("0.20"), Decimal("0.24")),
        ShareRange("click work", Decimal("0.05"), Decimal("0.30")),
    ),
)


def test_lists_that_were_not_compared_bound_their_union_alone() -> None:
    union = bound_union([200, 250, 90])

    assert (union.low, union.high) == (250, 540)
    assert round(union.registrations_low, 1) == Decimal("295.1")
    assert round(union.registrations_high, 1) == Decimal("425.2")


def test_two_lists_are_told_with_theta() -> None:
    assert [TWO.population(theta) for theta in (0.5, 1, 1.5, 3)] == [700, 1000, 1300, 2200]
    assert bound_two_lists(TWO, 3) == (1000, 2200)


def test_three_lists_have_a_lower_bound() -> None:
    bound = bound_three_lists(THREE)

    assert (bound.listed, bound.once, bound.twice) == (110, 75, 30)
    assert round(bound.corrected, 3) == 169.677
    assert bound.classic == 172.5
    assert round(bound.variance, 3) == 401.042
    assert (round(bound.low, 2), round(bound.high, 2)) == (143.87, 225.34)
    assert bound.coverage == 0.5
    assert bound.is_tellable
    assert bound.pairs == (150, 160, 200)


def test_lists_that_hold_too_little_are_not_told() -> None:
    assert not bound_three_lists(THREE | {"A": 60, "C": 60}).is_tellable


def test_wider_concept_bounds_from_above_and_its_low_product_is_no_lower_bound() -> None:
    bounds = bound_people([], [WIDE])

    assert (bounds.low, bounds.high) == (None, 33_696)
    assert min(value for _chosen, value in WIDE.sensitivity()) == 4_680
    assert len(WIDE.sensitivity()) == 4


def test_certain_counts_estimates_and_a_ceiling_are_told_apart() -> None:
    lowers = [
        LowerSource("list a", 300, is_certain=True),
        LowerSource("list b", 250, is_certain=True),
        LowerSource("survey", 900, 2_100, grade="C"),
    ]

    bounds = bound_people(lowers, [WIDE])

    assert bounds.certain
    assert bounds.estimated
    assert (bounds.certain.low, bounds.estimated.low, bounds.high) == (300, 900, 33_696)
    assert not bounds.contradict


def test_sources_that_contradict_each_other_are_told() -> None:
    bounds = bound_people([LowerSource("list", 40_000, is_certain=True)], [WIDE])

    assert bounds.contradict


def test_without_a_share_there_is_no_ceiling() -> None:
    bounds = bound_people([LowerSource("here", 20, is_certain=True)], [])

    assert (bounds.low, bounds.high, bounds.contradict) == (20, None, False)


@pytest.mark.parametrize("lists", [[], [0], [3, -1]])
def test_empty_lists_bound_nothing(lists: list[int]) -> None:
    with pytest.raises(BadInput):
        bound_union(lists)


def test_lists_without_overlap_bound_nothing() -> None:
    with pytest.raises(BadInput):
        bound_two_lists(TwoLists(0, 5, 5), 2)
    with pytest.raises(BadInput):
        bound_two_lists(TWO, 0.5)
    with pytest.raises(BadInput):
        bound_three_lists({"A": 5, "B": 5, "AB": 5})
    with pytest.raises(BadInput):
        bound_three_lists({"A": 5, "B": 5, "C": 5})
