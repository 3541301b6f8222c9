"""Settle claims of time without heartbeats: paper read, a page that crashed.

The first thirty minutes that a person claims in a pay period count at once; the excess is pending
for human review, and paid unless refused in writing. Time that is already credited or claimed is
not counted again. Which time can be claimed is checked in ``actions.time.claim_bounds``.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from canut.core.clock import DAY_MS, MINUTE_MS
from canut.core.errors import BadInput
from canut.core.time.spans import Span, merge_spans

FIRST_MONDAY_MS = 1_767_589_200_000  # 5 January 2026 in Montreal
FORTNIGHT_MS = 14 * DAY_MS
FREE_MS = 30 * MINUTE_MS
"""Claimed time of one person in a pay period that counts before anybody looks."""


class Claim(NamedTuple):
    """Time a person says they worked, in milliseconds since 1970 UTC."""

    project: int
    begin_ms: int
    end_ms: int


class ClaimResult(NamedTuple):
    """The result of a claim: spans accepted, and spans pending human review."""

    claim: Claim
    accepted: tuple[Span, ...]
    pending: tuple[Span, ...]


def settled(
    claims: Sequence[Claim], credited: Iterable[Span], remaining: int | None, now_ms: int
) -> list[ClaimResult]:
    """Settle a person's claims of one pay period, in the order of submission.

    Args:
        claims: claims of one person, in any projects.
        credited: measured time of that person, in any project and order.
        remaining: what may still count at once, of ``FREE_MS``; None without a limit.
        now_ms: time of the settlement, milliseconds since 1970 UTC.

    Raises:
        BadInput: a claim ends before it begins, or in the future.
    """
    covered = merge_spans(credited)
    results: list[ClaimResult] = []
    for claim in claims:
        if not claim.begin_ms <= claim.end_ms <= now_ms:
            raise BadInput(
                f"claim from {claim.begin_ms} to {claim.end_ms}, settled at {now_ms}; expected an"
                " end that is after the beginning and already past",
                code="claim-span",
            )
        accepted: list[Span] = []
        pending: list[Span] = []
        for begin, end in outside((claim.begin_ms, claim.end_ms), covered):
            until = end if remaining is None else min(end, begin + remaining)
            remaining = None if remaining is None else remaining - (until - begin)
            accepted += [(begin, until)] if until > begin else []
            pending += [(until, end)] if end > until else []
        results.append(ClaimResult(claim, tuple(accepted), tuple(pending)))
        covered = merge_spans([*covered, (claim.begin_ms, claim.end_ms)])
    return results


def outside(span: Span, covered: Sequence[Span]) -> list[Span]:
    """Return the parts of a span that no covered span overlaps."""
    at, last = span
    free: list[Span] = []
    for begin, end in covered:
        if end <= at or begin >= last:
            continue
        if begin > at:
            free.append((at, begin))
        at = max(at, end)
    return [*free, (at, last)] if at < last else free


def fortnight(at_ms: int) -> Span:
    """Return the two weeks, from a Monday, that contain a moment.

    Example:
        >>> begin, end = fortnight(1_795_608_000_000)
        >>> (end - begin) // 86_400_000, begin <= 1_795_608_000_000 < end
        (14, True)
    """
    begin = FIRST_MONDAY_MS + (at_ms - FIRST_MONDAY_MS) // FORTNIGHT_MS * FORTNIGHT_MS
    return begin, begin + FORTNIGHT_MS
