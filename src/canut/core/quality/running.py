"""Give a task a label while its answers come in, at no cost to whoever waits for the next task.

Each worker is taken to be right with one probability, whatever the truth, and otherwise to say any
other label as often as any. The exact sums over all tasks and workers are in ``dawid_skene``; this
one looks at one task and keeps until they are next done.
"""

import math
from collections.abc import Sequence

from canut.core.errors import BadInput

ASSUMED_ACCURACY = 0.8
MOST_ACCURACY = 0.99


def running_consensus(choices: int, votes: Sequence[tuple[int, float | None]]) -> tuple[int, float]:
    """Return the most probable label of a task and its probability.

    No worker counts against their own word: an accuracy under chance is taken as chance, over 0.99
    as 0.99. Equal labels go to the one with more votes, then to the first.

    Args:
        choices: number of labels there are.
        votes: label given and accuracy of who gave it, from 0 to 1; None where it is not known yet.

    Raises:
        BadInput: no vote, or a label that is not below ``choices``.

    Source:
        The posterior of the one-coin model of Dawid and Skene (1979), with even class chances.

    Example:
        >>> label, confidence = running_consensus(2, [(1, 0.9), (0, None), (1, None)])
        >>> label, round(confidence, 3)
        (1, 0.9)
    """
    if not votes or any(not 0 <= label < choices for label, _ in votes):
        raise BadInput(
            f"votes {list(votes)!r} do not fit {choices} choices; give at least one, "
            f"with labels from 0 to {choices - 1}"
        )
    if choices == 1:
        return 0, 1.0
    gains: dict[int, list[float]] = {}
    for label, accuracy in votes:
        right = ASSUMED_ACCURACY if accuracy is None else accuracy
        right = min(max(right, 1 / choices), MOST_ACCURACY)
        gains.setdefault(label, []).append(math.log(right * (choices - 1) / (1 - right)))
    weight = {label: math.fsum(sorted(gain)) for label, gain in gains.items()}
    best = max(weight, key=lambda label: (weight[label], len(gains[label]), -label))
    others = math.fsum(math.exp(weight[label] - weight[best]) for label in weight if label != best)
    nobody_said = (choices - len(weight)) * math.exp(-weight[best])
    return best, 1 / (1 + others + nobody_said)


def running_selection(
    choices: int, votes: Sequence[tuple[Sequence[int], float | None]]
) -> tuple[list[int], float]:
    """Return the most probable selection of a task, where any number of choices may be made.

    Each choice is a question of its own, made or not; the confidence is that of all together, as if
    they were independent. A choice that is as probably made as not is left out.

    Args:
        choices: number of choices there are.
        votes: the choices made and the accuracy of who made them, as ``running_consensus``.

    Raises:
        BadInput: as ``running_consensus``.
    """
    if any(not 0 <= choice < choices for selection, _ in votes for choice in selection):
        raise BadInput(f"a vote goes beyond the {choices} choices; number them from 0")
    selected: list[int] = []
    confidence = 1.0
    for choice in range(choices):
        made, sure = running_consensus(
            2, [(int(choice in selection), accuracy) for selection, accuracy in votes]
        )
        confidence *= sure
        if made:
            selected.append(choice)
    return selected, confidence
