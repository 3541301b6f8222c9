"""Decide, after each answer to one task, how many answers it gets in all.

The rule of ``stopping`` for a single task whose running label is at hand: one more answer is asked
for while what it is expected to save, in wrong labels, costs more than it does. A few people must
answer, and no more than a cap may. Nothing but the task's own answers is looked at.
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
    """How many answers a task gets: at least, and at most where it is asked on until sure.

    ``most`` is None where every task gets ``least``.
    """

    least: int
    most: int | None = None


def check_asking(asking: Asking) -> None:
    """Refuse what nobody could mean.

    Raises:
        BadInput: under adaptive asking, fewer than two at least, or fewer at most than at least.
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
    """Return how sure a label must be for one more answer not to be worth its price.

    The second label is taken to hold all the rest, so that nobody stops too early.

    Args:
        accuracy: how often a typical answer is right.
        error: what a wrong label costs, in answers.

    Example:
        >>> 0.85 < sure_enough() < 0.95
        True
    """
    first = np.linspace(0.5, 1.0, STEPS)
    gain = gain_of_asking(np.stack([first, 1 - first], axis=1), min(accuracy, MOST_TELLING))
    return float(first[np.flatnonzero(gain * error <= 1)[0]])


def cautious(confidence: float, *, is_measured: bool) -> float:
    """Return how sure one may be: less than the model says, until it was measured.

    Example:
        >>> round(cautious(0.9, is_measured=False), 2), cautious(0.9, is_measured=True)
        (0.75, 0.9)
    """
    if is_measured or confidence >= 1:
        return confidence
    odds: float = (confidence / (1 - confidence)) ** (1 / TEMPERATURE)
    return odds / (1 + odds)


def is_overruled(label: int, votes: list[int]) -> bool:
    """Say whether a model overrules the few people who answered, before it can know them.

    Example:
        >>> is_overruled(0, [2, 1]), is_overruled(1, [2, 3]), is_overruled(0, [2, 6])
        (False, False, False)
        >>> is_overruled(1, [2, 1])
        True
    """
    return sum(votes) < OVERRULED_BY and votes[label] < max(votes)


def answers_wanted(asking: Asking, counted: int, live: int, sure: float) -> int:
    """Return how many answers a task is to get in all; never fewer than it has or has in hand.

    Args:
        asking: what the project asks for.
        counted: answers that count.
        live: people who have the task in hand.
        sure: how sure one may be of its label, from 0 to 1.

    Example:
        >>> asking = Asking(2, 5)
        >>> [answers_wanted(asking, counted, 0, 0.6) for counted in (1, 2, 4, 5)]
        [2, 3, 5, 5]
        >>> answers_wanted(asking, 2, 0, 0.999)
        2
    """
    wanted = asking.least
    if asking.most is not None and counted >= asking.least:
        wanted = counted if sure >= sure_enough() else counted + 1
        wanted = max(asking.least, min(wanted, asking.most))
    return max(wanted, counted + live) if live else wanted
