"""Take a person's word for time that no beat saw: paper read, a page that crashed.

A claim is accepted at once while the period's time stays under its limit (``caps``); what is above
is pending, for a human, and paid unless refused in writing. Time already credited, or claimed
before, is not counted again.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.time.spans import Span, merge_spans

FIRST_MONDAY_MS = 1_767_589_200_000  # 5 January 2026 in Montreal
FORTNIGHT_MS = 14 * 86_400_000


class Claim(NamedTuple):
    """Time a person says they worked, in milliseconds since 1970 UTC."""

    project: int
    begin_ms: int
    end_ms: int


class ClaimResult(NamedTuple):
    """What became of a claim: spans accepted, and spans pending a human's look."""

    claim: Claim
    accepted: tuple[Span, ...]
    pending: tuple[Span, ...]


def settled(
    claims: Sequence[Claim], credited: Iterable[Span], room: int | None, now_ms: int
) -> list[ClaimResult]:
    """Settle a person's claims of one pay period, in the order they were made.

    Args:
        claims: of one person, in any projects.
        credited: what was measured of that person, in any project; in any order.
        room: what is left under the limit, of ``caps.room_of``; None where there is none.
        now_ms: the moment they are settled.

    Raises:
        BadInput: a claim that ends before it begins, or later than now.
    """
    taken = merge_spans(credited)
    found: list[ClaimResult] = []
    for claim in claims:
        if not claim.begin_ms <= claim.end_ms <= now_ms:
            raise BadInput(
                f"claim from {claim.begin_ms} to {claim.end_ms}, settled at {now_ms}; expected an"
                " end that is after the beginning and already past",
                code="claim-span",
            )
        accepted: list[Span] = []
        pending: list[Span] = []
        for begin, end in outside((claim.begin_ms, claim.end_ms), taken):
            until = end if room is None else min(end, begin + room)
            room = None if room is None else room - (until - begin)
            accepted += [(begin, until)] if until > begin else []
            pending += [(until, end)] if end > until else []
        found.append(ClaimResult(claim, tuple(accepted), tuple(pending)))
        taken = merge_spans([*taken, (claim.begin_ms, claim.end_ms)])
    return found


def outside(span: Span, taken: Sequence[Span]) -> list[Span]:
    """Return the parts of a span that no taken one covers."""
    at, last = span
    free: list[Span] = []
    for begin, end in taken:
        if end <= at or begin >= last:
            continue
        if begin > at:
            free.append((at, begin))
        at = max(at, end)
    return [*free, (at, last)] if at < last else free


def fortnight(at_ms: int) -> Span:
    """Return the two weeks, from a Monday, that a moment falls in; limits of claims go by them.

    Example:
        >>> begin, end = fortnight(1_795_608_000_000)
        >>> (end - begin) // 86_400_000, begin <= 1_795_608_000_000 < end
        (14, True)
    """
    begin = FIRST_MONDAY_MS + (at_ms - FIRST_MONDAY_MS) // FORTNIGHT_MS * FORTNIGHT_MS
    return begin, begin + FORTNIGHT_MS
