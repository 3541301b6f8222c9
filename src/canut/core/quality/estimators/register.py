"""Register of the models by name. A new model needs its file, a line here and its tests."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from canut.core.errors import BadInput
from canut.core.quality.estimators import (
    dawid_skene,
    glad,
    mace,
    mace_dawid_skene,
    one_coin,
    ordinal,
    pooled,
    vote,
    weighted,
)
from canut.core.quality.estimators.em import RUN, FitOf, Fitted, Run
from canut.core.quality.tables.answers_by_task import AnswersByTask

type Estimator = Callable[[AnswersByTask, Run], Fitted]

ESTIMATORS: dict[str, Estimator] = {
    "majority": vote.fit,
    "weighted": weighted.fit,
    "one-coin": one_coin.fit,
    "mace": mace.fit,
    "glad": glad.fit,
    "dawid-skene": dawid_skene.fit,
    "mace-dawid-skene": mace_dawid_skene.fit,
    "dawid-skene-pooled": pooled.fit,
    "ordinal": ordinal.fit,
}
SHARES = {"majority", "weighted"}
AUTO = "auto"
MODELS = (AUTO, *ESTIMATORS)


class FitOnce:
    """Fit when first called, then return the same fit. Unlike a cached function it pickles."""

    def __init__(self, fit: FitOf) -> None:
        self._fit = fit
        self._fitted: Fitted | None = None

    def __call__(self) -> Fitted:
        """Return the fit."""
        if self._fitted is None:
            self._fitted = self._fit()
        return self._fitted


def estimate(model: str, rows: AnswersByTask, run: Run = RUN) -> Fitted:
    """Fit one model to the rows.

    Raises:
        BadInput: there is no model of that name.
    """
    estimator = ESTIMATORS.get(model)
    if estimator is None:
        raise BadInput(f"no model {model!r}; there are: {', '.join(MODELS)}", code="model-unknown")
    fitted = estimator(rows, run)
    if model in SHARES:
        return replace(fitted, workers=FitOnce(partial(one_coin.fit, rows, run)))
    return fitted
