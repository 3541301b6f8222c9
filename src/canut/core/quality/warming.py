"""Compile the kernels before anything is timed, on answers so few that they cost nothing."""

import numpy as np

from canut.core.answers import Answers
from canut.core.quality.em import Run, Stop
from canut.core.quality.estimators import AUTO, ESTIMATORS
from canut.core.quality.rows import arrange, by_activity
from canut.core.quality.skill import skill_of


def warm(model: str) -> None:
    """Compile what a model needs, or load what was compiled before."""
    codes = np.array([0, 0, 1, 1], dtype=np.int32)
    answers, _ = by_activity(Answers(codes, codes[[0, 2, 0, 2]], codes[[0, 2, 2, 2]], 2, 2, 2))
    rows, _ = arrange(answers, "last")
    for name in ESTIMATORS if model == AUTO else (model,):
        fitted = ESTIMATORS[name](rows, Run(stop=Stop(iterations=2)))
        fitted.decide()
        skill_of(fitted)
