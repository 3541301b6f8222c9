"""Collect workers' ratings of clients: the questions, the possible answers, the sums.

The questions are those that proved useful on Turkopticon: facts first, no stars. A worker has one
rating per project and may change it. What a client really pays is measured elsewhere and shown next
to it.

Source:
    Turkopticon's second form of reviews: terms broken, task broken, reward, time, time to pay,
    communication, rejected, recommended; https://github.com/turkopticon
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from canut.core.errors import BadInput

DAY_SECONDS = 86_400
MOST_PENDING_DAYS = 365
MOST_REWARD_MICRO = 10**12

RATE_DAYS = 90  # after work there ended: as long as its time may be contested


class Comm(StrEnum):
    """How they answered messages."""

    NONE = "none"
    GOOD = "good"
    ACCEPTABLE = "acceptable"
    UNACCEPTABLE = "unacceptable"


class Rejected(StrEnum):
    """Whether they rejected work, and whether fairly."""

    NONE = "none"
    FAIRLY = "fairly"
    UNFAIRLY = "unfairly"


class Recommend(StrEnum):
    """Whether the worker recommends working there."""

    YES = "yes"
    WITH_CARE = "with-care"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Rating:
    """One worker's rating of one project.

    Args:
        tos_violation: whether it asked for something the terms of use forbid.
        broken: whether tasks could not be done as they were.
        reward_micro: pay for the work, in millionths of ``currency``; None if not reported.
        currency: currency of the reward.
        time_seconds: time the work took; None if not reported.
        pending_days: days from the work to the payment; None if not reported.
        comm: how messages were answered.
        rejected: whether work was rejected.
        recommend: whether the worker recommends working there.

    Raises:
        BadInput: a figure is out of range.
    """

    tos_violation: bool
    broken: bool
    reward_micro: int | None
    currency: str
    time_seconds: int | None
    pending_days: int | None
    comm: Comm
    rejected: Rejected
    recommend: Recommend

    def __post_init__(self) -> None:
        """Raise if a figure is out of range."""
        limits = {
            "reward": (self.reward_micro, MOST_REWARD_MICRO),
            "time": (self.time_seconds, 31 * DAY_SECONDS),
            "pending": (self.pending_days, MOST_PENDING_DAYS),
        }
        for name, (value, most) in limits.items():
            if value is not None and not 0 <= value <= most:
                raise BadInput(
                    f"{name} is {value}; expected from 0 to {most}",
                    code="bad-rating",
                    field=name,
                    limit=most,
                )


@dataclass(frozen=True, slots=True)
class Summary:
    """The sums of a client's ratings; each count comes with ``n``."""

    n: int
    tos_violation: int
    broken: int
    unfair_rejection: int
    rejection: int
    comm: dict[Comm, int]
    recommend: dict[Recommend, int]
    pending_days: int | None
    pending_n: int


def summary(ratings: Iterable[Rating]) -> Summary:
    """Summarise ratings: counts, and the median of days until payment.

    Example:
        >>> one = Rating(False, True, None, "CAD", None, 3, Comm.GOOD, Rejected.NONE, Recommend.YES)
        >>> summary([one]).broken, summary([one]).pending_days
        (1, 3)
    """
    rated = list(ratings)
    days = sorted(rating.pending_days for rating in rated if rating.pending_days is not None)
    return Summary(
        n=len(rated),
        tos_violation=sum(rating.tos_violation for rating in rated),
        broken=sum(rating.broken for rating in rated),
        unfair_rejection=sum(rating.rejected is Rejected.UNFAIRLY for rating in rated),
        rejection=sum(rating.rejected is not Rejected.NONE for rating in rated),
        comm={kind: sum(rating.comm is kind for rating in rated) for kind in Comm},
        recommend={kind: sum(rating.recommend is kind for rating in rated) for kind in Recommend},
        pending_days=days[(len(days) - 1) // 2] if days else None,
        pending_n=len(days),
    )
