"""Forecasts of learning curves on a hundred made crowds: how far off, and how often they hold."""

import numpy as np
import pytest

from bench.quality.foresight import KNOWN, foresee
from bench.quality.habits import HABITS

FIRST_SEED, SEEDS = 2_000, 9  # seeds 0 to 7 chose settings


@pytest.mark.soak
@pytest.mark.parametrize("known", [0, KNOWN])
def test_forecast_at_half_holds_on_a_hundred_made_crowds(known: int) -> None:
    outcomes = [
        foresee(*make(FIRST_SEED + seed), known, seed)
        for make in HABITS.values()
        for seed in range(SEEDS)
    ]

    measured = [outcome for outcome in outcomes if outcome]
    assert len(measured) >= 100
    assert np.mean([abs(outcome.error) for outcome in measured]) < 0.09
    assert np.mean([abs(outcome.error_of_gain) for outcome in measured]) < 0.06
    assert np.mean([outcome.is_covered for outcome in measured]) > 0.8
