"""Compute deadlines of answers and decisions, and what happens when they pass.

Every deadline protects the person: an answer not rejected within seven days is accepted, an appeal
not answered within fourteen is won, and scores older than six months expire. Times are milliseconds
since 1970 UTC. ``actions`` decides what is undone, and how.

Source:
    Fourteen days for a reasoned reply: Directive (EU) 2024/2831, article 11 (to verify). The other
    lengths are the policy of this house, and may be shortened, never lengthened, by an agreement.
"""

from collections.abc import Iterable
from typing import NamedTuple

from canut.core.clock import DAY_MS

REJECTION_DAYS = 7
APPEAL_DAYS = 14
NOTICE_DAYS = 3
CONTEST_DAYS = 90
SCORE_DAYS = 183
HOLD_MS = 30 * 60_000
MOST_ALONE = 10


class TimeLeft(NamedTuple):
    """Time left until a deadline, in whole days and hours; zero after it."""

    days: int
    hours: int

    @property
    def is_over(self) -> bool:
        """Return whether no time is left."""
        return not (self.days or self.hours)


def rejectable_until(answered_ms: int) -> int:
    """Return the last moment at which an answer can be rejected, in milliseconds since 1970."""
    return answered_ms + REJECTION_DAYS * DAY_MS


def is_rejectable(answered_ms: int, now_ms: int) -> bool:
    """Return whether an answer can still be rejected; after that it is accepted.

    >>> is_rejectable(0, 7 * DAY_MS), is_rejectable(0, 7 * DAY_MS + 1)
    (True, False)
    """
    return now_ms <= rejectable_until(answered_ms)


def appealable_until(at_ms: int) -> int:
    """Return the last moment at which a decision can be appealed, in milliseconds."""
    return at_ms + CONTEST_DAYS * DAY_MS


def appeal_due(at_ms: int) -> int:
    """Return the deadline to answer an appeal, in milliseconds; after it, the appeal is won."""
    return at_ms + APPEAL_DAYS * DAY_MS


def is_won_by_waiting(due_ms: int, now_ms: int) -> bool:
    """Return whether an appeal is won because nobody answered it in time.

    >>> [is_won_by_waiting(appeal_due(0), 14 * DAY_MS + more) for more in (0, 1)]
    [False, True]
    """
    return now_ms > due_ms


def takes_effect(at_ms: int, *, is_safety: bool) -> int:
    """Return when a restriction begins, in milliseconds: after notice, or at once against harm."""
    return at_ms if is_safety else at_ms + NOTICE_DAYS * DAY_MS


def needs_second(rejected: int) -> bool:
    """Return whether a rejection waits for a second person.

    Args:
        rejected: how many answers of the person the same client rejected in the last 24 hours.

    >>> needs_second(9), needs_second(10)
    (False, True)
    """
    return rejected >= MOST_ALONE


def begins_after_appeals(begin_ms: int, due_ms: Iterable[int], *, is_safety: bool) -> int:
    """Return when a limit begins, in milliseconds, while the person's other appeals wait.

    A limit decided by a client against whom an appeal waits begins once that appeal has its answer
    or is won: nobody is sent away for having objected. An act that would harm somebody is stopped
    at once.

    Args:
        begin_ms: when it would begin without them.
        due_ms: the last day of each appeal that waits.
        is_safety: whether waiting would harm somebody.
    """
    return begin_ms if is_safety else max([begin_ms, *due_ms])


def score_expires(newest_ms: int) -> int:
    """Return when a person's scores expire, in milliseconds, from their newest compared answer."""
    return newest_ms + SCORE_DAYS * DAY_MS


def scores_fresh_since(now_ms: int) -> int:
    """Return the moment, in milliseconds, before which scores are too old to use."""
    return now_ms - SCORE_DAYS * DAY_MS


def time_left(until_ms: int, now_ms: int) -> TimeLeft:
    """Return the time left, rounded up to the hour.

    >>> time_left(3 * DAY_MS, DAY_MS)
    TimeLeft(days=2, hours=0)
    """
    hours = max(0, -(-(until_ms - now_ms) // 3_600_000))
    return TimeLeft(*divmod(hours, 24))
