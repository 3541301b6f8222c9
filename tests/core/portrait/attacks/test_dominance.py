"""A2 and A3: somebody works out the largest part of a sum, or of the tail of a distribution."""

from decimal import Decimal

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.disclosure.dominance import difference, is_protected, is_safe_sum
from canut.core.portrait.disclosure.quantiles import FEWEST_FOR, rounded_quantile
from canut.core.portrait.extra_figures import PersonPeriod
from tests.core.portrait.attacks.scenes import Scene, published_texts, scene_of, worker

LEAST_ERROR = 0.15


def best_guess_error(amounts: list[float]) -> float:
    """Return how far off the second-largest contributor is of the largest part, from the sum."""
    first, second = sorted(amounts, reverse=True)[:2]
    return (sum(amounts) - second - first) / first


def hours_of(scene: Scene) -> Decimal | None:
    return next(cell.value for cell in scene.release.cells if cell.key == "ALL.hours.here")


def of_hours(*hours: float) -> Scene:
    return scene_of(worker(person, each) for person, each in enumerate(hours))


def test_the_second_largest_of_two_heavy_workers_learns_nothing() -> None:
    hours = [520.0, 370.0, *[0.5] * 18]

    assert best_guess_error(hours) == pytest.approx(0.0173, abs=1e-4)
    assert hours_of(of_hours(*hours)) is None


def test_one_heavy_worker_among_many_small_ones_is_told() -> None:
    hours = [200.0, *[4.0] * 39]

    assert best_guess_error(hours) >= LEAST_ERROR
    assert hours_of(of_hours(*hours)) == Decimal("356.0")


def test_the_last_step_of_a_heavy_worker_is_in_no_form_of_the_document() -> None:
    hours = [200.0, *[4.0] * 39]
    last_step = [200.0, 4.0, 4.0, 4.0, 4.0]
    scene = of_hours(*hours)

    assert not is_protected(int(hour) for hour in last_step)
    texts = published_texts(scene.release)
    assert not [name for name, text in texts.items() if "spread" in text]
    assert not [name for name, text in texts.items() if "216.0" in text or "0.607" in text]


@pytest.mark.parametrize("seed", range(10))
def test_no_published_sum_tells_the_largest_part_to_within_fifteen_per_cent(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours = rng.lognormal(0.5, 2.2, int(rng.integers(20, 70))).clip(0.01).tolist()
    scene = of_hours(*hours)

    told = hours_of(scene)
    if told is not None:
        assert best_guess_error(hours) >= LEAST_ERROR - 1e-6
    assert successful_attacks(scene.release, scene.known) == []


@pytest.mark.parametrize("seed", range(4))
def test_even_hours_are_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    even = of_hours(*rng.uniform(2, 12, 30).tolist())

    assert hours_of(even) is not None
    pay = next(c for c in even.release.cells if c.measure is CellMeasure.PAY_BY_HOUR)
    assert pay.state is CellState.ESTIMATED


def test_every_quantile_has_ten_people_on_both_sides_and_is_rounded() -> None:
    for percent, fewest in FEWEST_FOR.items():
        pay = [10 + number / 7 for number in range(fewest)]
        told = rounded_quantile(pay, percent)

        below = sum(rate <= np.quantile(pay, percent / 100) for rate in pay)
        assert min(below, fewest - below) >= 10
        assert told % Decimal("0.50") == 0
        with pytest.raises(BadInput, match="ten are needed"):
            rounded_quantile(pay[1:], percent)


def test_a_release_made_by_the_old_rule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.core.portrait.privacy.is_safe_sum", lambda _amounts: True)
    monkeypatch.setattr("canut.core.portrait.privacy.is_protected", lambda _amounts: True)
    scene = of_hours(520.0, 370.0, *[0.5] * 18)

    assert hours_of(scene) == Decimal("899.0")
    assert Attack.SECOND_LARGEST in successful_attacks(scene.release, scene.known)


def test_differences_of_published_sums_follow_the_rule_too() -> None:
    whole = dict.fromkeys(range(40), 100)
    part = dict.fromkeys(range(38), 100) | {38: 60}

    left = difference(whole, part)

    assert left == {38: 40, 39: 100}
    assert is_safe_sum(whole.values())
    assert not is_safe_sum(left.values())
    assert is_safe_sum([])


def test_unpaid_time_of_one_person_is_not_what_two_rates_leave() -> None:
    people: list[PersonPeriod] = [worker(person, 5.0) for person in range(40)]
    scene = scene_of(people)

    assert successful_attacks(scene.release, scene.known) == []
