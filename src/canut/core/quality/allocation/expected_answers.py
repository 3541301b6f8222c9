"""Say how many answers a task is likely to get where it is asked on until sure, before any came.

The very rule that stops a task (``asking``) is followed over every way its answers may fall, as
people are assumed to be right, and to be wrong in one and the same other way. Once tasks are
closed, their mean says it better.
"""

from functools import lru_cache

from canut.core.quality.allocation.overlap import Asking, answers_wanted, cautious, is_overruled
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY, running_consensus


@lru_cache(maxsize=64)
def likely_answers(asking: Asking, choices: int, accuracy: float = ASSUMED_ACCURACY) -> float:
    """Return how many answers a task is expected to get.

    Args:
        asking: at least, and at most.
        choices: how many labels there are.
        accuracy: how often an answer is right.

    Example:
        >>> likely_answers(Asking(3), 2)
        3.0
        >>> 2 < likely_answers(Asking(2, 9), 2) < 9
        True
    """
    if asking.most is None:
        return float(asking.least)
    expected = 0.0
    ways = {(0, 0): 1.0}  # answers right and wrong, and how likely that is
    for given in range(asking.most + 1):
        on: dict[tuple[int, int], float] = {}
        for (right, wrong), chance in ways.items():
            if given and answers_wanted(asking, given, 0, _sure(right, wrong, choices)) <= given:
                expected += chance * given
                continue
            on[right + 1, wrong] = on.get((right + 1, wrong), 0.0) + chance * accuracy
            on[right, wrong + 1] = on.get((right, wrong + 1), 0.0) + chance * (1 - accuracy)
        ways = on
    return expected


def _sure(right: int, wrong: int, choices: int) -> float:
    """Return how sure one may be of the label of a task, as each answer is weighed."""
    votes = [(0, None)] * right + [(1, None)] * wrong
    label, confidence = running_consensus(max(2, choices), votes)
    if is_overruled(0, [right, wrong] if label == 0 else [wrong, right]):
        return 0.5
    return cautious(confidence, is_measured=False)
