"""What workers say of who asks: the questions, the answers that can be, and what they add up to.

The questions are those Turkopticon found to be of use: facts first, no stars. A worker has one
rating a project and may change it. What a client really pays is measured elsewhere and stands
beside it.

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
    """Whether they rejected work, and whether that was fair."""

    NONE = "none"
    FAIRLY = "fairly"
    UNFAIRLY = "unfairly"


class Recommend(StrEnum):
    """Whether the worker would tell others to work there."""

    YES = "yes"
    WITH_CARE = "with-care"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Rating:
    """What one worker says of one project.

    Args:
        tos_violation: it asked for something the terms of use do not allow.
        broken: tasks could not be done as they were.
        reward_micro: what the work paid, in millionths of ``currency``; None is not said.
        currency: of the reward.
        time_seconds: how long that work took; None is not said.
        pending_days: from the work to the money; None is not said.
        comm: how messages were answered.
        rejected: whether work was rejected.
        recommend: whether to work there.

    Raises:
        BadInput: a figure nobody could mean.
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
        """Refuse figures out of range."""
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
    """What the ratings of a client add up to; each count stands beside ``n``."""

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
    """Count what the ratings say; the middle of the days to the money, where anybody says.

    Example:
        >>> one = Rating(False, True, None, "CAD", None, 3, Comm.GOOD, Rejected.NONE, Recommend.YES)
        >>> summary([one]).broken, summary([one]).pending_days
        (1, 3)
    """
    given = list(ratings)
    days = sorted(one.pending_days for one in given if one.pending_days is not None)
    return Summary(
        n=len(given),
        tos_violation=sum(one.tos_violation for one in given),
        broken=sum(one.broken for one in given),
        unfair_rejection=sum(one.rejected is Rejected.UNFAIRLY for one in given),
        rejection=sum(one.rejected is not Rejected.NONE for one in given),
        comm={kind: sum(one.comm is kind for one in given) for kind in Comm},
        recommend={kind: sum(one.recommend is kind for one in given) for kind in Recommend},
        pending_days=days[(len(days) - 1) // 2] if days else None,
        pending_n=len(days),
    )
