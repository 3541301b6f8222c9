"""Compute the result of a comparison: once, by the analysis fixed before it opened.

Reads only.
"""

from typing import Any

import numpy as np

from canut.core.clock import Ms
from canut.core.comparisons.assignment import Arm
from canut.core.comparisons.permutation import permutation_test
from canut.core.comparisons.plan import LEAST_PEOPLE, LOWER_IS_BETTER, PersonMeasure
from canut.core.comparisons.welch import compare_means, scores_of
from canut.store.comparisons.comparisons import places_of
from canut.store.comparisons.scores import scores_by_person
from canut.store.tables.comparisons import Comparison

FIVE_IN_A_HUNDRED = 0.05
PLACES = 6


def result_of(comparison: Comparison, now_ms: Ms, rng: np.random.Generator) -> dict[str, Any]:
    """Return what a comparison figures: numbers, and a verdict.

    ``verdict``: ``too-few`` people for any claim (a try-out); ``same``: no difference is shown;
    ``a`` or ``b`` is better. A difference is shown where the 95 % interval excludes none and the
    permutation test says at most five in a hundred.

    Args:
        comparison: which.
        now_ms: its end.
        rng: random numbers for the permutation test.
    """
    people = places_of(comparison.pk)
    scores = scores_by_person(comparison, people, now_ms)
    a, b = (
        scores_of([scores[place.worker_id] for place in people
                   if place.arm == arm and place.worker_id in scores])
        for arm in (Arm.A, Arm.B)
    )  # fmt: skip
    is_few = min(len(a), len(b)) < LEAST_PEOPLE
    figures: dict[str, Any] = {
        "people_a": len(a),
        "people_b": len(b),
        "asked_usual": sum(place.asked_usual for place in people),
        "verdict": "too-few" if is_few else "same",
    }
    means = compare_means(a, b)
    if means is None:  # nobody differs from anybody in their group
        return figures
    test = permutation_test(a, b, rng)
    figures |= {name: round(number, PLACES) for name, number in means._asdict().items()}
    figures |= {"permutation": round(test.chance, PLACES), "is_exact": test.is_exact}
    if is_few:
        return figures
    is_shown = (means.low > 0 or means.high < 0) and test.chance <= FIVE_IN_A_HUNDRED
    is_b_higher = means.difference > 0
    is_b_better = is_b_higher != (PersonMeasure(comparison.measure) in LOWER_IS_BETTER)
    figures["verdict"] = ("b" if is_b_better else "a") if is_shown else "same"
    return figures
