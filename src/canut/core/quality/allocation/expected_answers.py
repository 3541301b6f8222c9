"""Estimate how many answers a task needs before any answer has arrived.

The stopping rule of ``overlap`` is applied to every sequence of right and wrong answers, assuming
one accuracy and one wrong label. Once tasks are complete, their mean is a better estimate.
"""

from functools import lru_cache

from canut.core.quality.allocation.overlap import Asking, answers_wanted, cautious, is_overruled
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY, running_consensus


@lru_cache(maxsize=64)
def likely_answers(asking: Asking, choices: int, accuracy: float = ASSUMED_ACCURACY) -> float:
    """Return the expected number of answers to one task.

    Args:
        asking: minimum and maximum number of answers.
        choices: number of labels.
        accuracy: chance that an answer is right, from 0 to 1.

    Example:
        >>> likely_answers(Asking(3), 2)
        3.0
        >>> 2 < likely_answers(Asking(2, 9), 2) < 9
        True
    """
    if asking.most is None:
        return float(asking.least)
    expected = 0.0
    chances = {(0, 0): 1.0}  # answers right and wrong, and how likely that is
    for n_answers in range(asking.most + 1):
        next_chances: dict[tuple[int, int], float] = {}
        for (right, wrong), chance in chances.items():
            if (
                n_answers
                and answers_wanted(asking, n_answers, 0, _sure(right, wrong, choices)) <= n_answers
            ):
                expected += chance * n_answers
                continue
            next_chances[right + 1, wrong] = (
                next_chances.get((right + 1, wrong), 0.0) + chance * accuracy
            )
            next_chances[right, wrong + 1] = next_chances.get((right, wrong + 1), 0.0) + chance * (
                1 - accuracy
            )
        chances = next_chances
    return expected


def _sure(right: int, wrong: int, choices: int) -> float:
    """Return the confidence in a task's label after these right and wrong answers."""
    votes = [(0, None)] * right + [(1, None)] * wrong
    label, confidence = running_consensus(max(2, choices), votes)
    if is_overruled(0, [right, wrong] if label == 0 else [wrong, right]):
        return 0.5
    return cautious(confidence, is_measured=False)
