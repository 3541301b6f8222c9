"""How long a request to withdraw an item may wait, and how long its personal data stay.

Times are milliseconds since 1970 UTC. An appeal of a refusal has the deadlines of any appeal
(``core.decisions.deadlines``).

Source:
    One month to answer: Regulation (EU) 2016/679, article 12 (3). The days of retention are the
    policy of this house: a refusal can be appealed for 90 days, and its appeal takes up to 14.
"""

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import APPEAL_DAYS, CONTEST_DAYS

ANSWER_DAYS = 30
KEPT_DAYS = CONTEST_DAYS + 2 * APPEAL_DAYS


def answer_due(at_ms: int) -> int:
    """Return the deadline to answer a request, in milliseconds.

    >>> answer_due(0) // DAY_MS
    30
    """
    return at_ms + ANSWER_DAYS * DAY_MS


def is_overdue(due_ms: int, now_ms: int) -> bool:
    """Return whether a request should have been answered by now.

    >>> [is_overdue(answer_due(0), 30 * DAY_MS + more) for more in (0, 1)]
    [False, True]
    """
    return now_ms > due_ms


def emptied_from(answered_ms: int) -> int:
    """Return from when the personal data of an answered request are deleted, in milliseconds.

    >>> emptied_from(0) // DAY_MS
    118
    """
    return answered_ms + KEPT_DAYS * DAY_MS
