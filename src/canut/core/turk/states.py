"""The state of a HIT and of an assignment, computed from what happened to task and answers.

Nothing of it is stored: a state that is stored beside the facts can differ from them. The numbers
of places of a HIT always add up: programs subtract them from one another.
"""

from dataclasses import dataclass
from enum import StrEnum

from canut.core.clock import DAY_MS

ACCEPTED_MS = 7 * DAY_MS
"""After this an answer is accepted, whatever longer delay was asked for."""


class HitStatus(StrEnum):
    """State of a HIT."""

    ASSIGNABLE = "Assignable"
    UNASSIGNABLE = "Unassignable"
    REVIEWABLE = "Reviewable"
    REVIEWING = "Reviewing"
    DISPOSED = "Disposed"


class AssignmentStatus(StrEnum):
    """State of a submitted assignment."""

    SUBMITTED = "Submitted"
    APPROVED = "Approved"
    REJECTED = "Rejected"


@dataclass(frozen=True, slots=True)
class HitFacts:
    """What the state of a HIT follows from.

    Args:
        places: how many assignments are wanted, ``MaxAssignments``.
        live: how many people hold it now.
        submitted: how many assignments came in.
        decided: how many of those are approved or rejected.
        expires_ms: when it stops being lent, in milliseconds since 1970 UTC.
        is_lending: whether its project lends tasks.
        is_reviewing: whether the requester marked it so.
        is_disposed: whether it was deleted.
    """

    places: int
    live: int
    submitted: int
    decided: int
    expires_ms: int
    is_lending: bool
    is_reviewing: bool = False
    is_disposed: bool = False


@dataclass(frozen=True, slots=True)
class HitPlaces:
    """The places of a HIT by what became of them; with those under decision they add up."""

    available: int
    pending: int
    completed: int


def hit_status(facts: HitFacts, now_ms: int) -> HitStatus:
    """Return the state of a HIT at a moment.

    Example:
        >>> hit_status(HitFacts(2, 0, 2, 0, 10, is_lending=True), 5).value
        'Reviewable'
    """
    if facts.is_disposed:
        return HitStatus.DISPOSED
    is_full = facts.submitted >= facts.places
    is_over = facts.expires_ms <= now_ms and not facts.live
    if is_full or is_over:
        return HitStatus.REVIEWING if facts.is_reviewing else HitStatus.REVIEWABLE
    is_free = facts.submitted + facts.live < facts.places and facts.expires_ms > now_ms
    return HitStatus.ASSIGNABLE if is_free and facts.is_lending else HitStatus.UNASSIGNABLE


def hit_places(facts: HitFacts) -> HitPlaces:
    """Count the places of a HIT; surplus answers take none."""
    submitted = min(facts.submitted, facts.places)
    pending = min(facts.live, facts.places - submitted)
    return HitPlaces(
        available=facts.places - submitted - pending,
        pending=pending,
        completed=min(facts.decided, submitted),
    )


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """What the state of an assignment follows from; moments in milliseconds since 1970 UTC.

    Args:
        submitted_ms: when the answer came.
        delay_s: after how many seconds the requester wanted it approved.
        approved_ms: when the requester approved it; None if they did not.
        rejected_ms: when a person rejected it, where that stands; None otherwise.
    """

    submitted_ms: int
    delay_s: int
    approved_ms: int | None = None
    rejected_ms: int | None = None

    @property
    def auto_approval_ms(self) -> int:
        """Return when it is approved without anybody's word: at the latest after seven days."""
        return self.submitted_ms + min(self.delay_s * 1000, ACCEPTED_MS)


def assignment_status(facts: AssignmentFacts, now_ms: int) -> AssignmentStatus:
    """Return the state of an assignment at a moment. A proposed rejection changes nothing.

    Example:
        >>> assignment_status(AssignmentFacts(0, 60), 60_000).value
        'Approved'
    """
    if facts.rejected_ms is not None:
        return AssignmentStatus.REJECTED
    if approval_ms(facts, now_ms) is not None:
        return AssignmentStatus.APPROVED
    return AssignmentStatus.SUBMITTED


def approval_ms(facts: AssignmentFacts, now_ms: int) -> int | None:
    """Return when an assignment was approved, by a word or by itself; None if it is not."""
    if facts.rejected_ms is not None:
        return None
    if facts.approved_ms is not None:
        return min(facts.approved_ms, facts.auto_approval_ms)
    return facts.auto_approval_ms if facts.auto_approval_ms <= now_ms else None
