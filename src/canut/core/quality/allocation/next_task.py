"""Choose which task comes next: the one where an answer is expected to save most.

A small share is drawn at random instead, whatever the tasks seem worth: what people say there is a
fair sample of the whole, from which shares can be told without bias. Who asks changes nothing but
which tasks they have seen already: two people are offered the same work. When a task is done is
decided in ``stopping``.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.allocation.stopping import Decision

RANDOM_SHARE = 0.07


class Choice(NamedTuple):
    """Tasks to show, in order.

    ``at_random`` says which were drawn whatever they are worth; ``chance`` with which chance each
    of those was drawn among the tasks left, 0 for the others.
    """

    task: Codes
    at_random: Bools
    chance: Floats


class Share(NamedTuple):
    """A share of all tasks, from those drawn at random, with its 90 % interval."""

    value: float
    low: float
    high: float
    tasks: int


def next_tasks(
    decision: Decision,
    room: Bools,
    wanted: int,
    rng: np.random.Generator,
    random_share: float = RANDOM_SHARE,
) -> Choice:
    """Choose the next tasks of somebody.

    Args:
        decision: which tasks are worth an answer, and how much it saves.
        room: whether each task may be shown to them: not seen yet, and fewer people than the most,
            shape (n_tasks,).
        wanted: how many to choose; fewer where there are fewer.
        rng: where chance comes from.
        random_share: how many of all are drawn whatever they are worth, from 0 to 1.

    Raises:
        BadInput: fewer than none are wanted, or the share is not from 0 to 1.
        ShapeError: room does not fit the decision.
    """
    if wanted < 0 or not 0 <= random_share <= 1:
        raise BadInput(f"wanted is {wanted} and the random share {random_share}; see next_tasks")
    if room.shape != decision.ask.shape:
        raise ShapeError(f"room has shape {room.shape}; expected {decision.ask.shape}")
    left, worth = room.copy(), room & decision.ask
    order = rng.permutation(len(left))
    order = order[np.lexsort((-decision.gain[order], decision.reason[order]))]
    best_first = iter(order.tolist())
    tasks: list[int] = []
    drawn: list[bool] = []
    chances: list[float] = []
    while len(tasks) < wanted and left.any():
        by_chance = bool(rng.random() < random_share)
        if by_chance:
            open_tasks = np.flatnonzero(left)
            task = int(rng.choice(open_tasks))
            chances.append(1 / len(open_tasks))
        else:
            task = next((each for each in best_first if worth[each] and left[each]), -1)
            if task < 0:
                break
            chances.append(0.0)
        left[task] = False
        tasks.append(task)
        drawn.append(by_chance)
    return Choice(
        np.array(tasks, dtype=np.int32), np.array(drawn, dtype=np.bool_), np.array(chances)
    )


def share_of_all(claims: Bools) -> Share:
    """Tell a share of all tasks from those drawn at random.

    Args:
        claims: whether it holds, for each task drawn at random.

    Raises:
        BadInput: none was drawn.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953

    Example:
        >>> share = share_of_all(np.array([True] * 9 + [False]))
        >>> share.value, round(share.low, 2), round(share.high, 2)
        (0.9, 0.65, 0.98)
    """
    n = len(claims)
    if not n:
        raise BadInput("no task was drawn at random; the share cannot be told")
    z = 1.6448536269514722
    value = float(claims.mean())
    middle = (value + z**2 / (2 * n)) / (1 + z**2 / n)
    width = z * float(np.sqrt(value * (1 - value) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
    return Share(value, middle - width, middle + width, n)
