"""Label a task while its answers arrive, cheaply enough for a request.

Between two fits the model is frozen: a task's answers are weighed with the last fit's tables of
their workers, in time proportional to answers times labels. A worker unknown to the fit, and any
worker under a model without tables, has one accuracy for every true label, and errs to all other
labels equally often.
"""

import math
from collections.abc import Sequence

from canut.core.errors import BadInput

ASSUMED_ACCURACY = 0.8
MOST_ACCURACY = 0.99


def running_consensus(choices: int, votes: Sequence[tuple[int, float | None]]) -> tuple[int, float]:
    """Return the most probable label of a task and its probability.

    Accuracies are clipped between chance and 0.99, so that no vote counts against its own label.
    Ties go to the label with more votes, then to the first.

    Args:
        choices: number of labels there are.
        votes: label and accuracy of its worker, from 0 to 1, or None if not known yet.

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
    likelihoods: Sequence[Sequence[float]],
    temperature: float = 1.0,
    doubt: float = 0.0,
) -> tuple[int, float]:
    """Return the most probable label of a task under a frozen model, and its probability.

    Args:
        chances: prior probability of each label, above 0, shape (n_labels,).
        likelihoods: for each answer, its probability under each true label, above 0,
            shape (n_answers, n_labels).
        temperature: divisor of the model's log-odds, above 0.
        doubt: share of a uniform guess mixed into the probability, from 0 to 1.

    Raises:
        BadInput: no answer, or one that does not fit the labels.

    Source:
        Dawid and Skene (1979), the E-step for one task, https://doi.org/10.2307/2346806

    Example:
        >>> label, confidence = frozen_consensus([0.5, 0.5], [[0.2, 0.9], [0.4, 0.6]])
        >>> label, round(confidence, 3)
        (1, 0.871)
    """
    if (
        not likelihoods
        or any(len(each) != len(chances) for each in likelihoods)
        or temperature <= 0
    ):
        raise BadInput(
            f"{len(likelihoods)} answers do not fit {len(chances)} labels at temperature "
            f"{temperature}; give at least one, with one chance for each label"
        )
    rows = [chances, *likelihoods]
    logs = [math.fsum(math.log(row[label]) for row in rows) for label in range(len(chances))]
    best = max(range(len(logs)), key=lambda label: (logs[label], -label))
    sure = 1 / math.fsum(math.exp((log - logs[best]) / temperature) for log in logs)
    return best, sure * (1 - doubt) + doubt / len(chances)


def assumed_chances(choices: int, label: int, accuracy: float | None) -> list[float]:
    """Return the chance of a label under each true one, length n_labels, from an accuracy alone.

    Example:
        >>> [round(each, 2) for each in assumed_chances(3, 1, None)]
        [0.1, 0.8, 0.1]
    """
    right = ASSUMED_ACCURACY if accuracy is None else accuracy
    right = min(max(right, 1 / choices), MOST_ACCURACY) if choices > 1 else 1.0
    wrong = (1 - right) / max(choices - 1, 1)
    return [right if truth == label else wrong for truth in range(choices)]


def running_nearness(apart: Sequence[tuple[float, float | None]]) -> float:
    """Return the probability of a merged answer, from each answer's distance to it.

    An equal answer is evidence for it like a vote for one of two labels, an answer with nothing in
    common is as much evidence against it, and one half way is no evidence.

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
    """Return the most probable selection of a task with any number of choices.

    Each choice is estimated as a question of its own; the confidence is their product, as if they
    were independent. A choice with probability 1/2 is not selected.

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
        is_selected, sure = running_consensus(
            2, [(int(choice in selection), accuracy) for selection, accuracy in votes]
        )
        confidence *= sure
        if is_selected:
            selected.append(choice)
    return selected, confidence
