"""Make confidence mean what it says: soften a model's chances until they fit the gold.

Models take answers for independent, and so are too sure where people share mistakes. Two numbers
are learnt from gold: a temperature, by which log-odds are divided, and a doubt, mixed in evenly,
for tasks that even all together get wrong. Neither changes which label is most probable. With
little gold both stay near what is usual for the model; with none, they are that.
"""

from dataclasses import replace

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Floats
from canut.core.quality.estimators.em import RUN, Fitted, Run, tempered
from canut.core.quality.tables.coded_answers import Gold

USUAL_OF_TABLES, USUAL_OF_SHARES = 3.4, 1.0
SPREAD, USUAL_DOUBT = 0.5, 0.05
TEMPERATURES = np.exp(np.linspace(-2.0, 3.5, 111))
DOUBTS = np.array([0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3])
LEAST = 1e-6


def calibrate(fitted: Fitted, gold: Gold | None, run: Run = RUN) -> Fitted:
    """Return the fit with chances softened to what gold shows, or to what is usual.

    The temperature is that of greatest likelihood under a log-normal belief around the usual one:
    3.4 for models with tables, the median over public crowds, and 1 for shares and means.

    Source:
        Guo et al. (2017), https://arxiv.org/abs/1706.04599, with beliefs and a doubt of our own.
    """
    usual = USUAL_OF_SHARES if fitted.chances or not fitted.tables else USUAL_OF_TABLES
    if gold is None or not len(gold.task) or fitted.rows.n_labels == 1:
        return replace(fitted, temperature=usual)
    posterior = chances_of(replace(fitted, temperature=1.0), gold, run)
    doubt = DOUBTS[:, None]
    best, chosen = -np.inf, (usual, 0.0)
    for temperature in TEMPERATURES:
        soft = tempered(posterior, float(temperature))[np.arange(len(gold.task)), gold.label]
        chance = np.maximum(soft * (1 - doubt) + doubt / fitted.rows.n_labels, LEAST)
        belief = (np.log(temperature / usual) / SPREAD) ** 2 / 2 + DOUBTS / USUAL_DOUBT
        score = np.log(chance).sum(axis=1) - belief
        if score.max() > best:
            best, chosen = score.max(), (float(temperature), float(DOUBTS[score.argmax()]))
    return replace(fitted, temperature=chosen[0], doubt=chosen[1])


def chances_of(fitted: Fitted, gold: Gold, run: Run = RUN) -> Floats:
    """Return the chance of each class of the gold tasks, in the order of ``gold.task``."""
    if run.engine:
        return run.engine.chances_of(fitted, gold)
    found = np.empty((len(gold.task), fitted.rows.n_labels))
    for first, last in blocks(fitted.rows.start):
        here = (gold.task >= first) & (gold.task < last)
        if here.any():
            found[here] = fitted.posterior(first, last)[gold.task[here] - first]
    return found


def calibration_error(confidence: Floats, right: Floats, bins: int = 15) -> float:
    """Return the mean distance of confidence from the share that is right, over equal bins.

    Source:
        Expected calibration error: Guo et al. (2017), https://arxiv.org/abs/1706.04599.

    Example:
        >>> calibration_error(np.array([0.9, 0.9]), np.array([1.0, 1.0])).__round__(3)
        0.1
    """
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gap = np.bincount(which, confidence - right, minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))
