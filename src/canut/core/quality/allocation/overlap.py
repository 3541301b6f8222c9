"""Decide after each answer how many answers its task needs in all.

This is the rule of ``stopping`` for a single task with a running label: another answer is requested
while the wrong labels it is expected to save cost more than its price. A minimum and a maximum
number of people apply. Only the task's own answers matter.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from canut.core.errors import BadInput
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY
from canut.core.quality.allocation.stopping import (
    ERROR_IN_ANSWERS,
    MOST_TELLING,
    OVERRULED_BY,
    TEMPERATURE,
    gain_of_asking,
)

STEPS = 4_001
LEAST = 2
MOST = 50


class Asking(NamedTuple):
    """Number of answers per task: a minimum, and a maximum where sampling is adaptive.

    ``most`` is None where every task gets ``least``.
    """

    least: int
    most: int | None = None


def check_asking(asking: Asking) -> None:
    """Raise if the overlap settings contradict one another.

    Raises:
        BadInput: with adaptive overlap, the minimum is below two or above the maximum.
    """
    if asking.most is None:
        return
    if not LEAST <= asking.least <= asking.most <= MOST:
        raise BadInput(
            f"from {asking.least} to {asking.most} answers asked for; give at least {LEAST}, and at"
            f" most from there to {MOST}",
            code="asking-range",
            least=LEAST,
            most=MOST,
        )


@lru_cache(maxsize=64)
def sure_enough(accuracy: float = ASSUMED_ACCURACY, error: float = ERROR_IN_ANSWERS) -> float:
    """Return the confidence at which one more answer is no longer worth its price.

    The second label is assumed to have all remaining probability, so that no task stops too early.

    Args:
        accuracy: chance that a typical answer is right.
        error: what a wrong label costs, in answers.

    Example:
        >>> 0.85 < sure_enough() < 0.95
        True
    """
    first = np.linspace(0.5, 1.0, STEPS)
    gain = gain_of_asking(np.stack([first, 1 - first], axis=1), min(accuracy, MOST_TELLING))
    return float(first[np.flatnonzero(gain * error <= 1)[0]])


def cautious(confidence: float, *, is_measured: bool) -> float:
    """Return the confidence of a label, 0 to 1, lowered until the model has been measured.

    Example:
        >>> round(cautious(0.9, is_measured=False), 2), cautious(0.9, is_measured=True)
        (0.75, 0.9)
    """
    if is_measured or confidence >= 1:
        return confidence
    odds: float = (confidence / (1 - confidence)) ** (1 / TEMPERATURE)
    return odds / (1 + odds)


def is_overruled(label: int, votes: list[int]) -> bool:
    """Return whether a model overrules its few answers before it can know the workers.

    Example:
        >>> is_overruled(0, [2, 1]), is_overruled(1, [2, 3]), is_overruled(0, [2, 6])
        (False, False, False)
        >>> is_overruled(1, [2, 1])
        True
    """
    return sum(votes) < OVERRULED_BY and votes[label] < max(votes)


def waits_for_model(first: int | None, overlap: int, usual: int) -> bool:
    """Return whether a task with enough answers for now stays open until a model was asked.

    Args:
        first: answers that a task of the project gets first; None or 0 where all get the usual.
        overlap: answers this task is to get.
        usual: answers a task of the project gets otherwise.

    Example:
        >>> waits_for_model(1, 1, 3), waits_for_model(1, 3, 3), waits_for_model(None, 1, 3)
        (True, False, False)
    """
    return bool(first) and overlap < usual


def answers_wanted(asking: Asking, counted: int, live: int, sure: float) -> int:
    """Return how many answers a task needs in all, counting open leases.

    Args:
        asking: minimum and maximum of the project.
        counted: answers that count.
        live: open leases of the task.
        sure: confidence of its label, from 0 to 1.

    Example:
        >>> asking = Asking(2, 5)
        >>> [answers_wanted(asking, counted, 0, 0.6) for counted in (1, 2, 4, 5)]
        [2, 3, 5, 5]
        >>> answers_wanted(asking, 2, 0, 0.999)
        2
    """
    n_answers = asking.least
    if asking.most is not None and counted >= asking.least:
        n_answers = counted if sure >= sure_enough() else counted + 1
        n_answers = max(asking.least, min(n_answers, asking.most))
    return max(n_answers, counted + live) if live else n_answers
