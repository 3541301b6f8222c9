"""The default on a thousand made crowds: near its best member, and how sure it may be."""

from typing import NamedTuple

import numpy as np
import pytest

from bench.quality.habits import HABITS, Crowd
from canut.core.arrays import Floats
from canut.core.quality.estimators.auto import choose, fit_members
from canut.core.quality.estimators.calibration import calibrate, calibration_error
from canut.core.quality.estimators.em import RUN
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.tables.answers_by_task import arrange

FIRST_SEED = 1_000  # the settings were chosen with seeds 0 and 1
FEW_SEEDS, MANY_SEEDS = 1, 84
PAIRED = "paired"


class Outcome(NamedTuple):
    """How the default does on one crowd, without gold.

    Args:
        regret: share of right labels of its best member, less its own.
        error: calibration error of its confidence.
        excess: mean confidence, less the share of right labels; below 0 it is too shy.
    """

    regret: float
    error: float
    excess: float


def outcome(crowd: Crowd) -> Outcome:
    rows, _ = arrange(crowd.answers, "last")
    keys = NameKeys(key_names(list(range(rows.n_tasks))), key_names(list(range(rows.n_workers))))
    fitted, _ = choose(rows, RUN, keys, None, 0)
    label, confidence = calibrate(fitted, None).decide()
    right = (label == crowd.truth).astype(float)
    members = [(each.decide()[0] == crowd.truth).mean() for each in fit_members(rows, RUN)]
    error, excess = calibration_error(confidence, right), confidence.mean() - right.mean()
    return Outcome(max(members) - right.mean(), error, excess)


def outcomes(n_seeds: int) -> dict[str, Floats]:
    """Return regret, calibration error and excess by habit, each of shape (n_seeds, 3)."""
    seeds = range(FIRST_SEED, FIRST_SEED + n_seeds)
    return {
        habit: np.array([outcome(make(seed)) for seed in seeds]) for habit, make in HABITS.items()
    }
