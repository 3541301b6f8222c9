"""Choose the next tasks of a worker: those where an answer is expected to save most.

A small share of tasks is drawn at random instead. Answers to those are a fair sample of the
project, from which shares can be estimated without bias. The person matters only through the tasks
they have seen already: two people are offered the same work. ``stopping`` decides when a task is
complete.
"""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.allocation.stopping import Decision

RANDOM_SHARE = 0.07


class TaskChoice(NamedTuple):
    """Tasks to show, in order.

    ``at_random`` marks tasks drawn regardless of their worth; ``chance`` is the probability of each
    such draw among the remaining tasks, 0 for the others.
    """

    task: Codes
    at_random: Bools
    chance: Floats


class Share(NamedTuple):
    """A share of all tasks, estimated from tasks drawn at random, with its 90 % interval."""

    value: float
    low: float
    high: float
    tasks: int


def next_tasks(
    decision: Decision,
    may_show: Bools,
    count: int,
    rng: np.random.Generator,
    random_share: float = RANDOM_SHARE,
) -> TaskChoice:
    """Choose the next tasks of one worker.

    Args:
        decision: which tasks are worth an answer, and how much it saves.
        may_show: whether each task may be shown to this worker, shape (n_tasks,): not seen by them,
            and answered by fewer people than the maximum.
        count: number of tasks to choose; fewer are returned where fewer remain.
        rng: source of random numbers.
        random_share: share of tasks drawn regardless of their worth, from 0 to 1.

    Returns:
        Task, whether it was drawn at random, and the chance of that draw, each of shape
        (n_chosen,), in order.

    Raises:
        BadInput: the count is negative, or the share is not between 0 and 1.
        ShapeError: may_show does not fit the decision.
    """
    if count < 0 or not 0 <= random_share <= 1:
        raise BadInput(
            f"count is {count} and random_share is {random_share}; count must be 0 or more, "
            "random_share between 0 and 1"
        )
    if may_show.shape != decision.ask.shape:
        raise ShapeError(f"may_show has shape {may_show.shape}; expected {decision.ask.shape}")
    remaining, worth = may_show.copy(), may_show & decision.ask
    order = rng.permutation(len(remaining))
    order = order[np.lexsort((-decision.gain[order], decision.reason[order]))]
    best_first = iter(order.tolist())
    tasks: list[int] = []
    is_random: list[bool] = []
    chances: list[float] = []
    while len(tasks) < count and remaining.any():
        by_chance = bool(rng.random() < random_share)
        if by_chance:
            open_tasks = np.flatnonzero(remaining)
            task = int(rng.choice(open_tasks))
            chances.append(1 / len(open_tasks))
        else:
            task = next((each for each in best_first if worth[each] and remaining[each]), -1)
            if task < 0:
                break
            chances.append(0.0)
        remaining[task] = False
        tasks.append(task)
        is_random.append(by_chance)
    return TaskChoice(
        np.array(tasks, dtype=np.int32), np.array(is_random, dtype=np.bool_), np.array(chances)
    )


def share_of_all(claims: Bools) -> Share:
    """Estimate a share of all tasks from those drawn at random.

    Args:
        claims: whether the claim holds for each task drawn at random, shape (n_drawn,).

    Returns:
        The share and its 90 % interval, from 0 to 1.

    Raises:
        BadInput: no task was drawn.

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
