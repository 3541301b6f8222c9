"""Compared lists of a description: both ends for two lists, a lower bound for three."""

from pathlib import Path
from typing import Any

import pytest

from canut.core.errors import Refusal
from canut.core.portrait.deposits.package import read_deposit
from tests.support.deposits import TODAY, write_package

HOW = {"en": "Compared without names; both councils agreed", "fr": "Comparées sans noms"}
TWO: dict[str, Any] = {
    "concept": "click",
    "place": "CA-QC",
    "period": "2025-01-01/2025-12-31",
    "lists": {"A": "Platform one", "B": "Platform two"},
    "people": {"A": 150, "B": 200, "AB": 50},
    "theta": "3",
    "how": HOW,
}
THREE: dict[str, Any] = TWO | {
    "lists": {"A": "One", "B": "Two", "C": "Three"},
    "people": {"A": 300, "B": 250, "C": 200, "AB": 150, "AC": 100, "BC": 50, "ABC": 50},
    "theta": "",
}


def read(folder: Path, compared: dict[str, Any]) -> Any:
    """Return the compared lists of a package."""
    return read_deposit([write_package(folder, compared=compared)], TODAY).description.compared


def test_two_lists_are_told_from_independent_to_the_stated_theta(tmp_path: Path) -> None:
    lists = read(tmp_path, TWO)

    assert lists.two == (1000, 2200)
    assert lists.source("a", "B").low == 1000


def test_three_lists_give_a_lower_bound_where_they_hold_half(tmp_path: Path) -> None:
    lists = read(tmp_path / "a", THREE)

    assert round(lists.many.corrected, 2) == 1722.09
    assert lists.source("a", "B").low == 1722
    few = THREE | {"people": THREE["people"] | {"A": 900}}
    assert read(tmp_path / "b", few).source("a", "B") is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"people": {"A": 150, "B": 200, "AB": 12}}, "deposit-few-compared"),
        ({"people": {"A": 150, "B": 200}}, "deposit-field"),
        ({"people": {"A": 150, "B": 200, "BA": 50}}, "deposit-field"),
        ({"people": {"A": 150, "B": 200, "AB": "50"}}, "deposit-field"),
        ({"people": {"A": 150, "C": 200, "AC": 50}}, "deposit-field"),
        ({"theta": ""}, "deposit-field"),
        ({"theta": "0.5"}, "deposit-field"),
        ({"theta": "1e9"}, "deposit-field"),
        ({"lists": {"A": "One"}}, "deposit-field"),
        ({"lists": {"B": "One", "A": "Two"}}, "deposit-field"),
        ({"period": "2025"}, "deposit-field"),
        ({"period": "2026-01-01/2027-01-01"}, "deposit-field"),
        ({"how": {"en": "", "fr": ""}}, "deposit-field"),
        ({"place": "Québec"}, "deposit-field"),
    ],
)
def test_lists_that_say_too_little_are_refused(
    tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        read(tmp_path, TWO | change)

    assert caught.value.case == code


@pytest.mark.parametrize(
    "people",
    [
        {"A": 300, "B": 250, "C": 200},
        {"AB": 150, "AC": 100, "BC": 50},
        {"ABC": 50},
    ],
)
def test_lists_without_overlap_are_refused(tmp_path: Path, people: dict[str, int]) -> None:
    with pytest.raises(Refusal) as caught:
        read(tmp_path, THREE | {"people": people})

    assert caught.value.case == "deposit-field"
