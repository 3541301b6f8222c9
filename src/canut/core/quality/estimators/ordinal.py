"""Infer labels in an order when workers err to the neighbouring label more than to a far one.

Dawid and Skene's tables, with a prior in a band: what is believed before falls off with the
distance between what is said and the truth. The order is that of the labels.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.quality.estimators.dawid_skene import maximise_tables
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any answer.

    Args:
        strength: answers that each truth of each worker's table begins with.
        decay: by how much the belief shrinks with each step from the truth.
        least: in each cell besides.
        classes: for each class, in how common it is.
    """

    strength: float = 5.0
    decay: float = 0.35
    least: float = 0.1
    classes: float = 1.0


PRIOR = Prior()


def fit(rows: AnswersByTask, run: Run = RUN, prior: Prior = PRIOR) -> Fitted:
    """Estimate labels and workers' tables under a prior in a band.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806; the band is ours.
    """
    steps = np.abs(np.subtract.outer(np.arange(rows.n_labels), np.arange(rows.n_labels)))
    band = prior.decay**steps
    pseudo = prior.strength * band / band.sum(axis=0) + prior.least
    return fit_tables("ordinal", rows, partial(maximise_tables, pseudo, prior.classes), run)
