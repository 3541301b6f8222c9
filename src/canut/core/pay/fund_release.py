"""Compute which funds of a closed project stay locked, until when, and why; the rest is free.

Locked funds cover work outside closed pay periods, answers and reviews that may still arrive, and
deductions that an appeal may reverse. A closed pay period, an expired deadline and a lost appeal
each free their part. Freed funds never reduce anybody's pay: whoever wins an appeal later is still
paid.
"""

from dataclasses import dataclass

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import CONTEST_DAYS, appeal_due, appealable_until
from canut.core.money import Money

LATE_DAYS = 10  # an answer given without a network may come so late


@dataclass(frozen=True, slots=True)
class Clawback:
    """A pay deduction by one decision, which an appeal may reverse.

    Args:
        money: amount, with employer's contributions.
        at_ms: time of the decision.
        appeal_ms: time of the appeal; None without one.
    """

    money: Money
    at_ms: int
    appeal_ms: int | None = None

    @property
    def until_ms(self) -> int:
        """Return the last moment at which it may be reversed, in milliseconds since 1970."""
        if self.appeal_ms is not None:
            return appeal_due(self.appeal_ms)
        return appeal_due(appealable_until(self.at_ms))


@dataclass(frozen=True, slots=True)
class RetainedFunds:
    """The funds that stay locked, part by part.

    Args:
        owed: work outside closed periods, with employer's contributions.
        to_come: open leases when the project closed, and pending reviews.
        contested: deductions that may be reversed, and time under human review.
        come_until_ms: the last moment at which such an answer is accepted.
        looks_until_ms: the same for reviews; None if none is pending.
        contested_until_ms: the last moment at which a deduction may be reversed.
    """

    owed: Money
    to_come: Money
    contested: Money
    come_until_ms: int
    looks_until_ms: int | None
    contested_until_ms: int

    @property
    def total(self) -> Money:
        """Return all that stays locked."""
        return self.owed + self.to_come + self.contested


def answers_until(closed_ms: int) -> int:
    """Return until when answers on open leases are accepted, in milliseconds since 1970."""
    return closed_ms + LATE_DAYS * DAY_MS


def reviews_until(closed_ms: int) -> int:
    """Return until when, in milliseconds, pending reviews stay open: as long as appeals."""
    return closed_ms + CONTEST_DAYS * DAY_MS


def still_taken(clawbacks: list[Clawback], now_ms: int) -> list[Clawback]:
    """Return the clawbacks that may still be reversed.

    Example:
        >>> cad = Money(100_000, "CAD")
        >>> at = [Clawback(cad, 0), Clawback(cad, 0, appeal_ms=DAY_MS)]
        >>> [len(still_taken(at, days * DAY_MS)) for days in (1, 16, 104, 105)]
        [2, 1, 1, 0]
    """
    return [clawback for clawback in clawbacks if now_ms <= clawback.until_ms]
