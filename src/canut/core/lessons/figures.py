"""How far markers of a lesson's case agree: ordinal alpha by criterion and of the total.

Published from 20 scripts that two people marked; under 0.60 the rubric goes back to its author.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.lessons.lesson import CRITERIA, LEVELS, MOST_MARK
from canut.core.quality.measures.alpha import krippendorff_alpha

LEAST_SCRIPTS = 20
LEAST_ALPHA = 0.60
PAIR = 2


class MarkerAgreement(NamedTuple):
    """Agreement on the scripts of one lesson.

    Args:
        scripts: how many two people marked.
        thirds: how many needed a third.
        criteria: alpha by criterion; None where it is not defined, or scripts are too few.
        total: alpha of the total.
    """

    scripts: int
    thirds: int
    criteria: tuple[float | None, ...]
    total: float | None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough scripts to publish it."""
        return self.scripts >= LEAST_SCRIPTS

    @property
    def is_low(self) -> bool:
        """Whether the rubric must go back to its author."""
        return self.is_enough and self.total is not None and self.total < LEAST_ALPHA


def agreement(marks: Sequence[Sequence[Sequence[int]]]) -> MarkerAgreement:
    """Compute the agreement of markers.

    Args:
        marks: for each script, the levels of its first two markers and of a third if there is one,
            each of four criteria.
    """
    thirds = sum(len(script) > PAIR for script in marks)
    pairs = [script[:PAIR] for script in marks if len(script) >= PAIR]
    if len(pairs) < LEAST_SCRIPTS:
        return MarkerAgreement(len(pairs), thirds, (None,) * CRITERIA, None)
    by_criterion = tuple(
        _alpha([[mark[at] for mark in pair] for pair in pairs], len(LEVELS))
        for at in range(CRITERIA)
    )
    totals = [[sum(mark) for mark in pair] for pair in pairs]
    return MarkerAgreement(len(pairs), thirds, by_criterion, _alpha(totals, MOST_MARK + 1))


def _alpha(pairs: Sequence[Sequence[int]], n_labels: int) -> float | None:
    """Return the ordinal alpha of pairs of marks."""
    n_scripts = len(pairs)
    answers = Answers(
        task=np.repeat(np.arange(n_scripts, dtype=np.int32), PAIR),
        worker=np.tile(np.arange(PAIR, dtype=np.int32), n_scripts),
        label=np.array(pairs, dtype=np.int32).ravel(),
        n_tasks=n_scripts,
        n_workers=PAIR,
        n_labels=n_labels,
    )
    return krippendorff_alpha(answers, "ordinal")
