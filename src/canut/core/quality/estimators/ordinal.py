"""Infer ordered labels, where errors to a neighbouring label are likelier than to a far one.

These are the tables of Dawid and Skene with a banded prior: pseudo-counts fall with the distance
between the answered and the true label. The order is that of the labels.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from canut.core.quality.estimators.dawid_skene import maximise_tables
from canut.core.quality.estimators.em import RUN, Fitted, Run, fit_tables
from canut.core.quality.tables.answers_by_task import AnswersByTask


@dataclass(frozen=True, slots=True)
class OrdinalPrior:
    """Pseudo-counts of the tables and class chances.

    Args:
        strength: total pseudo-count of each true label of a worker's table.
        decay: factor of the pseudo-count for each step away from the truth.
        least: pseudo-count added to each cell.
        classes: pseudo-count of each class.
    """

    strength: float = 5.0
    decay: float = 0.35
    least: float = 0.1
    classes: float = 1.0


PRIOR = OrdinalPrior()


def fit(rows: AnswersByTask, run: Run = RUN, prior: OrdinalPrior = PRIOR) -> Fitted:
    """Estimate labels and worker tables under a banded prior.

    Args:
        rows: the answers, arranged.
        run: settings of the fit.
        prior: pseudo-counts, see ``OrdinalPrior``.

    Returns:
        The fit of all tasks and workers; see ``Fitted`` for shapes.

    Source:
        Dawid and Skene (1979), https://doi.org/10.2307/2346806; the band is ours.
    """
    steps = np.abs(np.subtract.outer(np.arange(rows.n_labels), np.arange(rows.n_labels)))
    band = prior.decay**steps
    pseudo = prior.strength * band / band.sum(axis=0) + prior.least
    return fit_tables("ordinal", rows, partial(maximise_tables, pseudo, prior.classes), run)
