"""Say until when things may be done about an answer or a decision, and what follows by itself.

Every clock runs for the person: an answer nobody rejected in seven days is accepted, an appeal
nobody answered in fourteen is won, what was measured of somebody's work six months ago is
forgotten. Moments are milliseconds since 1970 UTC. What is undone, and how, is decided in
``actions``.

Source:
    Fourteen days for a reasoned reply: Directive (EU) 2024/2831, article 11 (to verify). The other
    lengths are the policy of this house, and may be shortened, never lengthened, by an agreement.
"""

from typing import NamedTuple

from canut.core.clock import DAY_MS

REJECTION_DAYS = 7
APPEAL_DAYS = 14
NOTICE_DAYS = 3
CONTEST_DAYS = 90
SCORE_DAYS = 183
HOLD_MS = 30 * 60_000


class TimeLeft(NamedTuple):
    """What is left of a clock, in whole days and hours; none of either when it has run out."""

    days: int
    hours: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return not (self.days or self.hours)


def rejectable_until(answered_ms: int) -> int:
    """Return the last moment at which an answer can be rejected."""
    return answered_ms + REJECTION_DAYS * DAY_MS


def is_rejectable(answered_ms: int, now_ms: int) -> bool:
    """Say whether an answer can still be rejected; after that it is accepted.

    >>> is_rejectable(0, 7 * DAY_MS), is_rejectable(0, 7 * DAY_MS + 1)
    (True, False)
    """
    return now_ms <= rejectable_until(answered_ms)


def appealable_until(at_ms: int) -> int:
    """Return the last moment at which a decision can be appealed against."""
    return at_ms + CONTEST_DAYS * DAY_MS


def appeal_due(at_ms: int) -> int:
    """Return until when an appeal is to be answered, else it is won."""
    return at_ms + APPEAL_DAYS * DAY_MS


def is_won_by_waiting(due_ms: int, now_ms: int) -> bool:
    """Say whether an appeal that nobody answered is won.

    >>> [is_won_by_waiting(appeal_due(0), 14 * DAY_MS + more) for more in (0, 1)]
    [False, True]
    """
    return now_ms > due_ms


def takes_effect(at_ms: int, *, is_safety: bool) -> int:
    """Return when a restriction begins: after notice, or at once where waiting would harm."""
    return at_ms if is_safety else at_ms + NOTICE_DAYS * DAY_MS


def score_expires(newest_ms: int) -> int:
    """Return when what was measured of somebody is forgotten, by their newest compared answer."""
    return newest_ms + SCORE_DAYS * DAY_MS


def scores_fresh_since(now_ms: int) -> int:
    """Return the moment before which a newest answer is too old to judge anybody by."""
    return now_ms - SCORE_DAYS * DAY_MS


def time_left(until_ms: int, now_ms: int) -> TimeLeft:
    """Return what is left, a begun hour counted as one.

    >>> time_left(3 * DAY_MS, DAY_MS)
    TimeLeft(days=2, hours=0)
    """
    hours = max(0, -(-(until_ms - now_ms) // 3_600_000))
    return TimeLeft(*divmod(hours, 24))
