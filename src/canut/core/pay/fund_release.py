"""Say what a closed project still has to keep locked, why, and until when; the rest is free.

Kept: what work that is done and in no closed pay period comes to, what answers and reviews that may
still come would, and what decisions took that an appeal may give back. A pay period that closes, a
clock that runs out, a lost appeal each free their part. What is freed is never taken from anybody:
whoever wins later is paid all the same.
"""

from dataclasses import dataclass

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import CONTEST_DAYS, appeal_due, appealable_until
from canut.core.money import Money

LATE_DAYS = 10  # an answer given without a network may come so late


@dataclass(frozen=True, slots=True)
class Clawback:
    """What one decision took from somebody's pay, and may give back.

    Args:
        money: how much, with what goes on top.
        at_ms: when it was decided.
        appeal_ms: when an appeal was made; None while none was.
    """

    money: Money
    at_ms: int
    appeal_ms: int | None = None

    @property
    def until_ms(self) -> int:
        """The last moment at which it may be given back."""
        if self.appeal_ms is not None:
            return appeal_due(self.appeal_ms)
        return appeal_due(appealable_until(self.at_ms))


@dataclass(frozen=True, slots=True)
class RetainedFunds:
    """What stays locked, part by part.

    Args:
        owed: done and in no closed period yet, with what goes on top.
        to_come: tasks that were in hand when it closed, and reviews that wait.
        contested: what may be given back, and time that waits for a human.
        come_until_ms: the last moment at which such an answer is waited for.
        looks_until_ms: the same of reviews; None where none waits.
        contested_until_ms: the last moment at which something may be given back.
    """

    owed: Money
    to_come: Money
    contested: Money
    come_until_ms: int
    looks_until_ms: int | None
    contested_until_ms: int

    @property
    def total(self) -> Money:
        """Everything that stays locked."""
        return self.owed + self.to_come + self.contested


def answers_until(closed_ms: int) -> int:
    """Return until when answers to tasks that were in hand are waited for."""
    return closed_ms + LATE_DAYS * DAY_MS


def reviews_until(closed_ms: int) -> int:
    """Return until when reviews that waited are: as long as anything can be contested."""
    return closed_ms + CONTEST_DAYS * DAY_MS


def still_taken(taken: list[Clawback], now_ms: int) -> list[Clawback]:
    """Return what may still be given back.

    Example:
        >>> cad = Money(100_000, "CAD")
        >>> at = [Clawback(cad, 0), Clawback(cad, 0, appeal_ms=DAY_MS)]
        >>> [len(still_taken(at, days * DAY_MS)) for days in (1, 16, 104, 105)]
        [2, 1, 1, 0]
    """
    return [one for one in taken if now_ms <= one.until_ms]
