"""Compute how long a person may be silent and still count as working on a surface.

Reading and listening leave no signs, so the allowance grows with the amount of text and media, and
with the silences measured before. ``credit`` applies it.
"""

from canut.core.errors import BadInput

BASE_MS = 20_000
WORD_MS = 600  # a hundred words a minute
LEAST_MS, MOST_MS = 60_000, 600_000
ENOUGH_GAPS = 30


def allowance_ms(words: int = 0, media_ms: int = 0, gap_p95_ms: int = 0, gaps: int = 0) -> int:
    """Return how long a silence is credited on one surface, in milliseconds.

    Args:
        words: number of words to read.
        media_ms: duration of sound or video, in milliseconds.
        gap_p95_ms: 95th percentile of silences on this type of task, in milliseconds.
        gaps: number of silences behind that percentile; it is ignored below 30.

    Raises:
        BadInput: a number is below 0.

    Source:
        Twice the length of what plays, and a slow reader's hundred words a minute: a rule of this
        house, whose limits were set by trying them; see the guide's page on time.

    Example:
        >>> allowance_ms(words=900), allowance_ms(media_ms=240_000), allowance_ms()
        (560000, 500000, 60000)
    """
    if min(words, media_ms, gap_p95_ms, gaps) < 0:
        raise BadInput(
            f"words {words}, media {media_ms} ms, gap {gap_p95_ms} ms of {gaps}; expected none"
            " below zero"
        )
    allowance = BASE_MS + WORD_MS * words + 2 * media_ms
    if gaps >= ENOUGH_GAPS:
        allowance = max(allowance, gap_p95_ms * 5 // 4)
    return min(max(allowance, LEAST_MS), MOST_MS)
