"""Labels from the answers of a crowd, with the words of scikit-learn.

Every estimator has ``fit``, ``predict``, ``predict_proba`` and fitted attributes such as
``labels_``, ``probas_`` and ``skills_``. One call without a class: ``canut.infer``.
"""

from canut.core.quality.estimators.interface import (
    Auto,
    DawidSkene,
    Glad,
    LabelEstimator,
    Mace,
    MaceDawidSkene,
    MajorityVote,
    NotFittedError,
    OneCoin,
    OrdinalDawidSkene,
    PooledDawidSkene,
    WeightedVote,
)
from canut.core.quality.measures.plots import Plot, plot_calibration, plot_confusion, plot_skills

__all__ = [
    "Auto",
    "DawidSkene",
    "Glad",
    "LabelEstimator",
    "Mace",
    "MaceDawidSkene",
    "MajorityVote",
    "NotFittedError",
    "OneCoin",
    "OrdinalDawidSkene",
    "Plot",
    "PooledDawidSkene",
    "WeightedVote",
    "plot_calibration",
    "plot_confusion",
    "plot_skills",
]
