"""Give a task a label while its answers come in, at no cost to whoever waits for the next task.

Between two fits the model is frozen: the task's answers are weighed by what the last fit learnt of
those who gave them, in as many steps as there are answers times labels. A worker it does not know,
and any worker under a model without tables, is taken to be right with one probability, whatever the
truth, and otherwise to say any other label as often as any.
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


def frozen_consensus(
    chances: Sequence[float],
    said: Sequence[Sequence[float]],
    temperature: float = 1.0,
    doubt: float = 0.0,
) -> tuple[int, float]:
    """Return the most probable label of a task under a frozen model, and its probability.

    Args:
        chances: how common each label is, above 0.
        said: for each answer, how probable it was from who gave it under each true label, above 0.
        temperature: by which the model's log-odds are divided.
        doubt: share of an even guess mixed into the probability.

    Raises:
        BadInput: no answer, or one that does not fit the labels.

    Source:
        Dawid and Skene (1979), the E-step for one task, https://doi.org/10.2307/2346806

    Example:
        >>> label, confidence = frozen_consensus([0.5, 0.5], [[0.2, 0.9], [0.4, 0.6]])
        >>> label, round(confidence, 3)
        (1, 0.871)
    """
    if not said or any(len(each) != len(chances) for each in said) or temperature <= 0:
        raise BadInput(
            f"{len(said)} answers do not fit {len(chances)} labels at temperature {temperature}; "
            "give at least one, with one chance for each label"
        )
    rows = [chances, *said]
    logs = [math.fsum(math.log(row[label]) for row in rows) for label in range(len(chances))]
    best = max(range(len(logs)), key=lambda label: (logs[label], -label))
    sure = 1 / math.fsum(math.exp((log - logs[best]) / temperature) for log in logs)
    return best, sure * (1 - doubt) + doubt / len(chances)


def assumed_chances(choices: int, label: int, accuracy: float | None) -> list[float]:
    """Return how probable it was to say a label, under each true one, knowing an accuracy alone.

    Example:
        >>> [round(each, 2) for each in assumed_chances(3, 1, None)]
        [0.1, 0.8, 0.1]
    """
    right = ASSUMED_ACCURACY if accuracy is None else accuracy
    right = min(max(right, 1 / choices), MOST_ACCURACY) if choices > 1 else 1.0
    wrong = (1 - right) / max(choices - 1, 1)
    return [right if truth == label else wrong for truth in range(choices)]


def running_nearness(apart: Sequence[tuple[float, float | None]]) -> float:
    """Return how probable a merged answer is, by how far each person's answer lies from it.

    An answer that is the same speaks for it as one label of two would, one that has nothing in
    common speaks against it as much, and one half way says nothing.

    Args:
        apart: distance from the merged answer, 0 to 1, and accuracy of who answered; None where it
            is not known yet.

    Raises:
        BadInput: no answer, or a distance that is not from 0 to 1.

    Example:
        >>> [round(running_nearness([(far, None)]), 2) for far in (0, 0.5, 1)]
        [0.8, 0.5, 0.2]
    """
    if not apart or any(not 0 <= far <= 1 for far, _ in apart):
        raise BadInput(f"distances {list(apart)!r} are not from 0 to 1; give at least one")
    gains: list[float] = []
    for far, accuracy in apart:
        right = ASSUMED_ACCURACY if accuracy is None else accuracy
        right = min(max(right, 0.5), MOST_ACCURACY)
        gains.append((1 - 2 * far) * math.log(right / (1 - right)))
    return 1 / (1 + math.exp(-math.fsum(sorted(gains))))


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
