"""Bias in holding time back is seen in groups of ten or more, and fairness is not called bias."""

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.labour.equity import Seen, audit

HOUR = 3_600_000


def crowd(group: str, people: int, struck: float, rng: np.random.Generator) -> list[Seen]:
    """People of whom a share has a tenth of their time held back."""
    return [
        Seen(group, 10 * HOUR, HOUR if rng.random() < struck else 0, 1000) for _ in range(people)
    ]


def test_group_struck_more_often_than_others_is_seen() -> None:
    rng = np.random.default_rng(5)
    seen = [*crowd("fr", 400, 0.03, rng), *crowd("mg", 40, 0.30, rng)]

    found = {one.group: one for one in audit(seen)}

    assert found["mg"].is_apart
    assert found["mg"].apart > 0
    assert found["mg"].held_share > found["fr"].held_share


def test_groups_treated_alike_are_not_called_apart() -> None:
    rng = np.random.default_rng(6)
    calls = [
        one.is_apart
        for _ in range(100)
        for one in audit([*crowd("fr", 200, 0.05, rng), *crowd("mg", 40, 0.05, rng)])
    ]

    assert sum(calls) <= 4


def test_fewer_than_ten_people_are_never_shown() -> None:
    rng = np.random.default_rng(7)

    found = audit([*crowd("fr", 50, 0.1, rng), *crowd("ve", 9, 1.0, rng)])

    assert [one.group for one in found] == ["fr"]


def test_pace_that_rises_by_a_quarter_is_counted_for_a_human_to_look_at() -> None:
    steady = [Seen("fr", HOUR, 0, 1100, 1000)] * 9
    drifting = [Seen("fr", HOUR, 0, 2000, 1500), Seen("fr", HOUR, 0, 2000, None)]

    (found,) = audit([*steady, *drifting])

    assert (found.drifting, found.people) == (1, 11)


def test_nobody_and_nothing_held_are_no_difference() -> None:
    assert audit([]) == []
    assert audit([Seen("fr", 0, 0, 1000)] * 10)[0].apart == 0.0


def test_more_held_than_measured_is_refused() -> None:
    with pytest.raises(BadInput):
        audit([Seen("fr", 1, 2, 1000)])
