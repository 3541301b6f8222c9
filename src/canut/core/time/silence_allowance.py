"""Decide how long a person may give no sign and still be at work on what is shown.

Reading and listening leave no trace of hands, so the time allowed grows with what there is to read
and to hear, and with what people were seen to need. How it is applied is decided in ``credit``.
"""

from canut.core.errors import BadInput

BASE_MS = 20_000
WORD_MS = 600  # a hundred words a minute
LEAST_MS, MOST_MS = 60_000, 600_000
ENOUGH_GAPS = 30


def allowance_ms(words: int = 0, media_ms: int = 0, gap_p95_ms: int = 0, gaps: int = 0) -> int:
    """Return how long a silence is credited on one surface, in milliseconds.

    Args:
        words: how many there are to read.
        media_ms: how long its sound or video plays.
        gap_p95_ms: the silence that 95 in 100 silences on this type of task stay under.
        gaps: how many silences that was learnt from; under 30 it is not believed.

    Raises:
        BadInput: a number below zero.

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
    wanted = BASE_MS + WORD_MS * words + 2 * media_ms
    if gaps >= ENOUGH_GAPS:
        wanted = max(wanted, gap_p95_ms * 5 // 4)
    return min(max(wanted, LEAST_MS), MOST_MS)
