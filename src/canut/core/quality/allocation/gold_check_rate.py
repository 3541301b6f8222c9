"""Set how often a worker receives a hidden gold check, from how precisely their accuracy is known.

A new worker receives one gold check in twenty tasks; once the interval of their accuracy is narrow,
one in a hundred. A hash decides which requests receive one: it does not depend on the person, it
can be replayed, and nobody can predict it from outside.
"""

from math import sqrt

MOST_SHARE, LEAST_SHARE = 0.05, 0.01
NARROW = 0.1
Z_95 = 1.959964


def width_of(right: int, answered: int) -> float:
    """Return the width of the 95 % interval of a share; 1 where there are no answers.

    Source:
        Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953

    Example:
        >>> width_of(0, 0), round(width_of(10, 10), 2), round(width_of(50, 50), 2)
        (1.0, 0.28, 0.07)
    """
    if not answered:
        return 1.0
    share, spread = right / answered, Z_95**2 / answered
    return 2 * Z_95 * sqrt(share * (1 - share) / answered + spread / answered / 4) / (1 + spread)


def check_share(right: int, answered: int) -> float:
    """Return the share of a worker's tasks that are gold checks: 5 % falling to 1 %.

    Example:
        >>> check_share(0, 0), check_share(200, 200)
        (0.05, 0.01)
        >>> 0.01 < check_share(9, 10) < 0.05
        True
    """
    unsure = min(1.0, max(0.0, (width_of(right, answered) - NARROW) / (1 - NARROW)))
    return LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * unsure


def falls_on(position: float, share: float, count: int) -> bool:
    """Return whether a request gets a gold check, by itself, in place of so many tasks.

    Args:
        position: where this request falls, from 0 to 1, by a hash.
        share: share of all tasks that are gold checks, from 0 to 1.
        count: number of tasks requested; where no check falls, as many are leased.

    Example:
        >>> falls_on(0.04, 0.05, 1), falls_on(0.07, 0.05, 1), falls_on(0.07, 0.05, 2)
        (True, False, True)
    """
    return position < share * count / (1 + share * (count - 1))


def low_end(right: int, answered: int) -> float:
    """Return the low end of the 95 % interval of a share; 0 where there are no answers.

    Source:
        Wilson (1927), as ``width_of``.

    Example:
        >>> low_end(0, 0), round(low_end(19, 20), 2), round(low_end(95, 100), 2)
        (0.0, 0.76, 0.89)
    """
    if not answered:
        return 0.0
    share, spread = right / answered, Z_95**2 / answered
    middle = (share + spread / 2) / (1 + spread)
    return max(0.0, middle - width_of(right, answered) / 2)
