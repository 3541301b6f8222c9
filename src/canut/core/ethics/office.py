"""Terms, recall, pay and protection of ethics reviewers.

A term lasts 24 months and is once renewed. Only a ballot in which two thirds of yes and no say so
recalls a reviewer. An hour of review pays the person's own hour, or one and a half floors where
that is more.
"""

from canut.core.clock import DAY_MS, Ms
from canut.core.participation.ballot import quorum_of

MOST_TERMS = 2
LEAST_REVIEWERS = 2
LESSONS_NEEDED = 12
ASSISTED_NEEDED = 3
RECALL_DAYS = 7
PROTECTED_DAYS = 365
FLOOR_HALVES = 3
LEAST_PAIRS = 20
RECALL, KEEP = 1, 0


def hour_of_review(own_micro: int, floor_micro: int) -> int:
    """Return what an hour of review pays, in micro-units of one currency.

    Args:
        own_micro: the person's own pay an hour; 0 where it is not known.
        floor_micro: their floor an hour.

    Example:
        >>> hour_of_review(20_000_000, 16_600_000), hour_of_review(30_000_000, 16_600_000)
        (24900000, 30000000)
    """
    return max(own_micro, -(-floor_micro * FLOOR_HALVES // 2))


def is_recalled(to_recall: int, to_keep: int, blank: int, voters: int) -> bool:
    """Return whether a ballot recalls: a quorum voted, and two thirds of yes and no said yes.

    Example:
        >>> is_recalled(2, 1, 0, 10), is_recalled(3, 2, 0, 10), is_recalled(2, 0, 0, 10)
        (True, False, False)
    """
    cast = to_recall + to_keep + blank
    return (
        cast >= quorum_of(voters) and to_recall > 0 and to_recall * 3 >= 2 * (to_recall + to_keep)
    )


def is_protected(ended_ms: Ms | None, now_ms: Ms) -> bool:
    """Return whether somebody serves, or served within twelve months."""
    return ended_ms is None or now_ms < ended_ms + PROTECTED_DAYS * DAY_MS
