"""Decide when a paid break is offered, and how much of one counts.

After an hour of activity without a pause of five minutes, a break of five minutes is offered. It
can be postponed by ten minutes in all; the work is never blocked. Five minutes of break count in
any hour: a break not taken is not saved for later, and a longer one is unpaid after five minutes.
``frontend/src/time/breaks.ts`` applies the same rule offline.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Counts
from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput
from canut.core.time.activity import CreditedTime

WORK_MS = HOUR_MS
BREAK_MS = 300_000
SNOOZE_MS = 600_000


class Hands(NamedTuple):
    """A stretch of activity without a break: first and last sign, milliseconds since 1970."""

    since_ms: int
    last_ms: int

    @property
    def due_ms(self) -> int:
        """Return when an hour without a break was or will be complete, in milliseconds."""
        return self.since_ms + WORK_MS


def hands_of(signs: Iterable[int], now_ms: int) -> Hands | None:
    """Return the current stretch of work without a break of five minutes; None while resting.

    Args:
        signs: times of activity, in order, milliseconds since 1970 UTC.
        now_ms: current time, milliseconds since 1970 UTC.

    Raises:
        BadInput: the signs are not in order.
    """
    hands: Hands | None = None
    for sign in signs:
        if hands is not None and sign < hands.last_ms:
            raise BadInput(f"sign at {sign} after one at {hands.last_ms}; sort them")
        is_rested = hands is None or sign - hands.last_ms >= BREAK_MS
        hands = Hands(sign, sign) if is_rested or hands is None else Hands(hands.since_ms, sign)
    return None if hands is None or now_ms - hands.last_ms >= BREAK_MS else hands


def is_offered(hands: Hands | None, now_ms: int, put_off_ms: int | None = None) -> bool:
    """Return whether a break is due for an offer.

    Args:
        hands: result of ``hands_of``.
        now_ms: current time, milliseconds since 1970 UTC.
        put_off_ms: when the person postponed the break; None if they did not.

    Source:
        Five minutes away for every hour of continuous keying, not saved up: Ontario's guideline on
        rest breaks; before fatigue, and at a moment of the worker's choice: Health and Safety
        Executive (Great Britain) on screen work.

    Example:
        >>> is_offered(Hands(0, 3_600_000), 3_600_000), is_offered(Hands(0, 3_540_000), 3_540_000)
        (True, False)
    """
    if hands is None or hands.last_ms < hands.due_ms or now_ms - hands.last_ms >= BREAK_MS:
        return False
    return put_off_ms is None or now_ms >= min(put_off_ms, hands.due_ms) + SNOOZE_MS


def may_wait(hands: Hands, now_ms: int) -> bool:
    """Return whether the break may still be postponed: ten minutes after the full hour."""
    return now_ms < hands.due_ms + SNOOZE_MS


def counted_of(breaks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Shorten breaks so that five minutes of any hour count, from their beginning.

    Args:
        breaks: begin and end of each break, in order, without overlaps; milliseconds since 1970
            UTC.

    Returns:
        One interval per break; an empty interval if none of it counts.

    Raises:
        BadInput: the breaks are not in order.

    Example:
        >>> counted_of([(0, 420_000), (1_800_000, 2_000_000), (3_900_000, 4_000_000)])
        [(0, 300000), (1800000, 1800000), (3900000, 4000000)]
    """
    counted: list[tuple[int, int]] = []
    for begin, end in breaks:
        if end < begin or (counted and begin < counted[-1][0]):
            raise BadInput(f"break from {begin} to {end} is out of order; sort them by time")
        had = sum(e - max(b, begin - WORK_MS) for b, e in counted if e > begin - WORK_MS)
        counted.append((begin, begin + min(end - begin, max(0, BREAK_MS - had))))
    return counted


def with_breaks_cut(measured: CreditedTime, is_break: Bools) -> CreditedTime:
    """Shorten the paid breaks of all people to the counted part.

    Args:
        measured: result of ``activity.measure``.
        is_break: whether each surface is a paid break, shape (n_surfaces,).

    Returns:
        The same intervals, with breaks shortened; shape (n_intervals,).
    """
    rows = np.flatnonzero(is_break[measured.surface])
    if not len(rows):
        return measured
    end: Counts = measured.end.copy()
    for person in np.unique(measured.person[rows]):
        own = rows[measured.person[rows] == person]
        spans = [(int(measured.begin[row]), int(measured.end[row])) for row in own]
        end[own] = [until for _, until in counted_of(spans)]
    stays = end > measured.begin
    stays = end > measured.begin
    return CreditedTime(
        person=measured.person[stays],
        project=measured.project[stays],
        session=measured.session[stays],
        surface=measured.surface[stays],
        begin=measured.begin[stays],
        end=end[stays],
        why=measured.why[stays],
        allowance=measured.allowance[stays],
    )
