"""Calibrate confidence: temper a model's chances until they fit the gold tasks.

Models assume independent answers, so they are too confident where people share mistakes. Two
numbers are fitted on gold: a temperature that divides the log-odds, and a doubt, the weight of a
uniform distribution, for tasks that everybody gets wrong. Neither changes the most probable label.
With little gold both stay near the usual values of the model; with none, they are those values.
A mean of models is doubted in any case: on real crowds, everybody errs on one task in six. The
prior of its two numbers has heavy tails: ten gold tasks hardly move them, a hundred may move them
far, since some crowds are nothing like the usual one.
"""

from dataclasses import replace

import numpy as np

from canut.core.answers import blocks
from canut.core.arrays import Floats
from canut.core.quality.estimators.em import RUN, Fitted, Run, tempered
from canut.core.quality.tables.coded_answers import Gold

USUAL_OF_TABLES, USUAL_OF_SHARES = 3.4, 1.0
SPREAD, USUAL_DOUBT = 0.5, 0.05
USUAL_OF_MEAN, SPREAD_OF_MEAN = 0.4, 0.4
DOUBT_OF_MEAN, SPREAD_OF_DOUBT = 0.16, 0.05
TEMPERATURES = np.exp(np.linspace(-2.0, 3.5, 111))
DOUBTS = np.array([0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.35, 0.4])
LEAST = 1e-6


def calibrate(fitted: Fitted, gold: Gold | None, run: Run = RUN) -> Fitted:
    """Return the fit with a temperature fitted on gold, or the usual one.

    Temperature and doubt maximise the likelihood under a log-normal prior around the usual
    temperature (3.4 for models with tables, the median over public crowds; 1 for shares) and an
    exponential prior of the doubt. For the mean of models, whose members are tempered, both have
    one Cauchy prior around the values without gold (0.4 and 0.16).

    Args:
        fitted: a fit of any model.
        gold: known truth of some tasks; None for the usual temperature.
        run: settings of the fit.

    Returns:
        The same fit with another temperature; its labels do not change.

    Source:
        Guo et al. (2017), https://arxiv.org/abs/1706.04599, with beliefs and a doubt of our own.
    """
    is_mean = fitted.model == "auto"
    usual = USUAL_OF_TABLES
    if fitted.chances or not fitted.tables:
        usual = USUAL_OF_SHARES
    if gold is None or not len(gold.task) or fitted.rows.n_labels == 1:
        if is_mean and fitted.rows.n_labels > 1:
            return replace(fitted, temperature=USUAL_OF_MEAN, doubt=DOUBT_OF_MEAN)
        return replace(fitted, temperature=usual)
    posterior = chances_of(replace(fitted, temperature=1.0), gold, run)
    doubt = DOUBTS[:, None]
    best, chosen = -np.inf, (usual, 0.0)
    for temperature in TEMPERATURES:
        soft = tempered(posterior, float(temperature))[np.arange(len(gold.task)), gold.label]
        chance = np.maximum(soft * (1 - doubt) + doubt / fitted.rows.n_labels, LEAST)
        if is_mean:
            log_prior = _log_prior_of_mean(float(temperature))
        else:
            log_prior = -((np.log(temperature / usual) / SPREAD) ** 2) / 2 - DOUBTS / USUAL_DOUBT
        score = np.log(chance).sum(axis=1) + log_prior
        if score.max() > best:
            best, chosen = score.max(), (float(temperature), float(DOUBTS[score.argmax()]))
    return replace(fitted, temperature=chosen[0], doubt=chosen[1])


def _log_prior_of_mean(temperature: float) -> Floats:
    """Return the log-density of each doubt with this temperature: a Cauchy prior in two dimensions.

    Up to a constant.
    """
    away = np.log(temperature / USUAL_OF_MEAN) / SPREAD_OF_MEAN
    doubted = (DOUBTS - DOUBT_OF_MEAN) / SPREAD_OF_DOUBT
    return np.asarray(-1.5 * np.log1p(away**2 + doubted**2))


def chances_of(fitted: Fitted, gold: Gold, run: Run = RUN) -> Floats:
    """Return the class chances of the gold tasks, in the order of ``gold.task``.

    Args:
        fitted: a fit of any model.
        gold: known truth of some tasks.
        run: settings of the fit.

    Returns:
        Chances, shape (n_gold, n_labels); each row sums to 1.
    """
    if run.engine:
        return run.engine.chances_of(fitted, gold)
    chances = np.empty((len(gold.task), fitted.rows.n_labels))
    for first, last in blocks(fitted.rows.start):
        here = (gold.task >= first) & (gold.task < last)
        if here.any():
            chances[here] = fitted.posterior(first, last)[gold.task[here] - first]
    return chances


def calibration_error(confidence: Floats, right: Floats, bins: int = 15) -> float:
    """Return the expected calibration error: |confidence - accuracy| over equal bins.

    Args:
        confidence: probability of each label, shape (n,).
        right: 1 where the label is right, else 0, shape (n,).
        bins: number of bins of equal width.

    Returns:
        From 0 to 1.

    Source:
        Expected calibration error: Guo et al. (2017), https://arxiv.org/abs/1706.04599.

    Example:
        >>> calibration_error(np.array([0.9, 0.9]), np.array([1.0, 1.0])).__round__(3)
        0.1
    """
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gap = np.bincount(which, confidence - right, minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))
