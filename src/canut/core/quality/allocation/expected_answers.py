"""Estimate how many answers a task needs, and how often its label is wrong, before any answer.

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
    return sum(
        chance * (right + wrong) for right, wrong, chance in _final_votes(asking, choices, accuracy)
    )


@lru_cache(maxsize=256)
def expected_error(asking: Asking, choices: int, accuracy: float = ASSUMED_ACCURACY) -> float:
    """Return the share of labels expected to be wrong when a task has its answers.

    The label is the one most answers give; all wrong answers give the same label, which is the
    worst case. A tie is wrong half of the time.

    Args:
        asking: minimum and maximum number of answers.
        choices: number of labels.
        accuracy: chance that an answer is right, from 0 to 1.

    Source:
        The jury theorem of Condorcet (1785), with the stopping rule of ``overlap``.

    Example:
        >>> [round(expected_error(Asking(n), 2, 0.8), 3) for n in (1, 3, 5)]
        [0.2, 0.104, 0.058]
        >>> expected_error(Asking(2, 5), 2) < expected_error(Asking(1), 2)
        True
    """
    error = 0.0
    for right, wrong, chance in _final_votes(asking, choices, accuracy):
        if wrong >= right:
            error += chance if wrong > right else chance / 2
    return error


def _final_votes(asking: Asking, choices: int, accuracy: float) -> list[tuple[int, int, float]]:
    """List the right and wrong answers a task can end with, and how likely each pair is."""
    final: list[tuple[int, int, float]] = []
    chances = {(0, 0): 1.0}  # answers right and wrong, and how likely that is
    for n_answers in range((asking.most or asking.least) + 1):
        next_chances: dict[tuple[int, int], float] = {}
        for (right, wrong), chance in chances.items():
            if (
                n_answers
                and answers_wanted(asking, n_answers, 0, _sure(right, wrong, choices)) <= n_answers
            ):
                final.append((right, wrong, chance))
                continue
            next_chances[right + 1, wrong] = (
                next_chances.get((right + 1, wrong), 0.0) + chance * accuracy
            )
            next_chances[right, wrong + 1] = next_chances.get((right, wrong + 1), 0.0) + chance * (
                1 - accuracy
            )
        chances = next_chances
    return final


def _sure(right: int, wrong: int, choices: int) -> float:
    """Return the confidence in a task's label after these right and wrong answers."""
    votes = [(0, None)] * right + [(1, None)] * wrong
    label, confidence = running_consensus(max(2, choices), votes)
    if is_overruled(0, [right, wrong] if label == 0 else [wrong, right]):
        return 0.5
    return cautious(confidence, is_measured=False)
