"""Draw the tasks on which a model's proposal stays hidden, to measure the model.

This is a separate module so that a table can import it without loading the model libraries.
"""

from math import ceil

ENOUGH, HIDDEN, MOST_HIDDEN = 360, 100, 200  # tasks of a draw; its share in a thousand
ENOUGH_ONCE, MOST_ONCE = 650, 170  # where one person answers first: a task of the draw costs less
GROWTH, MOST_GROWN = 1.5, 500  # of a draw that proved nothing; its share in a thousand at most


def share_to_hide(tasks: int, overlap: int = 3) -> int:
    """Return how many tasks per thousand to draw: a tenth, more in small projects.

    Args:
        tasks: number of tasks of the project.
        overlap: answers a task gets at first; with one, more tasks are hidden.

    Example:
        >>> share_to_hide(1_000), share_to_hide(2_400), share_to_hide(5_000)
        (200, 150, 100)
        >>> share_to_hide(1_000, 1), share_to_hide(5_000, 1), share_to_hide(50_000, 1)
        (170, 130, 100)
    """
    enough, most = (ENOUGH_ONCE, MOST_ONCE) if overlap == 1 else (ENOUGH, MOST_HIDDEN)
    per_mille = -(-1_000 * enough // max(1, tasks))
    return min(most, max(HIDDEN, per_mille))


def grown_share(per_mille: int) -> int:
    """Return the share to hide after a look that proved nothing: one and a half times as much.

    Until a first proof, the size of a look's draw follows from the number of looks alone, never
    from how the answers come out, so each look keeps its own error probability
    (``takeover.look_number``).

    Args:
        per_mille: tasks per thousand hidden so far.

    Source:
        Pocock (1977), group sequential methods, https://doi.org/10.1093/biomet/64.2.191

    Example:
        >>> grown_share(170), grown_share(255), grown_share(383), grown_share(700)
        (255, 383, 500, 700)
    """
    return max(per_mille, min(MOST_GROWN, ceil(per_mille * GROWTH)))


def is_hidden(task: int, project: int, per_mille: int) -> bool:
    """Return whether the proposal for a task is hidden; the draw is deterministic.

    Example:
        >>> sum(is_hidden(task, 1, 100) for task in range(10_000))
        988
    """
    mixed = (task * 0x9E3779B97F4A7C15 + project * 0xC2B2AE3D27D4EB4F) & (2**64 - 1)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = ((mixed ^ (mixed >> shift)) * factor) & (2**64 - 1)
    return (mixed ^ (mixed >> 31)) % 1000 < per_mille
